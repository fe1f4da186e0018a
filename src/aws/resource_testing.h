// How the tests of a resource type run its steps against the real service, as the engine does.
//
//   aws::testing::ResourceDriver driver(kinesis::model, &kinesis);
//   const auto made = driver.create("AWS::Kinesis::Stream", R"({"RetentionPeriodHours": 48})");
//   EXPECT_EQ(made.problem, "");
//   EXPECT_EQ(made.attributes.at("Arn"), "arn:…");
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "aws/internal_client.h"
#include "aws/resource_type.h"

namespace aws::testing {

struct Resource {
    const ResourceType* type = nullptr;
    ResourceContext context;
    std::shared_ptr<void> properties;
    boost::json::object attributes;
    std::string problem;  // "Code: message" of what failed, "" when nothing did
};

class ResourceDriver {
  public:
    ResourceDriver(const ServiceModel& model, void* service);

    // Further services that steps call.
    void add(const ServiceModel& model, void* service) { client_.add(model, service); }
    // Called in a loop while an answer is awaited; default: sleeps 100 µs (real executors).
    void set_pump(base::UniqueFunction<void()> pump) { pump_ = std::move(pump); }

    // `logical_id` names it; the token follows from it. With `resumed`, done_codes count.
    Resource create(std::string_view type, std::string_view properties_json,
                    const std::string& logical_id = "Thing", bool resumed = false);
    // As the engine: "replaces" in `problem` when a property of that kind differs.
    void update(Resource& resource, std::string_view properties_json);
    std::string remove(Resource& resource);  // what failed
    bool exists(const Resource& resource);

    std::map<std::string, std::string> stack_tags;

  private:
    Reply<boost::json::object> call(const ResourceContext& context, const ResourceStep& step);
    std::string run(const ResourceContext& context, const ResourceSteps& steps, bool resumed,
                    std::vector<boost::json::object>* outputs);
    void read(Resource& resource);

    class TestLog;
    std::shared_ptr<base::Log> log_;
    InternalClient client_;
    base::UniqueFunction<void()> pump_;
};

}  // namespace aws::testing
