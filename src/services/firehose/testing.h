// A Firehose on a simulated machine with a real object store and a source stream over a real log,
// called through the real decoder, validator and encoder, stepped by the test.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aws/testing.h"
#include "services/firehose/firehose.h"
#include "services/ports/testing.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/seeded_random.h"
#include "sim/virtual_clock.h"

namespace firehose::testing {

inline constexpr const char* source_arn = "arn:aws:kinesis:us-west-2:000000000000:stream/s";

// One stream, named s.
class OneStream final : public ports::StreamReader {
  public:
    explicit OneStream(std::unique_ptr<segment_log::SegmentLog> log) : log_(std::move(log)) {}
    segment_log::SegmentLog& log() { return *log_; }
    void remove() { removed_ = true; }
    std::string holder;  // the last hold
    std::uint64_t held_at = 0;
    int holds = 0;

    base::Result<ports::StreamInfo> find_stream(const std::string& arn) const override;
    base::Result<ports::StreamBatch> read_stream(const std::string& id, std::uint64_t from,
                                                 std::size_t records_max,
                                                 std::size_t bytes_max) const override;
    std::uint64_t watch_stream(const std::string& id, base::UniqueFunction<void()> wake) override;
    void unwatch_stream(const std::string& id, std::uint64_t watch) override;
    void hold_stream(const std::string& id, const std::string& name,
                     std::uint64_t position) override;
    void release_stream(const std::string& id, const std::string& name) override;

  private:
    std::unique_ptr<segment_log::SegmentLog> log_;
    bool removed_ = false;
};

class RecordingLogWriter final : public ports::LogWriter {
  public:
    struct Line {
        std::string where;  // "account/region/group/stream"
        std::string message;
    };
    void write(const std::string& account, const std::string& region, const std::string& group,
               const std::string& stream, std::vector<ports::LogLine> lines) override;
    std::vector<Line> lines;
};

class Stage {
  public:
    explicit Stage(std::uint64_t seed = 1, std::unique_ptr<sim::CrashFileSystem> disk = nullptr);
    ~Stage();

    // Stop and start again on the same disk; `error` says why it did not.
    bool reopen();
    std::string error;

    aws::testing::Answer call(std::string_view operation, std::string_view body);
    std::string refusal(std::string_view operation, std::string_view body);
    void make_bucket(const std::string& name, const std::string& account = "000000000000");
    // A delivery stream to bucket b; `more` are further members of the destination,
    // `,"CompressionFormat":"GZIP"`. From the stream, or DirectPut.
    void create(const std::string& name, const std::string& more = "", bool direct = false);
    // Into the source stream; durable on return.
    void put_source(const std::vector<std::string>& records);
    void put_direct(const std::string& name, const std::vector<std::string>& records);
    base::Result<FlushReport> flush(const std::string& name);
    void run_for_ms(std::int64_t ms) { executor.run_for_ms(ms); }

    struct Object {
        std::string key;
        std::string bytes;  // decompressed when the key ends with .gz
    };
    std::vector<Object> objects(const std::string& bucket = "b");
    // The bytes of all objects one after another in the order of delivery.
    std::string delivered(const std::string& bucket = "b");

    sim::VirtualClock clock;
    sim::SeededExecutor executor;
    sim::SeededRandom random;
    sim::RecordingLog log;
    base::Metrics metrics;
    ports::testing::RecordingPublisher publisher;
    RecordingLogWriter logs;
    segment_log::MasterKey master_key{"test", std::string(32, 'k')};
    std::unique_ptr<sim::CrashFileSystem> files;
    std::unique_ptr<meta_store::MetaStore> store;
    std::unique_ptr<object_store::ObjectStore> object_store;
    std::unique_ptr<OneStream> source;
    std::unique_ptr<Firehose> firehose;
    std::unique_ptr<aws::testing::Harness> harness;

  private:
    void close();
    bool failed(const base::Error& why);
};

}  // namespace firehose::testing
