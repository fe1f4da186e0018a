// A shard iterator: where in which shard a reader stands, and since when. Lives token_life_ms.
#pragma once

#include <optional>
#include <string>

#include "aws/fault.h"
#include "aws/token_sealer.h"
#include "base/clock.h"
#include "segment_log/segment_log.h"

namespace kinesis {

// Seals iterators and paging tokens. They begin as AWS's do, "AAAAAAAAAAE" in base64.
class TokenSealer : public aws::TokenSealer {
  public:
    TokenSealer(std::string_view master_key, base::Random& random)
        : aws::TokenSealer(master_key, "datastack kinesis tokens 1", random,
                           std::string_view("\0\0\0\0\0\0\0\1", 8)) {}
};

struct ShardIterator {
    std::string stream_id;
    segment_log::Lane shard = 0;
    segment_log::Position position = 0;  // of the first record to give
    base::Timestamp issued;
    bool operator==(const ShardIterator&) const = default;
};

std::string seal_iterator(const TokenSealer& tokens, const ShardIterator& iterator);

// errors  InvalidArgumentException (not ours), ExpiredIteratorException
aws::Reply<ShardIterator> open_iterator(const TokenSealer& tokens, const std::string& token,
                                        base::Timestamp now);

// A page's end: `after` is the last name or shard shown of `scope` (a stream id, or "").
struct PageToken {
    std::string scope;
    std::string after;
};
// `purpose` is the operation's name.
std::string seal_page(const TokenSealer& tokens, const char* purpose, const PageToken& page,
                      base::Timestamp now);
// errors  InvalidArgumentException, ExpiredNextTokenException
aws::Reply<PageToken> open_page(const TokenSealer& tokens, const char* purpose,
                                const std::string& token, base::Timestamp now);

}  // namespace kinesis
