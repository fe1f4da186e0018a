#include "base/units.h"
#include "services/logs/testing.h"

namespace logs {
namespace {

class LogEvents : public LogsTest {};

TEST_F(LogEvents, AreReadBackAndSurviveACrashOnceAcknowledged) {
    make_stream();
    auto answer = put({{0, "one"}, {1, "two"}});
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_NE(answer.at("nextSequenceToken"), "");
    EXPECT_EQ(answer.at("rejectedLogEventsInfo"), "");
    crash();
    const auto got = call("GetLogEvents", R"({"logGroupName":"g","logStreamName":"s"})");
    EXPECT_EQ(messages(got), "one two");
    EXPECT_EQ(got.at("events.1.timestamp"), std::to_string(start_ms + 1));
    EXPECT_EQ(got.at("events.1.ingestionTime"), std::to_string(start_ms));
    EXPECT_EQ(filter(), "one two");
}

TEST_F(LogEvents, AnswersWaitForTheDisk) {
    make_stream();
    aws::testing::Answer answer;
    const auto syncs = files_->call_count(sim::Call::sync_data);
    harness_->start_json("PutLogEvents",
                         R"({"logGroupName":"g","logStreamName":"s","logEvents":[
        {"timestamp":)" + std::to_string(start_ms) +
                             R"(,"message":"m"}]})",
                         &answer);
    EXPECT_EQ(answer.status, 0);
    EXPECT_EQ(filter(), "");
    executor_.run_until_idle();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(filter(), "m");
    EXPECT_GT(files_->call_count(sim::Call::sync_data), syncs);
}

TEST_F(LogEvents, BatchesAreCheckedAsAwsDoes) {
    make_stream();
    const auto wrong = [&](const Events& events) { return text(put(events)); };
    EXPECT_EQ(wrong({{1, "a"}, {0, "b"}}),
              "InvalidParameterException: Log events in a single PutLogEvents request must be in "
              "chronological order.");
    EXPECT_EQ(wrong({{-base::day_ms - 1, "a"}, {0, "b"}}),
              "InvalidParameterException: The batch of log events in a single PutLogEvents request "
              "cannot span more than 24 hours.");
    EXPECT_EQ(wrong({{0, std::string(event_bytes_max + 1, 'x')}}),
              "InvalidParameterException: Log event too large: 1048577 bytes exceeds limit of "
              "1048576");
    EXPECT_EQ(wrong({{0, std::string(event_bytes_max, 'x')}}), "");
    EXPECT_EQ(
        wrong({{0, std::string(event_bytes_max - 26, 'x')}, {0, "y"}}),
        "InvalidParameterException: Upload too large: 1048577 bytes exceeds limit of 1048576");
    EXPECT_NE(wrong({}), "");
    EXPECT_NE(wrong({{0, ""}}), "");
    EXPECT_EQ(text(put({{0, "a"}}, "x")),
              "ResourceNotFoundException: The specified log stream does not exist.");
    EXPECT_EQ(text(put({{0, "a"}}, "s", "x")),
              "ResourceNotFoundException: The specified log group does not exist.");
}

TEST_F(LogEvents, TooOldAndTooNewOnesAreToldAndLeftOut) {
    make_stream();
    auto answer = put({{0, "now"}, {2 * base::hour_ms, "edge"}, {2 * base::hour_ms + 1, "new"}});
    EXPECT_EQ(answer.at("rejectedLogEventsInfo.tooNewLogEventStartIndex"), "2");
    answer = put({{-14 * base::day_ms - 1, "old"}, {-14 * base::day_ms, "edge14"}});
    EXPECT_EQ(answer.at("rejectedLogEventsInfo.tooOldLogEventEndIndex"), "1");
    outcome("PutRetentionPolicy", R"({"logGroupName":"g","retentionInDays":1})");
    answer = put({{-base::day_ms - 1, "expired"}});
    EXPECT_EQ(answer.at("rejectedLogEventsInfo.expiredLogEventEndIndex"), "1");
    EXPECT_EQ(filter(), "now edge");
    outcome("DeleteRetentionPolicy", R"({"logGroupName":"g"})");
    EXPECT_EQ(filter(), "edge14 now edge");
}

TEST_F(LogEvents, AreReadForwardAndBackByTokens) {
    make_stream();
    make_stream("other");
    for (int i = 0; i < 5; ++i) {
        put({{i, std::to_string(i)}});
        put({{i, "other"}}, "other");
    }
    const auto get = [&](const std::string& more) {
        return call("GetLogEvents",
                    R"({"logGroupName":"g","logStreamName":"s","limit":2)" + more + "}");
    };
    const auto by = [](const std::string& token) { return R"(,"nextToken":")" + token + "\""; };
    auto page = get("");
    EXPECT_EQ(messages(page), "3 4");
    const std::string end = page.at("nextForwardToken");
    page = get(by(page.at("nextBackwardToken")));
    EXPECT_EQ(messages(page), "1 2");
    page = get(by(page.at("nextBackwardToken")));
    EXPECT_EQ(messages(page), "0");
    const std::string begin = page.at("nextBackwardToken");
    page = get(by(begin));
    EXPECT_EQ(messages(page), "");
    EXPECT_EQ(page.at("nextBackwardToken"), begin);
    page = get(R"(,"startFromHead":true)");
    EXPECT_EQ(messages(page), "0 1");
    page = get(by(page.at("nextForwardToken")));
    EXPECT_EQ(messages(page), "2 3");
    page = get(by(page.at("nextForwardToken")));
    EXPECT_EQ(messages(page), "4");
    const std::string last = page.at("nextForwardToken");
    page = get(by(last));
    EXPECT_EQ(messages(page), "");
    EXPECT_EQ(page.at("nextForwardToken"), last);
    put({{9, "9"}}, "other");
    page = get(by(last));
    EXPECT_EQ(page.at("nextForwardToken"), last);
    put({{9, "late"}});
    EXPECT_EQ(messages(get(by(last))), "late");
    EXPECT_EQ(messages(get(by(end))), "late");
    EXPECT_EQ(messages(get(R"(,"startTime":)" + std::to_string(start_ms + 1) + R"(,"endTime":)" +
                           std::to_string(start_ms + 3) + R"(,"startFromHead":true)")),
              "1 2");
    EXPECT_EQ(text(get(by("x/1"))),
              "InvalidParameterException: The specified nextToken is invalid.");
}

TEST_F(LogEvents, OfAllStreamsAreFilteredTogether) {
    make_stream("a");
    make_stream("ab");
    make_stream("b");
    put({{0, "a0 ERROR"}, {2, "a2"}}, "a");
    put({{1, "ab1 ERROR"}}, "ab");
    put({{3, "b3 ERROR"}}, "b");
    EXPECT_EQ(filter(), "a0 ERROR ab1 ERROR a2 b3 ERROR");
    EXPECT_EQ(filter(R"("filterPattern":"ERROR")"), "a0 ERROR ab1 ERROR b3 ERROR");
    EXPECT_EQ(filter(R"("logStreamNames":["a","b"])"), "a0 ERROR a2 b3 ERROR");
    EXPECT_EQ(filter(R"("logStreamNamePrefix":"a")"), "a0 ERROR ab1 ERROR a2");
    EXPECT_EQ(filter(R"("logStreamNames":["a"],"limit":1)"), "a0 ERROR a2");
    EXPECT_EQ(filter(R"("startTime":)" + std::to_string(start_ms + 2)), "a2 b3 ERROR");
    EXPECT_EQ(filter(R"("endTime":)" + std::to_string(start_ms + 2)), "a0 ERROR ab1 ERROR a2");
    EXPECT_EQ(filter(R"("logStreamNames":["x"])"),
              "ResourceNotFoundException: The specified log stream does not exist.");
    EXPECT_NE(filter(R"("filterPattern":"{ $.a")").find("Invalid filter pattern"),
              std::string::npos);
    outcome("DeleteLogStream", R"({"logGroupName":"g","logStreamName":"a"})");
    EXPECT_EQ(filter(), "ab1 ERROR b3 ERROR");
    outcome("CreateLogStream", R"({"logGroupName":"g","logStreamName":"a"})");
    EXPECT_EQ(filter(R"("logStreamNames":["a"])"), "");
}

TEST_F(LogEvents, IdsAreUniqueAndStable) {
    make_stream();
    put({{0, "x"}, {0, "x"}});
    const auto once = call("FilterLogEvents", R"({"logGroupName":"g"})");
    restart();
    const auto again = call("FilterLogEvents", R"({"logGroupIdentifier":
        "arn:aws:logs:us-west-2:000000000000:log-group:g"})");
    EXPECT_EQ(once.at("events.0.eventId").size(), 56U);
    EXPECT_NE(once.at("events.0.eventId"), once.at("events.1.eventId"));
    EXPECT_EQ(once.at("events"), again.at("events"));
    EXPECT_EQ(once.at("events.0.logStreamName"), "s");
}

TEST_F(LogEvents, PagesEndAtTheirLimits) {
    make_stream();
    const std::string half(events_page_bytes_max / 2, 'x');
    for (int i = 0; i < 3; ++i)
        put({{i, half}});
    int pages = 0;
    filter("", &pages);
    EXPECT_EQ(pages, 2);
    const auto back = call("GetLogEvents", R"({"logGroupName":"g","logStreamName":"s"})");
    EXPECT_EQ(messages(back).size(), half.size() * 2 + 1);
    EXPECT_EQ(text(call("FilterLogEvents", R"({"logGroupName":"g","limit":10001})")).empty(),
              false);
    EXPECT_NE(filter(R"("nextToken":"zz")"), "");
}

// Events that came late and in disorder are found by their own time.
TEST_F(LogEvents, AreFoundByTheirTimeNotByTheirArrival) {
    make_stream();
    for (int i = 0; i < 200; ++i)
        put({{i, std::string(1000, 'a')}});
    clock_.advance_ms(base::hour_ms);
    put({{base::hour_ms, "late"}});
    put({{100, "early"}});
    EXPECT_EQ(filter(R"("startTime":)" + std::to_string(start_ms + 1000)), "late");
    EXPECT_EQ(filter(R"("startTime":)" + std::to_string(start_ms + 200)), "late");
    EXPECT_EQ(filter(R"("filterPattern":"early")"), "early");
}

// A tail of the last minutes does not pass over what is old.
TEST_F(LogEvents, ATailReadsOnlyTheEndOfALongLivedGroup) {
    make_stream();
    for (int i = 0; i < 60; ++i) {
        clock_.advance_ms(base::minute_ms);
        put({{(i + 1) * base::minute_ms, std::string(20'000, 'x')}});
    }
    restart();
    EXPECT_EQ(
        messages(call("GetLogEvents", R"({"logGroupName":"g","logStreamName":"s","limit":1})"))
            .size(),
        20'000U);  // opens the log
    const auto reads = files_->call_count(sim::Call::read);
    const std::string found =
        filter(R"("startTime":)" + std::to_string(start_ms + 59 * base::minute_ms));
    EXPECT_EQ(found.size(), 2 * 20'000U + 1);
    EXPECT_LE(files_->call_count(sim::Call::read) - reads, 12U);
}

TEST_F(LogEvents, ExpiredOnesVanishAndTheirSegmentsGo) {
    make_stream();
    for (int i = 0; i < 10; ++i)
        put({{i, std::string(20'000, 'x')}});
    outcome("PutRetentionPolicy", R"({"logGroupName":"g","retentionInDays":1})");
    const auto directory = "/logs/" + files_->list("/logs").value().at(0);
    const auto before = files_->list(directory).value().size();
    clock_.advance_ms(base::day_ms + 5);
    EXPECT_EQ(messages(call("FilterLogEvents", R"({"logGroupName":"g"})")).size(), 5 * 20'000U + 4);
    clock_.advance_ms(base::day_ms);
    EXPECT_EQ(filter(), "");
    EXPECT_EQ(messages(call("GetLogEvents", R"({"logGroupName":"g","logStreamName":"s"})")), "");
    executor_.run_for_ms(retention_sweep_interval_ms + 1);
    EXPECT_LT(files_->list(directory).value().size(), before);
    put({{2 * base::day_ms + 5, "new"}});
    EXPECT_EQ(filter(), "new");
}

TEST_F(LogEvents, AFullDiskIsARetryableFault) {
    make_stream();
    put({{0, "before"}});
    files_->inject({.call = sim::Call::write, .os_error = 28, .times = 100'000});
    EXPECT_EQ(put({{1, "lost"}}).status, 500);
    files_->clear_faults();
    EXPECT_EQ(put({{2, "after"}}).status, 200);
    EXPECT_EQ(filter(), "before after");
}

// ---- ports::LogWriter ----

class LogWriting : public LogsTest {
  protected:
    void write(const std::string& message, const std::string& stream = "s") {
        logs_->write("000000000000", "us-west-2", "g", stream, {{clock_.now(), message}});
    }
};

TEST_F(LogWriting, MakesGroupAndStreamAndKeepsOrder) {
    std::string expected;
    for (int i = 0; i < 50; ++i) {
        write(std::to_string(i), i % 2 == 0 ? "even" : "odd");
        expected += (i == 0 ? "" : " ") + std::to_string(i);
    }
    write("");
    executor_.run_until_idle();
    EXPECT_EQ(filter(), expected);
    EXPECT_EQ(
        call("DescribeLogStreams", R"({"logGroupName":"g"})").at("logStreams.1.logStreamName"),
        "odd");
}

TEST_F(LogWriting, WritesWhatWaitsWhenItStops) {
    write("waiting");
    restart();
    EXPECT_EQ(filter(), "waiting");
}

TEST_F(LogWriting, DropsAndCountsPastItsBound) {
    const std::string line(1024 * 1024, 'x');  // cut to what an event may have
    for (int i = 0; i < 9; ++i)
        write(line);
    executor_.run_until_idle();
    EXPECT_TRUE(log_.contains("log lines were dropped"));
    EXPECT_NE(metrics_.render().find("datastack_log_lines_dropped_total 1"), std::string::npos);
    EXPECT_NE(metrics_.render().find("datastack_log_lines_total 8"), std::string::npos);
    write("again");
    executor_.run_until_idle();
    EXPECT_EQ(filter(R"("filterPattern":"again")"), "again");
}

TEST_F(LogWriting, SplitsMoreLinesThanOneAppendMayHold) {
    std::vector<ports::LogLine> lines;
    for (std::size_t i = 0; i < put_events_max + 5; ++i) {
        lines.push_back({clock_.now(), std::to_string(i)});
    }
    logs_->write("000000000000", "us-west-2", "g", "s", std::move(lines));
    executor_.run_until_idle();
    const auto events_in = [](const std::string& body) {
        std::size_t count = 0;
        for (auto at = body.find("eventId"); at != std::string::npos;
             at = body.find("eventId", at + 1)) {
            ++count;
        }
        return count;
    };
    const auto first = call("FilterLogEvents", R"({"logGroupName":"g"})");
    EXPECT_EQ(events_in(first.body), put_events_max);
    const auto second = call(
        "FilterLogEvents", R"({"logGroupName":"g","nextToken":")" + first.at("nextToken") + "\"}");
    EXPECT_EQ(events_in(second.body), 5U);
    EXPECT_EQ(second.at("events.4.message"), std::to_string(put_events_max + 4));
}

TEST_F(LogWriting, AFailureIsCountedAndDoesNotStopTheNext) {
    files_->inject({.call = sim::Call::write, .os_error = 28, .times = 100'000});
    write("lost");
    executor_.run_until_idle();
    EXPECT_TRUE(log_.contains("log lines were dropped"));
    files_->clear_faults();
    write("first");
    executor_.run_until_idle();
    write("second");
    executor_.run_until_idle();
    EXPECT_NE(filter().find("second"), std::string::npos);
}

}  // namespace
}  // namespace logs
