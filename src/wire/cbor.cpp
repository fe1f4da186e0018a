// One recursive walk over (Type, address) for each direction. The decoder never trusts a length:
// strings are bounded by what is left of the input, entries and depth by named maxima.
#include "wire/cbor.h"

#include <bit>
#include <bitset>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/bytes.h"
#include "wire/json.h"
#include "wire/text_value.h"
#include "wire/utf8.h"

namespace wire {
namespace {

using base::Error;
using base::ErrorKind;
using shape::Kind;
using shape::Type;

enum class Major : std::uint8_t {
    unsigned_integer = 0,
    negative_integer = 1,
    bytes = 2,
    text = 3,
    array = 4,
    map = 5,
    tag = 6,
    simple = 7,
};

constexpr std::uint8_t info_indefinite = 31;
constexpr char byte_break = static_cast<char>(0xff);
constexpr std::uint64_t tag_epoch = 1;
constexpr std::uint64_t tag_decimal_fraction = 4;
constexpr std::uint64_t simple_false = 20;
constexpr std::uint64_t simple_true = 21;
constexpr std::uint64_t simple_null = 22;
constexpr std::uint64_t simple_undefined = 23;
constexpr std::uint8_t info_half = 25;
constexpr std::uint8_t info_float = 26;
constexpr std::uint8_t info_double = 27;
// Members of one structure that are checked for repetition.
constexpr std::size_t repeated_checked_max = 128;
// Up to here a double of seconds gives the millisecond back exactly.
constexpr std::int64_t timestamp_double_ms_max = std::int64_t{1} << 51;

// ---- encoding ----

void put_head(std::string& out, Major major, std::uint64_t argument) {
    const auto top = static_cast<std::uint8_t>(static_cast<unsigned>(major) << 5U);
    const auto head = [&](std::uint8_t info) { out.push_back(static_cast<char>(top | info)); };
    if (argument < 24) {
        head(static_cast<std::uint8_t>(argument));
    } else if (argument <= 0xff) {
        head(24);
        base::append_ordered(out, static_cast<std::uint8_t>(argument));
    } else if (argument <= 0xffff) {
        head(25);
        base::append_ordered(out, static_cast<std::uint16_t>(argument));
    } else if (argument <= 0xffff'ffff) {
        head(26);
        base::append_ordered(out, static_cast<std::uint32_t>(argument));
    } else {
        head(27);
        base::append_ordered(out, argument);
    }
}

void put_integer(std::string& out, std::int64_t value) {
    if (value >= 0) {
        put_head(out, Major::unsigned_integer, static_cast<std::uint64_t>(value));
    } else {
        put_head(out, Major::negative_integer, ~static_cast<std::uint64_t>(value));
    }
}

void put_double(std::string& out, double value) {
    out.push_back(static_cast<char>(0xe0 | info_double));
    base::append_ordered(out, std::bit_cast<std::uint64_t>(value));
}

void put_string(std::string& out, Major major, std::string_view bytes) {
    put_head(out, major, bytes.size());
    out.append(bytes);
}

void put_timestamp(std::string& out, base::Timestamp time) {
    if (time.ms % 1000 == 0) {
        put_head(out, Major::tag, tag_epoch);
        put_integer(out, time.ms / 1000);
    } else if (time.ms < timestamp_double_ms_max && time.ms > -timestamp_double_ms_max) {
        put_head(out, Major::tag, tag_epoch);
        put_double(out, static_cast<double>(time.ms) / 1000.0);
    } else {
        put_head(out, Major::tag, tag_decimal_fraction);
        put_head(out, Major::array, 2);
        put_integer(out, -3);
        put_integer(out, time.ms);
    }
}

void put_value(std::string& out, const Type& type, const void* value);

// What a structure does not write: bodies that are not held in memory, empty optionals.
bool is_absent(const Type& type, const void* value) {
    return type.kind == Kind::stream || (type.kind == Kind::optional && type.get(value) == nullptr);
}

void put_structure(std::string& out, const Type& type, const void* value) {
    std::size_t count = 0;
    for (const auto& member : type.members) {
        if (!is_absent(member.type(), member.address_in(value))) ++count;
    }
    put_head(out, Major::map, count);
    for (const auto& member : type.members) {
        const void* at = member.address_in(value);
        if (is_absent(member.type(), at)) continue;
        put_string(out, Major::text, member.name);
        put_value(out, member.type(), at);
    }
}

void put_map(std::string& out, const Type& type, const void* value) {
    struct Context {
        std::string& out;
        const Type& element;
    } context{out, type.element()};
    put_head(out, Major::map, type.size(value));
    type.for_each(value, &context, [](void* raw, std::string_view key, const void* entry) {
        const auto& to = *static_cast<Context*>(raw);
        put_string(to.out, Major::text, key);
        put_value(to.out, to.element, entry);
    });
}

void put_list(std::string& out, const Type& type, const void* value) {
    const std::size_t size = type.size(value);
    put_head(out, Major::array, size);
    for (std::size_t i = 0; i < size; ++i) {
        put_value(out, type.element(), type.element_at(value, i));
    }
}

void put_value(std::string& out, const Type& type, const void* value) {
    switch (type.kind) {
        case Kind::boolean:
            return put_head(out, Major::simple,
                            *static_cast<const bool*>(value) ? simple_true : simple_false);
        case Kind::integer:
            return put_integer(out, *static_cast<const std::int32_t*>(value));
        case Kind::long_integer:
            return put_integer(out, *static_cast<const std::int64_t*>(value));
        case Kind::real:
            return put_double(out, *static_cast<const double*>(value));
        case Kind::string:
            return put_string(out, Major::text, *static_cast<const std::string*>(value));
        case Kind::blob:
            return put_string(out, Major::bytes, static_cast<const base::Blob*>(value)->bytes);
        case Kind::document:
            return put_string(out, Major::text, static_cast<const shape::Document*>(value)->json);
        case Kind::timestamp:
            return put_timestamp(out, *static_cast<const base::Timestamp*>(value));
        case Kind::list:
            return put_list(out, type, value);
        case Kind::map:
            return put_map(out, type, value);
        case Kind::structure:
            return put_structure(out, type, value);
        case Kind::optional: {
            const void* held = type.get(value);
            if (held == nullptr) return put_head(out, Major::simple, simple_null);
            return put_value(out, type.element(), held);
        }
        case Kind::stream:
            return put_head(out, Major::simple, simple_null);
    }
}

// ---- decoding ----

double from_half(std::uint16_t half) {
    const int exponent = half >> 10U & 0x1f;
    const int mantissa = half & 0x3ff;
    double value = 0;
    if (exponent == 0) {
        value = std::ldexp(mantissa, -24);
    } else if (exponent != 31) {
        value = std::ldexp(mantissa + 1024, exponent - 25);
    } else {
        value = mantissa == 0 ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
    }
    return (half & 0x8000U) != 0 ? -value : value;
}

struct Head {
    Major major = Major::simple;
    std::uint8_t info = 0;
    std::uint64_t argument = 0;
    bool indefinite() const { return info == info_indefinite; }
    bool is_null() const {
        return major == Major::simple && info < 24 &&
               (argument == simple_null || argument == simple_undefined);
    }
    bool is_float() const {
        return major == Major::simple && info >= info_half && info <= info_double;
    }
};

class Decoder {
  public:
    Decoder(std::string_view bytes, const CborLimits& limits) : bytes_(bytes), limits_(limits) {}

    base::Result<void> whole(const Type& type, void* value) {
        TRY_VOID(decode(type, value, 0));
        if (at_ != bytes_.size()) return bad("bytes follow the value");
        return base::ok();
    }

  private:
    // One step down in path_, while it lives. The path is kept for missing members only.
    class Step {
      public:
        template <class F>
        Step(Decoder& decoder, F&& name) : decoder_(decoder), size_(decoder.path_.size()) {
            if (decoder_.limits_.missing == nullptr) return;
            if (size_ != 0) decoder_.path_.push_back('.');
            decoder_.path_ += name();
        }
        ~Step() { decoder_.path_.resize(size_); }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;

      private:
        Decoder& decoder_;
        const std::size_t size_;
    };

    Error bad(const char* message) const {
        return Error{ErrorKind::invalid, message, "CBOR byte " + std::to_string(at_)};
    }
    std::size_t left() const { return bytes_.size() - at_; }

    base::Result<Head> head() {
        if (left() == 0) return bad("input ends early");
        const auto first = static_cast<unsigned char>(bytes_[at_++]);
        Head h{static_cast<Major>(first >> 5U), static_cast<std::uint8_t>(first & 0x1fU), 0};
        if (h.info < 24) {
            h.argument = h.info;
        } else if (h.info <= 27) {
            const std::size_t size = std::size_t{1} << (h.info - 24U);
            if (left() < size) return bad("input ends early");
            for (std::size_t i = 0; i < size; ++i) {
                h.argument = h.argument << 8U | static_cast<unsigned char>(bytes_[at_++]);
            }
        } else if (h.info != info_indefinite || h.major == Major::unsigned_integer ||
                   h.major == Major::negative_integer || h.major == Major::tag) {
            return bad("reserved length");
        }
        return h;
    }

    bool take_break() {
        if (left() == 0 || bytes_[at_] != byte_break) return false;
        ++at_;
        return true;
    }

    bool take_null() {
        if (left() == 0) return false;
        const auto next = static_cast<unsigned char>(bytes_[at_]);
        if (next != (0xe0 | simple_null) && next != (0xe0 | simple_undefined)) return false;
        ++at_;
        return true;
    }

    base::Result<std::string_view> take(std::uint64_t size) {
        if (size > left()) return bad("a string is longer than the input");
        const auto piece = bytes_.substr(at_, size);
        at_ += size;
        return piece;
    }

    // `out` null: skip.
    base::Result<void> string_body(const Head& h, std::string* out) {
        if (!h.indefinite()) {
            TRY(piece, take(h.argument));
            if (out != nullptr) out->assign(piece);
            return base::ok();
        }
        if (out != nullptr) out->clear();
        while (!take_break()) {
            TRY(chunk, head());
            if (chunk.major != h.major || chunk.indefinite()) return bad("wrong chunk of a string");
            TRY(piece, take(chunk.argument));
            if (out != nullptr) out->append(piece);
        }
        return base::ok();
    }

    base::Result<void> text(std::string* out) {
        TRY(h, head());
        if (h.major != Major::text) return bad("expected text");
        TRY_VOID(string_body(h, out));
        if (limits_.check_text && !is_utf8(*out)) return bad("text is not UTF-8");
        return base::ok();
    }

    base::Result<void> count_entry() {
        if (++entries_ > limits_.entries_max) {
            return Error{ErrorKind::limit, "too many list and map entries",
                         "CBOR byte " + std::to_string(at_)};
        }
        return base::ok();
    }

    // Calls each() for every entry of an array or map whose head is `h`.
    template <class F>
    base::Result<void> entries(const Head& h, F&& each) {
        if (!h.indefinite() && h.argument > left()) return bad("more entries than the input holds");
        for (std::uint64_t i = 0; h.indefinite() || i < h.argument; ++i) {
            if (h.indefinite() && take_break()) break;
            TRY_VOID(count_entry());
            TRY_VOID(each());
        }
        return base::ok();
    }

    base::Result<void> enter(std::size_t depth) const {
        if (depth < cbor_depth_max) return base::ok();
        return Error{ErrorKind::limit, "nested too deep", "CBOR byte " + std::to_string(at_)};
    }

    base::Result<std::int64_t> integer() {
        TRY(h, head());
        if (h.major != Major::unsigned_integer && h.major != Major::negative_integer) {
            return bad("expected an integer");
        }
        if (h.argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            return bad("integer out of range");
        }
        const auto value = static_cast<std::int64_t>(h.argument);
        return h.major == Major::unsigned_integer ? value : -1 - value;
    }

    static double float_value(const Head& h) {
        if (h.info == info_half) return from_half(static_cast<std::uint16_t>(h.argument));
        if (h.info == info_float) {
            return std::bit_cast<float>(static_cast<std::uint32_t>(h.argument));
        }
        return std::bit_cast<double>(h.argument);
    }

    base::Result<double> real() {
        TRY(h, head());
        if (h.is_float()) return float_value(h);
        if (h.major == Major::unsigned_integer) return static_cast<double>(h.argument);
        if (h.major == Major::negative_integer) return -1.0 - static_cast<double>(h.argument);
        return bad("expected a number");
    }

    base::Result<base::Timestamp> timestamp() {
        TRY(tag, head());
        if (tag.major != Major::tag) return bad("expected a timestamp");
        if (tag.argument == tag_decimal_fraction) return decimal_milliseconds();
        if (tag.argument != tag_epoch) return bad("expected a timestamp");
        if (left() != 0 && (static_cast<unsigned char>(bytes_[at_]) >> 5U) < 2) {
            TRY(seconds, integer());
            constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1000;
            if (seconds > most || seconds < -most) return bad("timestamp out of range");
            return base::Timestamp{seconds * 1000};
        }
        TRY(seconds, real());
        const double ms = std::round(seconds * 1000.0);
        if (!(std::abs(ms) < 9.2e18)) return bad("timestamp out of range");
        return base::Timestamp{static_cast<std::int64_t>(ms)};
    }

    base::Result<base::Timestamp> decimal_milliseconds() {
        TRY(pair, head());
        if (pair.major != Major::array || pair.argument != 2 || pair.indefinite()) {
            return bad("expected a decimal fraction");
        }
        TRY(exponent, integer());
        if (exponent != -3) return bad("expected milliseconds");
        TRY(ms, integer());
        return base::Timestamp{ms};
    }

    base::Result<void> structure(const Type& type, void* value, std::size_t depth) {
        TRY_VOID(enter(depth));
        TRY(h, head());
        if (h.major != Major::map) return bad("expected a map");
        std::string name;
        std::bitset<repeated_checked_max> seen;
        std::bitset<repeated_checked_max> present;
        TRY_VOID(entries(h, [&]() -> base::Result<void> {
            TRY_VOID(text(&name));
            const auto* member = type.find_member(name);
            if (member == nullptr || member->type().kind == Kind::stream) return skip(depth + 1);
            const auto index = static_cast<std::size_t>(member - type.members.data());
            if (index < seen.size()) {
                if (seen.test(index)) return bad("a member is there twice");
                seen.set(index);
            }
            if (take_null()) return base::ok();  // null is absent: the default stays
            if (index < present.size()) present.set(index);
            const Step step(*this, [&] { return lower_first(member->name); });
            return decode(member->type(), member->address(value), depth + 1);
        }));
        if (limits_.missing != nullptr) note_missing(type, present);
        return base::ok();
    }

    void note_missing(const Type& type, const std::bitset<repeated_checked_max>& present) {
        for (std::size_t i = 0; i < std::min(type.members.size(), present.size()); ++i) {
            if (!type.members[i].constraints.required || present.test(i)) continue;
            if (limits_.missing->size() >= missing_members_max) return;
            const Step step(*this, [&] { return lower_first(type.members[i].name); });
            limits_.missing->push_back(path_);
        }
    }

    base::Result<void> list(const Type& type, void* value, std::size_t depth) {
        TRY_VOID(enter(depth));
        TRY(h, head());
        if (h.major != Major::array) return bad("expected an array");
        std::size_t count = 0;
        return entries(h, [&]() -> base::Result<void> {
            const Step step(*this, [&] { return std::to_string(++count) + ".member"; });
            return decode(type.element(), type.append(value), depth + 1);
        });
    }

    base::Result<void> map(const Type& type, void* value, std::size_t depth) {
        TRY_VOID(enter(depth));
        TRY(h, head());
        if (h.major != Major::map) return bad("expected a map");
        std::string key;
        return entries(h, [&]() -> base::Result<void> {
            TRY_VOID(text(&key));
            const Step step(*this, [&] { return key + ".member"; });
            return decode(type.element(), type.insert(value, key), depth + 1);
        });
    }

    base::Result<void> scalar(const Type& type, void* value) {
        if (type.kind == Kind::string) return text(static_cast<std::string*>(value));
        if (type.kind == Kind::document) return text(&static_cast<shape::Document*>(value)->json);
        if (type.kind == Kind::blob) {
            TRY(h, head());
            if (h.major != Major::bytes) return bad("expected a byte string");
            return string_body(h, &static_cast<base::Blob*>(value)->bytes);
        }
        if (type.kind == Kind::real) {
            TRY(number, real());
            *static_cast<double*>(value) = number;
        } else if (type.kind == Kind::timestamp) {
            TRY(time, timestamp());
            *static_cast<base::Timestamp*>(value) = time;
        } else if (type.kind == Kind::boolean) {
            TRY(h, head());
            const bool yes = h.major == Major::simple && h.info == simple_true;
            const bool no = h.major == Major::simple && h.info == simple_false;
            if (!yes && !no) return bad("expected true or false");
            *static_cast<bool*>(value) = yes;
        } else {
            TRY(number, integer());
            if (type.kind == Kind::long_integer) {
                *static_cast<std::int64_t*>(value) = number;
                return base::ok();
            }
            if (number > std::numeric_limits<std::int32_t>::max() ||
                number < std::numeric_limits<std::int32_t>::min()) {
                return bad("integer out of range");
            }
            *static_cast<std::int32_t*>(value) = static_cast<std::int32_t>(number);
        }
        return base::ok();
    }

    base::Result<void> decode(const Type& type, void* value, std::size_t depth) {
        switch (type.kind) {
            case Kind::structure:
                return structure(type, value, depth);
            case Kind::list:
                return list(type, value, depth);
            case Kind::map:
                return map(type, value, depth);
            case Kind::optional: {
                if (take_null()) return base::ok();
                return decode(type.element(), type.emplace(value), depth);
            }
            case Kind::stream:
                return skip(depth);
            default:
                return scalar(type, value);
        }
    }

    base::Result<void> skip(std::size_t depth) {
        TRY_VOID(enter(depth));
        TRY(h, head());
        switch (h.major) {
            case Major::bytes:
            case Major::text:
                return string_body(h, nullptr);
            case Major::array:
                return entries(h, [&] { return skip(depth + 1); });
            case Major::map:
                return entries(h, [&]() -> base::Result<void> {
                    TRY_VOID(skip(depth + 1));
                    return skip(depth + 1);
                });
            case Major::tag:
                return skip(depth + 1);
            default:
                if (h.indefinite()) return bad("a break outside of a container");
                return base::ok();
        }
    }

    std::string_view bytes_;
    const CborLimits& limits_;
    std::size_t at_ = 0;
    std::size_t entries_ = 0;
    std::string path_;  // of what is being decoded, "metricData.1.member"
};

}  // namespace

std::string encode_cbor(const Type& type, const void* value) {
    std::string out;
    put_value(out, type, value);
    return out;
}

base::Result<void> decode_cbor(const Type& type, std::string_view bytes, void* value,
                               const CborLimits& limits) {
    return Decoder(bytes, limits).whole(type, value);
}

}  // namespace wire
