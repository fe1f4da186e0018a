#include "os/random.h"

#include <sys/random.h>

#include <cerrno>

#include "base/check.h"

namespace os {

void SystemRandom::fill(std::span<char> out) {
    while (!out.empty()) {
        const ssize_t count = ::getrandom(out.data(), out.size(), 0);
        if (count < 0) {
            // The call exists since Linux 3.17 and fails only on bad arguments: going on with
            // predictable keys would be worse than ending.
            CHECK(errno == EINTR);
            continue;
        }
        out = out.subspan(static_cast<std::size_t>(count));
    }
}

}  // namespace os
