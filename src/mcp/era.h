// Which family of protocol revisions a message belongs to, and whether its headers, its _meta and
// its body agree. The order of the checks is the contract, because each has a code of its own:
//
//   era -> version header missing -> _meta incomplete -> header differs from _meta -> version not
//   supported -> Mcp-Method or Mcp-Name differs from the body
//
// Host and Origin come before them, unknown methods and undeclared capabilities behind them.
#pragma once

#include <boost/json/array.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mcp/json_rpc.h"
#include "wire/http.h"

namespace mcp {

inline constexpr std::string_view stateless_version = "2026-07-28";
// Newest first. What `initialize` may agree on.
inline constexpr std::string_view session_versions[] = {"2025-11-25", "2025-06-18", "2025-03-26",
                                                        "2024-11-05"};
// Assumed of a session-era request without a version header.
inline constexpr std::string_view default_session_version = "2025-03-26";

namespace meta_key {
inline constexpr std::string_view protocol_version = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view client_capabilities =
    "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view client_info = "io.modelcontextprotocol/clientInfo";
inline constexpr std::string_view log_level = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view server_info = "io.modelcontextprotocol/serverInfo";
inline constexpr std::string_view subscription_id = "io.modelcontextprotocol/subscriptionId";
}  // namespace meta_key

// An error that ends a request before it runs, with its status over HTTP.
struct Refusal {
    RpcError error;
    int http_status = 400;
};

bool is_session_version(std::string_view version);
boost::json::array supported_versions();

// By the version in _meta, else by the version header, else by an Mcp-Method header. `head` is null
// on stdio.
Era classify(const Message& message, const wire::RequestHead* head);

struct HeaderRules {
    // Hosts that pass headers by list drop the new ones: then absent ones are accepted. Different
    // ones never are.
    bool require = true;
};
// The checks of the stateless era, in order; `head` is null on stdio, which has no headers.
std::optional<Refusal> check_stateless(const Message& message, const wire::RequestHead* head,
                                       HeaderRules rules);

// An argument that a tool's schema wants repeated in a header (x-mcp-header).
struct HeaderParameter {
    std::string name;    // of the argument, "region"
    std::string header;  // behind "Mcp-Param-", "Region"
};
std::optional<Refusal> check_parameters(const Message& message, const wire::RequestHead& head,
                                        std::span<const HeaderParameter> parameters,
                                        HeaderRules rules);

// "=?base64?…?=" holds what a header cannot carry; anything else stands for itself.
//   returns  absent when the base64 inside is wrong
std::optional<std::string> decode_header_value(std::string_view value);

RpcError header_mismatch(std::string message);

}  // namespace mcp
