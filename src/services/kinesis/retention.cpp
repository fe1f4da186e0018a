#include "services/kinesis/retention.h"

#include "services/kinesis/faults.h"

namespace kinesis {
namespace {

aws::Reply<bool> change_row(StreamRow& row, std::int64_t hours, RetentionChange change) {
    const std::string asked = std::to_string(hours) + " hours)";
    if (hours < retention_hours_min) {
        return faults::invalid_argument(
            "Minimum allowed retention period is " + std::to_string(retention_hours_min) +
            " hours. Requested retention period (" + asked + " is too short.");
    }
    if (hours > retention_hours_max) {
        return faults::invalid_argument(
            "Maximum allowed retention period is " + std::to_string(retention_hours_max) +
            " hours. Requested retention period (" + asked + " is too long.");
    }
    const bool increase = change == RetentionChange::increase;
    if (increase ? hours < row.retention_hours : hours > row.retention_hours) {
        return faults::invalid_argument(
            "Requested retention period (" + asked + " for stream " + row.name + " can not be " +
            (increase ? "shorter" : "longer") + " than existing retention period (" +
            std::to_string(row.retention_hours) + " hours). Use " +
            (increase ? "Decrease" : "Increase") + "RetentionPeriod API.");
    }
    const bool changed = row.retention_hours != hours;
    row.retention_hours = hours;
    return changed;
}

}  // namespace

void change_retention(Kinesis& kinesis, std::shared_ptr<Stream> stream, std::int64_t hours,
                      RetentionChange change, Kinesis::Done done) {
    kinesis.update(
        std::move(stream),
        [hours, change](StreamRow& row) { return change_row(row, hours, change); },
        std::move(done));
}

}  // namespace kinesis
