#include "json_rows.h"

#include <simdjson.h>

#include <unordered_map>

#include "json_values.h"

namespace sql_worker {

namespace {

constexpr std::size_t remembered_fields_max = 1024;
constexpr std::size_t shown_value_bytes_max = 200;

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t\r\v\f") == std::string_view::npos;
}

std::string shorten(std::string text) {
    if (text.size() > shown_value_bytes_max) {
        text.resize(shown_value_bytes_max);
        text += "…";
    }
    return text;
}

}  // namespace

struct JsonRows::Impl {
    using Targets = std::vector<std::uint32_t>;  // indexes into columns

    bool openx = true;
    bool ignore_malformed = false;
    bool dots_in_keys = false;
    JsonValueRules rules;
    std::vector<FieldColumn> columns;
    std::unordered_map<std::string, Targets> by_name;
    const Targets none{};
    simdjson::dom::parser parser;

    // Objects of one table have their fields in the same order nearly always: what the field at
    // each place was called in the last row, and where it went.
    struct Remembered {
        std::string key;
        const Targets* targets = nullptr;
    };
    std::vector<Remembered> remembered;

    std::string canonical(std::string_view name) const {
        std::string key(name);
        if (rules.case_insensitive) lower_ascii(key);
        if (dots_in_keys) std::replace(key.begin(), key.end(), '.', '_');
        return key;
    }

    const Targets& targets_of(std::string_view key, std::size_t place) {
        if (place < remembered.size() && remembered[place].key == key) {
            return *remembered[place].targets;
        }
        const auto found = by_name.find(canonical(key));
        const Targets& targets = found != by_name.end() ? found->second : none;
        if (place < remembered_fields_max) {
            if (place >= remembered.size()) remembered.resize(place + 1);
            remembered[place] = {std::string(key), &targets};
        }
        return targets;
    }

    void set_null(duckdb::DataChunk& chunk, duckdb::idx_t row) const {
        for (const FieldColumn& column : columns) {
            duckdb::FlatVector::SetNull(chunk.data[column.output], row, true);
        }
    }

    void malformed(const std::string& why) const {
        if (ignore_malformed) return;
        throw RowError{
            openx ? "HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: " + why
                  : "HIVE_CURSOR_ERROR: Error parsing JSON: " + why};
    }
};

JsonRows::JsonRows(const sql_engine::protocol::TableScan& scan, std::vector<FieldColumn> columns)
    : impl_(std::make_unique<Impl>()) {
    impl_->openx =
        scan.json_serde == static_cast<std::int64_t>(sql_engine::JsonOptions::SerDe::openx);
    impl_->ignore_malformed = scan.ignore_malformed;
    impl_->dots_in_keys = scan.dots_in_keys;
    impl_->rules.case_insensitive = scan.case_insensitive;
    impl_->columns = std::move(columns);
    for (std::uint32_t i = 0; i < impl_->columns.size(); ++i) {
        std::string name = impl_->columns[i].field;
        if (scan.case_insensitive) lower_ascii(name);
        impl_->by_name[name].push_back(i);
    }
}

JsonRows::~JsonRows() = default;

// The fields of a NULL struct must be NULL too: DuckDB reads them without looking at the struct.
static void set_all_null(duckdb::Vector& vector, duckdb::idx_t count) {
    auto& validity = duckdb::FlatVector::Validity(vector);
    validity.EnsureWritable();
    validity.SetAllInvalid(count);
    if (vector.GetType().id() != duckdb::LogicalTypeId::STRUCT) return;
    for (auto& field : duckdb::StructVector::GetEntries(vector))
        set_all_null(*field, count);
}

void JsonRows::clear(duckdb::DataChunk& chunk, duckdb::idx_t count) const {
    for (const FieldColumn& column : impl_->columns) {
        set_all_null(chunk.data[column.output], count);
    }
}

void JsonRows::fill(duckdb::DataChunk& chunk, duckdb::idx_t row, std::string_view line) {
    Impl& impl = *impl_;
    if (is_blank(line)) {
        if (!impl.openx) impl.malformed("the line is empty");
        return;
    }
    simdjson::dom::element root;
    const auto problem =
        impl.parser.parse(reinterpret_cast<const std::uint8_t*>(line.data()), line.size(), false)
            .get(root);
    if (problem != simdjson::SUCCESS) {
        return impl.malformed(simdjson::error_message(problem));
    }
    simdjson::dom::object object;
    if (root.get_object().get(object) != simdjson::SUCCESS) {
        return impl.malformed("the line is not an object");
    }
    std::size_t place = 0;
    for (const auto& field : object) {
        for (const std::uint32_t target : impl.targets_of(field.key, place)) {
            const FieldColumn& column = impl.columns[target];
            duckdb::Vector& vector = chunk.data[column.output];
            if (field.value.is_null()) {
                duckdb::FlatVector::SetNull(vector, row, true);
                continue;
            }
            duckdb::FlatVector::Validity(vector).SetValid(row);
            if (!store_json(field.value, column.type, impl.rules, vector, row)) {
                throw RowError{"HIVE_BAD_DATA: Error parsing field value '" +
                               shorten(simdjson::minify(field.value)) + "' for field '" +
                               column.name + "' of type " + column.type.ToString()};
            }
        }
        ++place;
    }
}

}  // namespace sql_worker
