#include "services/cloudformation/plan.h"

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "services/cloudformation/deployment.h"
#include "services/cloudformation/faults.h"
#include "services/cloudformation/parse.h"
#include "services/cloudformation/ssm.h"
#include "services/cloudformation/statuses.h"
#include "stack_template/compare.h"

namespace cloudformation {

namespace {

using stack_template::PropertyChange;
using stack_template::Resource;

// A value as a change set shows it.
std::string shown(const json::value& value) {
    if (auto text = stack_template::text_of(value)) return *text;
    return stack_template::serialize(value);
}

bool is_foreign(const std::string& type) {
    return type == stack_type || type == "AWS::CloudFormation::CustomResource" ||
           type.starts_with("Custom::");
}

class Planner final : public stack_template::Resolver,
                      public std::enable_shared_from_this<Planner> {
  public:
    Planner(Ground& ground, PlanRequest request, base::UniqueFunction<void(Plan)> done)
        : ground_(ground),
          request_(std::move(request)),
          key_(key_of(request_.stack.id)),
          done_(std::move(done)) {}

    void go() {
        if (auto problem = pass()) {
            if (problem->kind == base::ErrorKind::unavailable && !ssm_.wanted().empty()) {
                return fetch();
            }
            plan_.failure = problem->message;
        }
        if (!plan_.failure.empty() || (!request_.import_existing && request_.to_import.empty())) {
            return finish();
        }
        look_for_existing();
    }

    // ---- stack_template::Resolver ----
    Answer ref(const std::string& logical_id) override {
        const InstanceRow* instance = find_settled(logical_id);
        if (instance == nullptr) return std::optional<json::value>();
        return std::optional<json::value>(instance->physical_id);
    }
    Answer attribute(const std::string& logical_id, const std::string& attribute) override {
        const InstanceRow* instance = find_settled(logical_id);
        if (instance == nullptr) return std::optional<json::value>();
        if (modified_.contains(logical_id) && is_foreign(instance->type)) {
            return std::optional<json::value>();
        }
        const json::object attributes = parse_object(instance->attributes);
        const json::value* value = attributes.if_contains(attribute);
        if (value == nullptr) return std::optional<json::value>();
        return std::optional<json::value>(*value);
    }
    Answer import_value(const std::string& export_name) override {
        TRY(found, ground_.exports.find(key_, export_name));
        if (found) return std::optional<json::value>(std::move(*found));
        return base::Error{base::ErrorKind::invalid, faults::no_export(export_name), ""};
    }
    Answer ssm_parameter(const std::string& name) override {
        TRY(value, ssm_.ssm_parameter(name));
        return std::optional<json::value>(std::move(value));
    }

  private:
    // What is there and stays what it is.
    const InstanceRow* find_settled(const std::string& logical_id) const {
        if (replaced_.contains(logical_id)) return nullptr;
        const auto row = request_.rows.find(logical_id);
        if (row == request_.rows.end() || is_gone(row->second)) return nullptr;
        return &*row->second.current;
    }

    std::optional<base::Error> pass();
    std::optional<base::Error> plan_resource(const Resource& resource);
    void plan_removals();
    std::optional<base::Error> plan_outputs();
    void add(const Resource& resource, const json::object& properties);
    void compare(const Resource& resource, const InstanceRow& current,
                 const json::object& properties);
    void add_property_details(ResourceChange& change, const Resource& resource,
                              const std::vector<PropertyChange>& differences, bool* always,
                              bool* conditional);
    void add_attribute_details(ResourceChange& change, const Resource& resource,
                               const InstanceRow& current);
    std::string context_of(const Resource* resource, const std::string& properties,
                           const std::string& metadata, const std::string& policy);
    bool is_secret(const json::value& unresolved) const;
    Work work_of(const Resource& resource, const json::object& properties);
    void fetch();
    void look_for_existing();
    void look_for(std::size_t change, GraphRun::Done done);
    void finish() {
        auto done = std::exchange(done_, {});
        done(std::move(plan_));
    }

    Ground& ground_;
    const PlanRequest request_;
    const StackKey key_;
    base::UniqueFunction<void(Plan)> done_;
    SsmLookup ssm_;
    Plan plan_;
    std::set<std::string> replaced_;  // new, replaced, or perhaps replaced
    std::set<std::string> modified_;
    std::set<std::string> parameters_changed_;
    std::map<std::string, json::object> properties_;  // of what is added
    base::Mutex mutex_;                               // over plan_ while looking for existing ones
};

std::optional<base::Error> Planner::pass() {
    plan_ = {};
    replaced_.clear();
    modified_.clear();
    properties_.clear();
    parameters_changed_.clear();
    const auto old_values = to_values(request_.stack.deployed.parameters);
    for (const auto& [name, value] : request_.blueprint->values()) {
        const auto old = old_values.find(name);
        if (old == old_values.end() || old->second.resolved != value.resolved) {
            parameters_changed_.insert(name);
        }
    }
    for (const std::string& id : request_.blueprint->graph().order) {
        if (auto problem = plan_resource(*request_.blueprint->parsed().find_resource(id))) {
            return problem;
        }
    }
    plan_removals();
    if (!request_.stack.deployed.template_id.empty()) {
        plan_.tags_change = request_.stack.deployed.tags != request_.target.tags;
    }
    return plan_outputs();
}

Work Planner::work_of(const Resource& resource, const json::object& properties) {
    Work work;
    work.type = resource.type;
    work.context.account = key_.account;
    work.context.region = key_.region;
    work.context.stack_name = request_.stack.name;
    work.context.stack_id = request_.stack.id;
    work.context.logical_id = resource.logical_id;
    work.context.token = std::string(32, '0');
    work.context.tags = request_.target.tags;
    work.properties = properties;
    return work;
}

std::optional<base::Error> Planner::plan_resource(const Resource& resource) {
    auto properties = request_.blueprint->evaluator().properties(resource, *this);
    if (!properties) return properties.error();
    ResourceWorker* worker = ground_.types->find_worker(resource.type);
    if (worker == nullptr) {
        return base::Error{
            base::ErrorKind::invalid,
            "Template format error: Unrecognized resource types: [" + resource.type + "]",
            resource.logical_id};
    }
    if (auto checked = worker->check(work_of(resource, properties.value())); !checked) {
        return base::Error{base::ErrorKind::invalid, checked.error().reason, resource.logical_id};
    }
    const auto row = request_.rows.find(resource.logical_id);
    if (row == request_.rows.end() || is_gone(row->second) || !row->second.current->made) {
        add(resource, properties.value());
        return std::nullopt;
    }
    const InstanceRow& current = *row->second.current;
    if (current.type != resource.type) {
        return base::Error{base::ErrorKind::invalid,
                           "Update of resource type is not permitted. The new template modifies "
                           "resource type of the following resources: [" +
                               resource.logical_id + "]",
                           resource.logical_id};
    }
    compare(resource, current, properties.value());
    return std::nullopt;
}

void Planner::add(const Resource& resource, const json::object& properties) {
    replaced_.insert(resource.logical_id);
    properties_[resource.logical_id] = properties;
    Change change;
    change.type = "Resource";
    ResourceChange& added = change.resource_change;
    added.action = "Add";
    added.logical_resource_id = resource.logical_id;
    added.resource_type = resource.type;
    added.after_context =
        context_of(&resource, stack_template::serialize(properties),
                   resource.metadata.is_null() ? "" : stack_template::serialize(resource.metadata),
                   to_text(resource.deletion_policy));
    plan_.changes.push_back(std::move(change));
}

bool Planner::is_secret(const json::value& unresolved) const {
    for (const auto& cause :
         stack_template::references_of(unresolved, request_.blueprint->parsed())) {
        const auto value = request_.blueprint->values().find(cause.causing_entity);
        if (value != request_.blueprint->values().end() && value->second.no_echo) return true;
    }
    return false;
}

std::string Planner::context_of(const Resource* resource, const std::string& properties,
                                const std::string& metadata, const std::string& policy) {
    json::object context;
    json::object shown_properties = parse_object(properties);
    if (resource != nullptr) {
        shown_properties =
            without_secrets(*request_.blueprint, *resource, std::move(shown_properties));
    }
    context["Properties"] = std::move(shown_properties);
    if (!metadata.empty()) context["Metadata"] = parse_object(metadata);
    if (!policy.empty()) context["DeletionPolicy"] = policy;
    return stack_template::serialize(context);
}

void Planner::compare(const Resource& resource, const InstanceRow& current,
                      const json::object& properties) {
    static const json::object none;
    const Resource* old =
        request_.before ? request_.before->find_resource(resource.logical_id) : nullptr;
    const json::object before = parse_object(current.properties);
    const auto differences = stack_template::compare(
        {old != nullptr ? old->properties : none, before}, {resource.properties, properties},
        parameters_changed_, request_.blueprint->parsed());
    Change change;
    change.type = "Resource";
    ResourceChange& modified = change.resource_change;
    bool always = false;
    bool conditional = false;
    add_property_details(modified, resource, differences, &always, &conditional);
    add_attribute_details(modified, resource, current);
    if (modified.details.empty()) return;
    modified.action = "Modify";
    modified.logical_resource_id = resource.logical_id;
    modified.physical_resource_id = current.physical_id;
    modified.resource_type = resource.type;
    modified.replacement = always ? "True" : conditional ? "Conditional" : "False";
    if (always) {
        const bool retained =
            resource.update_replace_policy != stack_template::RemovalPolicy::remove;
        modified.policy_action = retained ? "ReplaceAndRetain" : "ReplaceAndDelete";
    }
    modified.before_context =
        context_of(&resource, current.properties, current.metadata, current.deletion_policy);
    modified.after_context =
        context_of(&resource, stack_template::serialize(properties),
                   resource.metadata.is_null() ? "" : stack_template::serialize(resource.metadata),
                   to_text(resource.deletion_policy));
    if (always || conditional) replaced_.insert(resource.logical_id);
    modified_.insert(resource.logical_id);
    plan_.changes.push_back(std::move(change));
}

void Planner::add_property_details(ResourceChange& change, const Resource& resource,
                                   const std::vector<PropertyChange>& differences, bool* always,
                                   bool* conditional) {
    ResourceWorker& worker = *ground_.types->find_worker(resource.type);
    for (const PropertyChange& difference : differences) {
        json::object before;
        json::object after;
        if (!difference.before.is_null()) before[difference.property] = difference.before;
        if (!difference.after.is_null()) after[difference.property] = difference.after;
        const bool recreates = worker.replaces(resource.type, before, after);
        const json::value* unresolved = resource.properties.if_contains(difference.property);
        const bool secret = unresolved != nullptr && is_secret(*unresolved);
        const bool tags = difference.property == "Tags" && !is_foreign(resource.type);
        bool any_static = difference.causes.empty();
        std::vector<stack_template::ChangeCause> causes = difference.causes;
        if (causes.empty()) causes.emplace_back();
        for (const stack_template::ChangeCause& cause : causes) {
            any_static |= !cause.is_dynamic;
            ChangeDetail detail;
            detail.target.attribute = tags ? "Tags" : "Properties";
            if (!tags) detail.target.name = difference.property;
            detail.target.requires_recreation = !recreates         ? "Never"
                                                : cause.is_dynamic ? "Conditionally"
                                                                   : "Always";
            detail.target.path = difference.path;
            if (!difference.before.is_null()) {
                detail.target.before_value = secret ? "****" : shown(difference.before);
            }
            if (!difference.after.is_null()) {
                detail.target.after_value = secret ? "****" : shown(difference.after);
            }
            detail.target.attribute_change_type = std::string(to_string(difference.kind));
            detail.evaluation = cause.is_dynamic ? "Dynamic" : "Static";
            detail.change_source = std::string(to_string(cause.source));
            if (!cause.causing_entity.empty()) detail.causing_entity = cause.causing_entity;
            change.details.push_back(std::move(detail));
        }
        if (recreates) (any_static ? *always : *conditional) = true;
        const std::string scope = tags ? "Tags" : "Properties";
        if (std::ranges::find(change.scope, scope) == change.scope.end()) {
            change.scope.push_back(scope);
        }
    }
}

// What is not a property: metadata, policies, the stack's tags.
void Planner::add_attribute_details(ResourceChange& change, const Resource& resource,
                                    const InstanceRow& current) {
    const auto differ = [&](const char* attribute) {
        ChangeDetail detail;
        detail.target.attribute = attribute;
        detail.target.requires_recreation = "Never";
        detail.evaluation = "Static";
        detail.change_source = "DirectModification";
        change.details.push_back(std::move(detail));
        if (std::ranges::find(change.scope, attribute) == change.scope.end()) {
            change.scope.emplace_back(attribute);
        }
    };
    const std::string metadata =
        resource.metadata.is_null() ? "" : stack_template::serialize(resource.metadata);
    if (metadata != current.metadata) differ("Metadata");
    if (to_text(resource.deletion_policy) != current.deletion_policy) differ("DeletionPolicy");
    if (to_text(resource.update_replace_policy) != current.replace_policy) {
        differ("UpdateReplacePolicy");
    }
    if (request_.target.tags != current.stack_tags && ground_.types->takes_tags(resource.type)) {
        differ("Tags");
    }
}

void Planner::plan_removals() {
    for (const auto& [id, row] : request_.rows) {
        if (is_gone(row) || request_.blueprint->find_active(id) != nullptr) continue;
        Change change;
        change.type = "Resource";
        ResourceChange& removed = change.resource_change;
        removed.action = "Remove";
        removed.logical_resource_id = id;
        removed.physical_resource_id = row.current->physical_id;
        removed.resource_type = row.current->type;
        const bool kept = row.current->deletion_policy.starts_with("Retain");
        removed.policy_action = kept ? "Retain" : "Delete";
        removed.before_context = context_of(nullptr, "", "", row.current->deletion_policy);
        plan_.changes.push_back(std::move(change));
    }
}

std::optional<base::Error> Planner::plan_outputs() {
    auto outputs = request_.blueprint->evaluator().outputs(*this);
    if (!outputs) return outputs.error();
    const auto& before = request_.stack.outputs;
    bool same = outputs.value().size() == before.size();
    for (const stack_template::OutputValue& output : outputs.value()) {
        const auto old = std::ranges::find(before, output.name, &OutputRow::key);
        same &= old != before.end() && old->value == output.value &&
                old->export_name == output.export_name &&
                old->description.value_or("") == output.description;
    }
    plan_.outputs_change = !same;
    return std::nullopt;
}

void Planner::fetch() {
    aws::Call call;
    call.request_id = "plan";
    call.region = key_.region;
    call.caller.account = key_.account;
    call.caller.arn = "arn:aws:iam::" + key_.account + ":root";
    call.received = ground_.environment.clock.now();
    call.endpoint = ground_.steps.endpoint;
    fetch_ssm_parameters(ground_.environment.client, call, ssm_.wanted(),
                         [self = shared_from_this()](SsmLookup::Found found) {
                             const auto fault = found.fault;
                             self->ssm_.add(std::move(found));
                             if (fault) {
                                 self->plan_ = {};
                                 self->plan_.failure = fault->message;
                                 return self->finish();
                             }
                             self->go();
                         });
}

// Additions of what is there already become imports.
void Planner::look_for_existing() {
    GraphRun::Plan plan;
    plan.stop_on_failure = false;
    for (std::size_t i = 0; i < plan_.changes.size(); ++i) {
        if (plan_.changes[i].resource_change.action == "Add") {
            plan.order.push_back(std::to_string(i));
        }
    }
    GraphRun::start(
        ground_.environment.executor, std::move(plan),
        [self = shared_from_this()](const std::string& node, GraphRun::Done done) {
            self->look_for(static_cast<std::size_t>(std::stoul(node)), std::move(done));
        },
        [self = shared_from_this()](const GraphRun::Outcome&) { self->finish(); });
}

void Planner::look_for(std::size_t position, GraphRun::Done done) {
    const std::string id = plan_.changes[position].resource_change.logical_resource_id;
    const json::object& properties = properties_[id];
    const Resource& resource = *request_.blueprint->parsed().find_resource(id);
    ResourceWorker& worker = *ground_.types->find_worker(resource.type);
    Work work = work_of(resource, properties);
    const auto imported = request_.to_import.find(id);
    if (imported != request_.to_import.end()) {
        work.context.physical_id = imported->second;
    } else {
        if (!request_.import_existing || stack_template::has_unknown(properties)) {
            return done(true);
        }
        auto identified = worker.identify(work);
        if (!identified) return done(true);
        work.context.physical_id = identified.value();
    }
    const std::string physical_id = work.context.physical_id;
    auto owner = ground_.tables.owners.get(Tables::owner_at(key_, resource.type, physical_id));
    if (!owner || owner.value()) return done(true);
    worker.exists(std::move(work), [self = shared_from_this(), position, physical_id,
                                    done = std::move(done)](Outcome<bool> outcome) mutable {
        if (outcome && outcome.value()) {
            base::MutexLock lock(self->mutex_);
            ResourceChange& change = self->plan_.changes[position].resource_change;
            change.action = "Import";
            change.physical_resource_id = physical_id;
        }
        done(true);
    });
}

}  // namespace

void make_plan(Ground& ground, PlanRequest request, base::UniqueFunction<void(Plan)> done) {
    std::make_shared<Planner>(ground, std::move(request), std::move(done))->go();
}

}  // namespace cloudformation
