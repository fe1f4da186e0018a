// ListFunctions: by name, in pages.
#include "services/lambda/faults.h"
#include "services/lambda/lambda.h"
#include "wire/base64.h"

namespace lambda {
namespace list_functions_operation {

constexpr std::int32_t page_max = 50;  // AWS shows no more, whatever MaxItems says

struct Input {
    std::optional<std::string> master_region;
    std::optional<std::string> function_version;
    std::optional<std::string> marker;
    std::optional<std::int32_t> max_items;
    static constexpr auto members() {
        constexpr auto query = shape::Location::query;
        return std::tuple{
            aws::member("MasterRegion", &Input::master_region,
                        {.pattern = R"(ALL|[a-z]{2}(-gov)?-[a-z]+-\d{1})", .location = query}),
            aws::member("FunctionVersion", &Input::function_version,
                        {.values = "ALL", .location = query}),
            aws::member("Marker", &Input::marker, {.location = query}),
            aws::member("MaxItems", &Input::max_items,
                        {.min = 1, .max = 10'000, .location = query})};
    }
};

struct Output {
    std::vector<FunctionConfiguration> functions;
    std::optional<std::string> next_marker;
    static constexpr auto members() {
        return std::tuple{aws::member("NextMarker", &Output::next_marker),
                          aws::member("Functions", &Output::functions)};
    }
};

aws::Reply<Output> run(Lambda& lambda, const aws::Call& call, Input& input) {
    Output output;
    // Functions at the edge are replicas of another region; there are none here.
    if (input.master_region && *input.master_region != "ALL") return output;
    std::string after;
    if (input.marker && !input.marker->empty()) {
        auto decoded = wire::decode_base64(*input.marker);
        if (!decoded) return faults::invalid_parameter("Invalid marker: " + *input.marker);
        after = std::move(decoded.value());
    }
    const auto count =
        static_cast<std::size_t>(std::min(input.max_items.value_or(page_max), page_max));
    auto found = lambda.list(call.account(), call.region, after, count + 1);
    if (found.size() > count) {
        found.pop_back();
        output.next_marker = wire::encode_base64(found.back()->name);
    }
    for (const auto& function : found)
        output.functions.push_back(configuration_of(*function));
    return output;
}

}  // namespace list_functions_operation

constinit const aws::Operation list_functions = aws::operation<&list_functions_operation::run>(
    "ListFunctions", {.http = {"GET", "/2015-03-31/functions"}});

}  // namespace lambda
