// A workload on a log, and the check that holds its promises against any disk that a crash of it
// may leave. Its own file, so that the canary tests can run the same check and see it fail.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "segment_log/testing.h"

namespace segment_log::testing {

struct WorkloadOptions {
    std::uint64_t seed = 1;
    std::uint64_t segment_bytes_max = 4 * 1024;
    int rounds = 12;  // each appends up to four batches, committed as the seed wants
    std::size_t payload_bytes_max = 300;
    bool restarts = true;  // stops and opens the log in the middle
    bool removes = true;   // expires and removes segments
    // A disk that cannot even note that a write failed: then the failed batch may come back, whole.
    bool failed_may_return = false;
    std::vector<sim::Fault> faults = {};
    sim::Canaries canaries = {};
};

// Runs batches against a log and remembers what it promised, and after how many file operations.
class Workload {
  public:
    explicit Workload(const WorkloadOptions& options);

    const sim::CrashFileSystem& files() const { return *world_.files; }
    sim::RecordingLog& log() { return world_.log; }
    std::size_t acknowledged_count() const;
    std::size_t failed_count() const;

    // What is wrong with the log on the disk that `point` leaves; empty when nothing is.
    std::string check(const sim::CrashPoint& point, const Checks& checks = {}) const;
    // Over all points of the plan: the first problem, and how many points have one.
    struct Report {
        std::size_t points = 0;
        std::size_t problems = 0;
        std::string first;
    };
    Report check_all(const sim::CrashPlan& plan, const Checks& checks = {}) const;

  private:
    struct Batch {
        Lane lane = 0;
        std::vector<std::string> payloads;
        enum class Answer { none, good, failed } answer = Answer::none;
        Position first = 0;
        std::size_t answered_at = 0;  // file operations
        std::size_t removing_from = SIZE_MAX;
        std::size_t removed_at = SIZE_MAX;
    };
    using Found = std::map<std::size_t, std::vector<Read>>;  // by batch

    void run(const WorkloadOptions& options);
    void append(SegmentLog& log);
    void remove(SegmentLog& log);
    void forget_segments(const std::vector<SegmentInfo>& before,
                         const std::vector<SegmentInfo>& after, std::size_t from);
    std::string check_open(SegmentLog& log, World& world, std::size_t operations) const;
    std::string check_records(const std::vector<Read>& records, std::size_t operations) const;
    std::string find(const std::vector<Read>& records, Found& found) const;

    WorkloadOptions options_;
    World world_;
    std::vector<Batch> batches_;
};

}  // namespace segment_log::testing
