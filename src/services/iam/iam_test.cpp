// What holds beside the operations: trust asked for by others, faults of the store, threads.
#include <thread>

#include "services/iam/faults.h"
#include "services/iam/testing.h"

namespace iam {
namespace {

using Verdict = ports::RoleAnswer::Verdict;

class AskRole : public IamTest {
  protected:
    ports::RoleAnswer ask(const std::string& arn) {
        request_.role_arn = arn;
        const auto answer = iam_->ask_role(request_);
        EXPECT_TRUE(answer.has_value());
        return answer ? answer.value() : ports::RoleAnswer{};
    }
    ports::RoleRequest request_;
};

TEST_F(AskRole, ByItsExactArn) {
    ASSERT_EQ(make_role("r", {{"Path", "/team/"}, {"MaxSessionDuration", "7200"}}), "");
    const std::string role = "arn:aws:iam::000000000000:role/team/r";
    request_.caller.service_principal = "lambda.amazonaws.com";
    EXPECT_EQ(ask(role).verdict, Verdict::trusted);
    EXPECT_EQ(ask(role).session_seconds_max, 7'200);
    EXPECT_EQ(ask(role).role_id, element(call("GetRole", {{"RoleName", "r"}}), "RoleId"));
    request_.caller.service_principal = "events.amazonaws.com";
    EXPECT_EQ(ask(role).verdict, Verdict::refused);
    EXPECT_NE(ask(role).role_id, "");
    for (const char* other :
         {"", "arn:aws:iam::000000000000:role/r", "arn:aws:iam::000000000000:role/team/R",
          "arn:aws:iam::123456789012:role/team/r", "arn:aws:iam::000000000000:policy/team/r"}) {
        EXPECT_EQ(ask(other).verdict, Verdict::absent) << other;
        EXPECT_EQ(ask(other).role_id, "");
    }
}

TEST_F(AskRole, ASessionIsItsRoleWithItsPath) {
    ASSERT_EQ(make_role("caller", {{"Path", "/team/"}}), "");
    const std::string trust =
        R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":)"
        R"({"AWS":"arn:aws:iam::000000000000:role/team/caller"}}})";
    ASSERT_EQ(outcome("CreateRole", {{"RoleName", "next"}, {"AssumeRolePolicyDocument", trust}}),
              "");
    request_.caller = {"000000000000", "ASIA",
                       "arn:aws:sts::000000000000:assumed-role/caller/session", "AROAX:session"};
    EXPECT_EQ(ask("arn:aws:iam::000000000000:role/next").verdict, Verdict::trusted);
    request_.caller.arn = "arn:aws:sts::000000000000:assumed-role/other/session";
    EXPECT_EQ(ask("arn:aws:iam::000000000000:role/next").verdict, Verdict::refused);
}

// A policy is never deleted while it is attached, whoever comes first.
TEST_F(IamTest, AttachingAndDeletingAtOnce) {
    ASSERT_EQ(make_role("r"), "");
    aws::Call call;
    call.caller = {"000000000000", "", "arn:aws:iam::000000000000:root", "000000000000"};
    for (int i = 0; i < 50; ++i) {
        PolicyRow row;
        row.name = "p" + std::to_string(i);
        row.path = "/";
        ASSERT_TRUE(iam_->create_policy("000000000000", row, allow_puts).has_value());
        const std::string policy = arn(row.name);
        bool attached = false;
        bool deleted = false;
        std::thread one([&] { attached = iam_->attach("000000000000", "r", policy).has_value(); });
        std::thread two([&] { deleted = iam_->delete_policy(call, policy).has_value(); });
        one.join();
        two.join();
        EXPECT_NE(attached, deleted);
        if (attached) {
            EXPECT_TRUE(iam_->detach("000000000000", "r", policy).has_value());
            EXPECT_TRUE(iam_->policy("000000000000", policy).has_value());
        }
    }
}

// The quota is exact also when the last places are asked for by many.
TEST_F(IamTest, ManyRolesAtOnce) {
    for (std::size_t i = 0; i < roles_max - 10; ++i) {
        RoleRow row;
        row.name = "r" + std::to_string(i);
        row.path = "/";
        ASSERT_TRUE(iam_->create_role("000000000000", row).has_value());
    }
    std::atomic<int> made{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 8; ++i) {
                RoleRow row;
                row.name = "more" + std::to_string(t * 8 + i);
                row.path = "/";
                if (iam_->create_role("000000000000", row)) ++made;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(made, 10);
    EXPECT_EQ(iam_->roles("000000000000").value().size(), roles_max);
}

TEST_F(IamTest, AFailingStoreIsSaidAndNothingIsCounted) {
    ASSERT_EQ(make_role("r"), "");
    store_->stop();
    const auto answer =
        call("CreateRole", {{"RoleName", "s"}, {"AssumeRolePolicyDocument", trust_lambda}});
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.error_code(), "ServiceFailure");
    EXPECT_EQ(iam_->numbers("000000000000").value().roles, 1U);
}

}  // namespace
}  // namespace iam
