#include "os/child_memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <vector>

namespace os {
namespace {

constexpr std::size_t tree_processes_max = 256;
constexpr std::size_t environment_bytes_max = 1024 * 1024;

// At most `bytes_max` bytes of a file of /proc; empty when it cannot be read.
std::string read_small(const std::string& path, std::size_t bytes_max) {
    std::string out;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return out;
    char chunk[4096];
    while (out.size() < bytes_max) {
        const ssize_t got = ::read(descriptor, chunk, sizeof chunk);
        if (got <= 0) break;
        out.append(chunk, static_cast<std::size_t>(got));
    }
    ::close(descriptor);
    return out;
}

std::uint64_t number_at(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t'))
        ++at;
    std::uint64_t value = 0;
    std::from_chars(text.data() + at, text.data() + text.size(), value);
    return value;
}

// Names in a directory of /proc that are numbers.
std::vector<int> numbers_in(const std::string& path) {
    std::vector<int> out;
    DIR* directory = ::opendir(path.c_str());
    if (directory == nullptr) return out;
    while (const dirent* entry = ::readdir(directory)) {
        const std::string_view name = entry->d_name;
        int number = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
        if (parsed.ec == std::errc{} && parsed.ptr == name.data() + name.size()) {
            out.push_back(number);
        }
    }
    ::closedir(directory);
    return out;
}

void add_children(int pid, std::vector<int>& tree) {
    const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
    for (const int task : numbers_in(tasks)) {
        const std::string text =
            read_small(tasks + "/" + std::to_string(task) + "/children", 16 * 1024);
        std::size_t at = 0;
        while (at < text.size() && tree.size() < tree_processes_max) {
            const auto end = text.find(' ', at);
            if (end == std::string::npos) break;
            tree.push_back(static_cast<int>(number_at(text, at)));
            at = end + 1;
        }
    }
}

}  // namespace

std::uint64_t resident_bytes_of_tree(int pid) {
    static const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::vector<int> tree{pid};
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < tree.size(); ++i) {
        const std::string text = read_small("/proc/" + std::to_string(tree[i]) + "/statm", 256);
        const auto space = text.find(' ');
        if (space == std::string::npos) continue;
        total += number_at(text, space) * page_bytes;
        add_children(tree[i], tree);
    }
    return total;
}

std::uint64_t peak_resident_bytes_of(int pid) {
    const std::string text = read_small("/proc/" + std::to_string(pid) + "/status", 8192);
    const auto at = text.find("VmHWM:");
    if (at == std::string::npos) return 0;
    return number_at(text, at + 6) * 1024;
}

std::size_t kill_processes_with(const std::string& entry) {
    std::size_t killed = 0;
    const int self = ::getpid();
    for (const int pid : numbers_in("/proc")) {
        if (pid == self) continue;
        const std::string text =
            read_small("/proc/" + std::to_string(pid) + "/environ", environment_bytes_max);
        const std::string_view environment = text;
        std::size_t at = 0;
        while (at < environment.size()) {
            const auto end = std::min(environment.find('\0', at), environment.size());
            if (environment.substr(at, end - at) == entry) {
                if (::kill(pid, SIGKILL) == 0) ++killed;
                break;
            }
            at = end + 1;
        }
    }
    return killed;
}

}  // namespace os
