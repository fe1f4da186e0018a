// Key encoding, sets of changes, and the codec of rows.
//
// A text part is its bytes with 00 written as 00 FF, then 00 01: byte order of the encoding is the
// order of the parts, and no part is a prefix of another. A number part is 8 bytes, big-endian.
#include "base/bytes.h"
#include "meta_store/meta_store.h"
#include "wire/cbor.h"

namespace meta_store {
namespace {

constexpr char escape = '\0';
constexpr char escaped_zero = '\xff';
constexpr char part_end = '\x01';

}  // namespace

Key& Key::add(std::string_view text) {
    for (const char c : text) {
        encoded_.push_back(c);
        if (c == escape) encoded_.push_back(escaped_zero);
    }
    encoded_.push_back(escape);
    encoded_.push_back(part_end);
    return *this;
}

Key& Key::add_number(std::uint64_t number) {
    base::append_ordered(encoded_, number);
    return *this;
}

Key& Key::add_prefix(std::string_view text) {
    add(text);
    encoded_.resize(encoded_.size() - 2);
    return *this;
}

std::vector<std::string> Key::split(std::string_view encoded) {
    std::vector<std::string> parts;
    KeyReader reader(encoded);
    while (!reader.at_end())
        parts.push_back(reader.text());
    return parts;
}

std::uint64_t Key::decode_number(std::string_view part) {
    return part.size() < sizeof(std::uint64_t) ? 0 : base::load_ordered<std::uint64_t>(part.data());
}

std::string KeyReader::text() {
    std::string part;
    while (!left_.empty()) {
        const char c = left_.front();
        if (c == escape && left_.size() >= 2) {
            const bool ends = left_[1] == part_end;
            left_.remove_prefix(2);
            if (ends) return part;
            part.push_back(escape);
            continue;
        }
        part.push_back(c);
        left_.remove_prefix(1);
    }
    return part;
}

std::uint64_t KeyReader::number() {
    const std::uint64_t value = Key::decode_number(left_);
    left_.remove_prefix(std::min(left_.size(), sizeof(std::uint64_t)));
    return value;
}

void Changes::put(std::string key, std::string value) {
    bytes_ += key.size() + value.size();
    entries_.push_back({Entry::What::put, std::move(key), std::move(value)});
}

void Changes::erase(std::string key) {
    bytes_ += key.size();
    entries_.push_back({Entry::What::erase, std::move(key), {}});
}

void Changes::require_absent(std::string key) {
    bytes_ += key.size();
    entries_.push_back({Entry::What::absent, std::move(key), {}});
}

void Changes::require_present(std::string key) {
    bytes_ += key.size();
    entries_.push_back({Entry::What::present, std::move(key), {}});
}

void Changes::require_value(std::string key, std::string value) {
    bytes_ += key.size() + value.size();
    entries_.push_back({Entry::What::equals, std::move(key), std::move(value)});
}

void Changes::append(Changes other) {
    bytes_ += other.bytes_;
    entries_.reserve(entries_.size() + other.entries_.size());
    for (Entry& entry : other.entries_)
        entries_.push_back(std::move(entry));
}

std::string encode_row(const shape::Type& type, const void* row) {
    return wire::encode_cbor(type, row);
}

base::Result<void> decode_row(const shape::Type& type, std::string_view bytes, void* row) {
    // What we wrote is given back whole: no entry limit, and text that came as any bytes stays so.
    constexpr wire::CborLimits limits{.entries_max = std::numeric_limits<std::size_t>::max(),
                                      .check_text = false};
    auto decoded = wire::decode_cbor(type, bytes, row, limits);
    if (decoded) return base::ok();
    return base::Error{base::ErrorKind::corrupt, "a stored row does not decode",
                       decoded.error().describe()};
}

std::string after_prefix(std::string_view prefix) {
    std::string after(prefix);
    while (!after.empty() && after.back() == '\xff')
        after.pop_back();
    if (!after.empty())
        after.back() = static_cast<char>(static_cast<unsigned char>(after.back()) + 1);
    return after;
}

}  // namespace meta_store
