#include "services/cloudformation/resources/custom_worker.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/ids.h"
#include "services/cloudformation/parse.h"
#include "stack_template/evaluate.h"
#include "stack_template/stack_template.h"
#include "wire/sha256.h"

namespace cloudformation {

namespace {

struct Request {
    std::string type;  // "Create", "Update", "Delete"
    Work work;
    std::optional<json::object> before;
    bool again = false;
};

std::string text_at(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr ? stack_template::text_of(*value).value_or("") : "";
}

std::int64_t timeout_seconds(const json::object& properties) {
    const std::string text = text_at(properties, "ServiceTimeout");
    if (text.empty() || text.size() > 6 ||
        !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
        return response_seconds_max;
    }
    return std::clamp<std::int64_t>(std::stoll(text), 1, response_seconds_max);
}

Outcome<void> check_token(const json::object& properties) {
    const std::string token = text_at(properties, "ServiceToken");
    if (token.empty()) {
        return Failure{"Template format error: resource ServiceToken must be specified"};
    }
    if (token.starts_with("arn:aws:lambda:") || token == stack_template::unknown_value) {
        return base::ok();
    }
    return Failure{"Invalid ServiceToken: " + token.substr(0, 256) +
                   " is not the ARN of a Lambda function; this server has no other providers of "
                   "custom resources."};
}

// One request to a function, from the invocation to the answer.
class Conversation final : public std::enable_shared_from_this<Conversation> {
  public:
    Conversation(Ground& ground, Request request, Done<Made> done)
        : ground_(ground), request_(std::move(request)), done_(std::move(done)) {
        const Work& work = request_.work;
        std::string seed =
            work.context.token + request_.type + stack_template::serialize(work.properties);
        if (request_.before) seed += stack_template::serialize(*request_.before);
        // The same for every attempt at the same thing: an answer to an earlier one counts.
        request_id_ = aws::uuid_of_token(wire::sha256_hex(seed).substr(0, 32));
        bucket_ = CustomWorker::bucket_name(work.context.region);
        key_ =
            key_of(work.context.stack_id).uuid + "/" + work.context.logical_id + "/" + request_id_;
        seconds_ = timeout_seconds(work.properties);
        deadline_ms_ = now_ms() + seconds_ * 1000;
    }

    void go() {
        if (auto made = make_bucket(); !made) {
            return finish(Failure{"The answer's place cannot be made: " + made.error().describe()});
        }
        if (request_.again) {
            if (const auto answer = read_answer()) return answered(*answer);
            return invoke();
        }
        ground_.environment.objects.remove(
            bucket_, {key_}, [self = shared_from_this()](base::Result<void>) { self->invoke(); });
    }

  private:
    std::int64_t now_ms() const { return ground_.environment.clock.monotonic_ns() / 1'000'000; }

    base::Result<void> make_bucket() {
        object_store::ObjectStore& objects = ground_.environment.objects;
        if (objects.find_bucket(bucket_)) return base::ok();
        object_store::Bucket bucket;
        bucket.name = bucket_;
        bucket.account = response_account;
        bucket.region = request_.work.context.region;
        bucket.created = ground_.environment.clock.now();
        auto made = objects.create_bucket(bucket);
        if (!made && made.error().kind == base::ErrorKind::already_exists) return base::ok();
        return made;
    }

    std::string response_url() const {
        const std::string& endpoint = ground_.steps.endpoint;
        const std::size_t scheme = endpoint.find("://");
        wire::sigv4::OutgoingRequest request;
        request.method = "PUT";
        request.path = "/" + bucket_ + "/" + key_;
        request.headers.add("Host",
                            scheme == std::string::npos ? endpoint : endpoint.substr(scheme + 3));
        wire::sigv4::presign(request, ground_.environment.response_keys((seconds_ + 60) * 1000),
                             {request_.work.context.region, "s3", ground_.environment.clock.now()},
                             seconds_ + 60);
        return endpoint + request.path + "?" + request.query;
    }

    std::string event() const {
        const Work& work = request_.work;
        json::object event;
        event["RequestType"] = request_.type;
        event["ServiceToken"] = text_at(work.properties, "ServiceToken");
        event["ResponseURL"] = response_url();
        event["StackId"] = work.context.stack_id;
        event["RequestId"] = request_id_;
        event["LogicalResourceId"] = work.context.logical_id;
        event["ResourceType"] = work.type;
        if (request_.type != "Create") event["PhysicalResourceId"] = work.context.physical_id;
        event["ResourceProperties"] = stack_template::with_text_scalars(work.properties);
        if (request_.before) {
            event["OldResourceProperties"] = stack_template::with_text_scalars(*request_.before);
        }
        return stack_template::serialize(event);
    }

    void invoke() {
        if (ground_.stopping->load()) return;
        aws::Caller caller;
        caller.account = request_.work.context.account;
        caller.arn = "arn:aws:iam::" + caller.account + ":root";
        caller.user_id = caller.account;
        later(response_poll_ms_min);
        ground_.environment.functions.invoke(
            text_at(request_.work.properties, "ServiceToken"), event(), caller,
            [self = shared_from_this()](aws::Reply<ports::InvokeResult> reply) {
                self->invoked(std::move(reply));
            });
    }

    void invoked(aws::Reply<ports::InvokeResult> reply) {
        {
            base::MutexLock lock(mutex_);
            if (!reply) {
                trouble_ = reply.error().message;
                deadline_ms_ = now_ms();
            } else if (!reply.value().function_error.empty()) {
                trouble_ = "The function failed: " + reply.value().payload.substr(0, 1024);
                deadline_ms_ = std::min(deadline_ms_, now_ms() + response_grace_ms);
            }
        }
        look();
    }

    void later(std::int64_t delay_ms) {
        ground_.environment.executor.after(delay_ms, [self = shared_from_this()] {
            self->look();
            self->look_again();
        });
    }

    void look_again() {
        std::int64_t delay_ms = 0;
        {
            base::MutexLock lock(mutex_);
            if (finished_) return;
            delay_ms = poll_ms_;
            poll_ms_ = std::min(poll_ms_ * 3 / 2, response_poll_ms_max);
        }
        later(delay_ms);
    }

    std::optional<std::string> read_answer() const {
        auto text = ground_.environment.objects.get(bucket_, key_, response_bytes_max);
        if (text) return std::move(text.value());
        if (text.error().kind == base::ErrorKind::limit) return std::string(too_long);
        return std::nullopt;
    }

    void look() {
        if (ground_.stopping->load()) return;
        {
            base::MutexLock lock(mutex_);
            if (finished_) return;
        }
        if (const auto answer = read_answer()) return answered(*answer);
        std::string trouble;
        bool late = false;
        {
            base::MutexLock lock(mutex_);
            trouble = trouble_;
            late = now_ms() >= deadline_ms_;
        }
        if (request_.work.is_abandoned()) return finish(Failure{"Resource creation cancelled"});
        if (!late) return;
        if (!trouble.empty()) return finish(Failure{trouble});
        finish(
            Failure{"CloudFormation did not receive a response from your Custom Resource. Please "
                    "check your logs for requestId [" +
                    request_id_ + "]."});
    }

    void answered(const std::string& text) {
        if (text == too_long) return finish(Failure{"Response object is too long."});
        boost::system::error_code error;
        const json::value parsed = json::parse(text, error);
        if (error || !parsed.is_object()) {
            return finish(Failure{"Invalid response: the object is not JSON."});
        }
        const json::object& answer = parsed.get_object();
        const std::string status = text_at(answer, "Status");
        const std::string physical_id = text_at(answer, "PhysicalResourceId");
        if (status == "FAILED") {
            Failure failure{
                "Received response status [FAILED] from custom resource. Message "
                "returned: " +
                text_at(answer, "Reason").substr(0, 2048) + " (RequestId: " + request_id_ + ")"};
            return finish(std::move(failure));
        }
        if (status != "SUCCESS")
            return finish(
                Failure{"Invalid Response object: Value of property "
                        "Status must be SUCCESS or FAILED"});
        if (physical_id.empty() && request_.type != "Delete") {
            return finish(Failure{"Invalid PhysicalResourceId"});
        }
        Made made;
        made.physical_id = physical_id.empty() ? request_.work.context.physical_id : physical_id;
        const json::value* data = answer.if_contains("Data");
        if (data != nullptr && data->is_object()) made.attributes = data->get_object();
        made.no_echo = text_at(answer, "NoEcho") == "true";
        finish(std::move(made));
    }

    void finish(Outcome<Made> outcome) {
        Done<Made> done;
        {
            base::MutexLock lock(mutex_);
            if (std::exchange(finished_, true)) return;
            done = std::exchange(done_, {});
        }
        // Read once: the same request may come again some day. Not before what follows from it is
        // stored, or a crash would have the function asked twice.
        if (outcome) {
            ground_.environment.executor.after(
                response_keep_ms, [self = shared_from_this()] { self->forget_answer(); });
        } else {
            forget_answer();
        }
        done(std::move(outcome));
    }

    void forget_answer() {
        if (ground_.stopping->load()) return;
        ground_.environment.objects.remove(bucket_, {key_}, [](base::Result<void>) {});
    }

    static constexpr const char* too_long = "(too long)";

    Ground& ground_;
    const Request request_;
    std::string request_id_;
    std::string bucket_;
    std::string key_;
    std::int64_t seconds_ = 0;
    base::Mutex mutex_;
    Done<Made> done_ GUARDED_BY(mutex_);
    bool finished_ GUARDED_BY(mutex_) = false;
    std::int64_t deadline_ms_ GUARDED_BY(mutex_) = 0;
    std::int64_t poll_ms_ GUARDED_BY(mutex_) = response_poll_ms_min;
    std::string trouble_ GUARDED_BY(mutex_);
};

void converse(Ground& ground, Request request, Done<Made> done) {
    std::make_shared<Conversation>(ground, std::move(request), std::move(done))->go();
}

}  // namespace

std::string CustomWorker::bucket_name(const std::string& region) {
    std::string short_region;
    std::ranges::copy_if(region, std::back_inserter(short_region), [](char c) { return c != '-'; });
    return "cloudformation-custom-resource-response-" + short_region;
}

// What a function is told to remove when it has not said what it made.
Outcome<std::string> CustomWorker::identify(const Work& work) {
    if (auto checked = check_token(work.properties); !checked) return checked.error();
    return aws::generated_name(work.context, 128);
}

Outcome<void> CustomWorker::check(const Work& work) {
    return check_token(work.properties);
}

void CustomWorker::exists(Work, Done<bool> done) {
    done(false);
}

void CustomWorker::create(Work work, bool again, Done<Made> done) {
    converse(ground_, {"Create", std::move(work), std::nullopt, again}, std::move(done));
}

void CustomWorker::update(Work work, json::object before, bool again, Done<Made> done) {
    if (text_at(before, "ServiceToken") != text_at(work.properties, "ServiceToken")) {
        return done(Failure{"Modifying service token is not allowed."});
    }
    converse(ground_, {"Update", std::move(work), std::move(before), again}, std::move(done));
}

void CustomWorker::adopt(Work, Done<Made> done) {
    done(Failure{"Custom resources cannot be imported."});
}

void CustomWorker::remove(Work work, Done<void> done) {
    converse(ground_, {"Delete", std::move(work), std::nullopt, true},
             [done = std::move(done)](Outcome<Made> outcome) mutable {
                 if (!outcome) return done(std::move(outcome.error()));
                 done(base::ok());
             });
}

}  // namespace cloudformation
