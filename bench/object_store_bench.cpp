// Durable PUTs of 1 KiB by 32 writers against meta_store's batch rate of the same run, reads, and
// lists of 1,000 keys out of 1,000,000.
//
//   build/bin/object_store_bench [DIRECTORY]
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <latch>
#include <vector>

#include "object_store/object_store.h"
#include "object_store/rows.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "os/thread_pool.h"

namespace {

using Steady = std::chrono::steady_clock;
constexpr auto run_time = std::chrono::milliseconds(2000);
constexpr int writers = 32;
constexpr std::size_t object_bytes = 1024;
constexpr int listed_objects = 1'000'000;

class StderrLog final : public base::Log {
  public:
    void write(base::LogLevel level, std::string_view message,
               std::initializer_list<base::LogField> fields) override {
        if (level < base::LogLevel::warn) return;
        std::fprintf(stderr, "%s\n", base::format_log_line(message, fields).c_str());
    }
};

double seconds_since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

// `writers` chains, each starting its next step from the completion of the last.
class Chains {
  public:
    using Step = std::function<void(std::uint64_t number, base::UniqueFunction<void(bool)> done)>;

    explicit Chains(Step step) : step_(std::move(step)), left_(writers) {}

    // Steps a second; prints the latencies.
    double run(const char* what) {
        start_ = Steady::now();
        for (int i = 0; i < writers; ++i)
            next();
        left_.wait();
        const double rate = static_cast<double>(latencies_us_.size()) / seconds_since(start_);
        std::sort(latencies_us_.begin(), latencies_us_.end());
        std::printf("%s: %.0f/s, p50 %.2f ms, p99 %.2f ms\n", what, rate, at(0.50), at(0.99));
        return rate;
    }

  private:
    double at(double share) const {
        const auto index =
            static_cast<std::size_t>(share * static_cast<double>(latencies_us_.size() - 1));
        return static_cast<double>(latencies_us_[index]) / 1000;
    }
    void next() {
        if (Steady::now() - start_ > run_time) return left_.count_down();
        const auto begun = Steady::now();
        step_(number_.fetch_add(1), [this, begun](bool succeeded) {
            if (!succeeded) {
                std::fprintf(stderr, "a step failed\n");
                return left_.count_down();
            }
            const auto us =
                std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begun);
            {
                const base::MutexLock lock(mutex_);
                latencies_us_.push_back(us.count());
            }
            next();
        });
    }

    Step step_;
    std::latch left_;
    Steady::time_point start_;
    std::atomic<std::uint64_t> number_{0};
    base::Mutex mutex_;
    std::vector<std::int64_t> latencies_us_;
};

double meta_store_rate(meta_store::MetaStore& store) {
    const std::string value(object_bytes, 'x');
    Chains chains([&](std::uint64_t number, base::UniqueFunction<void(bool)> done) {
        meta_store::Changes changes;
        changes.put("bench/" + std::to_string(number), value);
        store.commit(std::move(changes), [done = std::move(done)](base::Result<void> r) mutable {
            done(r.has_value());
        });
    });
    return chains.run("meta_store, synced 1 KiB, 32 committers");
}

double put_rate(object_store::ObjectStore& store, const char* what, std::size_t bytes) {
    const std::string body(bytes, 'x');
    Chains chains([&](std::uint64_t number, base::UniqueFunction<void(bool)> done) {
        const auto writer = store.writer();
        if (!writer->write(body)) return done(false);
        writer->finish([&store, number, done = std::move(done)](auto prepared) mutable {
            if (!prepared) return done(false);
            object_store::ObjectProperties properties;
            properties.checksums = {{"CRC64NVME", "AAAAAAAAAAA="}};
            properties.checksum_type = "FULL_OBJECT";
            store.commit("put", "key/" + std::to_string(number), std::move(prepared.value()),
                         properties, {}, {},
                         [done = std::move(done)](auto info) mutable { done(info.has_value()); });
        });
    });
    return chains.run(what);
}

void read_rate(object_store::ObjectStore& store) {
    const auto start = Steady::now();
    std::uint64_t count = 0;
    while (Steady::now() - start < run_time / 2) {
        if (!store.get("put", "key/" + std::to_string(count % 10'000), object_bytes)) {
            std::fprintf(stderr, "a read failed\n");
            return;
        }
        ++count;
    }
    std::printf("read 1 KiB, one thread: %.0f/s\n",
                static_cast<double>(count) / seconds_since(start));
}

// Index rows as PUTs leave them; their bytes do not matter here.
void fill(meta_store::MetaStore& store, const object_store::Bucket& bucket) {
    object_store::ObjectRow row;
    row.size = 4'000'000;
    row.etag = "900150983cd24fb0d6963f7d28e17f72";
    row.modified = {1'767'225'600'000};
    row.type = "application/octet-stream";
    row.checksums = {{"CRC64NVME", "AAAAAAAAAAA="}};
    row.checksum_type = "FULL_OBJECT";
    row.extent.file = 123'456;
    row.extent.size = row.size;
    const std::string value = object_store::encode(row);
    for (int i = 0; i < listed_objects;) {
        meta_store::Changes changes;
        for (int j = 0; j < 1000; ++j, ++i) {
            char key[100];
            std::snprintf(key, sizeof(key),
                          "telemetry/year=2026/month=%02d/day=%02d/hour=%02d/events-%07d.gz",
                          i / 90'000 + 1, i / 3000 % 30 + 1, i / 125 % 24, i);
            changes.put(object_store::object_key(bucket, key), value);
        }
        if (!store.commit(std::move(changes))) std::exit(1);
    }
}

void list_times(const object_store::ObjectStore& store) {
    const auto measure = [&](const char* what, object_store::ListRequest request, int pages) {
        std::vector<double> ms;
        std::size_t items = 0;
        for (int page = 0; page < pages; ++page) {
            const auto start = Steady::now();
            const auto answer = store.list("list", request);
            ms.push_back(seconds_since(start) * 1000);
            if (!answer) std::exit(1);
            items += answer.value().objects.size() + answer.value().common_prefixes.size();
            request.start_after = answer.value().next_start_after;
        }
        std::sort(ms.begin(), ms.end());
        std::printf("%s: p50 %.2f ms, slowest %.2f ms, %zu items\n", what, ms[ms.size() / 2],
                    ms.back(), items);
    };
    measure("list 1,000 of 1,000,000 keys, 200 pages", {}, 200);
    measure("list the months", {.prefix = "telemetry/year=2026/", .delimiter = "/"}, 1);
    measure("list the hours of a day",
            {.prefix = "telemetry/year=2026/month=05/day=07/", .delimiter = "/"}, 1);
    measure("list 1,000 groups of one", {.delimiter = ".gz"}, 20);
}

}  // namespace

int main(int argc, char** argv) {
    std::string directory = std::string(argc > 1 ? argv[1] : ".") + "/object_store_bench_XXXXXX";
    if (mkdtemp(directory.data()) == nullptr) return 1;
    {
        os::PosixFileSystem files;
        os::SystemClock clock;
        os::SystemRandom random;
        os::ThreadPool pool(4);
        StderrLog log;
        const segment_log::MasterKey key{"bench", random.bytes(32)};
        auto meta =
            meta_store::MetaStore::open({.directory = directory + "/meta"}, files, pool, log);
        if (!meta) return 1;
        object_store::Options options;
        options.directory = directory;
        auto store = object_store::ObjectStore::open(
            options, {files, clock, random, pool, log, key, *meta.value()});
        if (!store) return 1;
        for (const char* name : {"put", "list"}) {
            if (!store.value()->create_bucket({name, "000000000000", "us-west-2", {}, {}}))
                return 1;
        }
        const double before = meta_store_rate(*meta.value());
        const double puts =
            put_rate(*store.value(), "PUT 1 KiB, durable, 32 writers", object_bytes);
        // The better of two, since whatever else the machine does hits one of them.
        const double batches = std::max(before, meta_store_rate(*meta.value()));
        std::printf("  = %.0f %% of meta_store's rate\n", puts / batches * 100);
        read_rate(*store.value());
        put_rate(*store.value(), "PUT 1 MiB, durable, 32 writers", 1024 * 1024);
        put_rate(*store.value(), "PUT 4 MiB, durable, 32 writers", 4 * 1024 * 1024);
        const auto start = Steady::now();
        fill(*meta.value(), store.value()->find_bucket("list").value());
        std::printf("filled %d index rows in %.1f s\n", listed_objects, seconds_since(start));
        list_times(*store.value());
        store.value()->stop();
        pool.stop();
        meta.value()->stop();
    }
    std::filesystem::remove_all(directory);
    return 0;
}
