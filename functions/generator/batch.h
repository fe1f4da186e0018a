// One batch of events for the producer function: how many, cut into invocations that fit.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "telemetry.h"

namespace generator {

inline constexpr std::size_t batch_size_default = 1'000;
inline constexpr std::size_t batch_size_max = 1'000'000;
// Below Lambda's 6 MB for a request.
inline constexpr std::size_t payload_bytes_max = 5'500'000;
inline constexpr std::int64_t window_ms = 300'000;  // the schedule's interval

struct Request {
    std::size_t batch_size = batch_size_default;
    std::uint64_t seed = 0;
};
// What the invocation asks for: {"batch_size": N, "seed": S}, both optional; anything else in it
// (a scheduled event has much) is ignored. `default_size` is BATCH_SIZE, "" when not set.
//   errors  invalid (no number from 1 to batch_size_max)
base::Result<Request> read_request(std::string_view event, const std::string& default_size,
                                   std::uint64_t random_seed);

// The events as payloads {"events":[…]}, each at most `bytes_max` bytes and at least one event.
std::vector<std::string> make_payloads(const Request& request, telemetry::Options options,
                                       base::Timestamp now,
                                       std::size_t bytes_max = payload_bytes_max);

// Invokes the producer with a payload; returns what it answers.
using Invoke = std::function<base::Result<std::string>(const std::string& payload)>;
// Make the batch, hand it over, and report: {"generated":…,"sent":…,"failed":…,"retried":…}.
//   errors  those of `invoke`, when no payload could be handed over
base::Result<std::string> run_batch(const Request& request, const telemetry::Options& options,
                                    base::Timestamp now, const Invoke& invoke);

}  // namespace generator
