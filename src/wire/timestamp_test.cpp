#include "wire/timestamp.h"

#include <gtest/gtest.h>

namespace {

constexpr base::Timestamp moment{1772366405250};  // 2026-03-01T12:00:05.250Z

TEST(Timestamp, Formats) {
    EXPECT_EQ(wire::format_iso8601(moment), "2026-03-01T12:00:05.250Z");
    EXPECT_EQ(wire::format_iso8601({1772366405000}), "2026-03-01T12:00:05Z");
    EXPECT_EQ(wire::format_iso8601_ms({1772366405000}), "2026-03-01T12:00:05.000Z");
    EXPECT_EQ(wire::format_basic_iso8601(moment), "20260301T120005Z");
    EXPECT_EQ(wire::format_http_date(moment), "Sun, 01 Mar 2026 12:00:05 GMT");
    EXPECT_EQ(wire::format_iso8601({-1}), "1969-12-31T23:59:59.999Z");
}

TEST(Timestamp, EpochSeconds) {
    const auto text = [](std::int64_t ms) {
        std::string out;
        wire::append_epoch_seconds(out, {ms});
        return out;
    };
    EXPECT_EQ(text(1772366405000), "1772366405");
    EXPECT_EQ(text(1772366405250), "1772366405.25");
    EXPECT_EQ(text(1), "0.001");
    EXPECT_EQ(text(10), "0.01");
    EXPECT_EQ(text(-1), "-0.001");
    EXPECT_EQ(text(INT64_MIN), "-9223372036854775.808");
}

TEST(Timestamp, ParsesWhatItFormats) {
    for (const std::int64_t ms :
         {0LL, 1LL, -1LL, 1772366405250LL, 951782400000LL, 4102444799999LL}) {
        EXPECT_EQ(wire::parse_iso8601(wire::format_iso8601({ms})).value().ms, ms);
        EXPECT_EQ(wire::parse_http_date(wire::format_http_date({ms})).value().ms,
                  ms - (ms % 1000 + 1000) % 1000);
    }
}

TEST(Timestamp, ParsesOffsetsAndFractions) {
    EXPECT_EQ(wire::parse_iso8601("2026-03-01T14:00:05.25+02:00").value(), moment);
    EXPECT_EQ(wire::parse_iso8601("2026-03-01T06:30:05.250999-05:30").value(), moment);
    EXPECT_EQ(wire::parse_iso8601("20260301T120005Z").value().ms, 1772366405000);
    EXPECT_EQ(wire::parse_epoch_seconds("1.7723664052504e9").value(), moment);
}

TEST(Timestamp, RefusesWhatIsNone) {
    for (const std::string_view text :
         {"", "2026", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-03-01T24:00:00Z",
          "2026-03-01T12:00:05", "2026-03-01T12:00:05.Z", "2026-03-01T12:00:05Zx",
          "2026-0301T120005Z", "2026-03-01T12:60:05Z", "9999-12-31T23:59:59-00:01",
          "0000-01-01T00:00:00+00:01"}) {
        EXPECT_FALSE(wire::parse_iso8601(text).has_value()) << text;
    }
    for (const std::string_view text : {"", "Sunday, 01 Mar 2026 12:00:05 GMT",
                                        "Sun, 31 Feb 2026 12:00:05 GMT", "Sun, 01 Mar 2026"}) {
        EXPECT_FALSE(wire::parse_http_date(text).has_value()) << text;
    }
    for (const std::string_view text : {"", "x", "1x", "inf", "nan", "1e300", "-1e12"}) {
        EXPECT_FALSE(wire::parse_epoch_seconds(text).has_value()) << text;
    }
}

}  // namespace
