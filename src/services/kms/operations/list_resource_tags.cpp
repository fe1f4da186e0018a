// ListResourceTags, by pages.
#include "services/kms/shapes.h"

namespace kms {
namespace list_resource_tags_operation {

constexpr std::int32_t page_default = 50;

struct Input {
    std::string key_id;
    std::optional<std::int32_t> limit;
    std::optional<std::string> marker;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Input::key_id, key_id_rule),
                          shape::member("Limit", &Input::limit, limit_rule),
                          shape::member("Marker", &Input::marker, marker_rule)};
    }
};
struct Output {
    std::vector<Tag> tags;
    std::optional<std::string> next_marker;
    bool truncated = false;
    static constexpr auto members() {
        return std::tuple{shape::member("Tags", &Output::tags),
                          shape::member("NextMarker", &Output::next_marker),
                          shape::member("Truncated", &Output::truncated)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY(marker, read_marker(input.marker));
    TRY(key, kms.find(call, input.key_id));
    const auto most = static_cast<std::size_t>(input.limit.value_or(page_default));
    Output output;
    for (auto at = marker ? key.tags.lower_bound(*marker) : key.tags.begin(); at != key.tags.end();
         ++at) {
        if (output.tags.size() == most) {
            output.next_marker = write_marker(at->first);
            output.truncated = true;
            break;
        }
        output.tags.push_back({at->first, at->second});
    }
    return output;
}

}  // namespace list_resource_tags_operation

constinit const aws::Operation list_resource_tags =
    aws::operation<&list_resource_tags_operation::run>("ListResourceTags");

}  // namespace kms
