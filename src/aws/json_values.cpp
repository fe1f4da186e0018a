#include "aws/json_values.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "wire/base64.h"
#include "wire/text_value.h"
#include "wire/timestamp.h"
#include "wire/utf8.h"

namespace aws {

namespace {

namespace json = boost::json;

constexpr double exact_integers_below = 9'007'199'254'740'992.0;  // 2^53

const char* json_name(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return "Null";
        case json::kind::bool_:
            return "Boolean";
        case json::kind::int64:
        case json::kind::uint64:
            return "Integer";
        case json::kind::double_:
            return "Number";
        case json::kind::string:
            return "String";
        case json::kind::array:
            return "JSONArray";
        case json::kind::object:
            return "JSONObject";
    }
    return "value";
}

const char* wanted_name(shape::Kind kind) {
    switch (kind) {
        case shape::Kind::boolean:
            return "Boolean";
        case shape::Kind::integer:
        case shape::Kind::long_integer:
            return "Integer";
        case shape::Kind::real:
            return "Number";
        case shape::Kind::list:
            return "JSONArray";
        case shape::Kind::map:
        case shape::Kind::structure:
            return "JSONObject";
        default:
            return "String";
    }
}

// A scalar's text as templates write it: 5, 0.5, true.
std::string scalar_text(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    return json::serialize(value);
}

class Reader {
  public:
    Reader(JsonOptions options, std::vector<JsonProblem>& problems, wire::MissingMembers* missing)
        : options_(options), problems_(problems), missing_(missing) {}

    void read(const json::value& value, const shape::Type& type, void* out,
              shape::TimestampFormat format, const std::string& path, const std::string& sentence);

  private:
    void read_structure(const json::object& object, const shape::Type& type, void* out,
                        const std::string& path, const std::string& sentence);
    void read_scalar(const json::value& value, const shape::Type& type, void* out,
                     shape::TimestampFormat format, const std::string& path);
    void problem(const std::string& path, std::string message) {
        if (problems_.size() < json_problems_max) problems_.push_back({path, std::move(message)});
    }
    void wrong_type(const json::value& value, const shape::Type& type, const std::string& path) {
        problem(path, std::string("expected type: ") + wanted_name(type.kind) +
                          ", found: " + json_name(value));
    }

    const JsonOptions options_;
    std::vector<JsonProblem>& problems_;
    wire::MissingMembers* missing_;
};

void Reader::read(const json::value& value, const shape::Type& type, void* out,
                  shape::TimestampFormat format, const std::string& path,
                  const std::string& sentence) {
    switch (type.kind) {
        case shape::Kind::optional:
            if (value.is_null()) return;
            return read(value, type.element(), type.emplace(out), format, path, sentence);
        case shape::Kind::structure:
            if (!value.is_object()) return wrong_type(value, type, path);
            return read_structure(value.get_object(), type, out, path, sentence);
        case shape::Kind::list: {
            if (!value.is_array()) return wrong_type(value, type, path);
            std::size_t index = 0;
            for (const json::value& element : value.get_array()) {
                const std::string number = std::to_string(index++);
                read(element, type.element(), type.append(out), format, path + "/" + number,
                     sentence + "." + std::to_string(index) + ".member");
            }
            return;
        }
        case shape::Kind::map:
            if (!value.is_object()) return wrong_type(value, type, path);
            for (const auto& [key, entry] : value.get_object()) {
                read(entry, type.element(), type.insert(out, key), format,
                     path + "/" + std::string(key), sentence + "." + std::string(key) + ".member");
            }
            return;
        case shape::Kind::document:
            static_cast<shape::Document*>(out)->json = json::serialize(value);
            return;
        case shape::Kind::stream:
            return problem(path, "a streamed body is not for calls inside the process");
        default:
            return read_scalar(value, type, out, format, path);
    }
}

void Reader::read_structure(const json::object& object, const shape::Type& type, void* out,
                            const std::string& path, const std::string& sentence) {
    for (const auto& [key, value] : object) {
        const shape::Member* member = type.find_member(key);
        if (member == nullptr) {
            problem(path, "extraneous key [" + std::string(key) + "] is not permitted");
            continue;
        }
        if (value.is_null()) continue;
        const std::string name = wire::lower_first(member->name);
        read(value, member->type(), member->address(out), member->constraints.timestamp,
             path + "/" + std::string(key), sentence.empty() ? name : sentence + "." + name);
    }
    for (const shape::Member& member : type.members) {
        if (!member.constraints.required) continue;
        const auto* found = object.if_contains(member.name);
        if (found != nullptr && !found->is_null()) continue;
        if (options_.require_members) {
            problem(path, "required key [" + std::string(member.name) + "] not found");
        }
        if (missing_ == nullptr || missing_->size() >= wire::missing_members_max) continue;
        const std::string name = wire::lower_first(member.name);
        missing_->push_back(sentence.empty() ? name : sentence + "." + name);
    }
}

void Reader::read_scalar(const json::value& value, const shape::Type& type, void* out,
                         shape::TimestampFormat format, const std::string& path) {
    if (value.is_null() || value.is_array() || value.is_object()) {
        return wrong_type(value, type, path);
    }
    const bool text_wanted = type.kind == shape::Kind::string || type.kind == shape::Kind::blob;
    const bool text_given = value.is_string();
    const bool number_given = value.is_number();
    bool fits = options_.coerce_scalars;
    if (type.kind == shape::Kind::timestamp) {
        fits = true;
        if (number_given && format == shape::TimestampFormat::protocol_default) {
            format = shape::TimestampFormat::epoch_seconds;
        }
    } else if (text_wanted) {
        fits = fits || text_given;
    } else if (type.kind == shape::Kind::boolean) {
        fits = fits || value.is_bool();
    } else {
        fits = fits || number_given;
    }
    std::string text = scalar_text(value);
    // 2.0 for an integer; templates read from YAML and JSON write such.
    if (value.is_double() && type.kind != shape::Kind::real && !text_wanted) {
        const double number = value.get_double();
        if (std::abs(number) < exact_integers_below && number == std::trunc(number)) {
            text = std::to_string(static_cast<std::int64_t>(number));
        }
    }
    if (!fits || !wire::decode_text(text, type, out, format)) wrong_type(value, type, path);
}

json::value write(const shape::Type& type, const void* object);

void write_entry(void* context, std::string_view key, const void* value);

struct MapContext {
    const shape::Type* element;
    json::object* out;
};

void write_entry(void* context, std::string_view key, const void* value) {
    const auto& map = *static_cast<MapContext*>(context);
    (*map.out)[key] = write(*map.element, value);
}

json::value write_timestamp(const void* object) {
    std::string text;
    wire::append_epoch_seconds(text, *static_cast<const base::Timestamp*>(object));
    return json::parse(text);
}

json::value write_structure(const shape::Type& type, const void* object) {
    json::object out;
    for (const shape::Member& member : type.members) {
        const shape::Type& of = member.type();
        const void* address = member.address_in(object);
        if (of.kind == shape::Kind::optional && of.get(address) == nullptr) continue;
        if (of.kind == shape::Kind::stream) continue;
        out[member.name] = write(of, address);
    }
    return out;
}

json::value write(const shape::Type& type, const void* object) {
    switch (type.kind) {
        case shape::Kind::boolean:
            return *static_cast<const bool*>(object);
        case shape::Kind::integer:
            return *static_cast<const std::int32_t*>(object);
        case shape::Kind::long_integer:
            return *static_cast<const std::int64_t*>(object);
        case shape::Kind::real:
            return *static_cast<const double*>(object);
        case shape::Kind::string:
            return json::string(*static_cast<const std::string*>(object));
        case shape::Kind::blob:
            return json::string(wire::encode_base64(static_cast<const base::Blob*>(object)->bytes));
        case shape::Kind::timestamp:
            return write_timestamp(object);
        case shape::Kind::document: {
            json::error_code failed;
            json::value parsed =
                json::parse(static_cast<const shape::Document*>(object)->json, failed);
            return failed ? json::value(nullptr) : parsed;
        }
        case shape::Kind::list: {
            json::array out;
            for (std::size_t i = 0; i < type.size(object); ++i) {
                out.push_back(write(type.element(), type.element_at(object, i)));
            }
            return out;
        }
        case shape::Kind::map: {
            json::object out;
            MapContext context{&type.element(), &out};
            type.for_each(object, &context, &write_entry);
            return out;
        }
        case shape::Kind::structure:
            return write_structure(type, object);
        case shape::Kind::optional: {
            const void* value = type.get(object);
            return value != nullptr ? write(type.element(), value) : json::value(nullptr);
        }
        case shape::Kind::stream:
            return nullptr;
    }
    return nullptr;
}

}  // namespace

std::vector<JsonProblem> from_json(const json::value& value, const shape::Type& type, void* out,
                                   JsonOptions options, wire::MissingMembers* missing) {
    std::vector<JsonProblem> problems;
    Reader(options, problems, missing)
        .read(value, type, out, shape::TimestampFormat::protocol_default, "#", "");
    return problems;
}

json::value to_json(const shape::Type& type, const void* object) {
    return write(type, object);
}

}  // namespace aws
