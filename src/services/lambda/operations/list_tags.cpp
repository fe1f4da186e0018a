// ListTags of a function.
#include "services/lambda/lambda.h"

namespace lambda {
namespace list_tags_operation {

struct Input {
    std::string resource;
    static constexpr auto members() {
        return std::tuple{aws::member(
            "Resource", &Input::resource,
            {.required = true, .min = 1, .max = 256, .location = shape::Location::path})};
    }
};

struct Output {
    std::map<std::string, std::string> tags;
    static constexpr auto members() { return std::tuple{aws::member("Tags", &Output::tags)}; }
};

aws::Reply<Output> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(function, lambda.find(input.resource, call));
    return Output{function->tags};
}

}  // namespace list_tags_operation

constinit const aws::Operation list_tags = aws::operation<&list_tags_operation::run>(
    "ListTags", {.http = {"GET", "/2017-03-31/tags/{Resource}"}});

}  // namespace lambda
