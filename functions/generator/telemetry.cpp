#include "telemetry.h"

#include <algorithm>
#include <cstring>

namespace telemetry {
namespace {

constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;

std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
    return value ^ value >> 31;
}

// Writes into memory that is known to be large enough.
struct Writer {
    char* at;

    void text(std::string_view value) {
        std::memcpy(at, value.data(), value.size());
        at += value.size();
    }
    void digits(std::uint64_t value, int count) {
        for (int i = count - 1; i >= 0; --i) {
            at[i] = static_cast<char>('0' + value % 10);
            value /= 10;
        }
        at += count;
    }
    void number(std::uint64_t value) {
        char reversed[20];
        int count = 0;
        do {
            reversed[count++] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value > 0);
        while (count > 0)
            *at++ = reversed[--count];
    }
    // Hundredths, at least one decimal: 0.0, 45.6, 45.67, 100.0
    void hundredths(std::uint32_t value) {
        number(value / 100);
        *at++ = '.';
        *at++ = static_cast<char>('0' + value / 10 % 10);
        if (value % 10 != 0) *at++ = static_cast<char>('0' + value % 10);
    }
    void hex(std::uint64_t value, int count) {
        static constexpr char digit[] = "0123456789abcdef";
        for (int i = count - 1; i >= 0; --i) {
            at[i] = digit[value & 15];
            value >>= 4;
        }
        at += count;
    }
};

// A version 4 UUID of 122 random bits.
void write_uuid(Writer& writer, Rng& rng) {
    const std::uint64_t high = rng.next();
    const std::uint64_t low = rng.next();
    writer.hex(high >> 32, 8);
    writer.text("-");
    writer.hex(high >> 16 & 0xffff, 4);
    writer.text("-4");
    writer.hex(high & 0xfff, 3);
    writer.text("-");
    writer.hex(0x8000 | (low >> 48 & 0x3fff), 4);
    writer.text("-");
    writer.hex(low & 0xffffffffffffULL, 12);
}

// "2026-03-01T" of a day since 1970.
void write_date(char* out, std::int64_t day) {
    // Howard Hinnant's civil_from_days.
    const std::int64_t shifted = day + 719'468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const std::int64_t day_of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
    const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    Writer writer{out};
    writer.digits(static_cast<std::uint64_t>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), 4);
    writer.text("-");
    writer.digits(static_cast<std::uint64_t>(month), 2);
    writer.text("-");
    writer.digits(static_cast<std::uint64_t>(day_of_year - (153 * shifted_month + 2) / 5 + 1), 2);
    writer.text("T");
}

std::string_view quality_of(Device device, std::uint32_t draw) {  // draw 0..99
    switch (device) {
        case Device::mobile:
            return draw < 45 ? "480p" : draw < 85 ? "720p" : "1080p";
        case Device::web:
            return draw < 10 ? "480p" : draw < 40 ? "720p" : draw < 95 ? "1080p" : "4K";
        case Device::tv:
            return draw < 5 ? "720p" : draw < 55 ? "1080p" : "4K";
        case Device::tablet:
            return draw < 15 ? "480p" : draw < 60 ? "720p" : "1080p";
    }
    return "1080p";
}

}  // namespace

Rng::Rng(std::uint64_t seed) {
    for (auto& word : state_) {
        seed += 0x9e3779b97f4a7c15ULL;
        word = mix(seed);
    }
}

std::uint64_t Rng::next() {
    const auto rotate = [](std::uint64_t value, int by) {
        return value << by | value >> (64 - by);
    };
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
}

std::uint32_t Rng::below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
}

double Rng::unit() {
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

Zipf::Zipf(std::uint32_t count) : keep_(count), alias_(count) {
    double total = 0;
    for (std::uint32_t i = 0; i < count; ++i)
        total += 1.0 / (i + 1);
    std::vector<std::uint32_t> small;
    std::vector<std::uint32_t> large;
    for (std::uint32_t i = 0; i < count; ++i) {
        keep_[i] = count / ((i + 1) * total);
        alias_[i] = i;
        (keep_[i] < 1 ? small : large).push_back(i);
    }
    while (!small.empty() && !large.empty()) {
        const std::uint32_t little = small.back();
        const std::uint32_t much = large.back();
        small.pop_back();
        alias_[little] = much;
        keep_[much] -= 1 - keep_[little];
        if (keep_[much] < 1) {
            large.pop_back();
            small.push_back(much);
        }
    }
    // What rounding left over is exactly one.
    for (const auto rest : small)
        keep_[rest] = 1;
    for (const auto rest : large)
        keep_[rest] = 1;
}

std::uint32_t Zipf::draw(Rng& rng) const {
    const auto column = rng.below(static_cast<std::uint32_t>(keep_.size()));
    return rng.unit() < keep_[column] ? column : alias_[column];
}

std::string_view to_string(EventType type) {
    constexpr std::string_view names[] = {"start", "pause", "resume", "stop", "complete"};
    return names[static_cast<std::size_t>(type)];
}

std::string_view to_string(TitleType type) {
    constexpr std::string_view names[] = {"movie", "series", "documentary"};
    return names[static_cast<std::size_t>(type)];
}

std::string_view to_string(Device device) {
    constexpr std::string_view names[] = {"mobile", "web", "tv", "tablet"};
    return names[static_cast<std::size_t>(device)];
}

Generator::Generator(const Options& options)
    : options_{options.seed, std::clamp(options.customers, 1U, customers_max),
               std::clamp(options.titles, 1U, titles_max), options.world},
      rng_(options.seed),
      popularity_(options_.titles) {}

Title Generator::title(std::uint32_t index) const {
    const std::uint64_t hash = mix(options_.world ^ (std::uint64_t{index} << 32 | 1));
    const std::uint64_t kind = hash % 100;
    const auto between = [hash](std::uint32_t low, std::uint32_t high) {  // minutes
        return (low + static_cast<std::uint32_t>((hash >> 32) % (high - low + 1))) * 60;
    };
    if (kind < 40) return {TitleType::movie, between(82, 158)};
    if (kind < 85) return {TitleType::series, between(21, 62)};
    return {TitleType::documentary, between(43, 105)};
}

Device Generator::favourite_device(std::uint32_t customer) const {
    const std::uint64_t kind = mix(options_.world ^ (std::uint64_t{customer} << 32 | 2)) % 100;
    return kind < 45   ? Device::tv
           : kind < 75 ? Device::mobile
           : kind < 90 ? Device::web
                       : Device::tablet;
}

void Generator::append_lines(std::string& out, std::size_t count, base::Timestamp from,
                             base::Timestamp until) {
    while (count > 0)
        count -= append_session(out, count, from, until);
}

Generator::Session Generator::draw_session(base::Timestamp from, base::Timestamp until) {
    Session session;
    // Half of the viewing is done by a fifth of the customers.
    const std::uint32_t some = std::max(1U, options_.customers / 5);
    session.customer = rng_.below(2) == 0 ? rng_.below(some) : rng_.below(options_.customers);
    session.title_index = popularity_.draw(rng_);
    session.title = title(session.title_index);
    session.device = rng_.below(10) < 8 ? favourite_device(session.customer)
                                        : static_cast<Device>(rng_.below(4));
    session.quality = quality_of(session.device, rng_.below(100));

    // Many give up soon, some watch to the end.
    const std::uint32_t fate = rng_.below(100);
    session.completes = fate < 38;
    session.watched_seconds = session.title.length_seconds;
    if (!session.completes) {
        const double share = fate < 65 ? 0.01 + 0.14 * rng_.unit() : 0.1 + 0.84 * rng_.unit();
        session.watched_seconds =
            std::max(1U, static_cast<std::uint32_t>(share * session.title.length_seconds));
    }
    const std::uint32_t restless = rng_.below(100);
    for (const std::uint32_t share : {55U, 80U, 92U, 97U})
        session.pauses += restless >= share;
    std::uint32_t paused_seconds = 0;
    for (std::size_t i = 0; i < session.pauses; ++i) {
        session.pause_at[i] = rng_.below(session.watched_seconds);
        session.pause_seconds[i] = 5 + rng_.below(rng_.below(4) == 0 ? 1800 : 240);
        paused_seconds += session.pause_seconds[i];
    }
    std::sort(session.pause_at, session.pause_at + session.pauses);

    const auto window = static_cast<double>(until.ms - from.ms);
    const std::int64_t end_ms = from.ms + static_cast<std::int64_t>(rng_.unit() * window);
    session.start_ms =
        end_ms - (static_cast<std::int64_t>(session.watched_seconds) + paused_seconds) * 1000;
    return session;
}

// One line at `at`; returns its end.
char* Generator::write_event(char* at, const Session& session, EventType type, std::int64_t at_ms,
                             std::uint32_t position) {
    const std::int64_t day = (at_ms >= 0 ? at_ms : at_ms - day_ms + 1) / day_ms;
    if (day != day_) {
        write_date(date_, day);
        day_ = day;
    }
    const auto of_day = static_cast<std::uint64_t>(at_ms - day * day_ms);
    Writer writer{at};
    writer.text(R"({"event_id":")");
    write_uuid(writer, rng_);
    writer.text(R"(","event_timestamp":")");
    writer.text({date_, 11});
    writer.digits(of_day / 3'600'000, 2);
    writer.text(":");
    writer.digits(of_day / 60'000 % 60, 2);
    writer.text(":");
    writer.digits(of_day / 1000 % 60, 2);
    writer.text(".");
    writer.digits(of_day % 1000, 3);
    writer.text(R"(Z","event_type":")");
    writer.text(to_string(type));
    writer.text(R"(","customer_id":"CUST-)");
    writer.digits(session.customer, 7);
    writer.text(R"(","title_id":"TITLE-)");
    writer.digits(session.title_index, 6);
    writer.text(R"(","title_type":")");
    writer.text(to_string(session.title.type));
    writer.text(R"(","device_type":")");
    writer.text(to_string(session.device));
    writer.text(R"(","quality":")");
    writer.text(session.quality);
    writer.text(R"(","watch_duration_seconds":)");
    writer.number(position);
    writer.text(R"(,"completion_percentage":)");
    writer.hundredths(static_cast<std::uint32_t>(std::uint64_t{position} * 10'000 /
                                                 session.title.length_seconds));
    writer.text("}\n");
    return writer.at;
}

// One session of at most `count` events. Returns how many it had.
std::size_t Generator::append_session(std::string& out, std::size_t count, base::Timestamp from,
                                      base::Timestamp until) {
    const Session session = draw_session(from, until);
    const std::size_t events = std::min(2 + 2 * session.pauses, count);
    char buffer[(2 + 2 * pauses_max) * line_bytes_max];
    char* at = buffer;
    std::int64_t at_ms = session.start_ms;
    std::uint32_t position = 0;
    const auto watch_until = [&](std::uint32_t new_position) {
        at_ms += static_cast<std::int64_t>(new_position - position) * 1000;
        position = new_position;
    };
    for (std::size_t event = 0; event < events; ++event) {
        EventType type = EventType::start;
        if (event > 0 && event == 1 + 2 * session.pauses) {
            type = session.completes ? EventType::complete : EventType::stop;
            watch_until(session.watched_seconds);
        } else if (event % 2 == 1) {
            type = EventType::pause;
            watch_until(session.pause_at[event / 2]);
        } else if (event > 0) {
            type = EventType::resume;
            at_ms += static_cast<std::int64_t>(session.pause_seconds[event / 2 - 1]) * 1000;
        }
        at = write_event(at, session, type, at_ms, position);
    }
    out.append(buffer, static_cast<std::size_t>(at - buffer));
    return events;
}

std::string_view event_id_of(std::string_view line) {
    constexpr std::size_t before = 13;  // {"event_id":"
    constexpr std::size_t length = 36;
    return line.size() < before + length ? std::string_view() : line.substr(before, length);
}

}  // namespace telemetry
