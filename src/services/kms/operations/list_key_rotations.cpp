// ListKeyRotations: when the material of a key was replaced; with IncludeKeyMaterial also the
// first.
#include "services/kms/shapes.h"

namespace kms {
namespace list_key_rotations_operation {

constexpr std::int32_t page_default = 100;

struct Input {
    std::string key_id;
    std::optional<std::string> include_key_material;
    std::optional<std::int32_t> limit;
    std::optional<std::string> marker;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Input::key_id, key_id_rule),
                          shape::member("IncludeKeyMaterial", &Input::include_key_material,
                                        {.values = "ALL_KEY_MATERIAL, ROTATIONS_ONLY"}),
                          shape::member("Limit", &Input::limit, limit_rule),
                          shape::member("Marker", &Input::marker, marker_rule)};
    }
};
struct Entry {
    std::string key_id;
    std::string key_material_id;
    std::string key_material_state;
    std::optional<base::Timestamp> rotation_date;
    std::optional<std::string> rotation_type;
    static constexpr auto members() {
        using E = Entry;
        return std::tuple{shape::member("KeyId", &E::key_id),
                          shape::member("KeyMaterialId", &E::key_material_id),
                          shape::member("KeyMaterialState", &E::key_material_state),
                          shape::member("RotationDate", &E::rotation_date),
                          shape::member("RotationType", &E::rotation_type)};
    }
};
struct Output {
    std::vector<Entry> rotations;
    std::optional<std::string> next_marker;
    bool truncated = false;
    static constexpr auto members() {
        return std::tuple{shape::member("Rotations", &Output::rotations),
                          shape::member("NextMarker", &Output::next_marker),
                          shape::member("Truncated", &Output::truncated)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY(marker, read_marker(input.marker));
    TRY(key, kms.find(call, input.key_id));
    const bool all = input.include_key_material == "ALL_KEY_MATERIAL";
    const auto most = static_cast<std::size_t>(input.limit.value_or(page_default));
    std::size_t at = all ? 0 : 1;
    if (marker) {
        // The marker is the id of a version.
        while (at < key.materials.size() && key.materials[at].id != *marker)
            ++at;
        if (at == key.materials.size()) return faults::invalid_marker();
    }
    Output output;
    for (; at < key.materials.size(); ++at) {
        const MaterialRow& one = key.materials[at];
        if (output.rotations.size() == most) {
            output.next_marker = write_marker(one.id);
            output.truncated = true;
            break;
        }
        Entry entry;
        entry.key_id = key_arn(call, key.id);
        entry.key_material_id = one.id;
        entry.key_material_state = at + 1 == key.materials.size() ? "CURRENT" : "NON_CURRENT";
        if (at > 0) {
            entry.rotation_date = one.created;
            entry.rotation_type = one.on_demand ? "ON_DEMAND" : "AUTOMATIC";
        }
        output.rotations.push_back(std::move(entry));
    }
    return output;
}

}  // namespace list_key_rotations_operation

constinit const aws::Operation list_key_rotations =
    aws::operation<&list_key_rotations_operation::run>("ListKeyRotations");

}  // namespace kms
