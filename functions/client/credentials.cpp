#include "credentials.h"

#include <boost/json.hpp>
#include <chrono>

#include "profile.h"
#include "this_machine.h"
#include "wire/timestamp.h"

namespace client {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view container_host = "http://169.254.170.2";
constexpr std::string_view instance_host = "http://169.254.169.254";
constexpr std::string_view role_path = "/latest/meta-data/iam/security-credentials/";
constexpr std::size_t token_chars_max = 16 * 1024;
// How often a wait looks whether it is still wanted.
constexpr std::int64_t look_ms = 100;

// Metadata is near or not there at all.
HttpTimeouts metadata_timeouts(const std::atomic<bool>* stopped) {
    return {1'000, 5'000, stopped};
}

constexpr const char* nothing_found =
    "no AWS credentials. Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION (and "
    "AWS_ENDPOINT_URL for a Data Stack: `datastack env` prints all of them), or AWS_PROFILE for "
    "a profile with keys in ~/.aws/credentials, or run where a container or an instance has a role";

std::string text_of(const boost::json::object& from, const char* name) {
    const auto* value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

bool has_line_break(std::string_view text) {
    return text.find_first_of("\r\n") != std::string_view::npos;
}

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.pop_back();
    return text;
}

base::Result<std::string> fetch(HttpClient& http, const Endpoint& endpoint, std::string method,
                                std::string_view path, const wire::Headers& headers) {
    HttpRequest request;
    request.method = std::move(method);
    request.target = endpoint.path + std::string(path);
    if (request.target.empty()) request.target = "/";
    request.headers.add("Host", endpoint.host_header);
    for (const wire::Header& header : headers.fields())
        request.headers.add(header.name, header.value);
    TRY(answer, http.request(request));
    if (answer.status != 200) {
        return Error{
            ErrorKind::unavailable,
            "the credentials endpoint answered with HTTP status " + std::to_string(answer.status),
            endpoint.host_header};
    }
    return std::move(answer.body);
}

bool may_be_plain(const Target& target) {
    return target.tls || is_this_machine(target.host) || target.host == "169.254.170.2" ||
           target.host == "169.254.170.23" || target.host == "fd00:ec2::23";
}

}  // namespace

base::Result<TimedCredentials> read_credentials(std::string_view text) {
    boost::system::error_code problem;
    const auto json = boost::json::parse(text, problem);
    if (problem || !json.is_object()) {
        return Error{ErrorKind::invalid, "the credentials endpoint answered no JSON object", ""};
    }
    const boost::json::object& object = json.get_object();
    TimedCredentials found;
    found.keys = {text_of(object, "AccessKeyId"), text_of(object, "SecretAccessKey"),
                  text_of(object, "Token")};
    if (found.keys.access_key_id.empty() || found.keys.secret_access_key.empty()) {
        // IMDS answers 200 with {"Code": "AssumeRoleUnauthorizedAccess", …}.
        return Error{ErrorKind::invalid, "the credentials endpoint gave no keys",
                     text_of(object, "Code")};
    }
    const std::string end = text_of(object, "Expiration");
    if (!end.empty()) {
        TRY(time, wire::parse_iso8601(end));
        found.ends = time;
    }
    return found;
}

bool FetchedCredentials::holds(std::int64_t margin) const {
    return held_ && (!held_->ends || clock_.now().ms < held_->ends->ms - margin);
}

std::optional<base::Result<wire::sigv4::Credentials>> FetchedCredentials::known() const {
    using Known = base::Result<wire::sigv4::Credentials>;
    if (holds(margin_ms)) return Known(held_->keys);
    const std::int64_t now_ns = clock_.monotonic_ns();
    if (holds(0) && (fetching_ || now_ns < not_before_ns_)) return Known(held_->keys);
    if (failure_ && now_ns < failed_until_ns_) return Known(*failure_);
    return std::nullopt;
}

void FetchedCredentials::keep(base::Result<TimedCredentials> fetched) {
    const std::int64_t now_ns = clock_.monotonic_ns();
    failure_.reset();
    if (fetched) {
        held_ = std::move(fetched).value();
    } else if (!holds(0)) {
        failure_ = fetched.error();
        failed_until_ns_ = now_ns + failure_ms * 1'000'000;
        return;
    }
    not_before_ns_ = now_ns + pause_ms * 1'000'000;
}

base::Result<wire::sigv4::Credentials> FetchedCredentials::get(const std::atomic<bool>* stopped) {
    const auto is_stopped = [stopped] { return stopped != nullptr && *stopped; };
    const Error stops{ErrorKind::unavailable, "stopped", ""};
    base::MutexLock lock(mutex_);
    for (;;) {
        if (auto found = known()) return std::move(*found);
        if (is_stopped()) return stops;
        if (!fetching_) break;
        fetched_.wait_for(lock, std::chrono::milliseconds(look_ms));
    }
    fetching_ = true;
    lock.unlock();
    auto fetched = fetch_(stopped);
    lock.lock();
    fetching_ = false;
    fetched_.notify_all();
    // That this caller was stopped says nothing to the others: one of them fetches.
    if (!fetched && is_stopped()) return stops;
    keep(std::move(fetched));
    if (failure_) return *failure_;
    return held_->keys;
}

bool FetchedCredentials::renew() {
    base::MutexLock lock(mutex_);
    // Those who failed at the same time renew once.
    if (held_ && clock_.monotonic_ns() < not_before_ns_) return true;
    held_.reset();
    return true;
}

base::Result<std::optional<ContainerEndpoint>> find_container(const Variables& variables) {
    const auto relative = variables("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const auto full = variables("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    ContainerEndpoint endpoint;
    if (relative && !relative->empty()) {
        if (relative->front() != '/' || has_line_break(*relative)) {
            return Error{ErrorKind::invalid,
                         "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a slash",
                         *relative};
        }
        endpoint.url = std::string(container_host) + *relative;
    } else if (full && !full->empty()) {
        endpoint.url = *full;
        auto parsed = parse_endpoint(*full);
        if (!parsed || has_line_break(*full)) {
            return Error{ErrorKind::invalid, "AWS_CONTAINER_CREDENTIALS_FULL_URI is no URL", *full};
        }
        if (!may_be_plain(parsed.value().target)) {
            return Error{ErrorKind::invalid,
                         "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or on this machine",
                         *full};
        }
    } else {
        return std::optional<ContainerEndpoint>();
    }
    endpoint.token = variables("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
    endpoint.token_file = variables("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").value_or("");
    return std::optional<ContainerEndpoint>(std::move(endpoint));
}

base::Result<TimedCredentials> fetch_from_container(const ContainerEndpoint& container,
                                                    const ReadFile& read_file,
                                                    const HttpTimeouts& timeouts) {
    TRY(endpoint, parse_endpoint(container.url));
    // parse_endpoint drops a slash at the end, and the path may well end in one.
    if (container.url.ends_with('/') && !endpoint.path.empty()) endpoint.path += '/';
    std::string token = container.token;
    if (!container.token_file.empty()) {
        auto text = read_file(container.token_file);
        if (!text) {
            return Error{ErrorKind::unavailable, "cannot read the authorization token",
                         container.token_file};
        }
        token = trimmed(std::move(*text));
    }
    if (has_line_break(token) || token.size() > token_chars_max) {
        return Error{ErrorKind::invalid, "the authorization token is not one line", ""};
    }
    wire::Headers headers;
    headers.add("Accept", "application/json");
    if (!token.empty()) headers.add("Authorization", token);
    HttpClient http(endpoint.target, timeouts);
    TRY(body, fetch(http, endpoint, "GET", "", headers));
    return read_credentials(body);
}

base::Result<TimedCredentials> fetch_from_instance(const std::string& url,
                                                   const HttpTimeouts& timeouts) {
    TRY(endpoint, parse_endpoint(url));
    HttpClient http(endpoint.target, timeouts);
    wire::Headers ttl;
    ttl.add("X-aws-ec2-metadata-token-ttl-seconds", "21600");
    TRY(token, fetch(http, endpoint, "PUT", "/latest/api/token", ttl));
    if (has_line_break(token) || token.size() > token_chars_max) {
        return Error{ErrorKind::invalid, "the metadata token is not one line", ""};
    }
    wire::Headers headers;
    headers.add("X-aws-ec2-metadata-token", token);
    TRY(list, fetch(http, endpoint, "GET", role_path, headers));
    const std::string role = list.substr(0, list.find_first_of("\r\n"));
    if (role.empty() || role.find(' ') != std::string::npos) {
        return Error{ErrorKind::unavailable, "the instance has no role", ""};
    }
    TRY(body, fetch(http, endpoint, "GET", std::string(role_path) + role, headers));
    return read_credentials(body);
}

// ---- the search ----

namespace {

std::string value_of(const Variables& variables, const std::string& name) {
    return variables(name).value_or("");
}

struct Profiles {
    std::string name;
    bool named = false;  // by AWS_PROFILE
    bool exists = false;
    // Id, secret and token of the first file that has an id: halves of two files are no pair.
    wire::sigv4::Credentials keys;
    std::string region;        // like the endpoint of the first file that says it
    std::string endpoint_url;  // "" is nowhere said
};

std::string setting(const Profile& profile, const std::string& name) {
    const auto found = profile.find(name);
    return found != profile.end() ? found->second : "";
}

void add_profile(Profiles& profiles, const Profile& found) {
    profiles.exists = profiles.exists || !found.empty();
    if (profiles.keys.access_key_id.empty()) {
        profiles.keys = {setting(found, "aws_access_key_id"),
                         setting(found, "aws_secret_access_key"),
                         setting(found, "aws_session_token")};
    }
    if (profiles.region.empty()) profiles.region = setting(found, "region");
    if (profiles.endpoint_url.empty()) profiles.endpoint_url = setting(found, "endpoint_url");
}

Profiles read_profiles(const AwsSearch& search) {
    Profiles profiles;
    const std::string chosen = value_of(search.variables, "AWS_PROFILE");
    profiles.named = !chosen.empty();
    profiles.name = profiles.named ? chosen : "default";
    const std::string home = value_of(search.variables, "HOME");
    const auto read = [&](const char* variable, const char* path, ProfileFile kind) {
        std::string file = value_of(search.variables, variable);
        if (file.empty() && home.empty()) return;
        if (file.empty()) file = home + path;
        const auto text = search.read_file(file);
        if (text) add_profile(profiles, read_profile(*text, kind, profiles.name));
    };
    read("AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials", ProfileFile::credentials);
    read("AWS_CONFIG_FILE", "/.aws/config", ProfileFile::config);
    return profiles;
}

// Keys of the environment or a profile; null when there are none.
base::Result<std::shared_ptr<CredentialSource>> find_static(const AwsSearch& search,
                                                            const Profiles& profiles,
                                                            std::string& source) {
    wire::sigv4::Credentials keys{value_of(search.variables, "AWS_ACCESS_KEY_ID"),
                                  value_of(search.variables, "AWS_SECRET_ACCESS_KEY"),
                                  value_of(search.variables, "AWS_SESSION_TOKEN")};
    source = "the environment";
    if (keys.access_key_id.empty() != keys.secret_access_key.empty()) {
        return Error{
            ErrorKind::invalid,
            std::string("the environment has no ") +
                (keys.access_key_id.empty() ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"),
            ""};
    }
    if (keys.access_key_id.empty()) {
        source = "the profile " + profiles.name;
        keys = profiles.keys;
        const bool whole = !keys.access_key_id.empty() && !keys.secret_access_key.empty();
        if (!whole && profiles.named) {
            return Error{ErrorKind::invalid,
                         !profiles.exists
                             ? "there is no profile '" + profiles.name + "' in the shared files"
                             : "the profile '" + profiles.name +
                                   "' has no keys of its own. Export them: aws configure "
                                   "export-credentials --profile " +
                                   profiles.name + " --format env",
                         ""};
        }
        if (!whole) return std::shared_ptr<CredentialSource>();
    }
    return std::shared_ptr<CredentialSource>(std::make_shared<StaticCredentials>(std::move(keys)));
}

base::Result<std::shared_ptr<CredentialSource>> find_fetched(const AwsSearch& search,
                                                             std::string& source) {
    TRY(container, find_container(search.variables));
    const auto fetched = [&](FetchedCredentials::Fetch fetch) {
        return std::shared_ptr<CredentialSource>(
            std::make_shared<FetchedCredentials>(std::move(fetch), search.clock));
    };
    if (container) {
        source = "the container's role";
        return fetched([endpoint = std::move(*container),
                        read = search.read_file](const std::atomic<bool>* stopped) {
            return fetch_from_container(endpoint, read, metadata_timeouts(stopped));
        });
    }
    if (value_of(search.variables, "AWS_EC2_METADATA_DISABLED") == "true") {
        return Error{ErrorKind::invalid, nothing_found, ""};
    }
    std::string endpoint = value_of(search.variables, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    if (endpoint.empty()) endpoint = instance_host;
    source = "the instance's role";
    auto instance = fetched([endpoint](const std::atomic<bool>* stopped) {
        return fetch_from_instance(endpoint, metadata_timeouts(stopped));
    });
    if (search.trust_instance) return instance;
    auto keys = instance->get(nullptr);
    if (!keys) return Error{ErrorKind::invalid, nothing_found, ""};
    return instance;
}

}  // namespace

base::Result<AwsEnvironment> find_aws_environment(const AwsSearch& search) {
    const Profiles profiles = read_profiles(search);
    AwsEnvironment found;
    TRY(fixed, find_static(search, profiles, found.source));
    found.credentials = std::move(fixed);
    if (found.credentials == nullptr) {
        TRY(fetched, find_fetched(search, found.source));
        found.credentials = std::move(fetched);
    }
    for (const std::string& region :
         {value_of(search.variables, "AWS_REGION"),
          value_of(search.variables, "AWS_DEFAULT_REGION"), profiles.region}) {
        if (found.settings.region.empty()) found.settings.region = region;
    }
    found.settings.read_endpoints(search.variables, search.services);
    const std::string& url = profiles.endpoint_url;
    if (!url.empty() && !found.settings.endpoints.contains("")) found.settings.endpoints[""] = url;
    if (found.settings.region.empty() && found.settings.endpoints.contains("")) {
        found.settings.region = search.endpoint_region;
    }
    if (found.settings.region.empty()) {
        return Error{ErrorKind::invalid,
                     "no AWS region. Set AWS_REGION, or region in the profile " + profiles.name,
                     ""};
    }
    for (const auto& [service, endpoint] : found.settings.endpoints) {
        TRY_VOID(parse_endpoint(endpoint));
    }
    return found;
}

}  // namespace client
