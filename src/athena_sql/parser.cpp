#include "athena_sql/parser.h"

#include <algorithm>
#include <array>

#include "athena_sql/parser_core.h"

namespace athena_sql {

namespace {

// Trino's reserved words: not names unless quoted.
// clang-format off
constexpr std::string_view reserved_words[] = {
    "ALTER", "AND", "AS", "BETWEEN", "BY", "CASE", "CAST", "CONSTRAINT", "CREATE", "CROSS",
    "CUBE", "CURRENT_DATE", "CURRENT_PATH", "CURRENT_ROLE", "CURRENT_TIME", "CURRENT_TIMESTAMP",
    "CURRENT_USER", "DEALLOCATE", "DELETE", "DESCRIBE", "DISTINCT", "DROP", "ELSE", "END",
    "ESCAPE", "EXCEPT", "EXECUTE", "EXISTS", "EXTRACT", "FALSE", "FOR", "FROM", "FULL", "GROUP",
    "GROUPING", "HAVING", "IN", "INNER", "INSERT", "INTERSECT", "INTO", "IS", "JOIN", "LEFT",
    "LIKE", "LOCALTIME", "LOCALTIMESTAMP", "NATURAL", "NORMALIZE", "NOT", "NULL", "ON", "OR",
    "ORDER", "OUTER", "PREPARE", "RECURSIVE", "RIGHT", "ROLLUP", "SELECT", "TABLE", "THEN",
    "TRUE", "UNION", "UNNEST", "USING", "VALUES", "WHEN", "WHERE", "WITH"};
// clang-format on

}  // namespace

bool Parser::next_is(std::string_view keyword, std::size_t ahead) const {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::identifier && token.upper == keyword;
}

bool Parser::next_is_symbol(std::string_view symbol, std::size_t ahead) const {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::symbol && token.value == symbol;
}

void Parser::expecting(std::string what) {
    if (index_ > expected_at_) {
        expected_at_ = index_;
        expected_.clear();
    }
    if (index_ == expected_at_) expected_.insert(std::move(what));
}

bool Parser::accept(std::string_view keyword) {
    if (next_is(keyword)) {
        take();
        return true;
    }
    expecting("'" + std::string(keyword) + "'");
    return false;
}

bool Parser::accept_symbol(std::string_view symbol) {
    if (next_is_symbol(symbol)) {
        take();
        return true;
    }
    expecting("'" + std::string(symbol) + "'");
    return false;
}

bool Parser::accept_all(std::initializer_list<std::string_view> keywords) {
    std::size_t ahead = 0;
    for (const auto keyword : keywords) {
        if (!next_is(keyword, ahead++)) return false;
    }
    index_ += keywords.size();
    return true;
}

Result<void> Parser::expect(std::string_view keyword) {
    if (accept(keyword)) return base::ok();
    return unexpected();
}

Result<void> Parser::expect_symbol(std::string_view symbol) {
    if (accept_symbol(symbol)) return base::ok();
    return unexpected();
}

SqlError Parser::unexpected() const {
    const Token& token = peek();
    std::string shown = token.value.substr(0, 64);
    if (token.kind == TokenKind::end) shown = "<EOF>";
    if (token.kind == TokenKind::string) shown = "'" + shown + "'";
    std::string message = "mismatched input '" + shown + "'";
    if (index_ == expected_at_ && !expected_.empty()) {
        message += ". Expecting: ";
        bool first = true;
        for (const std::string& what : expected_) {
            if (!first) message += ", ";
            message += what;
            first = false;
        }
    }
    return syntax_error(std::move(message), token.at);
}

Result<void> Parser::check_depth(int depth) const {
    if (depth <= nesting_depth_max) return base::ok();
    return SqlError{
        "STATEMENT_TOO_LARGE",
        "The statement is nested more than " + std::to_string(nesting_depth_max) + " levels deep",
        peek().at};
}

ExprPtr Parser::make(ExprKind kind, const Token& from) const {
    auto node = std::make_unique<Expr>();
    node->kind = kind;
    node->at = from.at;
    node->begin = from.begin;
    return node;
}

Result<ExprPtr> Parser::finish(ExprPtr node) {
    node->end = index_ > 0 ? tokens_[std::min(index_, tokens_.size()) - 1].end : 0;
    int depth = 1;
    for (const ExprPtr& child : node->children)
        depth = std::max(depth, child->depth + 1);
    node->depth = depth;
    TRY_VOID(check_depth(depth));
    return node;
}

bool Parser::reserved(std::string_view upper) {
    return std::find(std::begin(reserved_words), std::end(reserved_words), upper) !=
           std::end(reserved_words);
}

bool Parser::next_is_name(std::size_t ahead) const {
    const Token& token = peek(ahead);
    if (token.kind == TokenKind::quoted_identifier) return true;
    return token.kind == TokenKind::identifier && !reserved(token.upper);
}

Result<Name> Parser::parse_name() {
    if (!next_is_name()) {
        expecting("<identifier>");
        return unexpected();
    }
    const Token& token = take();
    return Name{token.value, token.at};
}

Result<QualifiedName> Parser::parse_qualified_name() {
    QualifiedName out;
    do {
        TRY(name, parse_name());
        out.push_back(std::move(name));
    } while (accept_symbol("."));
    return out;
}

Result<std::vector<Name>> Parser::parse_name_list() {
    std::vector<Name> out;
    TRY_VOID(expect_symbol("("));
    do {
        TRY(name, parse_name());
        out.push_back(std::move(name));
    } while (accept_symbol(","));
    TRY_VOID(expect_symbol(")"));
    return out;
}

Result<Statement> Parser::parse_statement() {
    std::size_t first = 0;
    while (next_is_symbol("(", first))
        ++first;
    if (peek(first).kind == TokenKind::end && first == 0) {
        return syntax_error("mismatched input '<EOF>'. Expecting: <statement>", peek().at);
    }
    Statement statement;
    if (next_is("SELECT", first) || next_is("WITH", first) || next_is("VALUES", first) ||
        (next_is("TABLE", first) && first > 0)) {
        TRY(query, parse_query());
        query->parameter_count = parameters_used_;
        statement = std::move(query);
    } else {
        TRY(ddl, parse_ddl());
        statement = std::move(ddl);
    }
    accept_symbol(";");
    if (peek().kind != TokenKind::end) {
        expecting("<EOF>");
        return unexpected();
    }
    if (parameters_used_ != parameters_.size()) {
        return SqlError{"INVALID_PARAMETER_USAGE",
                        "Incorrect number of parameters: expected " +
                            std::to_string(parameters_used_) + " but found " +
                            std::to_string(parameters_.size()),
                        {}};
    }
    return statement;
}

Result<Type> Parser::parse_whole_type() {
    TRY(type, parse_type());
    if (peek().kind != TokenKind::end) return unexpected();
    return type;
}

Result<Statement> parse(std::string_view text, const std::vector<std::string>& parameters) {
    TRY(tokens, tokenize(text));
    return Parser(std::move(tokens), parameters).parse_statement();
}

Result<Type> parse_trino_type(std::string_view text) {
    TRY(tokens, tokenize(text));
    const std::vector<std::string> none;
    return Parser(std::move(tokens), none).parse_whole_type();
}

}  // namespace athena_sql
