#include "mcp/jwt_authorization.h"

#include <algorithm>
#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "base/mutex.h"

namespace mcp {

namespace json = boost::json;

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view well_known = "/.well-known/oauth-protected-resource";

bool is_url(std::string_view text) {
    return text.starts_with("https://") || text.starts_with("http://");
}

// What a client may write there; anything else is not repeated to it.
bool is_plain_host(std::string_view host) {
    return !host.empty() && host.find_first_not_of(
                                "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789.-:[]") == std::string_view::npos;
}

// "https://host/mcp" -> "https://host/.well-known/oauth-protected-resource/mcp"
std::string metadata_url(const std::string& resource) {
    const auto path = resource.find('/', resource.find("://") + 3);
    const std::string origin = resource.substr(0, path);
    const std::string rest = path == resource.npos ? "" : resource.substr(path);
    return origin + std::string(well_known) + (rest == "/" ? "" : rest);
}

}  // namespace

// The key set and its reading; the running task holds it, so that it may outlive its owner.
class JwtAuthorization::Keys : public std::enable_shared_from_this<Keys> {
  public:
    Keys(KeySource source, const base::Clock& clock, base::Executor& executor, base::Log& log)
        : source_(std::move(source)), clock_(clock), executor_(executor), log_(log) {}

    // Null when there are none, or none that may be believed any more.
    std::shared_ptr<const KeySet> current() const {
        base::MutexLock lock(mutex_);
        return current_locked();
    }

    // See Authorization::must_wait.
    bool must_wait(const UnverifiedToken& token, std::string_view peer, base::Task& then) {
        bool start = false;
        bool waits = false;
        {
            base::MutexLock lock(mutex_);
            const auto set = current_locked();
            const bool known = set && set->knows(token);
            if (stopped_ || (known && age_ms() < refresh_ms)) return false;
            start = !reading_ && now_ms() >= next_reading_ms_;
            waits = !known && (reading_ || start) && has_room(peer);
            if (waits) waiting_.push_back({std::string(peer), std::move(then)});
            if (start) reading_ = true;
            if (waits && waiting_.size() == 1) release_in_time();
        }
        if (start) executor_.post([self = shared_from_this()] { self->read(); });
        return waits;
    }

    void stop() {
        std::vector<Waiting> dropped;
        base::MutexLock lock(mutex_);
        stopped_ = true;
        std::swap(dropped, waiting_);
    }

  private:
    struct Waiting {
        std::string peer;
        base::Task then;
    };
    bool has_room(std::string_view peer) const REQUIRES(mutex_) {
        const auto of_peer = std::ranges::count(waiting_, peer, &Waiting::peer);
        return waiting_.size() < waiting_max &&
               static_cast<std::size_t>(of_peer) < waiting_of_peer_max;
    }
    std::int64_t now_ms() const { return clock_.monotonic_ns() / 1'000'000; }
    std::int64_t age_ms() const REQUIRES(mutex_) { return now_ms() - read_ms_; }
    std::shared_ptr<const KeySet> current_locked() const REQUIRES(mutex_) {
        return set_ && age_ms() < keys_age_ms_max ? set_ : nullptr;
    }

    void read() {
        auto set = read_set();
        {
            base::MutexLock lock(mutex_);
            reading_ = false;
            next_reading_ms_ = now_ms() + refetch_ms;
            if (set) {
                set_ = std::move(set);
                read_ms_ = now_ms();
            }
        }
        release(0);
    }
    // Those who wait since that release, 0 for all.
    void release(std::uint64_t since) {
        std::vector<Waiting> waiting;
        {
            base::MutexLock lock(mutex_);
            if (since != 0 && since != releases_) return;
            ++releases_;
            std::swap(waiting, waiting_);
        }
        for (Waiting& one : waiting)
            executor_.post(std::move(one.then));
    }
    void release_in_time() REQUIRES(mutex_) {
        executor_.after(waiting_ms_max, [weak = weak_from_this(), since = releases_] {
            if (const auto held = weak.lock()) held->release(since);
        });
    }
    std::shared_ptr<const KeySet> read_set() {
        auto text = source_(stopped_);
        auto set = text ? KeySet::parse(text.value()) : base::Result<KeySet>(text.error());
        if (!set) {
            log_.warn("the key set for MCP's tokens cannot be read",
                      {{"why", set.error().describe()}});
            return nullptr;
        }
        if (set.value().size() == 0)
            log_.warn("the key set for MCP's tokens has no usable key", {});
        return std::make_shared<const KeySet>(std::move(set.value()));
    }

    const KeySource source_;
    const base::Clock& clock_;
    base::Executor& executor_;
    base::Log& log_;
    mutable base::Mutex mutex_;
    std::atomic<bool> stopped_{false};
    std::uint64_t releases_ GUARDED_BY(mutex_) = 1;
    bool reading_ GUARDED_BY(mutex_) = false;
    std::int64_t read_ms_ GUARDED_BY(mutex_) = 0;
    std::int64_t next_reading_ms_ GUARDED_BY(mutex_) = 0;
    std::shared_ptr<const KeySet> set_ GUARDED_BY(mutex_);
    std::vector<Waiting> waiting_ GUARDED_BY(mutex_);
};

JwtAuthorization::JwtAuthorization(JwtOptions options, KeySource source, const base::Clock& clock,
                                   base::Executor& executor, base::Log& log)
    : options_(std::move(options)),
      clock_(clock),
      keys_(std::make_shared<Keys>(std::move(source), clock, executor, log)) {}

JwtAuthorization::~JwtAuthorization() {
    stop();
}

void JwtAuthorization::stop() {
    keys_->stop();
}

base::Result<std::string> JwtAuthorization::caller_of(const wire::RequestHead& head) const {
    TRY(text, bearer_token(head));
    TRY(token, read_token(text, options_.rules, clock_.now()));
    const auto set = keys_->current();
    if (!set) return Error{ErrorKind::invalid, "the keys of the issuer cannot be read now", ""};
    if (!set->verify(token)) {
        return Error{ErrorKind::invalid, "the token is not signed by the issuer", ""};
    }
    return "jwt:" + token.subject;
}

bool JwtAuthorization::must_wait(const wire::RequestHead& head, std::string_view peer,
                                 base::Task& then) const {
    const auto text = bearer_token(head);
    if (!text) return false;
    // Only for a token that would be good: nobody makes us read the keys with nonsense.
    const auto token = read_token(text.value(), options_.rules, clock_.now());
    return token && keys_->must_wait(token.value(), peer.substr(0, peer.rfind(':')), then);
}

std::string JwtAuthorization::resource_of(const wire::RequestHead& head) const {
    if (!options_.resource.empty()) return options_.resource;
    if (is_url(options_.rules.audience)) return options_.rules.audience;
    const std::string_view host = head.headers.get("host");
    return "http://" + std::string(is_plain_host(host) ? host : "localhost") + "/mcp";
}

std::string JwtAuthorization::challenge(const wire::RequestHead& head, const Error& reason) const {
    return bearer_challenge(reason,
                            "resource_metadata=\"" + metadata_url(resource_of(head)) + "\"");
}

std::string JwtAuthorization::metadata(const wire::RequestHead& head) const {
    return json::serialize(
        json::object{{"resource", resource_of(head)},
                     {"resource_name", "Data Stack"},
                     {"authorization_servers", json::array{json::value(options_.rules.issuer)}},
                     {"bearer_methods_supported", json::array{"header"}}});
}

}  // namespace mcp
