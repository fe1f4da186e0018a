#include "aws/rest_values.h"

#include <algorithm>
#include <charconv>

#include "wire/text_value.h"

namespace aws {

namespace {

// The format a timestamp has at this place unless the member says otherwise.
shape::TimestampFormat timestamp_format(const shape::Constraints& constraints) {
    if (constraints.timestamp != shape::TimestampFormat::protocol_default) {
        return constraints.timestamp;
    }
    return constraints.location == shape::Location::header ? shape::TimestampFormat::http_date
                                                           : shape::TimestampFormat::iso8601;
}

base::Error refuse(const shape::Member& member, const base::Error& error) {
    return {base::ErrorKind::invalid, std::string(member.wire_name()) + ": " + error.message, {}};
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

// The elements of a header's list: at commas, except inside quotes, which are taken off; a list of
// HTTP dates has one more comma in each element.
std::vector<std::string> split_header(std::string_view text, bool dates) {
    std::vector<std::string> elements;
    std::string element;
    bool quoted = false;
    std::size_t commas = 0;
    const auto end = [&] {
        elements.emplace_back(trim(element));
        element.clear();
        commas = 0;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\' && i + 1 < text.size()) {
            element.push_back(text[++i]);
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted && (!dates || ++commas == 2)) {
            end();
        } else {
            element.push_back(c);
        }
    }
    end();
    return elements;
}

class Decoder {
  public:
    Decoder(const Message& message, wire::MissingMembers& missing)
        : message_(message), missing_(missing) {}

    base::Result<void> run(void* input) {
        for (const shape::Member& member : message_.operation->input().members) {
            TRY(found, this->member(member, member.address(input)));
            if (!found && member.constraints.required &&
                missing_.size() < wire::missing_members_max) {
                missing_.push_back(wire::lower_first(member.name));
            }
        }
        return base::ok();
    }

  private:
    // True when it was there, or is not ours to read.
    base::Result<bool> member(const shape::Member& member, void* target) {
        switch (member.constraints.location) {
            case shape::Location::path:
                return path(member, target);
            case shape::Location::query:
                return query(member, target);
            case shape::Location::header:
                return header(member, target);
            case shape::Location::header_prefix:
                return header_prefix(member, target);
            default:
                return true;
        }
    }

    static void unwrap(const shape::Type*& type, void*& object) {
        while (type->kind == shape::Kind::optional) {
            object = type->emplace(object);
            type = &type->element();
        }
    }

    static base::Result<bool> scalar(const shape::Member& member, std::string_view text,
                                     void* target) {
        const shape::Type* type = &member.type();
        unwrap(type, target);
        const auto read =
            wire::decode_text(text, *type, target, timestamp_format(member.constraints));
        if (!read.has_value()) return refuse(member, read.error());
        return true;
    }

    base::Result<bool> path(const shape::Member& member, void* target) {
        for (const PathParameter& parameter : *message_.path) {
            if (parameter.name == member.wire_name()) {
                return scalar(member, parameter.value, target);
            }
        }
        return false;
    }

    base::Result<bool> query(const shape::Member& member, void* target) {
        const shape::Type* bare = &member.type();
        if (bare->kind == shape::Kind::optional) bare = &bare->element();
        if (bare->kind != shape::Kind::list) {
            const std::string* value = message_.head->find_query(member.wire_name());
            if (value == nullptr) return false;
            return scalar(member, *value, target);
        }
        bool found = false;
        const shape::Type* type = &member.type();
        for (const wire::QueryParameter& parameter : message_.head->query) {
            if (parameter.name != member.wire_name()) continue;
            if (!found) unwrap(type, target);
            found = true;
            TRY_VOID(element(member, *type, target, parameter.value));
        }
        return found;
    }

    static base::Result<void> element(const shape::Member& member, const shape::Type& list,
                                      void* target, std::string_view text) {
        const auto read = wire::decode_text(text, list.element(), list.append(target),
                                            timestamp_format(member.constraints));
        if (!read.has_value()) return refuse(member, read.error());
        return base::ok();
    }

    base::Result<bool> header(const shape::Member& member, void* target) {
        const std::string* value = message_.head->headers.find(member.wire_name());
        if (value == nullptr) return false;
        const shape::Type* type = &member.type();
        const shape::Type* bare = type->kind == shape::Kind::optional ? &type->element() : type;
        if (bare->kind != shape::Kind::list) return scalar(member, *value, target);
        unwrap(type, target);
        const bool dates =
            type->element().kind == shape::Kind::timestamp &&
            timestamp_format(member.constraints) == shape::TimestampFormat::http_date;
        // A header sent several times is one list.
        for (const wire::Header& field : message_.head->headers.fields()) {
            if (!wire::equals_ignoring_case(field.name, member.wire_name())) continue;
            for (const std::string& text : split_header(field.value, dates)) {
                TRY_VOID(element(member, *type, target, text));
            }
        }
        return true;
    }

    base::Result<bool> header_prefix(const shape::Member& member, void* target) {
        const std::string_view prefix = member.wire_name();
        bool found = false;
        const shape::Type* type = &member.type();
        for (const wire::Header& field : message_.head->headers.fields()) {
            if (field.name.size() <= prefix.size() ||
                !wire::equals_ignoring_case(std::string_view(field.name).substr(0, prefix.size()),
                                            prefix)) {
                continue;
            }
            if (!found) unwrap(type, target);
            const std::string key = lower(std::string_view(field.name).substr(prefix.size()));
            auto& value = *static_cast<std::string*>(type->insert(target, key));
            // The same name again: one value, as HTTP has it.
            if (!value.empty()) value += ",";
            value += field.value;
            found = true;
        }
        return found;
    }

    const Message& message_;
    wire::MissingMembers& missing_;
};

void set_header(wire::Response& response, std::string_view name, std::string value) {
    for (char& c : value) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    if (wire::equals_ignoring_case(name, "Content-Length")) {
        std::uint64_t length = 0;
        std::from_chars(value.data(), value.data() + value.size(), length);
        response.announced_length = length;
        return;
    }
    response.headers.set(name, std::move(value));
}

std::string join_header(const shape::Type& list, const void* value, shape::TimestampFormat format) {
    std::string joined;
    for (std::size_t i = 0; i < list.size(value); ++i) {
        if (i > 0) joined += ", ";
        joined += wire::encode_text(list.element(), list.element_at(value, i), format);
    }
    return joined;
}

void encode_member(const shape::Member& member, const shape::Type& type, const void* value,
                   wire::Response& response) {
    switch (member.constraints.location) {
        case shape::Location::status: {
            const std::string text =
                wire::encode_text(type, value, shape::TimestampFormat::protocol_default);
            int status = 0;
            std::from_chars(text.data(), text.data() + text.size(), status);
            if (status >= 100 && status < 600) response.status = status;
            return;
        }
        case shape::Location::header: {
            const auto format = timestamp_format(member.constraints);
            std::string text = type.kind == shape::Kind::list
                                   ? join_header(type, value, format)
                                   : wire::encode_text(type, value, format);
            // An empty plain string is an absent header.
            if (!text.empty()) set_header(response, member.wire_name(), std::move(text));
            return;
        }
        case shape::Location::header_prefix: {
            struct Context {
                wire::Response& response;
                std::string_view prefix;
            } context{response, member.wire_name()};
            type.for_each(value, &context, [](void* raw, std::string_view key, const void* entry) {
                auto& c = *static_cast<Context*>(raw);
                set_header(c.response, std::string(c.prefix) + std::string(key),
                           *static_cast<const std::string*>(entry));
            });
            return;
        }
        default:
            return;
    }
}

}  // namespace

base::Result<void> decode_rest_values(const Message& message, void* input,
                                      wire::MissingMembers& missing) {
    return Decoder(message, missing).run(input);
}

void encode_rest_values(const Message& message, const void* output, wire::Response& response) {
    for (const shape::Member& member : message.operation->output().members) {
        const shape::Type* type = &member.type();
        const void* value = member.address_in(output);
        if (type->kind == shape::Kind::optional) {
            value = type->get(value);
            if (value == nullptr) continue;
            type = &type->element();
        }
        encode_member(member, *type, value, response);
    }
}

const shape::Member* payload_member(const shape::Type& type) {
    for (const shape::Member& member : type.members) {
        if (member.constraints.location == shape::Location::payload ||
            member.type().kind == shape::Kind::stream) {
            return &member;
        }
    }
    return nullptr;
}

bool has_body_members(const shape::Type& type) {
    return std::any_of(type.members.begin(), type.members.end(), [](const shape::Member& member) {
        return member.constraints.location == shape::Location::body &&
               member.type().kind != shape::Kind::stream;
    });
}

}  // namespace aws
