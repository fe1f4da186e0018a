// KMS: symmetric keys whose material never leaves the server, with versions (rotation), aliases,
// policies as records, deletion after a waiting period. Keys and aliases are rows in meta_store;
// nothing is kept in memory, so an opened key is in memory only while it is used.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/service.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/units.h"
#include "meta_store/meta_store.h"
#include "segment_log/cipher.h"
#include "services/kms/caretaker.h"
#include "services/kms/ciphertext.h"
#include "services/kms/key_name.h"
#include "services/kms/rows.h"
#include "services/ports/ports.h"

// One word for each file in operations/.
#define KMS_OPERATIONS(X)                  \
    X(cancel_key_deletion)                 \
    X(create_alias)                        \
    X(create_key)                          \
    X(decrypt)                             \
    X(delete_alias)                        \
    X(describe_key)                        \
    X(disable_key)                         \
    X(disable_key_rotation)                \
    X(enable_key)                          \
    X(enable_key_rotation)                 \
    X(encrypt)                             \
    X(generate_data_key)                   \
    X(generate_data_key_without_plaintext) \
    X(generate_random)                     \
    X(get_key_policy)                      \
    X(get_key_rotation_status)             \
    X(list_aliases)                        \
    X(list_key_policies)                   \
    X(list_key_rotations)                  \
    X(list_keys)                           \
    X(list_resource_tags)                  \
    X(put_key_policy)                      \
    X(re_encrypt)                          \
    X(rotate_key_on_demand)                \
    X(schedule_key_deletion)               \
    X(tag_resource)                        \
    X(untag_resource)                      \
    X(update_alias)                        \
    X(update_key_description)
// One word for each file in resources/.
#define KMS_RESOURCES(X) \
    X(alias)             \
    X(key)

namespace kms {

AWS_DECLARE_OPERATIONS(KMS_OPERATIONS)
AWS_DECLARE_RESOURCES(KMS_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::size_t plaintext_bytes_max = 4096;
inline constexpr std::size_t context_bytes_max = 8192;
inline constexpr std::size_t tags_max = 50;            // a key
inline constexpr std::size_t aliases_max = 50;         // a key
inline constexpr std::size_t on_demand_max = 25;       // rotations of a key
inline constexpr std::size_t materials_max = 1'000;    // of a key: rotation stops there
inline constexpr std::int64_t work_retry_ms = 60'000;  // after a failed deletion or rotation

struct Environment {
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    const segment_log::MasterKey& master_key;  // outlives the service
    meta_store::MetaStore& store;
};

// A page of names in order; `next` when there are more.
template <class Item>
struct Page {
    std::vector<Item> items;
    std::optional<std::string> next;
};

struct Alias {
    std::string name;  // without "alias/"
    AliasRow row;
};

// Any thread. Destroy after the executor ended.
class Kms final : public ports::Encryption {
  public:
    explicit Kms(Environment environment);
    ~Kms() override;

    // Delete and rotate what became due meanwhile, then go on doing so.
    base::Result<void> start();
    void stop();

    // ---- keys, for the operations ----
    // A key by its id or ARN; operations that change keys take no alias.
    aws::Reply<KeyRow> find(const aws::Call& call, const std::string& key) const;
    // By any of its names; alias/aws/<service> is made when it is first asked for.
    aws::Reply<KeyRow> resolve(const aws::Call& call, const std::string& key);
    // `key` has what the client chose; the id, the dates and the material are filled in. A call
    // that has a client token gets the same key again.
    aws::Reply<KeyRow> create(const aws::Call& call, KeyRow key);
    // Change a key of the customer durably. `operation` is named in the refusal for AWS's keys.
    using Edit = std::function<aws::Reply<void>(KeyRow&)>;
    aws::Reply<KeyRow> change(const aws::Call& call, std::string_view operation,
                              const std::string& key, const Edit& edit);
    // A new version of the material.
    base::Result<void> rotate(KeyRow& key, bool on_demand) const;
    aws::Reply<Page<std::string>> list(const aws::Call& call,
                                       const std::optional<std::string>& marker,
                                       std::size_t most) const;

    // ---- aliases, names without "alias/" ----
    // Put an alias on a key: a new one, or one that is there. `key` by its id or ARN.
    enum class AliasMust { be_new, exist };
    aws::Reply<void> put_alias(const aws::Call& call, const std::string& name,
                               const std::string& key, AliasMust must);
    aws::Reply<void> remove_alias(const aws::Call& call, const std::string& name);
    // Of one key, or of all. In order of names.
    aws::Reply<Page<Alias>> aliases_of(const aws::Call& call,
                                       const std::optional<std::string>& key_id,
                                       const std::optional<std::string>& marker,
                                       std::size_t most) const;

    // ---- use of keys ----
    // Fault unless the key can be used now.
    static aws::Reply<void> check_usable(const KeyRow& key);
    // The key must be usable. `plain` at most plaintext_bytes_max.
    aws::Reply<std::string> seal(const KeyRow& key, std::string_view plain,
                                 const Context& context) const;
    struct Opened {
        KeyRow key;
        std::string plain;
        std::string material_id;
    };
    // `key`: the only one that is accepted.
    aws::Reply<Opened> open(const aws::Call& call, std::string_view blob, const Context& context,
                            const std::optional<std::string>& key);
    base::Random& random() const { return environment_.random; }
    base::Timestamp now() const { return environment_.clock.now(); }

    // ---- ports::Encryption ----
    aws::Reply<ports::Sealed> encrypt_under(const aws::Call& call, const std::string& key,
                                            std::string_view plain,
                                            const ports::EncryptionContext& context) override;
    aws::Reply<std::string> decrypt_under(const aws::Call& call, std::string_view blob,
                                          const ports::EncryptionContext& context) override;

  private:
    aws::Reply<KeyRow> read(const aws::Call& call, const std::string& key_id) const;
    aws::Reply<KeyRow> resolve_managed(const aws::Call& call, const std::string& name);
    aws::Reply<KeyRow> add(const aws::Call& call, KeyRow key, const std::string* alias);
    base::Result<void> add_material(KeyRow& key, bool on_demand) const;
    std::optional<base::Timestamp> care(base::Timestamp now);
    base::Result<void> remove(const KeyRow& key);

    const Environment environment_;
    const meta_store::Table<KeyRow> keys_;
    const meta_store::Table<AliasRow> aliases_;
    base::Mutex changing_;  // over read, change, commit
    Caretaker caretaker_;
};

// When the caretaker has something to do with this key: its deletion, its rotation.
std::optional<base::Timestamp> due(const KeyRow& key);

}  // namespace kms
