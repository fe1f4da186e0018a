// PutMetricData: what it takes, what it refuses, where its limits are.
#include <cmath>

#include "services/cloudwatch/testing.h"
#include "wire/gzip.h"
#include "wire/uri.h"

namespace cloudwatch {
namespace {

class PutMetricData : public CloudWatchTest {
  protected:
    std::string put_all(const std::string& members) {
        return outcome("PutMetricData", "{" + members + "}");
    }
};

TEST_F(PutMetricData, ValuesSetsAndListsAddUpInAMinute) {
    const std::int64_t start_s = now_s();
    EXPECT_EQ(put(R"("Value":3)"), "");
    EXPECT_EQ(put(at(start_s + 59) + R"("Values":[1,5],"Counts":[2,0.5])"), "");
    EXPECT_EQ(put(at(start_s + 1) +
                  R"("StatisticValues":{"SampleCount":2,"Sum":9,"Minimum":-4,"Maximum":13})"),
              "");
    EXPECT_EQ(put(at(start_s + 60) + R"("Value":100)"), "");
    const std::string queries = query("n", "SampleCount") + "," + query("s", "Sum") + "," +
                                query("l", "Minimum") + "," + query("g", "Maximum") + "," +
                                query("a", "Average");
    EXPECT_EQ(data(queries, start_s, start_s + 60),
              "n: 0=5.5; s: 0=16.5; l: 0=-4; g: 0=13; a: 0=3");
    EXPECT_EQ(data(query("s", "Sum"), start_s, start_s + 61), "s: 0=16.5 60=100");
}

TEST_F(PutMetricData, TheOrderOfDimensionsSaysNothing) {
    const auto put_with = [&](const std::string& dimensions) {
        return put_all(R"("Namespace":"Custom","MetricData":[{"MetricName":"d","Value":1,)"
                       R"("Dimensions":[)" +
                       dimensions + "]}]");
    };
    EXPECT_EQ(put_with(R"({"Name":"A","Value":"1"},{"Name":"B","Value":"2"})"), "");
    EXPECT_EQ(put_with(R"({"Name":"B","Value":"2"},{"Name":"A","Value":"1"})"), "");
    EXPECT_EQ(put_with(R"({"Name":"A","Value":"1"})"), "");
    const auto answer = call(
        "GetMetricData", data_body(R"({"Id":"x","MetricStat":{"Period":60,"Stat":"Sum","Metric":{)"
                                   R"("Namespace":"Custom","MetricName":"d","Dimensions":[)"
                                   R"({"Name":"B","Value":"2"},{"Name":"A","Value":"1"}]}}})",
                                   now_s(), now_s() + 60));
    EXPECT_EQ(text_of(answer, now_s()), "x: 0=2") << answer.body;
    // Another metric, without dimensions, has nothing.
    EXPECT_EQ(data(query("x", "Sum", 60, "d"), now_s(), now_s() + 60), "x:");
    EXPECT_EQ(put_with(R"({"Name":"A","Value":"1"},{"Name":"A","Value":"2"})"),
              "InvalidParameterValueException: No dimension name can be specified more than once: "
              "A in MetricData.member.1.Dimensions.");
    EXPECT_EQ(put_with(R"({"Name":":A","Value":"1"})"),
              "InvalidParameterValueException: The value :A for parameter "
              "MetricData.member.1.Dimensions.member.1.Name is invalid.");
    EXPECT_EQ(put_with(R"({"Name":"A","Value":" "})"),
              "InvalidParameterValueException: The value   for parameter "
              "MetricData.member.1.Dimensions.member.1.Value is invalid.");
}

TEST_F(PutMetricData, WhatIsMissingOrTooMuchIsNamed) {
    EXPECT_EQ(put_all(R"("Namespace":"Custom")"),
              "MissingRequiredParameterException: The parameter MetricData is required.");
    EXPECT_EQ(put(R"("Unit":"Count")"),
              "MissingRequiredParameterException: At least one of the parameters "
              "MetricData.member.1.Value, MetricData.member.1.Values and "
              "MetricData.member.1.StatisticValues must be specified.");
    EXPECT_EQ(put(R"("Value":1,"Values":[1])"),
              "InvalidParameterCombinationException: The parameters MetricData.member.1.Value and "
              "MetricData.member.1.Values are mutually exclusive and you have specified both.");
    EXPECT_EQ(put(R"("Values":[1,2],"Counts":[1])"),
              "InvalidParameterCombinationException: The parameters MetricData.member.1.Values "
              "and MetricData.member.1.Counts must be of the same size.");
    EXPECT_EQ(put(R"("Values":[1],"Counts":[0])"),
              "InvalidParameterValueException: The value 0 for parameter "
              "MetricData.member.1.Counts.member.1 is invalid.");
    EXPECT_EQ(put(R"("StatisticValues":{"SampleCount":1,"Sum":1,"Minimum":2,"Maximum":1})"),
              "InvalidParameterCombinationException: The parameter "
              "MetricData.member.1.StatisticValues.Minimum must not be greater than the parameter "
              "MetricData.member.1.StatisticValues.Maximum.");
    EXPECT_EQ(put(R"("Value":1,"StorageResolution":30)"),
              "InvalidParameterValueException: The value 30 for parameter "
              "MetricData.member.1.StorageResolution is invalid.");
    EXPECT_EQ(put_all(R"("Namespace":"AWS/Kinesis","MetricData":[{"MetricName":"m","Value":1}])"),
              "InvalidParameterValueException: The value AWS/Kinesis for parameter Namespace is "
              "invalid.");
    EXPECT_EQ(put_all(R"("Namespace":"Custom","MetricData":[{"Value":1}])").substr(0, 16),
              "ValidationError:");
    EXPECT_EQ(put(R"("Value":1,"Unit":"Furlongs")").substr(0, 16), "ValidationError:");
    EXPECT_EQ(put_all(R"("Namespace":":x","MetricData":[])").substr(0, 16), "ValidationError:");
    EXPECT_EQ(put_all(R"("Namespace":"C","StrictEntityValidation":true)"),
              "InvalidParameterValueException: Entities of metrics are not supported by this "
              "server.");
    // Nothing of a refused request is stored.
    EXPECT_NE(put_all(R"("Namespace":"Custom","MetricData":[{"MetricName":"m","Value":1},)"
                      R"({"MetricName":"m"}])"),
              "");
    EXPECT_EQ(data(query("x", "Sum"), now_s(), now_s() + 60), "x:");
}

TEST_F(PutMetricData, ValuesAreFiniteAndBelowTwoToThe360) {
    const std::string refused = " for parameter MetricData.member.1.Value is invalid.";
    EXPECT_EQ(put(R"("Value":"NaN")"), "InvalidParameterValueException: The value NaN" + refused);
    EXPECT_EQ(put(R"("Value":"-Infinity")"),
              "InvalidParameterValueException: The value -Infinity" + refused);
    EXPECT_EQ(put(R"("Value":2.3e108)"), "");
    EXPECT_NE(put(R"("Value":2.4e108)").find(refused), std::string::npos);
    EXPECT_EQ(put(R"("Value":-2.3e108)"), "");
    EXPECT_NE(put(R"("Value":-2.4e108)").find(refused), std::string::npos);
}

TEST_F(PutMetricData, TimesAreTwoWeeksBackToTwoHoursAhead) {
    EXPECT_EQ(put(at(now_s() - 14 * day_s) + R"("Value":1)"), "");
    EXPECT_EQ(put(at(now_s() - 14 * day_s - 1) + R"("Value":1)"),
              "InvalidParameterValueException: The parameter MetricData.member.1.Timestamp must "
              "specify a time within the past two weeks.");
    EXPECT_EQ(put(at(now_s() + 2 * hour_s) + R"("Value":1)"), "");
    EXPECT_EQ(put(at(now_s() + 2 * hour_s + 1) + R"("Value":1)"),
              "InvalidParameterValueException: The parameter MetricData.member.1.Timestamp must "
              "specify a time no more than two hours in the future.");
}

std::string repeated(const std::string& text, int times) {
    std::string out = text;
    for (int i = 1; i < times; ++i)
        out += "," + text;
    return out;
}

TEST_F(PutMetricData, MaximaHoldAtTheirEdges) {
    EXPECT_EQ(put("\"Values\":[" + repeated("1", 150) + "]"), "");
    EXPECT_EQ(put("\"Values\":[" + repeated("1", 151) + "]"),
              "InvalidParameterValueException: The collection MetricData.member.1.Values must not "
              "have a size greater than 150.");
    const auto data_of = [](int count) {
        return R"("Namespace":"Custom","MetricData":[)" +
               repeated(R"({"MetricName":"many","Value":1})", count) + "]";
    };
    EXPECT_EQ(put_all(data_of(1'000)), "");
    EXPECT_EQ(put_all(data_of(1'001)),
              "InvalidParameterValueException: The collection MetricData must not have a size "
              "greater than 1000.");
    const auto dimensions_of = [](int count) {
        std::string out = R"("Value":1,"Dimensions":[)";
        for (int i = 0; i < count; ++i)
            out +=
                (i == 0 ? "" : ",") + (R"({"Name":"d)" + std::to_string(i)) + R"(","Value":"v"})";
        return out + "]";
    };
    EXPECT_EQ(put(dimensions_of(30)), "");
    EXPECT_EQ(put(dimensions_of(31)).substr(0, 16), "ValidationError:");
    EXPECT_EQ(put(R"("Value":1)", std::string(255, 'n')), "");
    EXPECT_EQ(put(R"("Value":1)", std::string(256, 'n')).substr(0, 16), "ValidationError:");
    const auto padded = [&](std::size_t size) {
        std::string body = R"({"Namespace":"Custom","MetricData":[{"MetricName":"m","Value":1}]})";
        return body + std::string(size - body.size(), ' ');
    };
    EXPECT_EQ(call("PutMetricData", padded(1'048'576)).status, 200);
    EXPECT_EQ(call("PutMetricData", padded(1'048'577)).status, 413);
    EXPECT_EQ(call("PutMetricData", padded(1'048'577)).error_code(), "RequestEntityTooLarge");
    // Compressed, they may come to more.
    const auto compressed = [&](std::string_view operation, const std::string& body) {
        return harness_
            ->rest("POST", "/", wire::gzip_compress(body),
                   {{"X-Amz-Target", "GraniteServiceVersion20100801." + std::string(operation)},
                    {"Content-Type", "application/x-amz-json-1.0"},
                    {"Content-Encoding", "gzip"}})
            .status;
    };
    EXPECT_EQ(compressed("PutMetricData", padded(8 << 20)), 200);
    EXPECT_EQ(compressed("PutMetricData", padded((8 << 20) + 1)), 413);
    const std::string datum = "&MetricData.member.1.MetricName=m&MetricData.member.1.Value=1";
    const auto compressed_form = [&](const std::string& action, std::size_t size) {
        std::string body = "Action=" + action + "&Namespace=Custom" + datum + "&Pad=";
        body.resize(size, 'x');
        return harness_
            ->rest("POST", "/", wire::gzip_compress(body),
                   {{"Content-Type", "application/x-www-form-urlencoded"},
                    {"Content-Encoding", "gzip"}})
            .status;
    };
    EXPECT_EQ(compressed_form("PutMetricData", 2 << 20), 200);
    EXPECT_EQ(compressed_form("PutMetricData", (8 << 20) + 1), 413);
    // A bomb meets the limit of what it asks for.
    EXPECT_EQ(compressed_form("ListMetrics", 1 << 20), 200);
    EXPECT_EQ(compressed_form("ListMetrics", 2 << 20), 413);
}

class FewMetrics : public PutMetricData {
  protected:
    FewMetrics() {
        options_.metrics_most = 2;
        restart();
    }
};

TEST_F(FewMetrics, TheNumberOfMetricsIsBounded) {
    EXPECT_EQ(put(R"("Value":1)", "one"), "");
    EXPECT_EQ(put(R"("Value":1)", "two"), "");
    EXPECT_EQ(put(R"("Value":1)", "one"), "");
    EXPECT_EQ(put(R"("Value":1)", "three"), "LimitExceeded: This server keeps at most 2 metrics.");
    restart();
    EXPECT_EQ(put(R"("Value":1)", "two"), "");
    EXPECT_EQ(put(R"("Value":1)", "three").substr(0, 13), "LimitExceeded");
}

TEST_F(PutMetricData, QueryClientsHaveTheirOwnCodes) {
    const std::string form = "Action=PutMetricData&Version=2010-08-01&Namespace=Custom";
    const auto done = harness_->query(
        form +
        "&MetricData.member.1.MetricName=m&MetricData.member.1.Values.member.1=1.5"
        "&MetricData.member.1.Values.member.2=2.5&MetricData.member.1.Unit=Count%2FSecond"
        "&MetricData.member.1.Timestamp=2026-01-01T00%3A00%3A00Z"
        "&MetricData.member.1.Dimensions.member.1.Name=A"
        "&MetricData.member.1.Dimensions.member.1.Value=1");
    EXPECT_EQ(done.status, 200) << done.body;
    EXPECT_TRUE(
        done.body.starts_with("<PutMetricDataResponse xmlns=\"http://monitoring.amazonaws"
                              ".com/doc/2010-08-01/\"><ResponseMetadata><RequestId>"))
        << done.body;
    const auto nan = harness_->query(form +
                                     "&MetricData.member.1.MetricName=m"
                                     "&MetricData.member.1.Value=NaN");
    EXPECT_EQ(nan.status, 400);
    EXPECT_EQ(nan.error_code(), "InvalidParameterValue");
    EXPECT_EQ(nan.headers.find("x-amzn-query-error"), nullptr);
    EXPECT_EQ(harness_->query(form).error_code(), "MissingParameter");
    // The same in JSON, where the header has the name of Query.
    const auto json = call("PutMetricData", R"({"Namespace":"Custom"})");
    EXPECT_EQ(json.error_code(), "MissingRequiredParameterException");
    EXPECT_EQ(json.headers.get("x-amzn-query-error"), "MissingParameter;Sender");
    EXPECT_EQ(json.headers.get("content-type"), "application/x-amz-json-1.0");
}

TEST_F(PutMetricData, AThousandDataOfManyValuesFitAForm) {
    std::string form = "Action=PutMetricData&Version=2010-08-01&Namespace=Custom";
    for (int i = 1; i <= 1'000; ++i) {
        const std::string at = "&MetricData.member." + std::to_string(i);
        form += at + ".MetricName=m";
        for (int k = 1; k <= 15; ++k)
            form += at + ".Values.member." + std::to_string(k) + "=1";
    }
    EXPECT_EQ(harness_->query(form).status, 200);
    EXPECT_EQ(data(query("n", "SampleCount"), now_s(), now_s() + 60), "n: 0=15000");
}

TEST_F(PutMetricData, IsThereAfterARestart) {
    EXPECT_EQ(put(R"("Value":3,"Unit":"Bytes")"), "");
    restart();
    EXPECT_EQ(put(R"("Value":4,"Unit":"Bytes")"), "");
    restart();
    EXPECT_EQ(data(query("s", "Sum") + "," + query("p", "p100"), now_s(), now_s() + 60),
              "s: 0=7; p: 0=4");
}

TEST_F(PutMetricData, RefusesWhenItStops) {
    cloudwatch_->stop();
    EXPECT_EQ(put(R"("Value":3)"), "Throttling: Rate exceeded");
}

TEST_F(PutMetricData, TheQueueIsBounded) {
    Sample sample;
    sample.metric = {"0", "r", "N", "m", {}};
    sample.time_s = now_s();
    sample.numbers.add(1);
    sample.values.add(1, 1);
    int done = 0;
    std::optional<base::ErrorKind> refused;
    const auto put_samples = [&](std::size_t count) {
        cloudwatch_->points().put(std::vector<Sample>(count, sample), [&](base::Result<void> put) {
            if (put) ++done;
            if (!put) refused = put.error().kind;
        });
    };
    put_samples(queued_samples_max - 1);
    put_samples(2);
    EXPECT_EQ(refused, base::ErrorKind::unavailable);
    put_samples(1);
    executor_.run_until_idle();
    EXPECT_EQ(done, 2);
    refused.reset();
    put_samples(queued_samples_max);
    executor_.run_until_idle();
    EXPECT_EQ(done, 3);
    EXPECT_FALSE(refused.has_value());
}

// What was answered is there after any power cut; what was not, whole or not at all.
TEST(PutMetricDataCrash, AnsweredDataSurviveAnyPowerCut) {
    struct Machine {
        explicit Machine(std::unique_ptr<sim::CrashFileSystem> disk) : files(std::move(disk)) {
            auto opened =
                meta_store::MetaStore::open({.directory = "/meta"}, *files, executor, log);
            EXPECT_TRUE(opened.has_value());
            store = std::move(opened.value());
            service = std::make_unique<CloudWatch>(
                Environment{clock, random, executor, log, *store, key});
            EXPECT_TRUE(service->start().has_value());
        }
        ~Machine() {
            service->stop();
            executor.drop_all();
            service.reset();
            store.reset();
        }
        std::vector<Sample> samples() const {
            std::vector<Sample> two(2);
            for (std::size_t i = 0; i < 2; ++i) {
                two[i].metric = {"0", "r", "Custom", i == 0 ? "a" : "b", {}};
                two[i].time_s = clock.now().ms / 1000;
                two[i].numbers.add(1);
                two[i].values.add(1, 1);
            }
            return two;
        }
        double sum(const std::string& name) {
            std::size_t budget = 100;
            const std::int64_t time_s = clock.now().ms / 1000;
            const auto read = service->points().read({"0", "r", "Custom", name, {}},
                                                     {time_s, time_s + 60, 60, {}, false}, budget);
            EXPECT_TRUE(read.has_value());
            return read && !read.value().empty() ? read.value()[0].numbers.sum : 0;
        }
        const std::string key = std::string(32, 'm');
        sim::VirtualClock clock;
        sim::SeededExecutor executor{1, clock};
        sim::SeededRandom random{7};
        sim::RecordingLog log;
        std::unique_ptr<sim::CrashFileSystem> files;
        std::unique_ptr<meta_store::MetaStore> store;
        std::unique_ptr<CloudWatch> service;
    };
    Machine machine(std::make_unique<sim::CrashFileSystem>());
    const std::size_t begin = machine.files->operation_count();
    std::vector<std::size_t> answered;  // counts of operations
    for (int i = 0; i < 4; ++i) {
        machine.service->points().put(machine.samples(), [&](base::Result<void> done) {
            ASSERT_TRUE(done.has_value());
            answered.push_back(machine.files->operation_count());
        });
        machine.executor.run_until_idle();
    }
    ASSERT_EQ(answered.size(), 4U);
    std::size_t with_all = 0;
    for (const auto& point : machine.files->crash_points(
             {.torn_lengths_max = 2, .seeds = 1, .first_operation = begin})) {
        Machine after(machine.files->after(point));
        const auto least = static_cast<double>(
            std::count_if(answered.begin(), answered.end(),
                          [&](std::size_t operations) { return operations <= point.operations; }));
        EXPECT_GE(after.sum("a"), least) << point.operations;
        EXPECT_LE(after.sum("a"), least + 1) << point.operations;
        EXPECT_EQ(after.sum("a"), after.sum("b")) << point.operations;
        with_all += least == 4 ? 1 : 0;
    }
    EXPECT_GT(with_all, 0U);
}

}  // namespace
}  // namespace cloudwatch
