#include "services/ssm/ssm.h"

#include <algorithm>

#include "services/ssm/faults.h"
#include "wire/base64.h"

namespace ssm {
namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(SSM_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(SSM_RESOURCES)};

meta_store::Key key_of(const aws::Call& call, const std::string& name) {
    return {call.account(), call.region, name};
}

meta_store::Key version_key(const aws::Call& call, const std::string& name, std::int64_t number) {
    meta_store::Key key = key_of(call, name);
    key.add_number(static_cast<std::uint64_t>(number));
    return key;
}

// As AWS binds them: the ciphertext of one parameter is none of another.
ports::EncryptionContext context_of(const aws::Call& call, const std::string& name) {
    return {{"PARAMETER_ARN", parameter_arn(call, name)}};
}

ParameterRow bootstrap_parameter() {
    ParameterRow row;
    row.name = bootstrap_name;
    row.latest.type = "String";
    row.latest.value = bootstrap_value;
    return row;
}

}  // namespace

const aws::ServiceModel model = {.id = "ssm",
                                 .signing_name = "ssm",
                                 .target_prefix = "AmazonSSM",
                                 .api_version = "2014-11-06",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations,
                                 .resources = resources};

Ssm::Ssm(Environment environment)
    : environment_(environment),
      parameters_(environment.store, "ssm.parameters"),
      versions_(environment.store, "ssm.versions") {}

aws::Reply<std::optional<ParameterRow>> Ssm::read(const aws::Call& call,
                                                  const std::string& name) const {
    auto row = parameters_.get(key_of(call, name));
    if (!row) return faults::from(row.error());
    return std::move(row.value());
}

aws::Reply<std::optional<VersionRow>> Ssm::read_version(const aws::Call& call,
                                                        const std::string& name,
                                                        std::int64_t number) const {
    auto row = versions_.get(version_key(call, name, number));
    if (!row) return faults::from(row.error());
    return std::move(row.value());
}

aws::Reply<Found> Ssm::find(const aws::Call& call, const std::string& text) const {
    const Selector selector = parse_selector(call, text);
    std::optional<ParameterRow> row;
    for (const std::string& name : selector.names) {
        TRY(found, read(call, name));
        row = std::move(found);
        if (!row && name == bootstrap_name) row = bootstrap_parameter();
        if (row) break;
    }
    if (!row) return faults::not_found();
    Found found{std::move(*row), {}, selector.text};
    found.version = found.parameter.latest;
    std::int64_t number = selector.version.value_or(found.version.number);
    if (selector.label) {
        const auto label = found.parameter.labels.find(*selector.label);
        if (label == found.parameter.labels.end()) {
            return faults::version_not_found(*selector.label, found.parameter.name);
        }
        number = label->second;
    }
    if (number == found.version.number) return found;
    std::optional<VersionRow> version;
    if (number >= 1) {
        TRY(older, read_version(call, found.parameter.name, number));
        version = std::move(older);
    }
    if (!version) return faults::version_not_found(selector.text.substr(1), found.parameter.name);
    found.version = std::move(*version);
    return found;
}

aws::Reply<std::string> Ssm::value_of(const aws::Call& call, const std::string& name,
                                      const VersionRow& version, bool decrypt) const {
    if (version.type != "SecureString" || !decrypt) return version.value;
    auto blob = wire::decode_base64(version.value);
    if (!blob) return faults::from(blob.error());
    auto plain = environment_.encryption.decrypt_under(call, blob.value(), context_of(call, name));
    if (!plain) return faults::key(plain.error());
    return std::move(plain.value());
}

aws::Reply<std::string> Ssm::encrypt(const aws::Call& call, const std::string& name,
                                     const std::string& key_id, const std::string& value) const {
    auto sealed =
        environment_.encryption.encrypt_under(call, key_id, value, context_of(call, name));
    if (!sealed) return faults::key(sealed.error());
    return wire::encode_base64(sealed.value().blob);
}

base::Mutex& Ssm::lock_of(const std::string& name) {
    return changing_[std::hash<std::string>()(name) % locks];
}

aws::Reply<void> Ssm::update(const aws::Call& call, const std::string& name, const Edit& edit) {
    base::MutexLock lock(lock_of(name));
    TRY(before, read(call, name));
    TRY(change, edit(before));
    meta_store::Changes changes;
    const std::int64_t had = before ? before->first : 1;
    std::int64_t keep_from = change.parameter ? change.parameter->first : had;
    if (!change.parameter) {
        if (!before) return base::ok();
        keep_from = before->latest.number + 1;
        parameters_.erase(changes, key_of(call, name));
    } else {
        parameters_.put(changes, key_of(call, name), *change.parameter);
    }
    for (std::int64_t number = had; number < keep_from; ++number) {
        versions_.erase(changes, version_key(call, name, number));
    }
    if (change.version) {
        versions_.put(changes, version_key(call, name, change.version->number), *change.version);
    }
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    return base::ok();
}

aws::Reply<void> Ssm::scan(const aws::Call& call, const std::string& prefix,
                           const std::optional<std::string>& from,
                           const std::function<bool(ParameterRow&)>& visit) const {
    meta_store::Key under{call.account(), call.region};
    under.add_prefix(prefix);
    const meta_store::Key start = key_of(call, from.value_or(""));
    auto done = parameters_.scan(
        under, [&](std::string_view, ParameterRow& row) { return visit(row); },
        from ? &start : nullptr);
    if (!done) return faults::from(done.error());
    return base::ok();
}

aws::Reply<void> Ssm::scan_versions(const aws::Call& call, const std::string& name,
                                    std::int64_t from,
                                    const std::function<bool(VersionRow&)>& visit) const {
    const meta_store::Key start = version_key(call, name, from);
    auto done = versions_.scan(
        key_of(call, name), [&](std::string_view, VersionRow& row) { return visit(row); }, &start);
    if (!done) return faults::from(done.error());
    return base::ok();
}

}  // namespace ssm
