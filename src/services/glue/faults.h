// Every fault that Glue answers with, and the translation of base::Error. The catalog's own errors
// carry AWS's words already: they are the message.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "aws/call.h"
#include "aws/fault.h"
#include "services/glue/shapes.h"

namespace glue::faults {

inline aws::Fault invalid_input(std::string message) {
    return {"InvalidInputException", std::move(message)};
}
inline aws::Fault not_supported(const std::string& member) {
    return invalid_input(member + " is not supported by this server.");
}

// The translation of what the catalog (and the store below it) says.
inline aws::Fault from(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::not_found:
            return {"EntityNotFoundException", error.message};
        case base::ErrorKind::already_exists:
            return {"AlreadyExistsException", error.message};
        case base::ErrorKind::invalid:
        case base::ErrorKind::out_of_range:
            return invalid_input(error.message);
        case base::ErrorKind::limit:
            return {"ResourceNumberLimitExceededException", error.message};
        default:
            return {"InternalServiceException", error.describe(), 500};
    }
}

template <class T>
aws::Reply<T> reply(base::Result<T> result) {
    if (!result) return from(result.error());
    if constexpr (std::is_void_v<T>) {
        return base::ok();
    } else {
        return std::move(result.value());
    }
}

inline aws::Fault table_not_found(const std::string& name) {
    return {"EntityNotFoundException", "Table " + name + " not found."};
}
inline aws::Fault concurrent_modification() {
    return {"ConcurrentModificationException",
            "Update table failed due to concurrent modifications."};
}

// The failures of a batch, as its answer lists them.
inline std::vector<PartitionError> errors_of(const std::vector<Values>& values,
                                             const std::vector<base::Result<void>>& outcomes) {
    std::vector<PartitionError> errors;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i]) continue;
        const aws::Fault fault = from(outcomes[i].error());
        errors.push_back({values[i], {fault.code, fault.message}});
    }
    return errors;
}

// The database that an ARN of the caller's account and region names.
inline aws::Reply<std::string> database_of(const aws::Call& call, const std::string& arn) {
    const std::string prefix = aws::make_arn("glue", call.region, call.account(), "database/");
    if (arn.starts_with(prefix)) return arn.substr(prefix.size());
    return aws::Fault("EntityNotFoundException", "Resource " + arn + " not found.");
}

// Refuses the first named member that is present: an option we do not have is never ignored.
inline aws::Reply<void> refuse(std::initializer_list<std::pair<const char*, bool>> members) {
    for (const auto& [name, present] : members) {
        if (present) return not_supported(name);
    }
    return base::ok();
}

}  // namespace glue::faults
