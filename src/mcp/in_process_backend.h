// The Backend inside `datastack`: the services' own operations, called without HTTP.
#pragma once

#include <functional>
#include <string>

#include "aws/internal_client.h"
#include "mcp/backend.h"

namespace mcp {

class InProcessBackend final : public Backend {
  public:
    struct Identity {
        std::string account;
        std::string region;
        std::string arn;      // on whose behalf
        std::string user_id;  // the same, shorter
    };
    using ReadObject = std::function<void(std::string bucket, std::string key, std::uint64_t offset,
                                          std::uint64_t bytes_max, ReadDone done)>;
    // `client`, `clock` outlive it; `read_object` reads the store of objects (streamed operations
    // are not for InternalClient).
    InProcessBackend(aws::InternalClient& client, const base::Clock& clock, Identity identity,
                     ReadObject read_object)
        : client_(client),
          clock_(clock),
          identity_(std::move(identity)),
          read_object_(std::move(read_object)) {}

    void call(std::string_view service, std::string_view operation, boost::json::object input,
              Done done) override;
    void read_object(std::string bucket, std::string key, std::uint64_t offset,
                     std::uint64_t bytes_max, ReadDone done) override {
        read_object_(std::move(bucket), std::move(key), offset, bytes_max, std::move(done));
    }

  private:
    aws::InternalClient& client_;
    const base::Clock& clock_;
    const Identity identity_;
    const ReadObject read_object_;
};

}  // namespace mcp
