// Every fault that CloudWatch answers with, and the translation of base::Error. Its older
// operations have codes of their own, which Query and JSON spell differently: the header tells the
// Query name, as at AWS. GetMetricData, the newer one, answers ValidationError.
#pragma once

#include <string>

#include "aws/fault.h"
#include "base/result.h"

namespace cloudwatch::faults {

inline aws::Fault compatible(const std::string& shape, const std::string& query_code,
                             std::string message, int status = 400) {
    aws::Fault fault(shape, std::move(message), status);
    fault.headers.emplace_back("x-amzn-query-error",
                               query_code + (status < 500 ? ";Sender" : ";Receiver"));
    return fault;
}
inline aws::Fault invalid_value(std::string message) {
    return compatible("InvalidParameterValueException", "InvalidParameterValue",
                      std::move(message));
}
inline aws::Fault invalid_value_of(const std::string& value, const std::string& parameter) {
    return invalid_value("The value " + value + " for parameter " + parameter + " is invalid.");
}
inline aws::Fault missing(const std::string& parameter) {
    return compatible("MissingRequiredParameterException", "MissingParameter",
                      "The parameter " + parameter + " is required.");
}
inline aws::Fault missing_values(const std::string& datum) {
    return compatible("MissingRequiredParameterException", "MissingParameter",
                      "At least one of the parameters " + datum + ".Value, " + datum +
                          ".Values and " + datum + ".StatisticValues must be specified.");
}
inline aws::Fault bad_combination(std::string message) {
    return compatible("InvalidParameterCombinationException", "InvalidParameterCombination",
                      std::move(message));
}
inline aws::Fault exclusive(const std::string& one, const std::string& other) {
    return bad_combination("The parameters " + one + " and " + other +
                           " are mutually exclusive and you have specified both.");
}
inline aws::Fault too_many(const std::string& collection, std::size_t most) {
    return invalid_value("The collection " + collection + " must not have a size greater than " +
                         std::to_string(most) + ".");
}
inline aws::Fault wrong_order() {
    return invalid_value("The parameter StartTime must be less than the parameter EndTime.");
}
// As for bodies that are refused before they are read.
inline aws::Fault body_too_large(std::uint64_t most) {
    return {"RequestEntityTooLarge",
            "The request body is larger than " + std::to_string(most) + " bytes.", 413};
}
// Of GetMetricData.
inline aws::Fault validation(std::string message) {
    return {"ValidationError", std::move(message)};
}
inline aws::Fault invalid_next_token() {
    return {"InvalidNextToken", "The next token specified is invalid."};
}
inline aws::Fault too_many_metrics(const std::string& most) {
    return {"LimitExceeded", "This server keeps at most " + most + " metrics."};
}

// What the store below says.
inline aws::Fault from(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::limit:
            return too_many_metrics(error.context);
        case base::ErrorKind::unavailable:
            if (error.os_error == 0) return {"Throttling", "Rate exceeded", 400};
            [[fallthrough]];
        default:
            return compatible("InternalServiceFault", "InternalServiceError",
                              "The request processing has failed due to some unknown error.", 500);
    }
}

inline aws::Fault from_read(const base::Error& error, std::size_t most) {
    if (error.kind != base::ErrorKind::limit) return from(error);
    return validation("The request reads more than " + std::to_string(most) +
                      " data points. Ask for a shorter time, or for longer periods of older data.");
}

}  // namespace cloudwatch::faults
