#include "runtime.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>

#include "aws_client.h"
#include "http_client.h"
#include "wire/json.h"

namespace runtime {
namespace {

constexpr const char* variable = "AWS_LAMBDA_RUNTIME_API";
constexpr int refused_max = 3;  // answers in a row that are not work

class Api {
  public:
    static base::Result<Api> from_environment() {
        const char* address = std::getenv(variable);
        if (address == nullptr) {
            return base::Error{base::ErrorKind::invalid, "the environment has no", variable};
        }
        TRY(endpoint, client::parse_endpoint("http://" + std::string(address)));
        return Api(std::move(endpoint));
    }

    base::Result<client::HttpAnswer> next() { return send("GET", "/invocation/next", ""); }
    base::Result<client::HttpAnswer> answer(const std::string& request_id, const char* what,
                                            const std::string& body) {
        return send("POST", "/invocation/" + request_id + what, body);
    }
    base::Result<client::HttpAnswer> init_error(const std::string& body) {
        return send("POST", "/init/error", body);
    }

  private:
    explicit Api(client::Endpoint endpoint)
        : host_(std::move(endpoint.host_header)),
          path_(endpoint.path + "/2018-06-01/runtime"),
          // The next invocation may take for ever to come.
          http_(std::move(endpoint.target), {.connect_ms = 5'000, .receive_ms = -1}) {}

    base::Result<client::HttpAnswer> send(const char* method, const std::string& path,
                                          const std::string& body) {
        client::HttpRequest request;
        request.method = method;
        request.target = path_ + path;
        request.headers.add("Host", host_);
        if (!body.empty()) request.headers.add("Content-Type", "application/json");
        request.body = body;
        return http_.request(request);
    }

    std::string host_;
    std::string path_;
    client::HttpClient http_;
};

std::string error_body(const std::string& type, const std::string& message) {
    std::string out = "{\"errorType\":";
    wire::append_json_string(out, type);
    out += ",\"errorMessage\":";
    wire::append_json_string(out, message);
    return out + "}";
}

Event read_event(client::HttpAnswer& answer) {
    Event event;
    event.request_id = answer.headers.get("Lambda-Runtime-Aws-Request-Id");
    event.function_arn = answer.headers.get("Lambda-Runtime-Invoked-Function-Arn");
    const auto deadline = answer.headers.get("Lambda-Runtime-Deadline-Ms");
    std::from_chars(deadline.data(), deadline.data() + deadline.size(), event.deadline_ms);
    event.body = std::move(answer.body);
    return event;
}

}  // namespace

void log(const std::string& line) {
    const std::string whole = line + "\n";
    std::string_view left = whole;
    while (!left.empty()) {
        const ssize_t wrote = ::write(STDOUT_FILENO, left.data(), left.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return;  // nobody reads our log
        left.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

int fail_init(const std::string& type, const std::string& message) {
    ::signal(SIGPIPE, SIG_IGN);
    log("cannot start: " + message);
    auto api = Api::from_environment();
    if (api.has_value()) {
        if (!api.value().init_error(error_body(type, message))) log("nobody heard of it");
    }
    return 1;
}

int run(const Handler& handler) {
    ::signal(SIGPIPE, SIG_IGN);  // a closed connection is an error, not the end of us
    auto api = Api::from_environment();
    if (!api) {
        log(api.error().describe());
        return 1;
    }
    for (int refused = 0; refused < refused_max;) {
        auto work = api.value().next();
        if (!work) {
            log("the runtime API is gone: " + work.error().describe());
            return 1;
        }
        if (work.value().status != 200) {
            ++refused;
            log("the runtime API refuses: " + work.value().body);
            continue;
        }
        refused = 0;
        const Event event = read_event(work.value());
        auto answer = handler(event);
        const auto told = answer.has_value()
                              ? api.value().answer(event.request_id, "/response", answer.value())
                              : api.value().answer(event.request_id, "/error",
                                                   error_body(base::to_string(answer.error().kind),
                                                              answer.error().message));
        if (!told) {
            log("cannot answer: " + told.error().describe());
            return 1;
        }
        if (told.value().status >= 300) log("the answer was refused: " + told.value().body);
    }
    return 1;
}

}  // namespace runtime
