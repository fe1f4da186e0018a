// UntagResource: remove tags of a function.
#include "services/lambda/lambda.h"

namespace lambda {
namespace untag_resource_operation {

struct Input {
    std::string resource;
    std::vector<std::string> tag_keys;
    static constexpr auto members() {
        return std::tuple{
            aws::member(
                "Resource", &Input::resource,
                {.required = true, .min = 1, .max = 256, .location = shape::Location::path}),
            aws::member(
                "TagKeys", &Input::tag_keys,
                {.required = true, .wire_name = "tagKeys", .location = shape::Location::query})};
    }
};

aws::Reply<shape::Empty> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(name, parse_function_name(input.resource, call));
    TRY_VOID(lambda.change(name, "", Lambda::What::policy,
                           [&input](FunctionRow& row) -> aws::Reply<void> {
                               for (const auto& key : input.tag_keys)
                                   row.tags.erase(key);
                               return base::ok();
                           }));
    return shape::Empty{};
}

}  // namespace untag_resource_operation

constinit const aws::Operation untag_resource = aws::operation<&untag_resource_operation::run>(
    "UntagResource", {.http = {"DELETE", "/2017-03-31/tags/{Resource}", 204}});

}  // namespace lambda
