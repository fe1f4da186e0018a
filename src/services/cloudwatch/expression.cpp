#include "services/cloudwatch/expression.h"

#include <algorithm>
#include <charconv>

namespace cloudwatch {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_id(std::string_view name) {
    return name.front() >= 'a' && name.front() <= 'z';
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    base::Result<Expression> whole() {
        if (text_.size() > expression_chars_max) return bad("it is too long");
        TRY(expression, sum(0));
        skip_space();
        if (at_ != text_.size()) return unexpected();
        return expression;
    }

  private:
    base::Error bad(const std::string& what) const {
        return {base::ErrorKind::invalid, what + " at position " + std::to_string(at_ + 1), ""};
    }
    static base::Error unsupported(const std::string& what) {
        return {base::ErrorKind::unsupported, what + " is not supported by this server", ""};
    }

    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                      text_[at_] == '\n' || text_[at_] == '\r')) {
            ++at_;
        }
    }
    char peek() {
        skip_space();
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool take(char wanted) {
        if (peek() != wanted || at_ == text_.size()) return false;
        ++at_;
        return true;
    }

    base::Error unexpected() {
        const char c = peek();
        if (at_ == text_.size()) return bad("the expression ends early");
        if (c == '^') return unsupported("the operator ^");
        if (std::string_view("<>=!&|").find(c) != std::string_view::npos) {
            return unsupported("comparing, with " + std::string(1, c) + ",");
        }
        if (c == '"' || c == '\'') return unsupported("text in quotes, as SEARCH takes it,");
        if (c < ' ' || c > '~') return bad("there is a character that means nothing");
        return bad("there is an unexpected " + std::string(1, c));
    }

    base::Result<Expression> sum(std::size_t depth) {
        if (depth > expression_depth_max) return bad("it is nested too deep");
        TRY(left, product(depth));
        return rest(std::move(left), "+-", depth, &Parser::product);
    }
    base::Result<Expression> product(std::size_t depth) {
        TRY(left, factor(depth));
        return rest(std::move(left), "*/", depth, &Parser::factor);
    }

    // The operators of one rank, from the left.
    base::Result<Expression> rest(Expression left, std::string_view operators, std::size_t depth,
                                  base::Result<Expression> (Parser::*operand)(std::size_t)) {
        while (true) {
            const char c = peek();
            if (c == '\0' || operators.find(c) == std::string_view::npos) return left;
            ++at_;
            TRY(right, (this->*operand)(depth));
            Expression both;
            both.kind = Expression::Kind::binary;
            both.text = c;
            both.operands.push_back(std::move(left));
            both.operands.push_back(std::move(right));
            left = std::move(both);
        }
    }

    base::Result<Expression> factor(std::size_t depth) {
        if (depth > expression_depth_max) return bad("it is nested too deep");
        const char c = peek();
        if (take('-')) {
            TRY(operand, factor(depth + 1));
            Expression negation;
            negation.kind = Expression::Kind::negation;
            negation.operands.push_back(std::move(operand));
            return negation;
        }
        if (take('(')) {
            TRY(inner, sum(depth + 1));
            if (!take(')')) return unexpected();
            return inner;
        }
        if (take('[')) return operands(Expression::Kind::list, "", ']', depth);
        if (is_digit(c) || c == '.') return number();
        if (is_letter(c)) return name(depth);
        return unexpected();
    }

    base::Result<Expression> operands(Expression::Kind kind, std::string text, char end,
                                      std::size_t depth) {
        Expression made;
        made.kind = kind;
        made.text = std::move(text);
        if (take(end)) {
            if (kind == Expression::Kind::list) return bad("an array is empty");
            return made;
        }
        do {
            TRY(operand, sum(depth + 1));
            made.operands.push_back(std::move(operand));
        } while (take(','));
        if (!take(end)) return unexpected();
        return made;
    }

    base::Result<Expression> number() {
        Expression made;
        const char* begin = text_.data() + at_;
        const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), made.number);
        if (error != std::errc()) return bad("there is a number that cannot be read");
        at_ += static_cast<std::size_t>(end - begin);
        return made;
    }

    base::Result<Expression> name(std::size_t depth) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_])))
            ++at_;
        std::string word(text_.substr(begin, at_ - begin));
        Expression made;
        made.text = word;
        if (is_id(word)) {
            made.kind = Expression::Kind::id;
            return made;
        }
        if (take('(')) return operands(Expression::Kind::function, std::move(word), ')', depth);
        if (word == "REPEAT" || word == "LINEAR") {
            made.kind = Expression::Kind::keyword;
            return made;
        }
        if (word == "AND" || word == "OR" || word == "SELECT") return unsupported(word);
        at_ = begin;
        return bad("there is the unknown word " + word.substr(0, 64));
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

void collect_ids(const Expression& expression, std::vector<std::string>& ids) {
    if (expression.kind == Expression::Kind::id &&
        std::find(ids.begin(), ids.end(), expression.text) == ids.end()) {
        ids.push_back(expression.text);
    }
    for (const Expression& operand : expression.operands)
        collect_ids(operand, ids);
}

}  // namespace

base::Result<Expression> parse_expression(std::string_view text) {
    return Parser(text).whole();
}

std::vector<std::string> ids_of(const Expression& expression) {
    std::vector<std::string> ids;
    collect_ids(expression, ids);
    return ids;
}

}  // namespace cloudwatch
