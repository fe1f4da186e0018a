// ListPolicyTags: tags by key.
#include "services/iam/iam.h"
#include "services/iam/paging.h"

namespace iam {

namespace list_policy_tags_operation {

aws::Reply<TagListOutput> run(Iam& iam, const aws::Call& call, PolicyListInput& input) {
    TRY(found, iam.policy(call.account(), input.policy_arn));
    auto tags = to_output(found.row.tags);
    TRY(page, make_page(std::move(tags), input.marker, input.max_items,
                        [](const Tag& tag) { return tag.key; }));
    return TagListOutput{std::move(page.items), page.truncated, page.marker};
}

}  // namespace list_policy_tags_operation

constinit const aws::Operation list_policy_tags =
    aws::operation<&list_policy_tags_operation::run>("ListPolicyTags");

}  // namespace iam
