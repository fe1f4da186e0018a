// The command line as a client of a running server: calls with the root keys, JSON in and out.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>

#include "app/settings.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "functions/client/aws_client.h"

namespace app {

// A service as the command line calls it.
struct ApiService {
    const char* signing_name;
    const char* target_prefix;  // "" for REST services
    const char* version = "1.1";
};
inline constexpr ApiService kinesis_api = {"kinesis", "Kinesis_20131202"};
inline constexpr ApiService firehose_api = {"firehose", "Firehose_20150804"};
inline constexpr ApiService glue_api = {"glue", "AWSGlue"};
inline constexpr ApiService athena_api = {"athena", "AmazonAthena"};
inline constexpr ApiService events_api = {"events", "AWSEvents"};
inline constexpr ApiService logs_api = {"logs", "Logs_20140328"};
inline constexpr ApiService lambda_api = {"lambda", ""};
inline constexpr ApiService s3_api = {"s3", ""};
inline constexpr ApiService sts_api = {"sts", ""};
inline constexpr ApiService cloudformation_api = {"cloudformation", ""};
inline constexpr ApiService admin_api = {"datastack", "DataStack_20261122"};

// One thread.
class Api {
  public:
    // Keys: from the settings, or those that the server made in the data directory.
    //   errors  not_found: no keys, with what to do
    static base::Result<std::unique_ptr<Api>> open(const Settings& settings,
                                                   base::FileSystem& files,
                                                   const base::Clock& clock, base::Random& random);

    // errors  unavailable (no server there, with what to do), invalid (the service's answer)
    base::Result<boost::json::value> call(const ApiService& service, const std::string& operation,
                                          const boost::json::value& input);
    base::Result<client::HttpAnswer> rest(const ApiService& service, const std::string& method,
                                          const std::string& path, std::string_view body,
                                          const wire::Headers& headers = {});
    // A call of a Query service (form in, XML out).
    //   returns  the answer's <ActionResult> element, "" when it has none
    base::Result<std::string> query(
        const ApiService& service, const std::string& version, const std::string& action,
        const std::vector<std::pair<std::string, std::string>>& parameters);
    // "ResourceInUseException" of the last call that failed with invalid
    const std::string& last_code() const { return last_code_; }
    const std::string& endpoint() const { return endpoint_; }
    const client::AwsSettings& settings() const { return settings_; }

  private:
    Api(client::AwsSettings settings, std::string endpoint, const base::Clock& clock,
        base::Random& random);
    client::AwsClient& client_of(const ApiService& service);
    base::Error explain(const base::Error& error, const client::AwsClient& client);

    const client::AwsSettings settings_;
    const std::string endpoint_;
    const base::Clock& clock_;
    base::Random& random_;
    std::map<std::string, std::unique_ptr<client::AwsClient>> clients_;
    std::string last_code_;
};

// Keys of the root user: from the settings, else from the data directory.
base::Result<wire::sigv4::Credentials> find_credentials(const Settings& settings,
                                                        base::FileSystem& files);
// "http://127.0.0.1:4566"; 0.0.0.0 and [::] become loopback.
std::string endpoint_url(const std::string& listen);

}  // namespace app
