#include "mcp/tools/newest_object.h"

#include <algorithm>
#include <cctype>

namespace mcp::tools {

namespace json = boost::json;

namespace {

constexpr std::string_view expression = "!{";
constexpr std::string_view timestamp = "!{timestamp:";

// "year=2026", "05", "2026-01-31T05": what Firehose makes of a moment. Not "errors".
bool is_moment(std::string_view name) {
    name.remove_prefix(name.find('=') + 1);  // npos + 1 is 0
    return !name.empty() && name.front() >= '0' && name.front() <= '9';
}

struct Search : std::enable_shared_from_this<Search> {
    Search(Context& c, std::string b, const std::string& prefix, NewestObjectDone d)
        : context(c),
          bucket(std::move(b)),
          at(prefix.substr(0, prefix.find(expression))),
          chronological(is_chronological(prefix)),
          done(std::move(d)) {}

    void list() {
        json::object with{{"Bucket", bucket}, {"Prefix", at}};
        if (folders) with["Delimiter"] = "/";
        if (!token.empty()) with["ContinuationToken"] = token;
        context.backend().call("s3", "ListObjectsV2", std::move(with),
                               [self = shared_from_this()](aws::Reply<json::object> reply) {
                                   self->took(std::move(reply));
                               });
    }
    void took(aws::Reply<json::object> reply) {
        if (!reply) return done(reply.error());
        take_objects(reply.value());
        take_folders(reply.value());
        token = text_at(reply.value(), "NextContinuationToken");
        ++listings;
        if (token.empty() && last.empty()) return finish();
        if (listings == newest_listings_max || context.is_cancelled()) return give_up();
        if (!token.empty() && !folders && chronological) {
            // More than one page: from the end then.
            folders = true;
            token.clear();
            newest = {};
        } else if (token.empty()) {
            // What lies beside the folders is older than what is in the last one.
            at = std::exchange(last, "");
            newest = {};
        }
        step(context, listings, [self = shared_from_this()] { self->list(); });
    }
    void take_objects(const json::object& page) {
        for (const json::value& item : array_at(page, "Contents")) {
            const json::object* row = item.if_object();
            const json::value* when = row != nullptr ? row->if_contains("LastModified") : nullptr;
            if (when == nullptr || !when->is_number()) continue;
            const double modified_s = when->to_number<double>();
            if (!newest.key.empty() && modified_s <= newest.modified_s) continue;
            newest = {text_at(*row, "Key"), integer_at(*row, "Size"), modified_s};
        }
    }
    void take_folders(const json::object& page) {
        for (const json::value& item : array_at(page, "CommonPrefixes")) {
            const json::object* row = item.if_object();
            const std::string prefix = row != nullptr ? text_at(*row, "Prefix") : "";
            if (!prefix.starts_with(at) || !is_moment(prefix.substr(at.size()))) continue;
            if (natural_less(last, prefix)) last = prefix;
        }
    }
    void give_up() {
        newest = {};
        newest.known = false;
        finish();
    }
    void finish() {
        // Folders that are no moments were passed over: nothing is known of them.
        if (folders && newest.key.empty()) newest.known = false;
        done(std::move(newest));
    }

    Context& context;
    const std::string bucket;
    std::string at;
    const bool chronological;
    NewestObjectDone done;
    bool folders = false;
    std::string token;
    std::string last;  // folder
    std::size_t listings = 0;
    NewestObject newest;
};

}  // namespace

bool is_chronological(std::string_view prefix) {
    static constexpr std::string_view fields = "yMdHms";
    std::size_t next = 0;  // field that may follow
    bool any = false;
    while (true) {
        const auto begin = prefix.find(expression);
        if (begin == std::string_view::npos) return true;
        prefix.remove_prefix(begin);
        const auto end = prefix.find('}');
        if (!prefix.starts_with(timestamp) || end == std::string_view::npos) return false;
        if (any && next == 0) return false;
        any = true;
        std::string_view format = prefix.substr(timestamp.size(), end - timestamp.size());
        prefix.remove_prefix(end);
        while (!format.empty()) {
            const char letter = format.front();
            const auto length = std::min(format.find_first_not_of(letter), format.size());
            format.remove_prefix(length);
            if (std::isalpha(static_cast<unsigned char>(letter)) == 0) continue;
            const bool digits = letter == 'y' ? length == 4 : length == 2;
            if (next == fields.size() || letter != fields[next] || !digits) return false;
            ++next;
        }
    }
}

void find_newest_object(Context& context, std::string bucket, std::string prefix,
                        NewestObjectDone done) {
    std::make_shared<Search>(context, std::move(bucket), prefix, std::move(done))->list();
}

}  // namespace mcp::tools
