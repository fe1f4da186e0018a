#include "services/athena/failure.h"

namespace athena {

Failure failure_of(const athena_sql::SqlError& error) {
    if (error.code == "GENERIC_INTERNAL_ERROR") {
        return {error.describe(), category_system, type_internal, true};
    }
    const bool data = error.code.starts_with("HIVE_");
    return {error.describe(), category_user, data ? type_data : type_syntax};
}

Failure failure_of(const sql_engine::QueryFailure& failure) {
    Failure out;
    // The engine shows where in its own text: that is not the user's.
    const std::string message = failure.message.substr(0, failure.message.find("\n\nLINE "));
    out.reason = failure.code + ": " + message;
    if (failure.code == sql_engine::code_cancelled) return cancelled_failure();
    switch (failure.kind) {
        case base::ErrorKind::invalid:
        case base::ErrorKind::out_of_range:
        case base::ErrorKind::corrupt:
        case base::ErrorKind::not_found:
        case base::ErrorKind::io:
            out.type = failure.code.starts_with("HIVE_") ? type_data : type_user;
            break;
        case base::ErrorKind::limit:
            out.type = failure.code == sql_engine::code_time_limit ? type_timeout : type_exhausted;
            break;
        case base::ErrorKind::unavailable:
            out = {std::move(out.reason), category_system, type_engine, true};
            break;
        default:
            out = {std::move(out.reason), category_system, type_engine};
            break;
    }
    return out;
}

Failure ddl_failure(std::string_view exception, std::string_view message) {
    return {
        "FAILED: Execution Error, return code 1 from "
        "org.apache.hadoop.hive.ql.exec.DDLTask. " +
            std::string(exception) + "(message:" + std::string(message) + ")",
        category_user, type_ddl};
}

Failure semantic_failure(std::string message) {
    return {"FAILED: SemanticException " + std::move(message), category_user, type_ddl};
}

Failure result_failure(const base::Error& error) {
    return {"The query result could not be written to Amazon S3: " + error.describe(),
            category_user, type_result_write};
}

Failure internal_failure(std::string message) {
    return {"GENERIC_INTERNAL_ERROR: " + std::move(message), category_system, type_internal, true};
}

Failure cancelled_failure() {
    Failure out;
    out.reason = "Query cancelled by user";
    out.cancelled = true;
    return out;
}

Failure cut_off_failure() {
    Failure out;
    out.reason = "Bytes scanned limit was exceeded";
    out.cut_off = true;
    return out;
}

}  // namespace athena
