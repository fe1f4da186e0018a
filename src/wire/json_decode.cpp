// The decoding half of json.h: a handler of Boost.JSON's push parser that keeps a stack of the
// shapes it is inside of and writes each value where it belongs.
#include <bitset>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "wire/base64.h"
#include "wire/json.h"
#include "wire/text_value.h"
#include "wire/timestamp.h"

namespace wire {

namespace {

namespace json = boost::json;
using json::error_code;
using json::string_view;

// Which members of a structure were there. Structures with more members do not compile here.
constexpr std::size_t structure_members_max = 256;

struct Frame {
    const shape::Type* type = nullptr;  // list, map or structure; nullptr: skipped
    void* object = nullptr;
    const shape::Member* member = nullptr;  // structure: of the key that was read last
    std::string key;                        // map: the key that was read last
    std::size_t count = 0;                  // list: elements so far
    shape::TimestampFormat timestamp = shape::TimestampFormat::protocol_default;
    std::bitset<structure_members_max> seen;
};

const char* scalar_name(shape::Kind kind) {
    switch (kind) {
        case shape::Kind::boolean:
            return "a Boolean";
        case shape::Kind::integer:
            return "an Integer";
        case shape::Kind::long_integer:
            return "a Long";
        case shape::Kind::real:
            return "a Double";
        case shape::Kind::string:
            return "a String";
        case shape::Kind::blob:
            return "a Blob";
        case shape::Kind::timestamp:
            return "a Timestamp";
        default:
            return "a value";
    }
}

// Where one value goes: its shape without the optional around it, and its address.
struct Target {
    const shape::Type* type = nullptr;  // nullptr: skip the value
    void* object = nullptr;
    shape::TimestampFormat timestamp = shape::TimestampFormat::protocol_default;
};

class Handler {
  public:
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();

    // `type` nullptr: only check the syntax.
    Handler(const shape::Type* type, void* out, MissingMembers* missing)
        : root_{type, out}, missing_(missing) {}

    std::string& message() { return message_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

    bool on_object_begin(error_code& error) { return begin('{', error); }
    bool on_array_begin(error_code& error) { return begin('[', error); }
    bool on_object_end(std::size_t, error_code&) { return end('}'); }
    bool on_array_end(std::size_t, error_code&) { return end(']'); }

    bool on_string_part(string_view part, std::size_t, error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_key_part(string_view part, std::size_t, error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_number_part(string_view part, error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }

    bool on_key(string_view part, std::size_t, error_code& error) {
        const std::string_view name = whole(part);
        const bool good = key(name, error);
        text_.clear();
        return good;
    }
    bool on_string(string_view part, std::size_t, error_code& error) {
        const std::string_view text = whole(part);
        const bool good = string(text, error);
        text_.clear();
        return good;
    }
    bool on_int64(std::int64_t value, string_view part, error_code& error) {
        const bool good = number(whole(part), value, error);
        text_.clear();
        return good;
    }
    bool on_uint64(std::uint64_t value, string_view part, error_code& error) {
        std::optional<std::int64_t> whole_number;
        if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            whole_number = static_cast<std::int64_t>(value);
        }
        const bool good = number(whole(part), whole_number, error);
        text_.clear();
        return good;
    }
    bool on_double(double, string_view part, error_code& error) {
        // The parser's own conversion is not the nearest double; ours reads the text.
        const bool good = number(whole(part), std::nullopt, error);
        text_.clear();
        return good;
    }
    bool on_bool(bool value, error_code& error) {
        if (document_ != nullptr) return document_token(value ? "true" : "false");
        const Target target = next(false, error);
        if (error) return false;
        if (target.type == nullptr) return true;
        if (target.type->kind == shape::Kind::document)
            return scalar_document(target, value ? "true" : "false");
        if (target.type->kind != shape::Kind::boolean) {
            return mismatch(value ? "TRUE_VALUE" : "FALSE_VALUE", *target.type, error);
        }
        *static_cast<bool*>(target.object) = value;
        return true;
    }
    bool on_null(error_code& error) {
        if (document_ != nullptr) return document_token("null");
        const Target target = next(true, error);
        if (error) return false;
        if (target.type != nullptr) return scalar_document(target, "null");
        return true;
    }

  private:
    std::string_view whole(string_view part) {
        if (text_.empty()) return {part.data(), part.size()};
        text_.append(part.data(), part.size());
        return text_;
    }

    bool fail(std::string message, error_code& error) {
        message_ = std::move(message);
        error = make_error_code(json::error::exception);
        return false;
    }

    bool mismatch(const char* found, const shape::Type& type, error_code& error) {
        switch (type.kind) {
            case shape::Kind::list:
                return fail("Expected list or null", error);
            case shape::Kind::map:
                return fail("Expected map or null", error);
            case shape::Kind::structure:
                return fail("Expected null", error);
            default:
                break;
        }
        return fail(std::string(found) + " can not be converted to " + scalar_name(type.kind),
                    error);
    }

    // Where the value that begins now goes; moves the list or structure around it forward.
    Target next(bool is_null, error_code& error) {
        if (skip_depth_ > 0) return {};
        if (stack_.empty()) {
            if (is_null && root_.type != nullptr && root_.type->kind != shape::Kind::optional) {
                fail("Unexpected null", error);
                return {};
            }
            return unwrap(root_.type, root_.object, root_.timestamp, is_null);
        }
        Frame& frame = stack_.back();
        if (frame.type->kind != shape::Kind::structure && ++entries_ > json_entries_max) {
            fail("More than " + std::to_string(json_entries_max) + " entries in lists and maps",
                 error);
            return {};
        }
        switch (frame.type->kind) {
            case shape::Kind::list: {
                if (is_null && frame.type->element().kind != shape::Kind::document &&
                    frame.type->element().kind != shape::Kind::optional) {
                    fail("Unexpected null in a list", error);
                    return {};
                }
                ++frame.count;
                return unwrap(&frame.type->element(), frame.type->append(frame.object),
                              frame.timestamp, is_null);
            }
            case shape::Kind::map: {
                // A null value is an absent entry.
                if (is_null && frame.type->element().kind != shape::Kind::document) return {};
                return unwrap(&frame.type->element(), frame.type->insert(frame.object, frame.key),
                              frame.timestamp, is_null);
            }
            default:
                break;
        }
        if (frame.member == nullptr) return {};
        const auto index = static_cast<std::size_t>(frame.member - frame.type->members.data());
        if (is_null && frame.member->type().kind != shape::Kind::document) return {};
        frame.seen.set(index);
        return unwrap(&frame.member->type(), frame.member->address(frame.object),
                      frame.member->constraints.timestamp, is_null);
    }

    static Target unwrap(const shape::Type* type, void* object, shape::TimestampFormat timestamp,
                         bool is_null) {
        while (type != nullptr && type->kind == shape::Kind::optional) {
            if (is_null) return {};
            object = type->emplace(object);
            type = &type->element();
        }
        if (is_null && type != nullptr && type->kind != shape::Kind::document) return {};
        return {type, object, timestamp};
    }

    bool begin(char bracket, error_code& error) {
        if (document_ != nullptr) {
            document_separator();
            document_->json.push_back(bracket);
            ++document_depth_;
            document_first_ = true;
            return true;
        }
        const Target target = next(false, error);
        if (error) return false;
        if (target.type == nullptr) {
            ++skip_depth_;
            return true;
        }
        const shape::Kind kind = target.type->kind;
        if (kind == shape::Kind::document) {
            document_ = static_cast<shape::Document*>(target.object);
            document_->json.assign(1, bracket);
            document_depth_ = 1;
            document_first_ = true;
            return true;
        }
        if (bracket == '[' ? kind != shape::Kind::list
                           : kind != shape::Kind::map && kind != shape::Kind::structure) {
            return fail(bracket == '[' ? "Start of list found where not expected"
                                       : "Start of structure or map found where not expected.",
                        error);
        }
        Frame& frame = stack_.emplace_back();
        frame.type = target.type;
        frame.object = target.object;
        frame.timestamp = target.timestamp;
        return true;
    }

    bool end(char bracket) {
        if (document_ != nullptr) {
            document_->json.push_back(bracket);
            document_first_ = false;
            if (--document_depth_ == 0) document_ = nullptr;
            return true;
        }
        if (skip_depth_ > 0) {
            --skip_depth_;
            return true;
        }
        if (stack_.back().type->kind == shape::Kind::structure) note_missing();
        stack_.pop_back();
        return true;
    }

    bool key(std::string_view name, error_code& error) {
        if (document_ != nullptr) {
            document_separator();
            append_json_string(document_->json, name);
            document_->json.push_back(':');
            document_first_ = true;  // no comma between key and value
            return true;
        }
        if (skip_depth_ > 0) return true;
        Frame& frame = stack_.back();
        if (frame.type->kind == shape::Kind::map) {
            frame.key = name;
            return true;
        }
        frame.member = nullptr;
        for (const shape::Member& member : frame.type->members) {
            if (member.constraints.location == shape::Location::body &&
                member.wire_name() == name) {
                frame.member = &member;
                break;
            }
        }
        if (frame.member == nullptr) return true;
        const auto index = static_cast<std::size_t>(frame.member - frame.type->members.data());
        if (frame.seen.test(index)) {
            return fail("Duplicate field '" + std::string(name) + "'", error);
        }
        return true;
    }

    bool string(std::string_view text, error_code& error) {
        if (document_ != nullptr) {
            document_separator();
            append_json_string(document_->json, text);
            return true;
        }
        const Target target = next(false, error);
        if (error) return false;
        if (target.type == nullptr) return true;
        switch (target.type->kind) {
            case shape::Kind::string:
                static_cast<std::string*>(target.object)->assign(text);
                return true;
            case shape::Kind::blob: {
                auto& bytes = static_cast<base::Blob*>(target.object)->bytes;
                bytes.clear();
                const auto decoded = append_base64_decoded(bytes, text);
                if (decoded.has_value()) return true;
                return fail("The value can not be converted to a Blob: " + decoded.error().message,
                            error);
            }
            case shape::Kind::real:
                return special_number(text, target, error);
            case shape::Kind::timestamp:
                return text_timestamp(text, target, error);
            case shape::Kind::document: {
                auto& out = static_cast<shape::Document*>(target.object)->json;
                out.clear();
                append_json_string(out, text);
                return true;
            }
            default:
                return mismatch("STRING_VALUE", *target.type, error);
        }
    }

    bool special_number(std::string_view text, const Target& target, error_code& error) {
        double value = std::numeric_limits<double>::infinity();
        if (text == "NaN") {
            value = std::numeric_limits<double>::quiet_NaN();
        } else if (text == "-Infinity") {
            value = -value;
        } else if (text != "Infinity") {
            return mismatch("STRING_VALUE", *target.type, error);
        }
        *static_cast<double*>(target.object) = value;
        return true;
    }

    bool text_timestamp(std::string_view text, const Target& target, error_code& error) {
        const bool http = target.timestamp == shape::TimestampFormat::http_date;
        if (!http && target.timestamp != shape::TimestampFormat::iso8601) {
            return mismatch("STRING_VALUE", *target.type, error);
        }
        const auto time = http ? parse_http_date(text) : parse_iso8601(text);
        if (!time.has_value()) return mismatch("STRING_VALUE", *target.type, error);
        *static_cast<base::Timestamp*>(target.object) = time.value();
        return true;
    }

    // `value` when the text is an integer that fits.
    bool number(std::string_view text, std::optional<std::int64_t> value, error_code& error) {
        if (document_ != nullptr) return document_token(text);
        const Target target = next(false, error);
        if (error) return false;
        if (target.type == nullptr) return true;
        switch (target.type->kind) {
            case shape::Kind::integer:
            case shape::Kind::long_integer:
                return integer(text, value, target, error);
            case shape::Kind::real: {
                double& out = *static_cast<double*>(target.object);
                const auto [end, code] =
                    std::from_chars(text.data(), text.data() + text.size(), out);
                if (code == std::errc()) return true;
                return mismatch("NUMBER_VALUE", *target.type, error);
            }
            case shape::Kind::timestamp: {
                const bool epoch = target.timestamp == shape::TimestampFormat::protocol_default ||
                                   target.timestamp == shape::TimestampFormat::epoch_seconds;
                const auto time = parse_epoch_seconds(text);
                if (!epoch || !time.has_value()) {
                    return mismatch("NUMBER_VALUE", *target.type, error);
                }
                *static_cast<base::Timestamp*>(target.object) = time.value();
                return true;
            }
            case shape::Kind::document:
                return scalar_document(target, text);
            default:
                return mismatch("NUMBER_VALUE", *target.type, error);
        }
    }

    bool integer(std::string_view text, std::optional<std::int64_t> value, const Target& target,
                 error_code& error) {
        if (!value.has_value()) {
            double real = 0;
            const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), real);
            // 2^63 is a double, the largest int64 is not: hence "less than".
            if (code == std::errc() && std::trunc(real) == real && real >= -0x1p63 &&
                real < 0x1p63) {
                value = static_cast<std::int64_t>(real);
            }
        }
        const bool narrow = target.type->kind == shape::Kind::integer;
        if (!value.has_value() || (narrow && (*value < std::numeric_limits<std::int32_t>::min() ||
                                              *value > std::numeric_limits<std::int32_t>::max()))) {
            return mismatch("NUMBER_VALUE", *target.type, error);
        }
        if (narrow) {
            *static_cast<std::int32_t*>(target.object) = static_cast<std::int32_t>(*value);
        } else {
            *static_cast<std::int64_t*>(target.object) = *value;
        }
        return true;
    }

    void document_separator() {
        if (!document_first_) document_->json.push_back(',');
        document_first_ = false;
    }
    bool document_token(std::string_view token) {
        document_separator();
        document_->json.append(token);
        return true;
    }
    static bool scalar_document(const Target& target, std::string_view token) {
        static_cast<shape::Document*>(target.object)->json.assign(token);
        return true;
    }

    void note_missing() {
        if (missing_ == nullptr) return;
        const Frame& frame = stack_.back();
        for (std::size_t i = 0; i < frame.type->members.size(); ++i) {
            const shape::Member& member = frame.type->members[i];
            if (!member.constraints.required || frame.seen.test(i)) continue;
            if (member.constraints.location != shape::Location::body) continue;
            if (missing_->size() >= missing_members_max) return;
            std::string path;
            for (std::size_t depth = 0; depth + 1 < stack_.size(); ++depth) {
                append_step(path, stack_[depth]);
            }
            missing_->push_back(path + lower_first(member.name));
        }
    }

    static void append_step(std::string& path, const Frame& frame) {
        switch (frame.type->kind) {
            case shape::Kind::list:
                path += std::to_string(frame.count) + ".member.";
                return;
            case shape::Kind::map:
                path += frame.key + ".member.";
                return;
            default:
                path += lower_first(frame.member->name) + ".";
                return;
        }
    }

    Target root_;
    MissingMembers* missing_;
    std::vector<Frame> stack_;
    std::size_t skip_depth_ = 0;
    std::size_t entries_ = 0;
    shape::Document* document_ = nullptr;  // inside a document: where its text goes
    std::size_t document_depth_ = 0;
    bool document_first_ = true;  // no comma before the next token
    std::string text_;            // the parts of a string, key or number so far
    std::string message_;
};

base::Result<void> run(std::string_view text, const shape::Type* type, void* out,
                       MissingMembers* missing) {
    json::parse_options options;
    options.max_depth = json_depth_max;
    json::basic_parser<Handler> parser(options, type, out, missing);
    error_code error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (!error && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
        error = make_error_code(json::error::extra_data);
    }
    if (!error) return base::ok();
    std::string& message = parser.handler().message();
    if (!message.empty()) return base::Error{base::ErrorKind::invalid, std::move(message), {}};
    return base::Error{
        base::ErrorKind::invalid,
        "The body is not JSON: " + error.message() + " at byte " + std::to_string(read),
        {}};
}

}  // namespace

base::Result<void> decode_json(std::string_view text, const shape::Type& type, void* out,
                               MissingMembers* missing) {
    return run(text, &type, out, missing);
}

base::Result<void> check_json(std::string_view text) {
    return run(text, nullptr, nullptr, nullptr);
}

}  // namespace wire
