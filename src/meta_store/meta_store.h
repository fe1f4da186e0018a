// Typed tables over RocksDB: everything that is looked up by key. Several changes, also to several
// tables, go into one Changes and become durable together or not at all.
//
//   struct StreamRow { std::string name; ... static constexpr auto members() {...} };
//   meta_store::Table<StreamRow> streams{store, "kinesis.streams"};
//
//   meta_store::Changes changes;
//   streams.put(changes, {account, region, name}, row);
//   changes.require_absent(streams.key({account, region, name}));   // else already_exists
//   store.commit(std::move(changes), [](base::Result<void> r) {...});   // or
//   TRY_VOID(store.commit(...))
//
// Values are stored name-keyed (CBOR), absent = default: adding a member needs no migration.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/file_system.h"
#include "base/logging.h"
#include "base/result.h"
#include "base/shape.h"

namespace meta_store {

// A key of one or more parts. Keys sort part by part: text by bytes, numbers by value.
class Key {
  public:
    Key() = default;
    Key(std::initializer_list<std::string_view> parts) {
        for (const auto part : parts)
            add(part);
    }
    Key& add(std::string_view text);
    Key& add_number(std::uint64_t number);
    // The beginning of a text part: a place to scan from, or a prefix of keys, never a stored key.
    Key& add_prefix(std::string_view text);
    const std::string& encoded() const { return encoded_; }
    // The parts of an encoded key of text parts only, in order.
    static std::vector<std::string> split(std::string_view encoded);
    static std::uint64_t decode_number(std::string_view part);

  private:
    std::string encoded_;
};

// Reads an encoded key part by part, for keys that hold numbers too. A part that is not there reads
// as "" or 0.
class KeyReader {
  public:
    explicit KeyReader(std::string_view encoded) : left_(encoded) {}
    std::string text();
    std::uint64_t number();
    bool at_end() const { return left_.empty(); }

  private:
    std::string_view left_;
};

// A set of changes that is committed atomically. Not for several threads at once.
class Changes {
  public:
    void put(std::string key, std::string value);
    void erase(std::string key);
    // Preconditions, checked in the order of commits, atomically with the changes, against what is
    // there before any change of this set.
    void require_absent(std::string key);                    // else already_exists
    void require_present(std::string key);                   // else not_found
    void require_value(std::string key, std::string value);  // else unavailable (changed meanwhile)
    void append(Changes other);
    bool empty() const { return entries_.empty(); }
    std::size_t bytes() const { return bytes_; }

    struct Entry {
        enum class What : std::uint8_t { put, erase, absent, present, equals } what;
        std::string key;
        std::string value;
    };
    const std::vector<Entry>& entries() const { return entries_; }

  private:
    std::vector<Entry> entries_;
    std::size_t bytes_ = 0;
};

// What the store held at one moment; reads through it see nothing later. Cheap.
class Snapshot {
  public:
    virtual ~Snapshot() = default;
};

struct Options {
    std::string directory;
    std::uint64_t queued_bytes_max = 64 * 1024 * 1024;
    bool relaxed_durability = false;
};

using CommitDone = base::UniqueFunction<void(base::Result<void>)>;
// Return false to stop the scan.
using Visit = std::function<bool(std::string_view key, std::string_view value)>;
// Where a walk goes on: nullopt stops it, "" is the next key, anything else the first key at or
// after it, which must not lie behind.
using WalkVisit =
    std::function<std::optional<std::string>(std::string_view key, std::string_view value)>;

class MetaStore {
  public:
    static base::Result<std::unique_ptr<MetaStore>> open(Options options, base::FileSystem& files,
                                                         base::Executor& executor, base::Log& log);
    virtual ~MetaStore() = default;

    // Queue and return; `done` runs once on the executor when the changes are durable, or refused.
    // All that is queued is written together with one sync. errors as of the preconditions (the
    // context names the key, which it does for no other `unavailable` without os_error),
    // unavailable (queue full, stopped, disk full), limit (larger than the queue), corrupt, io.
    // After unavailable with an os_error, or io, the changes may still be found after a restart,
    // whole, as after a crash before the answer.
    virtual void commit(Changes changes, CommitDone done) = 0;
    // The same, waiting; the caller's thread writes when nobody does, so that a pool of one thread
    // can call it. Never call it from a commit's `done`.
    virtual base::Result<void> commit(Changes changes) = 0;

    // Encoded keys here include the table prefix; Table<T> below is the normal way in.
    virtual base::Result<std::optional<std::string>> get(
        std::string_view key, const Snapshot* snapshot = nullptr) const = 0;
    // Visit keys in [from, until) in order; an empty `until` is the end.
    virtual base::Result<void> scan(std::string_view from, std::string_view until,
                                    const Visit& visit,
                                    const Snapshot* snapshot = nullptr) const = 0;
    // As scan, with leaps: passes over what a visitor is not interested in without reading it.
    virtual base::Result<void> walk(std::string_view from, std::string_view until,
                                    const WalkVisit& visit,
                                    const Snapshot* snapshot = nullptr) const = 0;
    virtual std::shared_ptr<const Snapshot> snapshot() const = 0;

    // A consistent copy in `directory` (must not exist), by hard links where possible.
    virtual base::Result<void> checkpoint(const std::string& directory) = 0;
    // Read everything back, checking block checksums. Returns the number of entries.
    virtual base::Result<std::uint64_t> verify() const = 0;
    // Refuse new commits, write those that are queued, return when none is being written.
    // Idempotent. Reads go on. Destroy the store after the executor ended.
    virtual void stop() = 0;
};

// Name-keyed CBOR of a shape. corrupt when the bytes are not what encode made.
std::string encode_row(const shape::Type& type, const void* row);
base::Result<void> decode_row(const shape::Type& type, std::string_view bytes, void* row);
// The smallest string greater than every string with this prefix.
std::string after_prefix(std::string_view prefix);

// One table: rows of type Row by Key. A cheap handle; the name is stored in every key and is for
// ever.
template <class Row>
class Table {
  public:
    Table(MetaStore& store, std::string_view name) : store_(&store) {
        prefix_.assign(name);
        prefix_.push_back('\0');
    }

    std::string key(const Key& key) const { return prefix_ + key.encoded(); }

    void put(Changes& changes, const Key& at, const Row& row) const {
        changes.put(key(at), encode_row(shape::type_of<Row>(), &row));
    }
    void erase(Changes& changes, const Key& at) const { changes.erase(key(at)); }

    base::Result<std::optional<Row>> get(const Key& at, const Snapshot* snapshot = nullptr) const {
        TRY(bytes, store_->get(key(at), snapshot));
        std::optional<Row> row;
        if (bytes) {
            TRY_VOID(decode_row(shape::type_of<Row>(), *bytes, &row.emplace()));
        }
        return row;
    }

    // Rows whose key starts with the parts of `under`, in key order, at or after `from` (a full
    // key, optional). visit(encoded key without the table prefix, row) returns false to stop.
    template <class F>
    base::Result<void> scan(const Key& under, F&& visit, const Key* from = nullptr,
                            const Snapshot* snapshot = nullptr) const {
        const std::string low = key(under);
        std::optional<base::Error> failed;
        const Visit raw = [&](std::string_view at, std::string_view bytes) {
            Row row;
            auto decoded = decode_row(shape::type_of<Row>(), bytes, &row);
            if (!decoded) {
                failed = decoded.error();
                return false;
            }
            return static_cast<bool>(visit(at.substr(prefix_.size()), row));
        };
        TRY_VOID(
            store_->scan(from != nullptr ? key(*from) : low, after_prefix(low), raw, snapshot));
        if (failed) return *failed;
        return base::ok();
    }

    MetaStore& store() const { return *store_; }

  private:
    MetaStore* store_;
    std::string prefix_;
};

}  // namespace meta_store
