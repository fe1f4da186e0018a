// datastack-sql: the engine process. Descriptor 3 is its only way to the world; it ends when that
// closes. Started by the server only:
//
//   datastack-sql TEMPORARY_DIRECTORY THREADS
#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>

#include "query_runner.h"
#include "sandbox.h"

namespace {

namespace protocol = sql_engine::protocol;

constexpr int socket_descriptor = 3;

// Queries on their way from the thread that reads the socket to the one that runs them.
class Inbox {
  public:
    void put(protocol::Query query) {
        const std::lock_guard lock(mutex_);
        queries_.push_back(std::move(query));
        changed_.notify_one();
    }
    protocol::Query take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !queries_.empty(); });
        protocol::Query query = std::move(queries_.front());
        queries_.pop_front();
        return query;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<protocol::Query> queries_;
};

void read_socket(os::MessageSocket& socket, sql_worker::QueryRunner& runner, Inbox& inbox) {
    for (;;) {
        auto received = socket.receive();
        // The server is gone, or has closed this worker: nothing to save.
        if (!received) ::_exit(0);
        auto message = protocol::unpack(received.value().bytes);
        if (!message) ::_exit(4);
        switch (message.value().message) {
            case protocol::Message::query: {
                auto query = protocol::decode<protocol::Query>(message.value().body);
                if (!query) ::_exit(4);
                inbox.put(std::move(query.value()));
                break;
            }
            case protocol::Message::opened:
            case protocol::Message::data:
                runner.objects().answer(message.value().body, message.value().raw,
                                        std::move(received.value().descriptor));
                break;
            case protocol::Message::cancel:
                runner.interrupt();
                break;
            default:
                ::_exit(4);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "datastack-sql is started by datastack, not by hand\n");
        return 2;
    }
    const int threads = std::max(1, std::atoi(argv[2]));
    if (!sql_worker::deny_system_calls()) {
        std::fprintf(stderr, "datastack-sql: cannot restrict system calls\n");
        return 3;
    }
    os::MessageSocket socket{os::Descriptor(socket_descriptor)};
    sql_worker::QueryRunner runner(socket, argv[1], threads);
    Inbox inbox;
    std::thread reader([&] { read_socket(socket, runner, inbox); });
    for (;;) {
        const protocol::Query query = inbox.take();
        runner.run(query);
    }
}
