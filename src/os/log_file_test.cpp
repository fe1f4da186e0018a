// The program's log: its lines, its rotation at the edge, its behaviour under pressure.
#include "os/log_file.h"

#include <gtest/gtest.h>

#include "sim/crash_file_system.h"
#include "sim/virtual_clock.h"

namespace os {
namespace {

class FileLogTest : public ::testing::Test {
  protected:
    std::string read(const std::string& path) {
        auto text = base::read_file(files_, path, 1 << 30);
        return text ? text.value() : "(none)";
    }
    std::unique_ptr<FileLog> open(FileLogOptions options) {
        options.path = "log";
        return std::move(FileLog::open(std::move(options), files_, clock_).value());
    }

    sim::VirtualClock clock_;
    sim::CrashFileSystem files_;
};

TEST_F(FileLogTest, WritesLinesAndAppendsToAnOldFile) {
    auto log = open({});
    log->debug("not shown");
    log->info("started", {{"port", "4566"}});
    log->error("a\nforged line", {{"why", "two words"}});
    log.reset();
    const std::string first = read("log");
    EXPECT_EQ(first.find("not shown"), std::string::npos);
    EXPECT_NE(first.find("Z INFO started port=4566\n"), std::string::npos) << first;
    EXPECT_NE(first.find(" ERROR a\\nforged line why=\"two words\"\n"), std::string::npos) << first;
    EXPECT_EQ(first.substr(4, 1), "-");
    EXPECT_EQ(first.substr(19, 1), ".");
    log = open({});
    log->info("again");
    log->flush();
    EXPECT_EQ(read("log").substr(0, first.size()), first);
}

TEST_F(FileLogTest, RotatesAtItsMaximumAndKeepsSoManyFiles) {
    auto log = open({.file_bytes_max = 200, .old_files_max = 2});
    for (int i = 0; i < 40; ++i) {
        log->info("line number " + std::to_string(1000 + i));
        if (i % 3 == 0) log->flush();
    }
    log.reset();
    EXPECT_LE(read("log").size(), 200U);
    EXPECT_LE(read("log.1").size(), 200U);
    EXPECT_EQ(read("log.3"), "(none)");
    // Nothing between the files is lost or doubled.
    const std::string all = read("log.2") + read("log.1") + read("log");
    const std::size_t first = all.find("1") == std::string::npos ? 0 : all.find("number ") + 7;
    int expected = std::stoi(all.substr(first, 4));
    for (std::size_t at = first; at != std::string::npos + 7; at = all.find("number ", at) + 7) {
        EXPECT_EQ(std::stoi(all.substr(at, 4)), expected++);
    }
    EXPECT_EQ(expected, 1040);
    EXPECT_EQ(all.substr(all.size() - 1), "\n");
}

TEST_F(FileLogTest, CutsLongLinesAndTakesOneLargerThanAFile) {
    auto log = open({.file_bytes_max = 1000});
    log->info(std::string(FileLog::line_bytes_max + 1, 'x'));
    log->info("next");
    log.reset();
    EXPECT_NE(read("log.1").find(" [cut]\n"), std::string::npos);
    EXPECT_LT(read("log.1").size(), FileLog::line_bytes_max + 100);
    EXPECT_NE(read("log").find("next"), std::string::npos);
}

TEST_F(FileLogTest, DropsAndCountsWhatDoesNotFitItsQueue) {
    auto log = open({.queue_bytes_max = 100});
    log->info(std::string(200, 'x'));
    EXPECT_EQ(log->dropped_count(), 1U);
    log->info("fits");
    log->flush();
    EXPECT_NE(read("log").find("dropped lines lines=1"), std::string::npos) << read("log");
}

}  // namespace
}  // namespace os
