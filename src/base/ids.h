// Identifiers in AWS's shapes.
#pragma once

#include <string>

#include "base/random.h"

namespace base {

// A version 4 UUID, "f47ac10b-58cc-4372-a567-0e02b2c3d479".
std::string make_uuid(Random& random);

// `digits` lower-case hexadecimal digits.
std::string make_hex_id(Random& random, std::size_t digits);

// `length` characters of [A-Z0-9].
std::string make_upper_id(Random& random, std::size_t length);

}  // namespace base
