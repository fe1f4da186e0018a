#include "mcp/tools/support.h"

#include <algorithm>
#include <charconv>

#include "athena_sql/lexer.h"
#include "wire/utf8.h"

namespace mcp::tools {

namespace json = boost::json;

// ---- reading ----

std::string text_at(const json::object& from, std::string_view name) {
    const json::value* value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

std::int64_t integer_at(const json::object& from, std::string_view name) {
    const json::value* value = from.if_contains(name);
    if (value == nullptr) return 0;
    if (value->is_int64()) return value->get_int64();
    if (value->is_uint64()) return static_cast<std::int64_t>(value->get_uint64());
    if (value->is_double()) return static_cast<std::int64_t>(value->get_double());
    return 0;
}

const json::array& array_at(const json::object& from, std::string_view name) {
    static const json::array none;
    const json::value* value = from.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}

const json::object* object_at(const json::object& from, std::string_view name) {
    const json::value* value = from.if_contains(name);
    return value != nullptr ? value->if_object() : nullptr;
}

std::string describe(const aws::Fault& fault) {
    if (fault.untranslated) return "The service failed (" + fault.code + ").";
    return fault.code + ": " + cut(fault.message, 2'000);
}

bool is_not_found(const aws::Fault& fault) {
    return fault.code.find("NotFound") != std::string::npos || fault.code == "NoSuchBucket" ||
           fault.code == "MetadataException";
}

// ---- names ----

namespace {

bool matches_glob(std::string_view pattern, std::string_view name) {
    std::size_t p = 0, n = 0;
    std::size_t star = std::string_view::npos, resume = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

constexpr std::size_t name_bytes_compared_max = 64;

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

bool matches(std::string_view pattern, std::string_view name) {
    const std::string low_pattern = athena_sql::to_lower(pattern);
    const std::string low_name = athena_sql::to_lower(name);
    if (low_pattern.find_first_of("*?") == std::string::npos) {
        return low_name.find(low_pattern) != std::string::npos;
    }
    return matches_glob(low_pattern, low_name);
}

std::vector<std::string> near_misses(std::string_view wanted,
                                     const std::vector<std::string>& candidates) {
    const std::string low = athena_sql::to_lower(wanted.substr(0, name_bytes_compared_max));
    std::vector<std::pair<std::size_t, std::string>> near;
    for (const std::string& candidate : candidates) {
        const std::string other =
            athena_sql::to_lower(std::string_view(candidate).substr(0, name_bytes_compared_max));
        std::size_t away = distance(low, other);
        const bool contains =
            low.size() >= 3 && (other.find(low) != std::string::npos ||
                                (other.size() >= 3 && low.find(other) != std::string::npos));
        if (contains) away = std::min<std::size_t>(away, 1);
        if (away <= std::max<std::size_t>(2, low.size() / 3)) near.emplace_back(away, candidate);
    }
    std::stable_sort(near.begin(), near.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> names;
    for (auto& [away, name] : near) {
        if (names.size() == near_misses_max) break;
        names.push_back(std::move(name));
    }
    return names;
}

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& candidates) {
    if (candidates.empty()) return "";
    std::vector<std::string> names = near_misses(wanted, candidates);
    const bool near = !names.empty();
    if (!near) {
        names.assign(candidates.begin(),
                     candidates.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                              candidates.size(), 2 * near_misses_max)));
    }
    std::string text = near ? " Did you mean " : " There are: ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += near && i + 1 == names.size() ? " or " : ", ";
        text += "`" + markdown_cell(names[i]) + "`";
    }
    if (!near && names.size() < candidates.size()) text += ", …";
    return text + (near ? "?" : ".");
}

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// The digits at the beginning of `text`, which loses them; without leading zeros.
std::string_view take_number(std::string_view& text) {
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length]))
        ++length;
    std::string_view number = text.substr(0, length);
    text.remove_prefix(length);
    while (number.size() > 1 && number.front() == '0')
        number.remove_prefix(1);
    return number;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
    std::string_view left = a;
    std::string_view right = b;
    while (!left.empty() && !right.empty()) {
        if (is_digit(left.front()) && is_digit(right.front())) {
            const std::string_view first = take_number(left);
            const std::string_view second = take_number(right);
            if (first.size() != second.size()) return first.size() < second.size();
            if (first != second) return first < second;
            continue;
        }
        if (left.front() != right.front()) return left.front() < right.front();
        left.remove_prefix(1);
        right.remove_prefix(1);
    }
    if (left.empty() != right.empty()) return left.empty();
    return a < b;  // 1 and 01
}

// ---- texts ----

namespace {

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

}  // namespace

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string cut(std::string_view text, std::size_t characters_max) {
    // A character has at most 4 bytes: what lies behind cannot be in the answer.
    const std::size_t bytes_max = 4 * (characters_max + 1) + 4;
    std::string valid = wire::to_valid_utf8(text.substr(0, bytes_max));
    std::size_t count = 0;
    std::size_t keep = 0;  // bytes of the first characters_max - 1
    for (std::size_t i = 0; i < valid.size(); ++i) {
        if (!begins_character(valid[i])) continue;
        ++count;
        if (count == characters_max) keep = i;
        if (count > characters_max) {
            valid.resize(keep);
            return valid + "…";
        }
    }
    return valid;
}

std::string markdown_cell(std::string_view text) {
    std::string out;
    for (const char c : cut(text)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '|' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n' || c == '\r' || c == '\t') {
            out += ' ';
        } else if (byte >= 0x20 && byte != 0x7F) {
            out += c;
        }
    }
    return out;
}

std::string human_bytes(std::int64_t bytes) {
    static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1024 && unit + 1 < std::size(units)) {
        value /= 1024;
        ++unit;
    }
    if (unit == 0) return std::to_string(bytes) + " B";
    const auto tenths = static_cast<std::int64_t>(value * 10 + 0.5);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " " + units[unit];
}

std::string plural(std::int64_t count, std::string_view one) {
    return std::to_string(count) + " " + std::string(one) + (count == 1 ? "" : "s");
}

MarkdownTable::MarkdownTable(std::vector<std::string> headings, std::size_t characters_max)
    : characters_max_(characters_max) {
    text_ = "|";
    for (const std::string& heading : headings)
        text_ += " " + markdown_cell(heading) + " |";
    text_ += "\n|";
    for (std::size_t i = 0; i < headings.size(); ++i)
        text_ += " --- |";
    text_ += "\n";
    characters_ = characters(text_);
}

bool MarkdownTable::add(const std::vector<std::string>& cells) {
    if (full_) return false;
    std::string line = "|";
    for (const std::string& cell : cells)
        line += " " + markdown_cell(cell) + " |";
    line += "\n";
    const std::size_t more = characters(line);
    if (characters_ + more > characters_max_) {
        full_ = true;
        return false;
    }
    text_ += line;
    characters_ += more;
    ++rows_;
    return true;
}

// ---- S3 ----

std::optional<Location> parse_location(std::string_view url) {
    for (const std::string_view scheme : {"s3://", "s3a://", "s3n://"}) {
        if (!url.starts_with(scheme)) continue;
        url.remove_prefix(scheme.size());
        const auto slash = url.find('/');
        Location location;
        location.bucket = std::string(url.substr(0, slash));
        if (slash != std::string_view::npos) location.prefix = std::string(url.substr(slash + 1));
        if (!location.prefix.empty() && location.prefix.back() != '/') location.prefix += '/';
        if (location.bucket.empty()) return std::nullopt;
        return location;
    }
    return std::nullopt;
}

// ---- paging ----

std::optional<std::size_t> open_cursor(const Context& context, std::string_view purpose,
                                       const std::string& cursor) {
    if (cursor.empty()) return 0;
    const auto plain = context.open(purpose, cursor);
    if (!plain) return std::nullopt;
    std::size_t from = 0;
    const auto [end, problem] = std::from_chars(plain->data(), plain->data() + plain->size(), from);
    if (problem != std::errc() || end != plain->data() + plain->size()) return std::nullopt;
    return from;
}

std::string make_cursor(const Context& context, std::string_view purpose, std::size_t from) {
    return context.seal(purpose, std::to_string(from));
}

namespace {

struct ListAll : std::enable_shared_from_this<ListAll> {
    ListAll(Backend& b, std::string s, std::string o, json::object i, std::string m, std::size_t n,
            ListingDone d)
        : backend(b),
          service(std::move(s)),
          operation(std::move(o)),
          input(std::move(i)),
          member(std::move(m)),
          pages_left(n),
          done(std::move(d)) {}

    void next() {
        backend.call(service, operation, input,
                     [self = shared_from_this()](aws::Reply<json::object> reply) {
                         self->took(std::move(reply));
                     });
    }
    void took(aws::Reply<json::object> reply) {
        if (!reply) return done(std::move(reply).error());
        for (const json::value& item : array_at(reply.value(), member))
            listing.items.push_back(item);
        const std::string token = text_at(reply.value(), "NextToken");
        if (token.empty()) return done(std::move(listing));
        if (--pages_left == 0) {
            listing.complete = false;
            return done(std::move(listing));
        }
        input["NextToken"] = token;
        next();
    }

    Backend& backend;
    const std::string service;
    const std::string operation;
    json::object input;
    const std::string member;
    std::size_t pages_left;
    ListingDone done;
    Listing listing;
};

}  // namespace

void list_all(Backend& backend, std::string service, std::string operation, json::object input,
              std::string member, std::size_t pages_max, ListingDone done) {
    std::make_shared<ListAll>(backend, std::move(service), std::move(operation), std::move(input),
                              std::move(member), pages_max, std::move(done))
        ->next();
}

void step(Context& context, std::size_t index, base::Task task) {
    constexpr std::size_t nested_steps_max = 16;
    if (index % nested_steps_max != nested_steps_max - 1) return task();
    context.executor().post(std::move(task));
}

}  // namespace mcp::tools
