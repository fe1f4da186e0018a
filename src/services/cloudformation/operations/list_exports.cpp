// ListExports: the values that stacks export to others.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace list_exports_operation {

struct Input {
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("NextToken", &Input::next_token, page_token_rule)};
    }
};

struct Output {
    std::vector<Export> exports;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("Exports", &Output::exports),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    std::vector<Export> exports;
    auto scanned = stacks.tables().exports.scan(
        {call.account(), call.region}, [&](std::string_view, ExportRow& row) {
            exports.push_back({std::move(row.stack_id), std::move(row.name), std::move(row.value)});
            return true;
        });
    if (!scanned) return faults::from(scanned.error());
    TRY(page, page_of(std::move(exports), input.next_token, page_max));
    return Output{std::move(page.items), std::move(page.next_token)};
}

}  // namespace list_exports_operation

constinit const aws::Operation list_exports =
    aws::operation<&list_exports_operation::run>("ListExports");

}  // namespace cloudformation
