// HTTP/1.1 requests over one kept-alive connection. One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "connection.h"
#include "wire/http.h"

namespace client {

inline constexpr std::size_t answer_head_bytes_max = 64 * 1024;
inline constexpr std::size_t answer_body_bytes_max = 256 * 1024 * 1024;

struct HttpRequest {
    std::string method = "GET";
    std::string target = "/";  // path and query as sent
    wire::Headers headers;     // with Host; Content-Length is added
    std::string_view body;
    std::size_t answer_bytes_max = answer_body_bytes_max;  // a longer body is `limit`
};

struct HttpAnswer {
    int status = 0;
    wire::Headers headers;
    std::string body;
};

struct HttpTimeouts {
    std::int64_t connect_ms = 5'000;
    // Between two pieces of an answer; also how long the first may take.
    std::int64_t receive_ms = 60'000;
    // Ends every wait once it is true; null: nobody stops it.
    const std::atomic<bool>* stopped = nullptr;
};

class HttpClient {
  public:
    // `tls` is shared with other clients; null: one is made when it is needed, and kept.
    explicit HttpClient(Target target, HttpTimeouts timeouts = {},
                        std::shared_ptr<TlsContext> tls = nullptr)
        : target_(std::move(target)), timeouts_(timeouts), tls_(std::move(tls)) {}

    // Send and wait for the whole answer. A kept connection that the peer closed meanwhile is
    // replaced once, before any byte of an answer.
    //   errors  unavailable (network, timeout), invalid (not HTTP), limit (answer too large)
    base::Result<HttpAnswer> request(const HttpRequest& request);
    const Target& target() const { return target_; }

  private:
    base::Result<HttpAnswer> exchange(const HttpRequest& request);
    base::Result<void> receive_more();
    base::Result<HttpAnswer> read_head();
    base::Result<void> read_body(const HttpRequest& request, HttpAnswer& answer);
    base::Result<void> read_chunked(const HttpRequest& request, HttpAnswer& answer);
    base::Result<std::string> read_line();

    const Target target_;
    const HttpTimeouts timeouts_;
    std::shared_ptr<TlsContext> tls_;
    std::unique_ptr<Connection> connection_;
    std::string input_;  // received and not taken yet
    bool answer_begun_ = false;
    bool closes_ = false;
};

}  // namespace client
