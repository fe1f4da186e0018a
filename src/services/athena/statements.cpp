#include "services/athena/statements.h"

#include <algorithm>

#include "athena_sql/lexer.h"
#include "athena_sql/partition_filter.h"

namespace athena {

namespace {

using namespace athena_sql;  // NOLINT(google-build-using-namespace): the statements' names

ColumnRow text_column(const char* name) {
    return {name, "string", 0, 0, false};
}

// Hive's patterns: '*' is any text, '|' separates alternatives, case ignored.
bool matches_pattern(const std::string& name, const std::optional<std::string>& pattern) {
    if (!pattern) return true;
    const std::string alternatives = to_lower(*pattern);
    for (std::size_t begin = 0; begin <= alternatives.size();) {
        const auto end = std::min(alternatives.find('|', begin), alternatives.size());
        FilterNode like;
        std::string text = alternatives.substr(begin, end - begin);
        std::string sql;
        for (const char c : text) {
            if (c == '%' || c == '_' || c == '\\') sql += '\\';
            sql += c == '*' ? '%' : c;
        }
        like.op = FilterOp::like;
        for (const std::string& part : {name, sql, std::string("\\")}) {
            FilterNode constant;
            constant.value = part;
            like.children.push_back(std::move(constant));
        }
        if (evaluate(like, {}) == FilterValue(true)) return true;
        begin = end + 1;
    }
    return false;
}

StatementOutput lines(const char* column, const std::vector<std::string>& names,
                      const std::optional<std::string>& pattern = {}) {
    StatementOutput out;
    out.columns.push_back(text_column(column));
    for (const std::string& name : names) {
        if (matches_pattern(name, pattern)) out.text += name + "\n";
    }
    return out;
}

class Runner {
  public:
    explicit Runner(const StatementContext& context) : context_(context) {}

    Done<StatementOutput> operator()(const QueryPtr&) const {
        return internal_failure("a query is no statement");
    }
    Done<StatementOutput> operator()(const CreateDatabase& statement) const {
        if (!statement.properties.empty()) {
            return semantic_failure("DBPROPERTIES are not supported");
        }
        const auto made = context_.catalog.create_database(context_.scope, statement.name,
                                                           statement.comment, statement.location);
        const bool there = !made && made.error().kind == base::ErrorKind::already_exists;
        if (!made && !(there && statement.if_not_exists)) return catalog_failure(made.error());
        return StatementOutput{};
    }
    Done<StatementOutput> operator()(const DropDatabase& statement) const {
        const auto gone =
            context_.catalog.drop_database(context_.scope, statement.name, statement.cascade);
        const bool absent = !gone && gone.error().kind == base::ErrorKind::not_found;
        if (!gone && !(absent && statement.if_exists)) return catalog_failure(gone.error());
        return StatementOutput{};
    }
    Done<StatementOutput> operator()(const CreateTable& statement) const {
        return create_table(context_, statement);
    }
    Done<StatementOutput> operator()(const DropTable& statement) const {
        const auto gone = context_.catalog.drop_table(
            context_.scope, database_of(context_, statement.name), statement.name.table);
        const bool absent = !gone && gone.error().kind == base::ErrorKind::not_found;
        if (!gone && !(absent && statement.if_exists)) return catalog_failure(gone.error());
        return StatementOutput{};
    }
    Done<StatementOutput> operator()(const RepairTable& statement) const {
        return repair_table(context_, statement);
    }
    Done<StatementOutput> operator()(const AddPartitions& statement) const {
        return add_partitions(context_, statement);
    }
    Done<StatementOutput> operator()(const DropPartitions& statement) const {
        return drop_partitions(context_, statement);
    }
    Done<StatementOutput> operator()(const ShowDatabases& statement) const {
        const auto names = context_.catalog.list_databases(context_.scope);
        if (!names) return catalog_failure(names.error());
        return lines("database_name", names.value(), statement.pattern);
    }
    Done<StatementOutput> operator()(const ShowTables& statement) const {
        const std::string database =
            statement.database.empty() ? context_.database : statement.database;
        const auto names = context_.catalog.list_tables(context_.scope, database);
        if (!names && names.error().kind == base::ErrorKind::not_found) {
            return semantic_failure("[Error 10072]: Database does not exist: " + database);
        }
        if (!names) return catalog_failure(names.error());
        return lines("tab_name", names.value(), statement.pattern);
    }
    Done<StatementOutput> operator()(const ShowPartitions& statement) const {
        TRY(table, require_table(context_, statement.name));
        if (table.partition_keys.empty()) {
            return Failure{
                "FAILED: Execution Error, return code 1 from "
                "org.apache.hadoop.hive.ql.exec.DDLTask. Table " +
                    table.name + " is not a partitioned table",
                category_user, type_ddl};
        }
        const auto partitions =
            context_.catalog.list_partitions(context_.scope, table.database, table.name);
        if (!partitions) return catalog_failure(partitions.error());
        std::vector<std::string> names;
        for (const ports::Partition& partition : partitions.value()) {
            names.push_back(partition_path(table.partition_keys, partition.values));
        }
        return lines("partition", names);
    }
    Done<StatementOutput> operator()(const ShowColumns& statement) const {
        TRY(table, require_table(context_, statement.name));
        std::vector<std::string> names;
        for (const ports::Column& column : table.columns)
            names.push_back(column.name);
        for (const ports::Column& column : table.partition_keys)
            names.push_back(column.name);
        return lines("field", names);
    }
    Done<StatementOutput> operator()(const ShowCreateTable& statement) const {
        TRY(table, require_table(context_, statement.name));
        StatementOutput out;
        out.columns.push_back(text_column("createtab_stmt"));
        out.text = create_table_text(table);
        return out;
    }
    Done<StatementOutput> operator()(const DescribeTable& statement) const {
        TRY(table, require_table(context_, statement.name));
        StatementOutput out;
        for (const char* name : {"col_name", "data_type", "comment"}) {
            out.columns.push_back(text_column(name));
        }
        out.text = describe_text(table, statement.formatted);
        return out;
    }

  private:
    const StatementContext& context_;
};

}  // namespace

std::string database_of(const StatementContext& context, const athena_sql::TableName& name) {
    return name.database.empty() ? context.database : name.database;
}

Failure catalog_failure(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::already_exists:
            return ddl_failure("AlreadyExistsException", error.message);
        case base::ErrorKind::not_found:
            return ddl_failure("NoSuchObjectException", error.message);
        case base::ErrorKind::invalid:
        case base::ErrorKind::limit:
            return ddl_failure("InvalidOperationException", error.message);
        default:
            return internal_failure(error.describe());
    }
}

Done<ports::Table> require_table(const StatementContext& context,
                                 const athena_sql::TableName& name) {
    const std::string database = database_of(context, name);
    auto table = context.catalog.find_table(context.scope, database, name.table);
    if (table) return std::move(table.value());
    if (table.error().kind == base::ErrorKind::not_found) {
        return semantic_failure("[Error 10001]: Table not found " + database + "." + name.table);
    }
    return catalog_failure(table.error());
}

Done<StatementOutput> run_statement(const StatementContext& context,
                                    const athena_sql::Statement& statement) {
    return std::visit(Runner(context), statement);
}

StatementKind statement_kind(const athena_sql::Statement& statement) {
    struct Kind {
        StatementKind operator()(const QueryPtr&) const { return {"DML", "SELECT"}; }
        StatementKind operator()(const CreateDatabase&) const { return {"DDL", "CREATE_DATABASE"}; }
        StatementKind operator()(const DropDatabase&) const { return {"DDL", "DROP_DATABASE"}; }
        StatementKind operator()(const CreateTable&) const { return {"DDL", "CREATE_TABLE"}; }
        StatementKind operator()(const DropTable&) const { return {"DDL", "DROP_TABLE"}; }
        StatementKind operator()(const RepairTable&) const { return {"DDL", "MSCK_REPAIR"}; }
        StatementKind operator()(const AddPartitions&) const {
            return {"DDL", "ALTER_TABLE_ADD_PARTITION"};
        }
        StatementKind operator()(const DropPartitions&) const {
            return {"DDL", "ALTER_TABLE_DROP_PARTITION"};
        }
        StatementKind operator()(const ShowDatabases&) const {
            return {"UTILITY", "SHOW_DATABASES"};
        }
        StatementKind operator()(const ShowTables&) const { return {"UTILITY", "SHOW_TABLES"}; }
        StatementKind operator()(const ShowPartitions&) const {
            return {"UTILITY", "SHOW_PARTITIONS"};
        }
        StatementKind operator()(const ShowColumns&) const { return {"UTILITY", "SHOW_COLUMNS"}; }
        StatementKind operator()(const ShowCreateTable&) const {
            return {"UTILITY", "SHOW_CREATE_TABLE"};
        }
        StatementKind operator()(const DescribeTable&) const {
            return {"UTILITY", "DESCRIBE_TABLE"};
        }
    };
    return std::visit(Kind{}, statement);
}

}  // namespace athena
