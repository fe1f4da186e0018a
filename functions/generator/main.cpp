// acme-data-generator: makes BATCH_SIZE events and invokes PRODUCER_FUNCTION_NAME with them.
#include "batch.h"
#include "environment.h"
#include "os/clock.h"
#include "os/random.h"
#include "runtime.h"
#include "wire/uri.h"

namespace {

// The producer's answer; an error when it has one or could not be invoked.
base::Result<std::string> invoke(client::AwsClient& lambda, const std::string& function,
                                 const std::string& payload) {
    wire::Headers headers;
    headers.add("Content-Type", "application/json");
    headers.add("X-Amz-Invocation-Type", "RequestResponse");
    const std::string path =
        "/2015-03-31/functions/" + wire::percent_encode(function) + "/invocations";
    // Not idempotent: an invocation that may have run is not run again, events would double.
    auto answer = lambda.call("POST", path, "", payload, headers, false);
    if (!answer) {
        runtime::log("cannot invoke " + function + ": " + answer.error().describe());
        return answer.error();
    }
    if (answer.value().headers.find("X-Amz-Function-Error") != nullptr) {
        runtime::log(function + " failed: " + answer.value().body);
        return base::Error{base::ErrorKind::unavailable,
                           function + " failed: " + answer.value().body, ""};
    }
    return std::move(answer.value().body);
}

}  // namespace

int main() {
    auto settings = runtime::aws_settings({"lambda"});
    auto function = runtime::required_variable("PRODUCER_FUNCTION_NAME");
    if (!settings) return runtime::fail_init("Configuration", settings.error().message);
    if (!function) return runtime::fail_init("Configuration", function.error().message);
    os::SystemClock clock;
    os::SystemRandom random;
    client::AwsClient lambda("lambda", settings.value(), clock, random, runtime::sleep_ms, {},
                             {.connect_ms = 3'000, .receive_ms = 900'000});
    const std::string batch_size = runtime::variable("BATCH_SIZE").value_or("");
    return runtime::run([&](const runtime::Event& event) -> runtime::Answer {
        TRY(request, generator::read_request(event.body, batch_size, random.next_u64()));
        TRY(report, generator::run_batch(request, {}, clock.now(), [&](const std::string& payload) {
                return invoke(lambda, function.value(), payload);
            }));
        runtime::log("batch " + report);
        return report;
    });
}
