// The statuses of stacks and resources, and what may be done in which.
#pragma once

#include <string>
#include <string_view>

namespace cloudformation {

inline constexpr const char* stack_type = "AWS::CloudFormation::Stack";

inline bool is_in_progress(std::string_view status) {
    return status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS";
}
inline bool is_failed(std::string_view status) {
    return status.ends_with("_FAILED");
}
inline bool is_complete(std::string_view status) {
    return status.ends_with("_COMPLETE");
}
inline bool is_update_rollback(std::string_view status) {
    return status == "UPDATE_ROLLBACK_COMPLETE" || status == "IMPORT_ROLLBACK_COMPLETE";
}
// States in which an update may begin.
inline bool is_updatable(std::string_view status) {
    return status == "CREATE_COMPLETE" || status == "UPDATE_COMPLETE" ||
           status == "UPDATE_ROLLBACK_COMPLETE" || status == "IMPORT_COMPLETE" ||
           status == "IMPORT_ROLLBACK_COMPLETE" || status == "UPDATE_FAILED" ||
           status == "CREATE_FAILED";
}

}  // namespace cloudformation
