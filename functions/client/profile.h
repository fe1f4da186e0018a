// The shared files of the AWS tools, ~/.aws/credentials and ~/.aws/config: the settings of one
// profile, as far as this library understands them. Pure text in, values out.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace client {

// A profile's settings by their names in lower case ("aws_access_key_id", "region").
using Profile = std::map<std::string, std::string>;

inline constexpr std::size_t profile_file_bytes_max = 1024 * 1024;

enum class ProfileFile {
    credentials,  // "[name]"
    config,       // "[profile name]", but "[default]"
};
// The settings of the profile `name` in a file's text; empty when it is not in there. Lines that
// are indented (settings within a setting) and lines that are no setting are passed over.
Profile read_profile(std::string_view text, ProfileFile file, std::string_view name);

}  // namespace client
