// JSON text to a tree, over Boost.JSON's push parser: the texts of numbers are seen before they are
// numbers.
#include <boost/json/basic_parser_impl.hpp>
#include <limits>

#include "stack_template/stack_template.h"
#include "stack_template/tree.h"

namespace stack_template {

namespace {

using json::error_code;
using json::string_view;

// The parser tells where it stopped; its events do not.
constexpr TextPosition unknown{0, 0};

class Handler {
  public:
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();

    TreeBuilder& builder() { return builder_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

    bool on_object_begin(error_code& error) { return told(builder_.begin_map({}, unknown), error); }
    bool on_array_begin(error_code& error) { return told(builder_.begin_list({}, unknown), error); }
    bool on_object_end(std::size_t, error_code& error) {
        return told(builder_.end_container(), error);
    }
    bool on_array_end(std::size_t, error_code& error) {
        return told(builder_.end_container(), error);
    }

    bool on_string_part(string_view part, std::size_t, error_code&) { return keep(part); }
    bool on_key_part(string_view part, std::size_t, error_code&) { return keep(part); }
    bool on_number_part(string_view part, error_code&) { return keep(part); }

    bool on_key(string_view part, std::size_t, error_code& error) {
        keep(part);
        const bool good = builder_.key(text_, unknown);
        text_.clear();
        return told(good, error);
    }
    bool on_string(string_view part, std::size_t, error_code& error) {
        keep(part);
        const bool good = builder_.scalar(json::string(text_), {}, unknown);
        text_.clear();
        return told(good, error);
    }
    bool on_int64(std::int64_t, string_view part, error_code& error) { return number(part, error); }
    bool on_uint64(std::uint64_t, string_view part, error_code& error) {
        return number(part, error);
    }
    bool on_double(double, string_view part, error_code& error) { return number(part, error); }
    bool on_bool(bool value, error_code& error) {
        return told(builder_.scalar(value, {}, unknown), error);
    }
    bool on_null(error_code& error) { return told(builder_.scalar(nullptr, {}, unknown), error); }

  private:
    bool keep(string_view part) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool number(string_view part, error_code& error) {
        keep(part);
        const bool good = builder_.scalar(plain_scalar(text_), {}, unknown);
        text_.clear();
        return told(good, error);
    }
    bool told(bool good, error_code& error) {
        if (!good) error = make_error_code(json::error::not_object);  // ends the parse; unused
        return good;
    }

    TreeBuilder builder_;
    std::string text_;
};

}  // namespace

base::Result<json::value> parse_json_tree(std::string_view text) {
    json::parse_options options;
    options.max_depth = depth_max + 1;  // ours speaks first
    json::basic_parser<Handler> parser(options);
    error_code error;
    std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    TreeBuilder& builder = parser.handler().builder();
    if (builder.failed()) {
        base::Error failed = builder.error();
        const TextPosition at = position_of(text, read);
        failed.message +=
            "(line " + std::to_string(at.line) + ", column " + std::to_string(at.column) + ")";
        return failed;
    }
    if (!error) {
        const std::size_t rest = text.find_first_not_of(" \t\r\n", read);
        if (rest == std::string_view::npos) {
            if (auto root = builder.take()) return std::move(*root);
        } else {
            read = rest;
        }
    }
    return not_well_formed("JSON", position_of(text, read));
}

}  // namespace stack_template
