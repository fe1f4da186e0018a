#include "services/identity/testing.h"

namespace identity {
namespace {

using GetCallerIdentity = IdentityTest;

TEST_F(GetCallerIdentity, ShowsWhoSigned) {
    harness_.set_caller({"123456789012", "ASIAX",
                         "arn:aws:sts::123456789012:assumed-role/producer/one", "AROAX:one"});
    const auto answer = harness_.query("Action=GetCallerIdentity&Version=2011-06-15");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body.starts_with(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
        "<GetCallerIdentityResult><UserId>AROAX:one</UserId><Account>123456789012</Account>"
        "<Arn>arn:aws:sts::123456789012:assumed-role/producer/one</Arn></GetCallerIdentityResult>"
        "<ResponseMetadata><RequestId>"))
        << answer.body;
}

TEST_F(GetCallerIdentity, OthersAreNamedAsMissing) {
    const auto answer = harness_.query("Action=GetFederationToken&Version=2011-06-15&Name=n");
    EXPECT_EQ(answer.status, 501);
    EXPECT_EQ(answer.error_code(), "NotImplemented");
    EXPECT_NE(answer.body.find("does not have the operation GetFederationToken of sts"),
              std::string::npos);
}

}  // namespace
}  // namespace identity
