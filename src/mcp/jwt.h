// JSON Web Tokens (RFC 7519) as an authorization server signs them: RS256, ES256 and EdDSA with
// Ed25519, against a key set (RFC 7517). No other algorithm exists here, so that none can be
// confused with another: a key is for one algorithm, by its kind.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace mcp {

inline constexpr std::size_t token_bytes_max = 16 * 1024;
inline constexpr std::size_t key_set_bytes_max = 256 * 1024;
inline constexpr std::size_t keys_max = 100;
inline constexpr std::size_t rsa_bits_min = 2048;
inline constexpr std::size_t rsa_bits_max = 8192;

enum class TokenAlgorithm : std::uint8_t { rs256, es256, eddsa };

// What must be true of a token beside its signature.
struct TokenRules {
    std::string issuer;
    std::string audience;
    std::int64_t leeway_s = 30;  // that clocks may differ
};

// A token whose rules hold, and whose signature nobody has looked at yet.
struct UnverifiedToken {
    TokenAlgorithm algorithm = TokenAlgorithm::rs256;
    std::string key_id;  // "" when it names none
    std::string signed_text;
    std::string signature;
    std::string subject;  // `sub`, else `client_id`
};
// errors  invalid: what is wrong with it, in words without anything of the token
base::Result<UnverifiedToken> read_token(std::string_view text, const TokenRules& rules,
                                         base::Timestamp now);

// Any thread.
class KeySet {
  public:
    // {"keys": [...]}. Keys of other kinds, for other uses, or too weak are left out.
    //   errors  invalid: it is no key set; limit: too large, too many
    static base::Result<KeySet> parse(std::string_view text);

    // Whether there is a key that the token may have been signed with.
    bool knows(const UnverifiedToken& token) const { return find(token) != nullptr; }
    bool verify(const UnverifiedToken& token) const;
    std::size_t size() const { return keys_.size(); }

  private:
    struct Key {
        std::string id;
        TokenAlgorithm algorithm = TokenAlgorithm::rs256;
        std::shared_ptr<evp_pkey_st> key;
    };
    // By id and algorithm; for a token without an id the only key of the algorithm.
    const Key* find(const UnverifiedToken& token) const;

    std::vector<Key> keys_;
};

}  // namespace mcp
