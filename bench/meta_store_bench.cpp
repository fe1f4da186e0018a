// Synced puts of 1 KiB through the group committer, against fdatasync of the same disk in the same
// run, and the time and memory that opening takes.
//
//   build/bin/meta_store_bench [DIRECTORY]
#include <rocksdb/db.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <latch>
#include <thread>

#include "meta_store/meta_store.h"
#include "os/file_system.h"
#include "os/thread_pool.h"

namespace {

using Steady = std::chrono::steady_clock;
constexpr auto run_time = std::chrono::milliseconds(1500);
constexpr std::size_t value_bytes = 1024;

class StderrLog final : public base::Log {
  public:
    void write(base::LogLevel, std::string_view message,
               std::initializer_list<base::LogField> fields) override {
        std::fprintf(stderr, "%s\n", base::format_log_line(message, fields).c_str());
    }
};

double seconds_since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

// Appends of 1 KiB, one fdatasync each.
double raw_syncs_per_second(base::FileSystem& files, const std::string& directory) {
    auto file = files.open(directory + "/raw", base::OpenMode::create_empty);
    const std::string value(value_bytes, 'x');
    const auto start = Steady::now();
    std::uint64_t count = 0;
    for (; Steady::now() - start < run_time; ++count) {
        if (!file.value()->write_at(count * value_bytes, value)) return 0;
        if (!file.value()->sync_data()) return 0;
    }
    return static_cast<double>(count) / seconds_since(start);
}

// `committers` that each queue the next put from the completion of the last.
class Committers {
  public:
    Committers(meta_store::MetaStore& store, int committers, int batch)
        : store_(store), batch_(batch), left_(committers), committers_(committers) {}

    double puts_per_second() {
        start_ = Steady::now();
        for (int i = 0; i < committers_; ++i)
            next();
        left_.wait();
        return static_cast<double>(puts_.load()) / seconds_since(start_);
    }

  private:
    void next() {
        if (Steady::now() - start_ > run_time) return left_.count_down();
        meta_store::Changes changes;
        for (int i = 0; i < batch_; ++i) {
            changes.put("bench/" + std::to_string(key_.fetch_add(1)), value_);
        }
        store_.commit(std::move(changes), [this](base::Result<void> done) {
            if (!done) {
                std::fprintf(stderr, "%s\n", done.error().describe().c_str());
                return left_.count_down();
            }
            puts_.fetch_add(static_cast<std::uint64_t>(batch_));
            next();
        });
    }

    meta_store::MetaStore& store_;
    const int batch_;
    std::latch left_;
    const int committers_;
    const std::string value_ = std::string(value_bytes, 'x');
    Steady::time_point start_;
    std::atomic<std::uint64_t> key_{0};
    std::atomic<std::uint64_t> puts_{0};
};

// The library alone: each thread puts and waits for its own sync (RocksDB groups what meets).
double plain_puts_per_second(const std::string& directory, int threads) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    if (!rocksdb::DB::Open(options, directory, &opened).ok()) return 0;
    const std::unique_ptr<rocksdb::DB> database(opened);
    const std::string value(value_bytes, 'x');
    rocksdb::WriteOptions synced;
    synced.sync = true;
    std::atomic<std::uint64_t> puts{0};
    std::vector<std::thread> writers;
    const auto start = Steady::now();
    for (int writer = 0; writer < threads; ++writer) {
        writers.emplace_back([&] {
            while (Steady::now() - start < run_time) {
                const std::string key = std::to_string(puts.fetch_add(1));
                if (!database->Put(synced, key, value).ok()) return;
            }
        });
    }
    for (auto& writer : writers)
        writer.join();
    return static_cast<double>(puts) / seconds_since(start);
}

long anonymous_kib() {
    std::FILE* status = std::fopen("/proc/self/status", "r");
    char line[256];
    long kib = 0;
    while (status != nullptr && std::fgets(line, sizeof(line), status) != nullptr) {
        if (std::sscanf(line, "RssAnon: %ld", &kib) == 1) break;
    }
    if (status != nullptr) std::fclose(status);
    return kib;
}

std::unique_ptr<meta_store::MetaStore> open(const std::string& directory, base::FileSystem& files,
                                            base::Executor& executor, base::Log& log,
                                            const char* what) {
    const long before = anonymous_kib();
    const auto start = Steady::now();
    auto store = meta_store::MetaStore::open({.directory = directory}, files, executor, log);
    if (!store) {
        std::fprintf(stderr, "%s\n", store.error().describe().c_str());
        std::exit(1);
    }
    std::printf("open %s: %.1f ms, %ld KiB anonymous\n", what, seconds_since(start) * 1000,
                anonymous_kib() - before);
    return std::move(store.value());
}

}  // namespace

int main(int argc, char** argv) {
    std::string directory = std::string(argc > 1 ? argv[1] : ".") + "/meta_store_bench_XXXXXX";
    if (mkdtemp(directory.data()) == nullptr) return 1;
    os::PosixFileSystem files;
    os::ThreadPool pool(2);
    StderrLog log;
    const std::string meta = directory + "/meta";
    auto store = open(meta, files, pool, log, "empty");
    std::printf("raw 1 KiB + fdatasync: %.0f/s\n", raw_syncs_per_second(files, directory));
    for (const int committers : {1, 8, 32, 128}) {
        std::printf("commits of 1 KiB, %3d committers: %.0f/s\n", committers,
                    Committers(*store, committers, 1).puts_per_second());
    }
    std::printf("commits of 32 × 1 KiB, 8 committers: %.0f puts/s\n",
                Committers(*store, 8, 32).puts_per_second());
    std::printf("plain RocksDB, synced puts of 1 KiB, 32 threads: %.0f/s\n",
                plain_puts_per_second(directory + "/plain", 32));
    std::printf("raw 1 KiB + fdatasync: %.0f/s\n", raw_syncs_per_second(files, directory));
    std::printf("after the load: %ld KiB anonymous\n", anonymous_kib());
    store.reset();
    store = open(meta, files, pool, log, "again, with its log");
    store.reset();
    pool.stop();
    std::filesystem::remove_all(directory);
    return 0;
}
