#include "wire/text_value.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "wire/base64.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace wire {

namespace {

base::Error not_a(std::string_view what, std::string_view text) {
    return {base::ErrorKind::invalid,
            "'" + std::string(text.substr(0, 64)) + "' is not a valid " + std::string(what),
            {}};
}

template <class T>
base::Result<void> number(std::string_view text, void* out, std::string_view what) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
        return not_a(what, text);
    }
    *static_cast<T*>(out) = value;
    return base::ok();
}

base::Result<void> real(std::string_view text, void* out) {
    double& value = *static_cast<double*>(out);
    if (text == "NaN") {
        value = std::numeric_limits<double>::quiet_NaN();
    } else if (text == "Infinity") {
        value = std::numeric_limits<double>::infinity();
    } else if (text == "-Infinity") {
        value = -std::numeric_limits<double>::infinity();
    } else {
        double finite = 0;
        TRY_VOID(number<double>(text, &finite, "double"));
        // "inf" and "nan" are C's words, not AWS's.
        if (!std::isfinite(finite)) return not_a("double", text);
        value = finite;
    }
    return base::ok();
}

base::Result<base::Timestamp> timestamp(std::string_view text, shape::TimestampFormat format) {
    switch (format) {
        case shape::TimestampFormat::epoch_seconds:
            return parse_epoch_seconds(text);
        case shape::TimestampFormat::iso8601:
            return parse_iso8601(text);
        case shape::TimestampFormat::http_date:
            return parse_http_date(text);
        case shape::TimestampFormat::protocol_default:
            break;
    }
    auto time = parse_iso8601(text);
    if (!time.has_value()) time = parse_http_date(text);
    if (!time.has_value()) time = parse_epoch_seconds(text);
    return time;
}

}  // namespace

bool is_scalar(const shape::Type& type) {
    switch (type.kind) {
        case shape::Kind::list:
        case shape::Kind::map:
        case shape::Kind::structure:
        case shape::Kind::optional:
        case shape::Kind::stream:
            return false;
        default:
            return true;
    }
}

base::Result<void> decode_text(std::string_view text, const shape::Type& type, void* out,
                               shape::TimestampFormat format) {
    switch (type.kind) {
        case shape::Kind::boolean:
            // Older botocore writes Python's words into headers.
            if (text != "true" && text != "True" && text != "false" && text != "False") {
                return not_a("boolean", text);
            }
            *static_cast<bool*>(out) = text == "true" || text == "True";
            return base::ok();
        case shape::Kind::integer:
            return number<std::int32_t>(text, out, "integer");
        case shape::Kind::long_integer:
            return number<std::int64_t>(text, out, "integer");
        case shape::Kind::real:
            return real(text, out);
        case shape::Kind::string:
            static_cast<std::string*>(out)->assign(text);
            return base::ok();
        case shape::Kind::blob: {
            auto& bytes = static_cast<base::Blob*>(out)->bytes;
            bytes.clear();
            return append_base64_decoded(bytes, text);
        }
        case shape::Kind::timestamp: {
            const auto time = timestamp(text, format);
            if (!time.has_value()) return not_a("timestamp", text);
            *static_cast<base::Timestamp*>(out) = time.value();
            return base::ok();
        }
        case shape::Kind::document: {
            TRY_VOID(check_json(text));
            static_cast<shape::Document*>(out)->json.assign(text);
            return base::ok();
        }
        default:
            break;
    }
    return not_a("value here", text);
}

std::string encode_text(const shape::Type& type, const void* value, shape::TimestampFormat format) {
    switch (type.kind) {
        case shape::Kind::boolean:
            return *static_cast<const bool*>(value) ? "true" : "false";
        case shape::Kind::integer:
            return std::to_string(*static_cast<const std::int32_t*>(value));
        case shape::Kind::long_integer:
            return std::to_string(*static_cast<const std::int64_t*>(value));
        case shape::Kind::real: {
            std::string text;
            append_json_number(text, *static_cast<const double*>(value));
            // The special values are JSON strings; here they stand bare.
            if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
            return text;
        }
        case shape::Kind::string:
            return *static_cast<const std::string*>(value);
        case shape::Kind::blob:
            return encode_base64(static_cast<const base::Blob*>(value)->bytes);
        case shape::Kind::timestamp: {
            const auto time = *static_cast<const base::Timestamp*>(value);
            if (format == shape::TimestampFormat::http_date) return format_http_date(time);
            if (format != shape::TimestampFormat::epoch_seconds) return format_iso8601(time);
            std::string text;
            append_epoch_seconds(text, time);
            return text;
        }
        case shape::Kind::document:
            return static_cast<const shape::Document*>(value)->json;
        default:
            return {};
    }
}

std::string lower_first(std::string_view name) {
    std::string text(name);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
        text[0] = static_cast<char>(text[0] + ('a' - 'A'));
    }
    return text;
}

}  // namespace wire
