// Systems Manager's Parameter Store: named values with versions, labels and tags, plain or
// encrypted by KMS. Everything is a row in meta_store; nothing is kept in memory.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/service.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "meta_store/meta_store.h"
#include "services/ports/ports.h"
#include "services/ssm/parameter_name.h"
#include "services/ssm/rows.h"

// One word for each file in operations/.
#define SSM_OPERATIONS(X)        \
    X(add_tags_to_resource)      \
    X(delete_parameter)          \
    X(delete_parameters)         \
    X(describe_parameters)       \
    X(get_parameter)             \
    X(get_parameter_history)     \
    X(get_parameters)            \
    X(get_parameters_by_path)    \
    X(label_parameter_version)   \
    X(list_tags_for_resource)    \
    X(put_parameter)             \
    X(remove_tags_from_resource) \
    X(unlabel_parameter_version)
// One word for each file in resources/.
#define SSM_RESOURCES(X) X(parameter)

namespace ssm {

AWS_DECLARE_OPERATIONS(SSM_OPERATIONS)
AWS_DECLARE_RESOURCES(SSM_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::size_t value_characters_max = 4096;  // of the standard tier
inline constexpr std::int64_t versions_max = 100;          // of a parameter
inline constexpr std::size_t labels_max = 10;              // of a version
inline constexpr std::size_t tags_max = 50;                // of a parameter
inline constexpr const char* default_key = "alias/aws/ssm";

// What `cdk bootstrap` would have put there, so that `cdk deploy` needs no bootstrap: readable by
// name in every account and region. To everything that writes, lists or tags it does not exist, so
// that a bootstrap stack makes its own and deletes it again.
inline constexpr const char* bootstrap_name = "/cdk-bootstrap/hnb659fds/version";
inline constexpr const char* bootstrap_value = "33";

struct Environment {
    base::Clock& clock;
    meta_store::MetaStore& store;
    ports::Encryption& encryption;
};

// A parameter and the version of it that was asked for.
struct Found {
    ParameterRow parameter;
    VersionRow version;
    std::string selector;  // ":3", ":label", ""
};

// Any thread.
class Ssm final {
  public:
    explicit Ssm(Environment environment);

    // By name, "name:version", "name:label" or ARN; the bootstrap version too.
    //   errors  ParameterNotFound, ParameterVersionNotFound
    aws::Reply<Found> find(const aws::Call& call, const std::string& text) const;
    // A parameter that somebody made. Absent: nobody did.
    aws::Reply<std::optional<ParameterRow>> read(const aws::Call& call,
                                                 const std::string& name) const;
    aws::Reply<std::optional<VersionRow>> read_version(const aws::Call& call,
                                                       const std::string& name,
                                                       std::int64_t number) const;
    // The value as a client sees it: of a SecureString the plaintext when `decrypt`, else what is
    // stored.
    aws::Reply<std::string> value_of(const aws::Call& call, const std::string& name,
                                     const VersionRow& version, bool decrypt) const;
    // What is stored of a SecureString.
    aws::Reply<std::string> encrypt(const aws::Call& call, const std::string& name,
                                    const std::string& key_id, const std::string& value) const;

    // Make, change or delete a parameter durably: `change` gets the row there is and returns what
    // is to be written. `version`: also a version to add. Both absent: delete all of it.
    struct Change {
        std::optional<ParameterRow> parameter;
        std::optional<VersionRow> version;
    };
    using Edit = std::function<aws::Reply<Change>(const std::optional<ParameterRow>& before)>;
    aws::Reply<void> update(const aws::Call& call, const std::string& name, const Edit& edit);

    // Parameters of the call's account and region in order of their names, those that begin with
    // `prefix`, from `from` on (a name), until `visit` returns false.
    aws::Reply<void> scan(const aws::Call& call, const std::string& prefix,
                          const std::optional<std::string>& from,
                          const std::function<bool(ParameterRow&)>& visit) const;
    // Versions in order, from `from` on.
    aws::Reply<void> scan_versions(const aws::Call& call, const std::string& name,
                                   std::int64_t from,
                                   const std::function<bool(VersionRow&)>& visit) const;
    base::Timestamp now() const { return environment_.clock.now(); }

  private:
    static constexpr std::size_t locks = 32;

    base::Mutex& lock_of(const std::string& name);

    const Environment environment_;
    const meta_store::Table<ParameterRow> parameters_;
    const meta_store::Table<VersionRow> versions_;
    // Over read, change and commit of one name; several, so that a stack's parameters are committed
    // as a group.
    std::array<base::Mutex, locks> changing_;
};

}  // namespace ssm
