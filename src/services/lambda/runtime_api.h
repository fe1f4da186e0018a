// The border between functions and us: the HTTP API of custom runtimes. Services do not include
// the server, so the app joins this to a second, loopback-only listener:
//
//   server::HttpServer runtime_listener(..., [&](head, body, respond) {
//       lambda.runtime_api().handle(head, std::move(body), std::move(respond)); });
//   lambda.set_runtime_address("127.0.0.1:" + port);
//
// Each process has a secret of 128 bits as the first part of every path, "/<secret>/2018-06-01/
// runtime/invocation/next": it stands in AWS_LAMBDA_RUNTIME_API, so that one function cannot take
// another's work.
// Source: "Building a custom runtime" and "Lambda runtime API" of the Lambda developer guide.
#pragma once

#include <string>

#include "base/unique_function.h"
#include "wire/http.h"

namespace lambda {

inline constexpr std::uint64_t runtime_body_bytes_max = 6'291'556;  // of a response

class RuntimeApi {
  public:
    // Answers once, from any thread, or is dropped unanswered when the process is gone: then the
    // connection is to be closed.
    using Respond = base::UniqueFunction<void(wire::Response)>;
    virtual ~RuntimeApi() = default;
    // One request, its body whole (at most runtime_body_bytes_max + 1 bytes: what is longer may be
    // cut to that). Any thread; never blocks. `head` is only used during the call.
    virtual void handle(const wire::RequestHead& head, std::string body, Respond respond) = 0;
};

}  // namespace lambda
