// A Kinesis on a simulated machine, called through the real decoder, validator and encoder, stepped
// by the test.
//
//   kinesis::testing::Stage stage;
//   EXPECT_EQ(stage.call("CreateStream", R"({"StreamName":"s"})").status, 200);
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aws/testing.h"
#include "services/kinesis/kinesis.h"
#include "services/ports/testing.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/seeded_random.h"
#include "sim/virtual_clock.h"

namespace kinesis::testing {

struct Got {
    std::string sequence_number;
    std::string partition_key;
    std::string data;
    std::string encryption_type;
    bool operator==(const Got&) const = default;
};

class Stage {
  public:
    explicit Stage(bool aws_limits = false, std::uint64_t seed = 1,
                   std::unique_ptr<sim::CrashFileSystem> disk = nullptr);
    ~Stage();

    // Stop and start again on the same disk; `error` says why it did not.
    bool reopen();
    std::string error;

    aws::testing::Answer call(std::string_view operation, std::string_view body);
    // The call is expected to fail: "Code: message".
    std::string refusal(std::string_view operation, std::string_view body);
    void create_stream(const std::string& name, int shards = 0);  // 0: on demand
    // One record; returns its sequence number.
    std::string put(const std::string& stream, const std::string& key, const std::string& data);
    // An iterator; `more` are further members, `,"StartingSequenceNumber":"…"`.
    std::string iterator(const std::string& stream, int shard, const std::string& type,
                         const std::string& more = "");
    // All that GetRecords gives from `iterator` until it gives nothing; *iterator moves on.
    std::vector<Got> read(std::string* iterator, int limit = 10'000);
    std::vector<Got> read_shard(const std::string& stream, int shard);

    sim::VirtualClock clock;
    sim::SeededExecutor executor;
    sim::SeededRandom random;
    sim::RecordingLog log;
    base::Metrics metrics;
    ports::testing::RecordingPublisher publisher;
    segment_log::MasterKey master_key{"test", std::string(32, 'k')};
    std::unique_ptr<sim::CrashFileSystem> files;
    std::unique_ptr<meta_store::MetaStore> store;
    std::unique_ptr<Kinesis> kinesis;
    std::unique_ptr<aws::testing::Harness> harness;

  private:
    void close();
    const bool aws_limits_;
};

}  // namespace kinesis::testing
