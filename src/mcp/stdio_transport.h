// MCP over stdin and stdout: one message a line, both eras on the one connection. Reading and
// writing the descriptors is the program's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "mcp/server.h"

namespace mcp {

class StdioTransport {
  public:
    // Write a whole line, with its end; false when nobody reads. Any thread, one call at a time.
    using Write = std::function<bool(std::string_view line)>;

    StdioTransport(Server& server, Write write);
    ~StdioTransport();  // close()

    // The next bytes that arrived. One thread.
    void receive(std::string_view bytes);
    // Nothing more comes: requests under way are cancelled. Idempotent.
    void close();

  private:
    class Line;
    class LineOutlet;
    void handle(std::string_view line);

    Server& server_;
    const std::shared_ptr<Line> line_;
    std::shared_ptr<Session> session_;
    std::string partial_;
    bool skipping_ = false;  // the rest of a line that is too long
};

}  // namespace mcp
