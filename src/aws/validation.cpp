#include "aws/validation.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "wire/text_value.h"
#include "wire/utf8.h"

namespace aws {

namespace {

// Whether `text` is one of "A, B, C".
bool in_value_set(std::string_view text, std::string_view values) {
    while (true) {
        const std::size_t comma = values.find(',');
        if (values.substr(0, comma) == text) return true;
        if (comma == std::string_view::npos) return false;
        values.remove_prefix(comma + 1);
        while (values.starts_with(' '))
            values.remove_prefix(1);
    }
}

void append_cut(std::string& out, std::string_view text) {
    if (out.size() >= validation_value_length_max) return;
    const std::size_t room = validation_value_length_max - out.size();
    if (text.size() <= room) {
        out += text;
        return;
    }
    std::size_t length = room;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80)
        --length;
    out += text.substr(0, length);
    out.resize(std::max(out.size(), validation_value_length_max), '.');
}

// A value as Java prints it, for the sentence.
void append_value(std::string& out, const shape::Type& type, const void* value) {
    switch (type.kind) {
        case shape::Kind::boolean:
            append_cut(out, *static_cast<const bool*>(value) ? "true" : "false");
            return;
        case shape::Kind::integer:
            append_cut(out, std::to_string(*static_cast<const std::int32_t*>(value)));
            return;
        case shape::Kind::long_integer:
            append_cut(out, std::to_string(*static_cast<const std::int64_t*>(value)));
            return;
        case shape::Kind::real: {
            char digits[32];
            const auto [end, error] =
                std::to_chars(digits, digits + sizeof digits, *static_cast<const double*>(value));
            append_cut(out, std::string_view(digits, static_cast<std::size_t>(end - digits)));
            return;
        }
        case shape::Kind::string:
            append_cut(out, *static_cast<const std::string*>(value));
            return;
        case shape::Kind::blob: {
            const std::string size =
                std::to_string(static_cast<const base::Blob*>(value)->bytes.size());
            append_cut(out, "java.nio.HeapByteBuffer[pos=0 lim=" + size + " cap=" + size + "]");
            return;
        }
        case shape::Kind::list:
            append_cut(out, "[");
            for (std::size_t i = 0; i < type.size(value); ++i) {
                if (out.size() >= validation_value_length_max) return;
                if (i > 0) append_cut(out, ", ");
                append_value(out, type.element(), type.element_at(value, i));
            }
            append_cut(out, "]");
            return;
        case shape::Kind::map: {
            struct Context {
                std::string& out;
                const shape::Type& element;
                bool first = true;
            } context{out, type.element()};
            append_cut(out, "{");
            type.for_each(value, &context, [](void* raw, std::string_view key, const void* entry) {
                auto& c = *static_cast<Context*>(raw);
                if (!c.first) append_cut(c.out, ", ");
                c.first = false;
                append_cut(c.out, key);
                append_cut(c.out, "=");
                append_value(c.out, c.element, entry);
            });
            append_cut(out, "}");
            return;
        }
        default:
            append_cut(out, "(structure)");
            return;
    }
}

// One step of the way from the input to a member; printed only for errors.
struct Path {
    const Path* parent = nullptr;
    std::string_view name;             // a member, or a map's key
    std::optional<std::size_t> index;  // a list's element, from 1
    bool element = false;              // prints "3.member" or "key.member"

    std::string text() const {
        std::string out = parent != nullptr ? parent->text() : std::string();
        if (!out.empty()) out += '.';
        if (!element) return out + wire::lower_first(name);
        return out + (index.has_value() ? std::to_string(*index) : std::string(name)) + ".member";
    }
};

class Check {
  public:
    Check(const Validator& validator, const wire::MissingMembers& missing)
        : validator_(validator), missing_(missing) {
        for (const std::string& path : missing) {
            add("Value null at '" + path +
                "' failed to satisfy constraint: Member must not be null");
        }
    }

    void structure(const shape::Type& type, const void* object, const Path* at) {
        std::size_t set = 0;
        for (const shape::Member& member : type.members) {
            if (full()) return;
            const shape::Type* member_type = &member.type();
            const void* value = member.address_in(object);
            const bool plain = member_type->kind != shape::Kind::optional;
            if (!plain) {
                value = member_type->get(value);
                if (value == nullptr) continue;
                member_type = &member_type->element();
            }
            ++set;
            const Path here{at, member.name, std::nullopt, false};
            if (plain && was_not_sent(member, *member_type, value, here)) continue;
            constraints(member.constraints, *member_type, value, here);
            inside(*member_type, value, here);
        }
        if (type.is_union && set != 1) {
            add("Value at '" + (at != nullptr ? at->text() : std::string("input")) +
                "' failed to satisfy constraint: Member must have exactly one of its members set");
        }
    }

    std::optional<std::string> sentence() const {
        if (errors_ == 0) return std::nullopt;
        return std::to_string(errors_) +
               (errors_ == 1 ? " validation error detected: " : " validation errors detected: ") +
               text_;
    }

  private:
    bool full() const { return errors_ >= validation_errors_max; }

    void add(const std::string& error) {
        if (full()) return;
        if (errors_++ > 0) text_ += "; ";
        text_ += error;
    }

    void refuse(const shape::Constraints& constraints, const shape::Type& type, const void* value,
                const Path& at, const std::string& what) {
        std::string error = "Value ";
        if (!constraints.sensitive) {
            std::string shown;
            append_value(shown, type, value);
            error += "'" + shown + "' ";
        }
        add(error + "at '" + at.text() + "' failed to satisfy constraint: " + what);
    }

    static bool empty(const shape::Type& type, const void* value) {
        switch (type.kind) {
            case shape::Kind::string:
                return static_cast<const std::string*>(value)->empty();
            case shape::Kind::blob:
                return static_cast<const base::Blob*>(value)->bytes.empty();
            case shape::Kind::list:
            case shape::Kind::map:
                return type.size(value) == 0;
            default:
                return false;
        }
    }

    // Of a plain member: one that is not required cannot be told from an empty one.
    bool was_not_sent(const shape::Member& member, const shape::Type& type, const void* value,
                      const Path& at) const {
        if (!member.constraints.required) return empty(type, value);
        return !missing_.empty() &&
               std::find(missing_.begin(), missing_.end(), at.text()) != missing_.end();
    }

    void constraints(const shape::Constraints& c, const shape::Type& type, const void* value,
                     const Path& at) {
        switch (type.kind) {
            case shape::Kind::integer:
                range(c, type, value, at, *static_cast<const std::int32_t*>(value), "value");
                return;
            case shape::Kind::long_integer:
                range(c, type, value, at, *static_cast<const std::int64_t*>(value), "value");
                return;
            case shape::Kind::real:
                real_range(c, type, value, at);
                return;
            case shape::Kind::string: {
                const auto& text = *static_cast<const std::string*>(value);
                if (c.min.has_value() || c.max.has_value()) {
                    range(c, type, value, at, static_cast<std::int64_t>(wire::utf8_length(text)),
                          "length");
                }
                const std::string broken = broken_text_rule(c, text);
                if (!broken.empty()) refuse(c, type, value, at, broken);
                return;
            }
            case shape::Kind::blob:
                range(
                    c, type, value, at,
                    static_cast<std::int64_t>(static_cast<const base::Blob*>(value)->bytes.size()),
                    "length");
                return;
            case shape::Kind::list:
                range(c, type, value, at, static_cast<std::int64_t>(type.size(value)), "length");
                text_elements(c, type, value, at);
                return;
            case shape::Kind::map:
                range(c, type, value, at, static_cast<std::int64_t>(type.size(value)), "length");
                return;
            default:
                return;
        }
    }

    void range(const shape::Constraints& c, const shape::Type& type, const void* value,
               const Path& at, std::int64_t amount, const std::string& unit) {
        if (c.max.has_value() && amount > *c.max) {
            refuse(c, type, value, at,
                   "Member must have " + unit + " less than or equal to " + std::to_string(*c.max));
        }
        if (c.min.has_value() && amount < *c.min) {
            refuse(
                c, type, value, at,
                "Member must have " + unit + " greater than or equal to " + std::to_string(*c.min));
        }
    }

    void real_range(const shape::Constraints& c, const shape::Type& type, const void* value,
                    const Path& at) {
        const double amount = *static_cast<const double*>(value);
        // Written so that not-a-number fails both.
        if (c.max.has_value() && !(amount <= static_cast<double>(*c.max))) {
            refuse(c, type, value, at,
                   "Member must have value less than or equal to " + std::to_string(*c.max));
        }
        if (c.min.has_value() && !(amount >= static_cast<double>(*c.min))) {
            refuse(c, type, value, at,
                   "Member must have value greater than or equal to " + std::to_string(*c.min));
        }
    }

    // The rule that `text` breaks, "" when none.
    std::string broken_text_rule(const shape::Constraints& c, const std::string& text) const {
        if (c.values != nullptr && !in_value_set(text, c.values)) {
            return std::string("Member must satisfy enum value set: [") + c.values + "]";
        }
        if (c.pattern != nullptr) {
            const re2::RE2* pattern = validator_.compiled(c.pattern);
            if (pattern != nullptr && !re2::RE2::FullMatch(text, *pattern)) {
                return std::string("Member must satisfy regular expression pattern: ") + c.pattern;
            }
        }
        return {};
    }

    void text_elements(const shape::Constraints& c, const shape::Type& type, const void* value,
                       const Path& at) {
        if (type.element().kind != shape::Kind::string) return;
        if (c.values == nullptr && c.pattern == nullptr) return;
        for (std::size_t i = 0; i < type.size(value); ++i) {
            const std::string broken =
                broken_text_rule(c, *static_cast<const std::string*>(type.element_at(value, i)));
            if (broken.empty()) continue;
            refuse(c, type, value, at, "Member must satisfy constraint: [" + broken + "]");
            return;
        }
    }

    void inside(const shape::Type& type, const void* value, const Path& at) {
        switch (type.kind) {
            case shape::Kind::structure:
                structure(type, value, &at);
                return;
            case shape::Kind::optional: {
                const void* held = type.get(value);
                if (held != nullptr) inside(type.element(), held, at);
                return;
            }
            case shape::Kind::list: {
                if (!has_inside(type.element())) return;
                for (std::size_t i = 0; i < type.size(value) && !full(); ++i) {
                    const Path element{&at, {}, i + 1, true};
                    inside(type.element(), type.element_at(value, i), element);
                }
                return;
            }
            case shape::Kind::map: {
                if (!has_inside(type.element())) return;
                struct Context {
                    Check& check;
                    const shape::Type& element;
                    const Path& at;
                } context{*this, type.element(), at};
                type.for_each(value, &context,
                              [](void* raw, std::string_view key, const void* entry) {
                                  auto& c = *static_cast<Context*>(raw);
                                  if (c.check.full()) return;
                                  const Path step{&c.at, key, std::nullopt, true};
                                  c.check.inside(c.element, entry, step);
                              });
                return;
            }
            default:
                return;
        }
    }

    static bool has_inside(const shape::Type& type) {
        return type.kind == shape::Kind::structure || type.kind == shape::Kind::list ||
               type.kind == shape::Kind::map || type.kind == shape::Kind::optional;
    }

    const Validator& validator_;
    const wire::MissingMembers& missing_;
    std::size_t errors_ = 0;
    std::string text_;
};

}  // namespace

Validator::Validator() = default;
Validator::~Validator() = default;

std::optional<std::string> Validator::check(const shape::Type& type, const void* input,
                                            const wire::MissingMembers& missing) const {
    Check check(*this, missing);
    check.structure(type, input, nullptr);
    return check.sentence();
}

const re2::RE2* Validator::compiled(const char* pattern) const {
    base::MutexLock lock(mutex_);
    auto& entry = patterns_[pattern];
    if (entry == nullptr) {
        re2::RE2::Options options;
        options.set_log_errors(false);
        entry = std::make_unique<re2::RE2>(pattern, options);
    }
    return entry->ok() ? entry.get() : nullptr;
}

}  // namespace aws
