// The program `datastack`.
#include <sys/stat.h>

#include <cstdlib>

#include "app/command_line.h"

int main(int argc, char** argv) {
    ::umask(0077);  // what we write is ours alone
    return app::run_command_line(argc, argv, [](const std::string& name) {
        const char* value = std::getenv(name.c_str());
        return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
    });
}
