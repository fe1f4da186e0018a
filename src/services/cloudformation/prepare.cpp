// From a request to something that can be deployed: the template fetched and parsed, capabilities
// checked, parameters bound, conditions and rules evaluated.
#include <algorithm>

#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"
#include "services/cloudformation/ssm.h"

namespace cloudformation {

namespace {

// Binds parameters; SSM's are fetched when the first pass has named them.
class Binding final : public std::enable_shared_from_this<Binding> {
  public:
    using Bound = base::UniqueFunction<void(aws::Reply<stack_template::ParameterValues>)>;

    Binding(aws::InternalClient& client, aws::Call call,
            std::shared_ptr<const stack_template::Template> parsed,
            std::vector<stack_template::ParameterInput> given,
            std::optional<std::map<std::string, std::string, std::less<>>> previous, Bound done)
        : client_(client),
          call_(std::move(call)),
          parsed_(std::move(parsed)),
          given_(std::move(given)),
          previous_(std::move(previous)),
          done_(std::move(done)) {}

    void go() {
        auto values = stack_template::bind_parameters(*parsed_, given_,
                                                      previous_ ? &*previous_ : nullptr, lookup_);
        if (values) return finish(std::move(values.value()));
        if (values.error().kind != base::ErrorKind::unavailable || lookup_.wanted().empty()) {
            return finish(faults::from(values.error()));
        }
        fetch_ssm_parameters(client_, call_, lookup_.wanted(),
                             [self = shared_from_this()](SsmLookup::Found found) {
                                 const auto fault = found.fault;
                                 self->lookup_.add(std::move(found));
                                 if (fault) return self->finish(*fault);
                                 self->go();
                             });
    }

  private:
    void finish(aws::Reply<stack_template::ParameterValues> reply) {
        auto done = std::exchange(done_, {});
        done(std::move(reply));
    }

    aws::InternalClient& client_;
    const aws::Call call_;
    const std::shared_ptr<const stack_template::Template> parsed_;
    const std::vector<stack_template::ParameterInput> given_;
    const std::optional<std::map<std::string, std::string, std::less<>>> previous_;
    Bound done_;
    SsmLookup lookup_;
};

std::vector<stack_template::ParameterInput> to_inputs(const std::vector<Parameter>& parameters) {
    std::vector<stack_template::ParameterInput> inputs;
    for (const Parameter& parameter : parameters) {
        inputs.push_back({parameter.parameter_key.value_or(""), parameter.parameter_value,
                          parameter.use_previous_value.value_or(false)});
    }
    return inputs;
}

aws::Reply<void> check_resource_types(const stack_template::Template& parsed,
                                      const Names& allowed) {
    if (allowed.empty()) return base::ok();
    for (const std::string& type : stack_template::summarize(parsed).resource_types) {
        const bool fits = std::ranges::any_of(allowed, [&](const std::string& one) {
            if (one.ends_with('*')) return type.starts_with(one.substr(0, one.size() - 1));
            return one == type;
        });
        if (!fits) {
            return faults::validation("Resource type " + type +
                                      " is not allowed by parameter ResourceTypes");
        }
    }
    return base::ok();
}

}  // namespace

aws::Reply<void> CloudFormation::check_capabilities(const stack_template::Template& parsed,
                                                    const Wanted& wanted) const {
    const auto has = [&](const std::string& capability) {
        return std::ranges::find(wanted.capabilities, capability) != wanted.capabilities.end();
    };
    std::vector<std::string> missing;
    for (const std::string& capability : stack_template::summarize(parsed).capabilities) {
        if (has(capability)) continue;
        if (capability == "CAPABILITY_IAM" && has("CAPABILITY_NAMED_IAM")) continue;
        missing.push_back(capability);
    }
    if (!missing.empty()) return faults::insufficient_capabilities(missing);
    return base::ok();
}

void CloudFormation::prepare(const aws::Call& call, const StackRow& stack, Wanted wanted,
                             Answer<Prepared> done) {
    const StackKey key = key_of(stack.id);
    const bool deployed = !stack.deployed.template_id.empty();
    std::string text;
    if (wanted.use_previous_template) {
        if (!deployed) {
            return done(faults::validation("UsePreviousTemplate: the stack has no template yet"));
        }
        auto stored = ground_.tables.template_text(key, stack.deployed.template_id);
        if (!stored) return done(faults::from(stored.error()));
        text = std::move(stored.value());
    } else {
        auto fetched = fetch_template(call.account(), wanted.template_body, wanted.template_url);
        if (!fetched) return done(std::move(fetched.error()));
        text = std::move(fetched.value());
    }
    auto parsed = parse_template(text);
    if (!parsed) return done(std::move(parsed.error()));
    if (auto fits = check_resource_types(*parsed.value(), wanted.resource_types); !fits) {
        return done(std::move(fits.error()));
    }
    if (auto allowed = check_capabilities(*parsed.value(), wanted); !allowed) {
        return done(std::move(allowed.error()));
    }
    ConfigurationRow configuration;
    configuration.capabilities = wanted.capabilities;
    configuration.tags = wanted.tags ? to_map(*wanted.tags) : stack.deployed.tags;
    configuration.role_arn = wanted.role_arn ? wanted.role_arn : stack.deployed.role_arn;
    if (!parsed.value()->description.empty()) {
        configuration.description = parsed.value()->description;
    }
    std::optional<std::map<std::string, std::string, std::less<>>> previous;
    if (deployed) {
        previous.emplace();
        for (const ParameterRow& row : stack.deployed.parameters)
            (*previous)[row.key] = row.value;
    }
    auto bound = [stack_id = stack.id, stack_name = stack.name, text = std::move(text),
                  parsed = parsed.value(), configuration = std::move(configuration),
                  done =
                      std::move(done)](aws::Reply<stack_template::ParameterValues> values) mutable {
        if (!values) return done(std::move(values.error()));
        configuration.parameters = to_rows(*parsed, values.value());
        auto blueprint = Blueprint::make(parsed, std::move(values.value()), stack_id, stack_name,
                                         configuration.notification_arns);
        if (!blueprint) return done(faults::from(blueprint.error()));
        done(Prepared{std::move(blueprint.value()), std::move(text), std::move(configuration)});
    };
    aws::Call inner = call;
    inner.head = nullptr;
    std::make_shared<Binding>(ground_.environment.client, std::move(inner), parsed.value(),
                              to_inputs(wanted.parameters), std::move(previous), std::move(bound))
        ->go();
}

void CloudFormation::plan(const StackRow& stack, const Prepared& prepared,
                          const ChangeSetWanted& change_set, Answer<Plan> done) {
    const StackKey key = key_of(stack.id);
    PlanRequest request;
    request.stack = stack;
    auto rows = ground_.tables.resources_of(key);
    if (!rows) return done(faults::from(rows.error()));
    request.rows = std::move(rows.value());
    if (!stack.deployed.template_id.empty()) {
        auto text = ground_.tables.template_text(key, stack.deployed.template_id);
        if (!text) return done(faults::from(text.error()));
        // An older program may have taken what this one refuses: the comparison does without.
        if (auto parsed = stack_template::parse(text.value())) {
            request.before =
                std::make_shared<const stack_template::Template>(std::move(parsed.value()));
        }
    }
    request.blueprint = prepared.blueprint;
    request.target = prepared.configuration;
    request.import_existing = change_set.import_existing;
    for (const ResourceToImport& resource : change_set.to_import) {
        if (resource.resource_identifier.empty()) continue;
        request.to_import[resource.logical_resource_id] =
            resource.resource_identifier.begin()->second;
    }
    make_plan(ground_, std::move(request),
              [done = std::move(done)](Plan plan) mutable { done(std::move(plan)); });
}

}  // namespace cloudformation
