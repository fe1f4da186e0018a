// GetTags of a database: nothing else here has tags.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace get_tags_operation {

struct Input {
    std::string arn;
    static constexpr auto members() {
        return std::tuple{shape::member("ResourceArn", &Input::arn, arn_rule)};
    }
};
struct Output {
    Parameters tags;
    static constexpr auto members() { return std::tuple{shape::member("Tags", &Output::tags)}; }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(name, faults::database_of(call, input.arn));
    TRY(row, faults::reply(glue.database({call.account(), call.region}, name)));
    return Output{std::move(row.tags)};
}

}  // namespace get_tags_operation

constinit const aws::Operation get_tags = aws::operation<&get_tags_operation::run>("GetTags");

}  // namespace glue
