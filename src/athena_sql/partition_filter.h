// Which partitions can hold rows that a query wants, decided exactly from the values of their keys.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "athena_sql/types.h"

namespace athena_sql {

// A value of a partition key or a constant. Kinds that are not here are `Unknowable`: a filter over
// them keeps the partition.
struct Null {
    auto operator<=>(const Null&) const = default;
};
struct Unknowable {
    auto operator<=>(const Unknowable&) const = default;
};
struct DateValue {
    std::int64_t days = 0;  // since 1970-01-01
    auto operator<=>(const DateValue&) const = default;
};
using FilterValue = std::variant<Unknowable, Null, bool, std::int64_t, std::string, DateValue>;

enum class FilterOp : std::uint8_t {
    constant,
    key,  // the value of partition key `index`
    logical_and,
    logical_or,
    logical_not,
    equal,
    not_equal,
    less,
    less_or_equal,
    between,  // value, low, high
    like,     // value, pattern[, escape]
    is_null,
    in_list,  // value, items…
    concat,
    add,
    subtract,
    to_bigint,  // CAST(… AS bigint, integer, …)
    to_varchar,
    to_date,
    format_date,  // date_format of a date: value, strftime-like format of %Y %m %d only
};

struct FilterNode {
    FilterOp op = FilterOp::constant;
    FilterValue value = Unknowable{};
    std::size_t index = 0;
    std::vector<FilterNode> children = {};
};

// The value of a partition key as the catalog has it, in its type. nullopt is NULL.
FilterValue partition_value(const Type& type, const std::optional<std::string>& text);
FilterValue evaluate(const FilterNode& node, const std::vector<FilterValue>& keys);

// "YYYY-MM-DD" (also "YYYY-M-D") to days since 1970-01-01; nullopt when it is not a date.
std::optional<std::int64_t> parse_date(std::string_view text);
std::string format_date(std::int64_t days);

// All conditions on the partition keys of one table reference, joined by AND.
class PartitionFilter {
  public:
    void add(FilterNode condition) { conditions_.push_back(std::move(condition)); }
    bool empty() const { return conditions_.empty(); }
    // False only when no row of a partition with these key values can be wanted.
    bool may_match(const std::vector<Type>& key_types,
                   const std::vector<std::optional<std::string>>& values) const;

  private:
    std::vector<FilterNode> conditions_;
};

}  // namespace athena_sql
