#include "functions.h"

#include <duckdb/main/extension/extension_loader.hpp>

#include "text.h"

namespace sql_worker {

namespace {

using duckdb::LogicalType;
__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

template <class T>
void to_varchar(duckdb::DataChunk& arguments, duckdb::ExpressionState&, duckdb::Vector& result) {
    duckdb::UnaryExecutor::Execute<T, duckdb::string_t>(
        arguments.data[0], result, arguments.size(),
        [&](T value) { return duckdb::StringVector::AddString(result, trino_cast_text(value)); });
}

Wide to_wide(duckdb::hugeint_t value) {
    const auto upper = static_cast<UnsignedWide>(static_cast<std::uint64_t>(value.upper));
    return static_cast<Wide>(upper << 64 | value.lower);
}

duckdb::hugeint_t to_hugeint(Wide value) {
    duckdb::hugeint_t result;
    result.lower = static_cast<std::uint64_t>(value);
    result.upper = static_cast<std::int64_t>(value >> 64);
    return result;
}

duckdb::hugeint_t divide(duckdb::hugeint_t dividend, duckdb::hugeint_t divisor) {
    const Wide a = to_wide(dividend);
    const Wide b = to_wide(divisor);
    if (b == 0) throw duckdb::InvalidInputException("DIVISION_BY_ZERO: Division by zero");
    Wide quotient = a / b;
    const Wide rest = a % b;
    // |rest| < |b|, and |b| <= 2^126 for decimals of 38 digits: doubling does not overflow.
    const Wide double_rest = (rest < 0 ? -rest : rest) * 2;
    if (double_rest >= (b < 0 ? -b : b)) quotient += ((a < 0) == (b < 0)) ? 1 : -1;
    return to_hugeint(quotient);
}

void divide_half_up(duckdb::DataChunk& arguments, duckdb::ExpressionState&,
                    duckdb::Vector& result) {
    duckdb::BinaryExecutor::Execute<duckdb::hugeint_t, duckdb::hugeint_t, duckdb::hugeint_t>(
        arguments.data[0], arguments.data[1], result, arguments.size(), divide);
}

// As DuckDB's error(), but not volatile, so that TRY() may contain it.
void fail(duckdb::DataChunk& arguments, duckdb::ExpressionState&, duckdb::Vector& result) {
    duckdb::UnifiedVectorFormat texts;
    arguments.data[0].ToUnifiedFormat(arguments.size(), texts);
    for (duckdb::idx_t row = 0; row < arguments.size(); ++row) {
        const auto at = texts.sel->get_index(row);
        if (!texts.validity.RowIsValid(at)) continue;
        throw duckdb::InvalidInputException(
            duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(texts)[at].GetString());
    }
    result.Reference(duckdb::Value(LogicalType::SQLNULL));
}

}  // namespace

void register_functions(duckdb::DatabaseInstance& database) {
    duckdb::ExtensionLoader loader(database, "datastack");
    loader.RegisterFunction(duckdb::ScalarFunction("datastack_double_to_varchar",
                                                   {LogicalType::DOUBLE}, LogicalType::VARCHAR,
                                                   to_varchar<double>));
    loader.RegisterFunction(duckdb::ScalarFunction("datastack_real_to_varchar",
                                                   {LogicalType::FLOAT}, LogicalType::VARCHAR,
                                                   to_varchar<float>));
    duckdb::ScalarFunction division("datastack_divide_half_up",
                                    {LogicalType::HUGEINT, LogicalType::HUGEINT},
                                    LogicalType::HUGEINT, divide_half_up);
    // A divisor of 0 raises: the optimizer must not evaluate it where the query would not.
    division.errors = duckdb::FunctionErrors::CAN_THROW_RUNTIME_ERROR;
    loader.RegisterFunction(division);
    duckdb::ScalarFunction failure("datastack_fail", {LogicalType::VARCHAR}, LogicalType::SQLNULL,
                                   fail);
    failure.errors = duckdb::FunctionErrors::CAN_THROW_RUNTIME_ERROR;
    loader.RegisterFunction(failure);
}

}  // namespace sql_worker
