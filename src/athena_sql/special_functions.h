// Functions that are more than a row of a table: conditionals, lambdas, constant formats, functions
// whose type depends on a constant.
#pragma once

#include <string_view>

#include "athena_sql/translate.h"

namespace athena_sql {

struct SpecialCall {
    Translator& translator;
    const Expr& expr;
    const Env& env;

    std::size_t count() const { return expr.children.size(); }
    const Expr& child(std::size_t index) const { return *expr.children[index]; }
    Result<Value> argument(std::size_t index) const {
        return translator.expression(child(index), env);
    }
    Result<void> expect(std::size_t min, std::size_t max) const;
    // FUNCTION_NOT_FOUND "Unexpected parameters … Expected: …"
    SqlError unexpected(std::string_view expected) const;
};

struct SpecialFunction {
    std::string_view name;
    Result<Value> (*translate)(const SpecialCall& call);
};

// special_lists.cpp
Result<Value> transform_function(const SpecialCall& call);
Result<Value> filter_function(const SpecialCall& call);
Result<Value> match_function(const SpecialCall& call);  // any_match, all_match, none_match
Result<Value> reduce_function(const SpecialCall& call);

const SpecialFunction* find_special(std::string_view name);

}  // namespace athena_sql
