// PutTargets: Lambda functions, with the event or what is made of it. What a target may have and
// this server has not is refused by name.
#include <algorithm>
#include <set>

#include "services/events/events.h"
#include "services/events/faults.h"
#include "services/events/shapes.h"
#include "services/events/target_input.h"

namespace events {
namespace put_targets_operation {

struct TargetInput {
    std::string id;
    std::string arn;
    std::optional<std::string> role_arn;
    std::optional<std::string> input;
    std::optional<std::string> input_path;
    std::optional<InputTransformer> transformer;
    std::optional<shape::Document> kinesis;
    std::optional<shape::Document> run_command;
    std::optional<shape::Document> ecs;
    std::optional<shape::Document> batch;
    std::optional<shape::Document> sqs;
    std::optional<shape::Document> http;
    std::optional<shape::Document> redshift;
    std::optional<shape::Document> sagemaker;
    std::optional<shape::Document> dead_letter;
    std::optional<RetryPolicy> retry;
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
        {"KinesisParameters", target.kinesis.has_value()},
        {"RunCommandParameters", target.run_command.has_value()},
        {"EcsParameters", target.ecs.has_value()},
        {"BatchParameters", target.batch.has_value()},
        {"SqsParameters", target.sqs.has_value()},
        {"HttpParameters", target.http.has_value()},
        {"RedshiftDataParameters", target.redshift.has_value()},
        {"SageMakerPipelineParameters", target.sagemaker.has_value()},
        {"DeadLetterConfig", target.dead_letter.has_value()},
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
    return base::ok();
}

aws::Reply<TargetRow> to_row(TargetInput& target) {
    TargetRow row;
    row.id = target.id;
    row.arn = target.arn;
    row.role_arn = target.role_arn;
    row.input = std::move(target.input);
    row.input_path = std::move(target.input_path);
    if (target.transformer) {
        row.transformer = TransformerRow{target.transformer->paths.value_or(Paths()),
                                         std::move(target.transformer->input_template)};
    }
    if (target.retry) {
        row.retry_attempts = target.retry->attempts;
        row.event_age_s = target.retry->age_s;
    }
    if (const auto checked = check_input(row); !checked) {
        return faults::validation(checked.error().message);
    }
    return row;
}

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    std::set<std::string> ids;
    std::vector<TargetRow> rows;
    for (TargetInput& target : input.targets) {
        TRY_VOID(check(call, target));
        TRY(row, to_row(target));
        rows.push_back(std::move(row));
        if (!ids.insert(target.id).second) {
            return faults::validation("Duplicate target id " + target.id + ".");
        }
    }
    TRY_VOID(events.change(call, input.rule, [&](RuleRow& row) -> aws::Reply<void> {
        for (TargetRow& put : rows) {
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

}  // namespace put_targets_operation

constinit const aws::Operation put_targets =
    aws::operation<&put_targets_operation::run>("PutTargets");

}  // namespace events
