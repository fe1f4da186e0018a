#include "aws/dispatcher.h"

#include <algorithm>
#include <atomic>

#include "aws/common_faults.h"
#include "aws/protocol_query.h"
#include "wire/gzip.h"

namespace aws {

namespace {

// What a compressed body may come to, whatever its operation takes.
constexpr std::uint64_t expanded_body_bytes_max = 8 * 1024 * 1024;

// SDKs compress long bodies of some operations (PutMetricData). In the REST protocols the header
// belongs to what is sent: an object that is gzip.
bool is_compressed(const wire::RequestHead& head, Protocol protocol) {
    if (protocol == Protocol::rest_xml || protocol == Protocol::rest_json) return false;
    return head.headers.get("content-encoding") == "gzip";
}

// What it may come to for `operation` (null: not known yet, or none): as much as the operation
// takes plain. A form whose operation has no limit of its own is bounded as forms are when they
// arrive.
std::uint64_t expanded_bytes_max(Protocol protocol, const Operation* operation) {
    const std::uint64_t unnamed = OperationOptions{}.body_bytes_max;
    const std::uint64_t own = operation != nullptr ? operation->options.body_bytes_max : unnamed;
    if (protocol == Protocol::query && own == unnamed) return query_body_bytes_max;
    return std::min(own, expanded_body_bytes_max);
}

// Goes no further than the operation's limit. When that stands in the form itself, what was
// expanded so far tells.
Reply<std::string> expand(std::string_view body, const Route& route) {
    std::string plain;
    const Operation* operation = route.operation;
    std::uint64_t bytes_max = expanded_bytes_max(route.protocol, operation);
    wire::GzipReader::Sink sink = [&](std::string_view piece) -> base::Result<void> {
        if (plain.size() + piece.size() > bytes_max && operation == nullptr) {
            // Whole parameters only.
            const std::string_view begun(plain.data(), std::min(plain.rfind('&'), plain.size()));
            const auto action = find_form_action(begun);
            if (action.has_value()) operation = find_operation(*route.model, *action);
            bytes_max = expanded_bytes_max(route.protocol, operation);
        }
        if (plain.size() + piece.size() > bytes_max) {
            return base::Error{base::ErrorKind::limit, "the body expands to too much", ""};
        }
        plain.append(piece);
        return base::ok();
    };
    wire::GzipReader reader(expanded_body_bytes_max);
    auto done = reader.write(body, sink);
    if (done.has_value()) done = reader.finish();
    if (done.has_value()) return plain;
    if (done.error().kind == base::ErrorKind::limit) {
        return body_too_large(route.protocol, bytes_max);
    }
    return malformed_body(route.protocol, "The body is not gzip, as Content-Encoding says.");
}

}  // namespace

// One request from its arrival here to its answer. Handlers hold it through their Responder; it
// owns what their references point to.
class Dispatcher::Exchange final : public ResponseSink {
  public:
    Exchange(Dispatcher& dispatcher, Route r, Request q, Answer answer)
        : route(std::move(r)),
          request(std::move(q)),
          dispatcher_(dispatcher),
          answer_(std::move(answer)),
          started_ns_(dispatcher.clock_.monotonic_ns()) {
        call.request_id = request.request_id;
        call.region = std::move(request.region);
        call.caller = std::move(request.caller);
        call.received = request.received;
        call.head = request.head.get();
        call.endpoint = std::move(request.endpoint);
    }

    void succeed(void* output) override {
        finish(codec_of(route.protocol).encode(message(), output), nullptr);
    }

    void fail(Fault fault) override {
        {
            base::MutexLock lock(mutex_);
            if (opening_) {
                deferred_ = std::move(fault);
                return;
            }
        }
        if (fault.http_status >= 500) log_failure(fault);
        if (fault.untranslated) {
            // What went wrong inside is for the log, not for the client.
            fault = internal_failure(route.protocol);
        }
        finish(codec_of(route.protocol).encode_fault(message(), fault), &fault);
    }

    // While a streamed handler has not returned, failures wait: one that returns a Fault drops its
    // responder on the way out, and the Fault is what the client shall see.
    void begin_opening() {
        base::MutexLock lock(mutex_);
        opening_ = true;
    }
    void end_opening(const Fault* returned) {
        std::optional<Fault> fault;
        {
            base::MutexLock lock(mutex_);
            opening_ = false;
            fault.swap(deferred_);
        }
        if (returned != nullptr) fault = *returned;
        if (fault.has_value()) fail(std::move(*fault));
    }

    Message message() const {
        return {route.model, route.operation, request.head.get(), &route.path, request.request_id};
    }

    Route route;
    Request request;
    Call call;
    std::shared_ptr<void> input;

  private:
    std::string_view service_id() const {
        return route.model != nullptr ? route.model->id : std::string_view("unknown");
    }
    std::string_view operation_name() const {
        return route.operation != nullptr ? route.operation->name : std::string_view("unknown");
    }

    void log_failure(const Fault& fault) {
        if (fault.http_status == 501) return;  // the client's wish, not our failure
        dispatcher_.log_.error(fault.untranslated ? "untranslated error" : "request failed",
                               {{"service", std::string(service_id())},
                                {"operation", std::string(operation_name())},
                                {"request_id", call.request_id},
                                {"code", fault.code},
                                {"error", fault.message}});
    }

    void finish(wire::Response response, const Fault* fault) {
        if (answered_.exchange(true)) return;
        observe(response.status, fault);
        Answer answer = std::move(answer_);
        answer(std::move(response));
    }

    void observe(int status, const Fault* fault) {
        const auto elapsed_us =
            static_cast<std::uint64_t>(dispatcher_.clock_.monotonic_ns() - started_ns_) / 1000;
        if (const OperationMetrics* metrics = dispatcher_.metrics_of(route.operation)) {
            metrics->requests.add();
            metrics->duration.observe_us(elapsed_us);
        }
        if (fault != nullptr) {
            // Codes come from our own faults, so there are not many.
            std::string labels = "service=\"" + std::string(service_id()) + "\",operation=\"" +
                                 std::string(operation_name()) + "\",code=\"" + fault->code + "\"";
            dispatcher_.metrics_
                .counter("datastack_request_errors_total", labels,
                         "Requests answered with an error, by its code.")
                .add();
        }
        if (!dispatcher_.options_.access_log) return;
        dispatcher_.log_.debug("request", {{"service", std::string(service_id())},
                                           {"operation", std::string(operation_name())},
                                           {"status", std::to_string(status)},
                                           {"code", fault != nullptr ? fault->code : ""},
                                           {"account", call.caller.account},
                                           {"region", call.region},
                                           {"request_id", call.request_id},
                                           {"duration_us", std::to_string(elapsed_us)}});
    }

    Dispatcher& dispatcher_;
    Answer answer_;
    const std::int64_t started_ns_;
    std::atomic<bool> answered_{false};
    base::Mutex mutex_;
    bool opening_ GUARDED_BY(mutex_) = false;
    std::optional<Fault> deferred_ GUARDED_BY(mutex_);
};

Dispatcher::Dispatcher(const base::Clock& clock, base::Log& log, base::Metrics& metrics,
                       DispatcherOptions options)
    : clock_(clock), log_(log), metrics_(metrics), options_(options) {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::add(const ServiceModel& model, void* service) {
    router_.add(model, service);
    for (const Operation* operation : model.operations) {
        const std::string labels = "service=\"" + std::string(model.id) + "\",operation=\"" +
                                   std::string(operation->name) + "\"";
        const OperationMetrics metrics{
            metrics_.counter("datastack_requests_total", labels, "Requests answered."),
            metrics_.histogram("datastack_request_seconds", labels,
                               "From the whole request to its answer.")};
        operation_metrics_.emplace(operation, metrics);
    }
}

const Dispatcher::OperationMetrics* Dispatcher::metrics_of(const Operation* operation) const {
    const auto found = operation_metrics_.find(operation);
    return found != operation_metrics_.end() ? &found->second : nullptr;
}

// Query requests by POST name their operation in the body.
bool Dispatcher::resolve_action(const std::shared_ptr<Exchange>& exchange, std::string_view body) {
    Route& route = exchange->route;
    const auto action = find_form_action(body);
    const Operation* operation =
        action.has_value() ? find_operation(*route.model, *action) : nullptr;
    if (operation == nullptr) {
        exchange->fail(action.has_value() ? not_implemented(route.model->id, *action)
                                          : no_operation(route.model->id, route.protocol));
        return false;
    }
    set_operation(route, *operation);
    return true;
}

bool Dispatcher::decode(const std::shared_ptr<Exchange>& exchange, std::string_view body) {
    const Route& route = exchange->route;
    const Operation& operation = *route.operation;
    wire::MissingMembers missing;
    exchange->input = operation.make_input();
    bool decoded = false;
    const bool json = route.protocol == Protocol::json_1_0 || route.protocol == Protocol::json_1_1;
    if (json && operation.options.decode_json != nullptr) {
        decoded = operation.options.decode_json(body, exchange->input.get()).has_value();
        if (!decoded) exchange->input = operation.make_input();
    }
    if (!decoded) {
        auto reply = codec_of(route.protocol)
                         .decode(exchange->message(), body, exchange->input.get(), missing);
        if (!reply.has_value()) {
            exchange->fail(std::move(reply.error()));
            return false;
        }
    }
    auto wrong = validator_.check(operation.input(), exchange->input.get(), missing);
    if (wrong.has_value()) {
        exchange->fail(Fault(std::string(route.model->validation_code), std::move(*wrong)));
        return false;
    }
    return true;
}

void Dispatcher::run(Route route, Request request, std::string_view body, Answer answer) {
    auto exchange =
        std::make_shared<Exchange>(*this, std::move(route), std::move(request), std::move(answer));
    if (exchange->route.refusal.has_value()) {
        exchange->fail(*exchange->route.refusal);
        return;
    }
    const Route& known = exchange->route;
    const std::size_t sent_bytes = body.size();
    const bool compressed = is_compressed(*exchange->request.head, known.protocol);
    std::string plain;
    if (compressed) {
        auto expanded = expand(body, known);
        if (!expanded.has_value()) {
            exchange->fail(std::move(expanded.error()));
            return;
        }
        plain = std::move(expanded.value());
        body = plain;
    }
    if (known.operation == nullptr && !resolve_action(exchange, body)) return;
    const std::uint64_t bytes_max =
        compressed ? expanded_bytes_max(known.protocol, known.operation) : known.body_bytes_max;
    if (std::max(sent_bytes, body.size()) > bytes_max) {
        exchange->fail(body_too_large(known.protocol, bytes_max));
        return;
    }
    if (!decode(exchange, body)) return;
    const Operation& operation = *exchange->route.operation;
    CHECK(operation.run != nullptr);  // streamed operations go through open()
    operation.run(exchange->route.service, exchange->call, exchange->input.get(), exchange);
}

std::unique_ptr<wire::BodySink> Dispatcher::open(Route route, Request request, Answer answer) {
    auto exchange =
        std::make_shared<Exchange>(*this, std::move(route), std::move(request), std::move(answer));
    if (exchange->route.refusal.has_value()) {
        exchange->fail(*exchange->route.refusal);
        return nullptr;
    }
    if (!decode(exchange, {})) return nullptr;
    const Operation& operation = *exchange->route.operation;
    CHECK(operation.run_streamed != nullptr);
    exchange->begin_opening();
    auto sink = operation.run_streamed(exchange->route.service, exchange->call,
                                       exchange->input.get(), exchange);
    exchange->end_opening(sink.has_value() ? nullptr : &sink.error());
    return sink.has_value() ? std::move(sink.value()) : nullptr;
}

void Dispatcher::refuse(Route route, Request request, Fault fault, Answer answer) {
    auto exchange =
        std::make_shared<Exchange>(*this, std::move(route), std::move(request), std::move(answer));
    exchange->fail(std::move(fault));
}

}  // namespace aws
