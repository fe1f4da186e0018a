#include "services/athena/shapes.h"

#include <algorithm>

#include "athena_sql/lexer.h"

namespace athena {

QueryExecution to_shape(const ExecutionRow& row) {
    QueryExecution out;
    out.id = row.id;
    out.query = row.query;
    out.statement_type = row.statement_type;
    out.substatement_type = row.substatement_type;
    out.result.output_location = "s3://" + row.output_bucket + "/" + row.output_key;
    if (!row.encryption_option.empty()) out.result.encryption = {row.encryption_option, {}};
    if (!row.acl_option.empty()) out.result.acl = {row.acl_option};
    if (!row.expected_bucket_owner.empty()) {
        out.result.expected_bucket_owner = row.expected_bucket_owner;
    }
    out.context.database = row.database;
    out.context.catalog = row.catalog;
    out.status.state = row.state;
    if (!row.reason.empty()) out.status.reason = row.reason;
    out.status.submitted = row.submitted;
    out.status.completed = row.completed;
    if (row.failure) {
        out.status.error = AthenaError{row.failure->category, row.failure->type,
                                       row.failure->retryable, row.failure->message};
    }
    out.statistics.engine_ms = row.statistics.engine_ms;
    out.statistics.scanned_bytes = row.statistics.scanned_bytes;
    out.statistics.total_ms = row.statistics.total_ms;
    out.statistics.queue_ms = row.statistics.queue_ms;
    if (row.header) out.statistics.planning_ms = row.statistics.planning_ms;
    out.statistics.service_ms = row.statistics.service_ms;
    out.work_group = row.work_group;
    if (!row.parameters.empty()) out.parameters = row.parameters;
    return out;
}

namespace {

std::vector<MetadataColumn> to_shape(const std::vector<ports::Column>& columns) {
    std::vector<MetadataColumn> out;
    for (const ports::Column& column : columns) {
        MetadataColumn shown{column.name, column.type, {}};
        if (!column.comment.empty()) shown.comment = column.comment;
        out.push_back(std::move(shown));
    }
    return out;
}

}  // namespace

TableMetadata to_shape(const ports::Table& table) {
    TableMetadata out;
    out.name = table.name;
    out.created = table.created;
    out.table_type = table.table_type;
    out.columns = to_shape(table.columns);
    out.partition_keys = to_shape(table.partition_keys);
    out.parameters = table.parameters;
    if (!table.location.empty()) out.parameters["location"] = table.location;
    if (!table.input_format.empty()) out.parameters["inputformat"] = table.input_format;
    if (!table.output_format.empty()) out.parameters["outputformat"] = table.output_format;
    if (!table.serde_library.empty()) {
        out.parameters["serde.serialization.lib"] = table.serde_library;
    }
    for (const auto& [key, value] : table.serde_parameters) {
        out.parameters["serde.param." + key] = value;
    }
    return out;
}

aws::Reply<void> check_encryption(const std::optional<EncryptionConfiguration>& encryption) {
    if (encryption && encryption->option != "SSE_S3") {
        return faults::not_supported("EncryptionOption " + encryption->option);
    }
    if (encryption && encryption->key) {
        return faults::invalid_request("KmsKey is not allowed with EncryptionOption SSE_S3");
    }
    return base::ok();
}

aws::Reply<void> check_catalog(const std::string& name) {
    if (athena_sql::to_lower(name) != "awsdatacatalog") {
        return faults::invalid_request("Data catalog " + name + " was not found");
    }
    return base::ok();
}

aws::Fault metadata_fault(const base::Error& error) {
    if (error.kind == base::ErrorKind::not_found || error.kind == base::ErrorKind::invalid) {
        return faults::metadata(error.message);
    }
    return faults::internal(error);
}

NamePage page_of(std::vector<std::string> names, const std::optional<std::string>& token,
                 std::size_t names_max) {
    std::sort(names.begin(), names.end());
    NamePage page;
    auto next = token ? std::upper_bound(names.begin(), names.end(), *token) : names.begin();
    while (next != names.end() && page.names.size() < names_max) {
        page.names.push_back(std::move(*next++));
    }
    if (next != names.end()) page.next_token = page.names.back();
    return page;
}

}  // namespace athena
