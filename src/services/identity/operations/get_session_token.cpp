// GetSessionToken: temporary credentials of the caller itself. An account's root gets an hour at
// most, however long it asks for, as at AWS.
#include <algorithm>

#include "services/identity/faults.h"
#include "services/identity/identity.h"

namespace identity {

namespace get_session_token_operation {

struct Input {
    std::optional<std::int32_t> duration_seconds;
    std::optional<std::string> serial_number;
    std::optional<std::string> token_code;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            aws::member("DurationSeconds", &I::duration_seconds, {.min = 900, .max = 129'600}),
            aws::member("SerialNumber", &I::serial_number,
                        {.min = 9, .max = 256, .pattern = "[\\w+=/:,.@-]*"}),
            aws::member("TokenCode", &I::token_code, {.min = 6, .max = 6, .pattern = "[\\d]*"})};
    }
};

struct Output {
    Credentials credentials;
    static constexpr auto members() {
        return std::tuple{aws::member("Credentials", &Output::credentials)};
    }
};

aws::Reply<Output> run(Identity& identity, const aws::Call& call, Input& input) {
    if (input.serial_number) return faults::not_supported("SerialNumber");
    if (input.token_code) return faults::not_supported("TokenCode");
    // A session has a token, whoever it is of.
    if (!call.header("x-amz-security-token").empty() || is_role_session(call.caller)) {
        return faults::session_calls_session();
    }
    const std::int64_t seconds = std::min<std::int64_t>(
        input.duration_seconds.value_or(chained_session_seconds_max), chained_session_seconds_max);
    return Output{to_output(identity.credentials.issue_session(call.caller, seconds * 1000))};
}

}  // namespace get_session_token_operation

constinit const aws::Operation get_session_token =
    aws::operation<&get_session_token_operation::run>("GetSessionToken");

}  // namespace identity
