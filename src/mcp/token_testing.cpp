#include "mcp/token_testing.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "wire/base64.h"

namespace mcp::testing {

namespace json = boost::json;

namespace {

std::string number(const EVP_PKEY* key, const char* name, int bytes) {
    BIGNUM* value = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key, name, &value), 1);
    std::string out(static_cast<std::size_t>(bytes > 0 ? bytes : BN_num_bytes(value)), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size()));
    BN_free(value);
    return encode_base64_url(out);
}

std::string raw_public_key(const EVP_PKEY* key) {
    std::string out(32, '\0');
    std::size_t length = out.size();
    EXPECT_EQ(
        EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(out.data()), &length), 1);
    return encode_base64_url(out);
}

// r and s side by side instead of ASN.1.
std::string flat(const std::string& signature) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(signature.size()));
    std::string out(64, '\0');
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), to, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), to + 32, 32);
    ECDSA_SIG_free(pair);
    return out;
}

}  // namespace

std::string encode_base64_url(std::string_view bytes) {
    std::string text = wire::encode_base64(bytes);
    for (char& c : text) {
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    while (text.ends_with('='))
        text.pop_back();
    return text;
}

Issuer::Issuer(std::string key_id, std::string algorithm, EVP_PKEY* key)
    : key_id_(std::move(key_id)), algorithm_(std::move(algorithm)), key_(key, EVP_PKEY_free) {}

Issuer Issuer::rsa(std::string key_id) {
    return {std::move(key_id), "RS256", EVP_RSA_gen(2048)};
}
Issuer Issuer::ec(std::string key_id) {
    return {std::move(key_id), "ES256", EVP_EC_gen("P-256")};
}
Issuer Issuer::ed25519(std::string key_id) {
    return {std::move(key_id), "EdDSA", EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
}

std::string Issuer::sign(const json::object& claims, const json::object& header) const {
    json::object all{{"alg", algorithm_}, {"typ", "JWT"}, {"kid", key_id_}};
    for (const auto& [name, value] : header) {
        all[name] = value;
        if (value.is_null()) all.erase(name);
    }
    const std::string text =
        encode_base64_url(json::serialize(all)) + "." + encode_base64_url(json::serialize(claims));
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, algorithm_ == "EdDSA" ? nullptr : EVP_sha256(), nullptr,
                       key_.get());
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t length = 0;
    EVP_DigestSign(context, nullptr, &length, bytes, text.size());
    std::string signature(length, '\0');
    EXPECT_EQ(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &length,
                             bytes, text.size()),
              1);
    EVP_MD_CTX_free(context);
    signature.resize(length);
    return text + "." + encode_base64_url(algorithm_ == "ES256" ? flat(signature) : signature);
}

json::object Issuer::description() const {
    if (algorithm_ == "RS256") {
        return {{"kty", "RSA"},
                {"kid", key_id_},
                {"n", number(key_.get(), OSSL_PKEY_PARAM_RSA_N, 0)},
                {"e", number(key_.get(), OSSL_PKEY_PARAM_RSA_E, 0)}};
    }
    if (algorithm_ == "ES256") {
        return {{"kty", "EC"},
                {"crv", "P-256"},
                {"kid", key_id_},
                {"x", number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, 32)},
                {"y", number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, 32)}};
    }
    return {
        {"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", key_id_}, {"x", raw_public_key(key_.get())}};
}

std::string key_set(const std::vector<const Issuer*>& issuers) {
    json::array keys;
    for (const Issuer* issuer : issuers)
        keys.push_back(issuer->description());
    return json::serialize(json::object{{"keys", std::move(keys)}});
}

}  // namespace mcp::testing
