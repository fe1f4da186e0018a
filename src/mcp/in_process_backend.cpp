#include "mcp/in_process_backend.h"

#include "wire/timestamp.h"

namespace mcp {

namespace json = boost::json;

namespace {

// S3's operations carry moments as the text of their XML.
void read_moments(json::object& answer) {
    json::value* contents = answer.if_contains("Contents");
    if (contents == nullptr || !contents->is_array()) return;
    for (json::value& item : contents->get_array()) {
        json::object* object = item.if_object();
        json::value* modified = object != nullptr ? object->if_contains("LastModified") : nullptr;
        if (modified == nullptr || !modified->is_string()) continue;
        const auto time = wire::parse_iso8601(std::string_view(modified->get_string()));
        if (time) *modified = static_cast<double>(time.value().ms) / 1'000;
    }
}

}  // namespace

void InProcessBackend::call(std::string_view service, std::string_view operation,
                            json::object input, Done done) {
    aws::Call call;
    call.request_id = "mcp";
    call.region = identity_.region;
    call.caller.account = identity_.account;
    call.caller.arn = identity_.arn;
    call.caller.user_id = identity_.user_id;
    call.received = clock_.now();
    if (service == "s3") {
        done = [done = std::move(done)](aws::Reply<json::object> reply) mutable {
            if (reply) read_moments(reply.value());
            done(std::move(reply));
        };
    }
    client_.call(service, operation, input, std::move(call), std::move(done));
}

}  // namespace mcp
