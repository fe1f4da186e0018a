#include "os/spawner.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "os/child_message.h"
#include "sim/recording_log.h"

namespace os {
namespace {

using namespace std::chrono_literals;

// What the callbacks of one child were told.
struct Watcher {
    std::mutex mutex;
    std::condition_variable changed;
    bool started = false;
    base::Result<std::unique_ptr<base::Child>> child{base::Error{}};
    std::string output;
    std::int64_t wait_ms = 0;  // what the output callback answers
    std::optional<base::ChildExit> exit;

    // The callbacks borrow from us: outlive the child.
    ~Watcher() {
        if (!child.has_value()) return;
        child.value().reset();
        wait_exit();
    }

    base::ChildEvents events() {
        base::ChildEvents events;
        events.started = [this](base::Result<std::unique_ptr<base::Child>> result) {
            std::lock_guard lock(mutex);
            started = true;
            child = std::move(result);
            changed.notify_all();
        };
        events.output = [this](std::string_view bytes) {
            std::lock_guard lock(mutex);
            output += bytes;
            changed.notify_all();
            return wait_ms;
        };
        events.exited = [this](const base::ChildExit& told) {
            std::lock_guard lock(mutex);
            exit = told;
            changed.notify_all();
        };
        return events;
    }
    template <class F>
    bool wait(F condition, std::chrono::milliseconds limit = 5s) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, limit, condition);
    }
    bool wait_started() {
        return wait([this] { return started; });
    }
    bool wait_exit() {
        return wait([this] { return exit.has_value(); });
    }
    bool wait_output(const std::string& text) {
        return wait([&] { return output.find(text) != std::string::npos; });
    }
};

bool alive(int pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string number, name, state;
    return stat >> number >> name >> state && state != "Z";
}

bool becomes_dead(int pid) {
    for (int i = 0; i < 500; ++i) {
        if (!alive(pid)) return true;
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

class SpawnerTest : public testing::Test {
  protected:
    void SetUp() override {
        auto started = Spawner::start();
        ASSERT_TRUE(started.has_value());
        spawner_ = std::move(started.value());
        directory_ =
            std::filesystem::temp_directory_path() / ("spawner_test." + std::to_string(::getpid()));
        std::filesystem::create_directories(directory_);
        ::chmod(directory_.c_str(), 0755);
        mark_ = directory_.string();
        ASSERT_TRUE(spawner_->open(mark_, log_).has_value());
    }
    void TearDown() override {
        if (spawner_) spawner_->stop();
        std::filesystem::remove_all(directory_);
    }
    static base::ChildOptions shell(const std::string& script) {
        base::ChildOptions options;
        options.program = "/bin/sh";
        options.arguments = {"sh", "-c", script};
        options.environment = {"PATH=/usr/bin:/bin"};
        options.capture_output = true;
        return options;
    }
    // Run to its end; the output.
    std::string run(const base::ChildOptions& options) {
        Watcher watcher;
        spawner_->spawn(options, watcher.events());
        EXPECT_TRUE(watcher.wait_exit());
        EXPECT_TRUE(watcher.child.has_value());
        if (watcher.exit) last_exit_ = *watcher.exit;
        return watcher.output;
    }
    base::Error refused(const base::ChildOptions& options) {
        Watcher watcher;
        spawner_->spawn(options, watcher.events());
        EXPECT_TRUE(watcher.wait_started());
        EXPECT_FALSE(watcher.child.has_value());
        return watcher.child.has_value() ? base::Error{} : watcher.child.error();
    }
    // A child is forgotten right after its last callback.
    bool becomes_empty() const {
        for (int i = 0; i < 500 && spawner_->children_count() > 0; ++i) {
            std::this_thread::sleep_for(10ms);
        }
        return spawner_->children_count() == 0;
    }
    std::string write(const std::string& name, const std::string& text, int mode) {
        const std::string path = directory_ / name;
        std::ofstream(path) << text;
        ::chmod(path.c_str(), static_cast<mode_t>(mode));
        return path;
    }

    sim::RecordingLog log_;
    std::unique_ptr<Spawner> spawner_;
    std::filesystem::path directory_;
    std::string mark_;
    base::ChildExit last_exit_;
};

TEST_F(SpawnerTest, OutputAndExitCodeArrive) {
    EXPECT_EQ(run(shell("echo out; echo err >&2; exit 7")), "out\nerr\n");
    EXPECT_EQ(last_exit_.exit_code, 7);
    EXPECT_EQ(last_exit_.signal, 0);
    EXPECT_GT(last_exit_.peak_resident_bytes, 0U);
    EXPECT_TRUE(becomes_empty());
}

TEST_F(SpawnerTest, SignalIsTold) {
    run(shell("kill -SEGV $$"));
    EXPECT_EQ(last_exit_.exit_code, -1);
    EXPECT_EQ(last_exit_.signal, SIGSEGV);
}

TEST_F(SpawnerTest, NothingIsInherited) {
    ::setenv("SPAWNER_TEST_SECRET", "x", 1);
    const int open_file = ::open("/etc/hostname", O_RDONLY);  // not close-on-exec
    auto options = shell("env; pwd; ls /proc/self/fd; cat; umask");
    options.working_directory = directory_;
    options.environment.push_back("GIVEN=1");
    const std::string output = run(options);
    ::close(open_file);
    EXPECT_EQ(output.find("SPAWNER_TEST_SECRET"), std::string::npos);
    EXPECT_NE(output.find("GIVEN=1\n"), std::string::npos);
    EXPECT_NE(output.find(directory_.string() + "\n"), std::string::npos);
    // 0, 1, 2, and the directory that ls reads as 3
    EXPECT_NE(output.find("\n0\n1\n2\n3\n0022\n"), std::string::npos) << output;
}

TEST_F(SpawnerTest, DescriptorsComeUnderTheirNumbers) {
    int sockets[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    auto options = shell("read line <&3; echo got $line; echo back >&7");
    // the same one twice, and crosswise to what is open
    options.descriptors = {{sockets[1], 3}, {sockets[1], 7}};
    Watcher watcher;
    spawner_->spawn(options, watcher.events());
    ::close(sockets[1]);  // allowed as soon as spawn returned
    ASSERT_TRUE(watcher.wait_started());
    ASSERT_EQ(::write(sockets[0], "hello\n", 6), 6);
    ASSERT_TRUE(watcher.wait_exit());
    EXPECT_EQ(watcher.output, "got hello\n");
    char buffer[16] = {};
    EXPECT_EQ(::read(sockets[0], buffer, sizeof buffer), 5);
    EXPECT_STREQ(buffer, "back\n");
    EXPECT_EQ(::read(sockets[0], buffer, sizeof buffer), 0);  // nobody else holds the other end
    ::close(sockets[0]);
}

TEST_F(SpawnerTest, WhyAProgramDoesNotStart) {
    auto options = shell("");
    options.program = directory_ / "absent";
    EXPECT_EQ(refused(options).os_error, ENOENT);
    options.program = write("plain", "#!/bin/sh\n", 0644);
    EXPECT_EQ(refused(options).os_error, EACCES);
    options.program = write("garbage", "\x7f not a program", 0755);
    EXPECT_EQ(refused(options).os_error, ENOEXEC);
    EXPECT_EQ(refused(options).context, "exec");
    options = shell("");
    options.working_directory = "/absent";
    EXPECT_EQ(refused(options).context, "chdir");
    options = shell("");
    options.environment.push_back("BIG=" + std::string(child_message_bytes_max, 'x'));
    EXPECT_EQ(refused(options).kind, base::ErrorKind::limit);
    options = shell("");
    options.descriptors.resize(base::child_descriptors_max + 1);
    EXPECT_EQ(refused(options).kind, base::ErrorKind::invalid);
    EXPECT_TRUE(becomes_empty());
    EXPECT_EQ(run(shell("echo still here")), "still here\n");
}

TEST_F(SpawnerTest, KillTakesTheWholeGroup) {
    Watcher watcher;
    spawner_->spawn(shell("sleep 100 & echo $!; wait"), watcher.events());
    ASSERT_TRUE(watcher.wait_output("\n"));
    const int grandchild = std::stoi(watcher.output);
    ASSERT_TRUE(alive(grandchild));
    watcher.child.value()->kill();
    ASSERT_TRUE(watcher.wait_exit());
    EXPECT_EQ(watcher.exit->signal, SIGKILL);
    EXPECT_TRUE(becomes_dead(grandchild));
}

TEST_F(SpawnerTest, DroppingTheHandleKills) {
    Watcher watcher;
    spawner_->spawn(shell("sleep 100"), watcher.events());
    ASSERT_TRUE(watcher.wait_started());
    watcher.child.value().reset();
    EXPECT_TRUE(watcher.wait_exit());
}

// Whoever keeps the handle is usually what the callbacks hold: a circle that the end must break.
TEST_F(SpawnerTest, CallbacksAreReleasedWithTheChild) {
    struct Owner {
        std::unique_ptr<base::Child> child;
    };
    auto owner = std::make_shared<Owner>();
    const std::weak_ptr<Owner> seen = owner;
    base::ChildEvents events;
    events.started = [owner](base::Result<std::unique_ptr<base::Child>> child) {
        if (child) owner->child = std::move(child.value());
    };
    events.exited = [owner](const base::ChildExit&) {};
    owner.reset();
    spawner_->spawn(shell("exit 0"), std::move(events));
    spawner_->stop();
    EXPECT_TRUE(seen.expired());
}

TEST_F(SpawnerTest, WhatALeaderLeavesBehindEndsWithIt) {
    // One stays in the group, one leaves session and parents.
    const std::string output =
        run(shell("sleep 100 & echo $!; (setsid sh -c 'echo $$; exec sleep 100' &) ; sleep 0.3"));
    std::istringstream lines(output);
    int inside = 0;
    int outside = 0;
    ASSERT_TRUE(lines >> inside >> outside) << output;
    EXPECT_TRUE(becomes_dead(inside));
    EXPECT_TRUE(becomes_dead(outside));
}

TEST_F(SpawnerTest, LimitsHold) {
    auto options =
        shell("ulimit -c; ulimit -n; head -c 5000 /dev/zero > big; echo $?; wc -c < big");
    options.working_directory = directory_;
    options.limits.open_files_max = 64;
    options.limits.file_bytes_max = 4096;
    const std::string output = run(options);
    EXPECT_TRUE(output.starts_with("0\n64\n")) << output;
    EXPECT_TRUE(output.ends_with("153\n4096\n")) << output;  // 128 + SIGXFSZ
    options = shell("python3 -c 'x = bytearray(300_000_000)' 2>&1 | tail -1");
    options.limits.data_bytes_max = 100'000'000;
    EXPECT_EQ(run(options), "MemoryError\n");
}

TEST_F(SpawnerTest, MemoryBeyondTheLimitIsKilled) {
    auto options = shell(
        "sleep 0.1; python3 -c 'import time; x = bytearray(b\"x\") * 80_000_000\n"
        "time.sleep(100)'");
    options.limits.resident_bytes_max = 60'000'000;
    Watcher watcher;
    spawner_->spawn(options, watcher.events());
    ASSERT_TRUE(watcher.wait_started());
    watcher.child.value()->watch(true);
    ASSERT_TRUE(watcher.wait_exit());
    EXPECT_TRUE(watcher.exit->memory_exceeded);
    EXPECT_EQ(watcher.exit->signal, SIGKILL);
}

TEST_F(SpawnerTest, MemoryBelowTheLimitIsNot) {
    auto options = shell("sleep 0.2");
    options.limits.resident_bytes_max = 60'000'000;
    Watcher watcher;
    spawner_->spawn(options, watcher.events());
    ASSERT_TRUE(watcher.wait_started());
    watcher.child.value()->watch(true);
    ASSERT_TRUE(watcher.wait([&] { return watcher.exit.has_value(); }));
    EXPECT_FALSE(watcher.exit->memory_exceeded);
    EXPECT_EQ(watcher.exit->exit_code, 0);
}

TEST_F(SpawnerTest, NoNewPrivileges) {
    EXPECT_NE(run(shell("grep NoNewPrivs /proc/self/status")).find("1\n"), std::string::npos);
}

TEST_F(SpawnerTest, OwnUser) {
    if (!spawner_->separate_users()) GTEST_SKIP() << "not root";
    const std::string secret = directory_ / "private";
    std::filesystem::create_directory(secret);
    write("private/key", "secret", 0644);
    ::chmod(secret.c_str(), 0700);
    auto options = shell("id -u; id -g; id -G; cat " + secret +
                         "/key; grep -c CapEff:.0*$ "
                         "/proc/self/status; grep -o 'Max processes *[0-9]*' /proc/self/limits");
    options.user_id = 59'321;
    options.limits.processes_max = 50;
    const std::string output = run(options);
    EXPECT_TRUE(output.starts_with("59321\n59321\n59321\n")) << output;
    EXPECT_NE(output.find("Permission denied"), std::string::npos) << output;
    EXPECT_TRUE(output.ends_with("\n1\nMax processes             50\n")) << output;
}

TEST_F(SpawnerTest, ParentDeathSignalSurvivesTheChangeOfUser) {
    auto options = shell("echo $$; exec sleep 100");
    if (spawner_->separate_users()) options.user_id = 59'321;
    Watcher watcher;
    spawner_->spawn(options, watcher.events());
    ASSERT_TRUE(watcher.wait_output("\n"));
    ASSERT_EQ(::kill(spawner_->process_id(), SIGKILL), 0);
    ASSERT_TRUE(watcher.wait_exit());
    EXPECT_EQ(watcher.exit->signal, SIGKILL);
    EXPECT_TRUE(becomes_dead(std::stoi(watcher.output)));
    EXPECT_EQ(refused(shell("")).kind, base::ErrorKind::unavailable);
}

TEST_F(SpawnerTest, FilesOutOfReachAreRefused) {
    if (!spawner_->restricts_files()) GTEST_SKIP() << "no Landlock";
    std::filesystem::create_directory(directory_ / "in");
    std::filesystem::create_directory(directory_ / "out");
    write("out/key", "secret", 0644);
    auto options = shell(
        "cat ../out/key; echo x > ../out/new; echo ok > here; cat here; rm here; "
        "echo y > /dev/null && echo null");
    options.working_directory = directory_ / "in";
    options.files = base::ChildFileAccess{
        {"/usr", "/bin", "/lib", "/lib64", "/etc", "/absent"}, {directory_ / "in"}, false};
    const std::string output = run(options);
    EXPECT_EQ(output.find("secret"), std::string::npos) << output;
    EXPECT_NE(output.find("Permission denied"), std::string::npos) << output;
    EXPECT_TRUE(output.ends_with("ok\nnull\n")) << output;
    EXPECT_FALSE(std::filesystem::exists(directory_ / "out/new"));
}

// Not below /tmp, which is covered.
TEST_F(SpawnerTest, PrivateTmp) {
    const std::filesystem::path own = "/var/tmp/spawner_test." + std::to_string(::getpid());
    std::filesystem::create_directories(own / "tmp");
    write("mark", "", 0644);
    auto options = shell("echo mine > /tmp/file; ls /tmp; cat " + directory_.string() +
                         "/mark; mount -t tmpfs none /mnt 2>/dev/null && echo mounted");
    options.private_tmp = own / "tmp";
    options.files = base::ChildFileAccess{{"/usr", "/bin", "/lib", "/lib64", "/etc"}, {}, false};
    if (spawner_->separate_users()) {
        options.user_id = 59'321;
        ::chmod(own.c_str(), 0711);
        ASSERT_EQ(::chown((own / "tmp").c_str(), 59'321, 59'321), 0);
    }
    const std::string output = run(options);
    if (output.find("Permission denied") != std::string::npos) {
        std::filesystem::remove_all(own);
        GTEST_SKIP() << "this kernel gives no mount namespace: " << output;
    }
    EXPECT_TRUE(output.starts_with("file\n")) << output;
    EXPECT_NE(output.find("No such file"), std::string::npos) << output;
    EXPECT_EQ(output.find("mounted"), std::string::npos) << output;
    EXPECT_TRUE(std::filesystem::exists(own / "tmp/file"));
    EXPECT_FALSE(std::filesystem::exists("/tmp/file"));
    std::filesystem::remove_all(own);
}

TEST_F(SpawnerTest, AFloodWaitsInsteadOfFillingMemory) {
    Watcher watcher;
    watcher.wait_ms = 60'000;
    spawner_->spawn(shell("yes flood"), watcher.events());
    ASSERT_TRUE(watcher.wait([&] { return !watcher.output.empty(); }));
    std::this_thread::sleep_for(200ms);
    {
        std::lock_guard lock(watcher.mutex);
        EXPECT_LE(watcher.output.size(), 64U * 1024);
    }
    watcher.child.value()->kill();
    EXPECT_TRUE(watcher.wait_exit());
}

TEST_F(SpawnerTest, APausedFloodGoesOn) {
    Watcher watcher;
    watcher.wait_ms = 5;
    spawner_->spawn(shell("head -c 1000000 /dev/zero; echo end"), watcher.events());
    ASSERT_TRUE(watcher.wait_exit());
    EXPECT_EQ(watcher.output.size(), 1'000'004U);
    EXPECT_TRUE(watcher.output.ends_with("end\n"));
}

TEST_F(SpawnerTest, DrainBringsWhatWasWritten) {
    int sockets[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    auto options = shell("echo before; echo done >&3; sleep 100");
    options.descriptors = {{sockets[1], 3}};
    Watcher watcher;
    spawner_->spawn(options, watcher.events());
    ::close(sockets[1]);
    char buffer[16];
    ASSERT_EQ(::read(sockets[0], buffer, sizeof buffer), 5);
    ASSERT_TRUE(watcher.wait_started());
    watcher.child.value()->drain_output();
    {
        std::lock_guard lock(watcher.mutex);
        EXPECT_EQ(watcher.output, "before\n");
    }
    EXPECT_GT(watcher.child.value()->peak_resident_bytes(), 100'000U);
    ::close(sockets[0]);
}

TEST_F(SpawnerTest, StopEndsEverything) {
    Watcher watcher;
    spawner_->spawn(shell("trap '' TERM; sleep 100"), watcher.events());
    ASSERT_TRUE(watcher.wait_started());
    const auto begin = std::chrono::steady_clock::now();
    spawner_->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    EXPECT_TRUE(watcher.exit.has_value());
    EXPECT_EQ(refused(shell("")).kind, base::ErrorKind::unavailable);
    watcher.child.value()->kill();  // of a stopped spawner: nothing happens
}

TEST_F(SpawnerTest, ManyAtOnce) {
    std::vector<std::unique_ptr<Watcher>> watchers;
    for (int i = 0; i < 40; ++i) {
        watchers.push_back(std::make_unique<Watcher>());
        spawner_->spawn(shell("echo " + std::to_string(i)), watchers.back()->events());
    }
    for (int i = 0; i < 40; ++i) {
        ASSERT_TRUE(watchers[static_cast<std::size_t>(i)]->wait_exit());
        EXPECT_EQ(watchers[static_cast<std::size_t>(i)]->output, std::to_string(i) + "\n");
    }
}

// The server dies without a word: its children end.
TEST(SpawnerDeath, ChildrenEndWithTheServer) {
    int pipes[2];
    ASSERT_EQ(::pipe2(pipes, O_CLOEXEC), 0);
    const int server = ::fork();
    if (server == 0) {
        sim::RecordingLog log;
        auto spawner = Spawner::start();
        if (!spawner || !spawner.value()->open("spawner_test.death", log)) ::_exit(1);
        base::ChildOptions options;
        options.program = "/bin/sh";
        options.arguments = {"sh", "-c", "echo $$; exec sleep 100"};
        options.descriptors = {{pipes[1], 1}};
        std::unique_ptr<base::Child> child;
        base::ChildEvents events;
        events.started = [&child](base::Result<std::unique_ptr<base::Child>> result) {
            if (result) child = std::move(result.value());
        };
        spawner.value()->spawn(options, std::move(events));
        ::pause();
    }
    ::close(pipes[1]);
    char buffer[32] = {};
    ASSERT_GT(::read(pipes[0], buffer, sizeof buffer), 0);
    const int child = std::atoi(buffer);
    ASSERT_TRUE(alive(child));
    ::kill(server, SIGKILL);
    ::waitpid(server, nullptr, 0);
    EXPECT_TRUE(becomes_dead(child));
    EXPECT_EQ(::read(pipes[0], buffer, sizeof buffer), 0);
    ::close(pipes[0]);
}

// What escaped even that is found by its mark at the next start.
TEST(SpawnerDeath, MarkedProcessesAreSweptAtOpen) {
    const std::string entry = "DATASTACK_CHILD=spawner_test.sweep";
    const auto launch = [](const std::string& environment) {
        const int pid = ::fork();
        if (pid == 0) {
            const char* arguments[] = {"sleep", "100", nullptr};
            const char* variables[] = {"A=1", environment.c_str(), nullptr};
            ::execve("/bin/sleep", const_cast<char**>(arguments), const_cast<char**>(variables));
            ::_exit(1);
        }
        return pid;
    };
    const int left = launch(entry);
    const int other = launch(entry + "2");
    std::this_thread::sleep_for(100ms);
    sim::RecordingLog log;
    auto spawner = Spawner::start();
    ASSERT_TRUE(spawner.has_value());
    ASSERT_TRUE(spawner.value()->open("spawner_test.sweep", log).has_value());
    EXPECT_TRUE(becomes_dead(left));
    EXPECT_TRUE(alive(other));
    ::kill(other, SIGKILL);
    ::waitpid(left, nullptr, 0);
    ::waitpid(other, nullptr, 0);
}

}  // namespace
}  // namespace os
