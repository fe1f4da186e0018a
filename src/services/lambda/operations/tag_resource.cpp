// TagResource: add or replace tags of a function.
#include "services/lambda/faults.h"
#include "services/lambda/lambda.h"

namespace lambda {
namespace tag_resource_operation {

struct Input {
    std::string resource;
    std::map<std::string, std::string> tags;
    static constexpr auto members() {
        return std::tuple{
            aws::member(
                "Resource", &Input::resource,
                {.required = true, .min = 1, .max = 256, .location = shape::Location::path}),
            aws::member("Tags", &Input::tags, {.required = true})};
    }
};

aws::Reply<shape::Empty> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(name, parse_function_name(input.resource, call));
    const Lambda::Change apply = [&input](FunctionRow& row) -> aws::Reply<void> {
        for (const auto& [key, value] : input.tags) {
            if (key.empty() || key.size() > 128 || value.size() > 256 || key.starts_with("aws:")) {
                return faults::invalid_parameter("Invalid tag key or value: " + key);
            }
            row.tags[key] = value;
        }
        if (row.tags.size() > tags_max) {
            return faults::invalid_parameter("A function has at most " + std::to_string(tags_max) +
                                             " tags.");
        }
        return base::ok();
    };
    TRY_VOID(lambda.change(name, "", Lambda::What::policy, apply));
    return shape::Empty{};
}

}  // namespace tag_resource_operation

constinit const aws::Operation tag_resource = aws::operation<&tag_resource_operation::run>(
    "TagResource", {.http = {"POST", "/2017-03-31/tags/{Resource}", 204}});

}  // namespace lambda
