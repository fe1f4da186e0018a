// What a service answers when it does not answer: AWS's error code, message and HTTP status.
// Faults are made only in services/X/faults.h, where the translation from base::Error is written
// once. A base::Error that reaches the dispatcher untranslated is a bug: it becomes a 500
// InternalFailure, is logged with the request id, and fails tests that did not ask for it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace aws {

struct Fault {
    std::string code;  // "ResourceNotFoundException", as in the model's error shape
    std::string message;
    int http_status = 400;
    // Further members of the error: in JSON beside `message`, in XML elements of <Error>.
    std::vector<std::pair<std::string, std::string>> members = {};
    // Further response headers (S3's Content-Range on 416, …).
    std::vector<std::pair<std::string, std::string>> headers = {};
    // Set when made from a base::Error without translation.
    bool untranslated = false;
    // What it is where the code says less ("WorkGroupNotFound" of Athena's
    // InvalidRequestException). Inside the process only: resource types name it among done_codes.
    std::string cause = {};

    Fault(std::string fault_code, std::string fault_message, int status = 400)
        : code(std::move(fault_code)), message(std::move(fault_message)), http_status(status) {}
    // NOLINTNEXTLINE(google-explicit-constructor): lets TRY pass an Error through
    Fault(const base::Error& error)
        : code("InternalFailure"),
          message(error.describe()),
          http_status(500),
          untranslated(true) {}
};

template <class T>
using Reply =
    BOOST_OUTCOME_V2_NAMESPACE::basic_result<T, Fault,
                                             BOOST_OUTCOME_V2_NAMESPACE::policy::terminate>;

}  // namespace aws
