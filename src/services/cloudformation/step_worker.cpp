#include "services/cloudformation/step_worker.h"

#include "aws/json_values.h"
#include "stack_template/compare.h"
#include "stack_template/evaluate.h"

namespace cloudformation {

namespace {

// The codes of CloudFormation's own contract with its resource handlers.
const char* handler_code(const aws::Fault& fault) {
    const auto has = [&](const char* part) { return fault.code.find(part) != std::string::npos; };
    if (has("NotStabilized")) return "NotStabilized";
    if (has("AlreadyExist") || has("AlreadyOwned") || has("InUse")) return "AlreadyExists";
    if (has("NotFound") || has("NoSuch")) return "NotFound";
    if (has("AccessDenied")) return "AccessDenied";
    if (has("Throttl")) return "Throttling";
    if (has("LimitExceeded") || has("TooMany")) return "ServiceLimitExceeded";
    if (fault.http_status >= 500) return "ServiceInternalError";
    return "InvalidRequest";
}

bool replaces_member(const shape::Type& type, const json::value& before, const json::value& after) {
    if (type.kind == shape::Kind::optional) return replaces_member(type.element(), before, after);
    if (type.kind != shape::Kind::structure || !before.is_object() || !after.is_object()) {
        return false;
    }
    static const json::value absent;
    for (const shape::Member& member : type.members) {
        const json::value* was = before.get_object().if_contains(member.name);
        const json::value* is = after.get_object().if_contains(member.name);
        if (was == nullptr) was = &absent;
        if (is == nullptr) is = &absent;
        if (stack_template::same_value(*was, *is)) continue;
        if (member.constraints.replaces) return true;
        if (replaces_member(member.type(), *was, *is)) return true;
    }
    return false;
}

// What is known of `value`: without the members and elements that are not.
json::value known_part(const json::value& value) {
    if (value.is_object()) {
        json::object out;
        for (const auto& [key, member] : value.get_object()) {
            if (member.is_string() && stack_template::has_unknown(member)) continue;
            out[key] = known_part(member);
        }
        return out;
    }
    if (value.is_array()) {
        json::array out;
        for (const json::value& element : value.get_array()) {
            if (element.is_string() && stack_template::has_unknown(element)) continue;
            out.push_back(known_part(element));
        }
        return out;
    }
    return value;
}

Failure failure_of(const aws::Fault& fault, const Work& work) {
    return {describe_failure(fault, work.context.token)};
}

}  // namespace

std::string describe_failure(const aws::Fault& fault, const std::string& token) {
    // The template's own mistakes carry CloudFormation's words already.
    if (fault.message.starts_with("Properties validation failed")) return fault.message;
    if (fault.code == "Cancelled") return fault.message;
    return "Resource handler returned message: \"" + fault.message +
           "\" (RequestToken: " + aws::uuid_of_token(token) +
           ", HandlerErrorCode: " + handler_code(fault) + ")";
}

bool has_tags(const aws::ResourceType& type) {
    return type.properties().find_member("Tags") != nullptr;
}

const aws::ResourceType& StepWorker::type(const std::string& name) const {
    const aws::ResourceType* found = ground_.client.find_resource_type(name);
    CHECK(found != nullptr);  // the engine has looked before it asks
    return *found;
}

Outcome<std::string> StepWorker::identify(const Work& work) {
    const aws::ResourceType& made = type(work.type);
    auto properties = aws::decode_properties(made, work.context.logical_id, work.properties);
    if (!properties) return failure_of(properties.error(), work);
    return made.identify(work.context, properties.value().get());
}

bool StepWorker::replaces(const std::string& name, const json::object& before,
                          const json::object& after) {
    const aws::ResourceType& changed = type(name);
    return changed.update == nullptr || replaces_member(changed.properties(), before, after);
}

Outcome<void> StepWorker::check(const Work& work) {
    const aws::ResourceType& made = type(work.type);
    if (!stack_template::has_unknown(work.properties)) {
        auto properties = aws::decode_properties(made, work.context.logical_id, work.properties);
        if (!properties) return failure_of(properties.error(), work);
        aws::ResourceContext context = work.context;
        context.physical_id = made.identify(context, properties.value().get());
        auto steps = made.create(context, properties.value().get());
        if (!steps) return failure_of(steps.error(), work);
        return base::ok();
    }
    const std::shared_ptr<void> properties = made.make_properties();
    const auto problems = aws::from_json(known_part(work.properties), made.properties(),
                                         properties.get(), {.coerce_scalars = true});
    if (problems.empty()) return base::ok();
    std::string text;
    for (const aws::JsonProblem& problem : problems)
        text += "\n" + problem.path + ": " + problem.message;
    return Failure{"Properties validation failed for resource " + work.context.logical_id +
                   " with message:" + text};
}

void StepWorker::exists(Work work, Done<bool> done) {
    const aws::ResourceType& made = type(work.type);
    auto properties = aws::decode_properties(made, work.context.logical_id, work.properties);
    if (!properties) return done(failure_of(properties.error(), work));
    aws::ResourceSteps steps = made.read(work.context, properties.value().get());
    if (steps.empty()) return done(false);
    steps.resize(1);
    steps[0].settled = nullptr;  // it is there, settled or not
    run_steps(ground_, work.context, std::move(steps), DoneCodes::ignored, work.abandoned,
              [&made, work, properties = std::move(properties.value()),
               done = std::move(done)](StepsEnded ended) mutable {
                  if (!ended.fault) {
                      return done(made.present == nullptr ||
                                  made.present(work.context, properties.get(), ended.outputs[0]));
                  }
                  if (ended.by_done_code) return done(false);
                  done(failure_of(*ended.fault, work));
              });
}

void StepWorker::create(Work work, bool again, Done<Made> done) {
    const aws::ResourceType& made = type(work.type);
    auto properties = aws::decode_properties(made, work.context.logical_id, work.properties);
    if (!properties) return done(failure_of(properties.error(), work));
    auto steps = made.create(work.context, properties.value().get());
    if (!steps) return done(Failure{describe_failure(steps.error(), work.context.token), true});
    run_steps(ground_, work.context, std::move(steps.value()),
              again ? DoneCodes::honoured : DoneCodes::ignored, work.abandoned,
              [this, work, again, properties = std::move(properties.value()),
               done = std::move(done)](StepsEnded ended) mutable {
                  if (!ended.fault)
                      return look(std::move(work), std::move(properties), std::move(done));
                  Failure failure = failure_of(*ended.fault, work);
                  const bool first = !again && ended.failed_step == 0 && !ended.gave_up;
                  failure.untouched = first && ended.fault->http_status < 500;
                  if (first && ended.by_done_code) {
                      failure.reason = work.context.physical_id + " already exists";
                  }
                  done(std::move(failure));
              });
}

void StepWorker::update(Work work, json::object before, bool again, Done<Made> done) {
    const aws::ResourceType& changed = type(work.type);
    auto old_properties = aws::decode_properties(changed, work.context.logical_id, before);
    if (!old_properties) return done(failure_of(old_properties.error(), work));
    auto properties = aws::decode_properties(changed, work.context.logical_id, work.properties);
    if (!properties) return done(failure_of(properties.error(), work));
    if (changed.update == nullptr) return done(Failure{"Update of this type is not possible"});
    auto steps =
        changed.update(work.context, old_properties.value().get(), properties.value().get());
    if (!steps) return done(failure_of(steps.error(), work));
    run_steps(ground_, work.context, std::move(steps.value()),
              again ? DoneCodes::honoured : DoneCodes::ignored, work.abandoned,
              [this, work, properties = std::move(properties.value()),
               done = std::move(done)](StepsEnded ended) mutable {
                  if (ended.fault) return done(failure_of(*ended.fault, work));
                  look(std::move(work), std::move(properties), std::move(done));
              });
}

void StepWorker::adopt(Work work, Done<Made> done) {
    auto properties =
        aws::decode_properties(type(work.type), work.context.logical_id, work.properties);
    if (!properties) return done(failure_of(properties.error(), work));
    look(std::move(work), std::move(properties.value()), std::move(done));
}

void StepWorker::look(Work work, std::shared_ptr<void> properties, Done<Made> done) {
    const aws::ResourceType& made = type(work.type);
    aws::ResourceSteps steps = made.read(work.context, properties.get());
    const aws::ResourceContext context = work.context;
    run_steps(ground_, context, std::move(steps), DoneCodes::ignored, work.abandoned,
              [&made, work = std::move(work), properties = std::move(properties),
               done = std::move(done)](StepsEnded ended) mutable {
                  if (ended.fault) return done(failure_of(*ended.fault, work));
                  done(Made{work.context.physical_id,
                            made.describe(work.context, properties.get(), ended.outputs)});
              });
}

void StepWorker::remove(Work work, Done<void> done) {
    const aws::ResourceType& removed = type(work.type);
    auto properties = aws::decode_properties(removed, work.context.logical_id, work.properties);
    if (!properties) return done(failure_of(properties.error(), work));
    run_steps(ground_, work.context, removed.remove(work.context, properties.value().get()),
              DoneCodes::honoured, nullptr,
              [work, done = std::move(done)](StepsEnded ended) mutable {
                  if (ended.fault) return done(failure_of(*ended.fault, work));
                  done(base::ok());
              });
}

}  // namespace cloudformation
