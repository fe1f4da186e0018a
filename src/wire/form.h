// AWS Query's form bodies to shapes: Name=x, Tags.member.1.Key=y, Attributes.entry.1.key=z,
// flattened lists and maps Tags.1.Key.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/shape.h"
#include "wire/http.h"
#include "wire/json.h"

namespace wire {

// Names with more parts between dots are refused.
inline constexpr std::size_t form_depth_max = 32;

// Decode the parameters into `out`, a default-constructed object of `type` (a structure). Unknown
// names are ignored; of a name given twice the last counts; list indexes may have gaps, their order
// counts.
//   errors  invalid, naming the parameter
base::Result<void> decode_form(const std::vector<QueryParameter>& parameters,
                               const shape::Type& type, void* out,
                               MissingMembers* missing = nullptr);

}  // namespace wire
