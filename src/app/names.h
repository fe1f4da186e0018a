// The names in the three stacks that verbs show and ask for. The stacks themselves are defined in
// consolidated-data-stack/; tests/cdk/test_templates.py holds these against its templates.
#pragma once

#include <string>

namespace app {

inline constexpr const char* stream_name = "acme-telemetry-stream";
inline constexpr const char* delivery_stream_name = "acme-data-kinesis-to-s3";
inline constexpr const char* generator_name = "acme-data-generator";
inline constexpr const char* database_name = "acme_telemetry";
inline constexpr const char* table_name = "streaming_events";

inline std::string lake_bucket(const std::string& account, const std::string& region) {
    return "acme-telemetry-data-" + account + "-" + region;
}

}  // namespace app
