// TagResource: adds to, and replaces in, the tags of a database.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace tag_resource_operation {

struct Input {
    std::string arn;
    Parameters tags;
    static constexpr auto members() {
        return std::tuple{shape::member("ResourceArn", &Input::arn, arn_rule),
                          shape::member("TagsToAdd", &Input::tags,
                                        {.required = true, .min = 0, .max = tags_max})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(name, faults::database_of(call, input.arn));
    bool too_many = false;
    TRY_VOID(faults::reply(
        glue.update_database({call.account(), call.region}, name, [&](DatabaseRow& row) {
            Parameters tags = row.tags;
            for (const auto& [key, value] : input.tags)
                tags[key] = value;
            too_many = tags.size() > tags_max;
            if (!too_many) row.tags = std::move(tags);
        })));
    if (too_many) return faults::invalid_input("A resource may have at most 50 tags.");
    return Output{};
}

}  // namespace tag_resource_operation

constinit const aws::Operation tag_resource =
    aws::operation<&tag_resource_operation::run>("TagResource");

}  // namespace glue
