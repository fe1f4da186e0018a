#include "sim/crash_journal.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "base/check.h"
#include "sim/seeded_random.h"

namespace sim {

void Content::write(std::uint64_t offset, std::string_view data) {
    if (data.empty()) return;
    const std::uint64_t end = offset + data.size();
    if (bytes.size() < end) bytes.resize(end, '\0');
    std::memcpy(bytes.data() + offset, data.data(), data.size());
    size = std::max(size, end);
}

void Content::resize(std::uint64_t new_size) {
    if (bytes.size() > new_size) bytes.resize(new_size);
    size = new_size;
}

std::size_t Content::read(std::uint64_t offset, std::span<char> out) const {
    if (offset >= size) return 0;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size - offset));
    const std::size_t stored =
        offset < bytes.size() ? std::min<std::size_t>(count, bytes.size() - offset) : 0;
    if (stored > 0) std::memcpy(out.data(), bytes.data() + offset, stored);
    if (count > stored) std::memset(out.data() + stored, 0, count - stored);
    return count;
}

State State::empty() {
    State state;
    auto root = std::make_shared<Node>();
    root->directory = true;
    state.nodes.emplace(root_node, std::move(root));
    return state;
}

State State::clone() const {
    State copy;
    copy.last_node = last_node;
    for (const auto& [id, node] : nodes)
        copy.nodes.emplace(id, std::make_shared<Node>(*node));
    return copy;
}

void State::collect() {
    std::set<NodeId> reached;
    std::vector<NodeId> open = {root_node};
    while (!open.empty()) {
        const NodeId id = open.back();
        open.pop_back();
        if (!reached.insert(id).second) continue;
        for (const auto& [name, child] : nodes.at(id)->entries)
            open.push_back(child);
    }
    std::erase_if(nodes, [&](const auto& entry) { return !reached.contains(entry.first); });
}

const char* to_string(Operation::Kind kind) {
    switch (kind) {
        case Operation::Kind::make_file:
            return "make_file";
        case Operation::Kind::make_directory:
            return "make_directory";
        case Operation::Kind::remove:
            return "remove";
        case Operation::Kind::rename:
            return "rename";
        case Operation::Kind::write:
            return "write";
        case Operation::Kind::truncate:
            return "truncate";
        case Operation::Kind::allocate:
            return "allocate";
        case Operation::Kind::sync_data:
            return "sync_data";
        case Operation::Kind::sync_directory:
            return "sync_directory";
    }
    return "?";
}

namespace {

void make_node(State& state, const Operation& operation) {
    auto node = std::make_shared<Node>();
    node->directory = operation.kind == Operation::Kind::make_directory;
    state.nodes.emplace(operation.node, std::move(node));
    state.last_node = std::max(state.last_node, operation.node);
}

void change_entries(State& state, const Operation& operation) {
    for (const Operation::EntryChange& change : operation.changes) {
        auto& entries = state.nodes.at(change.directory)->entries;
        if (change.node == 0) {
            entries.erase(change.name);
        } else {
            entries[change.name] = change.node;
        }
    }
}

bool is_name_change(Operation::Kind kind) {
    return kind == Operation::Kind::make_file || kind == Operation::Kind::make_directory ||
           kind == Operation::Kind::remove || kind == Operation::Kind::rename;
}

bool is_data_change(Operation::Kind kind) {
    return kind == Operation::Kind::write || kind == Operation::Kind::truncate ||
           kind == Operation::Kind::allocate;
}

// Which operations the syncs among them made safe.
std::vector<bool> find_safe(std::span<const Operation> journal) {
    std::vector<bool> safe(journal.size(), false);
    std::map<NodeId, std::vector<std::size_t>> unsynced;  // by file
    std::map<std::size_t, std::set<NodeId>> names;        // change -> directories not yet synced
    for (std::size_t i = 0; i < journal.size(); ++i) {
        const Operation& operation = journal[i];
        if (is_data_change(operation.kind)) {
            unsynced[operation.node].push_back(i);
        } else if (operation.kind == Operation::Kind::sync_data) {
            for (const std::size_t change : unsynced[operation.node]) {
                safe[change] = !operation.failed;
            }
            unsynced[operation.node].clear();
        } else if (operation.kind == Operation::Kind::sync_directory) {
            if (operation.failed) continue;
            for (auto entry = names.begin(); entry != names.end();) {
                entry->second.erase(operation.node);
                if (!entry->second.empty()) {
                    ++entry;
                    continue;
                }
                safe[entry->first] = true;
                entry = names.erase(entry);
            }
        } else {
            for (const auto& change : operation.changes)
                names[i].insert(change.directory);
        }
    }
    return safe;
}

void write_piece(State& state, const Operation& write, std::size_t from, std::size_t to) {
    if (from >= to) return;
    state.nodes.at(write.node)
        ->content.write(write.position + from,
                        std::string_view(write.bytes).substr(from, to - from));
}

// A write of which some part reached the disk: a beginning, or some of its sectors.
void write_randomly(State& state, const Operation& write, SeededRandom& random) {
    if (random.below(2) == 0) {
        write_piece(state, write, 0, random.below(write.bytes.size() + 1));
        return;
    }
    std::size_t from = 0;
    while (from < write.bytes.size()) {
        const std::size_t in_sector = (write.position + from) % sector_bytes;
        const std::size_t to = std::min(write.bytes.size(), from + sector_bytes - in_sector);
        if (random.below(2) == 0) write_piece(state, write, from, to);
        from = to;
    }
}

void apply_randomly(State& state, const Operation& operation, SeededRandom& random) {
    const std::uint64_t dice = random.below(4);
    if (dice < 2) return;  // lost
    if (dice == 2 && operation.kind == Operation::Kind::write) {
        write_randomly(state, operation, random);
    } else {
        apply(state, operation);
    }
}

}  // namespace

void apply(State& state, const Operation& operation) {
    if (is_name_change(operation.kind)) {
        change_entries(state, operation);
        return;
    }
    if (!is_data_change(operation.kind)) return;
    Content& content = state.nodes.at(operation.node)->content;
    if (operation.kind == Operation::Kind::write) {
        content.write(operation.position, operation.bytes);
    } else if (operation.kind == Operation::Kind::truncate) {
        content.resize(operation.position);
    } else {
        content.resize(std::max(content.size, operation.position));
    }
}

State survivors(const State& before, std::span<const Operation> journal, const CrashPoint& point) {
    CHECK(point.operations <= journal.size());
    const auto issued = journal.first(point.operations);
    const std::vector<bool> safe = find_safe(issued);
    SeededRandom random(point.seed);
    State state = before.clone();
    for (std::size_t i = 0; i < issued.size(); ++i) {
        const Operation& operation = issued[i];
        if (operation.kind == Operation::Kind::make_file ||
            operation.kind == Operation::Kind::make_directory) {
            make_node(state, operation);  // its name may still get lost
        }
        const bool torn = i + 1 == issued.size() && point.torn_bytes.has_value();
        if (torn && operation.kind == Operation::Kind::write) {
            write_piece(state, operation, 0, std::min(*point.torn_bytes, operation.bytes.size()));
        } else if (safe[i] || point.survival == Survival::everything) {
            apply(state, operation);
        } else if (point.survival == Survival::random) {
            apply_randomly(state, operation, random);
        }
    }
    state.collect();
    return state;
}

}  // namespace sim
