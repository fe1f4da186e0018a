// CBOR (RFC 8949) of any shape, both ways: stored rows of meta_store, AWS CBOR 1.1 and Smithy RPC
// v2 CBOR. Structures are maps keyed by member name; an absent member keeps its default, an unknown
// one is skipped.
//
//   bool, integers, text     the CBOR type of that name
//   double                   64-bit float; any number is accepted
//   Blob                     byte string
//   Timestamp                tag 1, epoch seconds (integer or double); moments that a double of
//                            seconds cannot hold to the millisecond are tag 4 [-3, milliseconds]
//   Document                 text string holding the JSON
//   empty optional           absent in a structure, null in a list or map
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/shape.h"

namespace wire {

inline constexpr std::size_t cbor_depth_max = 64;
// Elements of all lists and maps of one message together: bounds what a small hostile body can
// make us allocate.
inline constexpr std::size_t cbor_entries_max = 250'000;

struct CborLimits {
    std::size_t entries_max = cbor_entries_max;
    // Refuse text that is not UTF-8. Off for what we wrote ourselves: it is given back as it was.
    bool check_text = true;
    // When set: the paths of required members that are absent, as of wire/json.h.
    std::vector<std::string>* missing = nullptr;
};

// Definite lengths, shortest integers, members in the order of the description. Any thread.
std::string encode_cbor(const shape::Type& type, const void* value);

// Decode one item that fills `bytes`. Definite and indefinite lengths are taken; a repeated member
// of a structure is refused. After an error `value` holds part of the input.
//   errors  invalid (malformed, wrong type, out of range, trailing bytes), limit (depth, entries)
base::Result<void> decode_cbor(const shape::Type& type, std::string_view bytes, void* value,
                               const CborLimits& limits = {});

}  // namespace wire
