// The builder of trees, and which reader a text goes to.
#include "stack_template/tree.h"

#include <charconv>

#include "stack_template/stack_template.h"
#include "wire/json.h"
#include "wire/utf8.h"

namespace stack_template {

namespace {

base::Error bad_template(std::string message) {
    return base::Error{base::ErrorKind::invalid, std::move(message), {}};
}

// "" when the position is not known.
std::string at_text(TextPosition at) {
    if (at.line == 0) return {};
    return "(line " + std::to_string(at.line) + ", column " + std::to_string(at.column) + ")";
}

// Fn::GetAtt's argument as a list: "a.b.c" is resource a, attribute b.c.
json::value get_att_list(json::value argument) {
    if (!argument.is_string()) return argument;
    const json::string& text = argument.get_string();
    const std::size_t dot = text.find('.');
    if (dot == json::string::npos) return argument;
    return json::array{json::string(text.subview(0, dot)), json::string(text.subview(dot + 1))};
}

}  // namespace

TextPosition position_of(std::string_view text, std::size_t offset) {
    TextPosition at;
    for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
        if (text[i] == '\n') {
            ++at.line;
            at.column = 1;
        } else {
            ++at.column;
        }
    }
    return at;
}

base::Error not_well_formed(std::string_view format, TextPosition at) {
    return bad_template("Template format error: " + std::string(format) + " not well-formed. " +
                        at_text(at));
}

json::value plain_scalar(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    std::int64_t whole = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, whole);
    if (read.ec == std::errc() && read.ptr == end) {
        if (std::to_string(whole) == text) return whole;
        return json::string(text);
    }
    double real = 0;
    const auto read_real = std::from_chars(text.data(), end, real);
    if (read_real.ec == std::errc() && read_real.ptr == end) {
        std::string ours;
        wire::append_json_number(ours, real);
        // "nan" and "inf" are read too, but are no numbers in either language.
        if (ours == text && text.find_first_of("0123456789") != std::string_view::npos) {
            return real;
        }
    }
    return json::string(text);
}

bool TreeBuilder::fail(base::Error error) {
    if (!error_) error_ = std::move(error);
    return false;
}

bool TreeBuilder::wants_key() const {
    return !frames_.empty() && frames_.back().container.is_object() && !frames_.back().has_key;
}

bool TreeBuilder::begin(json::value container, std::string_view function, TextPosition at) {
    if (error_) return false;
    // A function around it is a map of its own.
    depth_ += function.empty() ? 1 : 2;
    if (depth_ > depth_max) {
        return fail({base::ErrorKind::limit,
                     "Template format error: nested deeper than " + std::to_string(depth_max) +
                         " levels. " + at_text(at),
                     {}});
    }
    if (frames_.empty() && root_) return fail(bad_template("Template format error: two values."));
    if (wants_key()) {
        return fail(bad_template("Template format error: a map or list as a key. " + at_text(at)));
    }
    frames_.push_back({std::move(container), {}, false, std::string(function)});
    return true;
}

bool TreeBuilder::begin_map(std::string_view function, TextPosition at) {
    return begin(json::object(), function, at);
}

bool TreeBuilder::begin_list(std::string_view function, TextPosition at) {
    return begin(json::array(), function, at);
}

bool TreeBuilder::end_container() {
    if (error_ || frames_.empty()) return false;
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    depth_ -= frame.function.empty() ? 1 : 2;
    if (frame.container.is_object() && frame.container.get_object().size() == 1) {
        if (json::value* argument = frame.container.get_object().if_contains("Fn::GetAtt")) {
            *argument = get_att_list(std::move(*argument));
        }
    }
    return add(std::move(frame.container), frame.function);
}

bool TreeBuilder::key(std::string_view key, TextPosition at) {
    if (error_) return false;
    Frame& frame = frames_.back();
    if (frame.container.get_object().contains(key)) {
        return fail(bad_template("Template format error: Duplicate key '" + std::string(key) +
                                 "'. " + at_text(at)));
    }
    frame.key = key;
    frame.has_key = true;
    return true;
}

bool TreeBuilder::scalar(json::value value, std::string_view function, TextPosition at) {
    if (error_) return false;
    if (frames_.empty() && root_) return fail(bad_template("Template format error: two values."));
    if (wants_key()) return fail(bad_template("Template format error: no key. " + at_text(at)));
    return add(std::move(value), function);
}

bool TreeBuilder::add(json::value value, std::string_view function) {
    if (++nodes_ > nodes_max) {
        return fail({base::ErrorKind::limit,
                     "Template format error: more than " + std::to_string(nodes_max) + " values.",
                     {}});
    }
    if (!function.empty()) {
        if (function == "Fn::GetAtt") value = get_att_list(std::move(value));
        json::object call;
        call.emplace(function, std::move(value));
        value = std::move(call);
    }
    if (frames_.empty()) {
        root_ = std::move(value);
        return true;
    }
    Frame& frame = frames_.back();
    if (frame.container.is_array()) {
        frame.container.get_array().push_back(std::move(value));
        return true;
    }
    frame.container.get_object().emplace(frame.key, std::move(value));
    frame.has_key = false;
    return true;
}

base::Result<json::value> parse_tree(std::string_view text) {
    if (text.size() > text_bytes_max) {
        return base::Error{
            base::ErrorKind::limit,
            "Template may not exceed " + std::to_string(text_bytes_max) + " bytes in size.",
            {}};
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool is_json = first != std::string_view::npos && text[first] == '{';
    if (!wire::is_utf8(text)) {
        std::size_t good = 0;
        while (const std::size_t length = wire::utf8_sequence_length(text.substr(good))) {
            good += length;
        }
        return not_well_formed(is_json ? "JSON" : "YAML", position_of(text, good));
    }
    return is_json ? parse_json_tree(text) : parse_yaml_tree(text);
}

}  // namespace stack_template
