#include "services/events/schedule.h"

#include <gtest/gtest.h>

#include "wire/timestamp.h"

namespace {

base::Timestamp at(const char* text) {
    return wire::parse_iso8601(text).value();
}

// The next `count` ticks: "2026-01-01T00:00:00Z …", or what is wrong.
std::string ticks(const char* schedule, const char* after, int count = 3) {
    auto parsed = events::parse_schedule(schedule);
    if (!parsed) return "wrong: " + parsed.error().message;
    std::string found;
    auto now = at(after);
    const auto anchor = now;
    for (int i = 0; i < count; ++i) {
        const auto next = events::next_tick(parsed.value(), now, anchor);
        if (!next) return found + "never";
        EXPECT_GT(*next, now);
        now = *next;
        found += wire::format_iso8601(now) + " ";
    }
    return found;
}

TEST(Schedule, RatesTickFromTheirAnchor) {
    EXPECT_EQ(ticks("rate(5 minutes)", "2026-01-01T00:01:02.345Z", 2),
              "2026-01-01T00:06:02.345Z 2026-01-01T00:11:02.345Z ");
    EXPECT_EQ(ticks("rate(1 hour)", "2026-01-01T23:30:00Z", 1), "2026-01-02T00:30:00Z ");
    EXPECT_EQ(ticks("rate(2 days)", "2026-02-27T00:00:00Z", 1), "2026-03-01T00:00:00Z ");
    const auto rate = events::parse_schedule("rate(1 minute)").value();
    EXPECT_EQ(events::next_tick(rate, {90'000}, {0})->ms, 120'000);
    EXPECT_EQ(events::next_tick(rate, {120'000}, {0})->ms, 180'000);
    EXPECT_EQ(events::next_tick(rate, {5}, {1000})->ms, 61'000);
}

TEST(Schedule, CronFieldsHaveListsRangesAndSteps) {
    EXPECT_EQ(ticks("cron(0 10 * * ? *)", "2026-01-31T10:00:00Z"),
              "2026-02-01T10:00:00Z 2026-02-02T10:00:00Z 2026-02-03T10:00:00Z ");
    EXPECT_EQ(ticks("cron(0/15 8-9 * * ? *)", "2026-01-01T08:31:00Z"),
              "2026-01-01T08:45:00Z 2026-01-01T09:00:00Z 2026-01-01T09:15:00Z ");
    EXPECT_EQ(ticks("cron(*/20 0 * * ? *)", "2026-01-01T00:00:00Z"),
              "2026-01-01T00:20:00Z 2026-01-01T00:40:00Z 2026-01-02T00:00:00Z ");
    EXPECT_EQ(ticks("cron(5,35 14-16/2 * * ? *)", "2026-01-01T14:05:00Z"),
              "2026-01-01T14:35:00Z 2026-01-01T16:05:00Z 2026-01-01T16:35:00Z ");
    EXPECT_EQ(ticks("cron(0 0 31 * ? *)", "2026-01-31T00:00:00Z"),
              "2026-03-31T00:00:00Z 2026-05-31T00:00:00Z 2026-07-31T00:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 1 jan,JUL ? *)", "2026-01-01T00:00:00Z"),
              "2026-07-01T00:00:00Z 2027-01-01T00:00:00Z 2027-07-01T00:00:00Z ");
    EXPECT_EQ(ticks("cron(59 23 31 12 ? 2026-2027)", "2026-01-01T00:00:00Z"),
              "2026-12-31T23:59:00Z 2027-12-31T23:59:00Z never");
    EXPECT_EQ(ticks("cron(0 0 29 2 ? *)", "2026-01-01T00:00:00Z", 2),
              "2028-02-29T00:00:00Z 2032-02-29T00:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 30 2 ? *)", "2026-01-01T00:00:00Z", 1), "never");
}

TEST(Schedule, CronDaysOfTheWeek) {
    // 2026-01-01 is a Thursday.
    EXPECT_EQ(ticks("cron(0 18 ? * MON-FRI *)", "2026-01-01T18:00:00Z"),
              "2026-01-02T18:00:00Z 2026-01-05T18:00:00Z 2026-01-06T18:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 ? * 1 *)", "2026-01-01T00:00:00Z", 1), "2026-01-04T00:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 ? * L *)", "2026-01-01T00:00:00Z", 1), "2026-01-03T00:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 ? * FRI-SUN *)", "2026-01-01T00:00:00Z"),
              "2026-01-02T00:00:00Z 2026-01-03T00:00:00Z 2026-01-04T00:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 ? * 6L *)", "2026-01-01T00:00:00Z"),
              "2026-01-30T00:00:00Z 2026-02-27T00:00:00Z 2026-03-27T00:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 ? * 2#1 *)", "2026-01-01T00:00:00Z"),
              "2026-01-05T00:00:00Z 2026-02-02T00:00:00Z 2026-03-02T00:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 ? * SUN#5 *)", "2026-01-01T00:00:00Z", 2),
              "2026-03-29T00:00:00Z 2026-05-31T00:00:00Z ");
}

TEST(Schedule, CronLastDaysAndNearestWorkdays) {
    EXPECT_EQ(ticks("cron(0 0 L * ? *)", "2028-01-31T00:00:00Z"),
              "2028-02-29T00:00:00Z 2028-03-31T00:00:00Z 2028-04-30T00:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 LW * ? *)", "2026-01-01T00:00:00Z"),
              "2026-01-30T00:00:00Z 2026-02-27T00:00:00Z 2026-03-31T00:00:00Z ");
    // The 15th: Thursday in January, Sunday in February and March 2026.
    EXPECT_EQ(ticks("cron(0 0 15W * ? *)", "2026-01-01T00:00:00Z"),
              "2026-01-15T00:00:00Z 2026-02-16T00:00:00Z 2026-03-16T00:00:00Z ");
    // A Saturday the 1st goes to Monday the 3rd, a Sunday the 31st back to Friday the 29th.
    EXPECT_EQ(ticks("cron(0 0 1W 8 ? 2026)", "2026-01-01T00:00:00Z", 1), "2026-08-03T00:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 31W 5 ? 2026)", "2026-01-01T00:00:00Z", 1), "2026-05-29T00:00:00Z ");
    EXPECT_EQ(ticks("cron(0 0 31W 4 ? *)", "2026-01-01T00:00:00Z", 1), "never");
}

TEST(Schedule, WhatIsWrongIsRefused) {
    for (const char* text : {"",
                             "rate",
                             "rate()",
                             "rate(5)",
                             "rate(0 minutes)",
                             "rate(5 minute)",
                             "rate(1 minutes)",
                             "rate(-5 minutes)",
                             "rate(5 seconds)",
                             "rate(5  minutes)",
                             "rate(99999999999 days)",
                             "rate(5 minutes",
                             "cron()",
                             "cron(* * * * *)",
                             "cron(* * * * * *)",
                             "cron(* * ? * ? *)",
                             "cron(60 * * * ? *)",
                             "cron(* 24 * * ? *)",
                             "cron(* * 0 * ? *)",
                             "cron(* * 32 * ? *)",
                             "cron(* * * 13 ? *)",
                             "cron(* * ? * 8 *)",
                             "cron(* * ? * 0 *)",
                             "cron(* * * * ? 1969)",
                             "cron(* * * * ? 2200)",
                             "cron(*/0 * * * ? *)",
                             "cron(10/4294967295 * * * ? *)",
                             "cron(5-1 * * * ? *)",
                             "cron(a * * * ? *)",
                             "cron(1, * * * ? *)",
                             "cron(* * ? * 2#6 *)",
                             "cron(* * ? * #1 *)",
                             "cron(* * W * ? *)",
                             "cron(? * * * ? *)",
                             "at(2026-01-01T00:00:00)",
                             "Rate(5 minutes)"}) {
        EXPECT_EQ(ticks(text, "2026-01-01T00:00:00Z").find("wrong"), 0U) << text;
    }
}

}  // namespace
