// Hostile predicates over partition keys: parsing never crashes, testing never either, and NOT
// turns yes into no and leaves unknown unknown.
#include <cstdlib>

#include "services/glue/expression.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::vector<glue::Column> keys(4);
    keys[0].name = "s";
    keys[0].type = "string";
    keys[1].name = "i";
    keys[1].type = "int";
    keys[2].name = "d";
    keys[2].type = "date";
    keys[3].name = "n";
    keys[3].type = "decimal(10,2)";
    const auto expression = glue::parse_expression(text, keys);
    if (!expression) return 0;
    const auto negated = glue::parse_expression("NOT (" + text + ")", keys);
    const std::vector<std::string> rows[] = {
        {"a", "1", "2024-01-01", "1.50"},
        {"", "-7", "x", "0"},
        {"2", std::string(glue::null_partition_value), "2024-02-30", "99999999.99"},
    };
    for (const auto& row : rows) {
        const glue::Truth truth = expression.value()->test(row);
        if (!negated) continue;  // nested too deeply now
        const glue::Truth opposite = negated.value()->test(row);
        const bool fits = truth == glue::Truth::unknown
                              ? opposite == glue::Truth::unknown
                              : opposite != glue::Truth::unknown && opposite != truth;
        if (!fits) std::abort();
    }
    return 0;
}
