// ListMetrics: filters, pages, what is no longer listed.
#include "services/cloudwatch/testing.h"

namespace cloudwatch {
namespace {

class ListMetrics : public CloudWatchTest {
  protected:
    void put_metric(const std::string& space, const std::string& name,
                    const std::string& dimensions = "") {
        EXPECT_EQ(outcome("PutMetricData", R"({"Namespace":")" + space +
                                               R"(","MetricData":[{"Value":1,"MetricName":")" +
                                               name + R"(","Dimensions":[)" + dimensions + "]}]}"),
                  "");
    }
    // "namespace/name{a=1} …"
    std::string list(const std::string& body) {
        const auto answer = call("ListMetrics", body);
        if (answer.status != 200) return answer.error_code() + ": " + answer.at("message");
        std::string out;
        for (int i = 0;; ++i) {
            const std::string metric = "Metrics." + std::to_string(i);
            if (answer.at(metric).empty()) return out;
            out += (i == 0 ? "" : " ") + answer.at(metric + ".Namespace") + "/" +
                   answer.at(metric + ".MetricName");
            for (int k = 0;; ++k) {
                const std::string one = metric + ".Dimensions." + std::to_string(k);
                if (answer.at(one).empty()) break;
                out += "{" + answer.at(one + ".Name") + "=" + answer.at(one + ".Value") + "}";
            }
        }
    }
};

TEST_F(ListMetrics, Filters) {
    put_metric("A", "x");
    put_metric("A", "x", R"({"Name":"b","Value":"2"},{"Name":"a","Value":"1"})");
    put_metric("A", "y", R"({"Name":"a","Value":"1"})");
    put_metric("AB", "x", R"({"Name":"a","Value":"3"})");
    EXPECT_EQ(list("{}"), "A/x A/x{a=1}{b=2} A/y{a=1} AB/x{a=3}");
    EXPECT_EQ(list(R"({"Namespace":"A"})"), "A/x A/x{a=1}{b=2} A/y{a=1}");
    EXPECT_EQ(list(R"({"MetricName":"x"})"), "A/x A/x{a=1}{b=2} AB/x{a=3}");
    EXPECT_EQ(list(R"({"Dimensions":[{"Name":"a"}]})"), "A/x{a=1}{b=2} A/y{a=1} AB/x{a=3}");
    EXPECT_EQ(list(R"({"Dimensions":[{"Name":"a","Value":"1"},{"Name":"b"}]})"), "A/x{a=1}{b=2}");
    EXPECT_EQ(list(R"({"Namespace":"C"})"), "");
    EXPECT_EQ(list(R"({"OwningAccount":"000000000000","Namespace":"AB"})"), "AB/x{a=3}");
    EXPECT_EQ(
        list(R"({"OwningAccount":"1"})"),
        "InvalidParameterValueException: The value 1 for parameter OwningAccount is invalid.");
    EXPECT_EQ(call("ListMetrics", R"({"Namespace":"AB","IncludeLinkedAccounts":true})")
                  .at("OwningAccounts"),
              R"(["000000000000"])");
    harness_->set_region("us-east-1");
    EXPECT_EQ(list("{}"), "");
}

TEST_F(ListMetrics, WhatHadNoDataForTwoWeeksIsNotListed) {
    put_metric("A", "old");
    clock_.advance_ms(4 * base::hour_ms);
    put_metric("A", "new");
    EXPECT_EQ(list("{}"), "A/new A/old");
    EXPECT_EQ(list(R"({"RecentlyActive":"PT3H"})"), "A/new");
    clock_.advance_ms(14 * base::day_ms - base::hour_ms);
    EXPECT_EQ(list("{}"), "A/new");
    put_metric("A", "old");
    EXPECT_EQ(list("{}"), "A/new A/old");
    EXPECT_EQ(list(R"({"RecentlyActive":"PT1H"})").substr(0, 16), "ValidationError:");
}

TEST_F(ListMetrics, Pages) {
    // Long dimensions: keys of metrics that do not fit into a token.
    std::string dimensions;
    for (int i = 0; i < 10; ++i) {
        dimensions += (i == 0 ? "" : ",") + (R"({"Name":"d)" + std::to_string(i)) +
                      R"(","Value":")" + std::string(1'024, 'v') + "\"}";
    }
    for (int batch = 0; batch < 6; ++batch) {
        std::string data;
        for (int i = 0; i < 84; ++i) {
            data += std::string(i == 0 ? "" : ",") +
                    R"({"MetricName":"same","Value":1,"Dimensions":[)" + dimensions +
                    R"(,{"Name":"z","Value":")" + std::to_string(1'000 + batch * 84 + i) + "\"}]}";
        }
        ASSERT_EQ(outcome("PutMetricData", R"({"Namespace":"L","MetricData":[)" + data + "]}"), "");
    }
    const auto first = call("ListMetrics", R"({"Namespace":"L"})");
    EXPECT_EQ(first.at("Metrics.499.Dimensions.10.Value"), "1499");
    EXPECT_EQ(first.at("Metrics.500"), "");
    const std::string token = first.at("NextToken");
    const auto second = call("ListMetrics", R"({"Namespace":"L","NextToken":")" + token + "\"}");
    EXPECT_EQ(second.at("Metrics.0.Dimensions.10.Value"), "1500");
    EXPECT_EQ(second.at("Metrics.3.Dimensions.10.Value"), "1503");
    EXPECT_EQ(second.at("Metrics.4"), "");
    EXPECT_EQ(second.at("NextToken"), "");
    EXPECT_EQ(call("ListMetrics", R"({"NextToken":"nonsense"})").error_code(),
              "InvalidParameterValueException");
}

}  // namespace
}  // namespace cloudwatch
