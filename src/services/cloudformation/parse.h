// JSON that we have stored ourselves.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace cloudformation {

// {} when it is empty, or no object.
boost::json::object parse_object(const std::string& text);

}  // namespace cloudformation
