// ListRoleTags: tags by key.
#include "services/iam/iam.h"
#include "services/iam/paging.h"

namespace iam {

namespace list_role_tags_operation {

aws::Reply<TagListOutput> run(Iam& iam, const aws::Call& call, RoleListInput& input) {
    TRY(found, iam.role(call.account(), input.role_name));
    auto tags = to_output(found.tags);
    TRY(page, make_page(std::move(tags), input.marker, input.max_items,
                        [](const Tag& tag) { return tag.key; }));
    return TagListOutput{std::move(page.items), page.truncated, page.marker};
}

}  // namespace list_role_tags_operation

constinit const aws::Operation list_role_tags =
    aws::operation<&list_role_tags_operation::run>("ListRoleTags");

}  // namespace iam
