// Where the messages that belong to one request go: an HTTP answer that becomes an event stream
// when more than the result is said, or the standard output. Implemented by the transports.
#pragma once

#include <boost/json/object.hpp>

#include "base/unique_function.h"

namespace mcp {

// Any thread.
class Outlet {
  public:
    virtual ~Outlet() = default;
    // A notification, or a request to the client. False: nobody will read it.
    virtual bool send(const boost::json::object& message) = 0;
    // The response to the request; nothing follows. `http_status` where there is HTTP.
    virtual void finish(const boost::json::object& response, int http_status) = 0;
    // Nothing follows, not even a response: the client cancelled.
    virtual void end() = 0;
    // Run `task` when the client can no longer get anything from here; at once when it is so.
    virtual void when_gone(base::Task task) = 0;
    // End the connection, not the request: the client comes back for the rest. Where that is not
    // possible, nothing happens.
    virtual void break_off() {}
};

}  // namespace mcp
