#include "mcp/key_source.h"

#include <charconv>

#include "functions/client/http_client.h"
#include "functions/client/this_machine.h"
#include "mcp/jwt.h"

namespace mcp {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::int64_t connect_ms = 3'000;
constexpr std::int64_t receive_ms = 5'000;

struct Place {
    client::Target target;
    std::string host;  // with the port, as in the URL
    std::string path;  // and query
};

bool is_url(const std::string& place) {
    return place.find("://") != std::string::npos;
}

base::Result<Place> parse_url(const std::string& url) {
    const Error bad{ErrorKind::invalid, "not a URL of a key set", url};
    Place place;
    place.target.tls = url.starts_with("https://");
    if (!place.target.tls && !url.starts_with("http://")) return bad;
    place.target.port = place.target.tls ? 443 : 80;
    const auto begin = url.find("://") + 3;
    const auto slash = url.find_first_of("/?#", begin);
    place.host = url.substr(begin, slash == url.npos ? url.npos : slash - begin);
    place.path = slash == url.npos ? "/" : url.substr(slash);
    for (const char c : url) {
        if (c <= ' ' || c == 127) return bad;
    }
    if (!place.path.starts_with('/') || place.path.find('#') != url.npos ||
        place.host.find('@') != url.npos) {
        return bad;
    }
    const bool bracketed = place.host.starts_with('[');
    const auto bracket = bracketed ? place.host.find(']') : 0;
    if (bracket == url.npos) return bad;
    const auto colon = place.host.find(':', bracket);
    place.target.host = bracketed ? place.host.substr(1, bracket - 1) : place.host.substr(0, colon);
    if (place.target.host.empty()) return bad;
    if (colon != url.npos) {
        const char* end = place.host.data() + place.host.size();
        const auto parsed = std::from_chars(place.host.data() + colon + 1, end, place.target.port);
        if (parsed.ec != std::errc() || parsed.ptr != end || place.target.port == 0) return bad;
    }
    if (!place.target.tls && !client::is_this_machine(place.target.host)) {
        return Error{ErrorKind::invalid,
                     "a key set over plain HTTP could come from anybody: use https, or a file",
                     url};
    }
    return place;
}

base::Result<std::string> fetch(const Place& place, const std::atomic<bool>& stopped) {
    client::HttpClient http(place.target, {connect_ms, receive_ms, &stopped});
    client::HttpRequest request;
    request.target = place.path;
    request.headers.add("Host", place.host);
    request.headers.add("Accept", "application/jwk-set+json, application/json");
    request.headers.add("User-Agent", "datastack-mcp");
    request.headers.add("Connection", "close");
    request.answer_bytes_max = key_set_bytes_max;
    TRY(answer, http.request(request));
    if (answer.status != 200) {
        return Error{ErrorKind::unavailable,
                     "the key set's server answered " + std::to_string(answer.status), place.host};
    }
    return std::move(answer.body);
}

}  // namespace

base::Result<void> check_key_place(const std::string& place) {
    if (!is_url(place)) return base::ok();
    TRY_VOID(parse_url(place));
    return base::ok();
}

base::Result<KeySource> make_key_source(const std::string& place, base::FileSystem& files) {
    if (!is_url(place)) {
        return KeySource([place, &files](const std::atomic<bool>&) {
            return base::read_file(files, place, key_set_bytes_max);
        });
    }
    TRY(parsed, parse_url(place));
    return KeySource([parsed = std::move(parsed)](const std::atomic<bool>& stopped) {
        return fetch(parsed, stopped);
    });
}

}  // namespace mcp
