#include "json_values.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace sql_worker {

namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;
using duckdb::Value;
using simdjson::dom::element;
using simdjson::dom::element_type;

std::string json_text(const element& value) {
    if (value.type() == element_type::STRING) return std::string(value.get_string().value());
    return simdjson::minify(value);
}

bool to_integer(const element& value, std::int64_t& out) {
    switch (value.type()) {
        case element_type::INT64:
            out = value.get_int64().value();
            return true;
        case element_type::DOUBLE: {
            const double number = value.get_double().value();
            if (number != std::trunc(number) || std::abs(number) > 9.0e18) return false;
            out = static_cast<std::int64_t>(number);
            return true;
        }
        case element_type::STRING: {
            const std::string_view text = value.get_string().value();
            const auto [end, problem] =
                std::from_chars(text.data(), text.data() + text.size(), out);
            return problem == std::errc() && end == text.data() + text.size();
        }
        default:
            return false;
    }
}

bool to_double(const element& value, double& out) {
    switch (value.type()) {
        case element_type::INT64:
            out = static_cast<double>(value.get_int64().value());
            return true;
        case element_type::UINT64:
            out = static_cast<double>(value.get_uint64().value());
            return true;
        case element_type::DOUBLE:
            out = value.get_double().value();
            return true;
        case element_type::STRING: {
            const std::string_view text = value.get_string().value();
            const auto [end, problem] =
                std::from_chars(text.data(), text.data() + text.size(), out);
            return problem == std::errc() && end == text.data() + text.size();
        }
        default:
            return false;
    }
}

template <class T>
bool store_integer(const element& value, duckdb::Vector& vector, duckdb::idx_t row) {
    std::int64_t number = 0;
    if (!to_integer(value, number) || number < std::numeric_limits<T>::min() ||
        number > std::numeric_limits<T>::max()) {
        return false;
    }
    duckdb::FlatVector::GetData<T>(vector)[row] = static_cast<T>(number);
    return true;
}

bool store_text(const element& value, duckdb::Vector& vector, duckdb::idx_t row) {
    auto* cells = duckdb::FlatVector::GetData<duckdb::string_t>(vector);
    if (value.type() == element_type::STRING) {
        const std::string_view text = value.get_string().value();
        cells[row] = duckdb::StringVector::AddStringOrBlob(vector, text.data(), text.size());
    } else {
        cells[row] = duckdb::StringVector::AddString(vector, simdjson::minify(value));
    }
    return true;
}

bool to_value(const element& value, const LogicalType& type, const JsonValueRules& rules,
              Value& out);

bool to_struct(const element& value, const LogicalType& type, const JsonValueRules& rules,
               Value& out) {
    simdjson::dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    const auto& fields = duckdb::StructType::GetChildTypes(type);
    duckdb::vector<Value> values;
    for (const auto& [name, field_type] : fields) {
        values.emplace_back(field_type);
        for (const auto& field : object) {
            const bool same = rules.case_insensitive
                                  ? duckdb::StringUtil::CIEquals(std::string(field.key), name)
                                  : field.key == name;
            if (same && !to_value(field.value, field_type, rules, values.back())) return false;
        }
    }
    out = Value::STRUCT(type, std::move(values));
    return true;
}

bool to_list(const element& value, const LogicalType& type, const JsonValueRules& rules,
             Value& out) {
    simdjson::dom::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    const LogicalType& element_type = duckdb::ListType::GetChildType(type);
    duckdb::vector<Value> values;
    for (const auto& entry : array) {
        values.emplace_back(element_type);
        if (!to_value(entry, element_type, rules, values.back())) return false;
    }
    out = Value::LIST(element_type, std::move(values));
    return true;
}

bool to_map(const element& value, const LogicalType& type, const JsonValueRules& rules,
            Value& out) {
    simdjson::dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    const LogicalType& key_type = duckdb::MapType::KeyType(type);
    const LogicalType& value_type = duckdb::MapType::ValueType(type);
    duckdb::vector<Value> keys;
    duckdb::vector<Value> values;
    for (const auto& field : object) {
        Value key(std::string(field.key));
        if (!key.DefaultTryCastAs(key_type)) return false;
        bool repeated = false;
        values.emplace_back(value_type);
        if (!to_value(field.value, value_type, rules, values.back())) return false;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (keys[i] != key) continue;
            values[i] = values.back();  // the last one wins
            repeated = true;
        }
        if (repeated) {
            values.pop_back();
        } else {
            keys.push_back(std::move(key));
        }
    }
    out = Value::MAP(key_type, value_type, std::move(keys), std::move(values));
    return true;
}

// Any type by way of a Value: for nested ones and those without a fast path.
bool to_value(const element& value, const LogicalType& type, const JsonValueRules& rules,
              Value& out) {
    if (value.is_null()) {
        out = Value(type);
        return true;
    }
    switch (type.id()) {
        case LogicalTypeId::STRUCT:
            return to_struct(value, type, rules, out);
        case LogicalTypeId::LIST:
            return to_list(value, type, rules, out);
        case LogicalTypeId::MAP:
            return to_map(value, type, rules, out);
        case LogicalTypeId::BOOLEAN:
            if (value.is_bool()) {
                out = Value::BOOLEAN(value.get_bool().value());
                return true;
            }
            break;
        default:
            break;
    }
    if (value.is_object() || value.is_array()) {
        if (type.id() != LogicalTypeId::VARCHAR) return false;
    }
    Value text(json_text(value));
    if (!text.DefaultTryCastAs(type, true)) return false;
    out = std::move(text);
    return true;
}

}  // namespace

void lower_ascii(std::string& text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
}

bool store_json(const element& value, const LogicalType& type, const JsonValueRules& rules,
                duckdb::Vector& vector, duckdb::idx_t row) {
    switch (type.id()) {
        case LogicalTypeId::VARCHAR:
            return store_text(value, vector, row);
        case LogicalTypeId::TINYINT:
            return store_integer<std::int8_t>(value, vector, row);
        case LogicalTypeId::SMALLINT:
            return store_integer<std::int16_t>(value, vector, row);
        case LogicalTypeId::INTEGER:
            return store_integer<std::int32_t>(value, vector, row);
        case LogicalTypeId::BIGINT:
            return store_integer<std::int64_t>(value, vector, row);
        case LogicalTypeId::DOUBLE:
            return to_double(value, duckdb::FlatVector::GetData<double>(vector)[row]);
        case LogicalTypeId::FLOAT: {
            double number = 0;
            if (!to_double(value, number)) return false;
            duckdb::FlatVector::GetData<float>(vector)[row] = static_cast<float>(number);
            return true;
        }
        default:
            break;
    }
    Value converted(type);
    if (!to_value(value, type, rules, converted)) return false;
    vector.SetValue(row, converted);
    return true;
}

}  // namespace sql_worker
