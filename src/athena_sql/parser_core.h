// The parser's insides, shared by its three files. Recursive descent over the token list; what was
// expected is collected where parsing came furthest, for the error's text.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "athena_sql/lexer.h"
#include "athena_sql/syntax.h"

namespace athena_sql {

class Parser {
  public:
    Parser(std::vector<Token> tokens, const std::vector<std::string>& parameters)
        : tokens_(std::move(tokens)), parameters_(parameters) {}

    Result<Statement> parse_statement();
    Result<ExprPtr> parse_whole_literal();  // of an execution parameter
    Result<Type> parse_whole_type();

  private:
    // Tokens.
    const Token& peek(std::size_t ahead = 0) const {
        return tokens_[std::min(index_ + ahead, tokens_.size() - 1)];
    }
    const Token& take() { return tokens_[std::min(index_++, tokens_.size() - 1)]; }
    bool next_is(std::string_view keyword, std::size_t ahead = 0) const;
    bool next_is_symbol(std::string_view symbol, std::size_t ahead = 0) const;
    bool accept(std::string_view keyword);
    bool accept_symbol(std::string_view symbol);
    // Several keywords in a row, or none of them.
    bool accept_all(std::initializer_list<std::string_view> keywords);
    Result<void> expect(std::string_view keyword);
    Result<void> expect_symbol(std::string_view symbol);
    void expecting(std::string what);
    SqlError unexpected() const;
    SqlError unsupported(std::string what) const {
        return not_supported(std::move(what), peek().at);
    }

    // Names. parse_query.cpp
    static bool reserved(std::string_view upper);
    bool next_is_name(std::size_t ahead = 0) const;
    Result<Name> parse_name();
    Result<QualifiedName> parse_qualified_name();
    Result<std::vector<Name>> parse_name_list();

    // Nesting.
    class Nested {
      public:
        explicit Nested(Parser& parser) : parser_(parser) { ++parser_.depth_; }
        ~Nested() { --parser_.depth_; }
        Nested(const Nested&) = delete;
        Nested& operator=(const Nested&) = delete;

      private:
        Parser& parser_;
    };
    Result<void> check_depth(int depth) const;
    ExprPtr make(ExprKind kind, const Token& from) const;
    // Closes a node: its end and its depth over its children.
    Result<ExprPtr> finish(ExprPtr node);

    // Queries. parse_query.cpp, parse_relation.cpp, parse_type.cpp
    Result<QueryPtr> parse_query();
    Result<QueryPtr> parse_query_in_parentheses();
    Result<std::vector<WithItem>> parse_with();
    Result<std::unique_ptr<Body>> parse_set_operations();
    Result<std::unique_ptr<Body>> parse_intersections();
    Result<std::unique_ptr<Body>> parse_body_term();
    Result<std::unique_ptr<Body>> combine(std::unique_ptr<Body> left, SetKind set,
                                          std::unique_ptr<Body> right);
    Result<std::unique_ptr<Select>> parse_select();
    Result<SelectItem> parse_select_item();
    Result<std::vector<GroupElement>> parse_group_by();
    Result<GroupElement> parse_group_element();
    Result<std::vector<ExprPtr>> parse_group_set();
    Result<std::unique_ptr<Relation>> parse_from();
    Result<std::unique_ptr<Relation>> parse_joined();
    Result<std::unique_ptr<Relation>> parse_join_condition(std::unique_ptr<Relation> join);
    Result<std::unique_ptr<Relation>> parse_relation();
    bool next_is_parenthesized_query() const;
    bool next_is_clause() const;
    Result<std::unique_ptr<Relation>> parse_relation_primary();
    Result<std::unique_ptr<Relation>> parse_relation_alias(std::unique_ptr<Relation> relation);
    Result<std::vector<SortItem>> parse_order_by();
    Result<SortItem> parse_sort_item();
    Result<void> parse_limits(Query& query);
    Result<ExprPtr> parse_row_count();
    Result<std::unique_ptr<Window>> parse_window();
    Result<void> parse_frame(Window& window);
    Result<FrameBound> parse_bound();
    Result<Type> parse_type(int depth = 0);
    Result<Type> parse_row_type(int depth);
    Result<Type> parse_timestamp_type(TypeKind kind);

    // Expressions. parse_expression.cpp, parse_primary.cpp
    Result<ExprPtr> parse_expression();
    Result<ExprPtr> parse_and();
    Result<ExprPtr> parse_not();
    Result<ExprPtr> parse_predicate();
    Result<ExprPtr> parse_predicate_rest(ExprPtr left);
    Result<ExprPtr> parse_in(ExprPtr left, bool negated);
    Result<ExprPtr> parse_comparison(ExprPtr left);
    Result<ExprPtr> parse_concat();
    Result<ExprPtr> parse_additive();
    Result<ExprPtr> parse_multiplicative();
    Result<ExprPtr> parse_unary();
    Result<ExprPtr> parse_postfix();
    Result<ExprPtr> parse_primary();
    Result<ExprPtr> parse_literal();
    Result<ExprPtr> parse_keyword_primary();
    Result<ExprPtr> parse_parenthesized();
    Result<ExprPtr> parse_case();
    Result<ExprPtr> parse_cast(ExprKind kind);
    Result<ExprPtr> parse_extract();
    Result<ExprPtr> parse_trim();
    Result<ExprPtr> parse_interval();
    Result<ExprPtr> parse_items(ExprKind kind, std::string_view closing);
    Result<ExprPtr> parse_typed_literal(TypeKind kind);
    Result<ExprPtr> parse_call();
    Result<ExprPtr> parse_lambda();
    Result<ExprPtr> parse_parameter();
    Result<void> parse_call_rest(Expr& call);
    Result<ExprPtr> binary(ExprKind kind, std::string op, ExprPtr left, ExprPtr right);
    bool next_is_lambda() const;

    // HiveQL. parse_ddl.cpp
    Result<Statement> parse_ddl();
    Result<Statement> parse_create();
    Result<Statement> parse_create_table(bool external);
    Result<void> parse_table_options(CreateTable& table);
    Result<void> parse_row_format(RowFormat& format);
    Result<void> parse_delimited(RowFormat& format);
    Result<void> parse_stored_as(CreateTable& table);
    Result<std::vector<ColumnDefinition>> parse_columns();
    Result<Type> parse_hive_column_type();
    Result<Statement> parse_drop();
    Result<Statement> parse_alter();
    Result<Statement> parse_alter_add(TableName name);
    Result<Statement> parse_alter_drop(TableName name);
    Result<Statement> parse_show();
    Result<Statement> parse_describe();
    Result<TableName> parse_table_name();
    Result<std::string> parse_hive_name();
    Result<std::string> parse_text();
    Result<Properties> parse_properties();
    Result<PartitionSpec> parse_partition_spec();
    SqlError refused_statement() const;

    std::vector<Token> tokens_;
    const std::vector<std::string>& parameters_;
    std::size_t index_ = 0;
    std::size_t parameters_used_ = 0;
    int depth_ = 0;
    std::size_t expected_at_ = 0;
    std::set<std::string> expected_;
};

}  // namespace athena_sql
