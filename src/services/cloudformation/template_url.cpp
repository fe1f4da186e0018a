#include "services/cloudformation/template_url.h"

#include "services/cloudformation/faults.h"
#include "stack_template/stack_template.h"
#include "wire/uri.h"

namespace cloudformation {

namespace {

// "http://h:1/p" -> "h:1" and "/p"
struct Url {
    std::string_view authority;
    std::string_view path;
};
std::optional<Url> split_url(std::string_view url) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!url.starts_with(scheme)) continue;
        url.remove_prefix(scheme.size());
        url = url.substr(0, url.find_first_of("?#"));
        const std::size_t slash = url.find('/');
        if (slash == std::string_view::npos) return Url{url, "/"};
        return Url{url.substr(0, slash), url.substr(slash)};
    }
    return std::nullopt;
}

std::string_view host_of(std::string_view authority) {
    if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
    return authority.substr(0, authority.find(':'));
}

// "s3.amazonaws.com", "s3.us-west-2.amazonaws.com", "s3-us-west-2.amazonaws.com", "s3.localhost"
bool is_s3_host(std::string_view host) {
    if (!host.starts_with("s3.") && !host.starts_with("s3-")) return false;
    return host.ends_with(".amazonaws.com") || host == "s3.localhost" ||
           host.ends_with(".localhost");
}

bool is_own_host(std::string_view host, std::string_view endpoint) {
    if (host == "localhost" || host.starts_with("127.") || host == "[::1]") return true;
    const auto own = split_url(endpoint);
    return (own && host_of(own->authority) == host) || is_s3_host(host);
}

std::optional<ObjectName> make_name(std::string_view bucket, std::string_view key) {
    auto decoded = wire::percent_decode(key);
    if (bucket.empty() || !decoded || decoded->empty()) return std::nullopt;
    return ObjectName{std::string(bucket), std::move(*decoded)};
}

std::optional<ObjectName> split_path(std::string_view path) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    return make_name(path.substr(0, slash), path.substr(slash + 1));
}

}  // namespace

std::optional<ObjectName> parse_template_url(std::string_view url, std::string_view endpoint) {
    if (url.starts_with("s3://")) return split_path(url.substr(5));
    const auto parts = split_url(url);
    if (!parts) return std::nullopt;
    const std::string_view host = host_of(parts->authority);
    const std::string_view path = parts->path.substr(1);
    if (is_own_host(host, endpoint)) return split_path(path);
    // Virtual host: what stands before a host of ours is the bucket, which may hold dots.
    for (std::size_t dot = host.find('.'); dot != std::string_view::npos;
         dot = host.find('.', dot + 1)) {
        const std::string_view rest = host.substr(dot + 1);
        if (is_s3_host(rest) || rest == "localhost") return make_name(host.substr(0, dot), path);
    }
    return std::nullopt;
}

aws::Reply<std::string> read_template_url(const object_store::ObjectStore& objects,
                                          const std::string& account, const std::string& url,
                                          const std::string& endpoint) {
    const auto name = parse_template_url(url, endpoint);
    if (!name) {
        return faults::validation("TemplateURL must be a supported URL: " + url.substr(0, 256) +
                                  " is not an object of this server.");
    }
    const auto bucket = objects.find_bucket(name->bucket);
    if (!bucket) return faults::validation("S3 error: The specified bucket does not exist");
    if (bucket.value().account != account) return faults::validation("S3 error: Access Denied");
    auto text = objects.get(name->bucket, name->key, stack_template::text_bytes_max);
    if (text) return std::move(text.value());
    switch (text.error().kind) {
        case base::ErrorKind::not_found:
            return faults::validation("S3 error: The specified key does not exist.");
        case base::ErrorKind::limit:
            return faults::validation("Template may not exceed " +
                                      std::to_string(stack_template::text_bytes_max) +
                                      " bytes in size.");
        default:
            return faults::from(text.error());
    }
}

}  // namespace cloudformation
