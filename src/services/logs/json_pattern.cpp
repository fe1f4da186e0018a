// Patterns over JSON messages: a lexer in the parser, and a tree over selectors.
#include <re2/re2.h>

#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <vector>

#include "services/logs/pattern.h"

namespace logs::detail {
namespace {

namespace json = boost::json;
using base::Error;
using base::ErrorKind;

Error wrong(std::size_t at, const std::string& what) {
    return {ErrorKind::invalid,
            "Invalid filter pattern: " + what + " at position " + std::to_string(at + 1),
            {}};
}

// One step of $.a[0][*]: a member, an element, or every element.
struct Step {
    std::string member;
    std::optional<std::size_t> index;
    bool every = false;
};

struct Selector {
    std::vector<Step> steps;

    // Calls test(value) for what is selected until it says yes; false when nothing is.
    template <class F>
    bool any(const json::value& value, F&& test, std::size_t step = 0) const {
        if (step == steps.size()) return test(value);
        const Step& next = steps[step];
        if (next.every || next.index) {
            const json::array* array = value.if_array();
            if (array == nullptr) return false;
            if (next.index) {
                return *next.index < array->size() && any((*array)[*next.index], test, step + 1);
            }
            for (const auto& element : *array) {
                if (any(element, test, step + 1)) return true;
            }
            return false;
        }
        const json::object* object = value.if_object();
        if (object == nullptr) return false;
        const json::value* member = object->if_contains(next.member);
        return member != nullptr && any(*member, test, step + 1);
    }
};

struct Node {
    virtual ~Node() = default;
    virtual bool test(const json::value& root) const = 0;
};
using NodePointer = std::unique_ptr<Node>;

struct Both final : Node {
    Both(bool a, NodePointer l, NodePointer r) : all(a), left(std::move(l)), right(std::move(r)) {}
    bool test(const json::value& root) const override {
        return all ? left->test(root) && right->test(root) : left->test(root) || right->test(root);
    }
    bool all;
    NodePointer left;
    NodePointer right;
};

enum class Operator { equal, not_equal, less, less_equal, greater, greater_equal };

bool holds(Operator op, double a, double b) {
    switch (op) {
        case Operator::equal:
            return a == b;
        case Operator::not_equal:
            return a != b;
        case Operator::less:
            return a < b;
        case Operator::less_equal:
            return a <= b;
        case Operator::greater:
            return a > b;
        case Operator::greater_equal:
            return a >= b;
    }
    return false;
}

std::optional<double> number_of(const json::value& value) {
    if (value.is_int64()) return static_cast<double>(value.get_int64());
    if (value.is_uint64()) return static_cast<double>(value.get_uint64());
    if (value.is_double()) return value.get_double();
    return std::nullopt;
}

// A scalar as text; objects, arrays and null have none.
std::optional<std::string> text_of(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_bool() || number_of(value)) return json::serialize(value);
    return std::nullopt;
}

struct Compare final : Node {
    bool test(const json::value& root) const override {
        return selector.any(root, [&](const json::value& value) {
            if (expression != nullptr) {
                const auto read = text_of(value);
                return read &&
                       re2::RE2::PartialMatch(*read, *expression) == (op == Operator::equal);
            }
            if (number) {
                const auto have = number_of(value);
                return have && holds(op, *have, *number);
            }
            const auto have = text_of(value);
            return have && matches_wildcard(*have, text) == (op == Operator::equal);
        });
    }
    Selector selector;
    Operator op = Operator::equal;
    std::optional<double> number;  // else text, or expression
    std::string text;
    std::shared_ptr<const re2::RE2> expression;
};

struct Is final : Node {
    enum class What { null, yes, no, exists_not };
    bool test(const json::value& root) const override {
        const bool found = selector.any(root, [&](const json::value& value) {
            switch (what) {
                case What::null:
                    return value.is_null();
                case What::yes:
                    return value.is_bool() && value.get_bool();
                case What::no:
                    return value.is_bool() && !value.get_bool();
                case What::exists_not:
                    return true;
            }
            return false;
        });
        return found != (what == What::exists_not);
    }
    Selector selector;
    What what = What::null;
};

class JsonPattern final : public Pattern {
  public:
    explicit JsonPattern(NodePointer root) : root_(std::move(root)) {}
    bool matches(std::string_view message) const override {
        boost::system::error_code error;
        const json::value value = json::parse(message, error);
        return !error && value.is_object() && root_->test(value);
    }

  private:
    NodePointer root_;
};

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    base::Result<std::unique_ptr<Pattern>> run() {
        if (!take("{")) return wrong(at_, "a missing {");
        TRY(root, either(0));
        if (!take("}")) return wrong(at_, "a missing }");
        skip_space();
        if (at_ != text_.size()) return wrong(at_, "something after the }");
        return std::unique_ptr<Pattern>(std::make_unique<JsonPattern>(std::move(root)));
    }

  private:
    void skip_space() {
        while (at_ < text_.size() &&
               std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
            ++at_;
        }
    }
    bool take(std::string_view symbol) {
        skip_space();
        if (!text_.substr(at_).starts_with(symbol)) return false;
        at_ += symbol.size();
        return true;
    }
    static char upper(char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    bool take_word(std::string_view word) {
        skip_space();
        if (text_.size() - at_ < word.size()) return false;
        for (std::size_t i = 0; i < word.size(); ++i) {
            if (upper(text_[at_ + i]) != word[i]) return false;
        }
        const std::size_t end = at_ + word.size();
        if (end < text_.size() && is_bare(text_[end])) return false;
        at_ = end;
        return true;
    }

    base::Result<NodePointer> either(std::size_t depth) {
        TRY(left, all(depth));
        while (take("||")) {
            TRY_VOID(count());
            TRY(right, all(depth));
            left = std::make_unique<Both>(false, std::move(left), std::move(right));
        }
        return left;
    }

    base::Result<NodePointer> all(std::size_t depth) {
        TRY(left, one(depth));
        while (take("&&")) {
            TRY_VOID(count());
            TRY(right, one(depth));
            left = std::make_unique<Both>(true, std::move(left), std::move(right));
        }
        return left;
    }

    base::Result<void> count() {
        if (++terms_ >= pattern_terms_max) return wrong(at_, "too many terms");
        return base::ok();
    }

    base::Result<NodePointer> one(std::size_t depth) {
        if (depth > pattern_depth_max) return wrong(at_, "nesting too deep");
        if (take("(")) {
            TRY(inner, either(depth + 1));
            if (!take(")")) return wrong(at_, "a missing )");
            return inner;
        }
        TRY(selected, selector());
        if (take_word("NOT")) {
            if (!take_word("EXISTS")) return wrong(at_, "a missing EXISTS");
            return is(std::move(selected), Is::What::exists_not);
        }
        if (take_word("IS")) {
            if (take_word("NULL")) return is(std::move(selected), Is::What::null);
            if (take_word("TRUE")) return is(std::move(selected), Is::What::yes);
            if (take_word("FALSE")) return is(std::move(selected), Is::What::no);
            return wrong(at_, "a missing NULL, TRUE or FALSE");
        }
        return comparison(std::move(selected));
    }

    static NodePointer is(Selector selected, Is::What what) {
        auto node = std::make_unique<Is>();
        node->selector = std::move(selected);
        node->what = what;
        return node;
    }

    base::Result<Selector> selector() {
        Selector selected;
        if (!take("$")) return wrong(at_, "a missing $");
        while (at_ < text_.size()) {
            Step step;
            if (text_[at_] == '.') {
                ++at_;
                while (at_ < text_.size() && is_name(text_[at_])) {
                    step.member.push_back(text_[at_++]);
                }
                if (step.member.empty()) return wrong(at_, "a missing property");
            } else if (text_[at_] == '[') {
                ++at_;
                TRY_VOID(bracket(step));
            } else {
                break;
            }
            selected.steps.push_back(std::move(step));
        }
        if (selected.steps.empty()) return wrong(at_, "a missing property");
        return selected;
    }

    // After '[': 0], *], 'name'] or "name"]
    base::Result<void> bracket(Step& step) {
        const char first = at_ < text_.size() ? text_[at_] : '\0';
        if (first == '*') {
            step.every = true;
            ++at_;
        } else if (first == '\'' || first == '"') {
            const auto end = text_.find(first, ++at_);
            if (end == std::string_view::npos) return wrong(at_, "a quote that does not end");
            step.member = text_.substr(at_, end - at_);
            at_ = end + 1;
        } else {
            std::size_t index = 0;
            const char* from = text_.data() + at_;
            const auto read = std::from_chars(from, text_.data() + text_.size(), index);
            if (read.ec != std::errc()) return wrong(at_, "a bad index");
            step.index = index;
            at_ += static_cast<std::size_t>(read.ptr - from);
        }
        if (at_ == text_.size() || text_[at_] != ']') return wrong(at_, "a missing ]");
        ++at_;
        return base::ok();
    }

    base::Result<NodePointer> comparison(Selector selected) {
        auto node = std::make_unique<Compare>();
        node->selector = std::move(selected);
        if (take("!=")) {
            node->op = Operator::not_equal;
        } else if (take("<=")) {
            node->op = Operator::less_equal;
        } else if (take(">=")) {
            node->op = Operator::greater_equal;
        } else if (take("<")) {
            node->op = Operator::less;
        } else if (take(">")) {
            node->op = Operator::greater;
        } else if (!take("=")) {
            return wrong(at_, "a missing comparison");
        }
        skip_space();
        const std::size_t start = at_;
        TRY_VOID(value(*node));
        const bool ordered = node->op != Operator::equal && node->op != Operator::not_equal;
        if (ordered && !node->number) return wrong(start, "a value that is no number");
        return NodePointer(std::move(node));
    }

    base::Result<void> value(Compare& node) {
        const std::size_t start = at_;
        if (at_ < text_.size() && text_[at_] == '"') {
            for (++at_; at_ < text_.size(); ++at_) {
                if (text_[at_] == '"') {
                    ++at_;
                    return base::ok();
                }
                if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
                node.text.push_back(text_[at_]);
            }
            return wrong(start, "a quote that does not end");
        }
        if (at_ < text_.size() && text_[at_] == '%') {
            const auto end = text_.find('%', ++at_);
            if (end == std::string_view::npos) return wrong(start, "a % that does not end");
            re2::RE2::Options options;
            options.set_log_errors(false);
            options.set_max_mem(pattern_regex_bytes_max);
            node.expression = std::make_shared<const re2::RE2>(
                re2::StringPiece(text_.data() + at_, end - at_), options);
            if (!node.expression->ok()) return wrong(start, node.expression->error());
            at_ = end + 1;
            return base::ok();
        }
        while (at_ < text_.size() && is_bare(text_[at_]))
            node.text.push_back(text_[at_++]);
        if (node.text.empty()) return wrong(start, "a missing value");
        double number = 0;
        const char* end = node.text.data() + node.text.size();
        const auto read = std::from_chars(node.text.data(), end, number);
        if (read.ec == std::errc() && read.ptr == end) node.number = number;
        return base::ok();
    }

    static bool is_name(char c) {
        return (upper(c) >= 'A' && upper(c) <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == ':' || c == '@' || static_cast<unsigned char>(c) >= 0x80;
    }
    static bool is_bare(char c) {
        return is_name(c) || c == '*' || c == '.' || c == '+' || c == '/' || c == '?';
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t terms_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Pattern>> parse_json_pattern(std::string_view text) {
    return Parser(text).run();
}

}  // namespace logs::detail
