#include "aws/protocol_query.h"

#include "wire/uri.h"

namespace aws {

std::optional<std::string> find_form_action(std::string_view body) {
    auto parameters = wire::parse_query(body, form_parameters_max);
    if (!parameters.has_value()) return std::nullopt;
    for (wire::QueryParameter& parameter : *parameters) {
        if (parameter.name == "Action") return std::move(parameter.value);
    }
    return std::nullopt;
}

}  // namespace aws
