// acme-data-producer: sends the events it is invoked with to the stream STREAM_NAME and registers
// the hour's partitions of DATABASE_NAME.TABLE_NAME.
#include "environment.h"
#include "os/clock.h"
#include "os/random.h"
#include "producer.h"
#include "runtime.h"

namespace {

class AwsServices final : public producer::Services {
  public:
    AwsServices(const client::AwsSettings& settings, const base::Clock& clock, base::Random& random)
        : kinesis_("kinesis", settings, clock, random, runtime::sleep_ms, {},
                   {.connect_ms = 3'000, .receive_ms = 20'000}),
          // Partitions are not worth waiting for.
          glue_("glue", settings, clock, random, runtime::sleep_ms, {.attempts_max = 2},
                {.connect_ms = 3'000, .receive_ms = 5'000}) {}

    base::Result<std::string> kinesis(std::string_view operation, std::string_view body) override {
        return kinesis_.call_json("Kinesis_20131202." + std::string(operation), body);
    }
    base::Result<std::string> glue(std::string_view operation, std::string_view body) override {
        return glue_.call_json("AWSGlue." + std::string(operation), body);
    }

  private:
    client::AwsClient kinesis_;
    client::AwsClient glue_;
};

}  // namespace

int main() {
    auto settings = runtime::aws_settings({"kinesis", "glue"});
    auto stream = runtime::required_variable("STREAM_NAME");
    if (!settings) return runtime::fail_init("Configuration", settings.error().message);
    if (!stream) return runtime::fail_init("Configuration", stream.error().message);
    os::SystemClock clock;
    os::SystemRandom random;
    AwsServices services(settings.value(), clock, random);
    producer::Producer producer({stream.value(), runtime::variable("DATABASE_NAME").value_or(""),
                                 runtime::variable("TABLE_NAME").value_or("")},
                                {services, clock, random, runtime::sleep_ms, runtime::log});
    return runtime::run(
        [&producer](const runtime::Event& event) { return producer.handle(event.body); });
}
