#include "batch.h"

#include <boost/json.hpp>
#include <charconv>

namespace generator {
namespace {

using base::Error;
using base::ErrorKind;

const Error bad_size{ErrorKind::invalid, "batch_size is a whole number from 1 to 1000000", ""};

std::uint64_t count_of(const boost::json::value& answer, const char* name) {
    if (!answer.is_object()) return 0;
    const auto* value = answer.as_object().if_contains(name);
    if (value == nullptr) return 0;
    if (value->is_uint64()) return value->as_uint64();
    return value->is_int64() && value->as_int64() > 0
               ? static_cast<std::uint64_t>(value->as_int64())
               : 0;
}

}  // namespace

base::Result<Request> read_request(std::string_view event, const std::string& default_size,
                                   std::uint64_t random_seed) {
    Request request;
    request.seed = random_seed;
    if (!default_size.empty()) {
        const char* end = default_size.data() + default_size.size();
        const auto parsed = std::from_chars(default_size.data(), end, request.batch_size);
        if (parsed.ec != std::errc() || parsed.ptr != end) return bad_size;
    }
    boost::system::error_code problem;
    const auto value =
        boost::json::parse(boost::json::string_view(event.data(), event.size()), problem);
    if (problem) return Error{ErrorKind::invalid, "the event is not JSON", ""};
    if (value.is_object()) {
        if (const auto* size = value.as_object().if_contains("batch_size")) {
            if (!size->is_int64() || size->as_int64() < 1) return bad_size;
            request.batch_size = static_cast<std::size_t>(size->as_int64());
        }
        if (const auto* seed = value.as_object().if_contains("seed")) {
            if (!seed->is_int64()) return Error{ErrorKind::invalid, "seed is a whole number", ""};
            request.seed = static_cast<std::uint64_t>(seed->as_int64());
        }
    }
    if (request.batch_size < 1 || request.batch_size > batch_size_max) return bad_size;
    return request;
}

std::vector<std::string> make_payloads(const Request& request, telemetry::Options options,
                                       base::Timestamp now, std::size_t bytes_max) {
    options.seed = request.seed;
    telemetry::Generator events(options);
    std::string lines;
    lines.reserve(request.batch_size * 300);
    events.append_lines(lines, request.batch_size, {now.ms - window_ms}, now);
    constexpr std::string_view begin = "{\"events\":[";
    constexpr std::string_view end = "]}";
    std::vector<std::string> payloads;
    std::string payload;
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t newline = lines.find('\n', at);
        const std::size_t size = newline - at;
        if (!payload.empty() && payload.size() + 1 + size + end.size() > bytes_max) {
            payload += end;
            payloads.push_back(std::exchange(payload, {}));
        }
        payload += payload.empty() ? begin : std::string_view(",");
        payload.append(lines, at, size);
        at = newline + 1;
    }
    payload += end;
    payloads.push_back(std::move(payload));
    return payloads;
}

base::Result<std::string> run_batch(const Request& request, const telemetry::Options& options,
                                    base::Timestamp now, const Invoke& invoke) {
    std::uint64_t sent = 0;
    std::uint64_t retried = 0;
    std::size_t handed_over = 0;
    base::Result<std::string> last = std::string();
    for (const auto& payload : make_payloads(request, options, now)) {
        last = invoke(payload);
        if (!last) continue;  // the others may still go
        ++handed_over;
        boost::system::error_code problem;
        const auto answer = boost::json::parse(last.value(), problem);
        if (problem) continue;
        sent += count_of(answer, "sent");
        retried += count_of(answer, "retried");
    }
    if (handed_over == 0) return last;
    return "{\"generated\":" + std::to_string(request.batch_size) +
           ",\"sent\":" + std::to_string(sent) +
           ",\"failed\":" + std::to_string(request.batch_size - sent) +
           ",\"retried\":" + std::to_string(retried) + "}";
}

}  // namespace generator
