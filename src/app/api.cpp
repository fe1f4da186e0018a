#include "app/api.h"

#include <unistd.h>

#include "app/data_directory.h"
#include "wire/uri.h"

namespace app {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::int64_t receive_timeout_ms = 15 * 60 * 1000;  // an invocation may take that long

void wait_ms(std::int64_t duration_ms) {
    ::usleep(static_cast<useconds_t>(duration_ms * 1000));
}

}  // namespace

std::string endpoint_url(const std::string& listen) {
    const auto colon = listen.rfind(':');
    std::string host = listen.substr(0, colon);
    if (host == "0.0.0.0" || host.empty() || host == "*") host = "127.0.0.1";
    if (host == "[::]") host = "[::1]";
    return "http://" + host + (colon == std::string::npos ? "" : listen.substr(colon));
}

base::Result<wire::sigv4::Credentials> find_credentials(const Settings& settings,
                                                        base::FileSystem& files) {
    if (!settings.access_key_id.empty()) {
        return wire::sigv4::Credentials{settings.access_key_id, settings.secret_access_key};
    }
    auto keys = read_root_keys(files, settings.data_dir);
    if (!keys) {
        if (keys.error().kind != ErrorKind::not_found) return keys.error();
        return Error{ErrorKind::not_found,
                     "no keys in " + settings.data_dir +
                         ": start the server first (datastack serve), or name its directory with "
                         "--data-dir",
                     ""};
    }
    return wire::sigv4::Credentials{keys.value().access_key_id, keys.value().secret_access_key};
}

base::Result<std::unique_ptr<Api>> Api::open(const Settings& settings, base::FileSystem& files,
                                             const base::Clock& clock, base::Random& random) {
    client::AwsSettings aws;
    TRY(credentials, find_credentials(settings, files));
    aws.credentials = std::move(credentials);
    aws.region = settings.region;
    const std::string endpoint = endpoint_url(settings.listen);
    aws.endpoints[""] = endpoint;
    return std::unique_ptr<Api>(new Api(std::move(aws), endpoint, clock, random));
}

Api::Api(client::AwsSettings settings, std::string endpoint, const base::Clock& clock,
         base::Random& random)
    : settings_(std::move(settings)),
      endpoint_(std::move(endpoint)),
      clock_(clock),
      random_(random) {}

client::AwsClient& Api::client_of(const ApiService& service) {
    auto& held = clients_[service.signing_name];
    if (held == nullptr) {
        client::HttpTimeouts timeouts;
        timeouts.receive_ms = receive_timeout_ms;
        held = std::make_unique<client::AwsClient>(service.signing_name, settings_, clock_, random_,
                                                   wait_ms, client::Retry{.attempts_max = 3},
                                                   timeouts);
    }
    return *held;
}

Error Api::explain(const Error& error, const client::AwsClient& client) {
    last_code_ = client.last_error().code;
    if (!last_code_.empty()) {
        return {ErrorKind::invalid, last_code_ + ": " + client.last_error().message, ""};
    }
    if (error.kind != ErrorKind::unavailable) return error;
    return {ErrorKind::unavailable,
            "no answer from " + endpoint_ + " (" + error.message +
                "): is the server running? Start it with: datastack serve",
            ""};
}

base::Result<boost::json::value> Api::call(const ApiService& service, const std::string& operation,
                                           const boost::json::value& input) {
    client::AwsClient& client = client_of(service);
    auto answer = client.call_json(std::string(service.target_prefix) + "." + operation,
                                   boost::json::serialize(input), service.version);
    if (!answer) return explain(answer.error(), client);
    if (answer.value().empty()) return boost::json::value(boost::json::object());
    boost::system::error_code problem;
    auto value = boost::json::parse(answer.value(), problem);
    if (problem) return Error{ErrorKind::invalid, "the answer is not JSON", operation};
    return value;
}

base::Result<client::HttpAnswer> Api::rest(const ApiService& service, const std::string& method,
                                           const std::string& path, std::string_view body,
                                           const wire::Headers& headers) {
    client::AwsClient& client = client_of(service);
    const auto question = path.find('?');
    auto answer =
        client.call(method, path.substr(0, question),
                    question == std::string::npos ? "" : path.substr(question + 1), body, headers);
    if (!answer) return explain(answer.error(), client);
    return answer;
}

base::Result<std::string> Api::query(
    const ApiService& service, const std::string& version, const std::string& action,
    const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::string form = "Action=" + action + "&Version=" + version;
    for (const auto& [name, value] : parameters)
        form += "&" + name + "=" + wire::percent_encode(value);
    wire::Headers headers;
    headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    TRY(answer, rest(service, "POST", "/", form, headers));
    const std::string element = action + "Result>";
    const auto begin = answer.body.find("<" + element);
    const auto end = answer.body.rfind("</" + element);
    if (begin == std::string::npos || end == std::string::npos) return std::string();
    return answer.body.substr(begin, end + 2 + element.size() - begin);
}

}  // namespace app
