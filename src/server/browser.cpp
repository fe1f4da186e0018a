#include "server/browser.h"

#include <algorithm>

namespace server {

namespace {

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

// "" when the text is not HOST or HOST:PORT.
std::string without_port(std::string_view host) {
    const std::size_t bracket = host.starts_with('[') ? host.find(']') : 0;
    if (bracket == std::string_view::npos) return {};
    const std::size_t colon = std::min(host.find(':', bracket), host.size());
    const std::string_view name = host.substr(0, colon);
    if (bracket > 0 && name.size() != bracket + 1) return {};
    return lower_case(name);
}

// Numbers cannot be rebound. Names that only look like numbers ("1.2.3.4.evil") are none.
bool is_ip_literal(std::string_view host) {
    if (host.empty()) return false;
    if (host.front() == '[') return host.back() == ']';
    return std::count(host.begin(), host.end(), '.') == 3 &&
           std::all_of(host.begin(), host.end(),
                       [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool is_at_or_below(std::string_view host, std::string_view name) {
    if (host == name) return true;
    return host.size() > name.size() && host.ends_with(name) &&
           host[host.size() - name.size() - 1] == '.';
}

std::string_view host_of_origin(std::string_view origin) {
    const std::size_t scheme = origin.find("://");
    if (scheme == std::string_view::npos) return {};  // "null"
    return origin.substr(scheme + 3);
}

}  // namespace

bool is_known_host(std::string_view host, const std::vector<std::string>& names) {
    const std::string name = without_port(host);
    if (is_ip_literal(name) || is_at_or_below(name, "localhost")) return true;
    return std::any_of(names.begin(), names.end(), [&name](const std::string& known) {
        return is_at_or_below(name, lower_case(known));
    });
}

bool is_from_browser(const wire::RequestHead& head) {
    return head.headers.find("origin") != nullptr || head.headers.find("sec-fetch-site") != nullptr;
}

std::string check_browser(const wire::RequestHead& head, const std::vector<std::string>& names,
                          bool trusting) {
    if (!is_from_browser(head)) return {};
    const std::string_view host = head.headers.get("host");
    if (!is_known_host(host, names)) return "the host name '" + std::string(host) + "'";
    const std::string* origin = head.headers.find("origin");
    if (trusting && origin != nullptr && !is_known_host(host_of_origin(*origin), names)) {
        return "the origin '" + *origin + "'";
    }
    return {};
}

}  // namespace server
