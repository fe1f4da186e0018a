// ListKeys of the account and region, by pages.
#include "services/kms/shapes.h"

namespace kms {
namespace list_keys_operation {

constexpr std::int32_t page_default = 100;

struct Input {
    std::optional<std::int32_t> limit;
    std::optional<std::string> marker;
    static constexpr auto members() {
        return std::tuple{shape::member("Limit", &Input::limit, limit_rule),
                          shape::member("Marker", &Input::marker, marker_rule)};
    }
};
struct Entry {
    std::string key_id;
    std::string key_arn;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Entry::key_id),
                          shape::member("KeyArn", &Entry::key_arn)};
    }
};
struct Output {
    std::vector<Entry> keys;
    std::optional<std::string> next_marker;
    bool truncated = false;
    static constexpr auto members() {
        return std::tuple{shape::member("Keys", &Output::keys),
                          shape::member("NextMarker", &Output::next_marker),
                          shape::member("Truncated", &Output::truncated)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY(marker, read_marker(input.marker));
    TRY(page, kms.list(call, marker, static_cast<std::size_t>(input.limit.value_or(page_default))));
    Output output;
    for (const std::string& id : page.items)
        output.keys.push_back({id, key_arn(call, id)});
    output.next_marker = write_marker(page.next);
    output.truncated = page.next.has_value();
    return output;
}

}  // namespace list_keys_operation

constinit const aws::Operation list_keys = aws::operation<&list_keys_operation::run>("ListKeys");

}  // namespace kms
