// JSON <-> shapes. Decoding runs over Boost.JSON's push parser straight into the object, without a
// tree in between; encoding writes text directly. Both need Boost.JSON only, so that the static
// function binaries can link them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/shape.h"

namespace wire {

// Deeper documents are refused.
inline constexpr std::size_t json_depth_max = 64;
// Elements of all lists and maps of one message together: bounds what a small hostile body can
// make us allocate ("{}" is two bytes, a structure a hundred).
inline constexpr std::size_t json_entries_max = 250'000;

// Decoders note the required members that the sender left out (a plain C++ member cannot show it):
// paths in AWS's spelling, "streamName", "records.1.member.data", at most missing_members_max.
using MissingMembers = std::vector<std::string>;
inline constexpr std::size_t missing_members_max = 16;

// Decode `text`, an object (for structures), into `out`, a default-constructed object of `type`.
//   unknown members are ignored, as AWS does; null is absence; a member twice is refused
//   integers accept doubles without fraction; timestamps are epoch seconds (or as the member says)
//   members whose location is not the body are left alone
//   errors   invalid; the message is AWS's SerializationException wording. `out` is then half
//            filled and of no use
base::Result<void> decode_json(std::string_view text, const shape::Type& type, void* out,
                               MissingMembers* missing = nullptr);

template <class T>
base::Result<T> decode_json(std::string_view text) {
    T value{};
    TRY_VOID(decode_json(text, shape::type_of<T>(), &value));
    return value;
}

// Append the JSON of an object of `type`. Always valid JSON in valid UTF-8: bytes of strings that
// are not UTF-8 become U+FFFD. Doubles are the shortest text that reads back the same.
void append_json(std::string& out, const shape::Type& type, const void* object);

template <class T>
std::string encode_json(const T& value) {
    std::string out;
    append_json(out, shape::type_of<T>(), &value);
    return out;
}

// `text` as a JSON string with its quotes, for JSON built by hand.
void append_json_string(std::string& out, std::string_view text);
// Shortest round trip; not-a-number and infinities are AWS's strings "NaN", "Infinity",
// "-Infinity".
void append_json_number(std::string& out, double value);

// Whether `text` is one JSON value and nothing else (RFC 8259, depth at most json_depth_max).
//   errors  invalid, with the position
base::Result<void> check_json(std::string_view text);

}  // namespace wire
