// The constraints that members() state, checked after decoding, refused in AWS's words:
//
//   2 validation errors detected: Value '' at 'streamName' failed to satisfy constraint: Member
//   must have length greater than or equal to 1; Value null at 'records.1.member.data' failed …
//
// What is checked: required (from the decoder's list), min and max (value, length or size), values
// and pattern (of strings, and of the elements of lists of strings), one member per union.
// An absent optional member is not checked. A plain (not optional) string, blob, list or map that
// is not required is not checked when empty: it cannot be told from an absent one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/fault.h"
#include "base/mutex.h"
#include "base/shape.h"
#include "wire/json.h"

namespace re2 {
class RE2;
}

namespace aws {

// No more than these are reported in one answer, as at AWS.
inline constexpr std::size_t validation_errors_max = 10;
// Longer values are cut in the answer.
inline constexpr std::size_t validation_value_length_max = 1024;

class Validator {
  public:
    Validator();
    ~Validator();
    Validator(const Validator&) = delete;
    Validator& operator=(const Validator&) = delete;

    // Check `input`, an object of `type`. `missing`: what its decoder found absent.
    //   returns  the whole sentence of what is wrong, nullopt when all is well
    //   threads  any
    std::optional<std::string> check(const shape::Type& type, const void* input,
                                     const wire::MissingMembers& missing) const;

    // The compiled form of a pattern (a literal: kept by address), nullptr when RE2 refuses it,
    // which is a mistake in a members() table: such a pattern matches everything, and the tests'
    // harness reports it.
    const re2::RE2* compiled(const char* pattern) const;

  private:
    // Compiled at first use: all patterns of all services together would cost every start.
    mutable base::Mutex mutex_;
    mutable std::map<const char*, std::unique_ptr<re2::RE2>> patterns_ GUARDED_BY(mutex_);
};

}  // namespace aws
