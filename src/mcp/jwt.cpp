#include "mcp/jwt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <boost/json/parse.hpp>
#include <cmath>
#include <optional>

#include "mcp/json_rpc.h"
#include "wire/base64.h"
#include "wire/http.h"

namespace mcp {

namespace json = boost::json;

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t subject_bytes_max = 255;
constexpr std::size_t coordinate_bytes = 32;  // of P-256 and of Ed25519

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Number = std::unique_ptr<BIGNUM, Freed<&BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<&OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<&OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<&EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<&EVP_MD_CTX_free>>;
using KeyPointer = std::shared_ptr<EVP_PKEY>;

Error invalid(std::string message) {
    return {ErrorKind::invalid, std::move(message), ""};
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// RFC 7515: no padding, and nothing of the other alphabet.
std::optional<std::string> decode_base64_url(std::string_view text) {
    std::string standard(text);
    for (char& c : standard) {
        if (c == '+' || c == '/' || c == '=') return std::nullopt;
        if (c == '-') c = '+';
        if (c == '_') c = '/';
    }
    while (standard.size() % 4 != 0)
        standard.push_back('=');
    auto bytes = wire::decode_base64(standard);
    if (!bytes) return std::nullopt;
    return std::move(bytes.value());
}

std::optional<json::object> decode_object(std::string_view part) {
    const auto text = decode_base64_url(part);
    if (!text) return std::nullopt;
    boost::system::error_code problem;
    json::value value = json::parse(*text, problem);
    if (problem || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

std::string text_of(const json::object& object, std::string_view name) {
    const json::string* text = find_string(object, name);
    return text != nullptr ? std::string(*text) : std::string();
}

// ---- the token ----

std::optional<TokenAlgorithm> algorithm_of(std::string_view name) {
    if (name == "RS256") return TokenAlgorithm::rs256;
    if (name == "ES256") return TokenAlgorithm::es256;
    if (name == "EdDSA") return TokenAlgorithm::eddsa;
    return std::nullopt;
}

base::Result<TokenAlgorithm> check_header(const json::object& header) {
    const auto algorithm = algorithm_of(text_of(header, "alg"));
    if (!algorithm) return invalid("the token is not signed with RS256, ES256 or EdDSA");
    // Extensions that must be understood: we understand none.
    if (header.contains("crit")) return invalid("the token has extensions that are not known");
    const json::value* type = header.if_contains("typ");
    if (type == nullptr) return *algorithm;
    const std::string name = text_of(header, "typ");
    for (const std::string_view known : {"JWT", "at+jwt", "application/at+jwt"}) {
        if (wire::equals_ignoring_case(name, known)) return *algorithm;
    }
    return invalid("the token is of another type");
}

// A NumericDate, seconds; absent when it is not there, NaN when it is no number.
std::optional<double> date_of(const json::object& claims, std::string_view name) {
    const json::value* value = claims.if_contains(name);
    if (value == nullptr) return std::nullopt;
    if (const auto* number = value->if_int64()) return static_cast<double>(*number);
    if (const auto* number = value->if_uint64()) return static_cast<double>(*number);
    if (const auto* number = value->if_double()) return *number;
    return std::nan("");
}

bool has_audience(const json::object& claims, const std::string& wanted) {
    const json::value* audience = claims.if_contains("aud");
    if (audience == nullptr) return false;
    if (const json::string* one = audience->if_string()) return *one == wanted;
    const json::array* several = audience->if_array();
    if (several == nullptr) return false;
    for (const json::value& one : *several) {
        if (one.is_string() && one.get_string() == wanted) return true;
    }
    return false;
}

base::Result<void> check_claims(const json::object& claims, const TokenRules& rules,
                                base::Timestamp now) {
    if (text_of(claims, "iss") != rules.issuer) return invalid("the token is of another issuer");
    if (!has_audience(claims, rules.audience)) return invalid("the token is for another audience");
    const double now_s = static_cast<double>(now.ms) / 1000.0;
    const auto leeway_s = static_cast<double>(rules.leeway_s);
    const auto expires = date_of(claims, "exp");
    if (!expires || !std::isfinite(*expires)) return invalid("the token does not say when it ends");
    if (now_s >= *expires + leeway_s) return invalid("the token has expired");
    const auto begins = date_of(claims, "nbf");
    if (begins && !std::isfinite(*begins)) return invalid("the token is malformed");
    if (begins && now_s + leeway_s < *begins) return invalid("the token is not valid yet");
    return base::ok();
}

// ---- keys ----

KeyPointer build_key(const char* kind, OSSL_PARAM_BLD* builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        ERR_clear_error();
        return nullptr;
    }
    return {key, EVP_PKEY_free};
}

KeyPointer rsa_key(const json::object& description) {
    const auto modulus = decode_base64_url(text_of(description, "n"));
    const auto exponent = decode_base64_url(text_of(description, "e"));
    if (!modulus || !exponent || modulus->size() > rsa_bits_max / 8 || exponent->empty() ||
        exponent->size() > 8) {
        return nullptr;
    }
    const Number n(BN_bin2bn(bytes_of(*modulus), static_cast<int>(modulus->size()), nullptr));
    const Number e(BN_bin2bn(bytes_of(*exponent), static_cast<int>(exponent->size()), nullptr));
    if (!n || !e || static_cast<std::size_t>(BN_num_bits(n.get())) < rsa_bits_min ||
        BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1) {
        return nullptr;
    }
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return nullptr;
    }
    return build_key("RSA", builder.get());
}

KeyPointer ec_key(const json::object& description) {
    const auto x = decode_base64_url(text_of(description, "x"));
    const auto y = decode_base64_url(text_of(description, "y"));
    if (text_of(description, "crv") != "P-256" || !x || !y || x->size() != coordinate_bytes ||
        y->size() != coordinate_bytes) {
        return nullptr;
    }
    const std::string point = "\x04" + *x + *y;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) !=
            1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
        return nullptr;
    }
    auto key = build_key("EC", builder.get());
    if (!key) return nullptr;
    // A point that is not on the curve is no key.
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    const bool good = context && EVP_PKEY_public_check(context.get()) == 1;
    ERR_clear_error();
    return good ? key : nullptr;
}

KeyPointer ed25519_key(const json::object& description) {
    const auto x = decode_base64_url(text_of(description, "x"));
    if (text_of(description, "crv") != "Ed25519" || !x || x->size() != coordinate_bytes) {
        return nullptr;
    }
    EVP_PKEY* key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*x), x->size());
    ERR_clear_error();
    return key != nullptr ? KeyPointer(key, EVP_PKEY_free) : nullptr;
}

bool is_for_signatures(const json::object& description) {
    const json::value* use = description.if_contains("use");
    if (use != nullptr && text_of(description, "use") != "sig") return false;
    const json::value* operations = description.if_contains("key_ops");
    if (operations == nullptr) return true;
    if (!operations->is_array()) return false;
    for (const json::value& one : operations->get_array()) {
        if (one.is_string() && one.get_string() == "verify") return true;
    }
    return false;
}

// ECDSA in tokens is r and s side by side; OpenSSL wants them in ASN.1.
std::optional<std::string> ecdsa_in_asn1(const std::string& signature) {
    if (signature.size() != 2 * coordinate_bytes) return std::nullopt;
    const std::unique_ptr<ECDSA_SIG, Freed<&ECDSA_SIG_free>> pair(ECDSA_SIG_new());
    Number r(BN_bin2bn(bytes_of(signature), coordinate_bytes, nullptr));
    Number s(BN_bin2bn(bytes_of(signature) + coordinate_bytes, coordinate_bytes, nullptr));
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) {
        return std::nullopt;
    }
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    unsigned char* encoded = nullptr;
    const int length = i2d_ECDSA_SIG(pair.get(), &encoded);
    if (length <= 0) return std::nullopt;
    std::string out(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(length));
    OPENSSL_free(encoded);
    return out;
}

}  // namespace

base::Result<UnverifiedToken> read_token(std::string_view text, const TokenRules& rules,
                                         base::Timestamp now) {
    if (text.size() > token_bytes_max) return invalid("the token is too long");
    const auto first = text.find('.');
    const auto second = first != text.npos ? text.find('.', first + 1) : text.npos;
    if (second == text.npos || text.find('.', second + 1) != text.npos) {
        return invalid("the token is malformed");
    }
    const auto header = decode_object(text.substr(0, first));
    const auto claims = decode_object(text.substr(first + 1, second - first - 1));
    auto signature = decode_base64_url(text.substr(second + 1));
    if (!header || !claims || !signature) return invalid("the token is malformed");
    TRY(algorithm, check_header(*header));
    TRY_VOID(check_claims(*claims, rules, now));
    UnverifiedToken token;
    token.algorithm = algorithm;
    token.key_id = text_of(*header, "kid");
    token.signed_text = text.substr(0, second);
    token.signature = std::move(*signature);
    token.subject = text_of(*claims, "sub");
    if (token.subject.empty()) token.subject = text_of(*claims, "client_id");
    if (token.subject.empty() || token.subject.size() > subject_bytes_max) {
        return invalid("the token does not say who it is for");
    }
    return token;
}

base::Result<KeySet> KeySet::parse(std::string_view text) {
    if (text.size() > key_set_bytes_max) {
        return Error{ErrorKind::limit, "the key set is too large", ""};
    }
    boost::system::error_code problem;
    const json::value value = json::parse(text, problem);
    const json::value* list =
        !problem && value.is_object() ? value.get_object().if_contains("keys") : nullptr;
    if (list == nullptr || !list->is_array()) return invalid("it is no key set");
    if (list->get_array().size() > keys_max) {
        return Error{ErrorKind::limit, "the key set has too many keys", ""};
    }
    KeySet set;
    for (const json::value& item : list->get_array()) {
        const json::object* description = item.if_object();
        if (description == nullptr || !is_for_signatures(*description)) continue;
        const std::string kind = text_of(*description, "kty");
        Key key;
        key.id = text_of(*description, "kid");
        if (kind == "RSA") {
            key.algorithm = TokenAlgorithm::rs256;
            key.key = rsa_key(*description);
        } else if (kind == "EC") {
            key.algorithm = TokenAlgorithm::es256;
            key.key = ec_key(*description);
        } else if (kind == "OKP") {
            key.algorithm = TokenAlgorithm::eddsa;
            key.key = ed25519_key(*description);
        }
        // A key may say which algorithm it is for (RFC 9864 calls EdDSA with this curve Ed25519).
        std::string named = text_of(*description, "alg");
        if (named == "Ed25519") named = "EdDSA";
        if (!key.key || (!named.empty() && algorithm_of(named) != key.algorithm)) continue;
        set.keys_.push_back(std::move(key));
    }
    return set;
}

const KeySet::Key* KeySet::find(const UnverifiedToken& token) const {
    const Key* found = nullptr;
    for (const Key& key : keys_) {
        if (key.algorithm != token.algorithm) continue;
        if (!token.key_id.empty()) {
            if (key.id == token.key_id) return &key;
            continue;
        }
        if (found != nullptr) return nullptr;
        found = &key;
    }
    return found;
}

bool KeySet::verify(const UnverifiedToken& token) const {
    const Key* key = find(token);
    if (key == nullptr) return false;
    std::string signature = token.signature;
    if (token.algorithm == TokenAlgorithm::es256) {
        auto encoded = ecdsa_in_asn1(signature);
        if (!encoded) return false;
        signature = std::move(*encoded);
    }
    const DigestContext context(EVP_MD_CTX_new());
    const EVP_MD* digest = token.algorithm == TokenAlgorithm::eddsa ? nullptr : EVP_sha256();
    const bool good =
        context &&
        EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key->key.get()) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                         bytes_of(token.signed_text), token.signed_text.size()) == 1;
    ERR_clear_error();
    return good;
}

}  // namespace mcp
