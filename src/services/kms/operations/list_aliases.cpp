// ListAliases, of one key or of all. AWS's own appear once they are in use.
#include "services/kms/shapes.h"

namespace kms {
namespace list_aliases_operation {

constexpr std::int32_t page_default = 50;

struct Input {
    std::optional<std::string> key_id;
    std::optional<std::int32_t> limit;
    std::optional<std::string> marker;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Input::key_id, optional_key_id_rule),
                          shape::member("Limit", &Input::limit, limit_rule),
                          shape::member("Marker", &Input::marker, marker_rule)};
    }
};
struct Entry {
    std::string alias_name;
    std::string alias_arn;
    std::string target_key_id;
    base::Timestamp creation_date;
    base::Timestamp last_updated_date;
    static constexpr auto members() {
        using E = Entry;
        return std::tuple{shape::member("AliasName", &E::alias_name),
                          shape::member("AliasArn", &E::alias_arn),
                          shape::member("TargetKeyId", &E::target_key_id),
                          shape::member("CreationDate", &E::creation_date),
                          shape::member("LastUpdatedDate", &E::last_updated_date)};
    }
};
struct Output {
    std::vector<Entry> aliases;
    std::optional<std::string> next_marker;
    bool truncated = false;
    static constexpr auto members() {
        return std::tuple{shape::member("Aliases", &Output::aliases),
                          shape::member("NextMarker", &Output::next_marker),
                          shape::member("Truncated", &Output::truncated)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY(marker, read_marker(input.marker));
    std::optional<std::string> key_id;
    if (input.key_id) {
        TRY(key, kms.find(call, *input.key_id));
        key_id = key.id;
    }
    TRY(page, kms.aliases_of(call, key_id, marker,
                             static_cast<std::size_t>(input.limit.value_or(page_default))));
    Output output;
    for (const Alias& one : page.items) {
        output.aliases.push_back({std::string(alias_prefix) + one.name, alias_arn(call, one.name),
                                  one.row.target, one.row.created, one.row.updated});
    }
    output.next_marker = write_marker(page.next);
    output.truncated = page.next.has_value();
    return output;
}

}  // namespace list_aliases_operation

constinit const aws::Operation list_aliases =
    aws::operation<&list_aliases_operation::run>("ListAliases");

}  // namespace kms
