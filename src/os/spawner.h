// Starts child processes through one small single-threaded process that is forked before any thread
// exists.
//
//   int main() {
//       auto spawner = os::Spawner::start();      // first, before any thread
//       ...settings, data directory locked...
//       spawner.value()->open("data directory's name", log);
//       lambda::Lambda lambda(..., *spawner.value(), ...);
//
// When the server dies, however it dies, the spawner sees its socket close and kills every child;
// when the spawner dies too, PR_SET_PDEATHSIG does. What slipped through both (a grandchild) is
// found by open() at the next start.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/child_process.h"
#include "base/logging.h"
#include "base/mutex.h"

namespace os {

class Spawner final : public base::ChildSpawner {
  public:
    static constexpr std::size_t children_max = 4096;
    static constexpr std::int64_t memory_sample_ms = 20;

    // Fork the spawner process. Before any other thread exists.
    static base::Result<std::unique_ptr<Spawner>> start();
    ~Spawner() override;  // stop()

    // Start the thread that calls back, and kill what an earlier run with the same `mark` left
    // behind (processes that carry it in their environment). The mark names the data directory,
    // whose lock the caller holds. Once; spawn before open() is refused.
    base::Result<void> open(const std::string& mark, base::Log& log);

    void spawn(const base::ChildOptions& options, base::ChildEvents events) override;
    bool separate_users() const override;
    bool restricts_files() const override;

    // Kill all children, wait for their `exited` calls and end. Idempotent. Not from a callback.
    void stop();

    std::size_t children_count() const;
    int process_id() const { return process_id_; }

  private:
    struct Record;
    class Handle;

    Spawner(int socket, int process_id);
    base::Result<void> send(const std::string& bytes, const std::vector<int>& descriptors);
    void send_kill(std::uint64_t id, int signal);
    void loop();
    bool take_report();
    void finish(const std::shared_ptr<Record>& record, const base::ChildExit& exit);
    void fail_all();
    void read_outputs(const std::vector<std::uint64_t>& ready);
    void sample_memory();
    void resume_outputs();
    std::int64_t next_wake_ms() const;
    std::shared_ptr<Record> find(std::uint64_t id) const;
    void wake();

    const int socket_;
    const int process_id_;
    int poll_ = -1;   // epoll of the thread
    int awake_ = -1;  // eventfd
    std::string mark_;
    base::Log* log_ = nullptr;
    std::thread thread_;
    std::atomic<bool> stopping_{false};
    std::atomic<std::int64_t> watched_{0};  // children whose memory is sampled

    base::Mutex send_mutex_;
    mutable base::Mutex mutex_;
    base::ConditionVariable changed_;
    std::unordered_map<std::uint64_t, std::shared_ptr<Record>> records_ GUARDED_BY(mutex_);
    std::uint64_t last_id_ GUARDED_BY(mutex_) = 0;
    bool lost_ GUARDED_BY(mutex_) = false;  // the spawner process is gone
};

// SIGKILL to every process of ours (same user, or any when root) whose environment has
// DATASTACK_CHILD=`mark`. Returns how many.
std::size_t kill_marked_processes(const std::string& mark);

}  // namespace os
