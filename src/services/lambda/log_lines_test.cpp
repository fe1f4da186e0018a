#include "services/lambda/log_lines.h"

#include <gtest/gtest.h>

#include "sim/seeded_executor.h"

namespace lambda {
namespace {

class Kept final : public ports::LogWriter {
  public:
    void write(const std::string&, const std::string&, const std::string& group,
               const std::string& stream, std::vector<ports::LogLine> lines) override {
        EXPECT_EQ(group, "g");
        EXPECT_EQ(stream, "s");
        ++batches;
        for (auto& line : lines)
            messages.push_back(std::move(line.message));
    }
    std::vector<std::string> messages;
    int batches = 0;
};

class LogLinesTest : public ::testing::Test {
  protected:
    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    Kept kept_;
    std::shared_ptr<InstanceLog> log_ =
        std::make_shared<InstanceLog>(LogTarget{"0", "r", "g", "s"}, kept_, executor_, clock_);
};

TEST_F(LogLinesTest, LinesAreCutWhereverTheChunksAre) {
    for (const char* chunk : {"one\ntw", "o\n", "\n", "thr", "ee\nfo"})
        log_->output(chunk);
    EXPECT_TRUE(kept_.messages.empty());
    executor_.run_for_ms(log_flush_ms);
    EXPECT_EQ(kept_.messages, (std::vector<std::string>{"one\n", "two\n", "\n", "three\n"}));
    EXPECT_EQ(kept_.batches, 1);
    log_->finish();
    EXPECT_EQ(kept_.messages.back(), "fo\n");
    executor_.run_for_ms(1000);
    EXPECT_EQ(kept_.batches, 2);
}

TEST_F(LogLinesTest, PlatformLinesEndAnUnfinishedOne) {
    log_->output("half");
    log_->platform("END");
    log_->output("rest\n");
    log_->finish();
    EXPECT_EQ(kept_.messages, (std::vector<std::string>{"half\n", "END\n", "rest\n"}));
}

TEST_F(LogLinesTest, LongLinesAreCut) {
    log_->output(std::string(2 * log_line_bytes_max + 10, 'x'));
    log_->output("\n");
    log_->finish();
    ASSERT_EQ(kept_.messages.size(), 3U);
    EXPECT_EQ(kept_.messages[0].size(), log_line_bytes_max + 1);
    EXPECT_EQ(kept_.messages[2], std::string(10, 'x') + "\n");
}

TEST_F(LogLinesTest, AFullBufferMakesTheProcessWait) {
    const std::string line(99'999, 'x');
    std::int64_t wait_ms = 0;
    int lines = 0;
    while (wait_ms == 0) {
        wait_ms = log_->output(line + "\n");
        ++lines;
        ASSERT_LT(lines, 100);
    }
    EXPECT_EQ(lines, 11);  // 1 MiB
    EXPECT_EQ(wait_ms, log_flood_wait_ms);
    executor_.run_for_ms(log_flush_ms);
    EXPECT_EQ(log_->output("x\n"), 0);
}

TEST_F(LogLinesTest, TheTailIsOfThisInvocationAndBounded) {
    log_->output("before\n");
    log_->begin_tail();
    log_->output("after\n");
    EXPECT_EQ(log_->tail(), "after\n");
    for (int i = 0; i < 10'000; ++i)
        log_->output("0123456789\n");
    EXPECT_EQ(log_->tail().size(), log_tail_bytes_max);
    EXPECT_TRUE(log_->tail().ends_with("\n0123456789\n"));
}

}  // namespace
}  // namespace lambda
