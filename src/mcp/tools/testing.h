// What tests of tools, resources and prompts use: a backend that answers from a script, a context
// over a stepped clock, and calls of a tool as the server makes them.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/validation.h"
#include "mcp/registry.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/virtual_clock.h"

namespace mcp::tools::testing {

boost::json::object parse_object(const std::string& text);
// {"sql": …, "database": "acme"}, with `more` (",\"max_rows\":7") behind it.
std::string query_of(const std::string& sql, const std::string& more = "");

class FakeBackend final : public Backend {
  public:
    using Answer = std::function<aws::Reply<boost::json::object>(const boost::json::object& input)>;
    struct Asked {
        std::string operation;
        boost::json::object input;
    };

    void call(std::string_view service, std::string_view operation, boost::json::object input,
              Done done) override;
    // "bucket/key" in `objects`, else NoSuchKey.
    void read_object(std::string bucket, std::string key, std::uint64_t offset,
                     std::uint64_t bytes_max, ReadDone done) override;
    void on(const std::string& operation, const std::string& answer);
    boost::json::object list_objects(const boost::json::object& input) const;
    std::size_t count(const std::string& operation) const;  // how often it was asked

    // What is not here fails with InternalFailure.
    std::map<std::string, Answer> answers;
    std::map<std::string, std::string> objects;
    // What ListObjectsV2 lists, of one bucket: prefix, delimiter and pages of 1,000 as S3 has them.
    struct Listed {
        std::int64_t bytes = 0;
        double modified_s = 0;
    };
    std::map<std::string, Listed> listed;
    std::vector<Asked> asked;
};

class FakeContext final : public Context {
  public:
    FakeContext(FakeBackend& backend, sim::VirtualClock& clock, sim::SeededExecutor& executor)
        : backend_(backend), clock_(clock), executor_(executor) {}
    Backend& backend() override { return backend_; }
    const base::Clock& clock() const override { return clock_; }
    base::Executor& executor() override { return executor_; }
    base::Log& log() override { return log_; }
    void progress(double, std::optional<double>, std::string_view) override { ++progress_count; }
    bool is_cancelled() const override { return cancelled_; }
    void when_cancelled(base::Task task) override;
    std::string seal(std::string_view purpose, std::string_view plain) const override;
    std::optional<std::string> open(std::string_view purpose,
                                    std::string_view sealed) const override;
    Era era() const override { return Era::stateless; }
    const boost::json::object& params() const override { return none_; }
    const boost::json::object& client_capabilities() const override { return none_; }
    void log_to_client(std::string_view, boost::json::value) override {}
    void ask_client(std::string_view, boost::json::object, ClientDone done) override {
        done(std::nullopt);
    }
    void break_stream() override {}
    void notify_all(std::string_view, boost::json::object) override {}

    void cancel();
    int progress_count = 0;

  private:
    FakeBackend& backend_;
    sim::VirtualClock& clock_;
    sim::SeededExecutor& executor_;
    sim::RecordingLog log_;
    boost::json::object none_;
    bool cancelled_ = false;
    std::vector<base::Task> tasks_;
};

class Sink final : public ResultSink {
  public:
    void succeed(boost::json::object answer) override { result = std::move(answer); }
    void refuse(RpcError error) override { refused = std::move(error); }
    std::optional<boost::json::object> result;
    std::optional<RpcError> refused;
};

// Database acme with the table events (JSON, partitioned by day, two objects), and the database
// other without tables. Queries succeed with one row.
class ToolsTest : public ::testing::Test {
  protected:
    void SetUp() override;
    static boost::json::object table();
    void state(const std::string& name, const std::string& reason = "");
    // Rows of a result as GetQueryResults pages them, header first. `columns`: [[name, type]…],
    // each row a JSON array of texts and nulls.
    void rows(const std::string& columns, const std::vector<std::string>& texts);

    void begin(const Tool& tool, const std::string& arguments);
    boost::json::object call(const Tool& tool, const std::string& arguments);
    // The structured content of a call that succeeds.
    boost::json::object data(const Tool& tool, const std::string& arguments);
    // The text of one that is an error.
    std::string failure(const Tool& tool, const std::string& arguments);
    static std::string text(const boost::json::object& result);

    sim::VirtualClock clock;
    sim::SeededExecutor executor{1, clock};
    FakeBackend backend;
    FakeContext context{backend, clock, executor};
    std::shared_ptr<Sink> sink;

  private:
    aws::Validator validator_;
    std::shared_ptr<void> input_;
};

}  // namespace mcp::tools::testing
