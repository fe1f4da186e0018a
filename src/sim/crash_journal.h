// What a disk holds, and what it may hold after the power went: the pure half of
// CrashFileSystem. A State is a tree of files; an Operation is one change to it; survivors()
// replays a list of them and lets the unsynced ones get lost, torn or reordered.
//
// The rules, those of POSIX rather than of one kind of file system:
//   - bytes and size of a file are safe after a successful sync_data of it, and only those that
//     were written before it;
//   - a name (creation, removal, rename) is safe after a sync_directory of the directories it is
//     in, and a rename happens wholly or not at all;
//   - everything else survives or not, each operation for itself, in whole, to any length, or with
//     holes of whole sectors: a later write may survive where an earlier one did not;
//   - after a failed sync_data a later one saves only what was written after the failure (the
//     kernel has forgotten that the earlier pages were dirty).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sim {

using NodeId = std::uint64_t;
inline constexpr NodeId root_node = 1;
inline constexpr std::size_t sector_bytes = 512;

// Contents of a file; what lies beyond `bytes` up to `size` reads as zero and costs no memory.
struct Content {
    std::string bytes;
    std::uint64_t size = 0;

    void write(std::uint64_t offset, std::string_view data);
    void resize(std::uint64_t new_size);
    std::size_t read(std::uint64_t offset, std::span<char> out) const;
};

struct Node {
    bool directory = false;
    Content content;
    std::map<std::string, NodeId> entries;
    std::int64_t modified_ms = 0;
};

struct State {
    std::map<NodeId, std::shared_ptr<Node>> nodes;
    NodeId last_node = root_node;

    static State empty();
    State clone() const;  // deep
    // Forgets the nodes that no name leads to.
    void collect();
};

struct Operation {
    enum class Kind {
        make_file,
        make_directory,
        remove,
        rename,
        write,
        truncate,
        allocate,
        sync_data,
        sync_directory,
    };
    struct EntryChange {
        NodeId directory = 0;
        std::string name;
        NodeId node = 0;  // 0: the name goes away
    };

    Kind kind;
    NodeId node = 0;             // the file, or the directory of sync_directory and make_*
    std::uint64_t position = 0;  // write: offset; truncate, allocate: size
    std::string bytes = {};      // write
    std::vector<EntryChange> changes = {};
    bool failed = false;  // sync_data: the caller got an error
    std::string path = {};
};

const char* to_string(Operation::Kind kind);

// Does all of `operation`, or of a write only the given pieces of its bytes.
void apply(State& state, const Operation& operation);

enum class Survival { nothing, everything, random };  // of what was not synced

// Where the power goes and what is left then.
struct CrashPoint {
    std::size_t operations = 0;  // how many were issued before
    Survival survival = Survival::nothing;
    std::uint64_t seed = 0;  // for random
    // The last operation, a write, survives to this length (and the rest as `survival` says).
    std::optional<std::size_t> torn_bytes = {};
};

// The disk after `point`, given that it was `before` and then had `journal` done to it.
State survivors(const State& before, std::span<const Operation> journal, const CrashPoint& point);

}  // namespace sim
