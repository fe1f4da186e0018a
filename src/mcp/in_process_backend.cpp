#include "mcp/in_process_backend.h"

namespace mcp {

void InProcessBackend::call(std::string_view service, std::string_view operation,
                            boost::json::object input, Done done) {
    aws::Call call;
    call.request_id = "mcp";
    call.region = identity_.region;
    call.caller.account = identity_.account;
    call.caller.arn = identity_.arn;
    call.caller.user_id = identity_.user_id;
    call.received = clock_.now();
    client_.call(service, operation, input, std::move(call), std::move(done));
}

}  // namespace mcp
