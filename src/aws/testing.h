// How the tests of a service call its operations: through the real decoder, router, validator and
// encoder, without a socket.
//
//   aws::testing::Harness harness(kinesis::model, &kinesis);
//   const auto answer = harness.json("CreateStream", R"({"StreamName": "s"})");
//   EXPECT_EQ(answer.status, 200) << answer.body;
//
// An untranslated base::Error fails the test unless it called expect_internal_failure().
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/service.h"

namespace aws::testing {

struct Answer {
    int status = 0;
    wire::Headers headers;
    std::string body;  // a streamed body is read whole
    // The member of a JSON body as text: strings bare, others as JSON. "" when absent. Path
    // "StreamDescription.Shards.0.ShardId".
    std::string at(std::string_view path) const;
    // The error code of a JSON or XML error body.
    std::string error_code() const;
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

class Harness {
  public:
    Harness(const ServiceModel& model, void* service);
    ~Harness();

    // JSON protocols. Waits for parked answers: pump() of a seeded executor is called meanwhile.
    Answer json(std::string_view operation, std::string_view body);
    // Query protocol: a form body, "Action=GetCallerIdentity&Version=2011-06-15".
    Answer query(std::string_view form);
    // REST protocols. `target` as on the request line.
    Answer rest(std::string_view method, std::string_view target, std::string_view body = {},
                const HeaderList& headers = {});
    // Start without waiting; the answer is in *out once it came (status != 0).
    void start_json(std::string_view operation, std::string_view body, Answer* out);

    // Called in a loop while an answer is awaited; default: sleeps 100 µs (real executors).
    void set_pump(base::UniqueFunction<void()> pump);
    void set_caller(Caller caller);       // default: root of 000000000000
    void set_region(std::string region);  // default: us-west-2
    void expect_internal_failure();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace aws::testing
