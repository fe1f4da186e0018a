#include "environment.h"

#include <chrono>
#include <cstdlib>
#include <thread>

namespace runtime {

std::optional<std::string> variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
}

base::Result<std::string> required_variable(const std::string& name) {
    auto value = variable(name);
    if (!value || value->empty()) {
        return base::Error{base::ErrorKind::invalid, "the environment has no " + name, ""};
    }
    return std::move(*value);
}

void sleep_ms(std::int64_t ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

base::Result<client::AwsSettings> aws_settings(const std::vector<std::string>& services) {
    return client::AwsSettings::from(variable, services);
}

}  // namespace runtime
