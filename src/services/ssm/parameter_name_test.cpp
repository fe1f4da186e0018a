#include "services/ssm/parameter_name.h"

#include <gtest/gtest.h>

namespace ssm {
namespace {

std::string refusal(const std::string& name) {
    const auto checked = check_new_name(name);
    return checked ? "" : checked.error().code;
}

TEST(SsmParameterName, GoodOnes) {
    for (const char* name : {"a", "A.b-c_9", "/a", "/a/b/c", "/cdk-bootstrap/hnb659fds/version",
                             "/a/aws", "my-ssm", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15"}) {
        EXPECT_EQ(refusal(name), "") << name;
    }
    EXPECT_EQ(refusal(std::string(name_length_max, 'n')), "");
}

TEST(SsmParameterName, BadOnes) {
    for (const char* name : {"", "/", "a/b", "/a/", "//a", "/a//b", "a b", "a:1", "ä", "ssm",
                             "SSM1", "/ssm/x", "aws.x", "AWSx", "/a/{b}"}) {
        EXPECT_EQ(refusal(name), "ValidationException") << name;
    }
    EXPECT_EQ(refusal(std::string(name_length_max + 1, 'n')), "ValidationException");
    EXPECT_EQ(refusal("/aws/x"), "AccessDeniedException");
    EXPECT_EQ(refusal("/AwsX"), "AccessDeniedException");
    EXPECT_EQ(refusal("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16"),
              "HierarchyLevelLimitExceededException");
}

}  // namespace
}  // namespace ssm
