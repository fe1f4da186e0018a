#include "athena_sql/types.h"

#include <array>
#include <cctype>
#include <charconv>

namespace athena_sql {

namespace {

struct Names {
    TypeKind kind;
    std::string_view trino;
    std::string_view hive;  // "" where Hive has none
    std::string_view duckdb;
    std::int32_t precision;  // what ColumnInfo says
};

constexpr std::array plain_names = {
    Names{TypeKind::unknown, "unknown", "", "INTEGER", 0},
    Names{TypeKind::boolean, "boolean", "boolean", "BOOLEAN", 0},
    Names{TypeKind::tinyint, "tinyint", "tinyint", "TINYINT", 3},
    Names{TypeKind::smallint, "smallint", "smallint", "SMALLINT", 5},
    Names{TypeKind::integer, "integer", "int", "INTEGER", 10},
    Names{TypeKind::bigint, "bigint", "bigint", "BIGINT", 19},
    Names{TypeKind::real, "real", "float", "FLOAT", 17},
    Names{TypeKind::double_precision, "double", "double", "DOUBLE", 17},
    Names{TypeKind::varbinary, "varbinary", "binary", "BLOB", 1073741824},
    Names{TypeKind::date, "date", "date", "DATE", 0},
    Names{TypeKind::time, "time", "", "TIME", 3},
    Names{TypeKind::timestamp, "timestamp", "timestamp", "TIMESTAMP", 3},
    Names{TypeKind::timestamp_with_zone, "timestamp with time zone", "", "TIMESTAMP", 3},
    Names{TypeKind::interval_day_to_second, "interval day to second", "", "INTERVAL", 0},
    Names{TypeKind::interval_year_to_month, "interval year to month", "", "INTERVAL", 0},
    Names{TypeKind::json, "json", "", "JSON", 0},
    Names{TypeKind::array, "array", "array", "", 0},
    Names{TypeKind::map, "map", "map", "", 0},
    Names{TypeKind::row, "row", "struct", "", 0},
    Names{TypeKind::decimal, "decimal", "decimal", "DECIMAL", 0},
    Names{TypeKind::varchar, "varchar", "string", "VARCHAR", 0},
    Names{TypeKind::fixed_char, "char", "char", "VARCHAR", 0},
};

const Names& names_of(TypeKind kind) {
    for (const Names& names : plain_names) {
        if (names.kind == kind) return names;
    }
    return plain_names[0];
}

bool plain_field_name(std::string_view name) {
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) return false;
    for (const char c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
    }
    return true;
}

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

// A recursive-descent reader of Hive's type text.
class HiveReader {
  public:
    explicit HiveReader(std::string_view text) : text_(text) {}

    base::Result<Type> read_all() {
        TRY(type, read(0));
        skip_space();
        if (at_ != text_.size()) return fail("unexpected text after the type");
        return type;
    }

  private:
    base::Error fail(std::string message) const {
        return {base::ErrorKind::invalid, "not a column type: " + std::move(message),
                std::string(text_.substr(0, 256))};
    }
    void skip_space() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
            ++at_;
        }
    }
    bool accept(char c) {
        skip_space();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    std::string read_word() {
        skip_space();
        std::string word;
        while (at_ < text_.size() &&
               (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_')) {
            word += static_cast<char>(std::tolower(static_cast<unsigned char>(text_[at_++])));
        }
        return word;
    }
    // A field's name: everything up to the colon, case kept.
    std::string read_field_name() {
        skip_space();
        std::string name;
        if (at_ < text_.size() && text_[at_] == '`') {
            const auto end = text_.find('`', at_ + 1);
            if (end == std::string_view::npos) return {};
            name = text_.substr(at_ + 1, end - at_ - 1);
            at_ = end + 1;
            return name;
        }
        while (at_ < text_.size() && text_[at_] != ':' && text_[at_] != ',' && text_[at_] != '>') {
            name += text_[at_++];
        }
        while (!name.empty() && name.back() == ' ')
            name.pop_back();
        return name;
    }
    base::Result<std::int32_t> read_number() {
        skip_space();
        std::int32_t value = 0;
        const auto [end, error] =
            std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        if (error != std::errc{}) return fail("a number is missing");
        at_ = static_cast<std::size_t>(end - text_.data());
        return value;
    }

    base::Result<Type> read_with_length(TypeKind kind, std::int32_t max) {
        if (!accept('(')) return fail("a length in parentheses is missing");
        TRY(length, read_number());
        if (!accept(')')) return fail("')' is missing");
        if (length < 1 || length > max) return fail("the length is out of range");
        Type type = make_type(kind);
        type.precision = length;
        return type;
    }
    base::Result<Type> read_decimal() {
        if (!accept('(')) return make_decimal(10, 0);
        TRY(precision, read_number());
        std::int32_t scale = 0;
        if (accept(',')) {
            TRY(given, read_number());
            scale = given;
        }
        if (!accept(')')) return fail("')' is missing");
        if (precision < 1 || precision > decimal_precision_max || scale < 0 || scale > precision) {
            return fail("decimal precision or scale is out of range");
        }
        return make_decimal(precision, scale);
    }
    base::Result<Type> read_nested(std::string_view word, std::size_t depth) {
        if (!accept('<')) return fail("'<' is missing after " + std::string(word));
        if (word == "array") {
            TRY(element, read(depth + 1));
            if (!accept('>')) return fail("'>' is missing");
            return make_array(std::move(element));
        }
        if (word == "map") {
            TRY(key, read(depth + 1));
            if (!accept(',')) return fail("',' is missing");
            TRY(value, read(depth + 1));
            if (!accept('>')) return fail("'>' is missing");
            return make_map(std::move(key), std::move(value));
        }
        std::vector<std::string> names;
        std::vector<Type> types;
        do {
            names.push_back(read_field_name());
            if (names.back().empty() || !accept(':')) return fail("a field needs name:type");
            TRY(type, read(depth + 1));
            types.push_back(std::move(type));
        } while (accept(','));
        if (!accept('>')) return fail("'>' is missing");
        return make_row(std::move(names), std::move(types));
    }

    base::Result<Type> read(std::size_t depth) {
        if (depth > type_depth_max) return fail("nested too deeply");
        const std::string word = read_word();
        if (word == "array" || word == "map" || word == "struct") return read_nested(word, depth);
        if (word == "varchar") {
            return read_with_length(TypeKind::varchar, 65535);
        }
        if (word == "char") return read_with_length(TypeKind::fixed_char, 255);
        if (word == "decimal" || word == "numeric") return read_decimal();
        if (word == "string") return make_varchar();
        if (word == "integer") return make_type(TypeKind::integer);
        if (word == "uniontype") {
            return base::Error{base::ErrorKind::unsupported, "uniontype is not supported",
                               std::string(text_.substr(0, 256))};
        }
        for (const Names& names : plain_names) {
            if (!names.hive.empty() && names.hive == word) return make_type(names.kind);
        }
        return fail(word.empty() ? "a type is missing" : "unknown type " + word);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

Type make_type(TypeKind kind) {
    Type type;
    type.kind = kind;
    if (kind == TypeKind::varchar) type.precision = varchar_unbounded;
    if (kind == TypeKind::timestamp || kind == TypeKind::timestamp_with_zone ||
        kind == TypeKind::time) {
        type.precision = 3;
    }
    return type;
}

Type make_decimal(std::int32_t precision, std::int32_t scale) {
    Type type;
    type.kind = TypeKind::decimal;
    type.precision = precision;
    type.scale = scale;
    return type;
}

Type make_varchar(std::int32_t length) {
    Type type = make_type(TypeKind::varchar);
    type.precision = length;
    return type;
}

Type make_array(Type element) {
    Type type = make_type(TypeKind::array);
    type.elements.push_back(std::move(element));
    return type;
}

Type make_map(Type key, Type value) {
    Type type = make_type(TypeKind::map);
    type.elements.push_back(std::move(key));
    type.elements.push_back(std::move(value));
    return type;
}

Type make_row(std::vector<std::string> names, std::vector<Type> elements) {
    Type type = make_type(TypeKind::row);
    type.field_names = std::move(names);
    type.elements = std::move(elements);
    return type;
}

base::Result<Type> parse_hive_type(std::string_view text) {
    if (text.size() > type_text_bytes_max) {
        return base::Error{base::ErrorKind::limit, "a column type is too long",
                           std::to_string(text.size()) + " bytes"};
    }
    return HiveReader(text).read_all();
}

std::string hive_name(const Type& type) {
    const std::string_view name = names_of(type.kind).hive;
    switch (type.kind) {
        case TypeKind::array:
            return "array<" + hive_name(type.elements[0]) + ">";
        case TypeKind::map:
            return "map<" + hive_name(type.elements[0]) + "," + hive_name(type.elements[1]) + ">";
        case TypeKind::row: {
            std::string out = "struct<";
            for (std::size_t i = 0; i < type.elements.size(); ++i) {
                if (i != 0) out += ',';
                out += type.field_names[i] + ":" + hive_name(type.elements[i]);
            }
            return out + ">";
        }
        case TypeKind::decimal:
            return "decimal(" + std::to_string(type.precision) + "," + std::to_string(type.scale) +
                   ")";
        case TypeKind::varchar:
            if (type.precision == varchar_unbounded) return "string";
            return "varchar(" + std::to_string(type.precision) + ")";
        case TypeKind::fixed_char:
            return "char(" + std::to_string(type.precision) + ")";
        default:
            return std::string(name.empty() ? names_of(type.kind).trino : name);
    }
}

std::string trino_name(const Type& type) {
    const std::string_view name = names_of(type.kind).trino;
    switch (type.kind) {
        case TypeKind::array:
            return "array(" + trino_name(type.elements[0]) + ")";
        case TypeKind::map:
            return "map(" + trino_name(type.elements[0]) + ", " + trino_name(type.elements[1]) +
                   ")";
        case TypeKind::row: {
            std::string out = "row(";
            for (std::size_t i = 0; i < type.elements.size(); ++i) {
                if (i != 0) out += ", ";
                const std::string& field = type.field_names[i];
                if (!field.empty()) out += (plain_field_name(field) ? field : quoted(field)) + " ";
                out += trino_name(type.elements[i]);
            }
            return out + ")";
        }
        case TypeKind::decimal:
            return "decimal(" + std::to_string(type.precision) + "," + std::to_string(type.scale) +
                   ")";
        case TypeKind::varchar:
            if (type.precision == varchar_unbounded) return "varchar";
            return "varchar(" + std::to_string(type.precision) + ")";
        case TypeKind::fixed_char:
            return "char(" + std::to_string(type.precision) + ")";
        case TypeKind::timestamp:
            return "timestamp(3)";
        case TypeKind::timestamp_with_zone:
            return "timestamp(3) with time zone";
        case TypeKind::time:
            return "time(3)";
        default:
            return std::string(name);
    }
}

std::string duckdb_name(const Type& type) {
    switch (type.kind) {
        case TypeKind::array:
            return duckdb_name(type.elements[0]) + "[]";
        case TypeKind::map:
            return "MAP(" + duckdb_name(type.elements[0]) + ", " + duckdb_name(type.elements[1]) +
                   ")";
        case TypeKind::row: {
            std::string out = "STRUCT(";
            for (std::size_t i = 0; i < type.elements.size(); ++i) {
                if (i != 0) out += ", ";
                const std::string& field = type.field_names[i];
                out += quoted(field.empty() ? "field" + std::to_string(i) : field) + " " +
                       duckdb_name(type.elements[i]);
            }
            return out + ")";
        }
        case TypeKind::decimal:
            return "DECIMAL(" + std::to_string(type.precision) + "," + std::to_string(type.scale) +
                   ")";
        default:
            return std::string(names_of(type.kind).duckdb);
    }
}

ColumnTypeInfo column_type_info(const Type& type) {
    const Names& names = names_of(type.kind);
    ColumnTypeInfo info{std::string(names.trino), names.precision, 0, false};
    if (type.is(TypeKind::varchar) || type.is(TypeKind::fixed_char)) {
        info.precision = type.precision;
        info.case_sensitive = true;
    } else if (type.is(TypeKind::decimal)) {
        info.precision = type.precision;
        info.scale = type.scale;
    } else if (type.is(TypeKind::real)) {
        info.name = "float";
    }
    return info;
}

}  // namespace athena_sql
