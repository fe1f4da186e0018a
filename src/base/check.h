// Checks of our own invariants. A failed CHECK is a bug in this program: it prints where and
// aborts. Never reachable from input: what comes from outside is answered with an Error or a Fault.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace base {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", file, line, condition);
    std::abort();
}

}  // namespace base

#define CHECK(condition)                                                        \
    do {                                                                        \
        if (!(condition)) ::base::check_failed(#condition, __FILE__, __LINE__); \
    } while (false)
