#include "os/child_message.h"

#include <gtest/gtest.h>

namespace os {
namespace {

ChildCommand example() {
    ChildCommand command;
    command.id = 42;
    command.options.program = "/p";
    command.options.arguments = {"p", "", "x y"};
    command.options.environment = {"A=1"};
    command.options.working_directory = "/w";
    command.options.private_tmp = "/t";
    command.options.user_id = 5;
    command.options.limits.data_bytes_max = 7;
    command.options.limits.processes_max = 9;
    command.options.files = base::ChildFileAccess{{"/r"}, {"/w"}, true};
    command.targets = {1, 2, 3};
    return command;
}

TEST(ChildMessage, ACommandComesBack) {
    ChildCommand back;
    ASSERT_TRUE(decode(encode(example()), back));
    EXPECT_EQ(back.id, 42U);
    EXPECT_EQ(back.options.arguments, example().options.arguments);
    EXPECT_EQ(back.options.environment, example().options.environment);
    EXPECT_EQ(back.options.working_directory, "/w");
    EXPECT_EQ(back.options.private_tmp, "/t");
    EXPECT_EQ(back.options.user_id, 5U);
    EXPECT_EQ(back.options.limits.data_bytes_max, 7U);
    EXPECT_EQ(back.options.limits.processes_max, 9U);
    ASSERT_TRUE(back.options.files.has_value());
    EXPECT_EQ(back.options.files->read, std::vector<std::string>{"/r"});
    EXPECT_TRUE(back.options.files->no_tcp);
    EXPECT_EQ(back.targets, example().targets);
}

TEST(ChildMessage, AReportComesBack) {
    ChildReport report;
    report.kind = ChildReportKind::exited;
    report.id = 3;
    report.pid = 77;
    report.error = -1;
    report.step = "exec";
    report.status = 256;
    report.peak_resident_bytes = 1ULL << 40;
    report.user_us = -5;
    ChildReport back;
    ASSERT_TRUE(decode(encode(report), back));
    EXPECT_EQ(back.pid, 77);
    EXPECT_EQ(back.error, -1);
    EXPECT_EQ(back.step, "exec");
    EXPECT_EQ(back.status, 256);
    EXPECT_EQ(back.peak_resident_bytes, 1ULL << 40);
    EXPECT_EQ(back.user_us, -5);
}

TEST(ChildMessage, EveryCutAndEveryExtraByteIsRefused) {
    const std::string whole = encode(example());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        ChildCommand command;
        EXPECT_FALSE(decode(std::string_view(whole).substr(0, length), command)) << length;
    }
    ChildCommand command;
    EXPECT_FALSE(decode(whole + "x", command));
}

}  // namespace
}  // namespace os
