// ACME's viewing telemetry, made up but of a piece: customers with a favourite device watch titles
// whose popularity follows Zipf's law; each viewing session is start, then pauses and resumes, then
// stop or complete, and its watch time and completion agree with the title's length.
//
// Pure: the same seed and the same calls give the same bytes. Several millions of events a second.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace telemetry {

inline constexpr std::uint32_t customers_max = 10'000'000;
inline constexpr std::uint32_t titles_max = 1'000'000;
inline constexpr std::size_t line_bytes_max = 400;

struct Options {
    // Which events are made. Two generators with the same seed make the same ones.
    std::uint64_t seed = 1;
    std::uint32_t customers = 50'000;  // 1..customers_max
    std::uint32_t titles = 5'000;      // 1..titles_max
    // Which customers and titles there are: stable over all runs with the same value.
    std::uint64_t world = 20'240'101;
};

// xoshiro256**, seeded by splitmix64.
class Rng {
  public:
    explicit Rng(std::uint64_t seed);
    std::uint64_t next();
    // 0..bound-1; bound > 0
    std::uint32_t below(std::uint32_t bound);
    // [0, 1)
    double unit();

  private:
    std::uint64_t state_[4];
};

// Draws 0..count-1 with a probability that falls as 1/(rank+1). Constant time: Walker's alias
// method over a table of 12 bytes an item.
class Zipf {
  public:
    explicit Zipf(std::uint32_t count);
    std::uint32_t draw(Rng& rng) const;

  private:
    std::vector<double> keep_;
    std::vector<std::uint32_t> alias_;
};

enum class EventType : std::uint8_t { start, pause, resume, stop, complete };
enum class TitleType : std::uint8_t { movie, series, documentary };
enum class Device : std::uint8_t { mobile, web, tv, tablet };

std::string_view to_string(EventType type);
std::string_view to_string(TitleType type);
std::string_view to_string(Device device);

struct Title {
    TitleType type = TitleType::movie;
    std::uint32_t length_seconds = 0;
};

class Generator {
  public:
    explicit Generator(const Options& options);

    // Append exactly `count` events as JSON lines, each with its newline. Sessions are whole: a
    // device reports when its session is over, at a moment in [from, until), so the session's
    // first events may be up to some hours older. Only the last session may be cut short by
    // `count`.
    //   from, until  from < until
    void append_lines(std::string& out, std::size_t count, base::Timestamp from,
                      base::Timestamp until);

    Title title(std::uint32_t index) const;
    Device favourite_device(std::uint32_t customer) const;

  private:
    static constexpr std::size_t pauses_max = 4;
    struct Session {
        std::uint32_t customer = 0;
        std::uint32_t title_index = 0;
        Title title;
        Device device = Device::tv;
        std::string_view quality;
        bool completes = false;
        std::uint32_t watched_seconds = 0;
        std::size_t pauses = 0;
        std::uint32_t pause_at[pauses_max] = {};  // positions in the title, ascending
        std::uint32_t pause_seconds[pauses_max] = {};
        std::int64_t start_ms = 0;
    };

    Session draw_session(base::Timestamp from, base::Timestamp until);
    char* write_event(char* at, const Session& session, EventType type, std::int64_t at_ms,
                      std::uint32_t position);
    std::size_t append_session(std::string& out, std::size_t count, base::Timestamp from,
                               base::Timestamp until);

    Options options_;
    Rng rng_;
    Zipf popularity_;
    std::int64_t day_ = INT64_MIN;  // of date_
    char date_[11] = {};            // "2026-03-01T"
};

// The event_id of a line that append_lines made: a view into it.
std::string_view event_id_of(std::string_view line);

}  // namespace telemetry
