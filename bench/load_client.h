// One thread, many connections, HTTP/1.1 over plain epoll: as little work as possible beside the
// server that is measured, on the same cores.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct LoadOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 4566;
    std::size_t connections = 16;
    double seconds = 5;
    double warm_up_seconds = 0.5;  // not counted
    std::uint64_t calls_max = 0;   // 0: as many as fit
    // 0: each connection sends its next request when it has the answer to the last one. Otherwise
    // requests are due at a steady rate, shared by the connections, and the time of a call counts
    // from when it was due, so that a server that falls behind does not slow its own clients down.
    double calls_per_second = 0;
    bool discard_bodies = false;  // answers are not copied; `check` sees an empty body
};

struct LoadResult {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;  // another status, a broken connection, or `check` said no
    std::uint64_t sent_bytes = 0;
    std::uint64_t received_bytes = 0;
    double seconds = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    double max_ms = 0;
    double cpu_seconds = 0;  // of this thread
    std::string first_error;
};

// The next request, head and body, valid until the next call for the same connection.
using NextRequest = std::function<std::string_view(std::size_t connection)>;
using CheckAnswer = std::function<bool(int status, std::string_view body)>;

LoadResult run_load(const LoadOptions& options, const NextRequest& next, const CheckAnswer& check);

std::string to_json(const std::string& name, const LoadResult& result, double units_per_call,
                    const std::string& unit);

}  // namespace bench
