// Web pages must not reach this server behind their user's back. A page of evil.example whose name
// resolves to 127.0.0.1 (DNS rebinding) sends its own host name; a page elsewhere sends its Origin.
// Programs send neither, or the name they were given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/http.h"

namespace server {

// "localhost:4566", "bucket.s3.localhost", "127.0.0.1", "[::1]:80", or one of `names` or a name
// below one; a port is ignored.
bool is_known_host(std::string_view host, const std::vector<std::string>& names);

// Did a browser send this? Origin or Sec-Fetch-Site says so; no page can leave them out of a
// cross-origin request.
bool is_from_browser(const wire::RequestHead& head);

// What is wrong: "" when nothing is. A browser's request must name a known host; when `trusting`
// (no signature protects) its Origin must be known too.
std::string check_browser(const wire::RequestHead& head, const std::vector<std::string>& names,
                          bool trusting);

}  // namespace server
