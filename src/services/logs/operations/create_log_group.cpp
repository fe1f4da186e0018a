// CreateLogGroup.
#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace create_log_group_operation {

struct Input {
    std::string group;
    std::optional<std::string> kms_key;
    Tags tags;
    std::optional<std::string> group_class;
    std::optional<bool> deletion_protection;
    static constexpr auto members() {
        return std::tuple{shape::member("logGroupName", &Input::group, group_name_rule),
                          shape::member("kmsKeyId", &Input::kms_key, {.max = 256}),
                          shape::member("tags", &Input::tags, {.max = tags_max}),
                          shape::member("logGroupClass", &Input::group_class,
                                        {.values = "STANDARD, INFREQUENT_ACCESS, DELIVERY"}),
                          shape::member("deletionProtectionEnabled", &Input::deletion_protection)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    if (input.kms_key) {
        return faults::invalid_parameter(
            "kmsKeyId is not supported by this server: everything is encrypted with its own key.");
    }
    if (input.deletion_protection.value_or(false)) {
        return faults::invalid_parameter(
            "deletionProtectionEnabled is not supported by this server.");
    }
    GroupRow row;
    row.name = std::move(input.group);
    row.tags = std::move(input.tags);
    if (input.group_class) row.group_class = *input.group_class;
    auto made = logs.create(call.account(), call.region, std::move(row));
    if (made) return Output{};
    if (made.error().kind == base::ErrorKind::already_exists) return faults::group_exists();
    return faults::from(made.error());
}

}  // namespace create_log_group_operation

constinit const aws::Operation create_log_group =
    aws::operation<&create_log_group_operation::run>("CreateLogGroup");

}  // namespace logs
