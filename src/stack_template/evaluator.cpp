// The Evaluator: conditions and rules first, then whatever is asked.
#include "stack_template/evaluation.h"

namespace stack_template {

namespace {

// Conditions in an order in which each comes after those it names.
base::Result<std::vector<std::string>> condition_order(const Template& parsed) {
    class Names : public ReferenceVisitor {
      public:
        void on_ref(std::string_view) override {}
        void on_attribute(std::string_view, std::string_view) override {}
        void on_condition(std::string_view name) override { names_.emplace(name); }
        std::set<std::string, std::less<>> names_;
    };
    Graph::Edges edges;
    std::vector<std::string> in_order;
    for (const auto& member : parsed.conditions) {
        Names names;
        visit_references(member.value(), Place::conditions, names);
        in_order.emplace_back(member.key());
        edges.emplace(member.key(), std::move(names.names_));
    }
    TRY(graph, make_graph(edges, in_order));
    return std::move(graph.order);
}

base::Result<void> check_rules(const Template& parsed, Evaluation& evaluation) {
    std::vector<std::string> failed;
    for (const Rule& rule : parsed.rules) {
        if (rule.condition) {
            TRY(applies, evaluation.boolean(*rule.condition, Place::rules));
            if (!applies) continue;
        }
        for (const Assertion& assertion : rule.assertions) {
            TRY(holds, evaluation.boolean(assertion.assert_expression, Place::rules));
            if (holds) continue;
            failed.push_back(assertion.description.empty()
                                 ? "Rule " + rule.name + " is not satisfied"
                                 : assertion.description);
        }
    }
    if (failed.empty()) return base::ok();
    std::string message = "Template validation error: ";
    for (std::size_t i = 0; i < failed.size(); ++i) {
        message += (i > 0 ? "; " : "") + failed[i];
    }
    return invalid(std::move(message));
}

// References of active resources, with the branches that conditions choose.
class ActiveReferences : public ReferenceVisitor {
  public:
    ActiveReferences(const Template& parsed, const Evaluator& evaluator)
        : template_(parsed), evaluator_(evaluator) {}

    void on_ref(std::string_view name) override {
        if (is_pseudo_parameter(name) || template_.find_parameter(name) != nullptr) return;
        add(name);
    }
    void on_attribute(std::string_view resource, std::string_view) override { add(resource); }
    void on_import(const json::value& name) override { imports_.push_back(&name); }
    int branch(std::string_view condition) override {
        return evaluator_.condition(condition) ? 1 : 2;
    }
    void add(std::string_view name) {
        targets_.emplace(name);
        const Resource* target = template_.find_resource(name);
        if (target != nullptr && evaluator_.is_active(*target)) return;
        if (std::find(missing_.begin(), missing_.end(), name) == missing_.end()) {
            missing_.emplace_back(name);
        }
    }

    std::set<std::string, std::less<>> targets_;
    std::vector<std::string> missing_;
    std::vector<const json::value*> imports_;

  private:
    const Template& template_;
    const Evaluator& evaluator_;
};

base::Error unresolved_names(const std::vector<std::string>& names, std::string_view block) {
    return invalid("Template format error: Unresolved resource dependencies " + bracketed(names) +
                   " in the " + std::string(block) + " block of the template");
}

void visit(const Resource& resource, ActiveReferences& references) {
    visit_references(resource.properties, Place::values, references);
    visit_references(resource.metadata, Place::values, references);
}

void visit(const Output& output, ActiveReferences& references) {
    visit_references(output.value, Place::values, references);
    if (output.export_name) visit_references(*output.export_name, Place::values, references);
}

// For names of imports: nothing of the stack is known.
class NothingKnown : public Resolver {
  public:
    Answer ref(const std::string&) override { return nothing(); }
    Answer attribute(const std::string&, const std::string&) override { return nothing(); }
    Answer import_value(const std::string&) override { return nothing(); }
    Answer ssm_parameter(const std::string&) override { return nothing(); }

  private:
    static Answer nothing() { return std::optional<json::value>(); }
};

}  // namespace

base::Result<Evaluator> Evaluator::make(const Template& parsed, const ParameterValues& values,
                                        const PseudoParameters& pseudo) {
    Evaluator evaluator(parsed, values, pseudo);
    Evaluation evaluation(parsed, values, pseudo, evaluator.conditions_, nullptr);
    TRY(order, condition_order(parsed));
    for (const std::string& name : order) {
        TRY(holds, evaluation.boolean(parsed.conditions.at(name), Place::conditions));
        evaluator.conditions_.emplace(name, holds);
    }
    TRY_VOID(check_rules(parsed, evaluation));
    return evaluator;
}

bool Evaluator::condition(std::string_view name) const {
    const auto found = conditions_.find(name);
    return found != conditions_.end() && found->second;
}

bool Evaluator::is_active(const Resource& resource) const {
    return !resource.condition || condition(*resource.condition);
}

bool Evaluator::is_active(const Output& output) const {
    return !output.condition || condition(*output.condition);
}

base::Result<Graph> Evaluator::graph() const {
    Graph::Edges edges;
    std::vector<std::string> order, missing;
    for (const Resource& resource : template_->resources) {
        if (!is_active(resource)) continue;
        ActiveReferences references(*template_, *this);
        visit(resource, references);
        for (const std::string& name : resource.depends_on) {
            references.add(name);
        }
        for (const std::string& name : references.missing_) {
            if (std::find(missing.begin(), missing.end(), name) == missing.end()) {
                missing.push_back(name);
            }
        }
        edges.emplace(resource.logical_id, std::move(references.targets_));
        order.push_back(resource.logical_id);
    }
    if (!missing.empty()) return unresolved_names(missing, "Resources");
    ActiveReferences in_outputs(*template_, *this);
    for (const Output& output : template_->outputs) {
        if (is_active(output)) visit(output, in_outputs);
    }
    if (!in_outputs.missing_.empty()) return unresolved_names(in_outputs.missing_, "Outputs");
    return make_graph(edges, order);
}

base::Result<std::optional<json::value>> Evaluator::value(const json::value& expression,
                                                          Resolver& resolver) const {
    Evaluation evaluation(*template_, *values_, *pseudo_, conditions_, &resolver);
    TRY(made, evaluation.value(expression));
    if (!made) return std::optional<json::value>();
    TRY(replaced, evaluation.with_dynamic_references(std::move(*made)));
    return std::optional<json::value>(std::move(replaced));
}

base::Result<json::object> Evaluator::properties(const Resource& resource,
                                                 Resolver& resolver) const {
    Evaluation evaluation(*template_, *values_, *pseudo_, conditions_, &resolver);
    const auto evaluate = [&](const json::value& expression) -> base::Result<Evaluation::Value> {
        TRY(made, evaluation.value(expression));
        if (!made) return Evaluation::Value();
        TRY(replaced, evaluation.with_dynamic_references(std::move(*made)));
        return Evaluation::Value(std::move(replaced));
    };
    json::object properties;
    for (const auto& property : resource.properties) {
        auto made = evaluate(property.value());
        if (!made) {
            base::Error error = made.error();
            if (error.context.empty()) error.context = resource.logical_id;
            return error;
        }
        if (made.value()) properties.emplace(property.key(), std::move(*made.value()));
    }
    return properties;
}

base::Result<std::vector<OutputValue>> Evaluator::outputs(Resolver& resolver) const {
    std::vector<OutputValue> made;
    for (const Output& output : template_->outputs) {
        if (!is_active(output)) continue;
        TRY(result, value(output.value, resolver));
        const auto text = result ? text_of(*result) : std::nullopt;
        if (!text) {
            return invalid(
                "Template format error: Output " + output.name +
                    " is malformed. The Value field of every Outputs member must evaluate to a "
                    "String.",
                output.name);
        }
        OutputValue one{output.name, *text, output.description, std::nullopt};
        if (output.export_name) {
            TRY(name, value(*output.export_name, resolver));
            one.export_name = name ? text_of(*name) : std::nullopt;
            if (!one.export_name || one.export_name->empty()) {
                return invalid("Template format error: Output " + output.name +
                                   " is malformed. The Name field of every Export member must "
                                   "evaluate to a String.",
                               output.name);
            }
        }
        made.push_back(std::move(one));
    }
    return made;
}

base::Result<std::set<std::string>> Evaluator::imports() const {
    ActiveReferences references(*template_, *this);
    for (const Resource& resource : template_->resources) {
        if (is_active(resource)) visit(resource, references);
    }
    for (const Output& output : template_->outputs) {
        if (is_active(output)) visit(output, references);
    }
    std::set<std::string> names;
    NothingKnown nothing;
    for (const json::value* expression : references.imports_) {
        TRY(name, value(*expression, nothing));
        const auto text = name ? text_of(*name) : std::nullopt;
        if (!text || *text == unknown_value) {
            return invalid(
                "Template error: the attribute in Fn::ImportValue must not depend on any "
                "resources, imported values, or Fn::GetAZs");
        }
        names.insert(*text);
    }
    return names;
}

}  // namespace stack_template
