// The lambda service with everything real below it: a store and files in a temporary directory,
// child processes, the runtime API over a loopback listener. For its tests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aws/testing.h"
#include "base/mutex.h"
#include "os/child_files.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "os/spawner.h"
#include "os/thread_pool.h"
#include "server/http_server.h"
#include "services/lambda/lambda.h"
#include "sim/recording_log.h"

namespace lambda::testing {

// Log lines by stream.
class KeptLogs final : public ports::LogWriter {
  public:
    void write(const std::string& account, const std::string& region, const std::string& group,
               const std::string& stream, std::vector<ports::LogLine> lines) override;
    // All lines of a group, in the order written.
    std::string text(const std::string& group) const;
    std::vector<std::string> streams(const std::string& group) const;
    std::size_t largest_batch_bytes() const;

  private:
    mutable base::Mutex mutex_;
    std::map<std::string, std::string> text_ GUARDED_BY(mutex_);
    std::map<std::string, std::vector<std::string>> streams_ GUARDED_BY(mutex_);
    std::size_t largest_batch_bytes_ GUARDED_BY(mutex_) = 0;
};

struct ZipFile {
    std::string path;
    std::string bytes;
    unsigned mode = 0100755;  // with the type of file
};
std::string make_zip(const std::vector<ZipFile>& files);

class Stage {
  public:
    explicit Stage(Options options = {});
    ~Stage();

    // Stop and start again on the same disk; the processes go.
    void restart();
    void stop();

    aws::testing::Answer rest(std::string_view method, std::string_view target,
                              std::string_view body = {},
                              const aws::testing::HeaderList& headers = {});
    // A function whose bootstrap is the program of functions/testing. `settings` are further
    // members of CreateFunction, "\"Timeout\": 1".
    aws::testing::Answer create(const std::string& name, const std::string& settings = {});
    // The same with a bootstrap of one's own.
    aws::testing::Answer create_zip(const std::string& name, const std::string& zip,
                                    const std::string& settings = {});
    // A nodejs function of this source text (index.js, handler index.handler).
    aws::testing::Answer create_node(const std::string& name, const std::string& source,
                                     const std::string& settings = {});
    aws::testing::Answer invoke(const std::string& name, const std::string& payload,
                                const aws::testing::HeaderList& headers = {});
    // Wait up to 10 s.
    static bool eventually(const std::function<bool()>& condition);
    std::string log_text(const std::string& name) const;

    const std::string& directory() const { return directory_; }
    const Options& options() const { return options_; }
    const std::string& runtime_address() const;
    Lambda& lambda() { return *lambda_; }
    object_store::ObjectStore& objects() { return *objects_; }
    os::Spawner& spawner() { return *spawner_; }
    const KeptLogs& logs() const { return logs_; }
    sim::RecordingLog& log() { return log_; }
    aws::testing::Harness& harness() { return *harness_; }

  private:
    class Listener;
    void start();

    Options options_;
    std::string directory_;
    sim::RecordingLog log_;
    KeptLogs logs_;
    os::PosixFileSystem files_;
    os::ChildFiles child_files_;
    os::SystemClock clock_;
    os::SystemRandom random_;
    base::Metrics metrics_;
    segment_log::MasterKey key_{"test", std::string(32, 'k')};
    std::unique_ptr<os::Spawner> spawner_;
    std::unique_ptr<os::ThreadPool> pool_;
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<object_store::ObjectStore> objects_;
    std::unique_ptr<Lambda> lambda_;
    std::unique_ptr<Listener> listener_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

// The zip of functions/testing/bootstrap.cpp, as built.
const std::string& test_function_zip();

}  // namespace lambda::testing
