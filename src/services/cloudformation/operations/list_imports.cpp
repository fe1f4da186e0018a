// ListImports: the stacks that use an export.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace list_imports_operation {

struct Input {
    std::string export_name;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("ExportName", &Input::export_name, required_rule),
                          aws::member("NextToken", &Input::next_token, page_token_rule)};
    }
};

struct Output {
    Names imports;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("Imports", &Output::imports),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    auto importers = stacks.tables().importers_of(call.account(), call.region, input.export_name);
    if (!importers) return faults::from(importers.error());
    if (importers.value().empty()) return faults::export_not_imported(input.export_name);
    TRY(page, page_of(std::move(importers.value()), input.next_token, page_max));
    return Output{std::move(page.items), std::move(page.next_token)};
}

}  // namespace list_imports_operation

constinit const aws::Operation list_imports =
    aws::operation<&list_imports_operation::run>("ListImports");

}  // namespace cloudformation
