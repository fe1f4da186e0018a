#include "services/kinesis/shard_iterator.h"

#include <ctime>

#include "base/bytes.h"
#include "services/kinesis/faults.h"
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace {

constexpr const char* iterator_purpose = "shard iterator";
constexpr std::size_t iterator_fixed_bytes = 8 + 8 + 4;
constexpr std::size_t page_fixed_bytes = 8 + 4;

// "Thu Jan 22 01:22:02 UTC 2015", as Java prints a Date.
std::string format_date(base::Timestamp time) {
    const auto seconds = static_cast<std::time_t>(time.ms / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    const std::size_t size = std::strftime(text, sizeof(text), "%a %b %d %H:%M:%S UTC %Y", &parts);
    return {text, size};
}

}  // namespace

std::string seal_iterator(const TokenSealer& tokens, const ShardIterator& iterator) {
    std::string plain;
    base::append_fixed(plain, static_cast<std::uint64_t>(iterator.issued.ms));
    base::append_fixed(plain, iterator.position);
    base::append_fixed(plain, iterator.shard);
    plain += iterator.stream_id;
    return tokens.seal(iterator_purpose, plain);
}

aws::Reply<ShardIterator> open_iterator(const TokenSealer& tokens, const std::string& token,
                                        base::Timestamp now) {
    const auto plain = tokens.open(iterator_purpose, token);
    if (!plain || plain->size() < iterator_fixed_bytes) return faults::invalid_iterator();
    ShardIterator iterator;
    iterator.issued.ms = static_cast<std::int64_t>(base::load_fixed<std::uint64_t>(plain->data()));
    iterator.position = base::load_fixed<std::uint64_t>(plain->data() + 8);
    iterator.shard = base::load_fixed<std::uint32_t>(plain->data() + 16);
    iterator.stream_id = plain->substr(iterator_fixed_bytes);
    if (now.ms - iterator.issued.ms > token_life_ms) {
        return faults::expired_iterator(
            "Iterator expired. The iterator was created at time " + format_date(iterator.issued) +
            " while right now it is " + format_date(now) +
            " which is further in the future than the tolerated delay of " +
            std::to_string(token_life_ms) + " milliseconds.");
    }
    return iterator;
}

std::string seal_page(const TokenSealer& tokens, const char* purpose, const PageToken& page,
                      base::Timestamp now) {
    std::string plain;
    base::append_fixed(plain, static_cast<std::uint64_t>(now.ms));
    base::append_fixed(plain, static_cast<std::uint32_t>(page.scope.size()));
    plain += page.scope;
    plain += page.after;
    return tokens.seal(purpose, plain);
}

aws::Reply<PageToken> open_page(const TokenSealer& tokens, const char* purpose,
                                const std::string& token, base::Timestamp now) {
    const auto plain = tokens.open(purpose, token);
    if (!plain || plain->size() < page_fixed_bytes) {
        return faults::invalid_argument("Invalid NextToken.");
    }
    const auto issued_ms =
        static_cast<std::int64_t>(base::load_fixed<std::uint64_t>(plain->data()));
    const std::size_t scope_size = base::load_fixed<std::uint32_t>(plain->data() + 8);
    if (plain->size() < page_fixed_bytes + scope_size) {
        return faults::invalid_argument("Invalid NextToken.");
    }
    if (now.ms - issued_ms > token_life_ms) return faults::expired_next_token();
    return PageToken{plain->substr(page_fixed_bytes, scope_size),
                     plain->substr(page_fixed_bytes + scope_size)};
}

}  // namespace kinesis
