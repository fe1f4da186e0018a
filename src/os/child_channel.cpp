#include "os/child_channel.h"

#include <sys/socket.h>

#include <cerrno>
#include <future>
#include <thread>

#include "os/errors.h"
#include "os/message_socket.h"

namespace os {

namespace {

std::string describe(const base::ChildExit& exit) {
    if (exit.memory_exceeded) return "killed because it used too much memory";
    if (exit.signal != 0) return "killed by signal " + std::to_string(exit.signal);
    return "exited with status " + std::to_string(exit.exit_code);
}

class ChildChannel final : public base::MessageChannel {
  public:
    ChildChannel(Descriptor socket, std::shared_ptr<base::MessageHandler> handler)
        : socket_(std::move(socket)), handler_(std::move(handler)) {}

    ~ChildChannel() override {
        kill();
        if (reader_.joinable()) reader_.join();
    }

    // The child runs: start to listen. `exited` becomes ready when it has ended.
    void start(std::unique_ptr<base::Child> child, std::shared_future<std::string> exited) {
        child_ = std::move(child);
        reader_ = std::thread([this, exited = std::move(exited)] { read(exited); });
    }

    base::Result<void> send(std::string_view message, const base::File* file) override {
        return socket_.send(message, file != nullptr ? file->descriptor() : -1);
    }

    void kill() override {
        if (child_ != nullptr) child_->kill();
        socket_.shut_down();
    }

  private:
    void read(const std::shared_future<std::string>& exited) {
        for (;;) {
            auto received = socket_.receive();
            if (!received) break;
            handler_->on_message(std::move(received.value().bytes));
        }
        // Whatever ended the conversation, the child does not go on without us.
        kill();
        auto handler = std::move(handler_);
        handler->on_close(exited.get());
    }

    MessageSocket socket_;
    std::shared_ptr<base::MessageHandler> handler_;
    std::unique_ptr<base::Child> child_;
    std::thread reader_;
};

}  // namespace

base::Result<std::unique_ptr<base::MessageChannel>> ChildChannelLauncher::launch(
    std::shared_ptr<base::MessageHandler> handler) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return make_error(errno, "cannot make a socket pair", "");
    }
    Descriptor ours(ends[0]);
    Descriptor theirs(ends[1]);

    using Started = base::Result<std::unique_ptr<base::Child>>;
    auto started = std::make_shared<std::promise<Started>>();
    auto exited = std::make_shared<std::promise<std::string>>();
    base::ChildEvents events;
    events.started = [started](Started child) { started->set_value(std::move(child)); };
    events.exited = [exited](const base::ChildExit& exit) { exited->set_value(describe(exit)); };

    base::ChildOptions options = options_;
    options.descriptors.push_back({theirs.number(), child_descriptor});
    spawner_.spawn(options, std::move(events));
    TRY(child, started->get_future().get());

    auto channel = std::make_unique<ChildChannel>(std::move(ours), std::move(handler));
    channel->start(std::move(child), exited->get_future().share());
    return std::unique_ptr<base::MessageChannel>(std::move(channel));
}

}  // namespace os
