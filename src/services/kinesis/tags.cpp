#include "services/kinesis/tags.h"

#include "services/kinesis/faults.h"
#include "wire/utf8.h"

namespace kinesis {
namespace {

// Unicode letters, digits, white space and a few signs. Of ASCII the rest is refused; beyond ASCII
// everything from U+00C0 on passes, as there AWS asks no more than we can know without a table.
bool allowed(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x80) {
            // U+0080..U+00BF are c2 80..bf: controls and signs.
            if (c == 0xc2) return false;
            continue;
        }
        const bool alphanumeric =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alphanumeric &&
            std::string_view(" _.:/=+-@%").find(text[i]) == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

aws::Fault bad_characters() {
    return faults::invalid_argument(
        "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white "
        "space, _ . / = + - % @ :.");
}

}  // namespace

aws::Reply<void> check_tags(const std::map<std::string, std::string>& tags) {
    for (const auto& [key, value] : tags) {
        if (key.empty() || wire::utf8_length(key) > 128) {
            return faults::validation(
                "1 validation error detected: Value at 'tags' failed to satisfy constraint: Map "
                "keys must satisfy constraint: [Member must have length less than or equal to 128, "
                "Member must have length greater than or equal to 1]");
        }
        if (wire::utf8_length(value) > 256) {
            return faults::validation(
                "1 validation error detected: Value at 'tags' failed to satisfy constraint: Map "
                "value must satisfy constraint: [Member must have length less than or equal to "
                "256, Member must have length greater than or equal to 0]");
        }
        if (!allowed(key) || !allowed(value)) return bad_characters();
    }
    return base::ok();
}

void add_tags(Kinesis& kinesis, std::shared_ptr<Stream> stream,
              std::map<std::string, std::string> tags, Kinesis::Done done) {
    auto checked = check_tags(tags);
    if (!checked) return done(std::move(checked));
    kinesis.update(
        std::move(stream),
        [tags = std::move(tags)](StreamRow& row) mutable -> aws::Reply<bool> {
            for (auto& [key, value] : tags)
                row.tags[key] = std::move(value);
            if (row.tags.size() > tags_max) {
                return faults::invalid_argument(
                    "Failed to add tags to stream " + row.name + " under account " + row.account +
                    " because a given stream cannot have more than " + std::to_string(tags_max) +
                    " tags associated with it.");
            }
            return true;
        },
        std::move(done));
}

void remove_tags(Kinesis& kinesis, std::shared_ptr<Stream> stream, std::vector<std::string> keys,
                 Kinesis::Done done) {
    for (const auto& key : keys) {
        if (!allowed(key)) return done(bad_characters());
    }
    kinesis.update(
        std::move(stream),
        [keys = std::move(keys)](StreamRow& row) -> aws::Reply<bool> {
            bool changed = false;
            for (const auto& key : keys)
                changed = row.tags.erase(key) != 0 || changed;
            return changed;
        },
        std::move(done));
}

std::vector<Tag> list_tags(const StreamRow& row) {
    std::vector<Tag> tags;
    for (const auto& [key, value] : row.tags)
        tags.push_back({key, value});
    return tags;
}

}  // namespace kinesis
