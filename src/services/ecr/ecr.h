// ECR as a record only: repositories with their settings, so that stacks that have one deploy (the
// CDK's bootstrap stack has). There is nothing behind them: no image can be pushed or pulled, and
// those operations are not here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/service.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "meta_store/meta_store.h"
#include "services/ecr/rows.h"

// One word for each file in operations/.
#define ECR_OPERATIONS(X)               \
    X(create_repository)                \
    X(delete_lifecycle_policy)          \
    X(delete_repository)                \
    X(delete_repository_policy)         \
    X(describe_images)                  \
    X(describe_repositories)            \
    X(get_lifecycle_policy)             \
    X(get_repository_policy)            \
    X(list_images)                      \
    X(list_tags_for_resource)           \
    X(put_image_scanning_configuration) \
    X(put_image_tag_mutability)         \
    X(put_lifecycle_policy)             \
    X(set_repository_policy)            \
    X(tag_resource)                     \
    X(untag_resource)
// One word for each file in resources/.
#define ECR_RESOURCES(X) X(repository)

namespace ecr {

AWS_DECLARE_OPERATIONS(ECR_OPERATIONS)
AWS_DECLARE_RESOURCES(ECR_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::size_t tags_max = 50;  // a repository

struct Environment {
    base::Clock& clock;
    meta_store::MetaStore& store;
};

// Any thread.
class Ecr final {
  public:
    explicit Ecr(Environment environment);

    // `registry`: the caller's account, or absent. Another account's has nothing for the caller.
    aws::Reply<RepositoryRow> find(const aws::Call& call,
                                   const std::optional<std::string>& registry,
                                   const std::string& name) const;
    aws::Reply<void> create(const aws::Call& call, const std::optional<std::string>& registry,
                            const RepositoryRow& row);
    // Change a repository durably; returns it as it is then.
    using Edit = std::function<aws::Reply<void>(RepositoryRow&)>;
    aws::Reply<RepositoryRow> change(const aws::Call& call,
                                     const std::optional<std::string>& registry,
                                     const std::string& name, const Edit& edit);
    // Returns what it was.
    aws::Reply<RepositoryRow> remove(const aws::Call& call,
                                     const std::optional<std::string>& registry,
                                     const std::string& name);
    // In order of names, from `from` on; `visit` returns false to stop.
    aws::Reply<void> scan(const aws::Call& call, const std::optional<std::string>& from,
                          const std::function<bool(RepositoryRow&)>& visit) const;
    base::Timestamp now() const { return environment_.clock.now(); }

  private:
    const Environment environment_;
    const meta_store::Table<RepositoryRow> repositories_;
    base::Mutex changing_;  // over read, change, commit
};

std::string repository_arn(const aws::Call& call, const std::string& name);
// The repository that an ARN of the caller's account and region names.
aws::Reply<std::string> repository_of_arn(const aws::Call& call, const std::string& arn);

}  // namespace ecr
