#include "aws/credentials.h"

#include <gtest/gtest.h>

namespace {

class FixedClock final : public base::Clock {
  public:
    base::Timestamp now() const override { return {1'000'000}; }
    std::int64_t monotonic_ns() const override { return 0; }
};

class CountingRandom final : public base::Random {
  public:
    void fill(std::span<char> out) override {
        for (char& c : out)
            c = static_cast<char>(next_++ * 73);
    }

  private:
    unsigned next_ = 1;
};

const std::string master_key(32, 'm');
constexpr const char* role = "arn:aws:iam::000000000000:role/acme-producer";

class Credentials : public testing::Test {
  protected:
    FixedClock clock_;
    CountingRandom random_;
    aws::RootKeys root_{"AKIAROOT", "root secret", "000000000000"};
    aws::CredentialStore store_{root_, master_key, clock_, random_};
};

TEST_F(Credentials, RootKeys) {
    const auto found = store_.find("AKIAROOT", "");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->secret_access_key, "root secret");
    EXPECT_EQ(found->caller.arn, "arn:aws:iam::000000000000:root");
    EXPECT_EQ(found->caller.account, "000000000000");
    EXPECT_EQ(found->expires, std::nullopt);
    EXPECT_FALSE(store_.find("AKIAOTHER", "").has_value());
    EXPECT_FALSE(store_.find("", "").has_value());
    EXPECT_FALSE(store_.find("AKIAROOT", "token").has_value());
}

TEST_F(Credentials, TemporaryOnesOutliveTheStore) {
    const auto issued = store_.issue("123456789012", role, "session-1", 60'000);
    EXPECT_EQ(issued.access_key_id.size(), 20U);
    EXPECT_TRUE(issued.access_key_id.starts_with("ASIA"));
    EXPECT_EQ(issued.secret_access_key.size(), 40U);
    EXPECT_EQ(issued.expires.ms, 1'060'000);
    const aws::CredentialStore restarted(root_, master_key, clock_, random_);
    const auto found = restarted.find(issued.access_key_id, issued.session_token);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->secret_access_key, issued.secret_access_key);
    EXPECT_EQ(found->caller.account, "123456789012");
    EXPECT_EQ(found->caller.arn, "arn:aws:sts::123456789012:assumed-role/acme-producer/session-1");
    EXPECT_TRUE(found->caller.user_id.starts_with("AROA"));
    EXPECT_TRUE(found->caller.user_id.ends_with(":session-1"));
    EXPECT_EQ(found->expires, issued.expires);
    // The token does not show what it holds.
    EXPECT_EQ(issued.session_token.find(issued.secret_access_key), std::string::npos);
}

TEST_F(Credentials, TheRolesOwnIdIsShownWhenItHasOne) {
    const auto issued = store_.issue("000000000000", role, "s", 60'000, "AROATHEREALONE123");
    EXPECT_EQ(store_.find(issued.access_key_id, issued.session_token)->caller.user_id,
              "AROATHEREALONE123:s");
    const auto root = store_.issue_session(aws::root_caller("123456789012", ""), 60'000);
    const auto found = store_.find(root.access_key_id, root.session_token);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->caller.arn, "arn:aws:iam::123456789012:root");
    EXPECT_EQ(found->caller.user_id, "123456789012");
}

TEST_F(Credentials, KeyIdsSayWhoseTheyAre) {
    for (const char* account : {"000000000000", "123456789012", "999999999999"}) {
        for (int i = 0; i < 20; ++i) {
            const auto issued = store_.issue(account, role, "s", 1);
            ASSERT_EQ(issued.access_key_id.size(), 20U);
            EXPECT_NE(std::string_view("QRSTUVWXYZ234567").find(issued.access_key_id[4]),
                      std::string_view::npos);
            EXPECT_EQ(store_.account_of(issued.access_key_id), account);
        }
    }
    EXPECT_EQ(store_.account_of("AKIAROOT"), "000000000000");
    // A key id of AWS's, whose account is known from its documentation of the layout.
    EXPECT_EQ(store_.account_of("ASIAQNZGKIQY56JQ7WML"), "029608264753");
    for (const char* other :
         {"", "ASIA", "AKIAOTHER", "ASIAQNZGKIQY56JQ7WM", "ASIA1111111111111111",
          "asiaqnzgkiqy56jq7wml", "ASIA7777777777777777"}) {
        EXPECT_EQ(store_.account_of(other), std::nullopt) << other;
    }
}

TEST_F(Credentials, TokensCannotBeMadeChangedOrSwapped) {
    const auto one = store_.issue("000000000000", role, "s", 60'000);
    const auto two = store_.issue("000000000000", role, "s", 60'000);
    EXPECT_NE(one.session_token, two.session_token);
    EXPECT_FALSE(store_.find(one.access_key_id, two.session_token).has_value());
    EXPECT_FALSE(store_.find(one.access_key_id, "").has_value());
    for (std::size_t at = 0; at < one.session_token.size(); ++at) {
        std::string changed = one.session_token;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(store_.find(one.access_key_id, changed).has_value()) << at;
    }
    for (const std::string& token :
         {std::string("AAAA"), std::string("not base64"), one.session_token.substr(0, 40),
          std::string(aws::sealed_token_chars_max + 4, 'A')}) {
        EXPECT_FALSE(store_.find(one.access_key_id, token).has_value());
    }
    const aws::CredentialStore other(root_, std::string(32, 'o'), clock_, random_);
    EXPECT_FALSE(other.find(one.access_key_id, one.session_token).has_value());
}

TEST_F(Credentials, SessionsAreNotForEver) {
    EXPECT_EQ(store_.issue("0", role, "s", std::int64_t{1} << 60).expires.ms,
              1'000'000 + aws::session_ttl_ms_max);
    EXPECT_EQ(store_.issue("0", role, "s", -5).expires.ms, 1'000'000);
}

}  // namespace
