// HTTP requests and responses as values. Header names keep the case they came with and compare
// without it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"

namespace wire {

struct Header {
    std::string name;
    std::string value;
};

class Headers {
  public:
    void add(std::string name, std::string value) {
        fields_.push_back({std::move(name), std::move(value)});
    }
    // Replaces all fields of that name.
    void set(std::string_view name, std::string value);
    // Drops all fields of that name.
    void remove(std::string_view name);
    // The first value, nullptr when there is none.
    const std::string* find(std::string_view name) const;
    // The first value, "" when there is none.
    std::string_view get(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    const std::vector<Header>& fields() const { return fields_; }

  private:
    std::vector<Header> fields_;
};

// ASCII, case ignored.
bool equals_ignoring_case(std::string_view a, std::string_view b);

struct QueryParameter {
    std::string name;   // percent-decoded
    std::string value;  // percent-decoded
};

struct RequestHead {
    std::string method;                 // "GET"
    std::string target;                 // as on the request line, before any decoding
    std::string path;                   // percent-decoded, without the query; "/a/b"
    std::vector<QueryParameter> query;  // in the order sent; a name without '=' has value ""
    Headers headers;
    std::optional<std::uint64_t> content_length;  // absent: no body, or chunked
    bool chunked = false;
    bool keep_alive = true;

    // The value of a query parameter, nullptr when absent.
    const std::string* find_query(std::string_view name) const;
};

// A range of an open file, for sendfile. The file stays open as long as the reference lives.
struct FileRange {
    std::shared_ptr<const base::File> file;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

// A response body that is not held in memory. Pulled by the server on pool threads (it may wait
// for disk), never from two threads at once.
class BodySource {
  public:
    virtual ~BodySource() = default;
    // The number of bytes in all: the Content-Length.
    virtual std::uint64_t length() const = 0;
    // Up to out.size() next bytes; 0 only at the end. An error ends the connection mid-body, so
    // that the client sees a short body, never a wrong one.
    virtual base::Result<std::size_t> read(std::span<char> out) = 0;
    // The rest of the body, when all of it is in memory anyway: sent without a copy, read is not
    // called. Valid as long as the source.
    virtual std::optional<std::string_view> in_memory() const { return std::nullopt; }
    // The body as one range of a plain file, when it is that: the server may sendfile it.
    virtual std::optional<FileRange> file_range() const { return std::nullopt; }
};

// A request body as it arrives. Called by the server on pool threads (it may wait for disk), in
// order, never from two threads at once; no further bytes are read from the socket while a call
// runs. Exactly one of finish and abort ends it.
class BodySink {
  public:
    virtual ~BodySink() = default;
    // The next bytes, 1..body_chunk_bytes_max. After an error only abort is called.
    virtual base::Result<void> write(std::string_view bytes) = 0;
    // The trailing headers of an aws-chunked body, names in lower case. Called at most once, after
    // the last write and before finish; not at all when there were none.
    virtual void trailers(const Headers& fields) { static_cast<void>(fields); }
    // The body is whole, and its length and signature are verified. Checksums of the payload are
    // the sink's to compare.
    virtual void finish() = 0;
    // It ended early or failed a check: undo. The server has answered or closed.
    virtual void abort() = 0;
};
inline constexpr std::size_t body_chunk_bytes_max = 256 * 1024;

class LiveBody;  // live_body.h

struct Response {
    int status = 200;
    Headers headers;  // without Content-Length, Date and Connection: the server adds them
    std::string body;
    std::unique_ptr<BodySource> stream;  // instead of body
    std::shared_ptr<LiveBody> live;      // instead of both: sent as it is written, until finish()
    // HEAD and 304: the Content-Length to announce without a body.
    std::optional<std::uint64_t> announced_length;
};

}  // namespace wire
