// What the two readers of text share: a tree is built from events, bounded in depth and nodes, with
// the short forms of functions put into their long form.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stack_template {

namespace json = boost::json;

// Counts from 1; columns are bytes.
struct TextPosition {
    std::size_t line = 1;
    std::size_t column = 1;
};
TextPosition position_of(std::string_view text, std::size_t offset);

// "Template format error: YAML not well-formed. (line 3, column 5)"
base::Error not_well_formed(std::string_view format, TextPosition at);

// A scalar without quotes: a bool or a number when its text is how we would write that, otherwise
// the text.
json::value plain_scalar(std::string_view text);

// Every method returns false once something was wrong; `error()` tells what. Calls after that are
// ignored, so that a reader that cannot stop may go on.
class TreeBuilder {
  public:
    // `function`: the long name ("Fn::Sub") that the value to come is the argument of, "" for none.
    bool begin_map(std::string_view function, TextPosition at);
    bool begin_list(std::string_view function, TextPosition at);
    bool end_container();
    bool key(std::string_view key, TextPosition at);
    bool scalar(json::value value, std::string_view function, TextPosition at);
    bool fail(base::Error error);

    bool failed() const { return error_.has_value(); }
    const base::Error& error() const { return *error_; }
    // The next event inside a map is a key.
    bool wants_key() const;
    // nullopt: nothing was there.
    std::optional<json::value> take() { return std::move(root_); }

  private:
    struct Frame {
        json::value container;
        std::string key;  // of the value that comes next
        bool has_key = false;
        std::string function;
    };
    bool begin(json::value container, std::string_view function, TextPosition at);
    bool add(json::value value, std::string_view function);

    std::vector<Frame> frames_;
    std::optional<json::value> root_;
    std::optional<base::Error> error_;
    std::size_t nodes_ = 0, depth_ = 0;
};

base::Result<json::value> parse_json_tree(std::string_view text);
base::Result<json::value> parse_yaml_tree(std::string_view text);

}  // namespace stack_template
