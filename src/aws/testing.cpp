#include "aws/testing.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <mutex>
#include <thread>

#include "aws/dispatcher.h"
#include "wire/uri.h"

namespace aws::testing {

namespace {

class TestClock final : public base::Clock {
  public:
    base::Timestamp now() const override {
        return {std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::system_clock::now().time_since_epoch())
                    .count()};
    }
    std::int64_t monotonic_ns() const override {
        return std::chrono::steady_clock::now().time_since_epoch().count();
    }
};

// Fails the test on an untranslated error that it did not expect.
class TestLog final : public base::Log {
  public:
    void write(base::LogLevel level, std::string_view message,
               std::initializer_list<base::LogField> fields) override {
        if (level != base::LogLevel::error || message != "untranslated error") return;
        if (!internal_failures_expected) {
            ADD_FAILURE() << base::format_log_line(message, fields);
        }
    }
    std::atomic<bool> internal_failures_expected{false};
};

// Every pattern of every shape compiles; a mistake in one would match everything.
void check_patterns(const Validator& validator, const shape::Type& type, int depth) {
    if (depth > 12) return;
    if (type.element != nullptr) check_patterns(validator, type.element(), depth + 1);
    for (const shape::Member& member : type.members) {
        const char* pattern = member.constraints.pattern;
        if (pattern != nullptr && validator.compiled(pattern) == nullptr) {
            ADD_FAILURE() << "RE2 refuses the pattern of " << member.name << ": " << pattern;
        }
        check_patterns(validator, member.type(), depth + 1);
    }
}

// Waiting longer for an answer is a failed test.
constexpr auto answer_wait_max = std::chrono::seconds(30);

}  // namespace

struct Harness::State {
    State(const ServiceModel& service_model, void* service)
        : model(service_model), dispatcher(clock, log, metrics) {
        dispatcher.add(model, service);
        for (const Operation* operation : model.operations) {
            check_patterns(dispatcher.validator(), operation->input(), 0);
        }
    }

    const ServiceModel& model;
    TestClock clock;
    TestLog log;
    base::Metrics metrics;
    Dispatcher dispatcher;
    base::UniqueFunction<void()> pump;
    Caller caller{"000000000000", "AKIDTEST", "arn:aws:iam::000000000000:root", "000000000000"};
    std::string region = "us-west-2";
    std::uint64_t requests = 0;

    // Guards the answers, which parked handlers give from other threads.
    std::mutex mutex;

    Request make_request(std::unique_ptr<const wire::RequestHead> head) {
        Request request;
        request.head = std::move(head);
        request.caller = caller;
        request.region = region;
        request.request_id = "00000000-0000-4000-8000-" + std::to_string(100000000000 + ++requests);
        request.received = clock.now();
        request.endpoint = "http://127.0.0.1:4566";
        return request;
    }

    void start(const std::shared_ptr<State>& self, wire::RequestHead head, std::string_view body,
               Answer* out);
    void wait(const Answer& answer);
};

namespace {

std::string read_body(wire::BodySource& source) {
    std::string body;
    std::string buffer(64 * 1024, '\0');
    while (true) {
        const auto count = source.read(buffer);
        if (!count.has_value()) {
            ADD_FAILURE() << "the body ended early: " << count.error().describe();
            return body;
        }
        if (count.value() == 0) break;
        body.append(buffer, 0, count.value());
    }
    EXPECT_EQ(body.size(), source.length()) << "length() of the streamed body";
    return body;
}

wire::RequestHead make_head(std::string_view method, std::string_view target,
                            const HeaderList& headers, std::size_t body_size) {
    wire::RequestHead head;
    head.method = method;
    head.target = target;
    const wire::TargetParts parts = wire::split_target(target);
    head.path = wire::percent_decode(parts.path).value_or(std::string(parts.path));
    head.query = wire::parse_query(parts.query, 1000).value_or(std::vector<wire::QueryParameter>{});
    head.headers.add("Host", "127.0.0.1:4566");
    for (const auto& [name, value] : headers)
        head.headers.set(name, value);
    head.headers.set("Content-Length", std::to_string(body_size));
    head.content_length = body_size;
    return head;
}

}  // namespace

void Harness::State::start(const std::shared_ptr<State>& self, wire::RequestHead head,
                           std::string_view body, Answer* out) {
    *out = Answer{};
    auto owned = std::make_unique<const wire::RequestHead>(std::move(head));
    Route route = dispatcher.route(*owned);
    auto answer = [self, out](wire::Response response) {
        Answer got;
        got.headers = std::move(response.headers);
        got.body = std::move(response.body);
        if (response.stream != nullptr) got.body = read_body(*response.stream);
        const std::lock_guard lock(self->mutex);
        out->headers = std::move(got.headers);
        out->body = std::move(got.body);
        out->status = response.status;
    };
    if (!route.streamed) {
        dispatcher.run(std::move(route), make_request(std::move(owned)), body, std::move(answer));
        return;
    }
    auto sink =
        dispatcher.open(std::move(route), make_request(std::move(owned)), std::move(answer));
    if (sink == nullptr) return;
    // In pieces, as from a socket.
    for (std::size_t at = 0; at < body.size(); at += wire::body_chunk_bytes_max) {
        const auto written = sink->write(body.substr(at, wire::body_chunk_bytes_max));
        if (!written.has_value()) {
            sink->abort();
            return;
        }
    }
    sink->finish();
}

void Harness::State::wait(const Answer& answer) {
    const auto deadline = std::chrono::steady_clock::now() + answer_wait_max;
    while (true) {
        {
            const std::lock_guard lock(mutex);
            if (answer.status != 0) return;
        }
        if (std::chrono::steady_clock::now() > deadline) {
            ADD_FAILURE() << "no answer";
            return;
        }
        if (pump) {
            pump();
        } else {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
    }
}

Harness::Harness(const ServiceModel& model, void* service)
    : state_(std::make_shared<State>(model, service)) {}

Harness::~Harness() = default;

void Harness::start_json(std::string_view operation, std::string_view body, Answer* out) {
    const HeaderList headers = {
        {"X-Amz-Target", std::string(state_->model.target_prefix) + "." + std::string(operation)},
        {"Content-Type", state_->model.protocol == Protocol::json_1_0
                             ? "application/x-amz-json-1.0"
                             : "application/x-amz-json-1.1"}};
    state_->start(state_, make_head("POST", "/", headers, body.size()), body, out);
}

Answer Harness::json(std::string_view operation, std::string_view body) {
    Answer answer;
    start_json(operation, body, &answer);
    state_->wait(answer);
    return answer;
}

Answer Harness::query(std::string_view form) {
    Answer answer;
    const HeaderList headers = {
        {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
        {"Authorization", "AWS4-HMAC-SHA256 Credential=AKIDTEST/20260301/us-west-2/" +
                              std::string(state_->model.signing_name) +
                              "/aws4_request, SignedHeaders=host, Signature=0"}};
    state_->start(state_, make_head("POST", "/", headers, form.size()), form, &answer);
    state_->wait(answer);
    return answer;
}

Answer Harness::rest(std::string_view method, std::string_view target, std::string_view body,
                     const HeaderList& headers) {
    Answer answer;
    HeaderList all = {{"Authorization", "AWS4-HMAC-SHA256 Credential=AKIDTEST/20260301/us-west-2/" +
                                            std::string(state_->model.signing_name) +
                                            "/aws4_request, SignedHeaders=host, Signature=0"}};
    all.insert(all.end(), headers.begin(), headers.end());
    state_->start(state_, make_head(method, target, all, body.size()), body, &answer);
    state_->wait(answer);
    return answer;
}

void Harness::set_pump(base::UniqueFunction<void()> pump) {
    state_->pump = std::move(pump);
}

void Harness::set_caller(Caller caller) {
    state_->caller = std::move(caller);
}

void Harness::set_region(std::string region) {
    state_->region = std::move(region);
}

void Harness::expect_internal_failure() {
    state_->log.internal_failures_expected = true;
}

std::string Answer::at(std::string_view path) const {
    boost::system::error_code error;
    const boost::json::value document = boost::json::parse(body, error);
    if (error) return {};
    const boost::json::value* value = &document;
    while (!path.empty()) {
        const std::size_t dot = path.find('.');
        const std::string_view step = path.substr(0, dot);
        path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
        if (const auto* array = value->if_array()) {
            std::size_t index = array->size();
            std::from_chars(step.data(), step.data() + step.size(), index);
            if (index >= array->size()) return {};
            value = &(*array)[index];
        } else if (const auto* object = value->if_object()) {
            value = object->if_contains({step.data(), step.size()});
            if (value == nullptr) return {};
        } else {
            return {};
        }
    }
    if (const auto* text = value->if_string()) return std::string(text->data(), text->size());
    return boost::json::serialize(*value);
}

std::string Answer::error_code() const {
    const std::string_view header = headers.get("x-amzn-ErrorType");
    if (!header.empty()) return std::string(header);
    constexpr std::string_view open = "<Code>";
    const std::size_t start = body.find(open);
    if (start != std::string::npos) {
        const std::size_t end = body.find("</Code>", start);
        if (end != std::string::npos) {
            return body.substr(start + open.size(), end - start - open.size());
        }
    }
    return at("__type");
}

}  // namespace aws::testing
