// BatchGetNamedQuery: those that are not there are listed apart.
#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace batch_get_named_query_operation {

struct Input {
    std::vector<std::string> ids;
    static constexpr auto members() {
        return std::tuple{aws::member("NamedQueryIds", &Input::ids,
                                      {.required = true, .min = 1, .max = batch_max})};
    }
};
struct Unprocessed {
    std::string id;
    std::string code;
    std::string message;
    static constexpr auto members() {
        return std::tuple{aws::member("NamedQueryId", &Unprocessed::id),
                          aws::member("ErrorCode", &Unprocessed::code),
                          aws::member("ErrorMessage", &Unprocessed::message)};
    }
};
struct Output {
    std::vector<NamedQuery> queries;
    std::vector<Unprocessed> unprocessed;
    static constexpr auto members() {
        return std::tuple{aws::member("NamedQueries", &Output::queries),
                          aws::member("UnprocessedNamedQueryIds", &Output::unprocessed)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    Output out;
    for (const std::string& id : input.ids) {
        TRY(row, faults::reply(athena.groups().find_query(scope_of(call), id)));
        if (row) {
            out.queries.push_back(to_shape(std::move(*row)));
        } else {
            out.unprocessed.push_back({id, "INVALID_INPUT", faults::no_named_query(id).message});
        }
    }
    return out;
}

}  // namespace batch_get_named_query_operation

constinit const aws::Operation batch_get_named_query =
    aws::operation<&batch_get_named_query_operation::run>("BatchGetNamedQuery");

}  // namespace athena
