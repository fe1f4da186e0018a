// The versions of one key while one plan changes them. The version that a plain read finds is the
// row in `objects`, so that reads and lists cost what they cost without versions; the others and
// all delete markers are in `versions`. Putting moves the row down, removing the newest moves the
// next one up.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "object_store/transaction.h"

namespace object_store {

// Load, then put or remove as often as wanted, then finish. The plan depends on all that was read.
class KeyVersions {
  public:
    KeyVersions(Core& core, Plan& plan, const Bucket& bucket, std::string key)
        : core_(core), plan_(plan), bucket_(bucket), key_(std::move(key)) {}

    base::Result<void> load();
    // The object as a plain read finds it.
    const std::optional<ObjectRow>& live() const { return live_; }

    // Make `row` the newest version; gives it its id and place in the order.
    base::Result<void> put(ObjectRow& row);
    // Take away as the bucket's versioning says, which may put a delete marker.
    base::Result<Removed> remove();
    base::Result<Removed> remove_version(const Removal& removal);
    // After versions were removed: what is left is as it will be found. Once for many removals.
    base::Result<void> settle();
    // errors  as ObjectStore::set_tags
    base::Result<ObjectRow> set_tags(const std::optional<std::string>& version_id,
                                     const std::map<std::string, std::string>& tags);
    // Settle, and write it all into the plan.
    base::Result<void> finish();

  private:
    struct Stored {
        std::int64_t sequence = 0;
        ObjectRow row;
    };
    base::Result<std::optional<Stored>> newest_stored();
    base::Result<std::optional<Stored>> stored(std::int64_t sequence);
    base::Result<std::optional<Stored>> find_stored(const std::string& version_id);
    base::Result<std::optional<std::int64_t>> null_sequence();
    base::Result<std::int64_t> make_room();
    base::Result<void> supersede(std::optional<Stored> top);
    base::Result<void> drop_null();
    void store(Stored version);

    Core& core_;
    Plan& plan_;
    const Bucket& bucket_;
    std::string key_;
    std::optional<ObjectRow> live_;
    bool was_live_ = false;
    bool live_changed_ = false;
    bool live_moved_ = false;   // it came from `versions`
    bool newest_gone_ = false;  // the one below it is to come up
    // What `versions` holds of the key afterwards, where it differs; nullopt: nothing.
    std::map<std::int64_t, std::optional<ObjectRow>> changed_;
    bool null_known_ = false;
    bool null_changed_ = false;
    std::optional<std::int64_t> null_;
    std::vector<ObjectRow> freed_;
};

// The row of one version as it is now, whichever table has it.
//   errors  not_found (context "version")
base::Result<ObjectRow> find_version(const Core& core, const Bucket& bucket, const std::string& key,
                                     const std::string& version_id);

// Plans for the store's calls.
base::Result<void> remove_versions(Core& core, Plan& plan, const std::string& bucket,
                                   const std::vector<Removal>& removals,
                                   std::vector<Removed>& answers);
base::Result<std::optional<ObjectInfo>> find_marker(const Core& core, const std::string& bucket,
                                                    const std::string& key);

}  // namespace object_store
