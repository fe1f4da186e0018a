// Boolean functions: conditions, and the functions that only rules have.
#include "stack_template/evaluation.h"

namespace stack_template {

base::Result<bool> Evaluation::boolean(const json::value& expression, Place place) {
    const auto call = as_call(expression, place);
    if (!call || call->row == nullptr || !call->row->allowed(place)) {
        return invalid(
            "Template format error: Conditions can only be boolean operations on parameters and "
            "other conditions");
    }
    switch (call->function()) {
        case Function::condition: {
            const json::string* name = call->argument->if_string();
            const auto known = name == nullptr ? conditions_.end() : conditions_.find(*name);
            if (known == conditions_.end()) return call->wrong();
            return known->second;
        }
        case Function::negate: {
            TRY(list, call->arguments());
            TRY(inner, boolean(list->front(), place));
            return !inner;
        }
        case Function::all_of:
        case Function::any_of: {
            TRY(list, call->arguments());
            const bool stops_at = call->function() == Function::any_of;
            bool result = !stops_at;
            for (const json::value& element : *list) {
                // All are evaluated: an error behind the first decision is an error.
                TRY(one, boolean(element, place));
                if (one == stops_at) result = stops_at;
            }
            return result;
        }
        case Function::equals:
            return equal(*call, place);
        case Function::contains:
        case Function::each_member_equals:
        case Function::each_member_in:
            return rule_list(*call);
        default:
            return call->wrong();
    }
}

base::Result<bool> Evaluation::equal(const Call& call, Place place) {
    TRY(list, call.arguments());
    TRY(left, text_argument(call, list->front(), place));
    TRY(right, text_argument(call, list->back(), place));
    return left == right;
}

base::Result<bool> Evaluation::rule_list(const Call& call) {
    TRY(list, call.arguments());
    TRY(strings, text_list(call, list->front(), Place::rules));
    if (call.function() == Function::each_member_in) {
        TRY(allowed, text_list(call, list->back(), Place::rules));
        return std::all_of(strings.begin(), strings.end(), [&](const std::string& one) {
            return std::find(allowed.begin(), allowed.end(), one) != allowed.end();
        });
    }
    TRY(wanted, text_argument(call, list->back(), Place::rules));
    const auto is_wanted = [&](const std::string& one) { return one == wanted; };
    if (call.function() == Function::contains) {
        return std::any_of(strings.begin(), strings.end(), is_wanted);
    }
    return std::all_of(strings.begin(), strings.end(), is_wanted);
}

}  // namespace stack_template
