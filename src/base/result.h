// Errors as values: Result<T> is a value or an Error. Our code does not throw.
//
//   base::Result<Segment> open(...) {
//       BOOST_OUTCOME_TRY(auto file, file_system.open(path, base::OpenMode::read));
//       if (bad) return base::Error{base::ErrorKind::corrupt, "header checksum differs", path};
//       return Segment{...};
//   }
//
// Branch on `kind`, never on text. TRY(x, expr) and TRY_VOID(expr) are the short spellings; they
// are several statements, so an `if` around one needs braces.
#pragma once

#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/policy/terminate.hpp>
#include <boost/outcome/success_failure.hpp>
#include <boost/outcome/try.hpp>
#include <string>
#include <utility>

namespace base {

enum class ErrorKind {
    not_found,
    already_exists,
    invalid,       // the input breaks a rule of ours
    out_of_range,  // a position, offset or number outside what exists
    limit,         // a named maximum was reached
    unavailable,   // try again later: closed, busy, draining, disk full
    corrupt,       // stored bytes are not what we wrote
    io,            // the operating system refused
    unsupported,
    internal,
};

// "not_found", ...
const char* to_string(ErrorKind kind);

struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string message;  // one sentence, no trailing newline
    std::string context;  // what it was about: a path, a name, a position
    // The operating system's errno where kind is io or unavailable, otherwise 0.
    int os_error = 0;

    // "kind: message (context)", for logs.
    std::string describe() const;
};

template <class T>
using Result =
    BOOST_OUTCOME_V2_NAMESPACE::basic_result<T, Error,
                                             BOOST_OUTCOME_V2_NAMESPACE::policy::terminate>;

// The value of a Result<void> that succeeded: `return base::ok();`
inline auto ok() {
    return BOOST_OUTCOME_V2_NAMESPACE::success();
}

}  // namespace base

#define TRY(declaration, ...) BOOST_OUTCOME_TRY(auto declaration, __VA_ARGS__)
#define TRY_VOID(...) BOOST_OUTCOME_TRYV(__VA_ARGS__)
