// Templates as the CDK makes them: tests/recorded/cloudformation/.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "stack_template/testing.h"

namespace stack_template {
namespace {

std::string recorded(const std::string& name) {
    const std::string source = __FILE__;
    const std::string root = source.substr(0, source.rfind("/src/stack_template/"));
    std::ifstream file(root + "/tests/recorded/cloudformation/" + name);
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty()) << name;
    return text.str();
}

class Recorded : public ::testing::Test {
  protected:
    void load(const std::string& name, std::vector<ParameterInput> given = {}) {
        auto result = parse(recorded(name));
        ASSERT_TRUE(result) << name << ": " << result.error().message;
        parsed_ = std::move(result.value());
        testing::MapParameterSource source;
        source.ssm = {{"/cdk-bootstrap/hnb659fds/version", "33"}};
        auto bound = bind_parameters(parsed_, given, nullptr, source);
        ASSERT_TRUE(bound) << bound.error().message;
        values_ = std::move(bound.value());
        auto made = Evaluator::make(parsed_, values_, pseudo_);
        ASSERT_TRUE(made) << made.error().message;
        evaluator_.emplace(std::move(made.value()));
        auto graph = evaluator_->graph();
        ASSERT_TRUE(graph) << graph.error().message;
        graph_ = std::move(graph.value());
    }
    // Every resource in order, as a deploy does it: Ref is "<id>", attributes "<id>.<name>".
    std::string deployed(const std::string& logical_id) {
        class Everything : public testing::MapResolver {
            Answer ref(const std::string& id) override { return text("<" + id + ">"); }
            Answer attribute(const std::string& id, const std::string& name) override {
                return text("<" + id + "." + name + ">");
            }
            Answer import_value(const std::string& name) override { return text(name); }
            static Answer text(const std::string& value) {
                return std::optional<json::value>(json::string(value));
            }
        };
        Everything resolver;
        std::string wanted;
        for (const std::string& id : graph_.order) {
            auto made = evaluator_->properties(*parsed_.find_resource(id), resolver);
            EXPECT_TRUE(made) << id << ": " << made.error().message;
            if (made && id == logical_id) wanted = serialize(made.value());
        }
        auto outputs = evaluator_->outputs(resolver);
        EXPECT_TRUE(outputs) << outputs.error().message;
        if (outputs) outputs_ = std::move(outputs.value());
        return wanted;
    }

    Template parsed_;
    ParameterValues values_;
    PseudoParameters pseudo_ = testing::pseudo_parameters();
    std::optional<Evaluator> evaluator_;
    Graph graph_;
    std::vector<OutputValue> outputs_;
};

TEST_F(Recorded, BootstrapAsTheCliDeploysIt) {
    load("bootstrap.yaml", {{"TrustedAccounts", ""},
                            {"TrustedAccountsForLookup", ""},
                            {"CloudFormationExecutionPolicies", ""},
                            {"FileAssetsBucketKmsKeyId", "AWS_MANAGED_KEY"},
                            {"PublicAccessBlockConfiguration", "true"}});
    EXPECT_EQ(parsed_.conditions.size(), 12u);
    EXPECT_EQ(graph_.order.size(), 11u);
    EXPECT_FALSE(evaluator_->condition("CreateNewKey"));
    EXPECT_TRUE(evaluator_->condition("UseAwsManagedKey"));
    EXPECT_EQ(graph_.dependencies.count("FileAssetsBucketEncryptionKey"), 0u);
    const std::string bucket = deployed("StagingBucket");
    EXPECT_NE(bucket.find(R"("BucketName":"cdk-hnb659fds-assets-000000000000-us-west-2")"),
              std::string::npos)
        << bucket;
    // The condition's map key, and what AWS::NoValue leaves of lists.
    const std::string role = deployed("DeploymentActionRole");
    EXPECT_EQ(role.find("NoValue"), std::string::npos);
    std::map<std::string, std::string> outputs;
    for (const OutputValue& one : outputs_)
        outputs[one.name] = one.value;
    EXPECT_EQ(outputs["BootstrapVersion"], "33");
    EXPECT_EQ(outputs["BucketName"], "<StagingBucket>");
    EXPECT_EQ(outputs["BucketDomainName"], "<StagingBucket.RegionalDomainName>");
    EXPECT_EQ(summarize(parsed_).capabilities, std::vector<std::string>{"CAPABILITY_NAMED_IAM"});
}

TEST_F(Recorded, BootstrapWithItsOwnKeyAndTrust) {
    load("bootstrap.yaml", {{"TrustedAccounts", "111111111111, 222222222222"}});
    EXPECT_TRUE(evaluator_->condition("CreateNewKey"));
    EXPECT_EQ(graph_.dependencies.count("FileAssetsBucketEncryptionKey"), 1u);
    const std::string role = deployed("DeploymentActionRole");
    EXPECT_NE(role.find(R"("AWS":["111111111111","222222222222"])"), std::string::npos) << role;
}

TEST_F(Recorded, TheAppsStacks) {
    for (const char* name : {"kinesis.json", "kinesis_bound.json", "data_lake.json",
                             "data_lake_bound.json", "data_gen.json", "data_gen_bound.json"}) {
        load(name);
        deployed("");
        EXPECT_EQ(graph_.order.size(), parsed_.resources.size()) << name;
        EXPECT_EQ(values_.at("BootstrapVersion").resolved, "33");
    }
    load("data_gen.json");
    EXPECT_EQ(evaluator_->imports().value().size(), 2u);
    std::string all;
    for (const Resource& resource : parsed_.resources)
        all += deployed(resource.logical_id);
    EXPECT_NE(all.find("!{timestamp:yyyy}"), std::string::npos);
    EXPECT_EQ(all.find("Fn::"), std::string::npos);
    EXPECT_EQ(all.find("\"Ref\""), std::string::npos);
    EXPECT_NE(all.find("cdk-hnb659fds-assets-000000000000-us-west-2"), std::string::npos);
}

TEST_F(Recorded, AnAgnosticStackWithCustomResourceAndNestedStack) {
    load("agnostic.json");
    EXPECT_TRUE(evaluator_->condition("CDKMetadataAvailable"));
    EXPECT_EQ(graph_.dependencies.count("CDKMetadata"), 1u);
    pseudo_.region = "mars-1";
    evaluator_.emplace(Evaluator::make(parsed_, values_, pseudo_).value());
    EXPECT_FALSE(evaluator_->condition("CDKMetadataAvailable"));
    EXPECT_EQ(evaluator_->graph().value().dependencies.count("CDKMetadata"), 0u);
    auto nested = parse(recorded("agnostic_nested.json"));
    ASSERT_TRUE(nested) << nested.error().message;
    EXPECT_TRUE(nested.value().conditions.contains("CDKMetadataAvailable"));
}

TEST_F(Recorded, KeyOrderIsThatOfTheText) {
    load("kinesis.json");
    EXPECT_EQ(parsed_.text, recorded("kinesis.json"));
    const std::string text = recorded("kinesis.json");
    const json::value tree = parse_tree(text).value();
    std::size_t at = 0;
    for (const auto& member : tree.get_object()) {
        const std::size_t next = text.find("\n \"" + std::string(member.key()) + "\"");
        ASSERT_NE(next, std::string::npos) << std::string(member.key());
        EXPECT_GT(next, at);
        at = next;
    }
}

}  // namespace
}  // namespace stack_template
