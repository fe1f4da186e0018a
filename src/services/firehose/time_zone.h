// Time zones from the machine's TZif files (RFC 8536), for CustomTimeZone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "services/firehose/java_time_format.h"

namespace firehose {

inline constexpr const char* time_zone_directory = "/usr/share/zoneinfo";
inline constexpr std::uint64_t time_zone_bytes_max = 64 * 1024;

// One zone's offsets for all times. Immutable.
class TimeZone {
  public:
    TimeZone();  // UTC
    // `name` as in CustomTimeZone: [a-zA-Z/_]+, "" and "UTC" are UTC.
    //   errors  not_found (no such zone, or no zone files on this machine), corrupt
    static base::Result<TimeZone> load(base::FileSystem& files, const std::string& name);
    // From the bytes of a TZif file of version 2 or later.
    static base::Result<TimeZone> parse(std::string name, std::string_view bytes);

    LocalTime at(base::Timestamp instant) const;

  private:
    struct Offset {
        std::int32_t seconds = 0;
        bool summer = false;
        std::string abbreviation;
    };
    // A day of a year in the zone's rule for the time after the file's last transition.
    struct RuleDay {
        char form = 0;  // 'J', 'n' or 'M'
        std::int32_t day = 0;
        std::int32_t week = 0;
        std::int32_t month = 0;
        std::int32_t time_s = 7200;
    };
    struct Rule {
        Offset standard;
        Offset summer;
        bool has_summer = false;
        RuleDay begin;
        RuleDay end;
    };
    static bool parse_rule(std::string_view text, Rule& rule);
    static std::int64_t rule_second(const RuleDay& day, std::int64_t year);
    const Offset& offset_at(std::int64_t second) const;

    std::string name_ = "UTC";
    std::vector<std::int64_t> transitions_;  // seconds, ascending
    std::vector<std::uint8_t> kinds_;        // of offsets_, one a transition
    std::vector<Offset> offsets_;
    bool has_rule_ = false;
    Rule rule_;
};

}  // namespace firehose
