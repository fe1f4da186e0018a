// The resources of the three stacks, as named in the target: one list of public operations. The
// command line makes them through the API like any other client; running it again changes nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/api.h"

namespace app {

struct ResourceNames {
    std::string account = "000000000000";
    std::string region = "us-west-2";
    std::string bucket() const { return "acme-telemetry-data-" + account + "-" + region; }
};

inline constexpr const char* stream_name = "acme-telemetry-stream";
inline constexpr const char* delivery_stream_name = "acme-data-kinesis-to-s3";
inline constexpr const char* generator_name = "acme-data-generator";
inline constexpr const char* producer_name = "acme-data-producer";
inline constexpr const char* rule_name = "acme-data-generator-schedule";
inline constexpr const char* database_name = "acme_telemetry";
inline constexpr const char* table_name = "streaming_events";

struct Step {
    const char* stack;  // "AcmeKinesisStack"
    std::string what;   // "stream acme-telemetry-stream"
    ApiService service;
    std::string operation;  // JSON services
    std::string method;     // REST services
    std::string path;
    std::string body;                   // JSON or XML
    const char* exists_code = nullptr;  // this error means that it is there already
};

// In the order in which they can be made. `function_zips` is the folder with the functions' zips.
//   errors  not_found: a zip is missing
base::Result<std::vector<Step>> resource_steps(const ResourceNames& names,
                                               const std::string& function_zips,
                                               base::FileSystem& files);

// Make all of them; `report` is called after each (made: false when it was there already).
base::Result<void> make_resources(Api& api, const std::vector<Step>& steps,
                                  const std::function<void(const Step&, bool made)>& report);

}  // namespace app
