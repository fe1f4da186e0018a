#include "services/firehose/time_zone.h"

#include <algorithm>
#include <cstdlib>

#include "base/bytes.h"

namespace firehose {
namespace {

constexpr std::size_t header_bytes = 44;

struct Header {
    std::uint32_t utc_flags = 0;
    std::uint32_t standard_flags = 0;
    std::uint32_t leaps = 0;
    std::uint32_t transitions = 0;
    std::uint32_t offsets = 0;
    std::uint32_t characters = 0;

    std::size_t body_bytes(std::size_t time_bytes) const {
        return std::size_t{transitions} * (time_bytes + 1) + std::size_t{offsets} * 6 + characters +
               std::size_t{leaps} * (time_bytes + 4) + standard_flags + utc_flags;
    }
};

bool read_header(std::string_view bytes, Header& header) {
    if (bytes.size() < header_bytes || !bytes.starts_with("TZif") || bytes[4] < '2') return false;
    const auto number = [&](std::size_t index) {
        return base::load_ordered<std::uint32_t>(bytes.data() + 20 + index * 4);
    };
    header = {number(0), number(1), number(2), number(3), number(4), number(5)};
    return bytes.size() - header_bytes >= header.body_bytes(4);
}

bool leap(std::int64_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

std::int64_t days_before_year(std::int64_t year) {  // since 1970-01-01
    const std::int64_t y = year - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 - 719'162;
}

std::int32_t month_days(std::int32_t month, std::int64_t year) {
    constexpr std::int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && leap(year) ? 1 : 0);
}

// A cursor over a POSIX TZ string.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}
    bool done() const { return text_.empty(); }
    bool take(char c) {
        if (text_.empty() || text_[0] != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    char peek() const { return text_.empty() ? '\0' : text_[0]; }

    bool name(std::string& out) {
        const bool quoted = take('<');
        while (!text_.empty() && (quoted ? text_[0] != '>'
                                         : (text_[0] >= 'a' && text_[0] <= 'z') ||
                                               (text_[0] >= 'A' && text_[0] <= 'Z'))) {
            out.push_back(text_[0]);
            text_.remove_prefix(1);
        }
        return (!quoted || take('>')) && out.size() >= 3;
    }
    bool number(std::int32_t& out) {
        if (text_.empty() || text_[0] < '0' || text_[0] > '9') return false;
        out = 0;
        while (!text_.empty() && text_[0] >= '0' && text_[0] <= '9' && out < 100'000) {
            out = out * 10 + (text_[0] - '0');
            text_.remove_prefix(1);
        }
        return true;
    }
    // [+-]hh[:mm[:ss]]
    bool seconds(std::int32_t& out) {
        const bool minus = take('-');
        if (!minus) take('+');
        std::int32_t parts[3] = {0, 0, 0};
        if (!number(parts[0])) return false;
        for (int i = 1; i < 3 && take(':'); ++i) {
            if (!number(parts[i])) return false;
        }
        if (parts[0] > 167 || parts[1] > 59 || parts[2] > 59) return false;
        out = (parts[0] * 3600 + parts[1] * 60 + parts[2]) * (minus ? -1 : 1);
        return true;
    }

  private:
    std::string_view text_;
};

}  // namespace

TimeZone::TimeZone() {
    offsets_.push_back({0, false, "UTC"});
}

base::Result<TimeZone> TimeZone::load(base::FileSystem& files, const std::string& name) {
    if (name.empty() || name == "UTC") return TimeZone();
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && c != '/' && c != '_') {
            return base::Error{base::ErrorKind::not_found, "no such time zone", name};
        }
    }
    auto bytes =
        base::read_file(files, std::string(time_zone_directory) + "/" + name, time_zone_bytes_max);
    if (!bytes) return base::Error{base::ErrorKind::not_found, "no such time zone", name};
    return parse(name, bytes.value());
}

base::Result<TimeZone> TimeZone::parse(std::string name, std::string_view bytes) {
    const auto corrupt = [&] {
        return base::Error{base::ErrorKind::corrupt, "not a time zone file", name};
    };
    Header header;
    if (!read_header(bytes, header)) return corrupt();
    bytes.remove_prefix(header_bytes + header.body_bytes(4));  // version 1's part
    if (!read_header(bytes, header) || bytes.size() - header_bytes < header.body_bytes(8) ||
        header.offsets == 0) {
        return corrupt();
    }
    const char* times = bytes.data() + header_bytes;
    const char* kinds = times + std::size_t{header.transitions} * 8;
    const char* offsets = kinds + header.transitions;
    const char* names = offsets + std::size_t{header.offsets} * 6;
    TimeZone zone;
    zone.name_ = std::move(name);
    zone.offsets_.clear();
    for (std::uint32_t i = 0; i < header.offsets; ++i) {
        const char* at = offsets + std::size_t{i} * 6;
        const auto abbreviation = static_cast<unsigned char>(at[5]);
        if (abbreviation >= header.characters) return corrupt();
        const char* text = names + abbreviation;
        zone.offsets_.push_back(
            {static_cast<std::int32_t>(base::load_ordered<std::uint32_t>(at)), at[4] != 0,
             std::string(text, strnlen(text, header.characters - abbreviation))});
    }
    for (std::uint32_t i = 0; i < header.transitions; ++i) {
        zone.transitions_.push_back(static_cast<std::int64_t>(
            base::load_ordered<std::uint64_t>(times + std::size_t{i} * 8)));
        const auto kind = static_cast<std::uint8_t>(kinds[i]);
        if (kind >= header.offsets) return corrupt();
        zone.kinds_.push_back(kind);
    }
    if (!std::is_sorted(zone.transitions_.begin(), zone.transitions_.end())) return corrupt();
    std::string_view footer = bytes.substr(header_bytes + header.body_bytes(8));
    if (footer.size() >= 2 && footer.front() == '\n') {
        footer.remove_prefix(1);
        footer = footer.substr(0, footer.find('\n'));
        if (!footer.empty()) {
            if (!parse_rule(footer, zone.rule_)) return corrupt();
            zone.has_rule_ = true;
        }
    }
    return zone;
}

// "EST5EDT,M3.2.0,M11.1.0", "<+0330>-3:30"; offsets count west of Greenwich.
bool TimeZone::parse_rule(std::string_view text, Rule& rule) {
    Reader reader(text);
    std::int32_t west = 0;
    if (!reader.name(rule.standard.abbreviation) || !reader.seconds(west)) return false;
    rule.standard.seconds = -west;
    if (reader.done()) return true;
    rule.has_summer = true;
    rule.summer.summer = true;
    rule.summer.seconds = rule.standard.seconds + 3600;
    if (!reader.name(rule.summer.abbreviation)) return false;
    if (reader.peek() != ',') {
        if (!reader.seconds(west)) return false;
        rule.summer.seconds = -west;
    }
    for (RuleDay* day : {&rule.begin, &rule.end}) {
        if (!reader.take(',')) return false;
        if (reader.take('M')) {
            day->form = 'M';
            if (!reader.number(day->month) || !reader.take('.') || !reader.number(day->week) ||
                !reader.take('.') || !reader.number(day->day)) {
                return false;
            }
            if (day->month < 1 || day->month > 12 || day->week < 1 || day->week > 5 ||
                day->day > 6) {
                return false;
            }
        } else {
            day->form = reader.take('J') ? 'J' : 'n';
            if (!reader.number(day->day) || day->day > 365) return false;
        }
        if (reader.take('/') && !reader.seconds(day->time_s)) return false;
    }
    return reader.done();
}

// The local second, counted since 1970, at which a rule's day takes effect in `year`.
std::int64_t TimeZone::rule_second(const RuleDay& day, std::int64_t year) {
    const std::int64_t first = days_before_year(year);
    std::int64_t days = 0;
    if (day.form == 'J') {
        days = day.day - 1 + (leap(year) && day.day >= 60 ? 1 : 0);
    } else if (day.form == 'n') {
        days = day.day;
    } else {
        for (std::int32_t month = 1; month < day.month; ++month)
            days += month_days(month, year);
        const std::int64_t weekday = ((first + days + 4) % 7 + 7) % 7;
        std::int64_t in_month = (day.day - weekday + 7) % 7 + (day.week - 1) * 7;
        if (in_month >= month_days(day.month, year)) in_month -= 7;
        days += in_month;
    }
    return (first + days) * 86'400 + day.time_s;
}

const TimeZone::Offset& TimeZone::offset_at(std::int64_t second) const {
    if (has_rule_ && (transitions_.empty() || second >= transitions_.back())) {
        if (!rule_.has_summer) return rule_.standard;
        // The year by standard time is near enough: no rule changes at New Year's midnight.
        std::int64_t year = 1970 + (second + rule_.standard.seconds) / 31'556'952;
        while (days_before_year(year + 1) * 86'400 <= second + rule_.standard.seconds)
            ++year;
        while (days_before_year(year) * 86'400 > second + rule_.standard.seconds)
            --year;
        const std::int64_t begin = rule_second(rule_.begin, year) - rule_.standard.seconds;
        const std::int64_t end = rule_second(rule_.end, year) - rule_.summer.seconds;
        const bool summer =
            begin < end ? second >= begin && second < end : second >= begin || second < end;
        return summer ? rule_.summer : rule_.standard;
    }
    const auto after = std::upper_bound(transitions_.begin(), transitions_.end(), second);
    if (after == transitions_.begin()) return offsets_.front();
    return offsets_[kinds_[static_cast<std::size_t>(after - transitions_.begin() - 1)]];
}

LocalTime TimeZone::at(base::Timestamp instant) const {
    const std::int64_t second = instant.ms / 1000 - (instant.ms % 1000 < 0 ? 1 : 0);
    const Offset& offset = offset_at(second);
    return {instant, offset.seconds, name_, offset.abbreviation};
}

}  // namespace firehose
