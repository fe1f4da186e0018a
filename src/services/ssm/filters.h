// The filters of DescribeParameters and GetParametersByPath, pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/fault.h"
#include "base/shape.h"
#include "services/ssm/rows.h"

namespace ssm {

// ParameterFilters.
struct Filter {
    std::string key;
    std::optional<std::string> option;
    std::vector<std::string> values;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Key", &Filter::key,
                          {.required = true,
                           .min = 1,
                           .max = 132,
                           .pattern = "tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType"}),
            shape::member("Option", &Filter::option, {.min = 1, .max = 10}),
            shape::member("Values", &Filter::values, {.max = 50})};
    }
};

// Filters, the older form.
struct OldFilter {
    std::string key;
    std::vector<std::string> values;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Key", &OldFilter::key,
                          {.required = true, .values = "Name, Type, KeyId"}),
            shape::member("Values", &OldFilter::values, {.required = true, .min = 1, .max = 50})};
    }
};

enum class FilterUse { describe, by_path };

// Whether the filters are ones that the operation takes.
//   errors  InvalidFilterKey, InvalidFilterOption, InvalidFilterValue
aws::Reply<void> check_filters(const std::vector<Filter>& filters, FilterUse use);
// The older form's meaning in the newer one: names by their beginning, the rest equal.
std::vector<Filter> translate(const std::vector<OldFilter>& filters);

// All filters must match; within one, any of its values does.
bool matches(const std::vector<Filter>& filters, const ParameterRow& parameter);

// Whether `name` lies below `path`: at any depth, or directly.
bool lies_below(std::string_view name, std::string_view path, bool recursive);

}  // namespace ssm
