// Stacks over stores in memory and a service that a test scripts, asked through the real wire
// decoder. The service outlives crashes of the engine, as the disks of real services do.
//
//   Test::Thing   Name (replaces), Value, Size, Of (a list), Polls (looks until it has settled),
//                 FailOn ("create", "late", "update", "delete"), Tags; attributes Arn, Value
//   Test::Rigid   Value; every change replaces
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/testing.h"
#include "object_store/testing.h"
#include "services/cloudformation/cloudformation.h"

namespace cloudformation::testing {

inline constexpr const char* account = "000000000000";
inline constexpr const char* region = "us-west-2";

// What the fake service has, and what it was asked.
struct World {
    struct Thing {
        std::string value;
        std::int32_t size = 0;
        std::int32_t polls_left = 0;
        std::string fail_on;
        std::map<std::string, std::string> tags;
        int times_made = 0;
    };
    base::Mutex mutex;  // over all below, where a test runs in several threads
    std::map<std::string, Thing> things;
    std::vector<std::string> calls;  // "Make a", "Change a", "Drop a"
    // Calls that fail once: "Make a" -> its fault.
    std::map<std::string, aws::Fault> faults;
    // While it is there, "Make a" is kept unanswered.
    std::string held_name;
    std::vector<base::Task> held;
    std::map<std::string, std::string> parameters;  // SSM's
    int parameters_read = 0;

    std::string names() const;  // "a b c"
    std::size_t count_calls(const std::string& call) const;
};

extern const aws::ServiceModel fake_model;
extern const aws::ServiceModel ssm_model;

// Lambda functions of custom resources: a test says what they do.
struct FakeFunctions final : ports::FunctionInvoker {
    using InvokeDone = base::UniqueFunction<void(aws::Reply<ports::InvokeResult>)>;
    void invoke_async(const std::string&, std::string, const aws::Caller&,
                      base::UniqueFunction<void(aws::Reply<void>)>) override {
        ADD_FAILURE() << "custom resources wait for the end of the invocation";
    }
    void invoke(const std::string& arn, std::string payload, const aws::Caller& caller,
                InvokeDone done) override;

    std::vector<boost::json::object> events;
    // Runs for each invocation; unset: nothing happens, ever.
    std::function<void(const boost::json::object& event, InvokeDone done)> script;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

class StacksTest : public ::testing::Test {
  protected:
    explicit StacksTest(std::uint64_t seed = 1);
    ~StacksTest() override;

    // Stop and start again on the same disk.
    void restart();
    // Destroy without a word, as a kill leaves the stored rows, and start again.
    void crash();
    void open();

    aws::testing::Answer call(const std::string& action, const Fields& fields);
    // "" for a 200, otherwise "Code: message".
    std::string outcome(const std::string& action, const Fields& fields);
    // Run all that is ready, and time where something waits for it (at most ten minutes).
    void settle();

    // CreateStack (or UpdateStack when it is there), and settle; the status, with its reason.
    std::string deploy(const std::string& name, const std::string& body, Fields more = {});
    std::string remove(const std::string& name);
    std::string status(const std::string& name);
    std::string status_reason(const std::string& name);
    // "Logical STATUS reason" of all events, oldest first, one a line; stack events with "*".
    std::string events(const std::string& name);
    std::string resources(const std::string& name);  // "A=CREATE_COMPLETE B=…"
    std::string output(const std::string& name, const std::string& key);
    // CreateChangeSet named "c"; "" or the fault.
    std::string change_set(const std::string& name, const std::string& body,
                           const std::string& type, Fields more = {});

    std::int64_t patience_ms_ = 0;  // from the next restart() on
    object_store::testing::Stage stage_;
    World world_;
    FakeFunctions functions_;
    std::unique_ptr<aws::InternalClient> client_;
    base::Metrics metrics_;
    std::unique_ptr<CloudFormation> stacks_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

// The text of the first element of that name, "" when there is none; all of them.
std::string element(std::string_view xml, const std::string& name);
std::vector<std::string> elements(std::string_view xml, const std::string& name);
// {"Resources": {…}} from pairs: thing("A", R"("Name":"a")").
std::string thing(const std::string& logical_id, const std::string& properties = "",
                  const std::string& more = "", const std::string& type = "Test::Thing");
std::string body(std::initializer_list<std::string> resources, const std::string& more = "");

}  // namespace cloudformation::testing
