// Trino's types, as in CAST.
#include <algorithm>
#include <array>

#include "athena_sql/parser_core.h"

namespace athena_sql {
namespace {

// Types that take no numbers.
constexpr std::array<std::pair<std::string_view, TypeKind>, 11> plain_types = {{
    {"BOOLEAN", TypeKind::boolean},
    {"TINYINT", TypeKind::tinyint},
    {"SMALLINT", TypeKind::smallint},
    {"INTEGER", TypeKind::integer},
    {"INT", TypeKind::integer},
    {"BIGINT", TypeKind::bigint},
    {"REAL", TypeKind::real},
    {"DOUBLE", TypeKind::double_precision},
    {"VARBINARY", TypeKind::varbinary},
    {"DATE", TypeKind::date},
    {"JSON", TypeKind::json},
}};

}  // namespace

Result<Type> Parser::parse_timestamp_type(TypeKind kind) {
    if (accept_symbol("(")) {
        if (peek().kind != TokenKind::integer) return unexpected();
        if (take().value != "3") return unsupported("Only times and timestamps of precision 3");
        TRY_VOID(expect_symbol(")"));
    }
    if (kind == TypeKind::timestamp && accept_all({"WITH", "TIME", "ZONE"})) {
        return make_type(TypeKind::timestamp_with_zone);
    }
    if (kind == TypeKind::time && next_is("WITH")) return unsupported("time with time zone");
    accept_all({"WITHOUT", "TIME", "ZONE"});
    return make_type(kind);
}

Result<Type> Parser::parse_row_type(int depth) {
    TRY_VOID(expect_symbol("("));
    std::vector<std::string> names;
    std::vector<Type> types;
    do {
        // "name type" or a type alone: a name is followed by the begin of a type.
        const bool named = next_is_name() && peek(1).kind != TokenKind::symbol &&
                           !(next_is("DOUBLE") && next_is("PRECISION", 1)) &&
                           !((next_is("TIMESTAMP") || next_is("TIME")) && next_is("WITH", 1));
        std::string field;
        if (named) field = take().value;
        TRY(type, parse_type(depth + 1));
        names.push_back(std::move(field));
        types.push_back(std::move(type));
    } while (accept_symbol(","));
    TRY_VOID(expect_symbol(")"));
    return make_row(std::move(names), std::move(types));
}

Result<Type> Parser::parse_type(int depth) {
    TRY_VOID(check_depth(depth));
    if (static_cast<std::size_t>(depth) > type_depth_max) {
        return unsupported("Types nested so deeply");
    }
    if (peek().kind != TokenKind::identifier) {
        expecting("<type>");
        return unexpected();
    }
    const Token& token = take();
    const std::string& name = token.upper;
    if (name == "ARRAY" || name == "MAP") {
        const bool angled = accept_symbol("<");
        if (!angled) {
            TRY_VOID(expect_symbol("("));
        }
        TRY(first, parse_type(depth + 1));
        Type type;
        if (name == "MAP") {
            TRY_VOID(expect_symbol(","));
            TRY(second, parse_type(depth + 1));
            type = make_map(std::move(first), std::move(second));
        } else {
            type = make_array(std::move(first));
        }
        TRY_VOID(expect_symbol(angled ? ">" : ")"));
        return type;
    }
    if (name == "ROW") return parse_row_type(depth);
    if (name == "TIMESTAMP") return parse_timestamp_type(TypeKind::timestamp);
    if (name == "TIME") return parse_timestamp_type(TypeKind::time);
    std::vector<std::int32_t> numbers;
    if (accept_symbol("(")) {
        do {
            if (peek().kind != TokenKind::integer || peek().value.size() > 9) return unexpected();
            numbers.push_back(static_cast<std::int32_t>(std::stol(take().value)));
        } while (accept_symbol(","));
        TRY_VOID(expect_symbol(")"));
    }
    if (name == "DECIMAL" || name == "NUMERIC" || name == "DEC") {
        const std::int32_t precision = numbers.empty() ? 38 : numbers[0];
        const std::int32_t scale = numbers.size() > 1 ? numbers[1] : 0;
        if (precision < 1 || precision > decimal_precision_max || scale > precision ||
            numbers.size() > 2) {
            return type_mismatch("Invalid decimal precision or scale", token.at);
        }
        return make_decimal(precision, scale);
    }
    if (name == "VARCHAR" && numbers.size() <= 1) {
        return numbers.empty() ? make_varchar() : make_varchar(std::max(numbers[0], 0));
    }
    if (name == "CHAR" && numbers.size() <= 1) {
        Type type = make_type(TypeKind::fixed_char);
        type.precision = numbers.empty() ? 1 : numbers[0];
        return type;
    }
    for (const auto& [known, kind] : plain_types) {
        if (known != name || !numbers.empty()) continue;
        if (kind == TypeKind::double_precision) accept("PRECISION");
        return make_type(kind);
    }
    return SqlError{"TYPE_NOT_FOUND", "Unknown type: " + to_lower(token.value), token.at};
}

}  // namespace athena_sql
