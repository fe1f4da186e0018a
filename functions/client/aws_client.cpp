#include "aws_client.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "wire/sha256.h"

namespace client {

namespace {

using base::Error;
using base::ErrorKind;

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
        if (c == '-' || c == ' ') c = '_';
    }
    return out;
}

std::string text_between(const std::string& body, const std::string& open,
                         const std::string& close) {
    const auto begin = body.find(open);
    if (begin == std::string::npos) return "";
    const auto end = body.find(close, begin);
    if (end == std::string::npos) return "";
    return body.substr(begin + open.size(), end - begin - open.size());
}

// AWS_ENDPOINT_URL_<this>: the service's id, which is nearly always the signing name.
std::string variable_ending(const std::string& service) {
    return service == "monitoring" ? "CLOUDWATCH" : upper(service);
}

}  // namespace

std::string AwsSettings::endpoint_of(const std::string& service) const {
    for (const std::string& key : {upper(service), std::string()}) {
        const auto found = endpoints.find(key);
        if (found != endpoints.end()) return found->second;
    }
    const char* domain = region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return "https://" + service + "." + region + domain;
}

void AwsSettings::read_endpoints(const Variables& variables,
                                 const std::vector<std::string>& services) {
    const auto url = variables("AWS_ENDPOINT_URL");
    if (url && !url->empty()) endpoints[""] = *url;
    for (const std::string& service : services) {
        const auto own = variables("AWS_ENDPOINT_URL_" + variable_ending(service));
        if (own && !own->empty()) endpoints[upper(service)] = *own;
    }
}

base::Result<AwsSettings> AwsSettings::from(const Variables& variables,
                                            const std::vector<std::string>& services) {
    AwsSettings settings;
    const auto need = [&](const std::string& name) -> base::Result<std::string> {
        auto value = variables(name);
        if (!value || value->empty()) {
            return Error{ErrorKind::invalid, "the environment has no " + name, ""};
        }
        return std::move(*value);
    };
    TRY(access_key_id, need("AWS_ACCESS_KEY_ID"));
    TRY(secret, need("AWS_SECRET_ACCESS_KEY"));
    settings.credentials = {access_key_id, secret, variables("AWS_SESSION_TOKEN").value_or("")};
    auto region = variables("AWS_REGION");
    if (!region || region->empty()) region = variables("AWS_DEFAULT_REGION");
    if (!region || region->empty()) {
        return Error{ErrorKind::invalid, "the environment has no AWS_REGION", ""};
    }
    settings.region = *region;
    settings.read_endpoints(variables, services);
    return settings;
}

base::Result<Endpoint> parse_endpoint(std::string_view url) {
    const Error bad{ErrorKind::invalid, "not an endpoint like http://host:port", std::string(url)};
    Endpoint endpoint;
    std::string_view rest = url;
    if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
    } else if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
        endpoint.target.tls = true;
    } else {
        return bad;
    }
    endpoint.target.port = endpoint.target.tls ? 443 : 80;
    const auto slash = rest.find('/');
    std::string_view authority = rest.substr(0, slash);
    if (slash != std::string_view::npos) endpoint.path = rest.substr(slash);
    while (!endpoint.path.empty() && endpoint.path.back() == '/')
        endpoint.path.pop_back();
    endpoint.host_header = authority;
    const auto colon = authority.rfind(':');
    const auto bracket = authority.rfind(']');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        const std::string_view port = authority.substr(colon + 1);
        const auto parsed =
            std::from_chars(port.data(), port.data() + port.size(), endpoint.target.port);
        if (parsed.ec != std::errc() || parsed.ptr != port.data() + port.size()) return bad;
        authority = authority.substr(0, colon);
    }
    if (authority.size() > 2 && authority.front() == '[' && authority.back() == ']') {
        authority = authority.substr(1, authority.size() - 2);
    }
    if (authority.empty()) return bad;
    endpoint.target.host = authority;
    return endpoint;
}

ServiceError read_service_error(const HttpAnswer& answer) {
    ServiceError error;
    error.status = answer.status;
    boost::system::error_code problem;
    const auto json = boost::json::parse(answer.body, problem);
    if (!problem && json.is_object()) {
        const auto text = [&](const char* name) -> std::string {
            const auto* value = json.as_object().if_contains(name);
            return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
        };
        error.code = text("__type");
        if (error.code.empty()) error.code = answer.headers.get("x-amzn-errortype");
        error.message = text("message");
        if (error.message.empty()) error.message = text("Message");
        const auto hash = error.code.find('#');
        if (hash != std::string::npos) error.code.erase(0, hash + 1);
        error.code = error.code.substr(0, error.code.find(':'));
    } else {
        error.code = text_between(answer.body, "<Code>", "</Code>");
        error.message = text_between(answer.body, "<Message>", "</Message>");
    }
    if (error.message.empty()) error.message = "HTTP status " + std::to_string(answer.status);
    return error;
}

bool is_retryable(const ServiceError& error) {
    if (error.status == 429 || (error.status >= 500 && error.status != 501)) return true;
    for (const std::string_view code :
         {"ThrottlingException", "Throttling", "ProvisionedThroughputExceededException",
          "TooManyRequestsException", "RequestLimitExceeded", "SlowDown", "LimitExceededException",
          "ServiceUnavailable", "RequestTimeout"}) {
        if (error.code == code) return true;
    }
    return false;
}

AwsClient::AwsClient(std::string service, const AwsSettings& settings, const base::Clock& clock,
                     base::Random& random, std::function<void(std::int64_t)> wait_ms, Retry retry,
                     HttpTimeouts timeouts)
    : service_(std::move(service)),
      credentials_(settings.credentials),
      region_(settings.region),
      clock_(clock),
      random_(random),
      wait_ms_(std::move(wait_ms)),
      retry_(retry),
      stopped_(timeouts.stopped) {
    auto endpoint = parse_endpoint(settings.endpoint_of(service_));
    if (!endpoint) {
        endpoint_ = endpoint.error();
        return;
    }
    host_header_ = endpoint.value().host_header;
    base_path_ = endpoint.value().path;
    http_ = std::make_unique<HttpClient>(endpoint.value().target, timeouts, settings.tls);
}

HttpRequest AwsClient::sign(const std::string& method, const std::string& path,
                            const std::string& query, std::string_view body,
                            const wire::Headers& headers) {
    wire::sigv4::OutgoingRequest outgoing;
    outgoing.method = method;
    outgoing.path = base_path_ + path;
    outgoing.query = query;
    outgoing.headers.add("Host", host_header_);
    for (const wire::Header& header : headers.fields()) {
        outgoing.headers.add(header.name, header.value);
    }
    wire::sigv4::sign(outgoing, credentials_, {region_, service_, clock_.now()},
                      wire::sha256_hex(body), &keys_);
    HttpRequest request;
    request.method = method;
    request.target = outgoing.path + (outgoing.query.empty() ? "" : "?" + outgoing.query);
    request.headers = std::move(outgoing.headers);
    request.body = body;
    request.answer_bytes_max = answer_bytes_max_;
    return request;
}

std::int64_t AwsClient::backoff_ms(int attempt) {
    const std::int64_t most =
        std::min(retry_.delay_ms_max, retry_.base_ms << std::min(attempt, 20));
    return static_cast<std::int64_t>(random_.next_u64() % static_cast<std::uint64_t>(most + 1));
}

base::Result<HttpAnswer> AwsClient::call(const std::string& method, const std::string& path,
                                         const std::string& query, std::string_view body,
                                         const wire::Headers& headers, bool idempotent) {
    TRY_VOID(endpoint_);
    Error last{ErrorKind::unavailable, "no attempt was made", ""};
    const std::int64_t started_ns = clock_.monotonic_ns();
    const auto is_over = [&] {
        if (stopped_ != nullptr && *stopped_) return true;
        const std::int64_t elapsed_ms = (clock_.monotonic_ns() - started_ns) / 1'000'000;
        return retry_.total_ms_max > 0 && elapsed_ms >= retry_.total_ms_max;
    };
    for (int attempt = 0; attempt < retry_.attempts_max; ++attempt) {
        if (attempt > 0) {
            if (is_over()) return last;
            wait_ms_(backoff_ms(attempt));
            if (is_over()) return last;
        }
        auto answer = http_->request(sign(method, path, query, body, headers));
        last_error_ = {};
        if (!answer) {
            last = answer.error();
            if (last.kind != ErrorKind::unavailable) return last;
            const bool refused = last.message.starts_with("connect");
            if (!idempotent && !refused) return last;
            continue;
        }
        const int status = answer.value().status;
        if (status >= 200 && status < 300) return answer;
        last_error_ = read_service_error(answer.value());
        last = {ErrorKind::invalid, last_error_.message, last_error_.code};
        if (!is_retryable(last_error_)) return last;
        last.kind = ErrorKind::unavailable;
    }
    return last;
}

base::Result<std::string> AwsClient::call_json(std::string_view target, std::string_view body,
                                               std::string_view version) {
    wire::Headers headers;
    headers.add("Content-Type", "application/x-amz-json-" + std::string(version));
    headers.add("X-Amz-Target", std::string(target));
    TRY(answer, call("POST", "/", "", body, headers));
    return std::move(answer.body);
}

}  // namespace client
