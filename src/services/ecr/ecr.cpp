#include "services/ecr/ecr.h"

#include "services/ecr/faults.h"

namespace ecr {
namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(ECR_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(ECR_RESOURCES)};

meta_store::Key key_of(const aws::Call& call, const std::string& name) {
    return {call.account(), call.region, name};
}

}  // namespace

const aws::ServiceModel model = {.id = "ecr",
                                 .signing_name = "ecr",
                                 .target_prefix = "AmazonEC2ContainerRegistry_V20150921",
                                 .api_version = "2015-09-21",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations,
                                 .validation_code = "InvalidParameterException",
                                 .resources = resources};

Ecr::Ecr(Environment environment)
    : environment_(environment), repositories_(environment.store, "ecr.repositories") {}

aws::Reply<RepositoryRow> Ecr::find(const aws::Call& call,
                                    const std::optional<std::string>& registry,
                                    const std::string& name) const {
    const std::string& owner = registry ? *registry : call.account();
    if (owner != call.account()) return faults::not_found(name, owner);
    auto row = repositories_.get(key_of(call, name));
    if (!row) return faults::from(row.error());
    if (!row.value()) return faults::not_found(name, owner);
    return std::move(*row.value());
}

aws::Reply<void> Ecr::create(const aws::Call& call, const std::optional<std::string>& registry,
                             const RepositoryRow& row) {
    if (registry && *registry != call.account()) {
        return faults::invalid_parameter(
            "Invalid parameter at 'registryId': repositories are made in the caller's registry.");
    }
    meta_store::Changes changes;
    changes.require_absent(repositories_.key(key_of(call, row.name)));
    repositories_.put(changes, key_of(call, row.name), row);
    auto done = environment_.store.commit(std::move(changes));
    if (done) return base::ok();
    if (done.error().kind == base::ErrorKind::already_exists) {
        return faults::already_exists(row.name, call.account());
    }
    return faults::from(done.error());
}

aws::Reply<RepositoryRow> Ecr::change(const aws::Call& call,
                                      const std::optional<std::string>& registry,
                                      const std::string& name, const Edit& edit) {
    base::MutexLock lock(changing_);
    TRY(row, find(call, registry, name));
    TRY_VOID(edit(row));
    meta_store::Changes changes;
    repositories_.put(changes, key_of(call, name), row);
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    return row;
}

aws::Reply<RepositoryRow> Ecr::remove(const aws::Call& call,
                                      const std::optional<std::string>& registry,
                                      const std::string& name) {
    base::MutexLock lock(changing_);
    TRY(row, find(call, registry, name));
    meta_store::Changes changes;
    repositories_.erase(changes, key_of(call, name));
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    return row;
}

aws::Reply<void> Ecr::scan(const aws::Call& call, const std::optional<std::string>& from,
                           const std::function<bool(RepositoryRow&)>& visit) const {
    const meta_store::Key start = key_of(call, from.value_or(""));
    auto done = repositories_.scan(
        {call.account(), call.region},
        [&](std::string_view, RepositoryRow& row) { return visit(row); }, from ? &start : nullptr);
    if (!done) return faults::from(done.error());
    return base::ok();
}

std::string repository_arn(const aws::Call& call, const std::string& name) {
    return aws::make_arn("ecr", call.region, call.account(), "repository/" + name);
}

aws::Reply<std::string> repository_of_arn(const aws::Call& call, const std::string& arn) {
    const std::string prefix = repository_arn(call, "");
    if (arn.starts_with(prefix)) return arn.substr(prefix.size());
    return faults::invalid_parameter(
        "Invalid parameter at 'resourceArn' failed to satisfy "
        "constraint: 'Invalid ARN'");
}

}  // namespace ecr
