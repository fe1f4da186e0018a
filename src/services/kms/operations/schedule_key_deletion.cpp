// ScheduleKeyDeletion: the key cannot be used from now on, and is gone when the waiting period
// ends.
#include "services/kms/shapes.h"

namespace kms {
namespace schedule_key_deletion_operation {

constexpr std::int32_t window_days_min = 7;
constexpr std::int32_t window_days_max = 30;

struct Input {
    std::string key_id;
    std::optional<std::int32_t> pending_window_in_days;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Input::key_id, key_id_rule),
                          shape::member("PendingWindowInDays", &Input::pending_window_in_days,
                                        {.min = 1, .max = 365})};
    }
};
struct Output {
    std::string key_id;
    base::Timestamp deletion_date;
    std::string key_state;
    std::int32_t pending_window_in_days = 0;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Output::key_id),
                          shape::member("DeletionDate", &Output::deletion_date),
                          shape::member("KeyState", &Output::key_state),
                          shape::member("PendingWindowInDays", &Output::pending_window_in_days)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    const std::int32_t days = input.pending_window_in_days.value_or(window_days_max);
    if (days < window_days_min || days > window_days_max) {
        return faults::validation(
            "1 validation error detected: Value '" + std::to_string(days) +
            "' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value " +
            (days < window_days_min ? "greater than or equal to 7" : "less than or equal to 30"));
    }
    TRY(row,
        kms.change(call, "ScheduleKeyDeletion", input.key_id, [&](KeyRow& key) -> aws::Reply<void> {
            TRY_VOID(check_not_deleting(call, key));
            key.deletion_date = base::Timestamp{kms.now().ms + days * base::day_ms};
            return base::ok();
        }));
    return Output{key_arn(call, row.id), *row.deletion_date, key_state(row), days};
}

}  // namespace schedule_key_deletion_operation

constinit const aws::Operation schedule_key_deletion =
    aws::operation<&schedule_key_deletion_operation::run>("ScheduleKeyDeletion");

}  // namespace kms
