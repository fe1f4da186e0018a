// XML <-> shapes, as Query answers and S3 speak it. Reading is pugixml's (no DTDs, no external
// entities); prefixes of element names are ignored.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/shape.h"
#include "wire/json.h"

namespace wire {

// Deeper documents are refused.
inline constexpr std::size_t xml_depth_max = 64;
// Tags in one document: bounds the tree that a small hostile body can make us build.
inline constexpr std::size_t xml_tags_max = 500'000;
inline constexpr std::string_view xml_declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// Decode the root element's content into `out`, a default-constructed object of `type` (a
// structure); the root's name is not looked at. Unknown elements are ignored; members whose
// location is not the body are left alone.
//   errors  invalid
base::Result<void> decode_xml(std::string_view text, const shape::Type& type, void* out,
                              MissingMembers* missing = nullptr);

// Append the body members of a structure as elements, without an element around them.
void append_xml_members(std::string& out, const shape::Type& type, const void* object);

// Append `object` (any kind) as the element `name`. `xml_namespace` may be null.
void append_xml_element(std::string& out, std::string_view name, const shape::Type& type,
                        const void* object, const char* xml_namespace = nullptr);

// Escapes for text and attributes; bytes that are not UTF-8 become U+FFFD.
void append_xml_text(std::string& out, std::string_view text);

}  // namespace wire
