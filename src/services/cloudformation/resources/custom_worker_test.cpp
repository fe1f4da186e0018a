// Custom resources: what a function is told, and what its answers do.
#include "services/cloudformation/resources/custom_worker.h"

#include "services/cloudformation/testing.h"
#include "wire/uri.h"

namespace cloudformation {
namespace {

using namespace testing;  // NOLINT: the fixture's words

namespace json = boost::json;

class CustomResources : public StacksTest {
  protected:
    CustomResources() {
        functions_.script = [this](const json::object& event, FakeFunctions::InvokeDone done) {
            if (const auto text = answer_(event)) put(event, *text);
            done(ports::InvokeResult{200, "null", function_error_});
        };
    }

    // As a function does: PUT to the URL it was told.
    void put(const json::object& event, const std::string& text) {
        const std::string url(event.at("ResponseURL").get_string());
        const std::string prefix = "http://127.0.0.1:4566/";
        ASSERT_TRUE(url.starts_with(prefix)) << url;
        EXPECT_NE(url.find("X-Amz-Signature="), std::string::npos);
        const std::string path = url.substr(prefix.size(), url.find('?') - prefix.size());
        const std::size_t slash = path.find('/');
        const auto stored = stage_.store->put(path.substr(0, slash),
                                              *wire::percent_decode(path.substr(slash + 1)), text);
        EXPECT_TRUE(stored.has_value());
    }

    static std::string resource(const std::string& properties = "") {
        return R"("R":{"Type":"Custom::Thing","Properties":{"ServiceToken":)"
               R"("arn:aws:lambda:us-west-2:000000000000:function:f")" +
               (properties.empty() ? "" : "," + properties) + "}}";
    }
    static std::string text(const json::object& event, const char* name) {
        const json::value* value = event.if_contains(name);
        return value != nullptr && value->is_string() ? std::string(value->get_string()) : "(none)";
    }
    std::string requests() const {
        std::string list;
        for (const json::object& event : functions_.events) {
            list += text(event, "RequestType") + ":" + text(event, "PhysicalResourceId") + " ";
        }
        return list;
    }

    std::string physical_id_ = "p1";
    std::string function_error_;
    std::function<std::optional<std::string>(const json::object&)> answer_ =
        [this](const json::object&) {
            return R"({"Status":"SUCCESS","PhysicalResourceId":")" + physical_id_ +
                   R"(","Data":{"Out":"from the function"}})";
        };
};

TEST_F(CustomResources, LiveByTheAnswersOfAFunction) {
    EXPECT_EQ(deploy("s", body({resource(R"("Number":5,"Flag":true,"List":[1,{"K":2}])"),
                                thing("A", R"("Name":"a","Value":{"Fn::GetAtt":["R","Out"]})"),
                                thing("B", R"("Name":"b","Value":{"Ref":"R"})")})),
              "CREATE_COMPLETE")
        << events("s");
    EXPECT_EQ(world_.things["a"].value, "from the function");
    EXPECT_EQ(world_.things["b"].value, "p1");
    ASSERT_EQ(functions_.events.size(), 1u);
    const json::object create = functions_.events[0];
    EXPECT_EQ(text(create, "RequestType"), "Create");
    EXPECT_EQ(text(create, "ResourceType"), "Custom::Thing");
    EXPECT_EQ(text(create, "LogicalResourceId"), "R");
    EXPECT_EQ(text(create, "StackId"),
              element(call("DescribeStacks", {{"StackName", "s"}}).body, "StackId"));
    EXPECT_EQ(text(create, "PhysicalResourceId"), "(none)");
    // Scalars come as strings.
    EXPECT_EQ(stack_template::serialize(create.at("ResourceProperties")),
              R"({"ServiceToken":"arn:aws:lambda:us-west-2:000000000000:function:f",)"
              R"("Number":"5","Flag":"true","List":["1",{"K":"2"}]})");

    EXPECT_EQ(deploy("s", body({resource(R"("Number":6)"),
                                thing("A", R"("Name":"a","Value":{"Fn::GetAtt":["R","Out"]})")})),
              "UPDATE_COMPLETE");
    ASSERT_EQ(functions_.events.size(), 2u);
    EXPECT_EQ(text(functions_.events[1], "RequestType"), "Update");
    EXPECT_EQ(
        stack_template::serialize(functions_.events[1].at("OldResourceProperties").at("Flag")),
        "\"true\"");
    EXPECT_NE(text(create, "RequestId"), text(functions_.events[1], "RequestId"));
    // Another physical id: the old one goes.
    physical_id_ = "p2";
    EXPECT_EQ(deploy("s", body({resource(R"("Number":7)")})), "UPDATE_COMPLETE");
    EXPECT_EQ(requests(), "Create:(none) Update:p1 Update:p1 Delete:p1 ");
    EXPECT_EQ(remove("s"), "DELETE_COMPLETE");
    EXPECT_EQ(requests(), "Create:(none) Update:p1 Update:p1 Delete:p1 Delete:p2 ");
}

TEST_F(CustomResources, FailWithTheFunctionsReason) {
    answer_ = [](const json::object& event) -> std::optional<std::string> {
        if (text(event, "RequestType") == "Delete") {
            return R"({"Status":"SUCCESS","PhysicalResourceId":"x"})";
        }
        return R"({"Status":"FAILED","Reason":"it rains","PhysicalResourceId":"x"})";
    };
    EXPECT_EQ(deploy("s", body({resource()})), "ROLLBACK_COMPLETE");
    EXPECT_NE(events("s").find("R CREATE_FAILED Received response status [FAILED] from custom "
                               "resource. Message returned: it rains (RequestId: "),
              std::string::npos)
        << events("s");
    // What it made before it failed is its own to remove.
    ASSERT_EQ(functions_.events.size(), 2u);
    EXPECT_EQ(text(functions_.events[1], "RequestType"), "Delete");
}

TEST_F(CustomResources, BadAnswersFail) {
    const auto reason = [&](const std::string& answer) {
        answer_ = [answer](const json::object& event) -> std::optional<std::string> {
            if (text(event, "RequestType") == "Delete") {
                return R"({"Status":"SUCCESS","PhysicalResourceId":"x"})";
            }
            return answer;
        };
        const std::string name = "s" + std::to_string(functions_.events.size());
        EXPECT_EQ(deploy(name, body({resource()})), "ROLLBACK_COMPLETE");
        const std::string all = events(name);
        const std::size_t at = all.find("CREATE_FAILED ");
        return all.substr(at + 14, all.find('\n', at) - at - 14);
    };
    EXPECT_EQ(reason("no JSON"), "Invalid response: the object is not JSON.");
    EXPECT_EQ(reason(R"({"Status":"DONE"})"),
              "Invalid Response object: Value of property Status must be SUCCESS or FAILED");
    EXPECT_EQ(reason(R"({"Status":"SUCCESS"})"), "Invalid PhysicalResourceId");
    EXPECT_EQ(reason(R"({"Status":"SUCCESS","PhysicalResourceId":"x","Data":{"D":")" +
                     std::string(response_bytes_max, 'd') + "\"}}"),
              "Response object is too long.");
}

TEST_F(CustomResources, AFunctionThatFailsIsNotWaitedForAnHour) {
    answer_ = [](const json::object&) { return std::nullopt; };
    function_error_ = "Unhandled";
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "s"}, {"TemplateBody", body({resource()})}}),
              "");
    stage_.executor.run_for_ms(20'000);
    EXPECT_EQ(status("s"), "ROLLBACK_FAILED");  // nor does it remove what it may have made
    EXPECT_NE(events("s").find("R CREATE_FAILED The function failed: null"), std::string::npos);
}

TEST_F(CustomResources, AnAnswerMayComeLaterAndInTimeOnly) {
    json::object event;
    functions_.script = [&](const json::object& asked, FakeFunctions::InvokeDone done) {
        event = asked;
        done(ports::InvokeResult{200, "null", ""});
    };
    EXPECT_EQ(
        outcome("CreateStack", {{"StackName", "s"},
                                {"TemplateBody", body({resource(R"("ServiceTimeout":"60")")})}}),
        "");
    stage_.executor.run_for_ms(30'000);
    EXPECT_EQ(status("s"), "CREATE_IN_PROGRESS");
    put(event, R"({"Status":"SUCCESS","PhysicalResourceId":"late"})");
    stage_.executor.run_for_ms(2'000);
    EXPECT_EQ(status("s"), "CREATE_COMPLETE");

    EXPECT_EQ(
        outcome("CreateStack", {{"StackName", "t"},
                                {"TemplateBody", body({resource(R"("ServiceTimeout":"60")")})}}),
        "");
    stage_.executor.run_for_ms(62'000);
    EXPECT_NE(events("t").find("R CREATE_FAILED CloudFormation did not receive a response from "
                               "your Custom Resource."),
              std::string::npos)
        << events("t");
}

TEST_F(CustomResources, AnAnswerIsFoundAfterACrash) {
    json::object event;
    functions_.script = [&](const json::object& asked, const FakeFunctions::InvokeDone&) {
        event = asked;
    };
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "s"}, {"TemplateBody", body({resource()})}}),
              "");
    stage_.executor.run_for_ms(100);
    ASSERT_EQ(functions_.events.size(), 1u);
    put(event, R"({"Status":"SUCCESS","PhysicalResourceId":"kept"})");
    crash();
    settle();
    EXPECT_EQ(status("s"), "CREATE_COMPLETE");
    EXPECT_EQ(functions_.events.size(), 1u);  // it was not asked again
    // Without an answer it is asked again, with the same request id.
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "t"}, {"TemplateBody", body({resource()})}}),
              "");
    stage_.executor.run_for_ms(100);
    crash();
    stage_.executor.run_for_ms(100);
    ASSERT_EQ(functions_.events.size(), 3u);
    EXPECT_EQ(text(functions_.events[1], "RequestId"), text(functions_.events[2], "RequestId"));
    put(event, R"({"Status":"SUCCESS","PhysicalResourceId":"again"})");
    settle();
    EXPECT_EQ(status("t"), "CREATE_COMPLETE");
}

TEST_F(CustomResources, NeedAFunction) {
    EXPECT_NE(
        outcome("CreateStack",
                {{"StackName", "s"},
                 {"TemplateBody", body({R"("R":{"Type":"Custom::X","Properties":{"ServiceToken":)"
                                        R"("arn:aws:sns:us-west-2:000000000000:topic"}})"})}})
            .find("Invalid ServiceToken"),
        std::string::npos);
    EXPECT_NE(outcome("CreateStack",
                      {{"StackName", "s"},
                       {"TemplateBody", body({R"("R":{"Type":"Custom::X","Properties":{}})"})}})
                  .find("ServiceToken must be specified"),
              std::string::npos);
}

}  // namespace
}  // namespace cloudformation
