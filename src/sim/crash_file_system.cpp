#include "sim/crash_file_system.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/check.h"

namespace sim {

using base::Error;
using base::ErrorKind;

namespace {

Error make_error(int os_error, const std::string& path) {
    ErrorKind kind = ErrorKind::io;
    if (os_error == ENOENT || os_error == ENOTDIR) kind = ErrorKind::not_found;
    if (os_error == EEXIST) kind = ErrorKind::already_exists;
    if (os_error == ENOSPC || os_error == EDQUOT || os_error == EMFILE) {
        kind = ErrorKind::unavailable;
    }
    return {kind, std::error_code(os_error, std::generic_category()).message(), path, os_error};
}

std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> names;
    std::size_t from = 0;
    while (from <= path.size()) {
        const std::size_t to = std::min(path.find('/', from), path.size());
        std::string name = path.substr(from, to - from);
        if (!name.empty() && name != ".") names.push_back(std::move(name));
        from = to + 1;
    }
    return names;
}

std::string join(const std::vector<std::string>& names) {
    std::string path;
    for (const std::string& name : names)
        path += "/" + name;
    return path;
}

}  // namespace

class CrashFile final : public base::File {
  public:
    CrashFile(CrashFileSystem& files, NodeId id, std::shared_ptr<Node> node, std::string path,
              bool writable)
        : files_(files),
          id_(id),
          node_(std::move(node)),
          path_(std::move(path)),
          writable_(writable) {}

    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const override {
        return files_.read_file(*node_, path_, offset, out);
    }
    base::Result<void> write_at(std::uint64_t offset,
                                std::span<const std::string_view> parts) override {
        if (!writable_) return make_error(EBADF, path_);
        return files_.write_file(id_, *node_, path_, offset, parts);
    }
    base::Result<void> sync_data() override { return files_.sync_file(id_, path_); }
    base::Result<void> truncate(std::uint64_t size_bytes) override {
        if (!writable_) return make_error(EBADF, path_);
        return files_.change_size(id_, *node_, path_, Call::truncate, size_bytes);
    }
    base::Result<void> allocate(std::uint64_t size_bytes) override {
        if (!writable_) return make_error(EBADF, path_);
        return files_.change_size(id_, *node_, path_, Call::allocate, size_bytes);
    }
    base::Result<std::uint64_t> size() const override {
        base::MutexLock lock(files_.mutex_);
        return node_->content.size;
    }
    int descriptor() const override { return -1; }

  private:
    CrashFileSystem& files_;
    NodeId id_;
    std::shared_ptr<Node> node_;  // lives on when its name is removed
    std::string path_;
    bool writable_;
};

class CrashLock final : public base::FileLock {
  public:
    CrashLock(CrashFileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}
    ~CrashLock() override { files_.unlock(path_); }
    CrashLock(const CrashLock&) = delete;
    CrashLock& operator=(const CrashLock&) = delete;

  private:
    CrashFileSystem& files_;
    std::string path_;
};

CrashFileSystem::CrashFileSystem(const base::Clock* clock, bool journal)
    : clock_(clock), journalled_(journal), before_(State::empty()), now_(State::empty()) {}

CrashFileSystem::CrashFileSystem(State state, const base::Clock* clock)
    : clock_(clock), journalled_(true), before_(std::move(state)), now_(before_.clone()) {}

base::Result<CrashFileSystem::Place> CrashFileSystem::find(const std::string& path) const {
    const std::vector<std::string> names = split(path);
    Place place{0, "", root_node};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (place.node == 0) return make_error(ENOENT, path);
        const Node& directory = *now_.nodes.at(place.node);
        if (!directory.directory) return make_error(ENOTDIR, path);
        const auto entry = directory.entries.find(names[i]);
        place = {place.node, names[i], entry == directory.entries.end() ? 0 : entry->second};
    }
    return place;
}

// Counts the call; fails it when a fault says so.
base::Result<void> CrashFileSystem::enter(Call call, const std::string& path) const {
    ++calls_[static_cast<std::size_t>(call)];
    for (Fault& fault : faults_) {
        if (fault.call != call || fault.times == 0) continue;
        if (path.find(fault.path_contains) == std::string::npos) continue;
        if (fault.after > 0) {
            --fault.after;
            continue;
        }
        --fault.times;
        return make_error(fault.os_error, path);
    }
    return base::ok();
}

base::Result<void> CrashFileSystem::record(Operation operation) {
    if (!journalled_) return base::ok();
    if (journal_bytes_ + operation.bytes.size() > journal_bytes_max) {
        return Error{ErrorKind::limit, "the journal of this test is full", operation.path};
    }
    journal_bytes_ += operation.bytes.size();
    journal_.push_back(std::move(operation));
    return base::ok();
}

base::Result<void> CrashFileSystem::reserve(const Node& node, std::uint64_t size,
                                            const std::string& path) const {
    if (size <= node.content.size) return base::ok();
    std::uint64_t used = size - node.content.size;
    for (const auto& [id, other] : now_.nodes)
        used += other->content.size;
    if (used > capacity_bytes_) return make_error(ENOSPC, path);
    return base::ok();
}

base::Result<NodeId> CrashFileSystem::make_node(const Place& place, bool directory,
                                                const std::string& path) {
    const NodeId id = now_.last_node + 1;
    Operation operation{
        .kind = directory ? Operation::Kind::make_directory : Operation::Kind::make_file,
        .node = id,
        .changes = {{place.directory, place.name, id}},
        .path = path};
    auto node = std::make_shared<Node>();
    node->directory = directory;
    if (clock_ != nullptr) node->modified_ms = clock_->now().ms;
    now_.nodes.emplace(id, std::move(node));
    now_.last_node = id;
    apply(now_, operation);
    TRY_VOID(record(std::move(operation)));
    return id;
}

base::Result<std::unique_ptr<base::File>> CrashFileSystem::open(const std::string& path,
                                                                base::OpenMode mode) {
    base::MutexLock lock(mutex_);
    TRY_VOID(enter(Call::open, path));
    TRY(place, find(path));
    NodeId id = place.node;
    if (id == 0) {
        if (mode == base::OpenMode::read || mode == base::OpenMode::read_write) {
            return make_error(ENOENT, path);
        }
        TRY(made, make_node(place, false, path));
        id = made;
    } else {
        if (mode == base::OpenMode::create_new) return make_error(EEXIST, path);
        const auto& node = now_.nodes.at(id);
        if (node->directory) return make_error(EISDIR, path);
        if (mode == base::OpenMode::create_empty && node->content.size > 0) {
            node->content.resize(0);
            TRY_VOID(record({.kind = Operation::Kind::truncate, .node = id, .path = path}));
        }
    }
    return std::unique_ptr<base::File>(std::make_unique<CrashFile>(
        *this, id, now_.nodes.at(id), path, mode != base::OpenMode::read));
}

base::Result<void> CrashFileSystem::remove(const std::string& path) {
    base::MutexLock lock(mutex_);
    TRY_VOID(enter(Call::remove, path));
    TRY(place, find(path));
    if (place.node == 0) return make_error(ENOENT, path);
    if (now_.nodes.at(place.node)->directory) return make_error(EISDIR, path);
    Operation operation{.kind = Operation::Kind::remove,
                        .node = place.node,
                        .changes = {{place.directory, place.name, 0}},
                        .path = path};
    apply(now_, operation);
    now_.nodes.erase(place.node);
    return record(std::move(operation));
}

base::Result<void> CrashFileSystem::rename(const std::string& from, const std::string& to) {
    base::MutexLock lock(mutex_);
    TRY_VOID(enter(Call::rename, from));
    TRY(source, find(from));
    TRY(target, find(to));
    if (source.node == 0) return make_error(ENOENT, from);
    if (source.directory == 0 || target.directory == 0) return make_error(EBUSY, from);
    if (source.node == target.node) return base::ok();
    if (target.node != 0) {
        const Node& replaced = *now_.nodes.at(target.node);
        if (replaced.directory != now_.nodes.at(source.node)->directory) {
            return make_error(replaced.directory ? EISDIR : ENOTDIR, to);
        }
        if (!replaced.entries.empty()) return make_error(ENOTEMPTY, to);
        now_.nodes.erase(target.node);
    }
    Operation operation{.kind = Operation::Kind::rename,
                        .node = source.node,
                        .changes = {{source.directory, source.name, 0},
                                    {target.directory, target.name, source.node}},
                        .path = from + " to " + to};
    apply(now_, operation);
    return record(std::move(operation));
}

base::Result<void> CrashFileSystem::make_directory(const std::string& path) {
    base::MutexLock lock(mutex_);
    TRY_VOID(enter(Call::make_directory, path));
    TRY(place, find(path));
    if (place.node != 0) return make_error(EEXIST, path);
    TRY_VOID(make_node(place, true, path));
    return base::ok();
}

base::Result<void> CrashFileSystem::remove_directory(const std::string& path) {
    base::MutexLock lock(mutex_);
    TRY_VOID(enter(Call::remove_directory, path));
    TRY(place, find(path));
    if (place.node == 0) return make_error(ENOENT, path);
    if (place.directory == 0) return make_error(EBUSY, path);
    const Node& node = *now_.nodes.at(place.node);
    if (!node.directory) return make_error(ENOTDIR, path);
    if (!node.entries.empty()) return make_error(ENOTEMPTY, path);
    Operation operation{.kind = Operation::Kind::remove,
                        .node = place.node,
                        .changes = {{place.directory, place.name, 0}},
                        .path = path};
    apply(now_, operation);
    now_.nodes.erase(place.node);
    return record(std::move(operation));
}

base::Result<std::vector<std::string>> CrashFileSystem::list(const std::string& path) const {
    base::MutexLock lock(mutex_);
    TRY_VOID(enter(Call::list, path));
    TRY(place, find(path));
    if (place.node == 0) return make_error(ENOENT, path);
    const Node& node = *now_.nodes.at(place.node);
    if (!node.directory) return make_error(ENOTDIR, path);
    std::vector<std::string> names;
    for (const auto& [name, id] : node.entries)
        names.push_back(name);
    return names;
}

base::Result<base::FileStatus> CrashFileSystem::status(const std::string& path) const {
    base::MutexLock lock(mutex_);
    TRY(place, find(path));
    if (place.node == 0) return make_error(ENOENT, path);
    const Node& node = *now_.nodes.at(place.node);
    return base::FileStatus{node.content.size, node.modified_ms, node.directory};
}

base::Result<void> CrashFileSystem::sync_directory(const std::string& path) {
    base::MutexLock lock(mutex_);
    TRY(place, find(path));
    if (place.node == 0) return make_error(ENOENT, path);
    if (!now_.nodes.at(place.node)->directory) return make_error(ENOTDIR, path);
    const auto entered = enter(Call::sync_directory, path);
    if (canaries_.ignore_sync_directory) return entered;
    TRY_VOID(record({.kind = Operation::Kind::sync_directory,
                     .node = place.node,
                     .failed = !entered,
                     .path = path}));
    return entered;
}

base::Result<std::unique_ptr<base::FileLock>> CrashFileSystem::lock(const std::string& path) {
    TRY_VOID(open(path, base::OpenMode::create));
    base::MutexLock lock(mutex_);
    TRY_VOID(enter(Call::lock, path));
    const std::string name = join(split(path));
    if (!locked_.insert(name).second) {
        return Error{ErrorKind::unavailable, "held by another process", path, EWOULDBLOCK};
    }
    return std::unique_ptr<base::FileLock>(std::make_unique<CrashLock>(*this, name));
}

base::Result<base::DiskSpace> CrashFileSystem::space(const std::string& path) const {
    base::MutexLock lock(mutex_);
    TRY(place, find(path));
    if (place.node == 0) return make_error(ENOENT, path);
    std::uint64_t used = 0;
    for (const auto& [id, node] : now_.nodes)
        used += node->content.size;
    return base::DiskSpace{capacity_bytes_, capacity_bytes_ - std::min(used, capacity_bytes_)};
}

base::Result<std::size_t> CrashFileSystem::read_file(const Node& node, const std::string& path,
                                                     std::uint64_t offset,
                                                     std::span<char> out) const {
    base::MutexLock lock(mutex_);
    TRY_VOID(enter(Call::read, path));
    return node.content.read(offset, out);
}

base::Result<void> CrashFileSystem::write_file(NodeId id, Node& node, const std::string& path,
                                               std::uint64_t offset,
                                               std::span<const std::string_view> parts) {
    base::MutexLock lock(mutex_);
    std::string bytes;
    for (const std::string_view part : parts)
        bytes += part;
    // A fault that is due may let a part through; look before enter() uses it up.
    std::size_t part_bytes = 0;
    for (const Fault& fault : faults_) {
        if (fault.call == Call::write && fault.times > 0 && fault.after == 0 &&
            path.find(fault.path_contains) != std::string::npos) {
            part_bytes = std::min(fault.written_bytes, bytes.size());
            break;
        }
    }
    auto result = enter(Call::write, path);
    if (!result) bytes.resize(part_bytes);
    if (result) result = reserve(node, offset + bytes.size(), path);
    if (!result && result.error().os_error == ENOSPC && part_bytes == 0) bytes.clear();
    if (bytes.empty()) return result;
    node.content.write(offset, bytes);
    if (clock_ != nullptr) node.modified_ms = clock_->now().ms;
    TRY_VOID(record({.kind = Operation::Kind::write,
                     .node = id,
                     .position = offset,
                     .bytes = std::move(bytes),
                     .path = path}));
    return result;
}

base::Result<void> CrashFileSystem::change_size(NodeId id, Node& node, const std::string& path,
                                                Call call, std::uint64_t size) {
    base::MutexLock lock(mutex_);
    TRY_VOID(enter(call, path));
    const bool grows_only = call == Call::allocate;
    TRY_VOID(reserve(node, size, path));
    node.content.resize(grows_only ? std::max(node.content.size, size) : size);
    return record({.kind = grows_only ? Operation::Kind::allocate : Operation::Kind::truncate,
                   .node = id,
                   .position = size,
                   .path = path});
}

base::Result<void> CrashFileSystem::sync_file(NodeId id, const std::string& path) {
    base::MutexLock lock(mutex_);
    const auto entered = enter(Call::sync_data, path);
    if (canaries_.ignore_sync_data) return entered;
    TRY_VOID(
        record({.kind = Operation::Kind::sync_data, .node = id, .failed = !entered, .path = path}));
    return entered;
}

void CrashFileSystem::unlock(const std::string& path) {
    base::MutexLock lock(mutex_);
    locked_.erase(path);
}

void CrashFileSystem::inject(Fault fault) {
    base::MutexLock lock(mutex_);
    faults_.push_back(std::move(fault));
}

void CrashFileSystem::clear_faults() {
    base::MutexLock lock(mutex_);
    faults_.clear();
}

void CrashFileSystem::set_capacity(std::uint64_t bytes) {
    base::MutexLock lock(mutex_);
    capacity_bytes_ = bytes;
}

void CrashFileSystem::set_canaries(Canaries canaries) {
    base::MutexLock lock(mutex_);
    canaries_ = canaries;
}

void CrashFileSystem::corrupt(const std::string& path, std::uint64_t offset, char mask) {
    base::MutexLock lock(mutex_);
    const auto place = find(path);
    CHECK(place.has_value() && place.value().node != 0);
    // Both what the program sees and what a crash leaves: the rot is on the disk. A byte that is
    // only in the journal rots when the journal is replayed, as one more write.
    Node& node = *now_.nodes.at(place.value().node);
    char byte = 0;
    CHECK(node.content.read(offset, {&byte, 1}) == 1);
    byte = static_cast<char>(byte ^ mask);
    node.content.write(offset, {&byte, 1});
    const auto recorded = record({.kind = Operation::Kind::write,
                                  .node = place.value().node,
                                  .position = offset,
                                  .bytes = std::string(1, byte),
                                  .path = path});
    CHECK(recorded.has_value());
}

std::size_t CrashFileSystem::operation_count() const {
    base::MutexLock lock(mutex_);
    return journal_.size();
}

std::string CrashFileSystem::describe(std::size_t operation) const {
    base::MutexLock lock(mutex_);
    if (operation >= journal_.size()) return "end";
    const Operation& found = journal_[operation];
    std::string text = std::string(to_string(found.kind)) + " " + found.path;
    if (found.kind == Operation::Kind::write) {
        text += " at " + std::to_string(found.position) + ", " +
                std::to_string(found.bytes.size()) + " bytes";
    }
    return found.failed ? text + " (failed)" : text;
}

std::vector<CrashPoint> CrashFileSystem::crash_points(const CrashPlan& plan) const {
    base::MutexLock lock(mutex_);
    std::vector<CrashPoint> points;
    for (std::size_t count = plan.first_operation; count <= journal_.size(); ++count) {
        points.push_back({count, Survival::nothing, 0, {}});
        points.push_back({count, Survival::everything, 0, {}});
        for (std::size_t seed = 0; seed < plan.seeds; ++seed) {
            points.push_back({count, Survival::random, seed * 1'000'003 + count, {}});
        }
        if (count == 0 || journal_[count - 1].kind != Operation::Kind::write) continue;
        const std::size_t length = journal_[count - 1].bytes.size();
        const std::size_t tries = std::min(length, plan.torn_lengths_max);
        for (std::size_t i = 0; i < tries; ++i) {
            const std::size_t torn = i * length / tries;
            points.push_back({count, Survival::everything, 0, torn});
            points.push_back({count, Survival::nothing, 0, torn});
        }
    }
    return points;
}

std::unique_ptr<CrashFileSystem> CrashFileSystem::after(const CrashPoint& point) const {
    base::MutexLock lock(mutex_);
    CHECK(journalled_);
    return std::make_unique<CrashFileSystem>(survivors(before_, journal_, point), clock_);
}

std::uint64_t CrashFileSystem::call_count(Call call) const {
    base::MutexLock lock(mutex_);
    return calls_[static_cast<std::size_t>(call)];
}

}  // namespace sim
