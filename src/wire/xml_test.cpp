#include "wire/xml.h"

#include <gtest/gtest.h>

namespace {

struct Owner {
    std::string id;
    std::optional<std::string> type;
    static constexpr auto members() {
        return std::tuple{
            shape::member("ID", &Owner::id, {.required = true}),
            shape::member("Type", &Owner::type, {.wire_name = "xsi:type", .xml_attribute = true})};
    }
};

struct Document {
    std::string name;
    std::optional<std::int64_t> size;
    base::Timestamp modified;
    std::vector<Owner> contents;
    std::vector<std::string> wrapped;
    std::map<std::string, std::string> tags;
    std::optional<Owner> owner;
    std::string header;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Name", &Document::name, {.required = true}),
            shape::member("Size", &Document::size),
            shape::member("LastModified", &Document::modified),
            shape::member("Contents", &Document::contents, {.flattened = true}),
            shape::member("Wrapped", &Document::wrapped, {.element_name = "Item"}),
            shape::member("Tags", &Document::tags),
            shape::member("Owner", &Document::owner, {.xml_namespace = "urn:o"}),
            shape::member("Header", &Document::header, {.location = shape::Location::header}),
        };
    }
};

base::Result<Document> decode(std::string_view text, wire::MissingMembers* missing = nullptr) {
    Document document;
    TRY_VOID(wire::decode_xml(text, shape::type_of<Document>(), &document, missing));
    return document;
}

std::string encode(const Document& document) {
    std::string out;
    wire::append_xml_element(out, "Doc", shape::type_of<Document>(), &document, "urn:d");
    return out;
}

TEST(Xml, WritesAndReadsBack) {
    Document document;
    document.name = "a<&>\"\r\n\t\xC3\xA9";
    document.size = 5;
    document.modified.ms = 1772366405250;
    document.contents.resize(2);
    document.contents[0].id = "1";
    document.contents[1] = {"2", "Group"};
    document.wrapped = {"x", " ", ""};
    document.tags["k"] = "v";
    document.owner = Owner{"o", std::nullopt};
    document.header = "not here";
    const std::string text = encode(document);
    EXPECT_EQ(text,
              "<Doc xmlns=\"urn:d\"><Name>a&lt;&amp;&gt;&quot;&#xD;&#xA;&#x9;\xC3\xA9</Name>"
              "<Size>5</Size><LastModified>2026-03-01T12:00:05.250Z</LastModified>"
              "<Contents><ID>1</ID></Contents><Contents xsi:type=\"Group\"><ID>2</ID></Contents>"
              "<Wrapped><Item>x</Item><Item> </Item><Item></Item></Wrapped>"
              "<Tags><entry><key>k</key><value>v</value></entry></Tags>"
              "<Owner xmlns=\"urn:o\"><ID>o</ID></Owner></Doc>");
    const auto got = decode(std::string(wire::xml_declaration) + text);
    ASSERT_TRUE(got.has_value()) << got.error().describe();
    EXPECT_EQ(encode(got.value()), text);
}

TEST(Xml, ReadsWhatPeopleWrite) {
    wire::MissingMembers missing;
    const auto got = decode(
        "<?xml version='1.0'?>\n<!-- c --><s3:Any xmlns:s3=\"u\">\n  <s3:Size> 5\n</s3:Size>\n"
        "  <Unknown><Name>no</Name></Unknown><Owner><Other/></Owner>\n</s3:Any>\n",
        &missing);
    ASSERT_TRUE(got.has_value()) << got.error().describe();
    EXPECT_EQ(got.value().size, 5);
    EXPECT_EQ(missing, (wire::MissingMembers{"name", "owner.iD"}));
}

TEST(Xml, Refusals) {
    for (const std::string_view text :
         {"", " ", "text", "<a>", "<a></b>", "<Doc><Size>x</Size></Doc>", "<Doc",
          "<Doc><Size>1</Size><Size>2</Size></Doc>", "<Doc><Name>\xFF</Name></Doc>",
          "<Doc><Tags><entry><key>k</key></entry></Tags></Doc>",
          "<Doc><LastModified>yesterday</LastModified></Doc>"}) {
        EXPECT_FALSE(decode(text).has_value()) << text;
    }
}

TEST(Xml, EntitiesOfADtdAreNotExpanded) {
    const auto got = decode(
        "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY y \"yyyy\">]>"
        "<Doc><Name>&x;&y;</Name></Doc>");
    if (got.has_value()) {
        EXPECT_EQ(got.value().name, "&x;&y;");
    }
}

TEST(Xml, DepthHasALimit) {
    const auto nested = [](std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i)
            text += "<a>";
        for (std::size_t i = 0; i < depth; ++i)
            text += "</a>";
        return text;
    };
    EXPECT_TRUE(decode(nested(wire::xml_depth_max)).has_value());
    EXPECT_FALSE(decode(nested(wire::xml_depth_max + 2)).has_value());
    EXPECT_FALSE(decode(nested(100'000)).has_value());
}

TEST(Xml, TagsHaveALimit) {
    std::string text = "<Doc>";
    for (std::size_t i = 2; i < wire::xml_tags_max; ++i)
        text += "<a/>";
    EXPECT_TRUE(decode(text + "</Doc>").has_value());
    EXPECT_FALSE(decode(text + "<a/></Doc>").has_value());
}

TEST(Xml, TextIsAlwaysUtf8) {
    std::string out;
    wire::append_xml_text(out, std::string_view("a\xFF\x01\x1F\0", 5));
    EXPECT_EQ(out, "a\xEF\xBF\xBD&#x1;&#x1f;&#x0;");
}

}  // namespace
