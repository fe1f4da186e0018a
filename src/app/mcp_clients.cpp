#include "app/mcp_clients.h"

#include <boost/json.hpp>

namespace app {

namespace json = boost::json;

namespace {

// Started by the client; reads the keys by itself, so that no secret stands in the file.
json::object stdio_entry(const McpConnection& connection) {
    json::array arguments;
    for (const std::string& argument : connection.arguments)
        arguments.emplace_back(argument);
    json::object entry{{"command", connection.program}, {"args", std::move(arguments)}};
    json::object variables;
    for (const auto& [name, value] : connection.variables)
        variables[name] = value;
    if (!variables.empty()) entry["env"] = std::move(variables);
    return entry;
}

json::object http_entry(const McpConnection& connection) {
    json::object entry{{"type", "http"}, {"url", connection.url}};
    if (!connection.token.empty()) {
        entry["headers"] = json::object{{"Authorization", "Bearer " + connection.token}};
    }
    return entry;
}

void print(std::string& out, const json::value& value, std::size_t depth) {
    const auto line = [&out](std::size_t levels) { out += "\n" + std::string(levels * 2, ' '); };
    if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
        const char* before = "{";
        for (const auto& [name, member] : *object) {
            out += std::exchange(before, ",");
            line(depth + 1);
            out += json::serialize(json::value(name)) + ": ";
            print(out, member, depth + 1);
        }
        line(depth);
        out += "}";
    } else {
        out += json::serialize(value);  // lists of arguments stay on a line
    }
}

}  // namespace

const std::vector<McpClient>& mcp_clients() {
    static const std::vector<McpClient> clients = {
        {"claude-desktop", "claude_desktop_config.json (Settings, Developer, Edit Config)"},
        {"claude-code", ".mcp.json in the project"},
        {"cursor", "~/.cursor/mcp.json, or .cursor/mcp.json in the project"},
        {"vscode", ".vscode/mcp.json in the project"},
        {"windsurf", "~/.codeium/windsurf/mcp_config.json"},
        {"inspector", "a file: npx @modelcontextprotocol/inspector --config FILE"},
        {"http", "the configuration of any other client that speaks Streamable HTTP", false}};
    return clients;
}

std::string mcp_client_names() {
    std::string names;
    for (const McpClient& client : mcp_clients())
        names += (names.empty() ? "" : ", ") + std::string(client.name);
    return names;
}

const McpClient* find_mcp_client(const std::string& name) {
    for (const McpClient& client : mcp_clients()) {
        if (client.name == name) return &client;
    }
    return nullptr;
}

std::string mcp_client_config(const McpClient& client, const McpConnection& connection) {
    const bool is_vscode = std::string_view(client.name) == "vscode";
    json::object entry = client.starts_program ? stdio_entry(connection) : http_entry(connection);
    if (is_vscode) entry["type"] = "stdio";
    json::object servers;
    servers["datastack"] = std::move(entry);
    json::object config;
    config[is_vscode ? "servers" : "mcpServers"] = std::move(servers);
    std::string text;
    print(text, config, 0);
    return text + "\n";
}

}  // namespace app
