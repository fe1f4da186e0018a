// A shape with every kind of member, for the fuzzers of the codecs.
#pragma once

#include "base/shape.h"

namespace fuzz {

struct Leaf {
    std::string text;
    std::optional<std::string> attribute;
    static constexpr auto members() {
        return std::tuple{shape::member("Text", &Leaf::text, {.required = true}),
                          shape::member("Attribute", &Leaf::attribute, {.xml_attribute = true})};
    }
};

struct Everything {
    std::string text;
    bool flag = false;
    std::int32_t small = 0;
    std::optional<std::int64_t> large;
    double real = 0;
    base::Blob blob;
    base::Timestamp time;
    base::Timestamp iso;
    shape::Document document;
    std::vector<Everything> list;
    std::vector<Leaf> flat;
    std::map<std::string, std::vector<std::string>> map;
    std::map<std::string, Leaf> flat_map;
    std::unique_ptr<Everything> child;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Text", &Everything::text, {.required = true}),
            shape::member("Flag", &Everything::flag),
            shape::member("Small", &Everything::small),
            shape::member("Large", &Everything::large),
            shape::member("Real", &Everything::real),
            shape::member("Blob", &Everything::blob),
            shape::member("Time", &Everything::time),
            shape::member("Iso", &Everything::iso, {.timestamp = shape::TimestampFormat::iso8601}),
            shape::member("Document", &Everything::document),
            shape::member("List", &Everything::list),
            shape::member("Flat", &Everything::flat, {.flattened = true}),
            shape::member("Map", &Everything::map),
            shape::member("FlatMap", &Everything::flat_map, {.flattened = true}),
            shape::member("Child", &Everything::child)};
    }
};

}  // namespace fuzz
