// What AWS clients need in their environment to talk to this server.
#pragma once

#include <map>
#include <string>

#include "app/verbs/verb.h"

namespace app {

// Removed from the environment: each would win over, or break, what client_environment sets.
inline constexpr const char* cleared_variables[] = {"AWS_PROFILE", "AWS_SESSION_TOKEN",
                                                    "AWS_CA_BUNDLE"};

// errors  not_found: the server has not made its keys yet
base::Result<std::map<std::string, std::string>> client_environment(const VerbContext& context);

}  // namespace app
