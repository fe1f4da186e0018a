#include "app/mcp_clients.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace {

namespace json = boost::json;

const app::McpConnection connection = {
    "/opt/data stack/datastack", {"mcp", "--stdio"}, {}, "http://127.0.0.1:4566/mcp", "t0ken"};

json::object entry_of(const std::string& client, const char* list = "mcpServers",
                      const app::McpConnection& to = connection) {
    const app::McpClient* found = app::find_mcp_client(client);
    EXPECT_NE(found, nullptr) << client;
    if (found == nullptr) return {};
    const std::string text = app::mcp_client_config(*found, to);
    EXPECT_TRUE(text.ends_with("}\n"));
    return json::parse(text).as_object().at(list).as_object().at("datastack").as_object();
}

TEST(McpClients, ThoseThatStartAProgramGetNoSecret) {
    for (const char* client :
         {"claude-desktop", "claude-code", "cursor", "windsurf", "inspector"}) {
        const json::object entry = entry_of(client);
        EXPECT_EQ(entry.at("command").as_string(), "/opt/data stack/datastack") << client;
        EXPECT_EQ(entry.at("args"), (json::array{"mcp", "--stdio"})) << client;
        EXPECT_EQ(entry.size(), 2U) << client;
    }
    json::object typed = entry_of("vscode", "servers");
    EXPECT_EQ(typed["type"].as_string(), "stdio");
    typed.erase("type");
    EXPECT_EQ(typed, entry_of("claude-code"));
    app::McpConnection other = connection;
    other.variables = {{"DATASTACK_ACCESS_KEY_ID", "AKMINE"}};
    EXPECT_EQ(entry_of("windsurf", "mcpServers", other).at("env"),
              (json::object{{"DATASTACK_ACCESS_KEY_ID", "AKMINE"}}));
}

TEST(McpClients, ThoseThatConnectGetTheUrlAndTheToken) {
    const json::object headers{{"Authorization", "Bearer t0ken"}};
    const json::object typed{
        {"type", "http"}, {"url", "http://127.0.0.1:4566/mcp"}, {"headers", headers}};
    EXPECT_EQ(entry_of("http"), typed);
    app::McpConnection open = connection;
    open.token = "";
    EXPECT_FALSE(entry_of("http", "mcpServers", open).contains("headers"));
}

TEST(McpClients, UnknownOnesAreNotFound) {
    EXPECT_EQ(app::find_mcp_client("emacs"), nullptr);
    EXPECT_EQ(app::mcp_client_names(),
              "claude-desktop, claude-code, cursor, vscode, windsurf, inspector, http");
}

}  // namespace
