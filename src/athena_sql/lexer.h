// Bytes of a statement to tokens. Keywords are identifiers here; the parser knows which are
// reserved.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "athena_sql/error.h"

namespace athena_sql {

inline constexpr std::size_t query_bytes_max = 262'144;

enum class TokenKind : std::uint8_t {
    identifier,         // value: as written
    quoted_identifier,  // "…" or `…`; value: without quotes
    string,             // '…'; value: without quotes
    binary,             // X'…'; value: the bytes
    integer,            // 123
    decimal,            // 1.5, .5
    floating,           // 1e3
    symbol,             // value: "(", "<=", "||", …
    parameter,          // ?
    end,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string value;
    std::string upper;  // identifiers: ASCII upper case
    Position at;
    std::size_t begin = 0;  // byte offsets in the text
    std::size_t end = 0;
};

// All tokens, the last of kind `end`. Comments ("-- …", "/* … */") and space are left out.
//   errors  SYNTAX_ERROR: unterminated text, unknown characters, more than query_bytes_max bytes
Result<std::vector<Token>> tokenize(std::string_view text);

std::string to_lower(std::string_view text);  // ASCII
std::string to_upper(std::string_view text);

}  // namespace athena_sql
