#include "telemetry.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <map>
#include <set>

namespace telemetry {
namespace {

constexpr base::Timestamp from{1'772'366'400'000};  // 2026-03-01T12:00:00Z
constexpr base::Timestamp until{from.ms + 300'000};

std::vector<boost::json::object> parse(const std::string& lines) {
    std::vector<boost::json::object> out;
    for (std::size_t at = 0; at < lines.size();) {
        const auto end = lines.find('\n', at);
        EXPECT_NE(end, std::string::npos);
        out.push_back(boost::json::parse(lines.substr(at, end - at)).as_object());
        at = end + 1;
    }
    return out;
}

std::string text(const boost::json::object& event, const char* name) {
    return std::string(event.at(name).as_string());
}

std::vector<boost::json::object> make(std::size_t count, Options options = {}) {
    Generator generator(options);
    std::string lines;
    generator.append_lines(lines, count, from, until);
    return parse(lines);
}

TEST(Telemetry, ExactlySoManyLinesOfTheSchema) {
    for (const std::size_t count : {0U, 1U, 2U, 3U, 999U, 1000U}) {
        const auto events = make(count);
        ASSERT_EQ(events.size(), count);
        for (const auto& event : events) {
            std::vector<std::string> names;
            for (const auto& [name, value] : event)
                names.emplace_back(name);
            EXPECT_EQ(names, (std::vector<std::string>{
                                 "event_id", "event_timestamp", "event_type", "customer_id",
                                 "title_id", "title_type", "device_type", "quality",
                                 "watch_duration_seconds", "completion_percentage"}));
            EXPECT_TRUE(event.at("watch_duration_seconds").is_int64());
            EXPECT_TRUE(event.at("completion_percentage").is_double());
        }
    }
}

TEST(Telemetry, TheSameSeedMakesTheSameBytes) {
    Generator one({.seed = 7});
    Generator two({.seed = 7});
    Generator other({.seed = 8});
    std::string a, b, c;
    one.append_lines(a, 500, from, until);
    two.append_lines(b, 200, from, until);
    other.append_lines(c, 500, from, until);
    EXPECT_TRUE(a.starts_with(b.substr(0, b.size() / 2)));
    EXPECT_NE(a, c);
}

TEST(Telemetry, EventIdsAreUuidsAndUnique) {
    Generator generator({});
    std::string lines;
    generator.append_lines(lines, 20'000, from, until);
    std::set<std::string> ids;
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
        const std::string id(event_id_of(std::string_view(lines).substr(at)));
        ASSERT_EQ(id.size(), 36U);
        EXPECT_EQ(id[14], '4');
        EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
        EXPECT_TRUE(ids.insert(id).second);
    }
    EXPECT_EQ(ids.size(), 20'000U);
    EXPECT_EQ(event_id_of("short"), "");
}

// Follow each session: events of one session are consecutive.
TEST(Telemetry, SessionsMakeSense) {
    const Options options;
    const Generator world(options);
    const auto events = make(50'000, options);
    std::map<std::string, int> counts;
    std::string last_type;
    std::string last_time;
    std::int64_t last_watched = 0;
    for (const auto& event : events) {
        const std::string type = text(event, "event_type");
        ++counts[type];
        const std::int64_t watched = event.at("watch_duration_seconds").as_int64();
        const double completion = event.at("completion_percentage").as_double();
        const auto index =
            static_cast<std::uint32_t>(std::stoul(text(event, "title_id").substr(6)));
        const Title title = world.title(index);
        EXPECT_EQ(text(event, "title_type"), to_string(title.type));
        EXPECT_NEAR(completion, 100.0 * static_cast<double>(watched) / title.length_seconds, 0.011);
        EXPECT_LE(completion, 100.0);
        if (type == "start") {
            EXPECT_TRUE(last_type.empty() || last_type == "stop" || last_type == "complete");
            EXPECT_EQ(watched, 0);
        } else {
            EXPECT_LE(last_time, text(event, "event_timestamp"));
            EXPECT_GE(watched, last_watched);
            const bool was_playing = last_type == "start" || last_type == "resume";
            EXPECT_EQ(was_playing, type != "resume") << last_type << " then " << type;
            if (type == "resume") {
                EXPECT_EQ(watched, last_watched);
            }
            EXPECT_EQ(completion == 100.0, type == "complete");
            if (type == "complete" || type == "stop") {
                EXPECT_GE(text(event, "event_timestamp"), "2026-03-01T12:00:00.000Z");
                EXPECT_LT(text(event, "event_timestamp"), "2026-03-01T12:05:00.000Z");
            }
        }
        last_type = type;
        last_watched = watched;
        last_time = text(event, "event_timestamp");
    }
    EXPECT_EQ(counts.size(), 5U);
    EXPECT_NEAR(counts["pause"], counts["resume"], 1);
    EXPECT_NEAR(counts["start"], counts["stop"] + counts["complete"], 1);
    EXPECT_GT(counts["stop"], counts["complete"]);
}

TEST(Telemetry, DevicesAndQualitiesAreThoseOfTheSchema) {
    const auto events = make(20'000);
    std::map<std::string, int> devices, qualities, types;
    for (const auto& event : events) {
        ++devices[text(event, "device_type")];
        ++qualities[text(event, "quality")];
        ++types[text(event, "title_type")];
        EXPECT_FALSE(text(event, "device_type") == "mobile" && text(event, "quality") == "4K");
    }
    EXPECT_EQ(devices.size(), 4U);
    EXPECT_EQ(types.size(), 3U);
    EXPECT_EQ(qualities.size(), 4U);
    EXPECT_GT(devices["tv"], devices["tablet"]);
}

TEST(Telemetry, PopularityFollowsZipf) {
    Rng rng(3);
    const Zipf zipf(1000);
    std::vector<int> counts(1000);
    constexpr int draws = 1'000'000;
    for (int i = 0; i < draws; ++i)
        ++counts[zipf.draw(rng)];
    double harmonic = 0;
    for (int i = 1; i <= 1000; ++i)
        harmonic += 1.0 / i;
    for (const int rank : {1, 2, 10, 100}) {
        const double expected = draws / (rank * harmonic);
        EXPECT_NEAR(counts[static_cast<std::size_t>(rank - 1)], expected, expected * 0.1) << rank;
    }
    EXPECT_EQ(Zipf(1).draw(rng), 0U);
}

TEST(Telemetry, CustomersAreStable) {
    const Generator one({.seed = 1});
    const Generator two({.seed = 2});
    for (std::uint32_t customer = 0; customer < 100; ++customer) {
        EXPECT_EQ(one.favourite_device(customer), two.favourite_device(customer));
    }
    EXPECT_EQ(one.title(5).length_seconds, two.title(5).length_seconds);
    const auto events = make(5'000, {.customers = 10});
    std::set<std::string> customers;
    for (const auto& event : events)
        customers.insert(text(event, "customer_id"));
    EXPECT_EQ(customers.size(), 10U);
}

TEST(Telemetry, DatesAcrossMidnightLeapYearsAndOldTimes) {
    for (const auto& [ms, date] :
         std::map<std::int64_t, std::string>{{1'709'164'800'000, "2024-02-29"},
                                             {0, "1970-01-01"},
                                             {1'798'761'600'000, "2027-01-01"}}) {
        Generator generator({});
        std::string lines;
        generator.append_lines(lines, 2000, {ms}, {ms + 1});
        bool seen = false;
        for (const auto& event : parse(lines)) {
            const std::string type = text(event, "event_type");
            if (type == "stop" || type == "complete") {
                EXPECT_EQ(text(event, "event_timestamp"), date + "T00:00:00.000Z");
                seen = true;
            } else if (type == "start") {
                EXPECT_LT(text(event, "event_timestamp"), date);
            }
        }
        EXPECT_TRUE(seen);
    }
}

TEST(Telemetry, LinesKeepTheirBound) {
    Generator generator({.customers = customers_max, .titles = 10});
    std::string lines;
    generator.append_lines(lines, 100'000, from, until);
    std::size_t longest = 0;
    for (std::size_t at = 0; at < lines.size();) {
        const auto end = lines.find('\n', at);
        longest = std::max(longest, end + 1 - at);
        at = end + 1;
    }
    EXPECT_LE(longest, line_bytes_max);
    EXPECT_GT(longest, 250U);
}

}  // namespace
}  // namespace telemetry
