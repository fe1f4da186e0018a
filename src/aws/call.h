// One request to one operation, as its handler sees it.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "wire/http.h"

namespace aws {

// Who asks. Filled from the verified signature; with --auth off from the access key id alone.
struct Caller {
    std::string account;        // 12 digits
    std::string access_key_id;  // "" for anonymous
    std::string arn;            // "arn:aws:iam::000000000000:root"
    std::string user_id;
    // Set when another service of ours asks on behalf of a resource: "events.amazonaws.com" and
    // the rule's arn. Resource policies are evaluated against it.
    std::string service_principal = {};
    std::string source_arn = {};
};

struct Call {
    std::string request_id;
    std::string region;  // from the credential scope, "us-west-2"
    Caller caller;
    base::Timestamp received;
    // The request's head; valid until the responder is answered.
    const wire::RequestHead* head = nullptr;
    // The endpoint as the client named it, "http://127.0.0.1:4566", for URLs in answers.
    std::string endpoint = {};
    // Set when CloudFormation calls: the same for every attempt at the same resource, so that an
    // operation that chooses an id can choose the same one again (uuid_of_token). 32 hex digits.
    std::string client_token = {};

    const std::string& account() const { return caller.account; }
    std::string_view header(std::string_view name) const {
        return head != nullptr ? head->headers.get(name) : std::string_view();
    }
};

// "arn:aws:kinesis:us-west-2:000000000000:stream/name"
std::string make_arn(std::string_view service, std::string_view region, std::string_view account,
                     std::string_view resource);

}  // namespace aws
