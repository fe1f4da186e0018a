// Templates: structure, names, references and limits, with CloudFormation's words.
#include <gtest/gtest.h>

#include "stack_template/stack_template.h"

namespace stack_template {
namespace {

std::string problem(std::string_view text) {
    auto parsed = parse(text);
    return parsed ? "" : parsed.error().message;
}

constexpr std::string_view bucket = "\nResources: {Bucket: {Type: AWS::S3::Bucket}}";

std::string with_bucket(std::string_view head) {
    return std::string(head) + std::string(bucket);
}

TEST(Parse, AllPartsOfATemplate) {
    const std::string_view text = R"(
AWSTemplateFormatVersion: 2010-09-09
Description: A shop
Metadata: {AWS::CloudFormation::Interface: {ParameterGroups: []}}
Transform: AWS::LanguageExtensions
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod], Description: Which}
  Size:
    Type: Number
    MinValue: 1
    MaxValue: 10.5
    NoEcho: true
    ConstraintDescription: small
  Zones: {Type: CommaDelimitedList, Default: "a, b"}
  Version: {Type: AWS::SSM::Parameter::Value<String>, Default: /v}
Mappings: {M: {top: {one: 1, two: [a, b]}}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Rules:
  R: {RuleCondition: !Equals [a, a], Assertions: [{Assert: !Contains [[a], a], AssertDescription: d}]}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Condition: IsProd
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Metadata: {k: v}
    Properties: {BucketName: !Ref Stage}
  Policy: {Type: AWS::S3::BucketPolicy, DependsOn: [Bucket]}
Outputs:
  Arn: {Value: !Ref Policy, Description: what, Export: {Name: !Sub "${AWS::StackName}-arn"}, Condition: IsProd}
)";
    auto result = parse(text);
    ASSERT_TRUE(result) << result.error().message;
    const Template& parsed = result.value();
    EXPECT_EQ(parsed.text, text);
    EXPECT_EQ(parsed.format, Format::yaml);
    EXPECT_EQ(parsed.format_version, "2010-09-09");
    EXPECT_EQ(parsed.description, "A shop");
    EXPECT_TRUE(parsed.has_language_extensions());
    ASSERT_EQ(parsed.parameters.size(), 4u);
    EXPECT_EQ(parsed.find_parameter("Stage")->allowed_values,
              (std::vector<std::string>{"dev", "prod"}));
    const Parameter& size = *parsed.find_parameter("Size");
    EXPECT_EQ(size.min_value, "1");
    EXPECT_EQ(size.max_value, "10.5");
    EXPECT_TRUE(size.no_echo);
    EXPECT_TRUE(parsed.find_parameter("Zones")->is_list());
    EXPECT_TRUE(parsed.find_parameter("Version")->is_ssm_value());
    EXPECT_FALSE(parsed.find_parameter("Version")->is_list());
    ASSERT_NE(parsed.find_resource("Bucket"), nullptr);
    const Resource& resource = *parsed.find_resource("Bucket");
    EXPECT_EQ(resource.deletion_policy, RemovalPolicy::retain_except_on_create);
    EXPECT_EQ(resource.update_replace_policy, RemovalPolicy::retain);
    EXPECT_EQ(resource.condition, "IsProd");
    EXPECT_EQ(serialize(resource.properties), R"({"BucketName":{"Ref":"Stage"}})");
    EXPECT_EQ(parsed.find_resource("Policy")->depends_on, std::vector<std::string>{"Bucket"});
    EXPECT_EQ(parsed.find_resource("Nothing"), nullptr);
    EXPECT_EQ(parsed.find_output("Arn")->description, "what");
    EXPECT_TRUE(parsed.find_output("Arn")->export_name);
    EXPECT_EQ(parsed.rules.front().assertions.front().description, "d");
}

struct Case {
    std::string text;
    std::string expected;
};

void expect_problems(std::span<const Case> cases) {
    for (const Case& one : cases)
        EXPECT_EQ(problem(one.text), one.expected) << one.text;
}

TEST(Parse, Structure) {
    const Case cases[] = {
        {"just text", "Template format error: unsupported structure."},
        {"[]", "Template format error: unsupported structure."},
        {"", "Template format error: unsupported structure."},
        {"{}", "Template format error: At least one Resources member must be defined."},
        {"Resources: {}", "Template format error: At least one Resources member must be defined."},
        {"Resources: []", "Template format error: the Resources section must be a map."},
        {with_bucket("Conditionz: {}\nFoo: 1"),
         "Invalid template property or properties [Conditionz, Foo]"},
        {with_bucket("AWSTemplateFormatVersion: 2011-01-01"),
         "Template format error: unsupported value for AWSTemplateFormatVersion."},
        {with_bucket("Parameters:"),
         "Template format error: [/Parameters] 'null' values are not allowed in templates"},
        {"Resources: {A: {Type: T, Properties: {B: [1, ~]}}}",
         "Template format error: [/Resources/A/Properties/B/1] 'null' values are not allowed in "
         "templates"},
        {with_bucket("Transform: AWS::Serverless-2016-10-31"),
         "Transform AWS::Serverless-2016-10-31 is not supported; only AWS::LanguageExtensions is."},
        {with_bucket("Transform: [{Name: AWS::Include}]"),
         "Transform AWS::Include is not supported; only AWS::LanguageExtensions is."},
        {"Resources: {A: 1}", "Template format error: Any Resources member must be an object."},
        {"Resources: {A: {}}",
         "Template format error: [/Resources/A] Every Resources object must contain a Type "
         "member."},
        {"Resources: {A: {Type: !Ref B}}",
         "Template format error: [/Resources/A] Every Type member must be a string."},
        {"Resources: {A-b: {Type: T}}",
         "Template format error: Resource name A-b is non alphanumeric."},
        {"Resources: {A: {Type: T, Foo: 1}}", "Invalid template resource property 'Foo'"},
        {"Resources: {A: {Type: T, Properties: 1}}",
         "Template format error: [/Resources/A] Every Properties member must be a map."},
        {"Resources: {A: {Type: T, Condition: [a]}}",
         "Template format error: [/Resources/A] Every Condition member must be a string."},
        {"Resources: {A: {Type: T, Condition: C}}",
         "Template format error: Unresolved condition dependency C in the Resources block of the "
         "template"},
        {"Resources: {A: {Type: T, DependsOn: {a: b}}}",
         "Template format error: DependsOn must be a string or list of strings."},
        {"Resources: {A: {Type: T, DependsOn: [!Ref A]}}",
         "Template format error: Every DependsOn value must be a string."},
        {"Resources: {A: {Type: T, DeletionPolicy: Keep}}",
         "Template format error: Unrecognized DeletionPolicy Keep for resource A"},
        {"Resources: {A: {Type: T, UpdateReplacePolicy: RetainExceptOnCreate}}",
         "Template format error: Unrecognized UpdateReplacePolicy RetainExceptOnCreate for "
         "resource "
         "A"},
        {"Resources: {A: {Type: T, DeletionPolicy: Snapshot}}",
         "Template error: resource type T does not support deletion policy Snapshot"},
        {"Resources: {A: {Type: T, CreationPolicy: {}}}",
         "CreationPolicy of resource A is not supported: no resource type here takes signals."},
        {"Resources: {'Fn::ForEach::X': [A, [b], {}]}",
         "Template error: Fn::ForEach is not supported."},
        {with_bucket("Parameters: {Bucket: {Type: String}}"),
         "Template format error: Bucket is both a parameter and a resource"},
    };
    expect_problems(cases);
}

TEST(Parse, OtherSections) {
    const Case cases[] = {
        {with_bucket("Outputs: {O: {}}"),
         "Template format error: Every Outputs member must contain a Value object"},
        {with_bucket("Outputs: {O: {Value: [a]}}"),
         "Template format error: The Value field of every Outputs member must evaluate to a "
         "String."},
        {with_bucket("Outputs: {O: {Value: a, Foo: b}}"), "Invalid template output property 'Foo'"},
        {with_bucket("Outputs: {O: {Value: a, Export: b}}"),
         "Template format error: Output O is malformed. The Export field must be a map with a "
         "Name."},
        {with_bucket("Outputs: {O: {Value: a, Condition: C}}"),
         "Template format error: Unresolved condition dependency C in the Outputs block of the "
         "template"},
        {with_bucket("Outputs: {O: {Value: !GetAtt X.Y}}"),
         "Template format error: Unresolved resource dependencies [X] in the Outputs block of the "
         "template"},
        {with_bucket("Mappings: {M: {a: {b: {c: d}}}}"),
         "Template format error: Every Mappings attribute must be a String or a List."},
        {with_bucket("Mappings: {M: {a: b}}"),
         "Template format error: Every Mappings member a must be a map"},
        {with_bucket("Parameters: {P: {}}"),
         "Template format error: Every Parameters object must contain a Type member."},
        {with_bucket("Parameters: {P: {Type: Text}}"),
         "Template format error: Unrecognized parameter type: Text"},
        {with_bucket("Parameters: {P: {Type: List<String>}}"),
         "Template format error: Unrecognized parameter type: List<String>"},
        {with_bucket("Parameters: {P: {Type: String, Defualt: a}}"),
         "Invalid template parameter property 'Defualt'"},
        {with_bucket("Parameters: {P: {Type: String, Default: [a]}}"),
         "Template format error: Every Default member must be a string."},
        {with_bucket("Parameters: {P: {Type: String, AllowedPattern: '(?=a)b'}}"),
         "Template error: AllowedPattern of parameter P is not supported (look-around and back "
         "references are not): (?=a)b"},
        {with_bucket("Parameters: {P: {Type: String, MinLength: x}}"),
         "Template format error: MinLength of parameter P must be a whole number."},
        {with_bucket("Rules: {R: {}}"),
         "Template format error: Every Rules object must contain an Assertions list."},
        {with_bucket("Rules: {R: {Assertions: [{}]}}"),
         "Template format error: Every Assertions member must contain an Assert object."},
        {with_bucket("Rules: {R: {Assertions: [{Assert: !RefAll x}]}}"),
         "Template error: Encountered unsupported function: Fn::RefAll Supported functions are: "
         "[Ref, Condition, Fn::Base64, Fn::FindInMap, Fn::GetAtt, Fn::If, Fn::ImportValue, "
         "Fn::Join, Fn::Select, Fn::Split, Fn::Sub, Fn::Length, Fn::ToJsonString, Fn::And, Fn::Or, "
         "Fn::Not, Fn::Equals, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn]"},
        {with_bucket("Rules: {R: {Assertions: [{Assert: !Equals [!Ref Bucket, a]}]}}"),
         "Template format error: Unresolved dependencies [Bucket]. Cannot reference resources in "
         "the Rules block of the template"},
        {with_bucket("Rules: {R: {Assertions: [{Assert: true}]}}"),
         "Template format error: Rules can only be boolean operations on parameters"},
    };
    expect_problems(cases);
}

TEST(Parse, ReferencesThatLeadNowhere) {
    const auto property = [](std::string_view expression) {
        return "Resources: {A: {Type: T, Properties: {P: " + std::string(expression) + "}}}";
    };
    const Case cases[] = {
        {property("[!Ref X, !Ref Y, !Ref X]"),
         "Template format error: Unresolved resource dependencies [X, Y] in the Resources block of "
         "the template"},
        {property("!Sub '${X}'"),
         "Template format error: Unresolved resource dependencies [X] in the Resources block of "
         "the "
         "template"},
        {"Resources: {A: {Type: T, DependsOn: B}}",
         "Template format error: Unresolved resource dependencies [B] in the Resources block of "
         "the "
         "template"},
        {property("!GetAtt X.Arn"),
         "Template error: instance of Fn::GetAtt references undefined resource X"},
        {property("!Sub '${X.Arn}'"),
         "Template error: instance of Fn::GetAtt references undefined resource X"},
        {property("!If [C, a, b]"), "Template error: unresolved condition dependency C in Fn::If"},
        {property("!FindInMap [M, a, b]"),
         "Template error: Mapping named 'M' is not present in the 'Mappings' section of template."},
        {property("!Ref A"), "Circular dependency between resources: [A]"},
        {"Resources: {A: {Type: T, DependsOn: B}, B: {Type: T, Properties: {x: !GetAtt C.d}}, C: "
         "{Type: T, Metadata: {m: !Sub '${A}'}}, D: {Type: T, DependsOn: A}}",
         "Circular dependency between resources: [A, B, C]"},
        {with_bucket("Conditions: {C: !Equals [!Ref Bucket, a]}"),
         "Template format error: Unresolved dependencies [Bucket]. Cannot reference resources in "
         "the Conditions block of the template"},
        {with_bucket("Conditions: {C: !Not [!Condition D]}"),
         "Template format error: Unresolved condition dependency D in the Conditions block of the "
         "template"},
        {with_bucket("Conditions: {A: !Not [!Condition B], B: !Or [!Condition A, !Equals [1, 1]]}"),
         "Template format error: Circular dependency between conditions: [A, B]"},
        {with_bucket("Conditions: {A: true}"),
         "Template format error: Conditions can only be boolean operations on parameters and other "
         "conditions"},
    };
    expect_problems(cases);
}

TEST(Parse, FunctionsWithWrongArguments) {
    const auto starts = [](std::string_view expression, std::string_view expected,
                           std::string_view transform = "") {
        const std::string text =
            std::string(transform) + "Mappings: {M: {a: {b: c}}}\n" +
            "Resources: {A: {Type: T}, B: {Type: T, Properties: {P: " + std::string(expression) +
            "}}}";
        EXPECT_TRUE(problem(text).starts_with(expected)) << expression << "\n" << problem(text);
    };
    starts("{Ref: [A]}", "Template error: every Ref object must have a single String value.");
    starts("!GetAtt A",
           "Template error: every Fn::GetAtt object requires two non-empty parameters");
    starts("!GetAtt [A, '']", "Template error: every Fn::GetAtt object requires two non-empty");
    starts("!Join [a]", "Template error: every Fn::Join object requires two parameters, (1) a");
    starts("!Join [!Ref A, [a]]", "Template error: every Fn::Join object requires two parameters");
    starts("!Join [a, b]", "Template error: every Fn::Join object requires two parameters");
    starts("!Select [a, b]", "Template error: every Fn::Select object requires two parameters");
    starts("!Split [a]", "Template error: every Fn::Split object requires two parameters");
    starts("!FindInMap [M, a]", "Template error: every Fn::FindInMap object requires three");
    starts("!FindInMap [M, !Sub a, b]",
           "Template error: every Fn::FindInMap object requires three");
    starts("!FindInMap [M, a, b, {DefaultValue: c}]",
           "Template error: DefaultValue of Fn::FindInMap needs the transform");
    starts("!Sub [a]", "Template error: One or more Fn::Sub intrinsic functions don't specify");
    starts("!Sub {a: b}", "Template error: One or more Fn::Sub intrinsic functions don't specify");
    starts("!Sub '${a b}'", "Template error: variable names in Fn::Sub syntax must contain only");
    starts("!Sub '${}'", "Template error: variable names in Fn::Sub syntax must contain only");
    starts("!If [a, b]", "Template error: Fn::If requires a list argument with the first element");
    starts("!Base64 [a]",
           "Template error: every Fn::Base64 object must have a String-typed value.");
    starts("!Length [a]", "Template error: Fn::Length needs the transform AWS::LanguageExtensions");
    starts("!ToJsonString {a: b}", "Template error: Fn::ToJsonString needs the transform");
    starts("!Length a", "Template error: every Fn::Length object requires a list",
           "Transform: AWS::LanguageExtensions\n");
    starts("!Equals [a, b]", "Template error: Fn::Equals is not supported in the Resources and");
    starts("!GetAZs ''", "Template error: Encountered unsupported function: Fn::GetAZs Supported");
    starts("!Cidr [a, 1, 2]", "Template error: Encountered unsupported function: Fn::Cidr");
    starts("{Fn::Transform: {Name: x}}",
           "Template error: Encountered unsupported function: Fn::Tr");
    starts("{Fn::Join: [a, []], b: c}", "Template error: Fn::Join must be the only key of its map");
}

// A map named Condition, Ref among other keys, and ${…} outside of Fn::Sub are what they look like.
TEST(Parse, LooksLikeAFunctionButIsNone) {
    auto parsed = parse(R"({"Resources": {"A": {"Type": "T", "Properties": {
        "Statement": {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        "Only": {"Condition": "x"},
        "Both": {"Ref": "not one", "Other": "key"},
        "Prefix": "a/!{timestamp:yyyy}/${year}/{{changeSet"}}}})");
    ASSERT_TRUE(parsed) << parsed.error().message;
}

std::string numbered(std::string_view section, std::size_t count, std::string_view body) {
    std::string text = std::string(section) + ":\n";
    for (std::size_t i = 0; i < count; ++i) {
        text += "  N" + std::to_string(i) + ": " + std::string(body) + "\n";
    }
    return text;
}

TEST(Parse, CountsAreBoundedAtTheirEdges) {
    const struct {
        std::string_view section, word, body;
        std::size_t max;
    } cases[] = {
        {"Resources", "resources", "{Type: T}", resources_max},
        {"Parameters", "parameters", "{Type: String}", parameters_max},
        {"Mappings", "mappings", "{a: {b: c}}", mappings_max},
        {"Outputs", "outputs", "{Value: a}", outputs_max},
    };
    for (const auto& one : cases) {
        const std::string rest = one.section == "Resources" ? "" : std::string(bucket);
        EXPECT_EQ(problem(numbered(one.section, one.max, one.body) + rest), "");
        EXPECT_EQ(problem(numbered(one.section, one.max + 1, one.body) + rest),
                  "Template format error: Number of " + std::string(one.word) + ", " +
                      std::to_string(one.max + 1) + ", is greater than maximum allowed, " +
                      std::to_string(one.max));
    }
    const auto named = [](std::size_t length) {
        return "Resources: {" + std::string(length, 'A') + ": {Type: T}}";
    };
    EXPECT_EQ(problem(named(logical_id_characters_max)), "");
    EXPECT_NE(problem(named(logical_id_characters_max + 1)), "");
    EXPECT_EQ(problem(with_bucket("Description: " + std::string(description_bytes_max, 'd'))), "");
    EXPECT_EQ(problem(with_bucket("Description: " + std::string(description_bytes_max + 1, 'd'))),
              "Template format error: 'Description' length is greater than 1024.");
}

class Catalog : public TypeCatalog {
  public:
    bool has_type(std::string_view type) const override { return type == "AWS::S3::Bucket"; }
    bool has_attribute(std::string_view, std::string_view attribute) const override {
        return attribute == "Arn";
    }
};

TEST(Types, UnknownTypesAndAttributes) {
    const auto check = [](std::string_view text) {
        auto parsed = parse(text);
        EXPECT_TRUE(parsed) << parsed.error().message;
        auto checked = check_types(parsed.value(), Catalog());
        return checked ? std::string() : checked.error().message;
    };
    EXPECT_EQ(check("Resources: {A: {Type: AWS::Foo::Bar}, B: {Type: X}, C: {Type: X}}"),
              "Template format error: Unrecognized resource types: [AWS::Foo::Bar, X]");
    const std::string one =
        "Resources: {A: {Type: AWS::S3::Bucket}, B: {Type: AWS::S3::Bucket, "
        "Properties: {P: ";
    EXPECT_EQ(check(one + "!GetAtt A.Arn}}}"), "");
    EXPECT_EQ(check(one + "!GetAtt A.Ran}}}"),
              "Template error: resource A does not support attribute type Ran in Fn::GetAtt");
    EXPECT_EQ(check(one + "!Sub '${A.Ran}'}}}"),
              "Template error: resource A does not support attribute type Ran in Fn::GetAtt");
    EXPECT_EQ(check(with_bucket("Outputs: {O: {Value: !GetAtt Bucket.Ran}}").replace(0, 0, "")),
              "Template error: resource Bucket does not support attribute type Ran in Fn::GetAtt");
}

TEST(Types, Capabilities) {
    const auto summary = [](std::string_view text) {
        auto parsed = parse(text);
        EXPECT_TRUE(parsed) << parsed.error().message;
        return summarize(parsed.value());
    };
    EXPECT_TRUE(summary(bucket).capabilities.empty());
    EXPECT_EQ(summary(bucket).capabilities_reason, "");
    Summary made = summary(
        "Resources: {A: {Type: AWS::IAM::Role}, B: {Type: AWS::S3::Bucket}, C: "
        "{Type: AWS::IAM::Policy, Properties: {PolicyName: x}}}");
    EXPECT_EQ(made.capabilities, std::vector<std::string>{"CAPABILITY_IAM"});
    EXPECT_EQ(made.capabilities_reason,
              "The following resource(s) require capabilities: [AWS::IAM::Role, AWS::IAM::Policy]");
    EXPECT_EQ(made.resource_types,
              (std::vector<std::string>{"AWS::IAM::Role", "AWS::S3::Bucket", "AWS::IAM::Policy"}));
    made = summary(
        "Transform: [AWS::LanguageExtensions]\nResources: {A: {Type: AWS::IAM::Role, "
        "Properties: {RoleName: x}}}");
    EXPECT_EQ(made.capabilities,
              (std::vector<std::string>{"CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"}));
}

}  // namespace
}  // namespace stack_template
