// JSON-RPC 2.0 as MCP uses it: one object a message, no batches, ids are strings or integers.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "mcp/registry.h"

namespace mcp {

// Larger and deeper messages are refused.
inline constexpr std::size_t message_bytes_max = 1024 * 1024;
inline constexpr std::size_t message_depth_max = 64;

struct Message {
    enum class Kind : std::uint8_t { request, notification, response };
    Kind kind = Kind::request;
    boost::json::value id = nullptr;  // of requests and responses: string or integer
    std::string method;               // of requests and notifications
    boost::json::object params;       // empty when absent
    // Of responses: absent when it was an error.
    std::optional<boost::json::object> result;
};

struct Parsed {
    Message message;
    // Set when `text` is not a message that can be handled; message.id is then what could be read
    // of it, null when nothing.
    std::optional<RpcError> error;
};
Parsed parse_message(std::string_view text);

boost::json::object make_response(const boost::json::value& id, boost::json::object result);
boost::json::object make_error(const boost::json::value& id, const RpcError& error);
boost::json::object make_notification(std::string_view method, boost::json::object params);
boost::json::object make_request(std::string_view id, std::string_view method,
                                 boost::json::object params);

// The text of an id, the same for no two different ones: "\"1\"" and "1".
std::string id_text(const boost::json::value& id);

// The member of `object` when it is of that kind, null otherwise.
const boost::json::object* find_object(const boost::json::object& object, std::string_view name);
const boost::json::string* find_string(const boost::json::object& object, std::string_view name);

}  // namespace mcp
