// Metric math: what parses, what it computes, and how it refuses.
#include "services/cloudwatch/metric_math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/seeded_random.h"

namespace cloudwatch {
namespace {

class MetricMath : public testing::Test {
  protected:
    MetricMath() {
        known_["a"] = Series{60, {{0, 1}, {60, 2}, {180, 4}}};
        known_["b"] = Series{60, {{60, 10}, {120, 20}, {180, 0}}};
        known_["none"] = Series{300, {}};
        known_["n"] = 5.0;
    }
    base::Result<Value> run(const std::string& text) {
        TRY(expression, parse_expression(text));
        MathScope scope;
        scope.find = [this](const std::string& id) -> const Value* {
            const auto found = known_.find(id);
            return found == known_.end() ? nullptr : &found->second;
        };
        scope.start_s = 0;
        scope.end_s = end_s_;
        scope.points_left = &points_left_;
        return evaluate(expression, scope);
    }
    static std::string text(double value) {
        char out[32];
        std::snprintf(out, sizeof out, "%g", value);
        return out;
    }
    // "3", "0=1 60=2", "[…] […]", or what is wrong.
    std::string show(const std::string& expression) {
        const auto value = run(expression);
        if (!value) return value.error().message;
        if (const auto* number = std::get_if<double>(&value.value())) return text(*number);
        if (const auto* series = std::get_if<Series>(&value.value())) return show_series(*series);
        std::string out;
        for (const Series& series : std::get<std::vector<Series>>(value.value()))
            out += "[" + show_series(series) + "]";
        return out;
    }
    static std::string show_series(const Series& series) {
        std::string out;
        for (const auto& [time_s, value] : series.points)
            out += (out.empty() ? "" : " ") + std::to_string(time_s) + "=" + text(value);
        return out;
    }

    std::map<std::string, Value> known_;
    std::size_t points_left_ = 1'000'000;
    std::int64_t end_s_ = 300;
};

TEST_F(MetricMath, Numbers) {
    EXPECT_EQ(show("1+2*3"), "7");
    EXPECT_EQ(show("(1 + 2) * 3"), "9");
    EXPECT_EQ(show("8/2/2"), "2");
    EXPECT_EQ(show("7-2-1"), "4");
    EXPECT_EQ(show("-2*-3"), "6");
    EXPECT_EQ(show("--1.5e2"), "150");
    EXPECT_EQ(show(".5*n"), "2.5");
}

TEST_F(MetricMath, SeriesMeetWhereBothHaveAPoint) {
    EXPECT_EQ(show("a+b"), "60=12 180=4");
    EXPECT_EQ(show("b-a"), "60=8 180=-4");
    EXPECT_EQ(show("a*2"), "0=2 60=4 180=8");
    EXPECT_EQ(show("1-a"), "0=0 60=-1 180=-3");
    EXPECT_EQ(show("-a"), "0=-1 60=-2 180=-4");
    EXPECT_EQ(show("a+none"), "");
    // A division by zero has no point.
    EXPECT_EQ(show("a/b"), "60=0.2");
    EXPECT_EQ(show("a/0"), "");
}

TEST_F(MetricMath, Functions) {
    EXPECT_EQ(show("SUM(a)"), "7");
    EXPECT_EQ(show("AVG(b)"), "10");
    EXPECT_EQ(show("MIN(a) + MAX(a)"), "5");
    EXPECT_EQ(show("SUM([a,b])"), "0=1 60=12 120=20 180=4");
    EXPECT_EQ(show("AVG([a, b])"), "0=1 60=6 120=20 180=2");
    EXPECT_EQ(show("MIN([a,b])"), "0=1 60=2 120=20 180=0");
    EXPECT_EQ(show("MAX([a,b,none])"), "0=1 60=10 120=20 180=4");
    EXPECT_EQ(show("METRIC_COUNT([a,b])"), "2");
    EXPECT_EQ(show("ABS(1-a)"), "0=0 60=1 180=3");
    EXPECT_EQ(show("CEIL(a/3)+FLOOR(a/3)"), "0=1 60=1 180=3");
    EXPECT_EQ(show("DIFF(a)"), "60=1 180=2");
    EXPECT_EQ(show("RATE(b)"), "120=0.166667 180=-0.333333");
    EXPECT_EQ(show("RUNNING_SUM(a)"), "0=1 60=3 180=7");
    EXPECT_EQ(show("PERIOD(a)"), "60");
    EXPECT_EQ(show("a/PERIOD(none)*300"), "0=1 60=2 180=4");
    EXPECT_EQ(show("RATE([a,b])"), "[60=0.0166667 180=0.0166667][120=0.166667 180=-0.333333]");
    EXPECT_EQ(show("[a,b]*2"), "[0=2 60=4 180=8][60=20 120=40 180=0]");
    EXPECT_EQ(show("SUM(none)"), "nan");
    EXPECT_EQ(show("a*SUM(none)"), "");
}

TEST_F(MetricMath, Fill) {
    EXPECT_EQ(show("FILL(a,0)"), "0=1 60=2 120=0 180=4 240=0");
    EXPECT_EQ(show("FILL(a, REPEAT)"), "0=1 60=2 120=2 180=4 240=4");
    EXPECT_EQ(show("FILL(a,LINEAR)"), "0=1 60=2 120=3 180=4");
    EXPECT_EQ(show("FILL(b,REPEAT)"), "60=10 120=20 180=0 240=0");
    EXPECT_EQ(show("FILL(none,-1)"), "0=-1");
    EXPECT_EQ(show("FILL([a,b],n)"), "[0=1 60=2 120=5 180=4 240=5][0=5 60=10 120=20 180=0 240=5]");
    EXPECT_EQ(show("FILL(a,b)"), "FILL with a time series is not supported by this server");
    EXPECT_EQ(show("FILL(a)"), "FILL takes two arguments");
    EXPECT_EQ(show("FILL(n,1)"), "FILL takes a time series, not a number");
}

TEST_F(MetricMath, WhatIsWrongIsNamed) {
    EXPECT_EQ(show("a+"), "the expression ends early at position 3");
    EXPECT_EQ(show(""), "the expression ends early at position 1");
    EXPECT_EQ(show("(a"), "the expression ends early at position 3");
    EXPECT_EQ(show("a b"), "there is an unexpected b at position 3");
    EXPECT_EQ(show("a)"), "there is an unexpected ) at position 2");
    EXPECT_EQ(show("SUM(a,b)"), "SUM takes one argument");
    EXPECT_EQ(show("SUM()"), "SUM takes one argument");
    EXPECT_EQ(show("SUM(1)"), "SUM takes a time series, not a number");
    EXPECT_EQ(show("PERIOD([a,b])"), "PERIOD takes a time series");
    EXPECT_EQ(show("METRIC_COUNT(a)"), "METRIC_COUNT takes an array of time series");
    EXPECT_EQ(show("[a,1]"), "an array holds time series only");
    EXPECT_EQ(show("[]"), "an array is empty at position 3");
    EXPECT_EQ(show("[a]+[b]"), "two arrays cannot be combined by an operator");
    EXPECT_EQ(show("zz"), "there is no query with the id zz");
    EXPECT_EQ(show("REPEAT"), "REPEAT stands only in FILL");
    EXPECT_EQ(show("Sum"), "there is the unknown word Sum at position 1");
    EXPECT_EQ(show("1e999"), "there is a number that cannot be read at position 1");
    EXPECT_EQ(show("a\x01"), "there is a character that means nothing at position 2");
}

TEST_F(MetricMath, WhatAwsHasAndWeHaveNotIsNamed) {
    EXPECT_EQ(show("METRICS()"), "the function METRICS is not supported by this server");
    EXPECT_EQ(show("ANOMALY_DETECTION_BAND(a)"),
              "the function ANOMALY_DETECTION_BAND is not supported by this server");
    EXPECT_EQ(show("IF(a > 1, a)"), "comparing, with >, is not supported by this server");
    EXPECT_EQ(show("a^2"), "the operator ^ is not supported by this server");
    EXPECT_EQ(show("SEARCH('x', 'Sum')"),
              "text in quotes, as SEARCH takes it, is not supported by this server");
    EXPECT_EQ(show("SELECT AVG(a)"), "SELECT is not supported by this server");
}

TEST_F(MetricMath, BoundsHoldAtTheirEdges) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '(') + "1" + std::string(depth, ')');
    };
    EXPECT_EQ(show(nested(expression_depth_max)), "1");
    EXPECT_NE(show(nested(expression_depth_max + 1)).find("nested too deep"), std::string::npos);
    EXPECT_NE(show(std::string(1'000, '-') + "1").find("nested too deep"), std::string::npos);
    std::string longest = "1";
    while (longest.size() + 2 <= expression_chars_max)
        longest += "+1";
    EXPECT_EQ(show(longest), "1024");
    longest.resize(expression_chars_max, ' ');
    EXPECT_EQ(show(longest), "1024");
    EXPECT_NE(show(longest + " ").find("too long"), std::string::npos);

    end_s_ = filled_points_max * 60;
    EXPECT_EQ(show("SUM(FILL(a,1))"), std::to_string(filled_points_max + 4));
    end_s_ += 60;
    EXPECT_EQ(show("SUM(FILL(a,1))"), "FILL would make more than 100800 points");

    points_left_ = 3;
    EXPECT_EQ(show("a"), "0=1 60=2 180=4");
    points_left_ = 2;
    EXPECT_EQ(show("a"), "it computes too many points");
}

// Each step pays for the most it may make before it makes anything.
TEST_F(MetricMath, StepsPayBeforeTheyCompute) {
    const std::string too_many = "it computes too many points";
    const std::map<std::string, std::size_t> costs{{"a", 3},
                                                   {"-a", 6},
                                                   {"ABS(a)", 6},
                                                   {"a+b", 9},
                                                   {"a*2", 6},
                                                   {"[a,b]+a", 15},
                                                   {"SUM(a)", 6},
                                                   {"SUM([a,b])", 12},
                                                   {"DIFF(a)", 6},
                                                   {"RUNNING_SUM(a)", 6},
                                                   {"FILL(a,0)", 9},
                                                   {"FILL([a,b],0)", 18},
                                                   {"FILL(none,0)", 2},
                                                   {"FILL(none,REPEAT)", 2}};
    for (const auto& [expression, cost] : costs) {
        points_left_ = cost;
        EXPECT_NE(show(expression), too_many) << expression;
        EXPECT_EQ(points_left_, 0U) << expression;
        points_left_ = cost - 1;
        EXPECT_EQ(show(expression), too_many) << expression;
    }
}

TEST_F(MetricMath, AFillOfManySeriesIsRefusedBeforeAnyIsFilled) {
    end_s_ = filled_points_max * 300;
    std::string many = "FILL([none";
    for (int i = 1; i < 300; ++i)
        many += ",none";
    EXPECT_EQ(show(many + "],0)"), "it computes too many points");
    // What was paid is for nine series; the tenth was too much.
    EXPECT_EQ(points_left_, 1'000'000U - 9 * (filled_points_max + 1));
}

// Any words in any order: a value whose points are finite and ascend, or a reason.
TEST_F(MetricMath, HostileExpressionsEnd) {
    const std::vector<std::string> words{"a",
                                         "b",
                                         "none",
                                         "n",
                                         "zz",
                                         "+",
                                         "-",
                                         "*",
                                         "/",
                                         "(",
                                         ")",
                                         "[",
                                         "]",
                                         ",",
                                         "1",
                                         "0",
                                         "1e300",
                                         "0.5",
                                         "SUM(",
                                         "AVG(",
                                         "MIN(",
                                         "FILL(",
                                         "RATE(",
                                         "DIFF(",
                                         "ABS(",
                                         "PERIOD(",
                                         "RUNNING_SUM(",
                                         "METRIC_COUNT(",
                                         " ",
                                         "REPEAT",
                                         "LINEAR",
                                         "^",
                                         "\"",
                                         "IF("};
    sim::SeededRandom random(11);
    int computed = 0;
    for (int i = 0; i < 100'000; ++i) {
        std::string text;
        for (std::uint64_t left = random.next_u64() % 12; left > 0; --left)
            text += words[random.next_u64() % words.size()];
        if (i % 3 == 0)
            text += std::string(static_cast<std::size_t>(std::count(text.begin(), text.end(), '(')),
                                ')');
        points_left_ = 100'000;
        const auto value = run(text);
        if (!value) {
            EXPECT_FALSE(value.error().message.empty()) << text;
            continue;
        }
        ++computed;
        const auto* series = std::get_if<Series>(&value.value());
        if (series == nullptr) continue;
        std::int64_t before_s = -1;
        for (const auto& [time_s, one] : series->points) {
            EXPECT_TRUE(std::isfinite(one)) << text;
            EXPECT_GT(time_s, before_s) << text;
            before_s = time_s;
        }
    }
    EXPECT_GT(computed, 1'000);
}

TEST_F(MetricMath, IdsAreCollectedOnce) {
    const auto parsed = parse_expression("SUM([a,b])/a + FILL(c9_X, REPEAT)");
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(ids_of(parsed.value()), (std::vector<std::string>{"a", "b", "c9_X"}));
}

}  // namespace
}  // namespace cloudwatch
