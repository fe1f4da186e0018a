// Boost.JSON values <-> shapes, for callers inside the process: members by their model names
// wherever they travel on the wire (header, path, body), blobs as base64 text, timestamps as epoch
// seconds. Stricter than the wire: a member that the shape does not have is an error.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "base/shape.h"
#include "wire/json.h"

namespace aws {

struct JsonProblem {
    std::string path;     // "#/StreamModeDetails"; "#" is the object itself
    std::string message;  // "extraneous key [Foo] is not permitted"
};

struct JsonOptions {
    // "5" is 5, 5 is "5", true is "true", a single value is not a list of it.
    bool coerce_scalars = false;
    // An absent required member is a problem, "required key [Foo] not found".
    bool require_members = false;
};

// Fill `out`, a default-constructed object of `type`. Null is absence.
//   returns  what is wrong, empty when nothing is; at most json_problems_max
//   missing  absent required members, as the wire's decoder notes them (not a problem here)
inline constexpr std::size_t json_problems_max = 16;
std::vector<JsonProblem> from_json(const boost::json::value& json, const shape::Type& type,
                                   void* out, JsonOptions options,
                                   wire::MissingMembers* missing = nullptr);

// `object` of `type` as JSON; streams (bodies that are not in memory) are left out.
boost::json::value to_json(const shape::Type& type, const void* object);

template <class T>
boost::json::object to_json(const T& object) {
    return to_json(shape::type_of<T>(), &object).as_object();
}

}  // namespace aws
