// The static checks of parse().
#include "stack_template/check.h"

#include <set>

#include "stack_template/graph.h"

namespace stack_template {

namespace {

std::string_view block_name(Place place) {
    return place == Place::values       ? "Resources and Outputs blocks"
           : place == Place::conditions ? "Conditions block"
                                        : "Rules block";
}

class Checker {
  public:
    Checker(const Template& parsed, Place place, std::string_view where)
        : template_(parsed), place_(place), where_(where) {}

    base::Result<void> check(const json::value& value) const {
        if (const json::array* list = value.if_array()) {
            for (const json::value& element : *list) {
                TRY_VOID(check(element));
            }
            return base::ok();
        }
        const json::object* map = value.if_object();
        if (map == nullptr) return base::ok();
        if (const auto call = as_call(value, place_)) return check_call(*call);
        for (const auto& member : *map) {
            if (std::string_view(member.key()).starts_with("Fn::")) {
                return invalid("Template error: " + std::string(member.key()) +
                                   " must be the only key of its map",
                               where_);
            }
            TRY_VOID(check(member.value()));
        }
        return base::ok();
    }

  private:
    base::Result<void> check_call(const Call& call) const {
        if (call.row == nullptr) {
            return invalid(
                "Template error: Encountered unsupported function: " + std::string(call.name) +
                    " Supported functions are: " + supported_functions(),
                where_);
        }
        if (!call.row->allowed(place_)) {
            return invalid("Template error: " + std::string(call.name) +
                               " is not supported in the " + std::string(block_name(place_)) +
                               " of the template",
                           where_);
        }
        if (call.row->needs_language_extensions && !template_.has_language_extensions()) {
            return invalid("Template error: " + std::string(call.name) +
                               " needs the transform AWS::LanguageExtensions",
                           where_);
        }
        if (call.row->arguments_max > 0 && call.arguments_if() == nullptr) return wrong(call);
        return check_arguments(call);
    }

    base::Result<void> check_arguments(const Call& call) const {
        const json::value& argument = *call.argument;
        switch (call.function()) {
            case Function::ref:
            case Function::condition:
                if (!argument.is_string()) return wrong(call);
                return base::ok();
            case Function::get_att: {
                const json::value& attribute = argument.get_array()[1];
                if (!is_name(argument.get_array()[0])) return wrong(call);
                const auto inner = as_call(attribute, place_);
                const bool is_ref = inner && inner->function() == Function::ref;
                if (!is_name(attribute) && !is_ref) return wrong(call);
                return check(attribute);
            }
            case Function::choose:
                return check_if(call);
            case Function::find_in_map:
                return check_find_in_map(call);
            case Function::sub:
                return check_sub(call);
            case Function::join:
            case Function::split:
                if (!argument.get_array()[0].is_string()) return wrong(call);
                if (call.function() == Function::join && !is_list(argument.get_array()[1])) {
                    return wrong(call);
                }
                return check(argument);
            case Function::select:
                if (!is_list(argument.get_array()[1])) return wrong(call);
                return check(argument);
            case Function::base64:
            case Function::import_value:
                if (argument.is_array() || is_plain_map(argument)) return wrong(call);
                return check(argument);
            case Function::length:
                if (!is_list(argument)) return wrong(call);
                return check(argument);
            case Function::to_json_string:
                if (!argument.is_array() && !argument.is_object()) return wrong(call);
                return check(argument);
            default:
                return check(argument);
        }
    }

    base::Result<void> check_if(const Call& call) const {
        const json::array& list = call.argument->get_array();
        if (!list[0].is_string()) return wrong(call);
        if (!template_.conditions.contains(list[0].get_string())) {
            return invalid("Template error: unresolved condition dependency " +
                               std::string(list[0].get_string()) + " in Fn::If",
                           where_);
        }
        TRY_VOID(check(list[1]));
        return check(list[2]);
    }

    base::Result<void> check_find_in_map(const Call& call) const {
        const json::array& list = call.argument->get_array();
        if (list[0].is_string() && !template_.mappings.contains(list[0].get_string())) {
            return invalid("Template error: Mapping named '" + std::string(list[0].get_string()) +
                               "' is not present in the 'Mappings' section of template.",
                           where_);
        }
        for (std::size_t i = 0; i < 3; ++i) {
            const auto inner = as_call(list[i], place_);
            const bool plain = inner && (inner->function() == Function::ref ||
                                         inner->function() == Function::find_in_map);
            const bool fits =
                list[i].is_primitive() || plain || (inner && template_.has_language_extensions());
            if (!fits) return wrong(call);
            TRY_VOID(check(list[i]));
        }
        if (list.size() == 3) return base::ok();
        const json::object* last = list[3].if_object();
        if (last == nullptr || last->size() != 1 || !last->contains("DefaultValue")) {
            return wrong(call);
        }
        if (!template_.has_language_extensions()) {
            return invalid(
                "Template error: DefaultValue of Fn::FindInMap needs the transform "
                "AWS::LanguageExtensions",
                where_);
        }
        return check(last->at("DefaultValue"));
    }

    base::Result<void> check_sub(const Call& call) const {
        const auto arguments = sub_arguments(call);
        if (!arguments) return wrong(call);
        const auto pieces = split_sub(arguments.value().text);
        if (!pieces) return invalid(pieces.error().message, where_);
        if (arguments.value().variables == nullptr) return base::ok();
        for (const auto& variable : *arguments.value().variables) {
            TRY_VOID(check(variable.value()));
        }
        return base::ok();
    }

    static bool is_name(const json::value& value) {
        return value.is_string() && !value.get_string().empty();
    }
    bool is_list(const json::value& value) const {
        return value.is_array() || as_call(value, place_).has_value();
    }
    bool is_plain_map(const json::value& value) const {
        return value.is_object() && !as_call(value, place_);
    }
    base::Error wrong(const Call& call) const {
        return invalid(std::string(call.row->wrong_arguments), where_);
    }

    const Template& template_;
    Place place_;
    std::string_view where_;
};

// Names that lead nowhere.
class Resolution : public ReferenceVisitor {
  public:
    explicit Resolution(const Template& parsed) : template_(parsed) {}

    void on_ref(std::string_view name) override {
        if (is_pseudo_parameter(name) || template_.find_parameter(name) != nullptr) return;
        if (template_.find_resource(name) == nullptr) add_missing(name);
    }
    void on_attribute(std::string_view resource, std::string_view attribute) override {
        if (template_.find_resource(resource) != nullptr) return;
        if (!undefined_) undefined_ = std::pair{std::string(resource), std::string(attribute)};
    }
    void on_depends(std::string_view name) {
        if (template_.find_resource(name) == nullptr) add_missing(name);
    }

    std::vector<std::string> missing_;
    std::optional<std::pair<std::string, std::string>> undefined_;

  private:
    void add_missing(std::string_view name) {
        if (seen_.emplace(name).second) missing_.emplace_back(name);
    }

    const Template& template_;
    std::set<std::string, std::less<>> seen_;
};

// Edges that hold whatever the conditions are.
class UnconditionalEdges : public ReferenceVisitor {
  public:
    explicit UnconditionalEdges(const Template& parsed) : template_(parsed) {}
    void on_ref(std::string_view name) override { add(name); }
    void on_attribute(std::string_view resource, std::string_view) override { add(resource); }
    int branch(std::string_view) override { return -1; }
    void add(std::string_view name) {
        const Resource* target = template_.find_resource(name);
        if (target != nullptr && !target->condition) targets_.emplace(name);
    }
    std::set<std::string, std::less<>> targets_;

  private:
    const Template& template_;
};

base::Error unresolved(const std::vector<std::string>& names, std::string_view block) {
    return invalid("Template format error: Unresolved resource dependencies " + bracketed(names) +
                   " in the " + std::string(block) + " block of the template");
}

base::Result<void> check_names(const Template& parsed) {
    Resolution in_resources(parsed);
    for (const Resource& resource : parsed.resources) {
        visit_references(resource.properties, Place::values, in_resources);
        visit_references(resource.metadata, Place::values, in_resources);
        for (const std::string& name : resource.depends_on)
            in_resources.on_depends(name);
        if (in_resources.undefined_) {
            return invalid("Template error: instance of Fn::GetAtt references undefined resource " +
                               in_resources.undefined_->first,
                           resource.logical_id);
        }
        if (resource.condition && !parsed.conditions.contains(*resource.condition)) {
            return invalid("Template format error: Unresolved condition dependency " +
                               *resource.condition + " in the Resources block of the template",
                           resource.logical_id);
        }
    }
    if (!in_resources.missing_.empty()) return unresolved(in_resources.missing_, "Resources");
    Resolution in_outputs(parsed);
    for (const Output& output : parsed.outputs) {
        visit_references(output.value, Place::values, in_outputs);
        if (output.export_name) visit_references(*output.export_name, Place::values, in_outputs);
        if (in_outputs.undefined_) {
            return unresolved({in_outputs.undefined_->first}, "Outputs");
        }
        if (output.condition && !parsed.conditions.contains(*output.condition)) {
            return invalid("Template format error: Unresolved condition dependency " +
                           *output.condition + " in the Outputs block of the template");
        }
    }
    if (!in_outputs.missing_.empty()) return unresolved(in_outputs.missing_, "Outputs");
    return base::ok();
}

base::Result<void> check_cycles(const Template& parsed) {
    Graph::Edges edges;
    std::vector<std::string> order;
    for (const Resource& resource : parsed.resources) {
        order.push_back(resource.logical_id);
        auto& targets = edges[resource.logical_id];
        if (resource.condition) continue;
        UnconditionalEdges visitor(parsed);
        visit_references(resource.properties, Place::values, visitor);
        visit_references(resource.metadata, Place::values, visitor);
        for (const std::string& name : resource.depends_on)
            visitor.add(name);
        targets = std::move(visitor.targets_);
    }
    TRY_VOID(make_graph(edges, order));
    return base::ok();
}

// Parameters only: conditions and rules know of no resources.
class ParametersOnly : public ReferenceVisitor {
  public:
    explicit ParametersOnly(const Template& parsed) : template_(parsed) {}
    void on_ref(std::string_view name) override {
        const bool known = (is_pseudo_parameter(name) && name != "AWS::NoValue") ||
                           template_.find_parameter(name) != nullptr;
        if (!known) missing_.emplace_back(name);
    }
    void on_attribute(std::string_view resource, std::string_view) override {
        missing_.emplace_back(resource);
    }
    void on_condition(std::string_view name) override { conditions_.emplace(name); }

    std::vector<std::string> missing_;
    std::set<std::string, std::less<>> conditions_;

  private:
    const Template& template_;
};

base::Error not_parameters(const std::vector<std::string>& names, std::string_view block) {
    return invalid("Template format error: Unresolved dependencies " + bracketed(names) +
                   ". Cannot reference resources in the " + std::string(block) +
                   " block of the template");
}

bool is_boolean_call(const json::value& value, Place place) {
    const auto call = as_call(value, place);
    if (!call) return false;
    const Function function = call->function();
    return function == Function::condition || function == Function::all_of ||
           function == Function::any_of || function == Function::negate ||
           function == Function::equals || function == Function::contains ||
           function == Function::each_member_equals || function == Function::each_member_in;
}

base::Result<void> check_boolean(const json::value& value, Place place, std::string_view where) {
    if (!is_boolean_call(value, place)) {
        return invalid(place == Place::conditions
                           ? "Template format error: Conditions can only be boolean operations on "
                             "parameters and other conditions"
                           : "Template format error: Rules can only be boolean operations on "
                             "parameters",
                       where);
    }
    const auto call = as_call(value, place);
    const Function function = call->function();
    if (function != Function::all_of && function != Function::any_of &&
        function != Function::negate) {
        return base::ok();
    }
    for (const json::value& element : call->argument->get_array()) {
        if (is_boolean_call(element, place)) {
            TRY_VOID(check_boolean(element, place, where));
        } else {
            return call->wrong();
        }
    }
    return base::ok();
}

base::Result<void> check_rules(const Template& parsed) {
    const auto check = [&](const json::value& expression, const Rule& rule) -> base::Result<void> {
        TRY_VOID(check_expression(parsed, expression, Place::rules, rule.name));
        ParametersOnly visitor(parsed);
        visit_references(expression, Place::rules, visitor);
        if (!visitor.missing_.empty()) return not_parameters(visitor.missing_, "Rules");
        return check_boolean(expression, Place::rules, rule.name);
    };
    for (const Rule& rule : parsed.rules) {
        if (rule.condition) {
            TRY_VOID(check(*rule.condition, rule));
        }
        for (const Assertion& assertion : rule.assertions) {
            TRY_VOID(check(assertion.assert_expression, rule));
        }
    }
    return base::ok();
}

}  // namespace

base::Result<void> check_expression(const Template& parsed, const json::value& expression,
                                    Place place, std::string_view where) {
    return Checker(parsed, place, where).check(expression);
}

base::Result<void> check_references(const Template& parsed) {
    for (const Resource& resource : parsed.resources) {
        for (const auto& property : resource.properties) {
            TRY_VOID(
                check_expression(parsed, property.value(), Place::values, resource.logical_id));
        }
        TRY_VOID(check_expression(parsed, resource.metadata, Place::values, resource.logical_id));
    }
    for (const Output& output : parsed.outputs) {
        TRY_VOID(check_expression(parsed, output.value, Place::values, output.name));
        if (output.export_name) {
            TRY_VOID(check_expression(parsed, *output.export_name, Place::values, output.name));
        }
    }
    TRY_VOID(check_names(parsed));
    TRY_VOID(check_rules(parsed));
    return check_cycles(parsed);
}

base::Result<void> check_conditions(const Template& parsed) {
    Graph::Edges edges;
    std::vector<std::string> order;
    for (const auto& member : parsed.conditions) {
        const std::string name(member.key());
        TRY_VOID(check_expression(parsed, member.value(), Place::conditions, name));
        TRY_VOID(check_boolean(member.value(), Place::conditions, name));
        ParametersOnly visitor(parsed);
        visit_references(member.value(), Place::conditions, visitor);
        if (!visitor.missing_.empty()) return not_parameters(visitor.missing_, "Conditions");
        for (const std::string& target : visitor.conditions_) {
            if (!parsed.conditions.contains(target)) {
                return invalid("Template format error: Unresolved condition dependency " + target +
                                   " in the Conditions block of the template",
                               name);
            }
        }
        edges.emplace(name, std::move(visitor.conditions_));
        order.push_back(name);
    }
    auto graph = make_graph(edges, order);
    if (!graph) {
        std::string message = graph.error().message;
        const std::string_view resources = "Circular dependency between resources";
        if (message.starts_with(resources)) {
            message = "Template format error: Circular dependency between conditions" +
                      message.substr(resources.size());
        }
        return invalid(std::move(message));
    }
    return base::ok();
}

}  // namespace stack_template
