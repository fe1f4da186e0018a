// Hostile prefixes of delivery streams: compiling and evaluating never crash, a prefix without
// expressions is what it was, and the same moment and the same randomness give the same name.
#include <algorithm>
#include <cstdlib>

#include "services/firehose/prefix.h"
#include "sim/seeded_random.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto cut = std::min(text.find('\n'), size);
    (void)firehose::compile_prefixes(text.substr(0, cut), text.substr(std::min(cut + 1, size)));
    const auto prefix = firehose::Prefix::compile(text);
    if (!prefix) return 0;
    for (const std::int64_t ms : {std::int64_t{0}, std::int64_t{1'709'164'800'000},
                                  std::int64_t{-1}, std::int64_t{253'402'300'799'999}}) {
        const firehose::LocalTime time{base::Timestamp{ms}, -12'600, "America/St_Johns", "NDT"};
        sim::SeededRandom random(7);
        sim::SeededRandom same(7);
        const std::string name = prefix.value().evaluate(time, random, "processing-failed");
        if (name != prefix.value().evaluate(time, same, "processing-failed")) std::abort();
        if (!prefix.value().has_expressions() && name != text) std::abort();
    }
    return 0;
}
