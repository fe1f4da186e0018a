#include "object_store/testing.h"

#include <gtest/gtest.h>

namespace object_store::testing {

Stage::Stage(Options options, std::uint64_t seed, std::unique_ptr<sim::CrashFileSystem> disk)
    : executor(seed, clock), random(seed), files(std::move(disk)), options_(std::move(options)) {
    if (!files) files = std::make_unique<sim::CrashFileSystem>(&clock, false);
    options_.directory = "/data";
    reopen();
}

Stage::~Stage() {
    store.reset();
    meta.reset();
}

bool Stage::reopen() {
    store.reset();
    meta.reset();
    executor.drop_all();
    error.clear();
    auto opened_meta =
        meta_store::MetaStore::open({.directory = "/data/meta"}, *files, executor, log);
    if (!opened_meta) {
        error = opened_meta.error().describe();
        return false;
    }
    meta = std::move(opened_meta.value());
    auto opened =
        ObjectStore::open(options_, {*files, clock, random, executor, log, master_key, *meta});
    if (!opened) {
        error = opened.error().describe();
        return false;
    }
    store = std::move(opened.value());
    return true;
}

void Stage::make_bucket(const std::string& name) {
    const auto made =
        store->create_bucket({name, "000000000000", "us-west-2", clock.now(), std::string()});
    EXPECT_TRUE(made.has_value()) << made.error().describe();
}

base::Result<std::unique_ptr<PreparedObject>> Stage::prepare(std::string_view bytes,
                                                             std::size_t piece_bytes) {
    const auto writer = store->writer();
    while (!bytes.empty()) {
        TRY_VOID(writer->write(bytes.substr(0, piece_bytes)));
        bytes.remove_prefix(std::min(bytes.size(), piece_bytes));
    }
    return wait<std::unique_ptr<PreparedObject>>(
        [&](auto done) { writer->finish(std::move(done)); });
}

base::Result<ObjectInfo> Stage::put(const std::string& bucket, const std::string& key,
                                    std::string_view bytes, ObjectProperties properties,
                                    Condition condition, meta_store::Changes more) {
    TRY(prepared, prepare(bytes));
    return wait<ObjectInfo>([&](auto done) {
        store->commit(bucket, key, std::move(prepared), std::move(properties), std::move(condition),
                      std::move(more), std::move(done));
    });
}

base::Result<void> Stage::remove(const std::string& bucket, std::vector<std::string> keys) {
    return wait<void>([&](auto done) { store->remove(bucket, std::move(keys), std::move(done)); });
}

std::string Stage::read(const std::string& bucket, const std::string& key) const {
    auto bytes = store->get(bucket, key, std::uint64_t{1} << 30);
    if (bytes) return std::move(bytes.value());
    return "<" + std::string(base::to_string(bytes.error().kind)) + ">";
}

std::size_t Stage::compact() {
    const auto removed = wait<std::size_t>([&](auto done) { store->compact(std::move(done)); });
    EXPECT_TRUE(removed.has_value()) << removed.error().describe();
    return removed ? removed.value() : 0;
}

std::vector<std::string> Stage::object_files() const {
    std::vector<std::string> found;
    const std::string root = "/data/objects";
    const auto directories = files->list(root);
    if (!directories) return found;
    for (const std::string& directory : directories.value()) {
        const auto names = files->list(root + "/" + directory);
        if (!names) continue;
        for (const std::string& name : names.value())
            found.push_back(directory + "/" + name);
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string make_bytes(std::size_t count, std::uint64_t seed) {
    sim::SeededRandom random(seed);
    return random.bytes(count);
}

}  // namespace object_store::testing
