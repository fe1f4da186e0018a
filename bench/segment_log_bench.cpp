// How fast a log takes appends, held against the disk: 16 callers, each with one batch of 500
// records of 330 bytes in flight, then the same sequence of writes and syncs on a plain file.
//
//   segment_log_bench [DIRECTORY] [SECONDS]      prints one JSON line a measurement
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "os/thread_pool.h"
#include "segment_log/segment_log.h"

namespace {

constexpr std::size_t callers = 16;
constexpr std::size_t records_per_batch = 500;
constexpr std::size_t record_bytes = 330;
constexpr std::size_t shards = 4;
constexpr int rounds = 6;
constexpr std::uint64_t file_bytes_max = 64 * 1024 * 1024;

struct QuietLog final : base::Log {
    void write(base::LogLevel level, std::string_view message,
               std::initializer_list<base::LogField> fields) override {
        std::fprintf(stderr, "%s %s\n", base::to_string(level),
                     base::format_log_line(message, fields).c_str());
    }
};

double percentile_us(std::vector<std::int64_t>& times_ns, double part) {
    if (times_ns.empty()) return 0;
    const auto at = static_cast<std::size_t>(static_cast<double>(times_ns.size() - 1) * part);
    std::nth_element(times_ns.begin(), times_ns.begin() + static_cast<std::ptrdiff_t>(at),
                     times_ns.end());
    return static_cast<double>(times_ns[at]) / 1000.0;
}

// Notes the sizes of writes to segment files, so that they can be done again without the log.
class NotingFileSystem final : public base::FileSystem {
  public:
    explicit NotingFileSystem(base::FileSystem& files) : files_(files) {}

    std::vector<std::size_t> sizes;  // by the committer alone

    base::Result<std::unique_ptr<base::File>> open(const std::string& path,
                                                   base::OpenMode mode) override {
        TRY(file, files_.open(path, mode));
        if (!path.ends_with(".segment")) return file;
        return std::unique_ptr<base::File>(std::make_unique<NotingFile>(*this, std::move(file)));
    }
    base::Result<void> remove(const std::string& path) override { return files_.remove(path); }
    base::Result<void> rename(const std::string& from, const std::string& to) override {
        return files_.rename(from, to);
    }
    base::Result<void> make_directory(const std::string& path) override {
        return files_.make_directory(path);
    }
    base::Result<void> remove_directory(const std::string& path) override {
        return files_.remove_directory(path);
    }
    base::Result<std::vector<std::string>> list(const std::string& path) const override {
        return files_.list(path);
    }
    base::Result<base::FileStatus> status(const std::string& path) const override {
        return files_.status(path);
    }
    base::Result<void> sync_directory(const std::string& path) override {
        return files_.sync_directory(path);
    }
    base::Result<std::unique_ptr<base::FileLock>> lock(const std::string& path) override {
        return files_.lock(path);
    }
    base::Result<base::DiskSpace> space(const std::string& path) const override {
        return files_.space(path);
    }

  private:
    class NotingFile final : public base::File {
      public:
        NotingFile(NotingFileSystem& owner, std::unique_ptr<base::File> file)
            : owner_(owner), file_(std::move(file)) {}
        base::Result<std::size_t> read_at(std::uint64_t offset,
                                          std::span<char> out) const override {
            return file_->read_at(offset, out);
        }
        base::Result<void> write_at(std::uint64_t offset,
                                    std::span<const std::string_view> parts) override {
            std::size_t bytes = 0;
            for (const auto part : parts)
                bytes += part.size();
            owner_.sizes.push_back(bytes);
            return file_->write_at(offset, parts);
        }
        base::Result<void> sync_data() override { return file_->sync_data(); }
        base::Result<void> truncate(std::uint64_t bytes) override { return file_->truncate(bytes); }
        base::Result<void> allocate(std::uint64_t bytes) override { return file_->allocate(bytes); }
        base::Result<std::uint64_t> size() const override { return file_->size(); }
        int descriptor() const override { return file_->descriptor(); }

      private:
        NotingFileSystem& owner_;
        std::unique_ptr<base::File> file_;
    };
    base::FileSystem& files_;
};

struct Measured {
    double seconds = 0;
    std::uint64_t bytes = 0;
    std::uint64_t records = 0;
    std::vector<std::int64_t> times_ns;

    void add(const Measured& other) {
        seconds += other.seconds;
        bytes += other.bytes;
        records += other.records;
        times_ns.insert(times_ns.end(), other.times_ns.begin(), other.times_ns.end());
    }
    double mb_per_s() const { return static_cast<double>(bytes) / 1e6 / seconds; }
};

// Callers that append again as soon as they are answered, until the time is over.
class Load {
  public:
    Load(segment_log::SegmentLog& log, const os::SystemClock& clock, double seconds,
         std::size_t records)
        : log_(log),
          clock_(clock),
          records_(records),
          end_ns_(clock.monotonic_ns() + static_cast<std::int64_t>(seconds * 1e9)) {
        for (std::size_t i = 0; i < records; ++i) {
            heads_.push_back(
                {static_cast<segment_log::Lane>(i % shards), record_bytes, clock.now()});
        }
        payloads_.resize(records * record_bytes, 'x');
    }
    Measured run() {
        const std::int64_t start_ns = clock_.monotonic_ns();
        for (std::size_t i = 0; i < callers; ++i)
            append();
        base::MutexLock lock(mutex_);
        while (running_ > 0)
            ended_.wait(lock);
        measured_.seconds = static_cast<double>(clock_.monotonic_ns() - start_ns) / 1e9;
        return std::move(measured_);
    }

  private:
    void append() {
        const std::int64_t start_ns = clock_.monotonic_ns();
        {
            base::MutexLock lock(mutex_);
            ++running_;
        }
        log_.append_packed({heads_, payloads_}, [this, start_ns](auto first) {
            CHECK(first.has_value());
            const std::int64_t now_ns = clock_.monotonic_ns();
            if (now_ns < end_ns_) append();
            base::MutexLock lock(mutex_);
            measured_.times_ns.push_back(now_ns - start_ns);
            measured_.bytes += payloads_.size();
            measured_.records += records_;
            --running_;
            ended_.notify_all();
        });
    }

    segment_log::SegmentLog& log_;
    const os::SystemClock& clock_;
    std::size_t records_;
    std::int64_t end_ns_;
    std::vector<segment_log::RecordHead> heads_;
    std::string payloads_;
    base::Mutex mutex_;
    base::ConditionVariable ended_;
    std::size_t running_ GUARDED_BY(mutex_) = 0;
    Measured measured_ GUARDED_BY(mutex_);
};

// The same writes, each followed by its sync, into reserved files of a segment's size.
Measured write_raw(base::FileSystem& files, const os::SystemClock& clock,
                   const std::string& directory, const std::vector<std::size_t>& sizes) {
    Measured measured;
    const std::string bytes(*std::max_element(sizes.begin(), sizes.end()), 'x');
    std::unique_ptr<base::File> file;
    std::uint64_t offset = 0;
    int number = 0;
    const std::int64_t start_ns = clock.monotonic_ns();
    for (const std::size_t size : sizes) {
        if (!file || offset + size > file_bytes_max) {
            const std::string path = directory + "/raw" + std::to_string(number++);
            file = std::move(files.open(path, base::OpenMode::create_new).value());
            CHECK(file->allocate(file_bytes_max).has_value());
            offset = 0;
        }
        CHECK(file->write_at(offset, std::string_view(bytes).substr(0, size)).has_value());
        const std::int64_t sync_ns = clock.monotonic_ns();
        CHECK(file->sync_data().has_value());
        measured.times_ns.push_back(clock.monotonic_ns() - sync_ns);
        offset += size;
        measured.bytes += size;
    }
    measured.seconds = static_cast<double>(clock.monotonic_ns() - start_ns) / 1e9;
    return measured;
}

void measure(const std::string& root, double seconds, std::size_t records) {
    os::PosixFileSystem posix;
    os::SystemClock clock;
    os::SystemRandom random;
    QuietLog log;
    const segment_log::MasterKey key{"bench", random.bytes(32)};
    NotingFileSystem files(posix);
    os::ThreadPool pool(2);
    const std::string name = root + "/" + std::to_string(records);
    CHECK(posix.make_directory(name).has_value());
    auto segment_log =
        std::move(segment_log::SegmentLog::open({.directory = name + "/log"},
                                                {files, clock, random, pool, log, key})
                      .value());
    // Taken in turns, so that whatever else the disk does meets both.
    Measured appended;
    Measured raw;
    std::size_t groups = 0;
    for (int round = 0; round < rounds; ++round) {
        appended.add(Load(*segment_log, clock, seconds / rounds, records).run());
        const std::string raw_directory = name + "/raw" + std::to_string(round);
        CHECK(posix.make_directory(raw_directory).has_value());
        raw.add(write_raw(posix, clock, raw_directory, files.sizes));
        groups += files.sizes.size();
        files.sizes.clear();
        std::filesystem::remove_all(raw_directory);
    }
    segment_log->stop();
    pool.stop();
    std::printf(
        "{\"bench\":\"segment_log_append\",\"callers\":%zu,\"records_per_batch\":%zu,"
        "\"record_bytes\":%zu,\"records_per_s\":%.0f,\"mb_per_s\":%.1f,\"append_p50_us\":%.0f,"
        "\"append_p99_us\":%.0f,\"groups\":%zu,\"bytes_per_group\":%.0f,"
        "\"raw_mb_per_s\":%.1f,\"raw_sync_p50_us\":%.0f,\"raw_sync_p99_us\":%.0f,"
        "\"part_of_raw\":%.2f}\n",
        callers, records, record_bytes, static_cast<double>(appended.records) / appended.seconds,
        appended.mb_per_s(), percentile_us(appended.times_ns, 0.5),
        percentile_us(appended.times_ns, 0.99), groups,
        static_cast<double>(raw.bytes) / static_cast<double>(groups), raw.mb_per_s(),
        percentile_us(raw.times_ns, 0.5), percentile_us(raw.times_ns, 0.99),
        appended.mb_per_s() / raw.mb_per_s());
    std::fflush(stdout);
}

// Opening a log of many segments, opening it after a crash, and reading it all.
class Reopen {
  public:
    explicit Reopen(std::string root) : directory_(std::move(root) + "/read") {}

    void run() {
        auto log = open();
        (void)Load(*log, clock_, 1, records_per_batch).run();
        log->stop();
        const std::size_t segments = log->segments().size();
        const std::uint64_t last = log->segments().back().id;
        const std::uint64_t last_bytes = log->segments().back().bytes;
        log.reset();
        const double open_us = time_us([&] { log = open(); });
        log->stop();
        // Without its index the last segment is as a crash leaves it.
        char name[32];
        std::snprintf(name, sizeof(name), "/%08llx.index", static_cast<unsigned long long>(last));
        CHECK(files_.remove(directory_ + name).has_value());
        const double recover_us = time_us([&] { log = open(); });
        std::uint64_t bytes = 0;
        const double read_us = time_us([&] { bytes = read(*log); });
        std::printf(
            "{\"bench\":\"segment_log_reopen\",\"segments\":%zu,\"open_us\":%.0f,"
            "\"recovered_bytes\":%llu,\"recover_us\":%.0f,\"read_bytes\":%llu,"
            "\"read_mb_per_s\":%.0f}\n",
            segments, open_us, static_cast<unsigned long long>(last_bytes), recover_us,
            static_cast<unsigned long long>(bytes), static_cast<double>(bytes) / read_us);
        log->stop();
        pool_.stop();
    }

  private:
    std::unique_ptr<segment_log::SegmentLog> open() {
        return std::move(segment_log::SegmentLog::open(
                             {.directory = directory_, .segment_bytes_max = 8 * 1024 * 1024},
                             {files_, clock_, random_, pool_, log_, key_})
                             .value());
    }
    template <class F>
    double time_us(F&& call) {
        const std::int64_t start_ns = clock_.monotonic_ns();
        call();
        return static_cast<double>(clock_.monotonic_ns() - start_ns) / 1000;
    }
    static std::uint64_t read(const segment_log::SegmentLog& log) {
        std::uint64_t bytes = 0;
        segment_log::Position from = 0;
        while (true) {
            const auto batch = log.read(from, {}).value();
            for (const auto& record : batch.records)
                bytes += record.payload.size();
            from = batch.next;
            if (batch.at_end) return bytes;
        }
    }

    const std::string directory_;
    os::PosixFileSystem files_;
    os::SystemClock clock_;
    os::SystemRandom random_;
    QuietLog log_;
    const segment_log::MasterKey key_{"bench", random_.bytes(32)};
    os::ThreadPool pool_{2};
};

}  // namespace

int main(int argc, char** argv) {
    std::string root = std::string(argc > 1 ? argv[1] : "/tmp") + "/segment_log_bench_XXXXXX";
    const double seconds = argc > 2 ? std::atof(argv[2]) : 3;
    CHECK(::mkdtemp(root.data()) != nullptr);
    measure(root, seconds, records_per_batch);
    measure(root, seconds, 1);
    Reopen(root).run();
    std::filesystem::remove_all(root);
    return 0;
}
