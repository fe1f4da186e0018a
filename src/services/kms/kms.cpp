#include "services/kms/kms.h"

#include <algorithm>

#include "aws/resource_type.h"
#include "base/ids.h"
#include "services/kms/faults.h"
#include "services/kms/key_policy.h"

namespace kms {
namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(KMS_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(KMS_RESOURCES)};

constexpr std::size_t material_id_digits = 64;

meta_store::Key row_key(const KeyRow& key) {
    return {key.account, key.region, key.id};
}

// What a wrapped material is bound to: it opens as this version of this key only.
std::string wrapped_for(const KeyRow& key, const std::string& material_id) {
    return "kms " + key.account + " " + key.region + " " + key.id + " " + material_id;
}

std::string arn_of(const KeyRow& key) {
    return aws::make_arn("kms", key.region, key.account, "key/" + key.id);
}

std::size_t bytes_of(const Context& context) {
    std::size_t bytes = 0;
    for (const auto& [key, value] : context)
        bytes += key.size() + value.size();
    return bytes;
}

}  // namespace

const aws::ServiceModel model = {.id = "kms",
                                 .signing_name = "kms",
                                 .target_prefix = "TrentService",
                                 .api_version = "2014-11-01",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations,
                                 .resources = resources};

std::optional<base::Timestamp> due(const KeyRow& key) {
    if (key.deletion_date) return key.deletion_date;
    if (key.rotates && key.enabled && key.materials.size() < materials_max) {
        return key.next_rotation;
    }
    return std::nullopt;
}

Kms::Kms(Environment environment)
    : environment_(environment),
      keys_(environment.store, "kms.keys"),
      aliases_(environment.store, "kms.aliases"),
      caretaker_(environment.clock, environment.executor,
                 [this](base::Timestamp now) { return care(now); }) {}

Kms::~Kms() {
    stop();
}

base::Result<void> Kms::start() {
    // A store that cannot be read is told of here and not by the caretaker.
    TRY_VOID(keys_.scan({}, [](std::string_view, const KeyRow&) { return true; }));
    caretaker_.start();
    return base::ok();
}

void Kms::stop() {
    caretaker_.stop();
}

aws::Reply<KeyRow> Kms::read(const aws::Call& call, const std::string& key_id) const {
    auto found = keys_.get({call.account(), call.region, key_id});
    if (!found) return faults::from(found.error());
    if (!found.value()) return faults::key_not_found(key_arn(call, key_id));
    return std::move(*found.value());
}

aws::Reply<KeyRow> Kms::find(const aws::Call& call, const std::string& key) const {
    TRY(name, parse_key_name(call, key));
    if (name.alias) return faults::invalid_key_id(key);
    return read(call, name.value);
}

aws::Reply<KeyRow> Kms::resolve(const aws::Call& call, const std::string& key) {
    TRY(name, parse_key_name(call, key));
    if (!name.alias) return read(call, name.value);
    auto alias = aliases_.get({call.account(), call.region, name.value});
    if (!alias) return faults::from(alias.error());
    if (alias.value()) return read(call, alias.value()->target);
    if (!is_managed_alias(name.value)) return faults::alias_not_found(alias_arn(call, name.value));
    return resolve_managed(call, name.value);
}

aws::Reply<KeyRow> Kms::resolve_managed(const aws::Call& call, const std::string& name) {
    base::MutexLock lock(changing_);
    auto alias = aliases_.get({call.account(), call.region, name});
    if (!alias) return faults::from(alias.error());
    if (alias.value()) return read(call, alias.value()->target);
    const std::string service = name.substr(managed_prefix.size());
    KeyRow key;
    key.id = base::make_uuid(environment_.random);
    key.managed = true;
    key.description =
        "Default key that protects my data when no other key is defined (" + service + ")";
    key.policy = managed_policy(call.account(), call.region, service);
    key.rotates = true;
    return add(call, std::move(key), &name);
}

aws::Reply<KeyRow> Kms::create(const aws::Call& call, KeyRow key) {
    if (call.client_token.empty()) {
        key.id = base::make_uuid(environment_.random);
        return add(call, std::move(key), nullptr);
    }
    key.id = aws::uuid_of_token(call.client_token);
    base::MutexLock lock(changing_);
    auto before = keys_.get({call.account(), call.region, key.id});
    if (!before) return faults::from(before.error());
    if (before.value()) return std::move(*before.value());
    return add(call, std::move(key), nullptr);
}

aws::Reply<KeyRow> Kms::add(const aws::Call& call, KeyRow key, const std::string* alias) {
    key.account = call.account();
    key.region = call.region;
    key.created = now();
    if (key.rotates) {
        key.next_rotation = base::Timestamp{key.created.ms + key.rotation_days * base::day_ms};
    }
    if (auto made = add_material(key, false); !made) return faults::from(made.error());
    meta_store::Changes changes;
    changes.require_absent(keys_.key(row_key(key)));
    keys_.put(changes, row_key(key), key);
    if (alias != nullptr) {
        aliases_.put(changes, {call.account(), call.region, *alias},
                     {key.id, key.created, key.created});
    }
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    if (const auto at = due(key)) caretaker_.expect(*at);
    return key;
}

base::Result<void> Kms::add_material(KeyRow& key, bool on_demand) const {
    if (key.materials.size() >= materials_max) {
        return base::Error{base::ErrorKind::limit, "the key has too many versions", key.id};
    }
    MaterialRow material;
    material.id = base::make_hex_id(environment_.random, material_id_digits);
    material.created = now();
    material.on_demand = on_demand;
    const segment_log::DataKey secret(environment_.random);
    material.wrapped.bytes = segment_log::wrap_key(
        secret, environment_.master_key, wrapped_for(key, material.id), environment_.random);
    key.materials.push_back(std::move(material));
    return base::ok();
}

base::Result<void> Kms::rotate(KeyRow& key, bool on_demand) const {
    return add_material(key, on_demand);
}

aws::Reply<KeyRow> Kms::change(const aws::Call& call, std::string_view operation,
                               const std::string& key, const Edit& edit) {
    base::MutexLock lock(changing_);
    TRY(row, find(call, key));
    if (row.managed) return faults::managed_by_aws(call.caller.arn, operation, arn_of(row));
    TRY_VOID(edit(row));
    meta_store::Changes changes;
    keys_.put(changes, row_key(row), row);
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    if (const auto at = due(row)) caretaker_.expect(*at);
    return row;
}

aws::Reply<void> Kms::check_usable(const KeyRow& key) {
    if (key.deletion_date) return faults::pending_deletion(arn_of(key));
    if (!key.enabled) return faults::disabled(arn_of(key));
    return base::ok();
}

aws::Reply<std::string> Kms::seal(const KeyRow& key, std::string_view plain,
                                  const Context& context) const {
    TRY_VOID(check_usable(key));
    if (bytes_of(context) > context_bytes_max) {
        return faults::validation("The encryption context is larger than 8,192 bytes.");
    }
    const MaterialRow& current = key.materials.back();
    auto material = segment_log::unwrap_key(current.wrapped.bytes, environment_.master_key,
                                            wrapped_for(key, current.id));
    if (!material) return faults::from(material.error());
    const auto index = static_cast<std::uint32_t>(key.materials.size() - 1);
    return seal_message({key.id, index}, material.value(), plain, context, environment_.random);
}

aws::Reply<Kms::Opened> Kms::open(const aws::Call& call, std::string_view blob,
                                  const Context& context, const std::optional<std::string>& key) {
    const auto head = read_head(blob);
    if (!head) return faults::invalid_ciphertext();
    auto found = keys_.get({call.account(), call.region, head->key_id});
    if (!found) return faults::from(found.error());
    if (key) {
        TRY(wanted, resolve(call, *key));
        if (wanted.id != head->key_id) return faults::incorrect_key();
    }
    if (!found.value()) return faults::unknown_ciphertext_key();
    KeyRow& row = *found.value();
    TRY_VOID(check_usable(row));
    if (head->material >= row.materials.size()) return faults::invalid_ciphertext();
    const MaterialRow& version = row.materials[head->material];
    auto material = segment_log::unwrap_key(version.wrapped.bytes, environment_.master_key,
                                            wrapped_for(row, version.id));
    if (!material) return faults::from(material.error());
    auto plain = open_message(material.value(), blob, context);
    if (!plain) return faults::invalid_ciphertext();
    std::string material_id = version.id;
    return Opened{std::move(row), std::move(*plain), std::move(material_id)};
}

aws::Reply<ports::Sealed> Kms::encrypt_under(const aws::Call& call, const std::string& key,
                                             std::string_view plain,
                                             const ports::EncryptionContext& context) {
    TRY(row, resolve(call, key));
    TRY(blob, seal(row, plain, context));
    return ports::Sealed{arn_of(row), std::move(blob)};
}

aws::Reply<std::string> Kms::decrypt_under(const aws::Call& call, std::string_view blob,
                                           const ports::EncryptionContext& context) {
    TRY(opened, open(call, blob, context, std::nullopt));
    return std::move(opened.plain);
}

aws::Reply<Page<std::string>> Kms::list(const aws::Call& call,
                                        const std::optional<std::string>& marker,
                                        std::size_t most) const {
    Page<std::string> page;
    meta_store::Key from{call.account(), call.region};
    if (marker) from.add(*marker);
    auto scanned = keys_.scan(
        {call.account(), call.region},
        [&](std::string_view, KeyRow& row) {
            if (page.items.size() == most) {
                page.next = std::move(row.id);
                return false;
            }
            page.items.push_back(std::move(row.id));
            return true;
        },
        &from);
    if (!scanned) return faults::from(scanned.error());
    return page;
}

}  // namespace kms
