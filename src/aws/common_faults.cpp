#include "aws/common_faults.h"

namespace aws {

Fault not_implemented(std::string_view service, std::string_view operation) {
    std::string message = "Data Stack does not have ";
    if (operation.empty()) {
        message += "the service " + std::string(service) + ".";
    } else {
        message += "the operation " + std::string(operation) + " of " + std::string(service) + ".";
    }
    return {"NotImplemented", std::move(message), 501};
}

Fault cbor_not_implemented() {
    return {"NotImplemented",
            "Data Stack does not have the CBOR protocols. SDKs use JSON instead with "
            "AWS_CBOR_DISABLE=true or, in Java, -Daws.cborEnabled=false.",
            501};
}

Fault no_operation(std::string_view service, Protocol protocol) {
    if (protocol == Protocol::query) {
        return {"MissingAction",
                "The request to " + std::string(service) + " must contain the parameter Action.",
                400};
    }
    return {"UnknownOperationException",
            "The request to " + std::string(service) + " names no operation it has.", 400};
}

Fault malformed_body(Protocol protocol, std::string message) {
    switch (protocol) {
        case Protocol::rest_xml:
            return {"MalformedXML",
                    "The XML you provided was not well-formed or did not validate against our "
                    "published schema: " +
                        message,
                    400};
        case Protocol::query:
            return {"MalformedInput", std::move(message), 400};
        case Protocol::rest_json:
            return {"InvalidRequestContentException",
                    "Could not parse request body into json: " + message, 400};
        case Protocol::json_1_0:
        case Protocol::json_1_1:
            break;
    }
    return {"SerializationException", std::move(message), 400};
}

Fault body_too_large(Protocol protocol, std::uint64_t bytes_max) {
    const std::string limit = std::to_string(bytes_max);
    switch (protocol) {
        case Protocol::rest_xml:
            return {"EntityTooLarge",
                    "Your proposed upload exceeds the maximum allowed size of " + limit + " bytes.",
                    400};
        case Protocol::rest_json:
            return {"RequestEntityTooLargeException",
                    "Request must be smaller than " + limit + " bytes for this operation.", 413};
        default:
            break;
    }
    return {"RequestEntityTooLarge", "The request body is larger than " + limit + " bytes.", 413};
}

Fault internal_failure(Protocol protocol) {
    if (protocol == Protocol::rest_xml) {
        return {"InternalError", "We encountered an internal error. Please try again.", 500};
    }
    if (protocol == Protocol::rest_json) {
        return {"ServiceException", "The service encountered an internal error.", 500};
    }
    return {"InternalFailure",
            "The request processing has failed because of an unknown error, exception or failure.",
            500};
}

Fault busy(Protocol protocol) {
    if (protocol == Protocol::rest_xml)
        return {"SlowDown", "Please reduce your request rate.", 503};
    if (protocol == Protocol::rest_json) {
        return {"TooManyRequestsException", "Rate exceeded", 429};
    }
    if (protocol == Protocol::query) return {"Throttling", "Rate exceeded", 400};
    return {"ThrottlingException", "Rate exceeded", 400};
}

}  // namespace aws
