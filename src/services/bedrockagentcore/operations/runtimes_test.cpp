// Runtimes over a store in memory, with a host that notes what it is asked.
#include <gtest/gtest.h>

#include "aws/testing.h"
#include "services/bedrockagentcore/bedrockagentcore.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"

namespace bedrockagentcore {
namespace {

class FakeRoles final : public ports::Roles {
  public:
    base::Result<ports::RoleAnswer> ask_role(const ports::RoleRequest& request) const override {
        EXPECT_EQ(request.caller.service_principal, "bedrock-agentcore.amazonaws.com");
        EXPECT_TRUE(request.caller.source_arn.starts_with(
            "arn:aws:bedrock-agentcore:us-west-2:000000000000:runtime/"));
        ports::RoleAnswer answer;
        if (request.role_arn.ends_with("/agent")) {
            answer.verdict = ports::RoleAnswer::Verdict::trusted;
        }
        return answer;
    }
};

class FakeHost final : public ports::AgentHost {
  public:
    Cancel invoke(const ports::AgentProgram& program, ports::AgentRequest request,
                  Done done) override {
        programs.push_back(program);
        requests.push_back(std::move(request));
        done(answer);
        return [] {};
    }
    void end(const std::string& key) override { ended.push_back(key); }

    base::Result<ports::AgentAnswer> answer = ports::AgentAnswer{
        200, {{"Content-Type", "application/json"}, {"X-Other", "kept here"}}, R"({"ok":1})"};
    std::vector<ports::AgentProgram> programs;
    std::vector<ports::AgentRequest> requests;
    std::vector<std::string> ended;
};

class AgentRuntimes : public testing::Test {
  protected:
    AgentRuntimes() { open(); }
    ~AgentRuntimes() override { close(); }
    void open() {
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, files_, executor_, log_);
        ASSERT_TRUE(opened.has_value());
        store_ = std::move(opened.value());
        agents_ = std::make_unique<AgentCore>(Environment{clock_, random_, *store_, roles_, host_});
        harness_ = std::make_unique<aws::testing::Harness>(model, agents_.get());
    }
    void close() {
        executor_.drop_all();
        harness_.reset();
        agents_.reset();
        store_.reset();
    }

    static std::string settings(const std::string& more = "", const std::string& image = uri) {
        return R"({"agentRuntimeArtifact":{"containerConfiguration":{"containerUri":")" + image +
               R"("}},"roleArn":"arn:aws:iam::000000000000:role/agent",)"
               R"("networkConfiguration":{"networkMode":"PUBLIC"},)"
               R"("protocolConfiguration":{"serverProtocol":"MCP"})" +
               more + "}";
    }
    aws::testing::Answer create(const std::string& name, const std::string& more = "") {
        return harness_->rest("PUT", "/runtimes/",
                              settings(R"(,"agentRuntimeName":")" + name + "\"" + more));
    }
    aws::testing::Answer invoke(const std::string& id, const std::string& payload,
                                const aws::testing::HeaderList& headers = {},
                                const std::string& query = "") {
        return harness_->rest(
            "POST",
            "/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aus-west-2%3A000000000000%3Aruntime%2F" + id +
                "/invocations" + query,
            payload, headers);
    }

    static constexpr const char* uri =
        "000000000000.dkr.ecr.us-west-2.amazonaws.com/acme/datastack-mcp:1";
    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::SeededRandom random_{1};
    sim::RecordingLog log_;
    sim::CrashFileSystem files_{nullptr, false};
    FakeRoles roles_;
    FakeHost host_;
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<AgentCore> agents_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

TEST_F(AgentRuntimes, AreKeptAsTheyWereMade) {
    const auto made = create("telemetry", R"(,"description":"d","tags":{"team":"acme"},
        "environmentVariables":{"A":"b"},"lifecycleConfiguration":{"idleRuntimeSessionTimeout":60},
        "requestHeaderConfiguration":{"requestHeaderAllowlist":["Mcp-Method"]})");
    ASSERT_EQ(made.status, 202) << made.body;
    const std::string id = made.at("agentRuntimeId");
    EXPECT_EQ(id.substr(0, 10), "telemetry-");
    EXPECT_EQ(id.size(), 20U);
    const std::string arn = "arn:aws:bedrock-agentcore:us-west-2:000000000000:runtime/" + id;
    EXPECT_EQ(made.at("agentRuntimeArn"), arn);
    EXPECT_EQ(made.at("createdAt"), "2026-01-01T00:00:00Z");
    close();
    open();
    const auto got = harness_->rest("GET", "/runtimes/" + id + "/");
    ASSERT_EQ(got.status, 200) << got.body;
    EXPECT_EQ(got.at("status"), "READY");
    EXPECT_EQ(got.at("agentRuntimeArtifact.containerConfiguration.containerUri"), uri);
    EXPECT_EQ(got.at("networkConfiguration.networkMode"), "PUBLIC");
    EXPECT_EQ(got.at("protocolConfiguration.serverProtocol"), "MCP");
    EXPECT_EQ(got.at("environmentVariables.A"), "b");
    EXPECT_EQ(got.at("lifecycleConfiguration.idleRuntimeSessionTimeout"), "60");
    EXPECT_EQ(got.at("lifecycleConfiguration.maxLifetime"), "28800");
    EXPECT_EQ(got.at("requestHeaderConfiguration.requestHeaderAllowlist.0"), "Mcp-Method");
    const std::string tags =
        "/tags/arn:aws:bedrock-agentcore:us-west-2:000000000000:runtime%2F" + id;
    EXPECT_EQ(harness_->rest("GET", tags).at("tags.team"), "acme");
    EXPECT_EQ(harness_->rest("POST", tags, R"({"tags":{"x":"y"}})").status, 204);
    EXPECT_EQ(harness_->rest("DELETE", tags + "?tagKeys=team&tagKeys=none").status, 204);
    EXPECT_EQ(harness_->rest("GET", tags).at("tags"), R"({"x":"y"})");
    EXPECT_TRUE(host_.ended.empty()) << "tags change no program";
}

TEST_F(AgentRuntimes, TheSameTokenMakesTheSame) {
    const std::string token = R"(,"clientToken":"0123456789012345678901234567890123")";
    const auto made = create("one", token);
    ASSERT_EQ(made.status, 202) << made.body;
    EXPECT_EQ(create("one", token).at("agentRuntimeId"), made.at("agentRuntimeId"));
    EXPECT_EQ(create("one", token + R"(,"description":"other")").error_code(), "ConflictException");
    const auto taken = create("one");
    EXPECT_EQ(taken.error_code(), "ConflictException");
    EXPECT_EQ(taken.status, 409);
}

TEST_F(AgentRuntimes, WhatCannotBeDoneHereIsRefused) {
    const auto code_of = [&](const std::string& body) {
        return harness_->rest("PUT", "/runtimes/", body).error_code();
    };
    const std::string named = R"(,"agentRuntimeName":"a")";
    EXPECT_EQ(create("0a").error_code(), "ValidationException");
    EXPECT_EQ(create("a-b").error_code(), "ValidationException");
    EXPECT_EQ(create(std::string(49, 'a')).error_code(), "ValidationException");
    for (const char* more :
         {R"(,"authorizerConfiguration":{"customJWTAuthorizer":{"discoveryUrl":"x"}})",
          R"(,"authorizerConfiguration":{"customJWTAuthorizer":{"discoveryUrl":
             "https://i/.well-known/openid-configuration"}})",
          R"(,"authorizerConfiguration":{"customJWTAuthorizer":{"discoveryUrl":
             "http://i/.well-known/openid-configuration","allowedAudience":["a"]}})",
          R"(,"authorizerConfiguration":{"customJWTAuthorizer":{"discoveryUrl":
             "https://i/.well-known/openid-configuration","allowedAudience":["a"],
             "allowedClients":["c"]}})",
          R"(,"filesystemConfigurations":[{"sessionStorage":{"mountPath":"/mnt/x"}}])",
          R"(,"requestHeaderConfiguration":{"requestHeaderAllowlist":["a b"]})",
          R"(,"environmentVariables":{"A=B":"c"})",
          R"(,"environmentVariables":{"AWS_PROFILE":"c"})",
          R"(,"environmentVariables":{"DATASTACK_MCP_TOKEN":"c"})",
          R"(,"environmentVariables":{"DATASTACK_MCP_JWKS":"c"})",
          R"(,"lifecycleConfiguration":{"maxLifetime":59})"}) {
        EXPECT_EQ(code_of(settings(named + more)), "ValidationException") << more;
    }
    EXPECT_EQ(code_of(settings(named, "public.ecr.aws/acme/other:1")), "ValidationException");
    EXPECT_EQ(code_of(settings(named, "docker.io/datastack-mcp")), "ValidationException");
    std::string vpc = settings(named);
    vpc.replace(vpc.find("PUBLIC"), 6, "VPC");
    EXPECT_EQ(code_of(vpc), "ValidationException");
    std::string http = settings(named);
    http.replace(http.find("\"MCP\""), 5, "\"HTTP\"");
    EXPECT_EQ(code_of(http), "ValidationException");
    std::string role = settings(named);
    role.replace(role.find("role/agent"), 10, "role/other");
    const auto refused = harness_->rest("PUT", "/runtimes/", role);
    EXPECT_EQ(refused.error_code(), "ValidationException");
    EXPECT_NE(refused.at("message").find("trust policy"), std::string::npos);
    EXPECT_EQ(refused.at("reason"), "FieldValidationFailed");
    EXPECT_EQ(harness_->rest("POST", "/runtimes/").at("agentRuntimes"), "[]");
}

TEST_F(AgentRuntimes, AreListedByPages) {
    for (const char* name : {"c", "a", "b"})
        ASSERT_EQ(create(name).status, 202);
    const auto page = harness_->rest("POST", "/runtimes/?maxResults=2");
    EXPECT_EQ(page.at("agentRuntimes.0.agentRuntimeName"), "a");
    EXPECT_EQ(page.at("agentRuntimes.1.agentRuntimeName"), "b");
    EXPECT_EQ(page.at("agentRuntimes.2"), "");
    const auto rest = harness_->rest("POST", "/runtimes/?nextToken=" + page.at("nextToken"));
    EXPECT_EQ(rest.at("agentRuntimes.0.agentRuntimeName"), "c");
    EXPECT_EQ(rest.at("nextToken"), "");
    harness_->set_region("eu-west-1");
    EXPECT_EQ(harness_->rest("POST", "/runtimes/").at("agentRuntimes"), "[]");
}

TEST_F(AgentRuntimes, AChangeIsAVersion) {
    const std::string id = create("one").at("agentRuntimeId");
    const std::string path = "/runtimes/" + id + "/";
    clock_.advance_ms(5'000);
    const auto changed =
        harness_->rest("PUT", path, settings(R"(,"environmentVariables":{"A":"2"})"));
    ASSERT_EQ(changed.status, 202) << changed.body;
    EXPECT_EQ(changed.at("agentRuntimeVersion"), "2");
    EXPECT_EQ(changed.at("lastUpdatedAt"), "2026-01-01T00:00:05Z");
    EXPECT_EQ(host_.ended, std::vector<std::string>{"000000000000/us-west-2/" + id + "/1"});
    EXPECT_EQ(harness_->rest("GET", path + "?version=2").at("environmentVariables.A"), "2");
    EXPECT_EQ(harness_->rest("GET", path + "?version=1").error_code(), "ResourceNotFoundException");
    const auto gone = harness_->rest("DELETE", path);
    EXPECT_EQ(gone.status, 202);
    EXPECT_EQ(gone.at("status"), "DELETING");
    EXPECT_EQ(host_.ended.back(), "000000000000/us-west-2/" + id + "/2");
    EXPECT_EQ(harness_->rest("GET", path).status, 404);
    EXPECT_EQ(harness_->rest("DELETE", path).error_code(), "ResourceNotFoundException");
    EXPECT_EQ(invoke(id, "{}").error_code(), "ResourceNotFoundException");
}

TEST_F(AgentRuntimes, PayloadsPassUnchanged) {
    const std::string id =
        create("one", R"(,"environmentVariables":{"A":"b"},"requestHeaderConfiguration":
            {"requestHeaderAllowlist":["Mcp-Method","Authorization","Host"]})")
            .at("agentRuntimeId");
    const std::string payload = "{\"jsonrpc\": \"2.0\",\n \"\xc3\xbc\": 1}";
    const std::string session(40, 's');
    const auto answer = invoke(id, payload,
                               {{"Content-Type", "application/json"},
                                {"Accept", "application/json, text/event-stream"},
                                {"Mcp-Method", "tools/list"},
                                {"Mcp-Name", "not passed"},
                                {"Authorization", "not passed"},
                                {"X-Amzn-Bedrock-AgentCore-Runtime-Session-Id", session}},
                               "?qualifier=DEFAULT");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.body, R"({"ok":1})");
    EXPECT_EQ(answer.headers.get("content-type"), "application/json");
    EXPECT_EQ(answer.headers.get("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"), session);
    EXPECT_EQ(answer.headers.get("x-other"), "");
    ASSERT_EQ(host_.requests.size(), 1U);
    EXPECT_EQ(host_.requests[0].body, payload);
    const ports::AgentHeaders expected = {{"Content-Type", "application/json"},
                                          {"Accept", "application/json, text/event-stream"},
                                          {"X-Amzn-Bedrock-AgentCore-Runtime-Session-Id", session},
                                          {"Mcp-Method", "tools/list"}};
    EXPECT_EQ(host_.requests[0].headers, expected);
    EXPECT_EQ(host_.programs[0].role_arn, "arn:aws:iam::000000000000:role/agent");
    EXPECT_EQ(host_.programs[0].environment.at("A"), "b");
    // Whatever the program says, it is passed on; a session is made when none is named.
    host_.answer = ports::AgentAnswer{404, {{"Content-Type", "text/plain"}}, "no"};
    const auto missing = invoke(id, "{}");
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.body, "no");
    EXPECT_EQ(missing.headers.get("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id").size(), 36U);
}

TEST_F(AgentRuntimes, ATokenOrASignatureButNotBoth) {
    const std::string url = "https://i/.well-known/openid-configuration";
    const std::string id = create("one", R"(,"authorizerConfiguration":{"customJWTAuthorizer":
        {"discoveryUrl":")" + url + R"(","allowedAudience":["a","b"]}})")
                               .at("agentRuntimeId");
    const auto got = harness_->rest("GET", "/runtimes/" + id + "/");
    EXPECT_EQ(got.at("authorizerConfiguration.customJWTAuthorizer.discoveryUrl"), url);
    EXPECT_EQ(got.at("authorizerConfiguration.customJWTAuthorizer.allowedAudience"),
              R"(["a","b"])");
    const auto refused = invoke(id, "{}");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.error_code(), "AccessDeniedException");
    EXPECT_TRUE(host_.requests.empty());
}

TEST_F(AgentRuntimes, InvocationsThatCannotBe) {
    const std::string id = create("one").at("agentRuntimeId");
    EXPECT_EQ(invoke(id, "{}", {}, "?qualifier=other").error_code(), "ResourceNotFoundException");
    EXPECT_EQ(invoke("none-0123456789", "{}").error_code(), "ResourceNotFoundException");
    EXPECT_EQ(
        invoke(id, "{}", {{"X-Amzn-Bedrock-AgentCore-Runtime-Session-Id", "short"}}).error_code(),
        "ValidationException");
    EXPECT_EQ(harness_->rest("POST", "/runtimes/one/invocations", "{}").error_code(),
              "ValidationException");
    EXPECT_TRUE(host_.requests.empty());
    host_.answer = base::Error{base::ErrorKind::unavailable, "it ended", ""};
    const auto failed = invoke(id, "{}");
    EXPECT_EQ(failed.error_code(), "RuntimeClientError");
    EXPECT_EQ(failed.status, 424);
    host_.answer = base::Error{base::ErrorKind::limit, "too many", ""};
    EXPECT_EQ(invoke(id, "{}").error_code(), "ThrottlingException");
}

}  // namespace
}  // namespace bedrockagentcore
