// A function that does what its event says, for the tests of the lambda service: answer, fail,
// crash, hang, flood, allocate, look around.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>
#include <vector>

#include "runtime.h"

namespace {

std::string text(const boost::json::object& event, const char* name) {
    const auto* value = event.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

std::int64_t number(const boost::json::object& event, const char* name) {
    const auto* value = event.if_contains(name);
    return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

// {"path": …}: the first bytes of a file, or why not.
std::string read(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    return std::getline(file, line) ? line : "<" + std::string(std::strerror(errno)) + ">";
}

std::string look_around(const boost::json::object& event) {
    boost::json::object out;
    for (const auto& name : event.at("variables").as_array()) {
        const char* value = std::getenv(std::string(name.as_string()).c_str());
        out[name.as_string()] = value == nullptr ? "<absent>" : value;
    }
    char directory[4096] = {};
    out["directory"] = ::getcwd(directory, sizeof directory);
    out["user"] = ::geteuid();
    out["pid"] = ::getpid();
    return boost::json::serialize(out);
}

runtime::Answer act(const runtime::Event& event) {
    const auto parsed = boost::json::parse(event.body);
    if (!parsed.is_object() || !parsed.as_object().contains("do")) return event.body;
    const auto& object = parsed.as_object();
    const std::string what = text(object, "do");
    if (what == "sleep") {
        std::this_thread::sleep_for(std::chrono::milliseconds(number(object, "ms")));
        return "\"slept\"";
    }
    if (what == "print") {
        runtime::log(text(object, "line"));
        return "\"printed\"";
    }
    if (what == "flood") {
        const std::string line(200, 'x');
        for (std::int64_t i = 0; i < number(object, "lines"); ++i)
            runtime::log(line);
        return "\"flooded\"";
    }
    if (what == "fail") return base::Error{base::ErrorKind::invalid, text(object, "message"), ""};
    if (what == "exit") ::_exit(static_cast<int>(number(object, "code")));
    if (what == "crash") ::raise(SIGSEGV);
    if (what == "allocate") {
        static std::vector<char> kept;
        kept.assign(static_cast<std::size_t>(number(object, "mib")) << 20, 'x');
        std::this_thread::sleep_for(std::chrono::milliseconds(number(object, "ms")));
        return "\"allocated\"";
    }
    if (what == "look") return look_around(object);
    if (what == "read")
        return boost::json::serialize(boost::json::value(read(text(object, "path"))));
    if (what == "write") {
        std::ofstream file(text(object, "path"));
        file << std::string(static_cast<std::size_t>(number(object, "bytes")), 'x');
        file.close();
        return file ? "\"written\"" : "\"refused\"";
    }
    if (what == "large")
        return "\"" + std::string(static_cast<std::size_t>(number(object, "bytes")), 'x') + "\"";
    return base::Error{base::ErrorKind::unsupported, "no such thing: " + what, ""};
}

}  // namespace

int main() {
    if (const char* init = std::getenv("INIT"); init != nullptr) {
        const std::string what = init;
        if (what == "exit") return 7;
        if (what == "error") return runtime::fail_init("Test.Init", "it was told to");
        if (what == "hang") std::this_thread::sleep_for(std::chrono::hours(1));
        runtime::log("init says " + what);
    }
    return runtime::run(act);
}
