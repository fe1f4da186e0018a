// CloudWatch Logs: groups, streams, events; and the LogWriter through which functions and
// deliveries log. Each group is a segment_log of its own (group.h); names and counts are rows in
// meta_store.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "aws/service.h"
#include "services/logs/group.h"
#include "services/ports/ports.h"

// One word for each file in operations/.
#define LOGS_OPERATIONS(X)     \
    X(create_log_group)        \
    X(create_log_stream)       \
    X(delete_log_group)        \
    X(delete_log_stream)       \
    X(delete_retention_policy) \
    X(describe_log_groups)     \
    X(describe_log_streams)    \
    X(filter_log_events)       \
    X(get_log_events)          \
    X(list_tags_for_resource)  \
    X(list_tags_log_group)     \
    X(put_log_events)          \
    X(put_retention_policy)    \
    X(tag_log_group)           \
    X(tag_resource)            \
    X(untag_log_group)         \
    X(untag_resource)

// One word for each file in resources/.
#define LOGS_RESOURCES(X) \
    X(log_group)          \
    X(log_stream)

namespace logs {

AWS_DECLARE_OPERATIONS(LOGS_OPERATIONS)
AWS_DECLARE_RESOURCES(LOGS_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::size_t groups_max = 10'000;  // an account and region
inline constexpr std::size_t tags_max = 50;
inline constexpr std::size_t describe_page_max = 50;
inline constexpr std::size_t events_page_max = 10'000;
inline constexpr std::size_t events_page_bytes_max = 1024 * 1024;
inline constexpr std::size_t put_bytes_max = 1024 * 1024;  // messages and 26 bytes an event
inline constexpr std::size_t put_events_max = 10'000;
inline constexpr std::size_t event_bytes_max = put_bytes_max - event_overhead_bytes;
// Lines that wait in LogWriter::write, or for their sync.
inline constexpr std::size_t writer_bytes_max = 8 * 1024 * 1024;
inline constexpr std::int64_t retention_sweep_interval_ms = 10 * 60 * 1000;

inline constexpr const char* group_name_pattern = "[\\.\\-_/#A-Za-z0-9]+";
inline constexpr shape::Constraints group_name_rule{
    .required = true, .min = 1, .max = 512, .pattern = group_name_pattern};
inline constexpr shape::Constraints optional_group_name_rule{
    .min = 1, .max = 512, .pattern = group_name_pattern};
inline constexpr shape::Constraints group_identifier_rule{
    .min = 1, .max = 2048, .pattern = "[\\w#+=/:,.@-]*"};
inline constexpr shape::Constraints arn_rule{
    .required = true, .min = 1, .max = 1011, .pattern = "[\\w+=/:,.@-]*"};
inline constexpr shape::Constraints stream_name_rule{
    .required = true, .min = 1, .max = 512, .pattern = "[^:*]*"};
inline constexpr shape::Constraints optional_stream_name_rule{
    .min = 1, .max = 512, .pattern = "[^:*]*"};

// Any thread. Destroy after the executor ended.
class Logs final : public ports::LogWriter {
  public:
    Logs(Options options, Environment environment);
    ~Logs() override;

    // Restore the groups, remove what a crash left of deleted ones, begin the retention sweep.
    base::Result<void> start();
    // Write what waits in write(), close every group, return when nothing of ours runs any more.
    void stop();

    // ---- for the operations ----
    aws::Reply<std::shared_ptr<Group>> find(const aws::Call& call, const std::string& name) const;
    // By name or ARN; exactly one of the two must be given.
    aws::Reply<std::shared_ptr<Group>> find(const aws::Call& call,
                                            const std::optional<std::string>& name,
                                            const std::optional<std::string>& identifier) const;
    // The group that a group's ARN names (with or without ":*").
    aws::Reply<std::shared_ptr<Group>> find_arn(const aws::Call& call,
                                                const std::string& arn) const;
    // By name, beginning after `after`.
    std::vector<std::shared_ptr<Group>> list(const aws::Call& call, const std::string& after) const;
    // errors already_exists, limit. `row` comes without id and time.
    base::Result<std::shared_ptr<Group>> create(const std::string& account,
                                                const std::string& region, GroupRow row);
    base::Result<void> remove(const std::shared_ptr<Group>& group);

    base::Timestamp now() const { return environment_.clock.now(); }
    // Delete expired segments of all groups now. Called by the timer, and by tests.
    void sweep();

    // ---- ports::LogWriter ----
    void write(const std::string& account, const std::string& region, const std::string& group,
               const std::string& stream, std::vector<ports::LogLine> lines) override;

  private:
    using GroupKey = std::tuple<std::string, std::string, std::string>;
    struct Waiting {
        std::string account;
        std::string region;
        std::string group;
        std::string stream;
        std::vector<ports::LogLine> lines;
        std::size_t bytes = 0;
    };
    // What tasks on the executor share with this object, so that stop() can wait for them.
    struct Background;

    base::Result<void> remove_leftovers();
    std::shared_ptr<Group> find_group(const GroupKey& key) const;
    base::Result<std::shared_ptr<Group>> find_or_create(const Waiting& waiting);
    void schedule_sweep();
    void pump();
    void append(Waiting waiting);
    void count_dropped(const Waiting& waiting, const std::string& why);

    const Options options_;
    const Environment environment_;
    const Tables tables_;
    base::Counter& written_lines_;
    base::Counter& dropped_lines_;
    base::Mutex creating_;  // over the creation of groups, with its commit; taken before mutex_
    mutable base::Mutex mutex_;
    std::map<GroupKey, std::shared_ptr<Group>> groups_ GUARDED_BY(mutex_);
    std::deque<Waiting> waiting_ GUARDED_BY(mutex_);
    std::size_t waiting_bytes_ GUARDED_BY(mutex_) = 0;  // until durable
    bool pumping_ GUARDED_BY(mutex_) = false;
    base::TimerId sweep_timer_ GUARDED_BY(mutex_) = 0;
    const std::shared_ptr<Background> background_;
};

std::string group_arn(const aws::Call& call, const std::string& group);

// The event times that GetLogEvents and FilterLogEvents show, and their opaque tokens.
std::string event_id(const Event& event);
std::string position_token(const std::string& prefix, segment_log::Position position);
std::optional<segment_log::Position> parse_position_token(const std::string& prefix,
                                                          const std::string& token);

}  // namespace logs
