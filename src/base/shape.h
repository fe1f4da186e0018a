// One description per struct. A struct that crosses a border (wire, disk, settings) names its
// members once, beside itself:
//
//   struct Input {
//       std::string stream_name;
//       std::optional<std::int64_t> shard_count;  // absent: on demand
//       static constexpr auto members() {
//           return std::tuple{
//               shape::member("StreamName", &Input::stream_name,
//                             {.required = true, .min = 1, .max = 128, .pattern =
//                             "[a-zA-Z0-9_.-]+"}),
//               shape::member("ShardCount", &Input::shard_count, {.min = 1, .max = 100'000})};
//       }
//   };
//
// From it, shape::type_of<Input>() gives a run-time description that every codec (JSON, CBOR, XML,
// Query, stored records), the validator and the documentation walk. The codecs are ordinary
// functions over (const Type&, void*): a new struct costs the compiler a table, not a codec.
//
// Member types: bool, int32, int64, double, std::string, base::Blob, base::Timestamp,
// shape::Document, std::vector<T>, std::map<std::string, T>, std::optional<T>,
// std::unique_ptr<T> (recursion) and structs with members(). Not std::vector<bool>.
// Encoding: a plain member is always written, an optional or unique_ptr one only when it holds a
// value. Decoding: an absent member keeps its default. A struct with
// `static constexpr bool is_union = true` has only optional members, exactly one of them set.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace shape {

// A JSON value kept as its text: for members whose model type is `document`, or JSON carried whole.
struct Document {
    std::string json;
    bool operator==(const Document&) const = default;
};

enum class Kind : std::uint8_t {
    boolean,
    integer,       // std::int32_t
    long_integer,  // std::int64_t
    real,          // double
    string,
    blob,
    timestamp,
    document,
    list,
    map,
    structure,
    optional,  // std::optional or std::unique_ptr around `element`
    stream,    // a body that is not held in memory (aws::StreamedBody); codecs skip it
};

// Where a member travels in REST protocols. Everything is in the body elsewhere.
enum class Location : std::uint8_t {
    body,
    header,         // wire_name is the header's name
    header_prefix,  // a map; wire_name is the prefix ("x-amz-meta-")
    query,          // wire_name is the parameter's name
    path,           // {wire_name} or {wire_name+} in the operation's uri
    payload,        // the whole body: a structure, blob, string or stream
    status,         // the HTTP status code
};

enum class TimestampFormat : std::uint8_t {
    protocol_default,  // JSON: epoch seconds; XML and Query: ISO 8601; headers: HTTP date
    epoch_seconds,
    iso8601,
    http_date,
};

struct Constraints {
    bool required = false;
    // Numbers: the value. Strings and blobs: length (characters, bytes). Lists and maps: size.
    std::optional<std::int64_t> min = {};
    std::optional<std::int64_t> max = {};
    const char* pattern = nullptr;    // RE2 syntax, must match the whole string
    const char* values = nullptr;     // enum: "ON_DEMAND, PROVISIONED", in the model's order
    const char* wire_name = nullptr;  // differs from the member's name: XML element, header, …
    Location location = Location::body;
    TimestampFormat timestamp = TimestampFormat::protocol_default;
    bool flattened = false;              // XML, Query: list elements without a wrapper
    const char* element_name = nullptr;  // XML: name of list elements; default "member"
    bool xml_attribute = false;
    const char* xml_namespace = nullptr;
    bool sensitive = false;      // never logged
    bool replaces = false;       // CloudFormation properties: a change needs a new resource
    const char* help = nullptr;  // one line for reference pages and --help
};

struct Type;
// Types are named by function so that recursive shapes need no address before they exist.
using TypeRef = const Type& (*)();

struct Member {
    std::string_view name;
    TypeRef type = nullptr;
    void* (*address)(void* object) = nullptr;
    Constraints constraints;

    const void* address_in(const void* object) const {
        return address(const_cast<void*>(object));  // only computes an address
    }
    std::string_view wire_name() const {
        return constraints.wire_name != nullptr ? std::string_view(constraints.wire_name) : name;
    }
};

// Calls `visit(key, value address)` for each entry of a map, in key order.
using MapVisitor = void (*)(void* context, std::string_view key, const void* value);

struct Type {
    Kind kind = Kind::structure;
    TypeRef element = nullptr;  // list, map (of its values), optional

    // list, map: number of entries
    std::size_t (*size)(const void* object) = nullptr;
    // list: default-construct one more element at the end and return its address
    void* (*append)(void* list) = nullptr;
    const void* (*element_at)(const void* list, std::size_t index) = nullptr;
    // map: the address of the value at `key`, default-constructed when new
    void* (*insert)(void* map, std::string_view key) = nullptr;
    void (*for_each)(const void* map, void* context, MapVisitor visit) = nullptr;
    // optional: address of the value, nullptr when empty; emplace gives a default value
    const void* (*get)(const void* optional) = nullptr;
    void* (*emplace)(void* optional) = nullptr;
    // structure
    std::span<const Member> members;
    bool is_union = false;

    const Member* find_member(std::string_view name) const {
        for (const Member& member : members) {
            if (member.name == name) return &member;
        }
        return nullptr;
    }
};

template <class C, class T>
struct MemberSpec {
    std::string_view name;
    T C::*pointer;
    Constraints constraints;
};

template <class C, class T>
constexpr MemberSpec<C, T> member(std::string_view name, T C::*pointer,
                                  Constraints constraints = {}) {
    return {name, pointer, constraints};
}

template <class T>
concept Structure = requires {
    T::members();
};

template <class T>
const Type& type_of();

namespace detail {

template <class T>
struct Describe;  // a member of this type cannot cross a border

template <Kind K>
struct DescribeScalar {
    static constexpr Type type() {
        Type t;
        t.kind = K;
        return t;
    }
};
template <>
struct Describe<bool> : DescribeScalar<Kind::boolean> {};
template <>
struct Describe<std::int32_t> : DescribeScalar<Kind::integer> {};
template <>
struct Describe<std::int64_t> : DescribeScalar<Kind::long_integer> {};
template <>
struct Describe<double> : DescribeScalar<Kind::real> {};
template <>
struct Describe<std::string> : DescribeScalar<Kind::string> {};
template <>
struct Describe<base::Blob> : DescribeScalar<Kind::blob> {};
template <>
struct Describe<base::Timestamp> : DescribeScalar<Kind::timestamp> {};
template <>
struct Describe<Document> : DescribeScalar<Kind::document> {};

template <class T>
struct Describe<std::vector<T>> {
    static_assert(!std::is_same_v<T, bool>, "std::vector<bool> has no element addresses");
    using List = std::vector<T>;
    static constexpr Type type() {
        Type t;
        t.kind = Kind::list;
        t.element = &type_of<T>;
        t.size = [](const void* list) { return static_cast<const List*>(list)->size(); };
        t.append = [](void* list) -> void* { return &static_cast<List*>(list)->emplace_back(); };
        t.element_at = [](const void* list, std::size_t index) -> const void* {
            return &(*static_cast<const List*>(list))[index];
        };
        return t;
    }
};

template <class T>
struct Describe<std::map<std::string, T>> {
    using Map = std::map<std::string, T>;
    static constexpr Type type() {
        Type t;
        t.kind = Kind::map;
        t.element = &type_of<T>;
        t.size = [](const void* map) { return static_cast<const Map*>(map)->size(); };
        t.insert = [](void* map, std::string_view key) -> void* {
            return &(*static_cast<Map*>(map))[std::string(key)];
        };
        t.for_each = [](const void* map, void* context, MapVisitor visit) {
            for (const auto& [key, value] : *static_cast<const Map*>(map)) {
                visit(context, key, &value);
            }
        };
        return t;
    }
};

template <class T>
struct Describe<std::optional<T>> {
    using Optional = std::optional<T>;
    static constexpr Type type() {
        Type t;
        t.kind = Kind::optional;
        t.element = &type_of<T>;
        t.get = [](const void* optional) -> const void* {
            const auto* value = static_cast<const Optional*>(optional);
            return value->has_value() ? &**value : nullptr;
        };
        t.emplace = [](void* optional) -> void* {
            return &static_cast<Optional*>(optional)->emplace();
        };
        return t;
    }
};

template <class T>
struct Describe<std::unique_ptr<T>> {
    using Pointer = std::unique_ptr<T>;
    static constexpr Type type() {
        Type t;
        t.kind = Kind::optional;
        t.element = &type_of<T>;
        t.get = [](const void* pointer) -> const void* {
            return static_cast<const Pointer*>(pointer)->get();
        };
        t.emplace = [](void* pointer) -> void* {
            auto& owner = *static_cast<Pointer*>(pointer);
            owner = std::make_unique<T>();
            return owner.get();
        };
        return t;
    }
};

template <class T, std::size_t I>
void* member_address(void* object) {
    constexpr auto spec = std::get<I>(T::members());
    return &(static_cast<T*>(object)->*spec.pointer);
}

template <class T, std::size_t I>
constexpr Member make_member() {
    constexpr auto spec = std::get<I>(T::members());
    using Value = std::remove_reference_t<decltype(std::declval<T&>().*spec.pointer)>;
    return {spec.name, &type_of<Value>, &member_address<T, I>, spec.constraints};
}

template <class T>
constexpr auto make_members() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<Member, sizeof...(I)>{make_member<T, I>()...};
    }
    (std::make_index_sequence<std::tuple_size_v<decltype(T::members())>>{});
}

template <Structure T>
struct Describe<T> {
    static constexpr auto table = make_members<T>();
    static constexpr Type type() {
        Type t;
        t.kind = Kind::structure;
        t.members = table;
        if constexpr (requires { T::is_union; }) t.is_union = T::is_union;
        return t;
    }
};

}  // namespace detail

// The description of T. Static: valid for ever, any thread.
template <class T>
const Type& type_of() {
    static constexpr Type type = detail::Describe<T>::type();
    return type;
}

// A request or answer without members.
struct Empty {
    static constexpr auto members() { return std::tuple<>{}; }
};

}  // namespace shape
