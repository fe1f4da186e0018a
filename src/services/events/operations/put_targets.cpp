// PutTargets: Lambda functions, with the event or a constant Input. What a target may have and this
// server has not is refused by name.
#include <algorithm>
#include <set>

#include "services/events/events.h"
#include "services/events/faults.h"
#include "wire/json.h"

namespace events {
namespace {

struct TargetInput {
    std::string id;
    std::string arn;
    std::optional<std::string> role_arn;
    std::optional<std::string> input;
    std::optional<std::string> input_path;
    std::optional<shape::Document> transformer;
    std::optional<shape::Document> kinesis;
    std::optional<shape::Document> run_command;
    std::optional<shape::Document> ecs;
    std::optional<shape::Document> batch;
    std::optional<shape::Document> sqs;
    std::optional<shape::Document> http;
    std::optional<shape::Document> redshift;
    std::optional<shape::Document> sagemaker;
    std::optional<shape::Document> dead_letter;
    std::optional<shape::Document> retry;
    std::optional<shape::Document> app_sync;
    static constexpr auto members() {
        using T = TargetInput;
        return std::tuple{shape::member("Id", &T::id, rule_name_rule),
                          shape::member("Arn", &T::arn, arn_rule),
                          shape::member("RoleArn", &T::role_arn, optional_arn_rule),
                          shape::member("Input", &T::input, {.max = 8192}),
                          shape::member("InputPath", &T::input_path, {.max = 256}),
                          shape::member("InputTransformer", &T::transformer),
                          shape::member("KinesisParameters", &T::kinesis),
                          shape::member("RunCommandParameters", &T::run_command),
                          shape::member("EcsParameters", &T::ecs),
                          shape::member("BatchParameters", &T::batch),
                          shape::member("SqsParameters", &T::sqs),
                          shape::member("HttpParameters", &T::http),
                          shape::member("RedshiftDataParameters", &T::redshift),
                          shape::member("SageMakerPipelineParameters", &T::sagemaker),
                          shape::member("DeadLetterConfig", &T::dead_letter),
                          shape::member("RetryPolicy", &T::retry),
                          shape::member("AppSyncParameters", &T::app_sync)};
    }
};

struct Input {
    std::string rule;
    std::optional<std::string> bus;
    std::vector<TargetInput> targets;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Rule", &Input::rule, rule_name_rule),
            shape::member("EventBusName", &Input::bus, bus_rule),
            shape::member("Targets", &Input::targets, {.required = true, .min = 1, .max = 100})};
    }
};

struct Failed {
    std::string id;
    std::string code;
    std::string message;
    static constexpr auto members() {
        return std::tuple{shape::member("TargetId", &Failed::id),
                          shape::member("ErrorCode", &Failed::code),
                          shape::member("ErrorMessage", &Failed::message)};
    }
};

struct Output {
    std::int32_t failed_count = 0;
    std::vector<Failed> failed;
    static constexpr auto members() {
        return std::tuple{shape::member("FailedEntryCount", &Output::failed_count),
                          shape::member("FailedEntries", &Output::failed)};
    }
};

aws::Reply<void> check(const aws::Call& call, const TargetInput& target) {
    const std::pair<const char*, bool> unsupported[] = {
        {"InputPath", target.input_path.has_value()},
        {"InputTransformer", target.transformer.has_value()},
        {"KinesisParameters", target.kinesis.has_value()},
        {"RunCommandParameters", target.run_command.has_value()},
        {"EcsParameters", target.ecs.has_value()},
        {"BatchParameters", target.batch.has_value()},
        {"SqsParameters", target.sqs.has_value()},
        {"HttpParameters", target.http.has_value()},
        {"RedshiftDataParameters", target.redshift.has_value()},
        {"SageMakerPipelineParameters", target.sagemaker.has_value()},
        {"DeadLetterConfig", target.dead_letter.has_value()},
        {"RetryPolicy", target.retry.has_value()},
        {"AppSyncParameters", target.app_sync.has_value()}};
    for (const auto& [name, present] : unsupported) {
        if (present) {
            return faults::validation(std::string(name) + " of target " + target.id +
                                      " is not supported by this server.");
        }
    }
    const std::string functions = aws::make_arn("lambda", call.region, call.account(), "function:");
    if (!target.arn.starts_with("arn:")) {
        return faults::validation("Parameter " + target.arn +
                                  " is not valid. Reason: Provided Arn is not in correct format.");
    }
    if (!target.arn.starts_with(functions) || target.arn.size() == functions.size()) {
        return faults::validation("Parameter " + target.arn +
                                  " is not valid. Reason: Only Lambda functions of the same "
                                  "account and region are supported as targets by this server.");
    }
    if (target.input && !wire::check_json(*target.input)) {
        return faults::validation("Invalid JSON syntax in the Input of target " + target.id + ".");
    }
    return base::ok();
}

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    std::set<std::string> ids;
    for (const TargetInput& target : input.targets) {
        TRY_VOID(check(call, target));
        if (!ids.insert(target.id).second) {
            return faults::validation("Duplicate target id " + target.id + ".");
        }
    }
    TRY_VOID(events.change(call, input.rule, [&](RuleRow& row) -> aws::Reply<void> {
        for (TargetInput& target : input.targets) {
            TargetRow put{target.id, target.arn, target.role_arn, target.input};
            const auto at = std::find_if(row.targets.begin(), row.targets.end(),
                                         [&](const TargetRow& one) { return one.id == put.id; });
            if (at != row.targets.end()) {
                *at = std::move(put);
            } else {
                row.targets.push_back(std::move(put));
            }
        }
        if (row.targets.size() > rule_targets_max) return faults::limit_exceeded();
        std::sort(row.targets.begin(), row.targets.end(),
                  [](const TargetRow& a, const TargetRow& b) { return a.id < b.id; });
        return base::ok();
    }));
    return Output{};
}

}  // namespace

constinit const aws::Operation put_targets = aws::operation<&run>("PutTargets");

}  // namespace events
