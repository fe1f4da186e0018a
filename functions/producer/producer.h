// Sends events to a Kinesis stream and sees to it that the hour they land in is a partition of the
// catalog's table. Knows AWS only through Services, so that tests need none.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace producer {

inline constexpr std::size_t call_records_max = 500;
inline constexpr std::size_t call_bytes_max = 5 * 1024 * 1024;  // data and partition keys
inline constexpr std::size_t record_bytes_max = 1024 * 1024;    // the same, of one record
inline constexpr int attempts_max = 8;                          // of one record
inline constexpr std::int64_t backoff_ms_min = 25;
inline constexpr std::int64_t backoff_ms_max = 2'000;
inline constexpr std::size_t hours_remembered_max = 48;

class Services {
  public:
    virtual ~Services() = default;
    // One call, with its own retries for network and throttling. `operation` "PutRecords".
    // Returns the answer's JSON; an error's context is the service's error code, "" without one.
    virtual base::Result<std::string> kinesis(std::string_view operation,
                                              std::string_view body) = 0;
    virtual base::Result<std::string> glue(std::string_view operation, std::string_view body) = 0;
};

struct Settings {
    std::string stream_name;
    std::string database_name;  // "": no partitions are registered
    std::string table_name;
};

struct Counts {
    std::size_t sent = 0;
    std::size_t failed = 0;   // given up
    std::size_t retried = 0;  // records sent again, each time counted
    std::string json() const;
};

class Producer {
  public:
    struct Environment {
        Services& services;
        const base::Clock& clock;
        base::Random& random;
        std::function<void(std::int64_t)> wait_ms;
        std::function<void(const std::string&)> log;
    };
    Producer(Settings settings, Environment environment);

    // `body` is {"events": [{"event_id": …, …}, …]}. Each event becomes one record, its text as it
    // came and a newline, with its event_id as partition key.
    //   returns  the counts as JSON
    //   errors   invalid (not such a body), unavailable (no event at all could be sent)
    base::Result<std::string> handle(std::string_view body);

  private:
    struct Record {
        std::string_view event;
        std::string partition_key;
        std::size_t bytes() const { return event.size() + 1 + partition_key.size(); }
    };

    base::Result<std::vector<Record>> read_records(std::string_view body, Counts& counts);
    void send(std::vector<Record> records, Counts& counts);
    base::Result<std::vector<Record>> put(const std::vector<Record>& records);
    std::string put_body(const std::vector<Record>& records) const;
    std::int64_t backoff_ms(int attempt);
    void register_hours();
    base::Result<void> register_partitions(const std::vector<std::int64_t>& hours);
    base::Result<void> read_table();

    const Settings settings_;
    Environment env_;
    // While warm: hours (since 1970) that are registered, and what GetTable answered.
    std::set<std::int64_t> hours_;
    std::string storage_descriptor_;  // JSON
    std::string location_;            // of the table, with its last slash
    std::string last_error_;
};

// The texts of the elements of the array `events` of a JSON object, as they stand.
//   errors  invalid
base::Result<std::vector<std::string_view>> split_events(std::string_view body);

}  // namespace producer
