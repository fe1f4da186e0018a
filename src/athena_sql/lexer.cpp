#include "athena_sql/lexer.h"

#include <array>
#include <cctype>

namespace athena_sql {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool is_word(char c) {
    return is_word_start(c) || is_digit(c) || c == '@';
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> run() {
        while (true) {
            TRY_VOID(skip_space_and_comments());
            Token token;
            token.at = at_;
            token.begin = index_;
            if (index_ == text_.size()) {
                token.end = index_;
                tokens_.push_back(std::move(token));
                return std::move(tokens_);
            }
            TRY_VOID(read(token));
            token.end = index_;
            tokens_.push_back(std::move(token));
        }
    }

  private:
    char peek(std::size_t ahead = 0) const {
        return index_ + ahead < text_.size() ? text_[index_ + ahead] : '\0';
    }
    char take() {
        const char c = text_[index_++];
        if (c == '\n') {
            ++at_.line;
            at_.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
            ++at_.column;  // continuation bytes of UTF-8 count nothing
        }
        return c;
    }

    Result<void> skip_space_and_comments() {
        while (index_ < text_.size()) {
            if (is_space(peek())) {
                take();
            } else if (peek() == '-' && peek(1) == '-') {
                while (index_ < text_.size() && peek() != '\n')
                    take();
            } else if (peek() == '/' && peek(1) == '*') {
                const Position begin = at_;
                take();
                take();
                while (!(peek() == '*' && peek(1) == '/')) {
                    if (index_ >= text_.size()) {
                        return syntax_error("unterminated comment", begin);
                    }
                    take();
                }
                take();
                take();
            } else {
                break;
            }
        }
        return base::ok();
    }

    Result<void> read(Token& token) {
        const char c = peek();
        if ((c == 'x' || c == 'X') && peek(1) == '\'') {
            take();
            return read_binary(token);
        }
        if (is_word_start(c)) {
            read_word(token);
            return base::ok();
        }
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return read_number(token);
        if (c == '\'') return read_quoted(token, TokenKind::string);
        if (c == '"' || c == '`') return read_quoted(token, TokenKind::quoted_identifier);
        if (c == '?') {
            take();
            token.kind = TokenKind::parameter;
            token.value = "?";
            return base::ok();
        }
        return read_symbol(token);
    }

    void read_word(Token& token) {
        token.kind = TokenKind::identifier;
        while (is_word(peek()))
            token.value += take();
        token.upper = to_upper(token.value);
    }

    Result<void> read_number(Token& token) {
        token.kind = TokenKind::integer;
        while (is_digit(peek()))
            token.value += take();
        if (peek() == '.') {
            token.kind = TokenKind::decimal;
            token.value += take();
            while (is_digit(peek()))
                token.value += take();
        }
        const bool signed_exponent = (peek(1) == '+' || peek(1) == '-') && is_digit(peek(2));
        if ((peek() == 'e' || peek() == 'E') && (is_digit(peek(1)) || signed_exponent)) {
            token.kind = TokenKind::floating;
            token.value += take();
            token.value += take();
            while (is_digit(peek()))
                token.value += take();
        }
        if (is_word_start(peek())) {
            return syntax_error(
                "identifiers must not start with a digit; surround the identifier with double "
                "quotes",
                token.at);
        }
        return base::ok();
    }

    Result<void> read_quoted(Token& token, TokenKind kind) {
        token.kind = kind;
        const char quote = take();
        while (true) {
            if (index_ >= text_.size()) {
                return syntax_error(std::string("mismatched input '") + quote +
                                        "'. The text that begins here has no end",
                                    token.at);
            }
            const char c = take();
            if (c == quote) {
                if (peek() != quote) break;
                take();
            }
            token.value += c;
        }
        if (kind == TokenKind::quoted_identifier && token.value.empty()) {
            return syntax_error("Zero-length delimited identifier not allowed", token.at);
        }
        return base::ok();
    }

    Result<void> read_binary(Token& token) {
        TRY_VOID(read_quoted(token, TokenKind::binary));
        std::string bytes;
        int half = -1;
        for (const char c : token.value) {
            if (is_space(c)) continue;
            if (std::isxdigit(static_cast<unsigned char>(c)) == 0) {
                return syntax_error("Binary literal can only contain hexadecimal digits", token.at);
            }
            const int digit = is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
            if (half < 0) {
                half = digit;
            } else {
                bytes.push_back(static_cast<char>(half << 4 | digit));
                half = -1;
            }
        }
        if (half >= 0) {
            return syntax_error("Binary literal must contain an even number of digits", token.at);
        }
        token.value = std::move(bytes);
        return base::ok();
    }

    Result<void> read_symbol(Token& token) {
        static constexpr std::array<std::string_view, 8> pairs = {
            "<>", "!=", "<=", ">=", "||", "->", "=>", ".."};
        token.kind = TokenKind::symbol;
        for (const auto pair : pairs) {
            if (peek() == pair[0] && peek(1) == pair[1]) {
                take();
                take();
                token.value = pair;
                return base::ok();
            }
        }
        static constexpr std::string_view singles = "()[],.;:<>=+-*/%{}";
        if (singles.find(peek()) == std::string_view::npos) {
            std::string shown(1, take());
            while ((static_cast<unsigned char>(peek()) & 0xC0) == 0x80)
                shown += take();
            return syntax_error("mismatched input '" + shown + "'", token.at);
        }
        token.value = std::string(1, take());
        return base::ok();
    }

    std::string_view text_;
    std::size_t index_ = 0;
    Position at_;
    std::vector<Token> tokens_;
};

}  // namespace

std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

std::string to_upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    }
    return out;
}

Result<std::vector<Token>> tokenize(std::string_view text) {
    if (text.size() > query_bytes_max) {
        return syntax_error(
            "The query is longer than " + std::to_string(query_bytes_max) + " bytes", {});
    }
    return Lexer(text).run();
}

}  // namespace athena_sql
