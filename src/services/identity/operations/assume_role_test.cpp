#include "services/identity/testing.h"

namespace identity {
namespace {

const std::string role = "arn:aws:iam::123456789012:role/team/builder";
const std::string deploy =
    "arn:aws:iam::123456789012:role/cdk-hnb659fds-deploy-role-123456789012-us-west-2";

using AssumeRole = IdentityTest;

TEST_F(AssumeRole, GivesCredentialsOfTheRole) {
    roles_.add(role);
    const auto answer = assume(role, "&ExternalId=ticket-7", "alice@example.com");
    ASSERT_EQ(outcome(answer), "");
    EXPECT_EQ(element(answer, "AssumedRoleId"), "AROATHEROLESOWNID1234:alice@example.com");
    EXPECT_EQ(element(answer, "Arn"),
              "arn:aws:sts::123456789012:assumed-role/builder/alice@example.com");
    EXPECT_EQ(element(answer, "SecretAccessKey").size(), 40U);
    const auto found = known(answer);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->secret_access_key, element(answer, "SecretAccessKey"));
    EXPECT_EQ(found->caller.account, "123456789012");
    EXPECT_EQ(found->caller.arn, element(answer, "Arn"));
    EXPECT_EQ(found->caller.user_id, element(answer, "AssumedRoleId"));
    EXPECT_EQ(found->expires->ms, clock_.now().ms + 3'600'000);
    ASSERT_EQ(roles_.asked.size(), 1U);
    EXPECT_EQ(roles_.asked[0].caller.arn, "arn:aws:iam::000000000000:root");
    EXPECT_EQ(roles_.asked[0].external_id, "ticket-7");
    EXPECT_EQ(roles_.asked[0].session_name, "alice@example.com");
    EXPECT_EQ(roles_.asked[0].time, clock_.now());
    EXPECT_TRUE(bootstrapped_.empty());
}

TEST_F(AssumeRole, RefusesWhatIsNotThereAndWhatDoesNotTrustInTheSameWords) {
    const std::string words =
        "403 AccessDenied: User: arn:aws:iam::000000000000:root is not authorized to perform: "
        "sts:AssumeRole on resource: ";
    EXPECT_EQ(outcome(assume(role)), words + role);
    roles_.roles[role] = {ports::RoleAnswer::Verdict::refused, "AROAX", 3'600};
    EXPECT_EQ(outcome(assume(role)), words + role);
    // A bootstrap role that was made answers by its own trust policy.
    roles_.roles[deploy] = {ports::RoleAnswer::Verdict::refused, "AROAX", 3'600};
    EXPECT_EQ(outcome(assume(deploy)), words + deploy);
    EXPECT_TRUE(bootstrapped_.empty());
}

TEST_F(AssumeRole, BootstrapRolesAnswerBeforeTheyAreMade) {
    for (const char* name :
         {"deploy", "file-publishing", "image-publishing", "lookup", "cfn-exec"}) {
        const std::string arn = "arn:aws:iam::123456789012:role/cdk-hnb659fds-" +
                                std::string(name) + "-role-123456789012-us-gov-west-1";
        const auto answer = assume(arn);
        ASSERT_EQ(outcome(answer), "") << name;
        ASSERT_TRUE(known(answer).has_value());
        EXPECT_EQ(known(answer)->caller.account, "123456789012");
        EXPECT_EQ(element(assume(arn), "AssumedRoleId"), element(answer, "AssumedRoleId"));
    }
    ASSERT_EQ(bootstrapped_.size(), 10U);
    EXPECT_EQ(bootstrapped_[0],
              std::pair(std::string("123456789012"), std::string("us-gov-west-1")));
    bootstrap_error_ = base::Error{base::ErrorKind::io, "disk", ""};
    EXPECT_EQ(assume(deploy).status, 500);
}

TEST_F(AssumeRole, OnlyExactBootstrapNamesDo) {
    EXPECT_EQ(bootstrap_scope(deploy), (BootstrapScope{"123456789012", "us-west-2"}));
    const std::string head = "arn:aws:iam::123456789012:role/";
    for (const char* name :
         {"cdk-hnb659fds-deploy-role-123456789013-us-west-2",
          "cdk-hnb659fds-other-role-123456789012-us-west-2",
          "cdk-qualifier-deploy-role-123456789012-us-west-2",
          "cdk-hnb659fds-deploy-role-123456789012-", "cdk-hnb659fds-deploy-role-123456789012",
          "cdk-hnb659fds-deploy-role-123456789012-us-west-2/x",
          "cdk-hnb659fds-deploy-role-123456789012-US-WEST-2",
          "path/cdk-hnb659fds-deploy-role-123456789012-us-west-2"}) {
        EXPECT_EQ(bootstrap_scope(head + name), std::nullopt) << name;
        EXPECT_EQ(assume(head + name).status, 403) << name;
    }
    EXPECT_EQ(bootstrap_scope("arn:aws:iam::12345678901x:role/cdk-hnb659fds-deploy-role-1"),
              std::nullopt);
    EXPECT_TRUE(bootstrapped_.empty());
}

TEST_F(AssumeRole, DurationHasItsLimits) {
    roles_.add(role, 7'200);
    EXPECT_EQ(outcome(assume(role, "&DurationSeconds=7200")), "");
    EXPECT_EQ(outcome(assume(role, "&DurationSeconds=7201")),
              "400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration "
              "set for this role.");
    for (const char* seconds : {"899", "43201"}) {
        EXPECT_EQ(assume(role, std::string("&DurationSeconds=") + seconds).error_code(),
                  "ValidationError");
    }
    const auto shortest = assume(role, "&DurationSeconds=900");
    EXPECT_EQ(known(shortest)->expires->ms, clock_.now().ms + 900'000);
    // A session that takes on another role has an hour.
    harness_.set_caller({"123456789012", "ASIAX",
                         "arn:aws:sts::123456789012:assumed-role/producer/one", "AROAX:one"});
    EXPECT_EQ(outcome(assume(role, "&DurationSeconds=3601")),
              "400 ValidationError: The requested DurationSeconds exceeds the 1 hour session limit "
              "for roles assumed by role chaining.");
    EXPECT_EQ(outcome(assume(role, "&DurationSeconds=3600")), "");
}

TEST_F(AssumeRole, RefusesWhatItCannotHonour) {
    roles_.add(role);
    for (const auto& [name, more] : std::map<std::string, std::string>{
             {"Policy", "&Policy=%7B%7D"},
             {"PolicyArns", "&PolicyArns.member.1.arn=arn:aws:iam::aws:policy/AdministratorAccess"},
             {"Tags", "&Tags.member.1.Key=a&Tags.member.1.Value=b"},
             {"TransitiveTagKeys", "&TransitiveTagKeys.member.1=a"},
             {"SerialNumber", "&SerialNumber=arn:aws:iam::123456789012:mfa/x"},
             {"TokenCode", "&TokenCode=123456"},
             {"SourceIdentity", "&SourceIdentity=alice"},
             {"ProvidedContexts", "&ProvidedContexts.member.1.ContextAssertion=aaaa"}}) {
        EXPECT_EQ(outcome(assume(role, more)),
                  "400 ValidationError: " + name + " is not supported by this server.");
    }
    // The CLI sends an empty list for none.
    EXPECT_EQ(outcome(assume(role, "&Tags=&PolicyArns=")), "");
}

TEST_F(AssumeRole, RefusesBrokenNames) {
    EXPECT_EQ(outcome(assume("arn:aws:s3:::not-a-role-at-all")),
              "400 ValidationError: arn:aws:s3:::not-a-role-at-all is invalid");
    EXPECT_EQ(outcome(assume("arn:aws:iam::123456789012:role/")),
              "400 ValidationError: arn:aws:iam::123456789012:role/ is invalid");
    EXPECT_EQ(outcome(assume("arn:aws:iam::1234567:role/builder")),
              "400 ValidationError: arn:aws:iam::1234567:role/builder is invalid");
    EXPECT_EQ(outcome(assume("short")),
              "400 ValidationError: 1 validation error detected: Value 'short' at 'roleArn' failed "
              "to satisfy constraint: Member must have length greater than or equal to 20");
    EXPECT_EQ(outcome(assume(role, "", "a/b")).substr(0, 61),
              "400 ValidationError: 1 validation error detected: Value 'a/b'");
    EXPECT_EQ(query("Action=AssumeRole&RoleArn=" + role).error_code(), "ValidationError");
    roles_.error = base::Error{base::ErrorKind::corrupt, "row", ""};
    EXPECT_EQ(assume(role).status, 500);
}

using GetSessionToken = IdentityTest;

TEST_F(GetSessionToken, GivesTheCallersOwnSession) {
    const auto answer = query("Action=GetSessionToken&DurationSeconds=129600");
    ASSERT_EQ(outcome(answer), "");
    const auto found = known(answer);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->caller.arn, "arn:aws:iam::000000000000:root");
    EXPECT_EQ(found->caller.user_id, "000000000000");
    EXPECT_EQ(found->expires->ms, clock_.now().ms + 3'600'000) << "root has an hour at most";
    EXPECT_EQ(known(query("Action=GetSessionToken&DurationSeconds=900"))->expires->ms,
              clock_.now().ms + 900'000);
    EXPECT_EQ(outcome(query("Action=GetSessionToken&TokenCode=123456")),
              "400 ValidationError: TokenCode is not supported by this server.");
    harness_.set_caller({"123456789012", "ASIAX",
                         "arn:aws:sts::123456789012:assumed-role/producer/one", "AROAX:one"});
    EXPECT_EQ(outcome(query("Action=GetSessionToken")),
              "403 AccessDenied: Cannot call GetSessionToken with session credentials");
}

using GetAccessKeyInfo = IdentityTest;

TEST_F(GetAccessKeyInfo, KnowsWhoseAKeyIs) {
    roles_.add(role);
    const std::string key = element(assume(role), "AccessKeyId");
    EXPECT_EQ(element(query("Action=GetAccessKeyInfo&AccessKeyId=" + key), "Account"),
              "123456789012");
    EXPECT_EQ(element(query("Action=GetAccessKeyInfo&AccessKeyId=AKIADATASTACKROOTKEY"), "Account"),
              "000000000000");
    EXPECT_EQ(outcome(query("Action=GetAccessKeyInfo&AccessKeyId=AKIASOMEBODYELSESKEY")),
              "400 ValidationError: Invalid access key id: AKIASOMEBODYELSESKEY");
    EXPECT_EQ(query("Action=GetAccessKeyInfo&AccessKeyId=short").error_code(), "ValidationError");
}

}  // namespace
}  // namespace identity
