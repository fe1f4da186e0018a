// Functions over arrays that take a lambda expression.
#include "athena_sql/special_functions.h"

namespace athena_sql {

namespace {

using K = TypeKind;

Result<Value> list_argument(const SpecialCall& call) {
    TRY(list, call.argument(0));
    if (!list.type.is(K::array))
        return call.unexpected(call.expr.text + "(array(T), function(T,…))");
    return list;
}

Result<std::pair<Value, std::string>> predicate(const SpecialCall& call) {
    TRY_VOID(call.expect(2, 2));
    TRY(list, list_argument(call));
    std::string parameters;
    TRY(body,
        call.translator.lambda_body(call.child(1), {list.type.elements[0]}, parameters, call.env));
    if (!body.type.is(K::boolean))
        return call.unexpected(call.expr.text + "(array(T), function(T,boolean))");
    std::string lambda = "lambda " + parameters + ": " + body.sql;
    return std::pair{std::move(list), std::move(lambda)};
}

}  // namespace

Result<Value> transform_function(const SpecialCall& call) {
    TRY_VOID(call.expect(2, 2));
    TRY(list, list_argument(call));
    std::string parameters;
    TRY(body,
        call.translator.lambda_body(call.child(1), {list.type.elements[0]}, parameters, call.env));
    return Value{make_array(body.type), "list_transform(" + list.sql + ", lambda " + parameters +
                                            ": " + Translator::exact(body) + ")"};
}

Result<Value> filter_function(const SpecialCall& call) {
    TRY(both, predicate(call));
    return Value{both.first.type, "list_filter(" + both.first.sql + ", " + both.second + ")"};
}

// any_match, all_match, none_match, with SQL's three truth values.
Result<Value> match_function(const SpecialCall& call) {
    TRY(both, predicate(call));
    const std::string truths = "list_transform(" + both.first.sql + ", " + both.second + ")";
    std::string sql;
    if (call.expr.text == "all_match") {
        sql = "coalesce(list_bool_and(" + truths + "), true)";
        sql = "(CASE WHEN list_contains(" + truths + ", false) THEN false WHEN list_count(" +
              truths + ") < len(" + truths + ") THEN NULL ELSE " + both.first.sql +
              " IS NOT NULL OR NULL END)";
    } else {
        const bool any = call.expr.text == "any_match";
        sql = std::string("(CASE WHEN list_contains(") + truths + ", true) THEN " +
              (any ? "true" : "false") + " WHEN list_count(" + truths + ") < len(" + truths +
              ") OR " + both.first.sql + " IS NULL THEN NULL ELSE " + (any ? "false" : "true") +
              " END)";
    }
    return Value{make_type(K::boolean), sql};
}

Result<Value> reduce_function(const SpecialCall& call) {
    TRY_VOID(call.expect(4, 4));
    TRY(list, list_argument(call));
    TRY(start, call.argument(1));
    // The state's type is what start and the step have in common.
    Type state = start.type;
    std::string probe;
    TRY(tried, call.translator.lambda_body(call.child(2), {state, list.type.elements[0]}, probe,
                                           call.env));
    const auto common = Translator::common_type(state, tried.type);
    if (!common) return call.unexpected("reduce(array(T), S, function(S,T,S), function(S,R))");
    state = *common;
    std::string parameters;
    TRY(step, call.translator.lambda_body(call.child(2), {state, list.type.elements[0]}, parameters,
                                          call.env));
    TRY(step_same, call.translator.coerce(std::move(step), state, call.child(2).at));
    TRY(start_same, call.translator.coerce(std::move(start), state, call.child(1).at));
    std::string output;
    TRY(result, call.translator.lambda_body(call.child(3), {state}, output, call.env));
    // DuckDB wants state and elements of one type: each travels in a pair.
    const auto comma = parameters.find(", ");
    const std::string s = parameters.substr(0, comma);
    const std::string x = parameters.substr(comma + 2);
    const Type pair = make_row({"s", "x"}, {state, list.type.elements[0]});
    const std::string pair_name = duckdb_name(pair);
    const std::string name = call.translator.new_lambda_name();
    const std::string as_pairs = "list_transform(" + list.sql + ", lambda " + name +
                                 ": CAST(row(NULL, " + name + ") AS " + pair_name + "))";
    // The step's text speaks of s and x; a one-element list binds them.
    const std::string a = call.translator.new_lambda_name();
    const std::string b = call.translator.new_lambda_name();
    const std::string bound_step = "list_transform([struct_extract_at(" + a + ", 1)], lambda " + s +
                                   ": list_transform([struct_extract_at(" + b + ", 2)], lambda " +
                                   x + ": CAST(row(" + Translator::exact(step_same) +
                                   ", NULL) AS " + pair_name + "))[1])[1]";
    const std::string reduced = "list_reduce(" + as_pairs + ", lambda " + a + ", " + b + ": " +
                                bound_step + ", CAST(row(" + Translator::exact(start_same) +
                                ", NULL) AS " + pair_name + "))";
    return Value{result.type, "list_transform([struct_extract_at(" + reduced + ", 1)], lambda " +
                                  output + ": " + Translator::exact(result) + ")[1]"};
}

}  // namespace athena_sql
