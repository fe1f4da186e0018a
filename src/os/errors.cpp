#include "os/errors.h"

#include <cerrno>
#include <system_error>

namespace os {

namespace {

base::ErrorKind kind_of(int os_error) {
    switch (os_error) {
        case ENOENT:
        case ENOTDIR:
            return base::ErrorKind::not_found;
        case EEXIST:
            return base::ErrorKind::already_exists;
        case ENOSPC:
        case EDQUOT:
        case EMFILE:
        case ENFILE:
        case ENOMEM:
        case EAGAIN:
        case EBUSY:
            return base::ErrorKind::unavailable;
        default:
            return base::ErrorKind::io;
    }
}

}  // namespace

base::Error make_error(int os_error, const std::string& what, const std::string& context) {
    return base::Error{kind_of(os_error),
                       what + ": " + std::error_code(os_error, std::generic_category()).message(),
                       context, os_error};
}

}  // namespace os
