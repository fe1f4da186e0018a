// GetMetricData and GetMetricStatistics: statistics, math, pages, retention, refusals.
#include "services/cloudwatch/data_query.h"
#include "services/cloudwatch/testing.h"

namespace cloudwatch {
namespace {

class GetMetricData : public CloudWatchTest {
  protected:
    // A value a minute from the start on.
    void put_minutes(const std::vector<double>& values, const std::string& name = "m") {
        for (std::size_t i = 0; i < values.size(); ++i) {
            EXPECT_EQ(put(at(start_s + static_cast<std::int64_t>(i) * 60) +
                              "\"Value\":" + std::to_string(values[i]),
                          name),
                      "");
        }
    }
    std::string page(const std::string& queries, const std::string& more, std::string* token) {
        const std::string next = token->empty() ? "" : R"(,"NextToken":")" + *token + "\"";
        const auto answer =
            call("GetMetricData", data_body(queries, start_s, start_s + 600, more + next));
        *token = answer.at("NextToken");
        if (answer.status != 200) return answer.error_code() + ": " + answer.at("message");
        return text_of(answer, start_s);
    }
    const std::int64_t start_s = now_s();
};

TEST_F(GetMetricData, PeriodsBeginAtTheStart) {
    put_minutes({1, 2, 3, 4, 5, 6, 7});
    EXPECT_EQ(data(query("x", "Sum", 120), start_s, start_s + 420), "x: 0=3 120=7 240=11 360=7");
    EXPECT_EQ(data(query("x", "Sum", 120), start_s + 60, start_s + 300), "x: 0=5 120=9");
    // Seconds are rounded down to the minute, and the end is not in it.
    EXPECT_EQ(data(query("x", "Sum", 180), start_s + 59, start_s + 180), "x: -59=6");
    EXPECT_EQ(data(query("x", "Average", 3600), start_s, start_s + 3600), "x: 0=4");
}

TEST_F(GetMetricData, PercentilesWhereValuesAreKnown) {
    EXPECT_EQ(put(R"("Values":[10,20,30,40],"Counts":[1,2,3,94])"), "");
    EXPECT_EQ(data(query("p50", "p50") + "," + query("p3", "p3") + "," + query("p1", "p0.5"),
                   start_s, start_s + 60),
              "p50: 0=40; p3: 0=20; p1: 0=10");
    EXPECT_EQ(put(R"("StatisticValues":{"SampleCount":2,"Sum":14,"Minimum":7,"Maximum":7})"), "");
    EXPECT_EQ(data(query("p0", "p0"), start_s, start_s + 60), "p0: 0=7");
    EXPECT_EQ(put(R"("StatisticValues":{"SampleCount":2,"Sum":15,"Minimum":7,"Maximum":8})"), "");
    const auto answer = call("GetMetricData", data_body(query("x", "p90"), start_s, start_s + 60));
    EXPECT_EQ(text_of(answer, start_s), "x:");
    EXPECT_EQ(answer.at("MetricDataResults.0.Messages.0.Code"), "ValuesNotKnown");
    EXPECT_EQ(answer.at("MetricDataResults.0.Messages.0.Value"),
              "Where the metric was published as sums, not as values, p90 is not known.");
    EXPECT_EQ(data(query("x", "tm90"), start_s, start_s + 60),
              "ValidationError: The statistic tm90 is not supported by this server; percentiles "
              "are.");
    EXPECT_EQ(data(query("x", "Median"), start_s, start_s + 60),
              "ValidationError: The value Median for parameter "
              "MetricDataQueries.member.1.MetricStat.Stat is not supported.");
}

TEST_F(GetMetricData, UnitsAreKeptApartUntilAskedTogether) {
    EXPECT_EQ(put(R"("Value":1,"Unit":"Bytes")"), "");
    EXPECT_EQ(put(R"("Value":2,"Unit":"Count")"), "");
    EXPECT_EQ(put(R"("Value":4)"), "");
    EXPECT_EQ(data(query("x", "Sum"), start_s, start_s + 60), "x: 0=7");
    const std::string in_bytes =
        R"({"Id":"x","MetricStat":{"Metric":{"Namespace":"Custom","MetricName":"m"},)"
        R"("Period":60,"Stat":"Sum","Unit":"Bytes"}})";
    EXPECT_EQ(data(in_bytes, start_s, start_s + 60), "x: 0=1");
}

TEST_F(GetMetricData, Expressions) {
    put_minutes({10, 20, 30});
    put_minutes({1, 0, 3}, "errors");
    const std::string metrics = query("ok", "Sum", 60, "m", R"(,"ReturnData":false)") + "," +
                                query("bad", "Sum", 60, "errors", R"(,"ReturnData":false)");
    EXPECT_EQ(data(math("share", "100*bad/ok") + "," + metrics, start_s, start_s + 180),
              "share: 0=10 60=0 120=10");
    EXPECT_EQ(data(metrics + "," + math("a", "SUM([ok,bad])", R"(,"ReturnData":false)") + "," +
                       math("b", "a/SUM(ok)", R"(,"Label":"named")"),
                   start_s, start_s + 180),
              "b: 0=0.183333 60=0.333333 120=0.55");
    EXPECT_EQ(data(metrics + "," + math("f", "FILL(bad, 7)"), start_s, start_s + 300),
              "f: 0=1 60=0 120=3 180=7 240=7");
    EXPECT_EQ(data(metrics + "," + math("r", "RATE(ok)*PERIOD(ok)"), start_s, start_s + 180),
              "r: 60=10 120=10");
    const auto answer = call("GetMetricData", data_body(query("q", "Sum") + "," + math("e", "q*1") +
                                                            "," + math("l", "q", R"(,"Label":"L")"),
                                                        start_s, start_s + 60));
    EXPECT_EQ(answer.at("MetricDataResults.0.Label"), "m");
    EXPECT_EQ(answer.at("MetricDataResults.1.Label"), "e");
    EXPECT_EQ(answer.at("MetricDataResults.2.Label"), "L");
}

TEST_F(GetMetricData, ExpressionsThatCannotBeAreNamed) {
    const auto refused = [&](const std::string& queries) {
        return data(query("q", "Sum") + "," + queries, start_s, start_s + 60);
    };
    EXPECT_EQ(refused(math("e", "q+")),
              "ValidationError: Error in expression 'e': the expression "
              "ends early at position 3.");
    EXPECT_EQ(refused(math("e", "x")),
              "ValidationError: Error in expression 'e': there is no query with the id x.");
    EXPECT_EQ(refused(math("e", "SUM(q)")),
              "ValidationError: Error in expression 'e': it must return a time series.");
    EXPECT_EQ(refused(math("e", "[q,q]")),
              "ValidationError: Error in expression 'e': it must return a time series.");
    EXPECT_EQ(refused(math("e", "f") + "," + math("f", "e")),
              "ValidationError: Error in expression 'e': it depends on itself.");
    EXPECT_EQ(refused(math("e", "METRICS()")),
              "ValidationError: Error in expression 'e': the function METRICS is not supported by "
              "this server.");
    EXPECT_EQ(refused(math("e", "q", R"(,"Label":"${MAX}")")),
              "ValidationError: Dynamic labels, as in MetricDataQueries.member.2.Label, are not "
              "supported by this server.");
}

TEST_F(GetMetricData, AllExpressionsTogetherAreBounded) {
    // One series filled, at its place: 1,440 minutes and one, and the copies of what has no points.
    const std::int64_t day = 86'400;
    const std::string none = query("n", "Sum", 60, "none", R"(,"ReturnData":false)");
    const auto filled = [&](int series) {
        std::string list = "n";
        for (int i = 1; i < series; ++i)
            list += ",n";
        return none + "," + math("e", "SUM(FILL([" + list + "],0))");
    };
    // Each is paid for twice: filled, and added up.
    const auto most = static_cast<int>(computed_points_max / (1'441 + 1'440));
    EXPECT_EQ(data(filled(10), start_s, start_s + day).substr(0, 10), "e: 0=0 60=");
    EXPECT_EQ(data(filled(most), start_s, start_s + day).substr(0, 10), "e: 0=0 60=");
    EXPECT_EQ(data(filled(most + 1), start_s, start_s + day),
              "ValidationError: Error in expression 'e': it computes too many points.");
}

TEST_F(GetMetricData, QueriesThatCannotBeAreNamed) {
    const auto refused = [&](const std::string& queries) {
        return data(queries, start_s, start_s + 60);
    };
    EXPECT_EQ(refused(query("Big", "Sum")),
              "ValidationError: The value Big for parameter MetricDataQueries.member.1.Id is not "
              "matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.");
    EXPECT_EQ(refused(query("a", "Sum") + "," + query("a", "Sum")),
              "ValidationError: The values for parameter id in MetricDataQueries are not unique.");
    EXPECT_EQ(refused(R"({"Id":"a"})"),
              "ValidationError: Either the parameter MetricDataQueries.member.1.MetricStat or the "
              "parameter MetricDataQueries.member.1.Expression is required.");
    EXPECT_EQ(refused(query("a", "Sum", 60, "m", R"(,"Expression":"1")")),
              "ValidationError: The parameters MetricDataQueries.member.1.Expression and "
              "MetricDataQueries.member.1.MetricStat are mutually exclusive and you have specified "
              "both.");
    EXPECT_EQ(refused(query("a", "Sum", 90)),
              "ValidationError: The value 90 for parameter "
              "MetricDataQueries.member.1.MetricStat.Period must be 1, 5, 10, 20, 30 or a multiple "
              "of 60.");
    EXPECT_EQ(refused(query("a", "Sum", 60, "m", R"(,"ReturnData":false)")),
              "ValidationError: At least one of the MetricDataQueries must have ReturnData true.");
    EXPECT_EQ(refused(query("a", "Sum", 60, "m", R"(,"AccountId":"123456789012")")),
              "ValidationError: The parameter MetricDataQueries.member.1.AccountId names another "
              "account, whose metrics are not here.");
    EXPECT_EQ(refused(""), "ValidationError: The parameter MetricDataQueries is required.");
    EXPECT_EQ(data(query("a", "Sum"), start_s, start_s),
              "ValidationError: The parameter StartTime must be less than the parameter EndTime.");
    const auto many = [&](int count) {
        std::string queries = query("q0", "Sum");
        for (int i = 1; i < count; ++i)
            queries += "," + query("q" + std::to_string(i), "Sum");
        return call("GetMetricData", data_body(queries, start_s, start_s + 60)).status;
    };
    EXPECT_EQ(many(500), 200);
    EXPECT_EQ(many(501), 400);
}

TEST_F(GetMetricData, Pages) {
    put_minutes({1, 2, 3, 4, 5});
    put_minutes({7, 8}, "n");
    const std::string queries =
        query("a", "Sum") + "," + query("none", "Sum", 60, "zz") + "," + query("b", "Sum", 60, "n");
    std::string token;
    EXPECT_EQ(page(queries, R"(,"MaxDatapoints":3)", &token), "a: 0=1 60=2 120=3 …");
    ASSERT_FALSE(token.empty());
    std::string same = token;
    EXPECT_EQ(page(queries, R"(,"MaxDatapoints":3)", &token), "a: 180=4 240=5; none:; b: 0=7 …");
    // Values that come in between do not move pages.
    EXPECT_EQ(put(at(start_s) + R"("Value":1)"), "");
    std::string again = same;
    EXPECT_EQ(page(queries, R"(,"MaxDatapoints":2)", &again), "a: 180=4 240=5; none:");
    EXPECT_EQ(page(queries, "", &again), "b: 0=7 60=8");
    EXPECT_EQ(again, "");
    EXPECT_EQ(page(queries, "", &token), "b: 60=8");
    EXPECT_EQ(token, "");
    // A token is for its queries, its account and region, and nothing else.
    std::string other = same;
    EXPECT_EQ(page(query("a", "Sum"), "", &other),
              "InvalidNextToken: The next token specified is invalid.");
    harness_->set_region("us-east-1");
    other = same;
    EXPECT_EQ(page(queries, "", &other), "InvalidNextToken: The next token specified is invalid.");
    other = "AAAA";
    EXPECT_EQ(page(queries, "", &other), "InvalidNextToken: The next token specified is invalid.");
    for (const int most : {0, 100'801}) {
        const std::string more = R"(,"MaxDatapoints":)" + std::to_string(most);
        std::string none;
        EXPECT_EQ(page(queries, more, &none).substr(0, 16), "ValidationError:");
    }
}

TEST_F(GetMetricData, NewestFirstUnlessAskedOtherwise) {
    put_minutes({1, 2, 3});
    const auto body = [&](const std::string& more) {
        return R"({"MetricDataQueries":[)" + query("a", "Sum") + R"(],"StartTime":)" +
               std::to_string(start_s) + R"(,"EndTime":)" + std::to_string(start_s + 180) + more +
               "}";
    };
    EXPECT_EQ(text_of(call("GetMetricData", body("")), start_s), "a: 120=3 60=2 0=1");
    const auto first = call("GetMetricData", body(R"(,"MaxDatapoints":2)"));
    EXPECT_EQ(text_of(first, start_s), "a: 120=3 60=2 …");
    EXPECT_EQ(
        text_of(call("GetMetricData", body(R"(,"NextToken":")" + first.at("NextToken") + "\"")),
                start_s),
        "a: 0=1");
}

TEST_F(GetMetricData, OthersSeeNothing) {
    put_minutes({1});
    harness_->set_region("us-east-1");
    EXPECT_EQ(data(query("a", "Sum"), start_s, start_s + 60), "a:");
    harness_->set_region("us-west-2");
    harness_->set_caller({"111111111111", "AKID", "arn:aws:iam::111111111111:root", "1"});
    EXPECT_EQ(data(query("a", "Sum"), start_s, start_s + 60), "a:");
}

TEST_F(GetMetricData, PointsGrowCoarserWithAge) {
    const std::string fine = R"("StorageResolution":1,)";
    for (const int second : {0, 1, 59, 60})
        EXPECT_EQ(put(fine + at(start_s + second) + R"("Value":1)"), "");
    for (const int minute : {1, 2, 61})
        EXPECT_EQ(put(at(start_s + minute * 60) + R"("Value":10)"), "");
    EXPECT_EQ(data(query("s", "Sum", 1) + "," + query("t", "Sum", 30) + "," + query("m", "Sum"),
                   start_s, start_s + 180),
              "s: 0=1 1=1 59=1 60=1; t: 0=2 30=1 60=1; m: 0=3 60=11 120=10");

    clock_.advance_ms((3 * hour_s + 120) * 1000);  // seconds become minutes
    sweep();
    EXPECT_EQ(blocks(), (std::map<std::uint64_t, int>{{1, 2}}));
    EXPECT_EQ(data(query("s", "Sum", 1) + "," + query("m", "Sum"), start_s, start_s + 180),
              "s:; m: 0=3 60=11 120=10");

    clock_.advance_ms(15 * day_s * 1000);  // minutes become five minutes
    sweep();
    EXPECT_EQ(blocks(), (std::map<std::uint64_t, int>{{2, 1}}));
    EXPECT_EQ(data(query("m", "Sum") + "," + query("f", "Sum", 300) + "," + query("h", "Sum", 3600),
                   start_s, start_s + 7200),
              "m:; f: 0=24 3600=10; h: 0=24 3600=10");

    clock_.advance_ms(49 * day_s * 1000);  // hours
    sweep();
    EXPECT_EQ(blocks(), (std::map<std::uint64_t, int>{{3, 1}}));
    restart();
    EXPECT_EQ(data(query("f", "Sum", 300) + "," + query("h", "Sum", 3600) + "," +
                       query("c", "SampleCount", 3600),
                   start_s, start_s + 7200),
              "f:; h: 0=24 3600=10; c: 0=6 3600=1");

    clock_.advance_ms(400 * day_s * 1000);  // gone, and the metric with it
    sweep();
    EXPECT_TRUE(blocks().empty());
    EXPECT_EQ(data(query("h", "Sum", 3600), start_s, start_s + 7200), "h:");
    const meta_store::Table<MetricRow> rows(*store_, "cloudwatch.metrics");
    int metrics = 0;
    EXPECT_TRUE(rows.scan({}, [&](std::string_view, const MetricRow&) { return ++metrics; }));
    EXPECT_EQ(metrics, 0);
}

TEST_F(GetMetricData, ALongSleepFoldsAllAtOnce) {
    EXPECT_EQ(put(R"("StorageResolution":1,"Value":1)"), "");
    EXPECT_EQ(put(R"("Value":10)"), "");
    clock_.advance_ms(100 * day_s * 1000);
    sweep();
    sweep();
    sweep();
    EXPECT_EQ(data(query("h", "Sum", 3600), start_s, start_s + 3600), "h: 0=11");
}

TEST_F(GetMetricData, TheSweepGoesOnInTurns) {
    std::string all;
    for (std::size_t i = 0; i < sweep_metrics_max + 5; ++i) {
        all += std::string(i == 0 ? "" : ",") +
               R"({"StorageResolution":1,"Value":1,"MetricName":"m)" + std::to_string(i) + "\"}";
    }
    EXPECT_EQ(outcome("PutMetricData", R"({"Namespace":"Custom","MetricData":[)" + all + "]}"), "");
    clock_.advance_ms(4 * hour_s * 1000);
    sweep();
    EXPECT_EQ(blocks(),
              (std::map<std::uint64_t, int>{{1, static_cast<int>(sweep_metrics_max) + 5}}));
    // The timer does it by itself.
    executor_.run_for_ms(20 * 60'000);
    EXPECT_EQ(log_.count(base::LogLevel::error), 0U);
}

TEST_F(GetMetricData, ReadingIsBounded) {
    put_minutes({1, 2, 3});
    std::size_t budget = 3;
    const Metric metric{"000000000000", "us-west-2", "Custom", "m", {}};
    const Points::Range range{start_s, start_s + 600, 60, {}, false};
    EXPECT_TRUE(cloudwatch_->points().read(metric, range, budget).has_value());
    EXPECT_EQ(budget, 0U);
    budget = 2;
    const auto read = cloudwatch_->points().read(metric, range, budget);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().kind, base::ErrorKind::limit);
}

// ---- GetMetricStatistics ----

class GetMetricStatistics : public GetMetricData {
  protected:
    std::string ask(const std::string& more, std::int64_t end_after_s = 600) {
        return R"({"Namespace":"Custom","MetricName":"m","StartTime":)" + std::to_string(start_s) +
               R"(,"EndTime":)" + std::to_string(start_s + end_after_s) + "," + more + "}";
    }
};

TEST_F(GetMetricStatistics, APointForEachPeriodAndUnit) {
    put_minutes({1, 3});
    EXPECT_EQ(put(R"("Value":9,"Unit":"Percent")"), "");
    const auto answer = call("GetMetricStatistics",
                             ask(R"("Period":60,"Statistics":["Sum","SampleCount","Average"])"));
    EXPECT_EQ(answer.at("Label"), "m");
    const std::string first_time = std::to_string(start_s);
    EXPECT_EQ(answer.at("Datapoints"),
              R"([{"Timestamp":)" + first_time +
                  R"(,"SampleCount":1,"Average":9,"Sum":9,"Unit":"Percent"},{"Timestamp":)" +
                  first_time +
                  R"(,"SampleCount":1,"Average":1,"Sum":1,"Unit":"None"},{"Timestamp":)" +
                  std::to_string(start_s + 60) +
                  R"(,"SampleCount":1,"Average":3,"Sum":3,"Unit":"None"}])");
    const auto percent = call("GetMetricStatistics",
                              ask(R"("Period":300,"Statistics":["Maximum"],"Unit":"Percent")"));
    EXPECT_EQ(percent.at("Datapoints.0.Maximum"), "9");
    EXPECT_EQ(percent.at("Datapoints.1"), "");
}

TEST_F(GetMetricStatistics, Percentiles) {
    put_minutes({1, 3});
    const auto answer =
        call("GetMetricStatistics", ask(R"("Period":300,"ExtendedStatistics":["p50","p100"])"));
    EXPECT_EQ(answer.at("Datapoints.0.ExtendedStatistics"), R"({"p100":3,"p50":1})");
    EXPECT_EQ(outcome("GetMetricStatistics", ask(R"("Period":300,"ExtendedStatistics":["tm9"])")),
              "InvalidParameterValueException: The extended statistic tm9 is not supported by this "
              "server; percentiles are.");
    EXPECT_EQ(outcome("GetMetricStatistics", ask(R"("Period":300,"ExtendedStatistics":["Sum"])")),
              "InvalidParameterValueException: The value Sum for parameter ExtendedStatistics is "
              "invalid.");
    EXPECT_EQ(put(R"("StatisticValues":{"SampleCount":2,"Sum":3,"Minimum":1,"Maximum":2})"), "");
    EXPECT_EQ(
        outcome("GetMetricStatistics", ask(R"("Period":300,"ExtendedStatistics":["p9"])")),
        "InvalidParameterValueException: Percentiles of m are not known for this time: it was "
        "published as sums, not as values.");
}

TEST_F(GetMetricStatistics, WhatCannotBeIsNamed) {
    const auto refused = [&](const std::string& more, std::int64_t end_after_s = 600) {
        return outcome("GetMetricStatistics", ask(more, end_after_s));
    };
    EXPECT_EQ(refused(R"("Period":60)"),
              "InvalidParameterCombinationException: Must specify either "
              "Statistics or ExtendedStatistics.");
    EXPECT_EQ(refused(R"("Period":60,"Statistics":["Sum"],"ExtendedStatistics":["p1"])"),
              "InvalidParameterCombinationException: The parameters Statistics and "
              "ExtendedStatistics are mutually exclusive and you have specified both.");
    EXPECT_EQ(refused(R"("Period":61,"Statistics":["Sum"])"),
              "InvalidParameterValueException: The parameter Period must be 1, 5, 10, 20, 30 or a "
              "multiple of 60.");
    EXPECT_EQ(refused(R"("Period":60,"Statistics":["Sum"])", 0),
              "InvalidParameterValueException: The parameter StartTime must be less than the "
              "parameter EndTime.");
    EXPECT_EQ(refused(R"("Period":60,"Statistics":["Sum"])", 1'440 * 60), "");
    EXPECT_EQ(refused(R"("Period":60,"Statistics":["Sum"])", 1'440 * 60 + 1),
              "InvalidParameterCombinationException: You have requested up to 1441 datapoints, "
              "which exceeds the limit of 1,440. You may reduce the datapoints requested by "
              "increasing Period, or decreasing the time range.");
    EXPECT_EQ(refused(R"("Period":60,"Statistics":["Most"])").substr(0, 16), "ValidationError:");
}

TEST_F(GetMetricStatistics, InQuerysXml) {
    put_minutes({1});
    const auto answer = harness_->query(
        "Action=GetMetricStatistics&Version=2010-08-01&Namespace=Custom&MetricName=m"
        "&StartTime=2026-01-01T00%3A00%3A00Z&EndTime=2026-01-01T00%3A10%3A00Z&Period=60"
        "&Statistics.member.1=Sum");
    EXPECT_NE(
        answer.body.find("<GetMetricStatisticsResult><Label>m</Label><Datapoints><member>"
                         "<Timestamp>2026-01-01T00:00:00Z</Timestamp><Sum>1</Sum>"
                         "<Unit>None</Unit></member></Datapoints></GetMetricStatisticsResult>"),
        std::string::npos)
        << answer.body;
}

}  // namespace
}  // namespace cloudwatch
