#include "services/firehose/time_zone.h"

#include <gtest/gtest.h>

#include "os/file_system.h"
#include "sim/seeded_random.h"

namespace firehose {
namespace {

// Offsets of Python's zoneinfo.
TEST(TimeZone, KnowsOffsetsAtAllTimes) {
    os::PosixFileSystem files;
    if (!base::exists(files, "/usr/share/zoneinfo/Europe/Berlin")) GTEST_SKIP() << "no tzdata";
    struct Row {
        const char* zone;
        std::int64_t second;
        std::int32_t offset_s;
        const char* abbreviation;
    };
    const Row rows[] = {
        {"Europe/Berlin", 1'767'225'600, 3600, "CET"},   // 2026-01-01
        {"Europe/Berlin", 1'774'745'999, 3600, "CET"},   // a second before summer time
        {"Europe/Berlin", 1'774'746'000, 7200, "CEST"},  // 2026-03-29T01:00Z
        {"Europe/Berlin", 1'792'889'999, 7200, "CEST"},
        {"Europe/Berlin", 1'792'890'000, 3600, "CET"},   // 2026-10-25T01:00Z
        {"Europe/Berlin", 4'118'126'400, 7200, "CEST"},  // July 2100: the rule
        {"America/New_York", 1'772'953'199, -18'000, "EST"},
        {"America/New_York", 1'772'953'200, -14'400, "EDT"},  // 2026-03-08T07:00Z
        {"Asia/Tokyo", 1'767'225'600, 32'400, "JST"},
        {"Asia/Kolkata", 1'767'225'600, 19'800, "IST"},
        {"Australia/Sydney", 1'767'225'600, 39'600, "AEDT"},  // southern summer
        {"Australia/Sydney", 1'782'864'000, 36'000, "AEST"},
        {"Australia/Sydney", 4'102'444'800, 39'600, "AEDT"},  // 2100-01-01: the rule
        {"America/Sao_Paulo", 4'102'444'800, -10'800, "-03"},
    };
    for (const auto& row : rows) {
        const auto zone = TimeZone::load(files, row.zone);
        ASSERT_TRUE(zone.has_value()) << row.zone << zone.error().describe();
        const LocalTime time = zone.value().at({row.second * 1000});
        EXPECT_EQ(time.offset_s, row.offset_s) << row.zone << " " << row.second;
        EXPECT_EQ(time.abbreviation, row.abbreviation) << row.zone << " " << row.second;
        EXPECT_EQ(time.zone_id, row.zone);
    }
}

TEST(TimeZone, UtcNeedsNoFile) {
    os::PosixFileSystem files;
    for (const char* name : {"", "UTC"}) {
        const auto zone = TimeZone::load(files, name);
        ASSERT_TRUE(zone.has_value());
        EXPECT_EQ(zone.value().at({0}).offset_s, 0);
    }
}

TEST(TimeZone, RefusesWhatIsNoZone) {
    os::PosixFileSystem files;
    for (const char* name :
         {"Nowhere/Land", "Europe", "../../etc/passwd", "/etc/passwd", "zone.tab", "tzdata.zi"}) {
        const auto zone = TimeZone::load(files, name);
        EXPECT_FALSE(zone.has_value()) << name;
    }
}

TEST(TimeZone, DamagedFilesAreErrors) {
    os::PosixFileSystem files;
    auto bytes = base::read_file(files, "/usr/share/zoneinfo/Europe/Berlin", time_zone_bytes_max);
    if (!bytes) GTEST_SKIP() << "no tzdata";
    const std::string good = bytes.value();
    for (std::size_t size = 0; size < good.size(); size += 7) {
        (void)TimeZone::parse("x", std::string_view(good).substr(0, size));
    }
    EXPECT_FALSE(TimeZone::parse("x", good.substr(0, 40)).has_value());
    EXPECT_FALSE(TimeZone::parse("x", good.substr(0, good.size() / 2)).has_value());
    sim::SeededRandom random(1);
    for (int i = 0; i < 3000; ++i) {
        std::string bad = good;
        for (int n = 0; n < 3; ++n)
            bad[random.below(bad.size())] = static_cast<char>(random.below(256));
        const auto zone = TimeZone::parse("x", bad);
        if (zone) {
            (void)zone.value().at({1'767'225'600'000});
            (void)zone.value().at({4'102'444'800'000});
        }
    }
}

}  // namespace
}  // namespace firehose
