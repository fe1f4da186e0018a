// DescribeLogGroups, by name, by pages.
#include <algorithm>
#include <cctype>

#include "services/logs/faults.h"
#include "services/logs/logs.h"
#include "wire/base64.h"

namespace logs {
namespace describe_log_groups_operation {

struct Input {
    std::optional<std::string> prefix;
    std::optional<std::string> pattern;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> limit;
    std::optional<std::string> group_class;
    std::vector<std::string> accounts;
    std::optional<bool> linked_accounts;
    std::vector<std::string> identifiers;
    static constexpr auto members() {
        return std::tuple{
            shape::member("logGroupNamePrefix", &Input::prefix, optional_group_name_rule),
            shape::member("logGroupNamePattern", &Input::pattern,
                          {.min = 0, .max = 512, .pattern = "[\\.\\-_/#A-Za-z0-9]*"}),
            shape::member("nextToken", &Input::next_token, {.min = 1}),
            shape::member("limit", &Input::limit, {.min = 1, .max = describe_page_max}),
            shape::member("logGroupClass", &Input::group_class,
                          {.values = "STANDARD, INFREQUENT_ACCESS, DELIVERY"}),
            shape::member("accountIdentifiers", &Input::accounts, {.max = 20}),
            shape::member("includeLinkedAccounts", &Input::linked_accounts),
            shape::member("logGroupIdentifiers", &Input::identifiers, {.max = 50})};
    }
};

struct GroupOutput {
    std::string name;
    std::int64_t created_ms = 0;
    std::optional<std::int32_t> retention_days;
    std::int32_t metric_filters = 0;
    std::string arn;
    std::int64_t stored_bytes = 0;
    std::string group_class;
    std::string group_arn;
    bool deletion_protection = false;
    static constexpr auto members() {
        using O = GroupOutput;
        return std::tuple{shape::member("logGroupName", &O::name),
                          shape::member("creationTime", &O::created_ms),
                          shape::member("retentionInDays", &O::retention_days),
                          shape::member("metricFilterCount", &O::metric_filters),
                          shape::member("arn", &O::arn),
                          shape::member("storedBytes", &O::stored_bytes),
                          shape::member("logGroupClass", &O::group_class),
                          shape::member("logGroupArn", &O::group_arn),
                          shape::member("deletionProtectionEnabled", &O::deletion_protection)};
    }
};

struct Output {
    std::vector<GroupOutput> groups;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("logGroups", &Output::groups),
                          shape::member("nextToken", &Output::next_token)};
    }
};

// A pattern is a part of the name, case ignored.
bool has_part(const std::string& name, const std::string& part) {
    const auto same = [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    };
    return std::search(name.begin(), name.end(), part.begin(), part.end(), same) != name.end();
}

bool wanted(const aws::Call& call, const Input& input, const GroupRow& row) {
    if (input.prefix && !row.name.starts_with(*input.prefix)) return false;
    if (input.pattern && !has_part(row.name, *input.pattern)) return false;
    if (input.group_class && row.group_class != *input.group_class) return false;
    if (input.identifiers.empty()) return true;
    return std::any_of(input.identifiers.begin(), input.identifiers.end(), [&](const auto& one) {
        return one == row.name || one == group_arn(call, row.name);
    });
}

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    if (input.prefix && input.pattern) {
        return faults::invalid_parameter(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
    }
    if (input.linked_accounts.value_or(false) || !input.accounts.empty()) {
        return faults::invalid_parameter("Linked accounts are not supported by this server.");
    }
    std::string after;
    if (input.next_token) {
        auto decoded = wire::decode_base64(*input.next_token);
        if (!decoded) return faults::invalid_token();
        after = std::move(decoded.value());
    }
    const auto items_max = static_cast<std::size_t>(input.limit.value_or(describe_page_max));
    Output output;
    for (const auto& group : logs.list(call, after)) {
        const GroupRow row = group->row();
        if (!wanted(call, input, row)) continue;
        if (output.groups.size() == items_max) {
            output.next_token = wire::encode_base64(output.groups.back().name);
            break;
        }
        const std::string arn = group_arn(call, row.name);
        output.groups.push_back({row.name, row.created.ms, row.retention_days, 0, arn + ":*",
                                 group->stored_bytes(), row.group_class, arn, false});
    }
    return output;
}

}  // namespace describe_log_groups_operation

constinit const aws::Operation describe_log_groups =
    aws::operation<&describe_log_groups_operation::run>("DescribeLogGroups");

}  // namespace logs
