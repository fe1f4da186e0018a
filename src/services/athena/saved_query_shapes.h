// The shapes of named queries and prepared statements.
#pragma once

#include <optional>
#include <string>

#include "services/athena/shapes.h"

namespace athena {

inline constexpr std::size_t batch_max = 50;
inline constexpr shape::Constraints required_group_rule{.required = true,
                                                        .pattern = "[a-zA-Z0-9._-]{1,128}"};
inline constexpr shape::Constraints query_id_rule{
    .required = true, .min = 1, .max = 128, .pattern = R"(\S+)"};
inline constexpr shape::Constraints saved_query_rule{.required = true, .min = 1, .max = 262'144};
inline constexpr shape::Constraints statement_name_rule{
    .required = true, .min = 1, .max = 256, .pattern = "[a-zA-Z_][a-zA-Z0-9_@:]{1,256}"};
inline constexpr shape::Constraints saved_description_rule{.min = 1, .max = 1024};

struct NamedQuery {
    std::string name;
    std::optional<std::string> description;
    std::string database;
    std::string query;
    std::string id;
    std::string work_group;
    static constexpr auto members() {
        using N = NamedQuery;
        return std::tuple{
            aws::member("Name", &N::name),         aws::member("Description", &N::description),
            aws::member("Database", &N::database), aws::member("QueryString", &N::query),
            aws::member("NamedQueryId", &N::id),   aws::member("WorkGroup", &N::work_group)};
    }
};

inline NamedQuery to_shape(NamedQueryRow row) {
    NamedQuery out{std::move(row.name),     {},
                   std::move(row.database), std::move(row.query),
                   std::move(row.id),       std::move(row.work_group)};
    if (!row.description.empty()) out.description = std::move(row.description);
    return out;
}

struct PreparedStatement {
    std::string name;
    std::string query;
    std::string work_group;
    std::optional<std::string> description;
    base::Timestamp modified;
    static constexpr auto members() {
        using P = PreparedStatement;
        return std::tuple{aws::member("StatementName", &P::name),
                          aws::member("QueryStatement", &P::query),
                          aws::member("WorkGroupName", &P::work_group),
                          aws::member("Description", &P::description),
                          aws::member("LastModifiedTime", &P::modified)};
    }
};

inline PreparedStatement to_shape(PreparedStatementRow row, const std::string& work_group) {
    PreparedStatement out{std::move(row.name), std::move(row.query), work_group, {}, row.modified};
    if (!row.description.empty()) out.description = std::move(row.description);
    return out;
}

}  // namespace athena
