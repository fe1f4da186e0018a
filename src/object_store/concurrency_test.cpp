// Real threads and a real disk: writers, readers, deleters and compaction at once, on pools of one
// and of four.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <latch>
#include <thread>

#include "object_store/object_store.h"
#include "object_store/testing.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "os/thread_pool.h"

namespace {

using object_store::ObjectInfo;
using object_store::ObjectStore;
using object_store::PreparedObject;
using object_store::testing::make_bytes;

class ConcurrencyTest : public testing::TestWithParam<std::size_t> {
  protected:
    void SetUp() override {
        directory_ = std::filesystem::temp_directory_path() /
                     ("object_store_test." + std::to_string(::getpid()));
        std::filesystem::remove_all(directory_);
        pool_ = std::make_unique<os::ThreadPool>(GetParam());
        meta_ =
            meta_store::MetaStore::open({.directory = directory_ + "/meta"}, files_, *pool_, log_)
                .value();
        object_store::Options options;
        options.directory = directory_;
        options.small_object_bytes_max = 20'000;
        options.small_segment_bytes_max = 256 * 1024;
        store_ =
            ObjectStore::open(options, {files_, clock_, random_, *pool_, log_, master_key_, *meta_})
                .value();
        ASSERT_TRUE(store_->create_bucket({"b", "000000000000", "us-west-2", clock_.now(), {}}));
    }
    void TearDown() override {
        store_->stop();
        pool_->stop();
        store_.reset();
        meta_->stop();
        meta_.reset();
        std::filesystem::remove_all(directory_);
    }
    bool put(const std::string& key, std::string_view bytes) {
        bool succeeded = false;
        std::latch answered(1);
        const auto writer = store_->writer();
        if (!writer->write(bytes)) return false;
        writer->finish([&](base::Result<std::unique_ptr<PreparedObject>> prepared) {
            if (!prepared) return answered.count_down();
            store_->commit("b", key, std::move(prepared.value()), {}, {}, {},
                           [&](base::Result<ObjectInfo> info) {
                               succeeded = info.has_value();
                               answered.count_down();
                           });
        });
        answered.wait();
        return succeeded;
    }
    bool remove(const std::string& key) {
        bool succeeded = false;
        std::latch answered(1);
        store_->remove("b", {key}, [&](base::Result<void> removed) {
            succeeded = removed.has_value();
            answered.count_down();
        });
        answered.wait();
        return succeeded;
    }

    std::string directory_;
    os::PosixFileSystem files_;
    os::SystemClock clock_;
    os::SystemRandom random_;
    sim::RecordingLog log_;
    segment_log::MasterKey master_key_{"test", std::string(32, 'k')};
    std::unique_ptr<os::ThreadPool> pool_;
    std::unique_ptr<meta_store::MetaStore> meta_;
    std::unique_ptr<ObjectStore> store_;
};

// Every version is `size` bytes of one letter, so a mixture of two would show.
TEST_P(ConcurrencyTest, ReadersSeeWholeVersionsWhileAllElseHappens) {
    constexpr int threads = 8;
    constexpr int rounds = 60;
    std::atomic<int> wrong{0};
    std::atomic<int> read{0};
    const auto work = [&](int self) {
        sim::SeededRandom random(static_cast<std::uint64_t>(self));
        for (int round = 0; round < rounds; ++round) {
            const std::string key = "k" + std::to_string(random.below(6));
            const auto dice = random.below(10);
            if (dice < 5) {
                const std::size_t size = random.below(4) == 0 ? 100'000 : 5'000;
                const char letter = static_cast<char>('a' + random.below(26));
                if (!put(key, std::string(size, letter))) ++wrong;
            } else if (dice == 5) {
                if (!remove(key)) ++wrong;
            } else {
                const auto bytes = store_->get("b", key, 1'000'000);
                if (!bytes) {
                    if (bytes.error().kind != base::ErrorKind::not_found) {
                        ++wrong;
                        ADD_FAILURE() << bytes.error().describe();
                    }
                    continue;
                }
                ++read;
                const std::string& all = bytes.value();
                const bool whole = all.size() == 5'000 || all.size() == 100'000;
                if (!whole || all.find_first_not_of(all[0]) != std::string::npos) ++wrong;
            }
        }
    };
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i)
        workers.emplace_back(work, i);
    for (int i = 0; i < 10; ++i) {
        std::latch answered(1);
        store_->compact([&](auto) { answered.count_down(); });
        answered.wait();
    }
    for (std::thread& worker : workers)
        worker.join();
    EXPECT_EQ(wrong.load(), 0);
    EXPECT_GT(read.load(), 10);
    EXPECT_TRUE(store_->verify().has_value());
}

// put() waits on a thread of the pool itself: with one thread nobody else could serve it.
TEST_P(ConcurrencyTest, PutFromATaskOfThePoolDoesNotDeadlock) {
    std::latch answered(1);
    bool succeeded = false;
    pool_->post([&] {
        succeeded = store_->put("b", "k", make_bytes(50'000)).has_value();
        answered.count_down();
    });
    answered.wait();
    EXPECT_TRUE(succeeded);
    EXPECT_EQ(store_->get("b", "k", 100'000).value(), make_bytes(50'000));
}

INSTANTIATE_TEST_SUITE_P(Pools, ConcurrencyTest, testing::Values(1, 4));

}  // namespace
