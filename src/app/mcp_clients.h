// How the clients of MCP want a server to be written down, each in its own file and spelling.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace app {

// What a client may be told about this server.
struct McpConnection {
    std::string program;                 // "/…/datastack", for clients that start it
    std::vector<std::string> arguments;  // "mcp", "--stdio", …
    std::vector<std::pair<std::string, std::string>> variables;  // that it needs, if any
    std::string url;    // "http://127.0.0.1:4566/mcp", for those that do not
    std::string token;  // "" when it needs none, or gets one elsewhere
};

struct McpClient {
    const char* name;            // "cursor"
    const char* place;           // "~/.cursor/mcp.json"
    bool starts_program = true;  // and speaks stdio, without a secret; else it gets URL and token
};
const std::vector<McpClient>& mcp_clients();
// "claude-desktop, claude-code, …"
std::string mcp_client_names();
const McpClient* find_mcp_client(const std::string& name);

// The text of its file, JSON of several lines.
std::string mcp_client_config(const McpClient& client, const McpConnection& connection);

}  // namespace app
