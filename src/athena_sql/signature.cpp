#include "athena_sql/signature.h"

#include <array>

#include "athena_sql/translate.h"

namespace athena_sql {

namespace {

using K = TypeKind;

struct Bindings {
    std::array<std::optional<Type>, 128> types;
    std::optional<Type>& operator[](char letter) { return types[static_cast<std::size_t>(letter)]; }
};

std::optional<Type> plain_type(char letter) {
    switch (letter) {
        case 'v':
            return make_varchar();
        case 'i':
            return make_type(K::bigint);
        case 'n':
            return make_type(K::integer);
        case 'd':
            return make_type(K::double_precision);
        case 'R':
            return make_type(K::real);
        case 'b':
            return make_type(K::boolean);
        case 'y':
            return make_type(K::varbinary);
        case 'D':
            return make_type(K::date);
        case 't':
            return make_type(K::timestamp);
        case 'z':
            return make_type(K::timestamp_with_zone);
        case 'j':
            return make_type(K::json);
        case 's':
            return make_type(K::interval_day_to_second);
        case 'a':
            return make_array(make_varchar());
        case 'I':
            return make_array(make_type(K::bigint));
        case 'F':
            return make_array(make_type(K::double_precision));
        default:
            return std::nullopt;
    }
}

bool widen(std::optional<Type>& bound, const Type& type) {
    if (!bound) {
        bound = type;
        return true;
    }
    auto common = Translator::common_type(*bound, type);
    if (!common) return false;
    bound = std::move(*common);
    return true;
}

bool is_number(const Type& type) {
    switch (type.kind) {
        case K::tinyint:
        case K::smallint:
        case K::integer:
        case K::bigint:
        case K::decimal:
        case K::real:
        case K::double_precision:
            return true;
        default:
            return false;
    }
}

// Binds what a letter of a variable type learns from an argument.
bool bind(char letter, const Type& type, Bindings& bindings) {
    const bool null = type.is(K::unknown);
    switch (letter) {
        case 'T':
        case 'U':
        case 'K':
        case 'V':
            return widen(bindings[letter], type);
        case 'N':
            return (null || is_number(type)) && widen(bindings['N'], type);
        case 'm':
            return type.is(K::decimal) && widen(bindings['m'], type);
        case 'Q':
            return (type.is(K::date) || type.is(K::timestamp) || type.is(K::timestamp_with_zone)) &&
                   widen(bindings['Q'], type);
        case 'A':
            return null || (type.is(K::array) && widen(bindings['T'], type.elements[0]));
        case 'B':
            return type.is(K::array) && type.elements[0].is(K::array) &&
                   widen(bindings['T'], type.elements[0].elements[0]);
        case 'M':
            return type.is(K::map) && widen(bindings['K'], type.elements[0]) &&
                   widen(bindings['V'], type.elements[1]);
        case 'k':
            return type.is(K::array) && widen(bindings['K'], type.elements[0]);
        case 'w':
            return type.is(K::array) && widen(bindings['V'], type.elements[0]);
        default:
            return true;
    }
}

Type resolve(char letter, Bindings& bindings) {
    if (auto plain = plain_type(letter)) return *plain;
    const auto bound = [&](char of) { return bindings[of].value_or(make_type(K::unknown)); };
    switch (letter) {
        case 'A':
            return make_array(bound('T'));
        case 'B':
            return make_array(make_array(bound('T')));
        case 'M':
            return make_map(bound('K'), bound('V'));
        case 'k':
            return make_array(bound('K'));
        case 'w':
            return make_array(bound('V'));
        case 'H':
            return make_map(bound('T'), make_type(K::bigint));
        case 'C':
            return make_map(bound('T'), bound('U'));
        default:
            return bound(letter);
    }
}

std::string letter_name(char letter) {
    if (auto plain = plain_type(letter)) return trino_name(*plain);
    switch (letter) {
        case 'N':
            return "number";
        case 'm':
            return "decimal(p,s)";
        case 'Q':
            return "timestamp";
        case 'A':
            return "array(T)";
        case 'B':
            return "array(array(T))";
        case 'M':
            return "map(K,V)";
        case 'k':
            return "array(K)";
        case 'w':
            return "array(V)";
        default:
            return std::string(1, letter);
    }
}

}  // namespace

std::optional<Match> match_signature(std::string_view parameters, std::string_view result,
                                     const std::vector<Type>& arguments) {
    std::string letters(parameters);
    if (letters.ends_with('*')) {
        letters.pop_back();
        const char last = letters.back();
        letters.pop_back();
        while (letters.size() < arguments.size())
            letters += last;
    }
    if (letters.size() != arguments.size()) return std::nullopt;
    Bindings bindings;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (!bind(letters[i], arguments[i], bindings)) return std::nullopt;
    }
    Match match;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        Type wanted = resolve(letters[i], bindings);
        if (arguments[i] != wanted) {
            if (!Translator::can_coerce(arguments[i], wanted)) return std::nullopt;
            // varchar(3) to varchar is no conversion worth choosing another overload for.
            const bool same_kind = arguments[i].kind == wanted.kind;
            const bool exact_to_double = wanted.is(K::double_precision) || wanted.is(K::real);
            match.cost += same_kind ? 0 : exact_to_double ? 2 : 1;
        }
        match.parameters.push_back(std::move(wanted));
    }
    if (result == "1") {
        match.result = match.parameters[0];
    } else if (result == "m38") {
        match.result = make_decimal(decimal_precision_max, match.parameters[0].scale);
    } else {
        match.result = resolve(result[0], bindings);
    }
    return match;
}

std::string describe_signature(std::string_view name, std::string_view parameters) {
    std::string out(name);
    out += "(";
    bool first = true;
    for (const char letter : parameters) {
        if (letter == '*') {
            out += ", ...";
            continue;
        }
        out += (first ? "" : ", ") + letter_name(letter);
        first = false;
    }
    return out + ")";
}

}  // namespace athena_sql
