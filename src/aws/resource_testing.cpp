#include "aws/resource_testing.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "aws/json_values.h"
#include "wire/sha256.h"

namespace aws::testing {

namespace json = boost::json;

// Nothing of a resource's calls may end as an untranslated error.
class ResourceDriver::TestLog final : public base::Log {
  public:
    void write(base::LogLevel level, std::string_view message,
               std::initializer_list<base::LogField> fields) override {
        if (level == base::LogLevel::error) {
            ADD_FAILURE() << base::format_log_line(message, fields);
        }
    }
};

ResourceDriver::ResourceDriver(const ServiceModel& model, void* service)
    : log_(std::make_shared<TestLog>()), client_(*log_) {
    client_.add(model, service);
}

Reply<json::object> ResourceDriver::call(const ResourceContext& context, const ResourceStep& step) {
    Call call;
    call.request_id = "00000000-0000-4000-8000-000000000001";
    call.region = context.region;
    call.caller = {context.account, "AKIDTEST", "arn:aws:iam::" + context.account + ":root",
                   context.account};
    call.received = {std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count()};
    call.client_token = context.token;
    call.endpoint = "http://127.0.0.1:4566";
    struct Waiting {
        std::atomic<bool> done{false};
        std::optional<Reply<json::object>> reply;
    };
    auto waiting = std::make_shared<Waiting>();
    client_.call(step.service, step.operation, step.input, call,
                 [waiting](Reply<json::object> reply) {
                     waiting->reply.emplace(std::move(reply));
                     waiting->done = true;
                 });
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!waiting->done && std::chrono::steady_clock::now() < give_up) {
        if (pump_) {
            pump_();
        } else {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
    }
    if (!waiting->done) return Fault("Timeout", step.operation + " has not answered");
    return std::move(*waiting->reply);
}

std::string ResourceDriver::run(const ResourceContext& context, const ResourceSteps& steps,
                                bool resumed, std::vector<json::object>* outputs) {
    std::vector<json::object> before;
    for (ResourceStep step : steps) {
        if (step.complete != nullptr) step.complete(before, step.input);
        before.emplace_back();
        for (int attempt = 0;; ++attempt) {
            auto reply = call(context, step);
            if (!reply) {
                if (resumed && step.is_done_by(reply.error())) break;
                return reply.error().code + ": " + reply.error().message;
            }
            if (step.settled != nullptr) {
                const auto settled = step.settled(reply.value());
                if (!settled) return settled.error().code + ": " + settled.error().message;
                if (settled.value() == Settled::not_yet) {
                    if (attempt > 10'000) return "Timeout: " + step.operation;
                    if (pump_) pump_();
                    continue;
                }
            }
            before.back() = std::move(reply.value());
            break;
        }
    }
    if (outputs != nullptr) *outputs = std::move(before);
    return "";
}

void ResourceDriver::read(Resource& resource) {
    const auto steps = resource.type->read(resource.context, resource.properties.get());
    std::vector<json::object> outputs;
    const std::string problem = run(resource.context, steps, false, &outputs);
    if (!problem.empty()) {
        resource.problem = "read: " + problem;
        return;
    }
    resource.attributes =
        resource.type->describe(resource.context, resource.properties.get(), outputs);
    for (const std::string_view attribute : resource.type->attributes) {
        EXPECT_TRUE(resource.attributes.contains(attribute)) << attribute;
    }
}

Resource ResourceDriver::create(std::string_view type, std::string_view properties_json,
                                const std::string& logical_id, bool resumed) {
    Resource resource;
    resource.type = client_.find_resource_type(type);
    if (resource.type == nullptr) {
        resource.problem = "no resource type " + std::string(type);
        return resource;
    }
    auto properties = decode_properties(*resource.type, logical_id, json::parse(properties_json));
    if (!properties) {
        resource.problem = properties.error().code + ": " + properties.error().message;
        return resource;
    }
    resource.properties = std::move(properties.value());
    resource.context = {.account = "000000000000",
                        .region = "us-west-2",
                        .stack_name = "TestStack",
                        .stack_id =
                            "arn:aws:cloudformation:us-west-2:000000000000:stack/TestStack/"
                            "11111111-2222-4333-8444-555555555555",
                        .logical_id = logical_id,
                        .physical_id = "",
                        .token = wire::sha256_hex(logical_id).substr(0, 32),
                        .tags = stack_tags,
                        .tags_before = {}};
    resource.context.physical_id =
        resource.type->identify(resource.context, resource.properties.get());
    if (!resumed && exists(resource)) {
        resource.problem = resource.context.physical_id + " already exists";
        return resource;
    }
    auto steps = resource.type->create(resource.context, resource.properties.get());
    if (!steps) {
        resource.problem = steps.error().code + ": " + steps.error().message;
        return resource;
    }
    resource.problem = run(resource.context, steps.value(), resumed, nullptr);
    if (resource.problem.empty()) read(resource);
    return resource;
}

namespace {

bool needs_replacement(const shape::Type& type, const void* before, const void* after) {
    if (type.kind == shape::Kind::optional) {
        const void* old_value = type.get(before);
        const void* new_value = type.get(after);
        return old_value != nullptr && new_value != nullptr &&
               needs_replacement(type.element(), old_value, new_value);
    }
    if (type.kind != shape::Kind::structure) return false;
    for (const shape::Member& member : type.members) {
        const void* old_value = member.address_in(before);
        const void* new_value = member.address_in(after);
        if (to_json(member.type(), old_value) == to_json(member.type(), new_value)) continue;
        if (member.constraints.replaces) return true;
        if (needs_replacement(member.type(), old_value, new_value)) return true;
    }
    return false;
}

}  // namespace

void ResourceDriver::update(Resource& resource, std::string_view properties_json) {
    auto after = decode_properties(*resource.type, resource.context.logical_id,
                                   json::parse(properties_json));
    if (!after) {
        resource.problem = after.error().code + ": " + after.error().message;
        return;
    }
    if (resource.type->update == nullptr ||
        needs_replacement(resource.type->properties(), resource.properties.get(),
                          after.value().get())) {
        resource.problem = "replaces";
        return;
    }
    resource.context.tags_before = std::exchange(resource.context.tags, stack_tags);
    auto steps =
        resource.type->update(resource.context, resource.properties.get(), after.value().get());
    if (!steps) {
        resource.problem = steps.error().code + ": " + steps.error().message;
        return;
    }
    resource.problem = run(resource.context, steps.value(), false, nullptr);
    if (!resource.problem.empty()) return;
    resource.properties = std::move(after.value());
    read(resource);
}

std::string ResourceDriver::remove(Resource& resource) {
    return run(resource.context, resource.type->remove(resource.context, resource.properties.get()),
               true, nullptr);
}

bool ResourceDriver::exists(const Resource& resource) {
    const auto steps = resource.type->read(resource.context, resource.properties.get());
    const auto reply = call(resource.context, steps.front());
    if (reply) {
        return resource.type->present == nullptr ||
               resource.type->present(resource.context, resource.properties.get(), reply.value());
    }
    EXPECT_TRUE(steps.front().is_done_by(reply.error()))
        << reply.error().code << ": " << reply.error().message;
    return false;
}

}  // namespace aws::testing
