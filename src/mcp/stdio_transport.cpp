#include "mcp/stdio_transport.h"

#include <boost/json/serialize.hpp>

namespace mcp {

namespace json = boost::json;

// Where all messages go, one at a time.
class StdioTransport::Line {
  public:
    explicit Line(Write write) : write_(std::move(write)) {}
    bool send(const json::object& message) {
        const std::string text = json::serialize(message) + "\n";
        base::MutexLock lock(mutex_);
        if (open_ && !write_(text)) open_ = false;
        return open_;
    }

  private:
    base::Mutex mutex_;
    const Write write_ GUARDED_BY(mutex_);
    bool open_ GUARDED_BY(mutex_) = true;
};

class StdioTransport::LineOutlet final : public Outlet {
  public:
    explicit LineOutlet(std::shared_ptr<Line> line) : line_(std::move(line)) {}
    bool send(const json::object& message) override { return !ended_ && line_->send(message); }
    void finish(const json::object& response, int) override {
        if (!ended_.exchange(true)) line_->send(response);
    }
    void end() override { ended_ = true; }
    // The end of the connection cancels through the session.
    void when_gone(base::Task) override {}

  private:
    const std::shared_ptr<Line> line_;
    std::atomic<bool> ended_{false};
};

StdioTransport::StdioTransport(Server& server, Write write)
    : server_(server),
      line_(std::make_shared<Line>(std::move(write))),
      session_(server.open_session("stdio")) {
    if (session_) session_->set_outlet(std::make_shared<LineOutlet>(line_));
}

StdioTransport::~StdioTransport() {
    close();
}

void StdioTransport::receive(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const std::string_view part = bytes.substr(0, end);
        if (!skipping_ && partial_.size() + part.size() > message_bytes_max) {
            skipping_ = true;
            partial_.clear();
            line_->send(make_error(nullptr, {error_code::invalid_request,
                                             "the message is larger than " +
                                                 std::to_string(message_bytes_max) + " bytes"}));
        }
        if (!skipping_) partial_ += part;
        if (end == std::string_view::npos) return;
        bytes.remove_prefix(end + 1);
        const std::string line = std::exchange(partial_, {});
        if (!std::exchange(skipping_, false)) handle(line);
    }
}

void StdioTransport::handle(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos || !session_) return;
    Parsed parsed = parse_message(line);
    Message& message = parsed.message;
    if (parsed.error) {
        // An answer to an answer would go back and forth for ever.
        if (message.kind != Message::Kind::response) {
            line_->send(make_error(message.id, *parsed.error));
        }
        return;
    }
    if (message.kind == Message::Kind::response) {
        server_.answered(*session_, message);
        return;
    }
    if (message.kind == Message::Kind::notification) {
        server_.notified(session_, message);
        return;
    }
    const Era era = classify(message, nullptr);
    if (era == Era::stateless) {
        if (auto wrong = check_stateless(message, nullptr, {})) {
            line_->send(make_error(message.id, wrong->error));
            return;
        }
    }
    server_.run({std::move(message), era, session_, "stdio"}, std::make_shared<LineOutlet>(line_));
}

void StdioTransport::close() {
    if (!session_) return;
    server_.close_session(session_->id(), session_->caller());
    session_ = nullptr;
}

}  // namespace mcp
