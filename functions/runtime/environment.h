// What a function's main needs besides the runtime: variables, time, pauses, AWS settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aws_client.h"

namespace runtime {

std::optional<std::string> variable(const std::string& name);
// The value, or an error that names the variable.
base::Result<std::string> required_variable(const std::string& name);
void sleep_ms(std::int64_t ms);
base::Result<client::AwsSettings> aws_settings(const std::vector<std::string>& services);

}  // namespace runtime
