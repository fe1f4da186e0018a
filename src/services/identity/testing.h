// STS over keys, a stepped clock and roles that a test makes up.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "aws/testing.h"
#include "services/identity/identity.h"
#include "sim/seeded_random.h"
#include "sim/virtual_clock.h"

namespace identity {

struct FakeRoles final : ports::Roles {
    std::map<std::string, ports::RoleAnswer> roles;  // by ARN
    mutable std::vector<ports::RoleRequest> asked;
    std::optional<base::Error> error;

    base::Result<ports::RoleAnswer> ask_role(const ports::RoleRequest& request) const override {
        asked.push_back(request);
        if (error) return *error;
        const auto at = roles.find(request.role_arn);
        return at == roles.end() ? ports::RoleAnswer{} : at->second;
    }
    void add(const std::string& arn, std::int64_t seconds_max = 3'600) {
        roles[arn] = {ports::RoleAnswer::Verdict::trusted, "AROATHEROLESOWNID1234", seconds_max};
    }
};

class IdentityTest : public testing::Test {
  protected:
    aws::testing::Answer query(const std::string& form) {
        return harness_.query(form + "&Version=2011-06-15");
    }
    aws::testing::Answer assume(const std::string& arn, const std::string& more = "",
                                const std::string& session = "aws-cdk-root") {
        return query("Action=AssumeRole&RoleArn=" + arn + "&RoleSessionName=" + session + more);
    }
    // "" for a 200, otherwise "status code: message".
    static std::string outcome(const aws::testing::Answer& answer) {
        if (answer.status == 200) return "";
        return std::to_string(answer.status) + " " + answer.error_code() + ": " +
               element(answer, "Message");
    }
    static std::string element(const aws::testing::Answer& answer, const std::string& name) {
        const auto from = answer.body.find("<" + name + ">");
        if (from == std::string::npos) return "";
        const auto begin = from + name.size() + 2;
        return answer.body.substr(begin, answer.body.find("</" + name + ">") - begin);
    }
    // What the server finds for the credentials of an answer.
    std::optional<aws::KnownKey> known(const aws::testing::Answer& answer) const {
        return credentials_.find(element(answer, "AccessKeyId"), element(answer, "SessionToken"));
    }

    sim::VirtualClock clock_;
    sim::SeededRandom random_{1};
    aws::CredentialStore credentials_{
        {"AKIADATASTACKROOTKEY", "secret", "000000000000"}, std::string(32, 'm'), clock_, random_};
    FakeRoles roles_;
    std::vector<std::pair<std::string, std::string>> bootstrapped_;
    std::optional<base::Error> bootstrap_error_;
    Identity identity_{
        credentials_, roles_, clock_,
        [this](const std::string& account, const std::string& region) -> base::Result<void> {
            bootstrapped_.emplace_back(account, region);
            if (bootstrap_error_) return *bootstrap_error_;
            return base::ok();
        }};
    aws::testing::Harness harness_{model, &identity_};
};

}  // namespace identity
