// GetCallerIdentity: whose key signed the request. Needs no permission and no state.
#include "services/identity/identity.h"

namespace identity {

namespace get_caller_identity_operation {

struct Output {
    std::string user_id;
    std::string account;
    std::string arn;
    static constexpr auto members() {
        return std::tuple{aws::member("UserId", &Output::user_id),
                          aws::member("Account", &Output::account),
                          aws::member("Arn", &Output::arn)};
    }
};

aws::Reply<Output> run(Identity&, const aws::Call& call, shape::Empty&) {
    return Output{call.caller.user_id, call.caller.account, call.caller.arn};
}

}  // namespace get_caller_identity_operation

constinit const aws::Operation get_caller_identity =
    aws::operation<&get_caller_identity_operation::run>("GetCallerIdentity");

}  // namespace identity
