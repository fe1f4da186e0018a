// What the readers of a template's sections share.
#pragma once

#include "stack_template/functions.h"
#include "stack_template/stack_template.h"

namespace stack_template {

// A section's map; an empty one when the template has none.  errors  invalid: not a map
base::Result<const json::object*> section(const json::object& root, std::string_view name);
base::Result<const json::object*> member_object(const json::value& value,
                                                std::string_view section_name);
//   errors  limit: "Template format error: Number of resources, 501, is greater than maximum …"
base::Result<void> check_count(const json::object& map, std::string_view what, std::size_t max);
// Logical names: [A-Za-z0-9]{1,255}. `section_name` is the plural, "Resources".
base::Result<void> check_name(std::string_view name, std::string_view section_name);
// The text of a scalar member; `out` is left alone when it is absent.
base::Result<void> read_text(const json::object& map, std::string_view key, std::string& out);

base::Result<void> read_parameters(const json::object& section, Template& parsed);

}  // namespace stack_template
