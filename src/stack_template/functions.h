// The intrinsic functions as one table: where each may stand, how many arguments it takes, and what
// CloudFormation says when they are wrong.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stack_template {

namespace json = boost::json;

enum class Function : std::uint8_t {
    ref,
    condition,
    base64,
    find_in_map,
    get_att,
    choose,  // Fn::If
    import_value,
    join,
    select,
    split,
    sub,
    length,
    to_json_string,
    all_of,  // Fn::And
    any_of,  // Fn::Or
    negate,  // Fn::Not
    equals,
    contains,
    each_member_equals,
    each_member_in,
    unknown,
};

enum class Place : std::uint8_t { values, conditions, rules };

struct FunctionRow {
    std::string_view name;  // "Fn::Join"
    Function function = Function::unknown;
    bool in_values = false, in_conditions = false, in_rules = false;
    bool needs_language_extensions = false;
    // Length of the argument list; 0, 0: one argument that is not a list of arguments.
    std::size_t arguments_min = 0, arguments_max = 0;
    std::string_view wrong_arguments;  // the message

    bool allowed(Place place) const {
        return place == Place::values       ? in_values
               : place == Place::conditions ? in_conditions
                                            : in_rules;
    }
};

struct Call {
    const FunctionRow* row = nullptr;  // nullptr: no such function
    std::string_view name;
    const json::value* argument = nullptr;

    Function function() const { return row == nullptr ? Function::unknown : row->function; }
    // The argument list, checked for its length.  errors  invalid: the row's message
    base::Result<const json::array*> arguments() const;
    // The argument list, nullptr when it has the wrong form.
    const json::array* arguments_if() const;
    base::Error wrong() const;
};

// The call that `value` is: an object whose only key is Ref, Fn::… or, among conditions, Condition.
std::optional<Call> as_call(const json::value& value, Place place);

// {Ref: AWS::NoValue}
bool is_no_value(const json::value& value);
bool is_pseudo_parameter(std::string_view name);

// "[Fn::Base64, Fn::FindInMap, …]", as the message about unknown functions has it.
std::string supported_functions();

base::Error invalid(std::string message, std::string_view context = {});
base::Error unsupported(std::string message, std::string_view context = {});
// "[A, B]", cut with "…" at names_bytes_max.
inline constexpr std::size_t names_bytes_max = 2'048;
std::string bracketed(const std::vector<std::string>& names);

// A text of Fn::Sub in pieces: literals, and variables ("Bucket.Arn", "AWS::Region").
struct SubPiece {
    bool is_variable = false;
    std::string text;
};
//   errors  invalid: a character that names do not have
base::Result<std::vector<SubPiece>> split_sub(std::string_view text);

// Fn::Sub's text and map, whichever of its two forms.
struct SubArguments {
    std::string_view text;
    const json::object* variables = nullptr;  // nullptr: none
};
base::Result<SubArguments> sub_arguments(const Call& call);

// The callbacks see what an expression refers to. Malformed calls are passed over (check.h refuses
// them).
class ReferenceVisitor {
  public:
    virtual ~ReferenceVisitor() = default;
    virtual void on_ref(std::string_view name) = 0;  // parameters, pseudo parameters, resources
    // `attribute` is "" when it is itself an expression.
    virtual void on_attribute(std::string_view resource, std::string_view attribute) = 0;
    virtual void on_condition(std::string_view) {}
    // The name, part of the visited expression.
    virtual void on_import(const json::value&) {}
    // Fn::If: 1 the first branch only, 2 the second only, 0 both, -1 neither.
    virtual int branch(std::string_view) { return 0; }
};
void visit_references(const json::value& expression, Place place, ReferenceVisitor& visitor);
// Of each member; the map itself is no call.
void visit_references(const json::object& expressions, Place place, ReferenceVisitor& visitor);

}  // namespace stack_template
