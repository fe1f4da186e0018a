#include "text.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace sql_worker {

namespace {

using athena_sql::TypeKind;

constexpr std::int64_t us_per_ms = 1000;
constexpr std::int64_t ms_per_second = 1000;
constexpr std::int64_t ms_per_day = 86'400'000;

struct Digits {
    bool negative = false;
    std::string digits;  // at least one, no point
    int exponent = 0;    // of the first digit
};

// The shortest digits that read back, finite values only.
template <class T>
Digits shortest(T value) {
    char buffer[64];
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    Digits result;
    const char* at = buffer;
    if (*at == '-') {
        result.negative = true;
        ++at;
    }
    for (; at != end && *at != 'e'; ++at) {
        if (*at != '.') result.digits.push_back(*at);
    }
    ++at;                  // 'e'
    if (*at == '+') ++at;  // from_chars takes no plus
    std::from_chars(at, end, result.exponent);
    return result;
}

template <class T>
bool special_text(T value, std::string& out) {
    if (std::isnan(value)) {
        out = "NaN";
        return true;
    }
    if (std::isinf(value)) {
        out = value < 0 ? "-Infinity" : "Infinity";
        return true;
    }
    return false;
}

std::string scientific(const Digits& number) {
    std::string text = number.negative ? "-" : "";
    text.push_back(number.digits[0]);
    text.push_back('.');
    text += number.digits.size() > 1 ? number.digits.substr(1) : "0";
    text += "E" + std::to_string(number.exponent);
    return text;
}

template <class T>
std::string java_text_of(T value) {
    std::string text;
    if (special_text(value, text)) return text;
    if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
    Digits number = shortest(value);
    if (number.exponent < -3 || number.exponent >= 7) return scientific(number);
    text = number.negative ? "-" : "";
    if (number.exponent < 0) {
        text +=
            "0." + std::string(static_cast<std::size_t>(-number.exponent - 1), '0') + number.digits;
        return text;
    }
    const auto whole = static_cast<std::size_t>(number.exponent) + 1;
    if (number.digits.size() <= whole) {
        number.digits.append(whole - number.digits.size(), '0');
        return text + number.digits + ".0";
    }
    return text + number.digits.substr(0, whole) + "." + number.digits.substr(whole);
}

template <class T>
std::string trino_cast_text_of(T value) {
    std::string text;
    if (special_text(value, text)) return text;
    if (value == 0) return std::signbit(value) ? "-0E0" : "0E0";
    return scientific(shortest(value));
}

void append_number(std::string& out, std::int64_t number, int width) {
    char buffer[32];
    const int length =
        std::snprintf(buffer, sizeof buffer, "%0*lld", width, static_cast<long long>(number));
    out.append(buffer, static_cast<std::size_t>(length));
}

void append_date(std::string& out, duckdb::date_t date) {
    std::int32_t year = 0;
    std::int32_t month = 0;
    std::int32_t day = 0;
    duckdb::Date::Convert(date, year, month, day);
    append_number(out, year, year < 0 ? 5 : 4);
    out.push_back('-');
    append_number(out, month, 2);
    out.push_back('-');
    append_number(out, day, 2);
}

void append_time_ms(std::string& out, std::int64_t ms) {
    append_number(out, ms / 3'600'000, 2);
    out.push_back(':');
    append_number(out, ms / 60'000 % 60, 2);
    out.push_back(':');
    append_number(out, ms / ms_per_second % 60, 2);
    out.push_back('.');
    append_number(out, ms % ms_per_second, 3);
}

void append_timestamp(std::string& out, duckdb::timestamp_t timestamp, bool with_zone) {
    duckdb::date_t date;
    duckdb::dtime_t time;
    duckdb::Timestamp::Convert(timestamp, date, time);
    append_date(out, date);
    out.push_back(' ');
    append_time_ms(out, time.micros / us_per_ms);
    if (with_zone) out += " UTC";
}

void append_day_interval(std::string& out, const duckdb::interval_t& interval) {
    std::int64_t ms = interval.days * ms_per_day + interval.micros / us_per_ms;
    if (ms < 0) {
        out.push_back('-');
        ms = -ms;
    }
    out += std::to_string(ms / ms_per_day) + " ";
    append_time_ms(out, ms % ms_per_day);
}

void append_month_interval(std::string& out, const duckdb::interval_t& interval) {
    std::int64_t months = interval.months;
    if (months < 0) {
        out.push_back('-');
        months = -months;
    }
    out += std::to_string(months / 12) + "-" + std::to_string(months % 12);
}

void append_hex_pairs(std::string& out, std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    bool first = true;
    for (const char c : bytes) {
        if (!first) out.push_back(' ');
        first = false;
        out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
        out.push_back(digits[static_cast<unsigned char>(c) & 15]);
    }
}

void append_element(std::string& out, const duckdb::Value& value, const athena_sql::Type& type) {
    if (value.IsNull()) {
        out += "null";
    } else {
        append_text(out, value, type);
    }
}

void append_row(std::string& out, const duckdb::Value& value, const athena_sql::Type& type) {
    const auto& fields = duckdb::StructValue::GetChildren(value);
    out.push_back('{');
    for (std::size_t i = 0; i < fields.size() && i < type.elements.size(); ++i) {
        if (i > 0) out += ", ";
        const std::string& name = i < type.field_names.size() ? type.field_names[i] : "";
        out += name.empty() ? "field" + std::to_string(i) : name;
        out.push_back('=');
        append_element(out, fields[i], type.elements[i]);
    }
    out.push_back('}');
}

void append_map(std::string& out, const duckdb::Value& value, const athena_sql::Type& type) {
    out.push_back('{');
    bool first = true;
    for (const auto& entry : duckdb::MapValue::GetChildren(value)) {
        const auto& pair = duckdb::StructValue::GetChildren(entry);
        if (!first) out += ", ";
        first = false;
        append_element(out, pair[0], type.elements[0]);
        out.push_back('=');
        append_element(out, pair[1], type.elements[1]);
    }
    out.push_back('}');
}

void append_array(std::string& out, const duckdb::Value& value, const athena_sql::Type& type) {
    out.push_back('[');
    bool first = true;
    for (const auto& entry : duckdb::ListValue::GetChildren(value)) {
        if (!first) out += ", ";
        first = false;
        append_element(out, entry, type.elements[0]);
    }
    out.push_back(']');
}

}  // namespace

std::string java_text(double value) {
    return java_text_of(value);
}
std::string java_text(float value) {
    return java_text_of(value);
}
std::string trino_cast_text(double value) {
    return trino_cast_text_of(value);
}
std::string trino_cast_text(float value) {
    return trino_cast_text_of(value);
}

void append_text(std::string& out, const duckdb::Value& value, const athena_sql::Type& type) {
    switch (type.kind) {
        case TypeKind::boolean:
            out += value.GetValue<bool>() ? "true" : "false";
            return;
        case TypeKind::double_precision:
            out += java_text(value.GetValue<double>());
            return;
        case TypeKind::real:
            out += java_text(value.GetValue<float>());
            return;
        case TypeKind::varbinary:
            return append_hex_pairs(out, duckdb::StringValue::Get(value));
        case TypeKind::date:
            return append_date(out, value.GetValue<duckdb::date_t>());
        case TypeKind::time:
            return append_time_ms(out, value.GetValue<duckdb::dtime_t>().micros / us_per_ms);
        case TypeKind::timestamp:
            return append_timestamp(out, value.GetValue<duckdb::timestamp_t>(), false);
        case TypeKind::timestamp_with_zone:
            return append_timestamp(out, value.GetValue<duckdb::timestamp_t>(), true);
        case TypeKind::interval_day_to_second:
            return append_day_interval(out, value.GetValue<duckdb::interval_t>());
        case TypeKind::interval_year_to_month:
            return append_month_interval(out, value.GetValue<duckdb::interval_t>());
        case TypeKind::array:
            return append_array(out, value, type);
        case TypeKind::map:
            return append_map(out, value, type);
        case TypeKind::row:
            return append_row(out, value, type);
        default:
            out += value.ToString();
            return;  // integers, decimals, texts, json
    }
}

CellFormatter::CellFormatter(const athena_sql::Type& type, duckdb::Vector& vector,
                             duckdb::idx_t count)
    : type_(type), vector_(vector) {
    vector.ToUnifiedFormat(count, format_);
}

bool CellFormatter::is_null(duckdb::idx_t row) const {
    return !format_.validity.RowIsValid(format_.sel->get_index(row));
}

void CellFormatter::append(std::string& out, duckdb::idx_t row) const {
    const auto at = format_.sel->get_index(row);
    switch (type_.kind) {
        case TypeKind::varchar:
        case TypeKind::fixed_char:
        case TypeKind::json: {
            const auto& text = duckdb::UnifiedVectorFormat::GetData<duckdb::string_t>(format_)[at];
            out.append(text.GetData(), text.GetSize());
            return;
        }
        case TypeKind::bigint:
            out += std::to_string(duckdb::UnifiedVectorFormat::GetData<std::int64_t>(format_)[at]);
            return;
        case TypeKind::integer:
            out += std::to_string(duckdb::UnifiedVectorFormat::GetData<std::int32_t>(format_)[at]);
            return;
        case TypeKind::double_precision:
            out += java_text(duckdb::UnifiedVectorFormat::GetData<double>(format_)[at]);
            return;
        default:
            append_text(out, vector_.GetValue(row), type_);
            return;
    }
}

}  // namespace sql_worker
