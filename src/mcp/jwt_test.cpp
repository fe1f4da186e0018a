#include "mcp/jwt.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "mcp/token_testing.h"
#include "wire/base64.h"

namespace {

namespace json = boost::json;
using mcp::KeySet;
using mcp::testing::encode_base64_url;
using mcp::testing::Issuer;
using mcp::testing::key_set;

const mcp::TokenRules rules = {"https://issuer.example", "https://here.example/mcp"};
constexpr base::Timestamp now = {1'767'225'600'000};
constexpr std::int64_t now_s = now.ms / 1000;

class Jwt : public ::testing::Test {
  protected:
    json::object claims() const {
        return {
            {"iss", rules.issuer}, {"aud", rules.audience}, {"sub", "ann"}, {"exp", now_s + 60}};
    }
    // "" when it is good, else why not.
    std::string problem_of(const std::string& token) const {
        const auto read = mcp::read_token(token, rules, now);
        if (!read) return read.error().message;
        return keys_.verify(read.value()) ? "" : "signature";
    }
    std::string problem_with(const json::object& changed) const {
        json::object all = claims();
        for (const auto& [name, value] : changed) {
            if (value.is_null()) {
                all.erase(name);
            } else {
                all[name] = value;
            }
        }
        return problem_of(rsa_.sign(all));
    }

    const Issuer rsa_ = Issuer::rsa("r1");
    const Issuer ec_ = Issuer::ec("e1");
    const Issuer ed_ = Issuer::ed25519("d1");
    const KeySet keys_ = KeySet::parse(key_set({&rsa_, &ec_, &ed_})).value();
};

TEST_F(Jwt, ThreeAlgorithms) {
    EXPECT_EQ(keys_.size(), 3U);
    for (const Issuer* issuer : {&rsa_, &ec_, &ed_}) {
        const std::string token = issuer->sign(claims());
        EXPECT_EQ(problem_of(token), "") << issuer->algorithm();
        const auto read = mcp::read_token(token, rules, now);
        ASSERT_TRUE(read);
        EXPECT_EQ(read.value().subject, "ann");
        // one bit of the signature, one of the claims
        std::string changed = token;
        changed[token.rfind('.') + 8] = changed[token.rfind('.') + 8] == 'A' ? 'B' : 'A';
        EXPECT_EQ(problem_of(changed), "signature");
        const auto dot = token.find('.') + 1;
        json::object others = claims();
        others["sub"] = "bob";
        EXPECT_EQ(problem_of(token.substr(0, dot) + encode_base64_url(json::serialize(others)) +
                             token.substr(token.rfind('.'))),
                  "signature");
    }
}

std::string decode(std::string text) {
    for (char& c : text) {
        if (c == '-') c = '+';
        if (c == '_') c = '/';
    }
    while (text.size() % 4 != 0)
        text.push_back('=');
    return wire::decode_base64(text).value();
}

TEST_F(Jwt, ExamplesOfTheRfcs) {
    // RFC 7515, A.3
    mcp::UnverifiedToken token;
    token.algorithm = mcp::TokenAlgorithm::es256;
    token.signed_text =
        "eyJhbGciOiJFUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
        "V"
        "lfQ";
    token.signature = decode(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
    const KeySet p256 = KeySet::parse(R"({"keys":[{"kty":"EC","crv":"P-256",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})")
                            .value();
    EXPECT_TRUE(p256.verify(token));
    token.signed_text.back() = 'R';
    EXPECT_FALSE(p256.verify(token));
    // RFC 8037, A.4
    token.algorithm = mcp::TokenAlgorithm::eddsa;
    token.signed_text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    token.signature = decode(
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    const KeySet ed25519 = KeySet::parse(R"({"keys":[{"kty":"OKP","crv":"Ed25519",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})")
                               .value();
    EXPECT_TRUE(ed25519.verify(token));
    token.signature.back() ^= 1;
    EXPECT_FALSE(ed25519.verify(token));
}

TEST_F(Jwt, AlgorithmsCannotBeConfused) {
    // none, and HMAC with the public key as its secret
    const std::string body = encode_base64_url(json::serialize(claims()));
    for (const char* name : {"none", "None", "HS256", "RS384", "ES512", "PS256", "", "rs256"}) {
        const std::string header =
            encode_base64_url(json::serialize(json::object{{"alg", name}, {"kid", "r1"}}));
        EXPECT_EQ(problem_of(header + "." + body + "."),
                  "the token is not signed with RS256, ES256 or EdDSA")
            << name;
    }
    EXPECT_EQ(problem_of(encode_base64_url("{}") + "." + body + "."),
              "the token is not signed with RS256, ES256 or EdDSA");
    // one key's signature under another's name, or another's algorithm
    EXPECT_EQ(problem_of(rsa_.sign(claims(), {{"kid", "e1"}})), "signature");
    EXPECT_EQ(problem_of(rsa_.sign(claims(), {{"alg", "ES256"}, {"kid", "e1"}})), "signature");
    EXPECT_EQ(problem_of(ec_.sign(claims(), {{"alg", "RS256"}, {"kid", "r1"}})), "signature");
    // a key that the token itself brings is not looked at
    const Issuer stranger = Issuer::rsa("s1");
    EXPECT_EQ(problem_of(stranger.sign(claims(), {{"jwk", stranger.description()}})), "signature");
    EXPECT_EQ(problem_of(stranger.sign(claims(), {{"kid", "r1"}})), "signature");
}

TEST_F(Jwt, AKeyWithoutAnIdMustBeTheOnlyOne) {
    const Issuer other = Issuer::rsa("r2");
    const auto token = mcp::read_token(rsa_.sign(claims(), {{"kid", nullptr}}), rules, now);
    ASSERT_TRUE(token) << token.error().message;
    EXPECT_TRUE(keys_.verify(token.value()));
    EXPECT_FALSE(KeySet::parse(key_set({&rsa_, &other})).value().knows(token.value()));
}

TEST_F(Jwt, Times) {
    EXPECT_EQ(problem_with({{"exp", now_s - 29}}), "");
    EXPECT_EQ(problem_with({{"exp", now_s - 30}}), "the token has expired");
    EXPECT_EQ(problem_with({{"exp", nullptr}}), "the token does not say when it ends");
    EXPECT_EQ(problem_with({{"exp", "tomorrow"}}), "the token does not say when it ends");
    EXPECT_EQ(problem_with({{"exp", 1e300}}), "");
    EXPECT_EQ(problem_with({{"exp", static_cast<double>(now_s) + 0.5}}), "");
    EXPECT_EQ(problem_with({{"nbf", now_s + 30}}), "");
    EXPECT_EQ(problem_with({{"nbf", now_s + 31}}), "the token is not valid yet");
    EXPECT_EQ(problem_with({{"nbf", "x"}}), "the token is malformed");
}

TEST_F(Jwt, IssuerAudienceSubject) {
    EXPECT_EQ(problem_with({{"iss", "https://issuer.example/"}}), "the token is of another issuer");
    EXPECT_EQ(problem_with({{"iss", nullptr}}), "the token is of another issuer");
    EXPECT_EQ(problem_with({{"aud", json::array{"x", rules.audience}}}), "");
    for (const json::value& audience :
         {json::value("https://elsewhere.example"), json::value(json::array{}), json::value(1),
          json::value(json::array{1, "x"}), json::value(nullptr)}) {
        EXPECT_EQ(problem_with({{"aud", audience}}), "the token is for another audience");
    }
    EXPECT_EQ(problem_with({{"sub", nullptr}}), "the token does not say who it is for");
    EXPECT_EQ(problem_with({{"sub", nullptr}, {"client_id", "job"}}), "");
    EXPECT_EQ(problem_with({{"sub", std::string(255, 's')}}), "");
    EXPECT_EQ(problem_with({{"sub", std::string(256, 's')}}),
              "the token does not say who it is for");
}

TEST_F(Jwt, Headers) {
    EXPECT_EQ(problem_of(rsa_.sign(claims(), {{"typ", "at+jwt"}})), "");
    EXPECT_EQ(problem_of(rsa_.sign(claims(), {{"typ", "logout+jwt"}})),
              "the token is of another type");
    EXPECT_EQ(problem_of(rsa_.sign(claims(), {{"crit", json::array{"b64"}}})),
              "the token has extensions that are not known");
}

TEST_F(Jwt, WhatIsNoToken) {
    const std::string good = rsa_.sign(claims());
    const std::string body = good.substr(good.find('.'));
    for (const std::string& text :
         {std::string(), std::string("."), std::string(".."), std::string("a.b"), good + ".",
          good + "=", "+" + good, std::string("e30") + body.substr(0, body.rfind('.')),
          encode_base64_url("[]") + body, encode_base64_url("{") + body,
          encode_base64_url(std::string(100, '[')) + body, std::string("\0.\0.\0", 5)}) {
        EXPECT_NE(problem_of(text), "") << text;
    }
    EXPECT_EQ(problem_of(std::string(mcp::token_bytes_max + 1, 'a')), "the token is too long");
    EXPECT_EQ(problem_of(std::string(mcp::token_bytes_max, 'a')), "the token is malformed");
}

TEST_F(Jwt, KeysThatAreNotTaken) {
    const auto size_with = [this](const char* name, const json::value& value) {
        json::object description = rsa_.description();
        description[name] = value;
        return KeySet::parse(json::serialize(json::object{{"keys", json::array{description}}}))
            .value()
            .size();
    };
    EXPECT_EQ(size_with("use", "sig"), 1U);
    EXPECT_EQ(size_with("use", "enc"), 0U);
    EXPECT_EQ(size_with("key_ops", json::array{"verify"}), 1U);
    EXPECT_EQ(size_with("key_ops", json::array{"encrypt"}), 0U);
    EXPECT_EQ(size_with("alg", "RS256"), 1U);
    EXPECT_EQ(size_with("alg", "RS512"), 0U);
    EXPECT_EQ(size_with("kty", "oct"), 0U);
    EXPECT_EQ(size_with("n", json::value(encode_base64_url(std::string(128, '\xff')))),
              0U);  // 1024 bits
    EXPECT_EQ(size_with("n", json::value(encode_base64_url(std::string(1025, '\xff')))),
              0U);  // 8200 bits
    EXPECT_EQ(size_with("e", json::value(encode_base64_url("\x01"))), 0U);
    EXPECT_EQ(size_with("e", "!"), 0U);
    // a point beside the curve
    json::object point = ec_.description();
    point["y"] = encode_base64_url(std::string(32, '\x01'));
    EXPECT_EQ(
        KeySet::parse(json::serialize(json::object{{"keys", json::array{point}}})).value().size(),
        0U);
}

TEST_F(Jwt, KeySetsThatAreNone) {
    for (const char* text : {"", "[]", "{}", R"({"keys":{}})", "<html>"}) {
        EXPECT_EQ(KeySet::parse(text).error().kind, base::ErrorKind::invalid) << text;
    }
    json::array many(mcp::keys_max, json::object());
    EXPECT_EQ(KeySet::parse(json::serialize(json::object{{"keys", many}})).value().size(), 0U);
    many.push_back(json::object());
    EXPECT_EQ(KeySet::parse(json::serialize(json::object{{"keys", many}})).error().kind,
              base::ErrorKind::limit);
    EXPECT_EQ(KeySet::parse(std::string(mcp::key_set_bytes_max + 1, ' ')).error().kind,
              base::ErrorKind::limit);
}

}  // namespace
