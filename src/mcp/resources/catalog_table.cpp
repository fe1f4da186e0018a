// catalog://{database}/{table}: a table as a page, and the list of all tables.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/completions/names.h"
#include "mcp/resources/catalog.h"
#include "mcp/resources/table_page.h"
#include "wire/uri.h"

namespace mcp::resources {

namespace json = boost::json;

namespace {

constexpr std::size_t page_characters_max = tools::text_characters_max - 2'000;
constexpr std::int64_t page_ttl_ms = 10'000;
constexpr const char* markdown = "text/markdown";
constexpr std::int64_t tables_a_page = 100;      // as Glue gives them
constexpr std::size_t database_pages_max = 10;   // of 100
constexpr std::size_t empty_databases_max = 50;  // gone through for one page of the list
constexpr std::size_t description_characters_max = 200;

void read(Context& context, const Variables& variables, ResourceAnswer answer) {
    auto held = std::make_shared<ResourceAnswer>(std::move(answer));
    make_table_page(context.backend(), variables.at("database"), variables.at("table"),
                    page_characters_max, [held](TablePage page) {
                        if (page.missing) return held->not_found(page.problem);
                        if (page.text.empty()) return held->fail(std::move(page.problem));
                        const std::string uri = held->uri();
                        (*held)({{uri, markdown, std::move(page.text)}}, {page_ttl_ms, false});
                    });
}

// ---- the list ----

// Where a page of it begins.
struct Place {
    std::string database;  // in it, or behind it when it is gone
    std::string token;     // Glue's
    std::int64_t listed = 0;
};

Place parse_place(const std::string& text) {
    boost::system::error_code problem;
    const json::value value = json::parse(text, problem);
    if (problem || !value.is_array() || value.get_array().size() != 3) return {};
    const json::array& parts = value.get_array();
    if (!parts[0].is_string() || !parts[1].is_string() || !parts[2].is_int64()) return {};
    return {std::string(parts[0].get_string()), std::string(parts[1].get_string()),
            parts[2].get_int64()};
}

struct TableList : std::enable_shared_from_this<TableList> {
    TableList(Context& c, Place p, ListAnswer a)
        : context(c), place(std::move(p)), answer(std::move(a)) {}

    void start() {
        tools::list_all(context.backend(), "glue", "GetDatabases", {{"MaxResults", 100}},
                        "DatabaseList", database_pages_max,
                        [self = shared_from_this()](aws::Reply<tools::Listing> reply) {
                            if (!reply) return self->give_up(reply.error());
                            for (const json::value& item : reply.value().items) {
                                if (const json::object* row = item.if_object()) {
                                    self->databases.push_back(tools::text_at(*row, "Name"));
                                }
                            }
                            std::sort(self->databases.begin(), self->databases.end());
                            self->next();
                        });
    }

  private:
    // The fixed resources are listed all the same.
    void give_up(const aws::Fault& fault) {
        context.log_to_client(
            "warning", json::value("The tables cannot be listed: " + tools::describe(fault)));
        answer({}, "");
    }
    void next() {
        const auto found = std::lower_bound(databases.begin(), databases.end(), place.database);
        if (found == databases.end()) return answer({}, "");
        if (*found != place.database) place.token.clear();
        place.database = *found;
        json::object input{{"DatabaseName", place.database}, {"MaxResults", tables_a_page}};
        if (!place.token.empty()) input["NextToken"] = place.token;
        context.backend().call("glue", "GetTables", std::move(input),
                               [self = shared_from_this()](aws::Reply<json::object> reply) {
                                   self->took(std::move(reply));
                               });
    }
    void took(aws::Reply<json::object> reply) {
        // A database that went away meanwhile has no tables.
        if (!reply && !tools::is_not_found(reply.error())) return give_up(reply.error());
        std::vector<ListedResource> page;
        if (reply) {
            for (const json::value& item : tools::array_at(reply.value(), "TableList")) {
                const json::object* row = item.if_object();
                if (row == nullptr || place.listed == std::int64_t{listed_tables_max}) continue;
                ++place.listed;
                page.push_back(listed(*row));
            }
            place.token = tools::text_at(reply.value(), "NextToken");
        } else {
            place.token.clear();
        }
        const bool full = place.listed == std::int64_t{listed_tables_max};
        if (place.token.empty()) {
            const auto behind =
                std::upper_bound(databases.begin(), databases.end(), place.database);
            if (behind == databases.end() || full) return answer(std::move(page), "");
            place.database = *behind;
        }
        if (full) return answer(std::move(page), "");
        if (page.empty() && ++empty < empty_databases_max) {
            return tools::step(context, empty, [self = shared_from_this()] { self->next(); });
        }
        answer(std::move(page),
               json::serialize(json::array{place.database, place.token, place.listed}));
    }
    ListedResource listed(const json::object& row) const {
        const std::string name = tools::text_at(row, "Name");
        return {table_uri(place.database, name), tools::cut(place.database + "." + name),
                tools::cut(tools::text_at(row, "Description"), description_characters_max),
                markdown};
    }

    Context& context;
    Place place;
    ListAnswer answer;
    std::vector<std::string> databases;
    std::size_t empty = 0;
};

void list(Context& context, const std::string& from, ListAnswer answer) {
    std::make_shared<TableList>(context, parse_place(from), std::move(answer))->start();
}

}  // namespace

std::string table_uri(std::string_view database, std::string_view table) {
    return "catalog://" + wire::percent_encode(database) + "/" + wire::percent_encode(table);
}

constinit const ResourceTemplate catalog_table = {
    .uri_template = "catalog://{database}/{table}",
    .name = "table",
    .options = {.title = "Table",
                .description = "A table of the data catalog: columns with types and comments, "
                               "partition keys, newest partition, an example query. "
                               "resources/list names the first 1,000; search_catalog finds all.",
                .mime_type = markdown},
    .read = read,
    .list = list,
    .complete = completions::complete_names};

}  // namespace mcp::resources
