// Everything, joined: the only place that knows every folder. A Stack is the server of one data
// directory, from open to stop.
#pragma once

#include <memory>
#include <string>

#include "app/data_directory.h"
#include "app/settings.h"
#include "base/clock.h"
#include "base/file_system.h"
#include "base/random.h"
#include "base/result.h"

namespace os {
class Spawner;
}

namespace app {

struct StackEnvironment {
    base::FileSystem& files;
    base::Clock& clock;
    base::Random& random;
    os::Spawner& spawner;
    // Folder of the program: datastack-sql lies there, ../functions holds the functions' zips.
    std::string program_directory;
};

inline constexpr const char* root_account = "000000000000";
// How long a stop waits for requests that are under way.
inline constexpr std::int64_t drain_ms = 10'000;

class Stack {
  public:
    // Lock and recover the data directory, restore every service, listen. Ready when it returns.
    //   errors  unavailable (directory or port taken), corrupt, io, …; the context names what
    static base::Result<std::unique_ptr<Stack>> open(const Settings& settings,
                                                     StackEnvironment environment);
    virtual ~Stack() = default;  // stop()

    // "http://127.0.0.1:4566", with the port that was really taken.
    virtual const std::string& endpoint() const = 0;
    // Finish what is under way (at most drain_ms), end children, close files. Idempotent.
    virtual void stop() = 0;
};

// The folder that this program's file is in.
std::string find_program_directory();

}  // namespace app
