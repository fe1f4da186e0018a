// GetAccessKeyInfo: whose key this is. The id of a temporary key holds its account.
#include "services/identity/faults.h"
#include "services/identity/identity.h"

namespace identity {

namespace get_access_key_info_operation {

struct Input {
    std::string access_key_id;
    static constexpr auto members() {
        return std::tuple{
            aws::member("AccessKeyId", &Input::access_key_id,
                        {.required = true, .min = 16, .max = 128, .pattern = "[\\w]*"})};
    }
};

struct Output {
    std::string account;
    static constexpr auto members() { return std::tuple{aws::member("Account", &Output::account)}; }
};

aws::Reply<Output> run(Identity& identity, const aws::Call&, Input& input) {
    auto account = identity.credentials.account_of(input.access_key_id);
    if (!account) return faults::validation("Invalid access key id: " + input.access_key_id);
    return Output{std::move(*account)};
}

}  // namespace get_access_key_info_operation

constinit const aws::Operation get_access_key_info =
    aws::operation<&get_access_key_info_operation::run>("GetAccessKeyInfo");

}  // namespace identity
