// Conditions, rules, outputs, imports and the graph of what is active.
#include <gtest/gtest.h>

#include "stack_template/evaluate.h"
#include "stack_template/testing.h"

namespace stack_template {
namespace {

// A template with its parameters bound and its evaluator made.
struct Made {
    explicit Made(std::string_view text, std::vector<ParameterInput> given = {}) {
        auto result = parse(text);
        EXPECT_TRUE(result) << result.error().message;
        if (!result) return;
        parsed = std::move(result.value());
        testing::MapParameterSource source;
        source.ssm = {{"/cdk-bootstrap/hnb659fds/version", "33"}, {"/old", "5"}};
        auto bound = bind_parameters(parsed, given, nullptr, source);
        EXPECT_TRUE(bound) << bound.error().message;
        if (!bound) return;
        values = std::move(bound.value());
        auto evaluated = Evaluator::make(parsed, values, pseudo);
        if (evaluated) {
            evaluator.emplace(std::move(evaluated.value()));
        } else {
            problem = evaluated.error().message;
        }
    }
    Template parsed;
    ParameterValues values;
    PseudoParameters pseudo = testing::pseudo_parameters();
    std::optional<Evaluator> evaluator;
    std::string problem;
};

TEST(Conditions, EachFunction) {
    const struct {
        std::string_view expression;
        bool expected;
    } cases[] = {
        {"!Equals [!Ref Stage, prod]", true},
        {"!Equals [!Ref Stage, Prod]", false},
        {"!Equals [1, '1']", true},
        {"!Equals [true, 'true']", true},
        {"!Equals ['', !Join ['', !Ref Empty]]", true},
        {"!Equals [!Join [',', !Ref List], 'a,b']", true},
        {"!Equals [!FindInMap [M, !Ref Stage, Size], large]", true},
        {"!Equals [!Sub '${Stage}-${AWS::Region}', prod-us-west-2]", true},
        {"!Equals [!Select [0, !Split ['-', !Ref AWS::Region]], us]", true},
        {"!Not [!Equals [a, b]]", true},
        {"!And [!Equals [a, a], !Condition Other]", true},
        {"!And [!Equals [a, a], !Not [!Condition Other]]", false},
        {"!Or [!Equals [a, b], !Condition Other]", true},
        {"!Or [!Equals [a, b], !Not [!Condition Other]]", false},
        {"{Condition: Other}", true},
    };
    for (const auto& one : cases) {
        const Made made(
            "Parameters: {Stage: {Type: String, Default: prod}, Empty: {Type: "
            "CommaDelimitedList, Default: ''}, List: {Type: CommaDelimitedList, "
            "Default: 'a, b'}}\nMappings: {M: {prod: {Size: large}}}\n"
            "Conditions: {C: " +
            std::string(one.expression) + ", Other: !Equals [x, x]}\nResources: {A: {Type: T}}\n");
        ASSERT_TRUE(made.evaluator) << one.expression << made.problem;
        EXPECT_EQ(made.evaluator->condition("C"), one.expected) << one.expression;
        EXPECT_FALSE(made.evaluator->condition("Unknown"));
    }
}

TEST(Conditions, AListIsNoString) {
    const Made made(
        "Parameters: {L: {Type: CommaDelimitedList, Default: a}}\n"
        "Conditions: {C: !Equals [!Ref L, a]}\nResources: {A: {Type: T}}");
    EXPECT_EQ(made.problem,
              "Template error: every Fn::Equals object requires a list of 2 string parameters.");
}

// Each of many conditions that name the two before it is evaluated once.
TEST(Conditions, AreEvaluatedOnce) {
    std::string text = "Conditions:\n  C0: !Equals [a, a]\n  C1: !Equals [a, a]\n";
    for (int i = 2; i < 2'000; ++i) {
        text += "  C" + std::to_string(i) + ": !And [!Condition C" + std::to_string(i - 1) +
                ", !Condition C" + std::to_string(i - 2) + "]\n";
    }
    const Made made(text + "Resources: {A: {Type: T}}");
    ASSERT_TRUE(made.evaluator);
    EXPECT_TRUE(made.evaluator->condition("C1999"));
}

TEST(Rules, CdksVersionCheck) {
    const std::string text = R"(
Parameters:
  BootstrapVersion: {Type: AWS::SSM::Parameter::Value<String>, Default: /cdk-bootstrap/hnb659fds/version}
Rules:
  CheckBootstrapVersion:
    Assertions:
      - Assert: {Fn::Not: [{Fn::Contains: [["1", "2", "3", "4", "5"], {Ref: BootstrapVersion}]}]}
        AssertDescription: CDK bootstrap stack version 6 required.
Resources: {A: {Type: T}}
)";
    EXPECT_EQ(Made(text).problem, "");
    EXPECT_EQ(Made(text, {{"BootstrapVersion", "/old"}}).problem,
              "Template validation error: CDK bootstrap stack version 6 required.");
}

TEST(Rules, EachFunction) {
    const struct {
        std::string_view assertion;
        bool expected;
    } cases[] = {
        {"!Contains [[a, b], !Ref P]", true},
        {"!Contains [!Ref L, x]", true},
        {"!Contains [!Ref L, z]", false},
        {"!EachMemberEquals [!Ref L, x]", false},
        {"!EachMemberEquals [[x, x], x]", true},
        {"!EachMemberIn [!Ref L, [x, y, z]]", true},
        {"!EachMemberIn [[x, w], !Ref L]", false},
        {"!Equals [!Ref AWS::Region, us-west-2]", true},
        {"!And [!Equals [a, a], !Not [!Equals [a, b]]]", true},
        {"!Or [!Equals [a, b], !Equals [b, a]]", false},
    };
    for (const auto& one : cases) {
        const std::string text =
            "Parameters: {P: {Type: String, Default: a}, L: {Type: CommaDelimitedList, Default: "
            "'x,y'}}\nRules: {R: {Assertions: [{Assert: " +
            std::string(one.assertion) + "}]}}\nResources: {A: {Type: T}}";
        EXPECT_EQ(Made(text).problem,
                  one.expected ? "" : "Template validation error: Rule R is not satisfied")
            << one.assertion;
    }
}

TEST(Rules, ConditionOfARuleAndAllFailuresAtOnce) {
    const auto text = [](std::string_view condition) {
        return "Rules:\n  R:\n    RuleCondition: !Equals [a, " + std::string(condition) +
               "]\n    Assertions:\n      - {Assert: !Equals [a, b], AssertDescription: one}\n"
               "      - {Assert: !Equals [a, c], AssertDescription: two}\n"
               "Resources: {A: {Type: T}}\n";
    };
    EXPECT_EQ(Made(text("b")).problem, "");
    EXPECT_EQ(Made(text("a")).problem, "Template validation error: one; two");
}

constexpr std::string_view conditional = R"(
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Copy: {Type: T, Condition: IsProd, DependsOn: Main, Properties: {x: !GetAtt Base.Arn}}
  Main: {Type: T, Properties: {a: !If [IsProd, !Ref Key, !Ref Base], b: !Sub "${Base.Arn}${AWS::Region}${Stage}"}}
  Key: {Type: T, Condition: IsProd}
  Base: {Type: T}
  Last: {Type: T, DependsOn: [Main, Base], Metadata: {m: !If [IsProd, !Ref Copy, none]}}
Outputs:
  Main: {Value: !Ref Main, Description: main, Export: {Name: !Sub "${AWS::StackName}-main"}}
  Copy: {Value: !GetAtt Copy.Arn, Condition: IsProd}
)";

TEST(GraphOfActive, OrderAndLevels) {
    const Made dev(conditional);
    auto graph = dev.evaluator->graph();
    ASSERT_TRUE(graph) << graph.error().message;
    using Levels = std::vector<std::vector<std::string>>;
    EXPECT_EQ(graph.value().levels, (Levels{{"Base"}, {"Main"}, {"Last"}}));
    EXPECT_EQ(graph.value().order, (std::vector<std::string>{"Base", "Main", "Last"}));
    EXPECT_EQ(graph.value().dependents.at("Base"),
              (std::set<std::string, std::less<>>{"Main", "Last"}));

    const Made prod(conditional, {{"Stage", "prod"}});
    graph = prod.evaluator->graph();
    ASSERT_TRUE(graph) << graph.error().message;
    EXPECT_EQ(graph.value().levels, (Levels{{"Key", "Base"}, {"Main"}, {"Copy"}, {"Last"}}));
    EXPECT_EQ(graph.value().all_dependencies("Last"),
              (std::set<std::string, std::less<>>{"Base", "Copy", "Key", "Main"}));
    EXPECT_EQ(graph.value().all_dependents("Key"),
              (std::set<std::string, std::less<>>{"Copy", "Last", "Main"}));
}

TEST(GraphOfActive, ReferencesToWhatIsNotActive) {
    const auto problem = [](std::string_view rest) {
        const Made made(
            "Conditions: {Never: !Equals [a, b]}\nResources:\n  Absent: {Type: T, Condition: "
            "Never}\n" +
            std::string(rest));
        auto graph = made.evaluator->graph();
        return graph ? std::string() : graph.error().message;
    };
    const std::string expected =
        "Template format error: Unresolved resource dependencies [Absent] in the Resources block "
        "of "
        "the template";
    EXPECT_EQ(problem("  A: {Type: T, Properties: {x: !Ref Absent}}"), expected);
    EXPECT_EQ(problem("  A: {Type: T, Properties: {x: !Sub '${Absent.Arn}'}}"), expected);
    EXPECT_EQ(problem("  A: {Type: T, DependsOn: Absent}"), expected);
    EXPECT_EQ(problem("  A: {Type: T, Properties: {x: !If [Never, !Ref Absent, y]}}"), "");
    EXPECT_EQ(problem("  A: {Type: T}\nOutputs: {O: {Value: !Ref Absent, Condition: Never}}"), "");
    EXPECT_EQ(
        problem("  A: {Type: T}\nOutputs: {O: {Value: !Ref Absent}}"),
        "Template format error: Unresolved resource dependencies [Absent] in the Outputs block "
        "of the template");
}

TEST(GraphOfActive, ACycleThatOnlyOneConditionMakes) {
    const std::string text =
        "Parameters: {P: {Type: String, Default: a}}\nConditions: {C: !Equals [!Ref P, b]}\n"
        "Resources:\n  A: {Type: T, Properties: {x: !If [C, !Ref B, y]}}\n"
        "  B: {Type: T, Properties: {x: !Ref A}}\n";
    EXPECT_TRUE(Made(text).evaluator->graph());
    auto graph = Made(text, {{"P", "b"}}).evaluator->graph();
    ASSERT_FALSE(graph);
    EXPECT_EQ(graph.error().message, "Circular dependency between resources: [A, B]");
}

TEST(Graph, LongChainsAndWideLevels) {
    Graph::Edges chain, wide;
    std::vector<std::string> names;
    for (int i = 0; i < 20'000; ++i) {
        names.push_back("N" + std::to_string(i));
        chain[names.back()] = {};
        if (i > 0) chain[names.back()].insert("N" + std::to_string(i - 1));
        wide[names.back()] = {};
        if (i > 0) wide[names.back()].insert("N0");
    }
    auto made = make_graph(chain, names);
    ASSERT_TRUE(made);
    EXPECT_EQ(made.value().order, names);
    EXPECT_EQ(made.value().levels.size(), 20'000u);
    EXPECT_EQ(made.value().all_dependencies("N19999").size(), 19'999u);
    EXPECT_EQ(make_graph(wide, names).value().levels.size(), 2u);
    EXPECT_EQ(make_graph(wide, names).value().order, names);  // ties in the template's order
    // A target that is no key is no dependency.
    EXPECT_EQ(make_graph({{"A", {"Gone"}}}, {"A"}).value().order, std::vector<std::string>{"A"});
    EXPECT_TRUE(make_graph({}, {}).value().order.empty());
}

TEST(Outputs, ValuesAndExports) {
    testing::MapResolver resolver;
    resolver.refs = {{"Main", "main-1"}};
    const Made dev(conditional);
    auto outputs = dev.evaluator->outputs(resolver);
    ASSERT_TRUE(outputs) << outputs.error().message;
    ASSERT_EQ(outputs.value().size(), 1u);
    EXPECT_EQ(outputs.value()[0].name, "Main");
    EXPECT_EQ(outputs.value()[0].value, "main-1");
    EXPECT_EQ(outputs.value()[0].description, "main");
    EXPECT_EQ(outputs.value()[0].export_name, "Shop-main");

    const Made prod(conditional, {{"Stage", "prod"}});
    outputs = prod.evaluator->outputs(resolver);
    ASSERT_TRUE(outputs);
    EXPECT_EQ(outputs.value()[1].value, unknown_value);
}

TEST(Outputs, AListIsNoValue) {
    const Made made(
        "Parameters: {L: {Type: CommaDelimitedList, Default: a}}\nResources: {A: {Type: "
        "T}}\nOutputs: {O: {Value: !Ref L}}");
    testing::MapResolver resolver;
    auto outputs = made.evaluator->outputs(resolver);
    ASSERT_FALSE(outputs);
    EXPECT_EQ(outputs.error().message,
              "Template format error: Output O is malformed. The Value field of every Outputs "
              "member must evaluate to a String.");
}

TEST(Imports, NamesInBranchesThatAreTaken) {
    const std::string text =
        "Parameters: {P: {Type: String, Default: Net}}\nConditions: {Never: !Equals [a, b]}\n"
        "Resources:\n  A: {Type: T, Properties: {x: {Fn::ImportValue: !Sub '${P}:Vpc'}, y: !If "
        "[Never, !ImportValue not, !ImportValue yes]}}\n  B: {Type: T, Condition: Never, "
        "Properties: {x: "
        "!ImportValue off}}\nOutputs: {O: {Value: !ImportValue out}}\n";
    auto imports = Made(text).evaluator->imports();
    ASSERT_TRUE(imports);
    EXPECT_EQ(imports.value(), (std::set<std::string>{"Net:Vpc", "out", "yes"}));
    const Made bad(
        "Resources: {A: {Type: T}, B: {Type: T, Properties: {x: {Fn::ImportValue: !Ref "
        "A}}}}");
    EXPECT_FALSE(bad.evaluator->imports());
}

TEST(Plans, UnknownValuesAreMarked) {
    const Made made(
        "Resources: {A: {Type: T}, B: {Type: T, Properties: {x: !Ref A, y: [!GetAtt "
        "A.Arn, !Sub 'a/${A}'], z: plain}}}");
    testing::MapResolver resolver;
    const auto properties =
        made.evaluator->properties(*made.parsed.find_resource("B"), resolver).value();
    const std::string unknown = "\"{{changeSet:KNOWN_AFTER_APPLY}}\"";
    EXPECT_EQ(serialize(properties),
              "{\"x\":" + unknown + ",\"y\":[" + unknown + "," + unknown + "],\"z\":\"plain\"}");
    EXPECT_TRUE(has_unknown(properties));
    EXPECT_FALSE(has_unknown(properties.at("z")));
    resolver.refs = {{"A", "a"}};
    resolver.attributes = {{"A.Arn", "arn"}};
    const auto known =
        made.evaluator->properties(*made.parsed.find_resource("B"), resolver).value();
    EXPECT_EQ(serialize(known), R"({"x":"a","y":["arn","a/a"],"z":"plain"})");
}

}  // namespace
}  // namespace stack_template
