// A lexer, a recursive-descent parser and a tree of small nodes.
#include "services/glue/expression.h"

#include <algorithm>
#include <optional>

namespace glue {
namespace {

using base::Error;
using base::ErrorKind;

enum class Form { text, integer, decimal };

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        c = lower(c);
    return out;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A decimal number in a form that compares: sign, digits before and after the point, without
// zeros at the ends. Integers are numbers without a fraction.
struct Number {
    bool negative = false;
    std::string whole;
    std::string fraction;

    static std::optional<Number> parse(std::string_view text, Form form) {
        Number n;
        if (text.starts_with('-') || text.starts_with('+')) {
            n.negative = text.front() == '-';
            text.remove_prefix(1);
        }
        const auto point = text.find('.');
        n.whole = text.substr(0, point);
        if (point != std::string_view::npos) n.fraction = text.substr(point + 1);
        if (n.whole.empty() && n.fraction.empty()) return std::nullopt;
        if (!std::all_of(n.whole.begin(), n.whole.end(), is_digit) ||
            !std::all_of(n.fraction.begin(), n.fraction.end(), is_digit)) {
            return std::nullopt;
        }
        n.whole.erase(0, n.whole.find_first_not_of('0'));
        n.fraction.erase(n.fraction.find_last_not_of('0') + 1);
        if (form == Form::integer && !n.fraction.empty()) return std::nullopt;
        if (n.whole.empty() && n.fraction.empty()) n.negative = false;
        return n;
    }

    int compare(const Number& other) const {
        if (negative != other.negative) return negative ? -1 : 1;
        int magnitude = 0;
        if (whole.size() != other.whole.size()) {
            magnitude = whole.size() < other.whole.size() ? -1 : 1;
        } else {
            magnitude = whole.compare(other.whole);
            if (magnitude == 0) magnitude = fraction.compare(other.fraction);
        }
        return negative ? -magnitude : magnitude;
    }
};

// A value with both of its readings.
struct Operand {
    std::string text;
    std::optional<Number> number;
};

int compare(const Operand& a, const Operand& b) {
    return a.number && b.number ? a.number->compare(*b.number) : a.text.compare(b.text);
}

// A key of the table and how its values compare.
struct KeyColumn {
    std::size_t index = 0;
    Form form = Form::text;

    // Absent: null, or not of the key's type.
    std::optional<Operand> read(std::span<const std::string> values) const {
        const std::string& value = values[index];
        if (value == null_partition_value) return std::nullopt;
        if (form == Form::text) return Operand{value, std::nullopt};
        auto number = Number::parse(value, form);
        if (!number) return std::nullopt;
        return Operand{value, std::move(number)};
    }
};

enum class Comparison { equal, not_equal, less, less_equal, greater, greater_equal };

bool holds(Comparison comparison, int order) {
    switch (comparison) {
        case Comparison::equal:
            return order == 0;
        case Comparison::not_equal:
            return order != 0;
        case Comparison::less:
            return order < 0;
        case Comparison::less_equal:
            return order <= 0;
        case Comparison::greater:
            return order > 0;
        case Comparison::greater_equal:
            return order >= 0;
    }
    return false;
}

Comparison mirrored(Comparison comparison) {
    switch (comparison) {
        case Comparison::less:
            return Comparison::greater;
        case Comparison::less_equal:
            return Comparison::greater_equal;
        case Comparison::greater:
            return Comparison::less;
        case Comparison::greater_equal:
            return Comparison::less_equal;
        default:
            return comparison;
    }
}

Truth truth(bool yes) {
    return yes ? Truth::yes : Truth::no;
}

struct Compare final : Expression {
    Compare(KeyColumn k, Comparison c, Operand l) : key(k), comparison(c), literal(std::move(l)) {}
    Truth test(std::span<const std::string> values) const override {
        const auto value = key.read(values);
        return value ? truth(holds(comparison, compare(*value, literal))) : Truth::unknown;
    }
    KeyColumn key;
    Comparison comparison;
    Operand literal;
};

struct In final : Expression {
    In(KeyColumn k, std::vector<Operand> l) : key(k), literals(std::move(l)) {}
    Truth test(std::span<const std::string> values) const override {
        const auto value = key.read(values);
        if (!value) return Truth::unknown;
        return truth(std::any_of(literals.begin(), literals.end(),
                                 [&](const Operand& l) { return compare(*value, l) == 0; }));
    }
    KeyColumn key;
    std::vector<Operand> literals;
};

// '%' any characters, '_' one, '\' takes the next as it is. Linear: backtracks to the last '%'.
bool like(std::string_view text, std::string_view pattern) {
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size()) {
        const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
        const char wanted = p < pattern.size() ? pattern[p + (escaped ? 1 : 0)] : '\0';
        if (p < pattern.size() && !escaped && wanted == '%') {
            star = p++;
            star_text = t;
        } else if (p < pattern.size() && ((!escaped && wanted == '_') || wanted == text[t])) {
            p += escaped ? 2 : 1;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '%')
        ++p;
    return p == pattern.size();
}

struct Like final : Expression {
    Like(KeyColumn k, std::string p) : key(k), pattern(std::move(p)) {}
    Truth test(std::span<const std::string> values) const override {
        const auto value = key.read(values);
        return value ? truth(like(value->text, pattern)) : Truth::unknown;
    }
    KeyColumn key;
    std::string pattern;
};

struct IsNull final : Expression {
    explicit IsNull(KeyColumn k) : key(k) {}
    Truth test(std::span<const std::string> values) const override {
        return truth(values[key.index] == null_partition_value);
    }
    KeyColumn key;
};

struct Not final : Expression {
    explicit Not(std::unique_ptr<Expression> o) : of(std::move(o)) {}
    Truth test(std::span<const std::string> values) const override {
        const Truth inner = of->test(values);
        return inner == Truth::unknown ? inner : truth(inner == Truth::no);
    }
    std::unique_ptr<Expression> of;
};

// AND is the least of its parts, OR the greatest.
struct Combination final : Expression {
    Combination(bool a, std::vector<std::unique_ptr<Expression>> p) : all(a), parts(std::move(p)) {}
    Truth test(std::span<const std::string> values) const override {
        Truth result = all ? Truth::yes : Truth::no;
        for (const auto& part : parts) {
            const Truth one = part->test(values);
            result = all ? std::min(result, one) : std::max(result, one);
        }
        return result;
    }
    bool all;
    std::vector<std::unique_ptr<Expression>> parts;
};

struct Token {
    enum class Kind { end, word, quoted_name, text, number, symbol } kind = Kind::end;
    std::string text;  // words as written; quotes removed
    std::size_t at = 0;

    bool is_word(std::string_view word) const { return kind == Kind::word && lower(text) == word; }
    bool is_symbol(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
};

Error wrong(std::size_t at, const std::string& what) {
    return {ErrorKind::invalid,
            "Unsupported expression: " + what + " at position " + std::to_string(at + 1),
            {}};
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    base::Result<std::vector<Token>> run() {
        std::vector<Token> tokens;
        while (true) {
            while (at_ < text_.size() &&
                   std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
                ++at_;
            }
            TRY(token, next());
            tokens.push_back(std::move(token));
            if (tokens.back().kind == Token::Kind::end) return tokens;
        }
    }

  private:
    base::Result<Token> next() {
        Token token;
        token.at = at_;
        if (at_ == text_.size()) return token;
        const char c = text_[at_];
        if (c == '\'') return quoted(Token::Kind::text, c);
        if (c == '"' || c == '`') return quoted(Token::Kind::quoted_name, c);
        if (is_digit(c) || ((c == '-' || c == '+' || c == '.') && at_ + 1 < text_.size() &&
                            (is_digit(text_[at_ + 1]) || text_[at_ + 1] == '.'))) {
            token.kind = Token::Kind::number;
            token.text.push_back(text_[at_++]);
            while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) {
                token.text.push_back(text_[at_++]);
            }
            if (!Number::parse(token.text, Form::decimal)) return wrong(token.at, "a bad number");
            return token;
        }
        if (is_word(c)) {
            token.kind = Token::Kind::word;
            while (at_ < text_.size() && is_word(text_[at_]))
                token.text.push_back(text_[at_++]);
            return token;
        }
        for (const std::string_view symbol :
             {"<>", "!=", "<=", ">=", "=", "<", ">", "(", ")", ","}) {
            if (text_.substr(at_).starts_with(symbol)) {
                token.kind = Token::Kind::symbol;
                token.text = symbol;
                at_ += symbol.size();
                return token;
            }
        }
        return wrong(at_, "a character that does not belong here");
    }

    static bool is_word(char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || is_digit(c) || c == '_' ||
               static_cast<unsigned char>(c) >= 0x80;
    }

    // A doubled quote inside stands for one.
    base::Result<Token> quoted(Token::Kind kind, char quote) {
        Token token{kind, {}, at_++};
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c != quote) {
                token.text.push_back(c);
            } else if (at_ < text_.size() && text_[at_] == quote) {
                token.text.push_back(c);
                ++at_;
            } else {
                return token;
            }
        }
        return wrong(token.at, "a quote that does not end");
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

class Parser {
  public:
    Parser(std::vector<Token> tokens, std::span<const Column> keys)
        : tokens_(std::move(tokens)), keys_(keys) {}

    using Node = base::Result<std::unique_ptr<Expression>>;

    Node whole() {
        TRY(root, disjunction(0));
        if (peek().kind != Token::Kind::end) return wrong(peek().at, "an unexpected token");
        return root;
    }

  private:
    const Token& peek() const { return tokens_[at_]; }
    Token take() { return tokens_[peek().kind == Token::Kind::end ? at_ : at_++]; }
    bool take_word(std::string_view word) {
        if (!peek().is_word(word)) return false;
        ++at_;
        return true;
    }
    bool take_symbol(std::string_view symbol) {
        if (!peek().is_symbol(symbol)) return false;
        ++at_;
        return true;
    }

    Node disjunction(std::size_t depth) {
        return joined("or", [&] { return joined("and", [&] { return negation(depth); }); });
    }

    template <class F>
    Node joined(std::string_view word, F&& part) {
        TRY(first, part());
        if (!peek().is_word(word)) return first;
        std::vector<std::unique_ptr<Expression>> parts;
        parts.push_back(std::move(first));
        while (take_word(word)) {
            TRY(more, part());
            parts.push_back(std::move(more));
        }
        return std::make_unique<Combination>(word == "and", std::move(parts));
    }

    Node negation(std::size_t depth) {
        if (depth > expression_depth_max) return wrong(peek().at, "nesting too deep");
        if (take_word("not")) {
            TRY(inner, negation(depth + 1));
            return std::make_unique<Not>(std::move(inner));
        }
        if (take_symbol("(")) {
            TRY(inner, disjunction(depth + 1));
            if (!take_symbol(")")) return wrong(peek().at, "a missing )");
            return inner;
        }
        return predicate();
    }

    Node predicate() {
        if (is_literal()) {
            const Token first = literal_token();
            TRY(comparison, comparison_symbol());
            TRY(key, key_column());
            TRY(operand, operand_of(first, key));
            return std::make_unique<Compare>(key, mirrored(comparison), std::move(operand));
        }
        TRY(key, key_column());
        if (take_word("is")) {
            const bool negated = take_word("not");
            if (!take_word("null")) return wrong(peek().at, "a missing NULL");
            return maybe_not(negated, std::make_unique<IsNull>(key));
        }
        const bool negated = take_word("not");
        if (take_word("in")) return maybe_not(negated, in_list(key));
        if (take_word("between")) return maybe_not(negated, between(key));
        if (take_word("like")) return maybe_not(negated, like_pattern(key));
        if (negated) return wrong(peek().at, "a missing IN, BETWEEN or LIKE");
        TRY(comparison, comparison_symbol());
        TRY(operand, literal(key));
        return std::make_unique<Compare>(key, comparison, std::move(operand));
    }

    static Node maybe_not(bool negated, Node node) {
        if (!node || !negated) return node;
        return std::make_unique<Not>(std::move(node.value()));
    }

    Node in_list(KeyColumn key) {
        if (!take_symbol("(")) return wrong(peek().at, "a missing (");
        std::vector<Operand> literals;
        do {
            TRY(operand, literal(key));
            literals.push_back(std::move(operand));
        } while (take_symbol(","));
        if (!take_symbol(")")) return wrong(peek().at, "a missing )");
        return std::make_unique<In>(key, std::move(literals));
    }

    Node between(KeyColumn key) {
        TRY(low, literal(key));
        if (!take_word("and")) return wrong(peek().at, "a missing AND");
        TRY(high, literal(key));
        std::vector<std::unique_ptr<Expression>> parts;
        parts.push_back(std::make_unique<Compare>(key, Comparison::greater_equal, std::move(low)));
        parts.push_back(std::make_unique<Compare>(key, Comparison::less_equal, std::move(high)));
        return std::make_unique<Combination>(true, std::move(parts));
    }

    Node like_pattern(KeyColumn key) {
        if (peek().kind != Token::Kind::text) return wrong(peek().at, "a missing pattern");
        return std::make_unique<Like>(key, take().text);
    }

    base::Result<Comparison> comparison_symbol() {
        const Token token = take();
        if (token.is_symbol("=")) return Comparison::equal;
        if (token.is_symbol("<>") || token.is_symbol("!=")) return Comparison::not_equal;
        if (token.is_symbol("<")) return Comparison::less;
        if (token.is_symbol("<=")) return Comparison::less_equal;
        if (token.is_symbol(">")) return Comparison::greater;
        if (token.is_symbol(">=")) return Comparison::greater_equal;
        return wrong(token.at, "a missing comparison");
    }

    base::Result<KeyColumn> key_column() {
        const Token token = take();
        if (token.kind != Token::Kind::word && token.kind != Token::Kind::quoted_name) {
            return wrong(token.at, "a missing partition key");
        }
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            if (lower(keys_[i].name) != lower(token.text)) continue;
            TRY(form, form_of(keys_[i], token.at));
            return KeyColumn{i, form};
        }
        return wrong(token.at, "'" + token.text + "', which is no partition key,");
    }

    static base::Result<Form> form_of(const Column& key, std::size_t at) {
        const std::string type = lower(key.type.value_or("string"));
        const std::string base_type = type.substr(0, type.find('('));
        for (const char* text : {"string", "char", "varchar", "date", "timestamp"}) {
            if (base_type == text) return Form::text;
        }
        for (const char* integer : {"tinyint", "smallint", "int", "integer", "bigint", "long"}) {
            if (base_type == integer) return Form::integer;
        }
        if (base_type == "decimal") return Form::decimal;
        return wrong(at, "a partition key of type " + type);
    }

    bool is_literal() const {
        if (peek().kind == Token::Kind::text || peek().kind == Token::Kind::number) return true;
        return (peek().is_word("date") || peek().is_word("timestamp")) &&
               tokens_[at_ + 1].kind == Token::Kind::text;
    }

    Token literal_token() {
        if (peek().kind == Token::Kind::word) ++at_;  // DATE, TIMESTAMP
        return take();
    }

    base::Result<Operand> literal(KeyColumn key) {
        if (!is_literal()) return wrong(peek().at, "a missing literal");
        return operand_of(literal_token(), key);
    }

    static base::Result<Operand> operand_of(const Token& token, KeyColumn key) {
        if (key.form == Form::text) return Operand{token.text, std::nullopt};
        // A fraction is a fair thing to compare an integer with.
        auto number = Number::parse(token.text, Form::decimal);
        if (!number) return wrong(token.at, "'" + token.text + "', which is no number,");
        return Operand{token.text, std::move(number)};
    }

    std::vector<Token> tokens_;  // the last is the end
    std::span<const Column> keys_;
    std::size_t at_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<Expression>> parse_expression(std::string_view text,
                                                           std::span<const Column> keys) {
    TRY(tokens, Lexer(text).run());
    return Parser(std::move(tokens), keys).whole();
}

}  // namespace glue
