#include "mcp/completions/names.h"

#include <algorithm>
#include <set>

#include "athena_sql/lexer.h"
#include "mcp/tools/table_info.h"

namespace mcp::completions {

namespace json = boost::json;

namespace {

std::vector<std::string> names_of(const tools::Listing& listing) {
    std::vector<std::string> names;
    for (const json::value& item : listing.items) {
        if (const json::object* row = item.if_object()) {
            names.push_back(tools::text_at(*row, "Name"));
        }
    }
    return names;
}

// Those that begin with what is typed, then those that contain it.
std::vector<std::string> fitting(const std::set<std::string>& names, const std::string& typed) {
    const std::string low = athena_sql::to_lower(typed);
    std::vector<std::string> first;
    std::vector<std::string> then;
    for (const std::string& name : names) {
        const auto at = athena_sql::to_lower(name).find(low);
        if (at == 0) first.push_back(name);
        if (at != 0 && at != std::string::npos) then.push_back(name);
    }
    first.insert(first.end(), std::make_move_iterator(then.begin()),
                 std::make_move_iterator(then.end()));
    return first;
}

struct Work : std::enable_shared_from_this<Work> {
    Work(Context& c, const CompletionRequest& r, CompletionAnswer a)
        : context(c), request(r), answer(std::move(a)) {}

    std::string settled(const char* name) const {
        const auto found = request.context.find(name);
        return found != request.context.end() ? found->second : std::string();
    }
    void finish() { answer(fitting(names, request.value), complete); }

    void databases(base::UniqueFunction<void(std::vector<std::string>)> then) {
        tools::list_all(context.backend(), "glue", "GetDatabases", {{"MaxResults", 100}},
                        "DatabaseList", name_pages_max,
                        [self = shared_from_this(),
                         then = std::move(then)](aws::Reply<tools::Listing> reply) mutable {
                            if (!reply) {
                                self->context.log_to_client(
                                    "warning", json::value("Names cannot be proposed: " +
                                                           tools::describe(reply.error())));
                                return self->finish();
                            }
                            self->complete = reply.value().complete;
                            then(names_of(reply.value()));
                        });
    }
    void tables(std::vector<std::string> where, std::size_t index) {
        if (index == where.size() || context.is_cancelled()) return finish();
        if (index == searched_databases_max) {
            complete = false;
            return finish();
        }
        json::object input{{"DatabaseName", where[index]}, {"MaxResults", 100}};
        tools::list_all(context.backend(), "glue", "GetTables", std::move(input), "TableList",
                        name_pages_max,
                        [self = shared_from_this(), where = std::move(where),
                         index](aws::Reply<tools::Listing> reply) mutable {
                            if (reply) {
                                self->names.merge(self->set_of(names_of(reply.value())));
                                self->complete = self->complete && reply.value().complete;
                            }
                            self->tables(std::move(where), index + 1);
                        });
    }
    void columns() {
        context.backend().call(
            "glue", "GetTable", {{"DatabaseName", settled("database")}, {"Name", settled("table")}},
            [self = shared_from_this()](aws::Reply<json::object> reply) {
                const json::object* row =
                    reply ? tools::object_at(reply.value(), "Table") : nullptr;
                if (row == nullptr) return self->finish();
                const tools::CatalogTable table = tools::read_table(*row);
                for (const auto* columns : {&table.columns, &table.partition_keys}) {
                    for (const auto& column : *columns)
                        self->names.insert(column.name);
                }
                self->finish();
            });
    }
    static std::set<std::string> set_of(std::vector<std::string> list) {
        return {std::make_move_iterator(list.begin()), std::make_move_iterator(list.end())};
    }

    Context& context;
    const CompletionRequest& request;
    CompletionAnswer answer;
    std::set<std::string> names;
    bool complete = true;
};

}  // namespace

void complete_names(Context& context, const CompletionRequest& request, CompletionAnswer answer) {
    const auto work = std::make_shared<Work>(context, request, std::move(answer));
    if (request.argument == "database") {
        return work->databases([work](std::vector<std::string> found) {
            work->names = Work::set_of(std::move(found));
            work->finish();
        });
    }
    if (request.argument == "table") {
        const std::string database = work->settled("database");
        if (!database.empty()) return work->tables({database}, 0);
        return work->databases(
            [work](std::vector<std::string> found) { work->tables(std::move(found), 0); });
    }
    const bool known = !work->settled("database").empty() && !work->settled("table").empty();
    if (request.argument == "column" && known) return work->columns();
    work->finish();
}

}  // namespace mcp::completions
