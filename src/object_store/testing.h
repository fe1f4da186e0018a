// An object store in memory, stepped by a test, with the disk's crashes and faults at hand. Also
// for tests of the services above.
//
//   object_store::testing::Stage stage;
//   stage.make_bucket("b");
//   ASSERT_TRUE(stage.put("b", "key", "bytes"));
//   EXPECT_EQ(stage.read("b", "key"), "bytes");
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "object_store/object_store.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/seeded_random.h"
#include "sim/virtual_clock.h"

namespace object_store::testing {

class Stage {
  public:
    // Over a file system of its own, or one that outlives it (a disk after a crash).
    explicit Stage(Options options = {}, std::uint64_t seed = 1,
                   std::unique_ptr<sim::CrashFileSystem> disk = nullptr);
    ~Stage();

    // Stop and start again on the same disk. `error` says why it did not open.
    bool reopen();
    std::string error;

    void make_bucket(const std::string& name);
    // Write in pieces of `piece_bytes`, prepare, and commit.
    base::Result<ObjectInfo> put(const std::string& bucket, const std::string& key,
                                 std::string_view bytes, ObjectProperties properties = {},
                                 Condition condition = {}, meta_store::Changes more = {});
    base::Result<std::unique_ptr<PreparedObject>> prepare(std::string_view bytes,
                                                          std::size_t piece_bytes = 100'000);
    base::Result<void> remove(const std::string& bucket, std::vector<std::string> keys);
    // The object's bytes, or the error's kind in angle brackets: "<not_found>".
    std::string read(const std::string& bucket, const std::string& key) const;
    std::size_t compact();  // segments removed
    // Names of the files under objects/, with their directories.
    std::vector<std::string> object_files() const;

    // Start something that answers through `done`, and step until it answered.
    template <class T, class Start>
    base::Result<T> wait(Start&& start) {
        // Shared: whoever answers late, after a timeout here, still has somewhere to answer to.
        auto answer = std::make_shared<std::optional<base::Result<T>>>();
        start([answer](base::Result<T> result) { answer->emplace(std::move(result)); });
        while (!*answer && executor.run_one()) {
        }
        if (!*answer) return base::Error{base::ErrorKind::internal, "never answered", {}};
        return std::move(**answer);
    }

    sim::VirtualClock clock;
    sim::SeededExecutor executor;
    sim::SeededRandom random;
    sim::RecordingLog log;
    segment_log::MasterKey master_key{"test", std::string(32, 'k')};
    std::unique_ptr<sim::CrashFileSystem> files;
    std::unique_ptr<meta_store::MetaStore> meta;
    std::unique_ptr<ObjectStore> store;

  private:
    Options options_;
};

// `count` bytes that differ with the seed.
std::string make_bytes(std::size_t count, std::uint64_t seed = 1);

}  // namespace object_store::testing
