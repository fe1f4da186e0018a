// AWS::SSM::Parameter against the service.
#include "aws/resource_testing.h"
#include "services/ssm/testing.h"

namespace ssm {
namespace {

class SsmParameterResource : public SsmTest {
  protected:
    static constexpr const char* type = "AWS::SSM::Parameter";
    aws::testing::ResourceDriver driver_{model, ssm_.get()};
};

TEST_F(SsmParameterResource, IsMadeAsTheTemplateSays) {
    const char* properties = R"({"Name":"/app/x","Type":"String","Value":"v","Description":"d",
        "AllowedPattern":"v+","Tier":"Standard","DataType":"text","Tags":{"k":"v"}})";
    driver_.stack_tags = {{"stack", "s"}};
    const auto made = driver_.create(type, properties);
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "/app/x");
    EXPECT_EQ(made.attributes.at("Type"), "String");
    EXPECT_EQ(made.attributes.at("Value"), "v");
    EXPECT_EQ(call("ListTagsForResource", R"({"ResourceType":"Parameter","ResourceId":"/app/x"})")
                  .at("TagList"),
              R"([{"Key":"k","Value":"v"},{"Key":"stack","Value":"s"}])");
    EXPECT_NE(driver_.create(type, properties).problem, "");
    EXPECT_EQ(driver_.create(type, properties, "Thing", true).problem, "");
}

TEST_F(SsmParameterResource, ChangesInPlace) {
    auto made =
        driver_.create(type, R"({"Type":"String","Value":"v","Description":"d","AllowedPattern":"v",
                  "Tags":{"a":"1"}})");
    ASSERT_EQ(made.problem, "");
    const std::string name = made.context.physical_id;
    EXPECT_TRUE(name.starts_with("CFN-TestStack-Thing-")) << name;
    driver_.update(made, R"({"Type":"String","Value":"w","Tags":{"b":"2"}})");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.attributes.at("Value"), "w");
    EXPECT_EQ(get(name + ":1"), "v");
    const auto list = call("DescribeParameters", "{}");
    EXPECT_EQ(list.at("Parameters.0.Description"), "");
    EXPECT_EQ(list.at("Parameters.0.AllowedPattern"), "");
    EXPECT_EQ(call("ListTagsForResource",
                   R"({"ResourceType":"Parameter","ResourceId":")" + name + R"("})")
                  .at("TagList"),
              R"([{"Key":"b","Value":"2"}])");
    driver_.update(made, R"({"Name":"/other","Type":"String","Value":"w"})");
    EXPECT_EQ(made.problem, "replaces");
}

TEST_F(SsmParameterResource, IsRemoved) {
    auto made = driver_.create(type, R"({"Name":"p","Type":"StringList","Value":"a,b"})");
    ASSERT_EQ(made.problem, "");
    EXPECT_TRUE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
}

TEST_F(SsmParameterResource, TheBootstrapStackMakesItsVersion) {
    auto made = driver_.create(type, R"({"Name":"/cdk-bootstrap/hnb659fds/version",
                                         "Type":"String","Value":"34"})");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(get(bootstrap_name), "34");
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_EQ(get(bootstrap_name), "33");
    EXPECT_FALSE(driver_.exists(made));
}

TEST_F(SsmParameterResource, SecureStringsAreNotForTemplates) {
    EXPECT_NE(
        driver_.create(type, R"({"Type":"SecureString","Value":"v"})").problem.find("SecureString"),
        std::string::npos);
    EXPECT_NE(driver_.create(type, R"({"Type":"String","Value":"v","Policies":"[]"})")
                  .problem.find("Policies"),
              std::string::npos);
}

}  // namespace
}  // namespace ssm
