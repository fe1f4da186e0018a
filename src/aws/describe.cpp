#include "aws/describe.h"

#include <algorithm>

#include "wire/json.h"

namespace aws {

namespace {

const char* kind_name(shape::Kind kind) {
    switch (kind) {
        case shape::Kind::boolean:
            return "boolean";
        case shape::Kind::integer:
            return "integer";
        case shape::Kind::long_integer:
            return "long";
        case shape::Kind::real:
            return "double";
        case shape::Kind::string:
            return "string";
        case shape::Kind::blob:
            return "blob";
        case shape::Kind::timestamp:
            return "timestamp";
        case shape::Kind::document:
            return "document";
        case shape::Kind::list:
            return "list";
        case shape::Kind::map:
            return "map";
        case shape::Kind::structure:
            return "structure";
        case shape::Kind::optional:
            return "optional";
        case shape::Kind::stream:
            return "stream";
    }
    return "";
}

const char* location_name(shape::Location location) {
    switch (location) {
        case shape::Location::body:
            return "body";
        case shape::Location::header:
            return "header";
        case shape::Location::header_prefix:
            return "headers";
        case shape::Location::query:
            return "querystring";
        case shape::Location::path:
            return "uri";
        case shape::Location::payload:
            return "payload";
        case shape::Location::status:
            return "statusCode";
    }
    return "";
}

const char* timestamp_name(shape::TimestampFormat format) {
    switch (format) {
        case shape::TimestampFormat::protocol_default:
            return "";
        case shape::TimestampFormat::epoch_seconds:
            return "unixTimestamp";
        case shape::TimestampFormat::iso8601:
            return "iso8601";
        case shape::TimestampFormat::http_date:
            return "rfc822";
    }
    return "";
}

const char* protocol_name(Protocol protocol) {
    switch (protocol) {
        case Protocol::json_1_0:
            return "json_1_0";
        case Protocol::json_1_1:
            return "json_1_1";
        case Protocol::query:
            return "query";
        case Protocol::rest_xml:
            return "rest_xml";
        case Protocol::rest_json:
            return "rest_json";
    }
    return "";
}

// Writes one object's fields with the commas where they belong.
class Fields {
  public:
    explicit Fields(std::string& out) : out_(out) { out_ += '{'; }
    ~Fields() { out_ += '}'; }
    Fields(const Fields&) = delete;
    Fields& operator=(const Fields&) = delete;

    std::string& name(std::string_view name) {
        if (!first_) out_ += ',';
        first_ = false;
        wire::append_json_string(out_, name);
        out_ += ':';
        return out_;
    }
    void text(std::string_view field, std::string_view value) {
        if (!value.empty()) wire::append_json_string(name(field), value);
    }
    void number(std::string_view field, std::int64_t value) {
        name(field) += std::to_string(value);
    }
    void flag(std::string_view field, bool value) {
        if (value) name(field) += "true";
    }

  private:
    std::string& out_;
    bool first_ = true;
};

class Describer {
  public:
    explicit Describer(std::string& out) : out_(out) {}

    void shape(const shape::Type& type) {
        if (type.kind == shape::Kind::optional) return shape(type.element());
        Fields fields(out_);
        if (std::find(inside_.begin(), inside_.end(), &type) != inside_.end()) {
            fields.text("type", "recursive");
            return;
        }
        fields.text("type", kind_name(type.kind));
        fields.flag("union", type.is_union);
        if (type.kind == shape::Kind::list || type.kind == shape::Kind::map) {
            fields.name("element");
            shape(type.element());
        }
        if (type.kind != shape::Kind::structure) return;
        inside_.push_back(&type);
        fields.name("members");
        {
            Fields members(out_);
            for (const shape::Member& member : type.members) {
                members.name(member.name);
                this->member(member);
            }
        }
        inside_.pop_back();
    }

  private:
    void member(const shape::Member& member) {
        const shape::Constraints& c = member.constraints;
        Fields fields(out_);
        fields.name("shape");
        shape(member.type());
        fields.flag("required", c.required);
        fields.flag("optional", member.type().kind == shape::Kind::optional);
        if (c.min.has_value()) fields.number("min", *c.min);
        if (c.max.has_value()) fields.number("max", *c.max);
        if (c.pattern != nullptr) fields.text("pattern", c.pattern);
        if (c.values != nullptr) values(fields, c.values);
        if (c.wire_name != nullptr) fields.text("wireName", c.wire_name);
        if (c.location != shape::Location::body) fields.text("location", location_name(c.location));
        fields.text("timestampFormat", timestamp_name(c.timestamp));
        fields.flag("flattened", c.flattened);
        if (c.element_name != nullptr) fields.text("elementName", c.element_name);
        fields.flag("xmlAttribute", c.xml_attribute);
        fields.flag("sensitive", c.sensitive);
        if (c.help != nullptr) fields.text("help", c.help);
    }

    static void values(Fields& fields, std::string_view list) {
        std::string& out = fields.name("values");
        out += '[';
        while (true) {
            const std::size_t comma = list.find(',');
            wire::append_json_string(out, list.substr(0, comma));
            if (comma == std::string_view::npos) break;
            out += ',';
            list.remove_prefix(comma + 1);
            while (list.starts_with(' '))
                list.remove_prefix(1);
        }
        out += ']';
    }

    std::string& out_;
    std::vector<const shape::Type*> inside_;
};

void describe_operation(const Operation& operation, std::string& out) {
    Fields fields(out);
    fields.text("name", operation.name);
    fields.name("http");
    {
        Fields http(out);
        http.text("method", operation.options.http.method);
        http.text("uri", operation.options.http.uri);
        http.number("status", operation.options.http.status);
    }
    constexpr const char* forms[] = {"plain", "parked", "streamed"};
    fields.text("form", forms[static_cast<std::size_t>(operation.form)]);
    fields.number("bodyBytesMax", static_cast<std::int64_t>(operation.options.body_bytes_max));
    fields.name("input");
    Describer(out).shape(operation.input());
    fields.name("output");
    Describer(out).shape(operation.output());
}

}  // namespace

std::string describe(const ServiceModel& model) {
    std::string out;
    {
        Fields fields(out);
        fields.text("id", model.id);
        fields.text("signingName", model.signing_name);
        fields.text("protocol", protocol_name(model.protocol));
        fields.text("targetPrefix", model.target_prefix);
        fields.text("apiVersion", model.api_version);
        fields.text("xmlNamespace", model.xml_namespace);
        fields.name("operations") += '[';
        for (std::size_t i = 0; i < model.operations.size(); ++i) {
            if (i > 0) out += ',';
            describe_operation(*model.operations[i], out);
        }
        out += ']';
    }
    return out;
}

}  // namespace aws
