#include "server/pipeline.h"

#include "aws/common_faults.h"
#include "base/ids.h"
#include "server/authentication_faults.h"
#include "server/body_sinks.h"
#include "server/browser.h"

namespace server {

namespace {

// What the aws-chunked coding may add to a body of `bytes`: S3's chunks have at least 8 KiB and
// about 90 bytes of line each, and there is a trailer. The decoded length is held to the
// operation's maximum later.
std::uint64_t chunked_overhead(std::uint64_t bytes) {
    return bytes / 64 + wire::aws_chunked::trailer_bytes_max +
           wire::aws_chunked::chunk_line_bytes_max;
}

}  // namespace

// What is known of a request beside its head and body.
struct Pipeline::State final : ExchangeState {
    std::string request_id;
    aws::Route route;
    // The route goes on to the dispatcher; these stay for what is refused later.
    const aws::ServiceModel* model = nullptr;
    const aws::Operation* operation = nullptr;
    aws::Protocol protocol = aws::Protocol::json_1_1;
    std::string path;  // of our own pages, "" otherwise
    bool for_guest = false;
    std::optional<aws::Fault> body_fault;
};

Pipeline::Pipeline(PipelineOptions options, aws::Dispatcher& dispatcher,
                   const aws::CredentialStore& credentials, const base::Clock& clock,
                   base::Random& random, base::Log& log, base::Metrics& metrics)
    : options_(std::move(options)),
      dispatcher_(dispatcher),
      authenticator_(options_.authentication, credentials, clock),
      random_(random),
      log_(log),
      metrics_(metrics),
      refused_signatures_(metrics.counter("datastack_refused_signatures_total", "",
                                          "Requests whose signature was missing or wrong.")) {}

// ---- the list ----

BodyPlan Pipeline::plan(Exchange& exchange) {
    State& state = name_request(exchange);
    if (options_.guest != nullptr && options_.is_for_guest(exchange.head())) {
        state.for_guest = true;
        return options_.guest->plan(exchange);
    }
    if (auto own = answer_own_pages(exchange)) return std::move(*own);
    find_service(exchange);
    return admit(exchange);
}

void Pipeline::run(std::shared_ptr<Exchange> exchange) {
    if (state_of(*exchange).for_guest) return options_.guest->run(std::move(exchange));
    if (!state_of(*exchange).path.empty()) {
        exchange->respond(own_page(state_of(*exchange).path));
        return;
    }
    auto who = verify(*exchange, exchange->body());
    if (!who) return refuse_with(exchange, std::move(who.error()));
    if (auto fault = admit_operation(state_of(*exchange))) {
        return refuse_with(exchange, std::move(*fault));
    }
    hand_over(exchange, std::move(who.value()));
}

std::unique_ptr<wire::BodySink> Pipeline::open(std::shared_ptr<Exchange> exchange) {
    if (state_of(*exchange).for_guest) return options_.guest->open(std::move(exchange));
    auto who = verify(*exchange, std::nullopt);
    if (who) {
        if (auto fault = admit_operation(state_of(*exchange))) who = std::move(*fault);
    }
    if (!who) {
        refuse_with(exchange, std::move(who.error()));
        return nullptr;
    }
    return open_sink(exchange, std::move(who.value()));
}

// ---- the steps ----

Pipeline::State& Pipeline::state_of(Exchange& exchange) {
    return static_cast<State&>(*exchange.state);
}

Pipeline::State& Pipeline::name_request(Exchange& exchange) {
    auto state = std::make_unique<State>();
    state->request_id = base::make_uuid(random_);
    State& reference = *state;
    exchange.state = std::move(state);
    return reference;
}

// /health and /metrics, for this machine only. A signed request to such a path is S3's: a bucket
// may be called so.
std::optional<BodyPlan> Pipeline::answer_own_pages(Exchange& exchange) const {
    const wire::RequestHead& head = exchange.head();
    if (head.path != "/health" && head.path != "/metrics") return std::nullopt;
    if (head.headers.find("authorization") != nullptr || !head.query.empty()) return std::nullopt;
    BodyPlan plan;
    if (!exchange.peer().loopback ||
        !is_known_host(head.headers.get("host"), options_.host_names)) {
        plan.kind = BodyPlan::Kind::refuse;
        plan.refusal.status = 403;
        plan.refusal.body = "Only for clients on this machine.\n";
    } else if (head.method != "GET" && head.method != "HEAD") {
        plan.kind = BodyPlan::Kind::refuse;
        plan.refusal.status = 405;
        plan.refusal.headers.add("Allow", "GET, HEAD");
    } else {
        state_of(exchange).path = head.path;
    }
    return plan;
}

wire::Response Pipeline::own_page(const std::string& path) const {
    wire::Response response;
    response.headers.add("Cache-Control", "no-store");
    if (path == "/health") {
        response.headers.add("Content-Type", "application/json");
        response.body = options_.health();
    } else {
        response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        response.body = metrics_.render();
    }
    return response;
}

void Pipeline::find_service(Exchange& exchange) {
    State& state = state_of(exchange);
    state.route = dispatcher_.route(exchange.head());
    state.model = state.route.model;
    state.operation = state.route.operation;
    state.protocol = state.route.protocol;
    if (is_s3(state.protocol)) state.request_id = base::make_upper_id(random_, 16);
}

BodyPlan Pipeline::admit(Exchange& exchange) {
    const State& state = state_of(exchange);
    BodyPlan plan;
    const std::string unknown =
        check_browser(exchange.head(), options_.host_names, !authenticator_.options().verify);
    if (!unknown.empty()) {
        plan.kind = BodyPlan::Kind::refuse;
        plan.refusal = encode(&exchange, browser_refused(unknown));
        return plan;
    }
    const bool refused = state.route.refusal.has_value();
    plan.kind = state.route.streamed && !refused ? BodyPlan::Kind::stream : BodyPlan::Kind::buffer;
    plan.body_bytes_max = refused ? refused_body_bytes_max : state.route.body_bytes_max;
    if (exchange.head().headers.find("x-amz-decoded-content-length") != nullptr) {
        plan.body_bytes_max += chunked_overhead(plan.body_bytes_max);
    }
    return plan;
}

aws::Reply<Authenticated> Pipeline::verify(Exchange& exchange,
                                           std::optional<std::string_view> body) const {
    State& state = state_of(exchange);
    auto who = authenticator_.authenticate(exchange.head(), state.route, body);
    if (!who) refused_signatures_.add();
    if (!who || !body) return who;
    auto whole = verify_whole_body(exchange.mutable_head(), exchange.body(), who.value().payload,
                                   state.protocol);
    if (!whole) return std::move(whole.error());
    return who;
}

std::optional<aws::Fault> Pipeline::admit_operation(const State& state) const {
    if (!options_.admit || state.route.refusal) return std::nullopt;
    return options_.admit(state.route);
}

void Pipeline::hand_over(const std::shared_ptr<Exchange>& exchange, Authenticated who) {
    State& state = state_of(*exchange);
    aws::Request request = make_request(*exchange, who);
    dispatcher_.run(std::move(state.route), std::move(request), exchange->body(),
                    answer_to(exchange));
    // Decoded: whoever answers later does not need the bytes.
    exchange->drop_body();
}

std::unique_ptr<wire::BodySink> Pipeline::open_sink(const std::shared_ptr<Exchange>& exchange,
                                                    Authenticated who) {
    State& state = state_of(*exchange);
    auto decoded = chunked_options(exchange->head(), who.payload);
    if (!decoded) {
        refuse_with(exchange, std::move(decoded.error()));
        return nullptr;
    }
    if (decoded.value()) {
        const std::uint64_t length = decoded.value()->decoded_length;
        if (length > state.route.body_bytes_max) {
            refuse_with(exchange, aws::body_too_large(state.protocol, state.route.body_bytes_max));
            return nullptr;
        }
        describe_decoded(exchange->mutable_head(), length);
    }
    aws::Request request = make_request(*exchange, who);
    auto inner = dispatcher_.open(std::move(state.route), std::move(request), answer_to(exchange));
    if (!inner) return nullptr;
    auto refuse_body = [this, weak = std::weak_ptr<Exchange>(exchange)](aws::Fault fault) {
        // The operation's responder holds the exchange as long as there is no answer.
        const auto held = weak.lock();
        if (!held) return;
        state_of(*held).body_fault = fault;
        held->respond(encode(held.get(), fault));
    };
    return verify_body(std::move(inner), who.payload, state.protocol, std::move(decoded.value()),
                       std::move(refuse_body));
}

// ---- what they share ----

aws::Request Pipeline::make_request(Exchange& exchange, Authenticated& who) const {
    State& state = state_of(exchange);
    aws::Request request;
    request.endpoint = "http://" + std::string(exchange.head().headers.get("host"));
    request.head = std::make_unique<const wire::RequestHead>(std::move(exchange.mutable_head()));
    request.caller = std::move(who.caller);
    request.region = std::move(who.region);
    request.request_id = state.request_id;
    request.received = exchange.received();
    return request;
}

aws::Answer Pipeline::answer_to(std::shared_ptr<Exchange> exchange) const {
    return [exchange = std::move(exchange)](wire::Response response) {
        exchange->respond(std::move(response));
    };
}

void Pipeline::refuse_with(const std::shared_ptr<Exchange>& exchange, aws::Fault fault) {
    State& state = state_of(*exchange);
    Authenticated nobody;
    aws::Request request = make_request(*exchange, nobody);
    dispatcher_.refuse(std::move(state.route), std::move(request), std::move(fault),
                       answer_to(exchange));
}

wire::Response Pipeline::encode(Exchange* exchange, const aws::Fault& fault) const {
    if (exchange == nullptr || exchange->state == nullptr) {
        wire::Response response;
        response.status = fault.http_status;
        response.headers.add("Content-Type", "text/plain");
        response.body = fault.message + '\n';
        return response;
    }
    const State& state = state_of(*exchange);
    aws::Message message;
    message.service = state.model;
    message.operation = state.operation;
    message.head = &exchange->head();
    message.path = &state.route.path;
    message.request_id = state.request_id;
    return aws::codec_of(state.protocol).encode_fault(message, fault);
}

wire::Response Pipeline::refuse(Exchange* exchange, RefusalReason reason, int status,
                                const base::Error& error) {
    const bool named = exchange != nullptr && exchange->state != nullptr;
    if (named && state_of(*exchange).for_guest) {
        return options_.guest->refuse(exchange, reason, status, error);
    }
    const aws::Protocol protocol = named ? state_of(*exchange).protocol : aws::Protocol::json_1_1;
    switch (reason) {
        case RefusalReason::bad_request:
            return encode(exchange, aws::Fault("BadRequest", error.message, status));
        case RefusalReason::body_too_large: {
            const std::uint64_t max = named ? state_of(*exchange).route.body_bytes_max : 0;
            return encode(exchange, aws::body_too_large(protocol, max));
        }
        case RefusalReason::busy: {
            aws::Fault fault = aws::busy(protocol);
            if (!named) fault.http_status = status;
            return encode(exchange, fault);
        }
        case RefusalReason::dropped:
            break;
        case RefusalReason::body_failed:
            if (named && state_of(*exchange).body_fault) {
                return encode(exchange, *state_of(*exchange).body_fault);
            }
            if (error.kind == base::ErrorKind::unavailable) {
                return encode(exchange, aws::busy(protocol));
            }
            break;
    }
    log_.error(
        "a request failed in the server",
        {{"request_id", named ? state_of(*exchange).request_id : ""}, {"error", error.describe()}});
    return encode(exchange, aws::internal_failure(protocol));
}

void Pipeline::observe(Exchange& exchange, wire::Response& response) {
    static_cast<void>(exchange);
    response.headers.add("Server", "datastack");
}

}  // namespace server
