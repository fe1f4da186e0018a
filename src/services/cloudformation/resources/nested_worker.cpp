#include "services/cloudformation/resources/nested_worker.h"

#include "aws/json_values.h"
#include "base/ids.h"
#include "services/cloudformation/cloudformation.h"
#include "stack_template/evaluate.h"
#include "stack_template/stack_template.h"

namespace cloudformation {

namespace {

struct Properties {
    std::string template_url;
    std::map<std::string, std::string> parameters;
    std::vector<aws::Tag> tags;
    std::optional<std::int32_t> timeout_in_minutes;
    static constexpr auto members() {
        using P = Properties;
        return std::tuple{shape::member("TemplateURL", &P::template_url, {.required = true}),
                          shape::member("Parameters", &P::parameters),
                          shape::member("Tags", &P::tags),
                          shape::member("TimeoutInMinutes", &P::timeout_in_minutes)};
    }
};

// Lists become what a CommaDelimitedList takes.
json::object with_joined_lists(const json::object& properties) {
    json::object out = properties;
    json::value* parameters = out.if_contains("Parameters");
    if (parameters == nullptr || !parameters->is_object()) return out;
    for (auto& [name, value] : parameters->get_object()) {
        if (!value.is_array()) continue;
        std::string joined;
        for (const json::value& element : value.get_array()) {
            joined += (joined.empty() ? "" : ",") + stack_template::text_of(element).value_or("");
        }
        value = joined;
    }
    return out;
}

Outcome<Properties> decode(const Work& work, bool whole) {
    Properties properties;
    const auto problems =
        aws::from_json(with_joined_lists(work.properties), shape::type_of<Properties>(),
                       &properties, {.coerce_scalars = true, .require_members = whole});
    if (problems.empty()) return properties;
    std::string text;
    for (const aws::JsonProblem& problem : problems)
        text += "\n" + problem.path + ": " + problem.message;
    return Failure{"Properties validation failed for resource " + work.context.logical_id +
                   " with message:" + text};
}

aws::Call make_call(const Ground& ground, const Work& work) {
    aws::Call call;
    call.request_id = base::make_uuid(ground.environment.random);
    call.region = work.context.region;
    call.caller.account = work.context.account;
    call.caller.arn = "arn:aws:iam::" + work.context.account + ":root";
    call.received = ground.environment.clock.now();
    call.endpoint = ground.steps.endpoint;
    return call;
}

Wanted to_wanted(const Work& work, const Properties& properties) {
    Wanted wanted;
    wanted.template_url = properties.template_url;
    for (const auto& [name, value] : properties.parameters) {
        Parameter parameter;
        parameter.parameter_key = name;
        parameter.parameter_value = value;
        wanted.parameters.push_back(std::move(parameter));
    }
    // The parent's capabilities were checked when the parent was made.
    wanted.capabilities = {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"};
    wanted.tags = to_tags(aws::merge_tags(work.context, properties.tags));
    return wanted;
}

json::object outputs_of(const StackRow& row) {
    json::object attributes;
    for (const OutputRow& output : row.outputs)
        attributes["Outputs." + output.key] = output.value;
    return attributes;
}

Failure failed(const Work& work, const char* verb, const std::string& why) {
    return {"Embedded stack " + work.context.physical_id + " was not successfully " + verb + ": " +
            why};
}

// What its last operation failed of: the stack's own words, and the resource that was the first to
// fail, so that nobody has to go down a tree of stacks to find out.
std::string cause_of(const Tables& tables, const StackRow& row) {
    constexpr std::size_t events_max = 500;
    auto page = tables.events_page(key_of(row.id), std::nullopt, events_max);
    if (!page || page.value().events.empty()) return "it is in " + row.status;
    const std::string operation = page.value().events.front().operation_id;
    std::string words;
    std::string first;
    for (const EventRow& event : page.value().events) {  // newest first
        if (event.operation_id != operation) break;
        if (event.physical_id == row.id) {
            if (!event.reason.empty() && event.status.ends_with("ROLLBACK_IN_PROGRESS")) {
                words = event.reason;
            }
        } else if (event.status.ends_with("_FAILED") && !event.reason.ends_with("cancelled")) {
            first = event.logical_id + ": " + event.reason;
        }
    }
    if (words.empty()) words = "it is in " + row.status;
    return first.empty() ? words : words + " " + first;
}

}  // namespace

Outcome<std::string> NestedWorker::identify(const Work& work) {
    auto properties = decode(work, true);
    if (!properties) return properties.error();
    return make_stack_arn(
        {work.context.account, work.context.region, aws::uuid_of_token(work.context.token)},
        aws::generated_name(work.context, stack_name_length_max));
}

Outcome<void> NestedWorker::check(const Work& work) {
    const bool whole = !stack_template::has_unknown(work.properties);
    auto properties = decode(work, whole);
    if (!properties) return properties.error();
    return base::ok();
}

void NestedWorker::exists(Work, Done<bool> done) {
    done(false);  // the uuid is new
}

void NestedWorker::create(Work work, bool, Done<Made> done) {
    auto properties = decode(work, true);
    if (!properties) return done(properties.error());
    const auto arn = parse_stack_arn(work.context.physical_id);
    if (!arn) return done(failed(work, "created", "its id is no stack's"));
    const StackKey key = arn->key;
    auto existing = ground_.tables.stacks.get(Tables::at(key));
    if (existing && existing.value()) return wait_for(std::move(work), "created", std::move(done));
    auto parent = ground_.tables.stacks.get(Tables::at(key_of(work.context.stack_id)));
    if (!parent || !parent.value()) return done(failed(work, "created", "its parent is gone"));
    int depth = 1;
    for (std::string above = parent.value()->parent_id; !above.empty(); ++depth) {
        auto row = ground_.tables.stacks.get(Tables::at(key_of(above)));
        above = row && row.value() ? row.value()->parent_id : "";
    }
    if (depth > nesting_max) {
        return done(failed(work, "created", "stacks are nested too deep"));
    }
    Manner manner;
    manner.parent_id = work.context.stack_id;
    manner.root_id =
        parent.value()->root_id.empty() ? work.context.stack_id : parent.value()->root_id;
    manner.uuid = key.uuid;
    manner.timeout_minutes = properties.value().timeout_in_minutes;
    const aws::Call call = make_call(ground_, work);
    Wanted wanted = to_wanted(work, properties.value());
    stacks_.create_stack(call, arn->name, std::move(wanted), std::move(manner),
                         [this, work = std::move(work),
                          done = std::move(done)](aws::Reply<std::string> reply) mutable {
                             if (ground_.stopping->load()) return;
                             if (!reply)
                                 return done(failed(work, "created", reply.error().message));
                             wait_for(std::move(work), "created", std::move(done));
                         });
}

void NestedWorker::wait_for(Work work, const char* verb, Done<Made> done) {
    const StackKey key = key_of(work.context.physical_id);
    stacks_.when_settled(key, [this, work = std::move(work), verb,
                               done = std::move(done)](std::optional<StackRow> row) mutable {
        if (!row) return done(failed(work, verb, "it is gone"));
        if (row->status == "CREATE_COMPLETE" || row->status == "UPDATE_COMPLETE") {
            return done(Made{row->id, outputs_of(*row)});
        }
        done(failed(work, verb, cause_of(ground_.tables, *row)));
    });
}

void NestedWorker::update(Work work, json::object, bool, Done<Made> done) {
    auto properties = decode(work, true);
    if (!properties) return done(properties.error());
    Wanted wanted = to_wanted(work, properties.value());
    const StackKey key = key_of(work.context.physical_id);
    // An update that a crash has interrupted comes to its end first.
    stacks_.when_settled(key, [this, work = std::move(work), wanted = std::move(wanted),
                               done = std::move(done)](std::optional<StackRow> row) mutable {
        if (!row) return done(failed(work, "updated", "it is gone"));
        const aws::Call call = make_call(ground_, work);
        const std::string id = row->id;
        stacks_.update_stack(call, id, std::move(wanted), {},
                             [this, row = std::move(*row), work = std::move(work),
                              done = std::move(done)](aws::Reply<std::string> reply) mutable {
                                 if (ground_.stopping->load()) return;
                                 if (reply) {
                                     return wait_for(std::move(work), "updated", std::move(done));
                                 }
                                 if (reply.error().message == "No updates are to be performed.") {
                                     return done(Made{row.id, outputs_of(row)});
                                 }
                                 done(failed(work, "updated", reply.error().message));
                             });
    });
}

void NestedWorker::adopt(Work work, Done<Made> done) {
    done(failed(work, "imported", "this server imports no nested stacks"));
}

void NestedWorker::remove(Work work, Done<void> done) {
    const StackKey key = key_of(work.context.physical_id);
    stacks_.when_settled(key, [this, key, work = std::move(work),
                               done = std::move(done)](std::optional<StackRow> row) mutable {
        if (!row || row->status == "DELETE_COMPLETE") return done(base::ok());
        CloudFormation::Deletion deletion;
        deletion.by_parent = true;
        const aws::Call call = make_call(ground_, work);
        const std::string id = row->id;
        stacks_.delete_stack(call, id, std::move(deletion),
                             [this, key, work = std::move(work),
                              done = std::move(done)](aws::Reply<void> reply) mutable {
                                 if (ground_.stopping->load()) return;
                                 if (!reply)
                                     return done(failed(work, "deleted", reply.error().message));
                                 stacks_.when_settled(
                                     key, [work = std::move(work), done = std::move(done)](
                                              std::optional<StackRow> left) mutable {
                                         if (!left || left->status == "DELETE_COMPLETE")
                                             return done(base::ok());
                                         done(failed(work, "deleted", left->status_reason));
                                     });
                             });
    });
}

}  // namespace cloudformation
