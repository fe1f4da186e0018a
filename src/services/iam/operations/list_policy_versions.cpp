// ListPolicyVersions: the newest first, without documents.
#include <limits>

#include "services/iam/iam.h"
#include "services/iam/paging.h"

namespace iam {

namespace list_policy_versions_operation {

struct Output {
    std::vector<PolicyVersionOutput> versions;
    bool is_truncated = false;
    std::optional<std::string> marker;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{aws::member("Versions", &O::versions),
                          aws::member("IsTruncated", &O::is_truncated),
                          aws::member("Marker", &O::marker)};
    }
};

// Newer versions come first.
std::string order_of(const PolicyVersionRow& version) {
    const std::string digits =
        std::to_string(std::numeric_limits<std::int64_t>::max() - version.number);
    return std::string(20 - digits.size(), '0') + digits;
}

aws::Reply<Output> run(Iam& iam, const aws::Call& call, PolicyListInput& input) {
    TRY(found, iam.policy(call.account(), input.policy_arn));
    std::vector<PolicyVersionRow> rows(found.row.versions.rbegin(), found.row.versions.rend());
    TRY(page, make_page(std::move(rows), input.marker, input.max_items, order_of));
    Output output{{}, page.truncated, page.marker};
    for (const PolicyVersionRow& row : page.items) {
        output.versions.push_back(to_output(found.row, row));
        output.versions.back().document.reset();
    }
    return output;
}

}  // namespace list_policy_versions_operation

constinit const aws::Operation list_policy_versions =
    aws::operation<&list_policy_versions_operation::run>("ListPolicyVersions");

}  // namespace iam
