#include "base/result.h"

namespace base {

const char* to_string(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::not_found:
            return "not_found";
        case ErrorKind::already_exists:
            return "already_exists";
        case ErrorKind::invalid:
            return "invalid";
        case ErrorKind::out_of_range:
            return "out_of_range";
        case ErrorKind::limit:
            return "limit";
        case ErrorKind::unavailable:
            return "unavailable";
        case ErrorKind::corrupt:
            return "corrupt";
        case ErrorKind::io:
            return "io";
        case ErrorKind::unsupported:
            return "unsupported";
        case ErrorKind::internal:
            return "internal";
    }
    return "internal";
}

std::string Error::describe() const {
    std::string text = to_string(kind);
    text += ": ";
    text += message;
    if (!context.empty()) text += " (" + context + ")";
    return text;
}

}  // namespace base
