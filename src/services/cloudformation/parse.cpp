#include "services/cloudformation/parse.h"

#include <boost/json/parse.hpp>

namespace cloudformation {

boost::json::object parse_object(const std::string& text) {
    if (text.empty()) return {};
    boost::system::error_code error;
    boost::json::parse_options options;
    options.max_depth = 256;
    boost::json::value value = boost::json::parse(text, error, {}, options);
    if (error || !value.is_object()) return {};
    return std::move(value.get_object());
}

}  // namespace cloudformation
