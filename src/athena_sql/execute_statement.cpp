#include "athena_sql/execute_statement.h"

#include "athena_sql/lexer.h"

namespace athena_sql {

namespace {

SqlError mismatched(const Token& token, std::string_view expecting) {
    const std::string shown = token.kind == TokenKind::end ? "<EOF>" : token.value.substr(0, 64);
    return syntax_error("mismatched input '" + shown + "'. Expecting: " + std::string(expecting),
                        token.at);
}

bool is_symbol(const Token& token, std::string_view symbol) {
    return token.kind == TokenKind::symbol && token.value == symbol;
}

}  // namespace

Result<std::optional<ExecuteStatement>> parse_execute(std::string_view text) {
    TRY(tokens, tokenize(text));
    if (tokens[0].upper != "EXECUTE") return std::optional<ExecuteStatement>();
    std::size_t last = tokens.size() - 1;  // where the statement ends
    if (is_symbol(tokens[last - 1], ";")) --last;
    const Token& name = tokens[1];
    if (name.kind != TokenKind::identifier && name.kind != TokenKind::quoted_identifier) {
        return mismatched(name, "<identifier>");
    }
    ExecuteStatement out{name.value, {}};
    if (last == 2) return std::optional(std::move(out));
    if (tokens[2].upper != "USING") return mismatched(tokens[2], "'USING', <EOF>");
    int depth = 0;
    std::size_t begin = 3;
    for (std::size_t at = 3; at <= last; ++at) {
        const Token& token = tokens[at];
        if (is_symbol(token, "(") || is_symbol(token, "[")) ++depth;
        if (is_symbol(token, ")") || is_symbol(token, "]")) --depth;
        const bool ends = at == last || (depth == 0 && is_symbol(token, ","));
        if (!ends) continue;
        if (at == begin) return mismatched(token, "<expression>");
        out.arguments.emplace_back(
            text.substr(tokens[begin].begin, tokens[at - 1].end - tokens[begin].begin));
        begin = at + 1;
    }
    return std::optional(std::move(out));
}

}  // namespace athena_sql
