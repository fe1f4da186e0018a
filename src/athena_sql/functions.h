// The functions of Trino that we have: their signatures and what they are in DuckDB. A function
// that is not in these tables (or among the special ones) does not exist.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace athena_sql {

// Parameters and results are letters:
//   v varchar   i bigint   n integer   d double   R real   b boolean   m decimal   y varbinary
//   D date      t timestamp   z timestamp with time zone   j json   s interval day to second
//   N any one number type   Q any one of date and the timestamps   T U any type   E any numeric
//   A array(T)   B array(array(T))   M map(K,V)   K V its key and value
//   a array(varchar)   I array(bigint)   F array(double)   k array(K)   w array(V)
//   H map(T,bigint)   C map(T,U)   1 (results) the type of the first argument   *  the last
//   parameter any number of times
// In `sql`, $1 is the first argument, $* all of them, $T the DuckDB name of the result's type.
struct Function {
    std::string_view name;
    std::string_view parameters;
    std::string_view result;
    std::string_view sql;
};

// `call` is the aggregate's DuckDB name and arguments, into which DISTINCT and ORDER BY go;
// `around` is what is made of it ($$), "" for nothing.
struct Aggregate {
    std::string_view name;
    std::string_view parameters;
    std::string_view result;
    std::string_view function;
    std::string_view arguments;
    std::string_view around;
};

std::span<const Function> scalar_functions();
std::span<const Aggregate> aggregate_functions();
std::span<const Aggregate> window_functions();  // only with OVER
bool is_aggregate(std::string_view name);
bool is_window_function(std::string_view name);
// Names of functions that are compiled by hand, for the reference page and FUNCTION_NOT_FOUND.
std::span<const std::string_view> special_functions();

}  // namespace athena_sql
