// The encoding half of json.h.
#include <charconv>
#include <cmath>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/check.h"
#include "wire/base64.h"
#include "wire/json.h"
#include "wire/timestamp.h"
#include "wire/utf8.h"

namespace wire {

namespace {

// The length of the prefix that needs neither escapes nor a look at its encoding: printable ASCII
// without quote and backslash.
std::size_t plain_length(std::string_view text) {
    std::size_t at = 0;
#if defined(__SSE2__)
    for (; at + 16 <= text.size(); at += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        // Signed comparison: bytes above 0x7F are negative, so "less than 0x20" covers them too.
        const __m128i special =
            _mm_or_si128(_mm_cmplt_epi8(block, _mm_set1_epi8(0x20)),
                         _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')),
                                      _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))));
        const int mask = _mm_movemask_epi8(special);
        if (mask != 0)
            return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
    }
#endif
    while (at < text.size() && text[at] >= 0x20 && text[at] != '"' && text[at] != '\\')
        ++at;
    return at;
}

void append_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        default:
            break;
    }
    static constexpr char digits[] = "0123456789abcdef";
    out += "\\u00";
    out.push_back(digits[(c >> 4) & 15]);
    out.push_back(digits[c & 15]);
}

void append_integer(std::string& out, std::int64_t value) {
    char digits[24];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    CHECK(error == std::errc());
    out.append(digits, end);
}

void append_timestamp(std::string& out, base::Timestamp time, shape::TimestampFormat format) {
    switch (format) {
        case shape::TimestampFormat::iso8601:
            append_json_string(out, format_iso8601(time));
            return;
        case shape::TimestampFormat::http_date:
            append_json_string(out, format_http_date(time));
            return;
        case shape::TimestampFormat::epoch_seconds:
        case shape::TimestampFormat::protocol_default:
            break;
    }
    append_epoch_seconds(out, time);
}

class Encoder {
  public:
    explicit Encoder(std::string& out) : out_(out) {}

    void value(const shape::Type& type, const void* object, shape::TimestampFormat format) {
        switch (type.kind) {
            case shape::Kind::boolean:
                out_ += *static_cast<const bool*>(object) ? "true" : "false";
                return;
            case shape::Kind::integer:
                append_integer(out_, *static_cast<const std::int32_t*>(object));
                return;
            case shape::Kind::long_integer:
                append_integer(out_, *static_cast<const std::int64_t*>(object));
                return;
            case shape::Kind::real:
                append_json_number(out_, *static_cast<const double*>(object));
                return;
            case shape::Kind::string:
                append_json_string(out_, *static_cast<const std::string*>(object));
                return;
            case shape::Kind::blob:
                out_.push_back('"');
                append_base64(out_, static_cast<const base::Blob*>(object)->bytes);
                out_.push_back('"');
                return;
            case shape::Kind::timestamp:
                append_timestamp(out_, *static_cast<const base::Timestamp*>(object), format);
                return;
            case shape::Kind::document:
                document(*static_cast<const shape::Document*>(object));
                return;
            case shape::Kind::list:
                list(type, object, format);
                return;
            case shape::Kind::map:
                map(type, object, format);
                return;
            case shape::Kind::structure:
                structure(type, object);
                return;
            case shape::Kind::optional: {
                const void* held = type.get(object);
                if (held == nullptr) {
                    out_ += "null";
                } else {
                    value(type.element(), held, format);
                }
                return;
            }
            case shape::Kind::stream:
                out_ += "null";
                return;
        }
    }

  private:
    void document(const shape::Document& document) {
        if (document.json.empty()) {
            out_ += "null";
        } else {
            out_ += document.json;
        }
    }

    void list(const shape::Type& type, const void* object, shape::TimestampFormat format) {
        const shape::Type& element = type.element();
        const std::size_t size = type.size(object);
        out_.push_back('[');
        for (std::size_t i = 0; i < size; ++i) {
            if (i > 0) out_.push_back(',');
            value(element, type.element_at(object, i), format);
        }
        out_.push_back(']');
    }

    void map(const shape::Type& type, const void* object, shape::TimestampFormat format) {
        struct Context {
            Encoder& encoder;
            const shape::Type& element;
            shape::TimestampFormat format;
            bool first = true;
        } context{*this, type.element(), format};
        out_.push_back('{');
        type.for_each(object, &context, [](void* raw, std::string_view key, const void* entry) {
            auto& c = *static_cast<Context*>(raw);
            if (!c.first) c.encoder.out_.push_back(',');
            c.first = false;
            append_json_string(c.encoder.out_, key);
            c.encoder.out_.push_back(':');
            c.encoder.value(c.element, entry, c.format);
        });
        out_.push_back('}');
    }

    void structure(const shape::Type& type, const void* object) {
        out_.push_back('{');
        bool first = true;
        for (const shape::Member& member : type.members) {
            if (member.constraints.location != shape::Location::body) continue;
            const shape::Type* member_type = &member.type();
            const void* held = member.address_in(object);
            if (member_type->kind == shape::Kind::optional) {
                held = member_type->get(held);
                if (held == nullptr) continue;
                member_type = &member_type->element();
            }
            if (member_type->kind == shape::Kind::stream) continue;
            if (!first) out_.push_back(',');
            first = false;
            append_json_string(out_, member.wire_name());
            out_.push_back(':');
            value(*member_type, held, member.constraints.timestamp);
        }
        out_.push_back('}');
    }

    std::string& out_;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    while (!text.empty()) {
        const std::size_t plain = plain_length(text);
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        const std::size_t sequence = utf8_sequence_length(text);
        if (sequence == 0) {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
        } else if (sequence == 1) {
            append_escape(out, text[0]);
            text.remove_prefix(1);
        } else {
            out.append(text.substr(0, sequence));
            text.remove_prefix(sequence);
        }
    }
    out.push_back('"');
}

void append_json_number(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "\"NaN\"";
    } else if (std::isinf(value)) {
        out += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    } else {
        char digits[32];
        const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
        CHECK(error == std::errc());
        out.append(digits, end);
    }
}

void append_json(std::string& out, const shape::Type& type, const void* object) {
    Encoder(out).value(type, object, shape::TimestampFormat::protocol_default);
}

}  // namespace wire
