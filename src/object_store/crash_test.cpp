// The power goes at every change to the disk, with torn and reordered writes: what was acknowledged
// is there, an object is whole or absent, nothing is left over. A disk that lies about syncs must
// make the same check fail.
#include <gtest/gtest.h>

#include "base/units.h"
#include "object_store/testing.h"
#include "wire/checksums.h"

namespace {

using object_store::ObjectInfo;
using object_store::Options;
using object_store::testing::make_bytes;
using object_store::testing::Stage;

Options tiny() {
    Options options;
    options.small_object_bytes_max = 1000;
    options.small_segment_bytes_max = 64 * base::kib;
    options.compaction_check_ms = 0;
    return options;
}

// What a key may hold, as of some number of disk operations. "<not_found>" is absence.
struct Step {
    std::string key;
    std::string value;
    std::size_t issued = 0;
    std::size_t acknowledged = 0;
};

class Workload {
  public:
    explicit Workload(sim::Canaries canaries = {})
        : stage_(tiny(), 1, std::make_unique<sim::CrashFileSystem>(nullptr, true)) {
        stage_.files->set_canaries(canaries);
        stage_.make_bucket("b");
        begin_ = stage_.files->operation_count();
        put("small", make_bytes(300, 1));
        put("large", make_bytes(5000, 2));
        put("large", make_bytes(6000, 3));
        put("small", make_bytes(400, 4));
        upload();
        remove("large");
        put("old", make_bytes(5000, 6));
        put("older", make_bytes(5000, 7));
        EXPECT_TRUE(stage_.reopen()) << stage_.error;
        put("large", make_bytes(7000, 5));
        // Files of the first run are below the high-water mark now: only the garbage table can
        // tell the next start about them.
        put("old", make_bytes(5000, 8));
        remove("older");
        remove("parts");
        for (std::uint64_t i = 0; i < 4; ++i)
            put("fill", make_bytes(900, 10 + i));
        remove("fill");
        stage_.executor.run_until_idle();
    }
    const std::vector<Step>& steps() const { return steps_; }
    sim::CrashFileSystem& files() { return *stage_.files; }
    std::size_t begin() const { return begin_; }

  private:
    void put(const std::string& key, const std::string& value) {
        Step step{key, value, stage_.files->operation_count(), 0};
        EXPECT_TRUE(stage_.put("b", key, value));
        step.acknowledged = stage_.files->operation_count();
        steps_.push_back(step);
    }
    void remove(const std::string& key) {
        Step step{key, "<not_found>", stage_.files->operation_count(), 0};
        EXPECT_TRUE(stage_.remove("b", {key}));
        step.acknowledged = stage_.files->operation_count();
        steps_.push_back(step);
    }
    void upload() {
        const auto id = stage_
                            .wait<object_store::Upload>([&](auto done) {
                                stage_.store->create_upload("b", "parts", {}, "", std::move(done));
                            })
                            .value()
                            .id;
        object_store::Completion completion;
        std::string whole;
        for (int number = 1; number <= 3; ++number) {
            const std::string bytes =
                make_bytes(number == 3 ? 100 : 3000, 20 + static_cast<std::uint64_t>(number));
            auto prepared = stage_.prepare(bytes).value();
            const auto part = stage_.wait<object_store::Part>([&](auto done) {
                stage_.store->put_part("b", "parts", id, number, std::move(prepared), {},
                                       std::move(done));
            });
            if (number == 2) continue;  // left out of the object
            completion.parts.push_back({number, part.value().etag});
            whole += bytes;
        }
        Step step{"parts", whole, stage_.files->operation_count(), 0};
        EXPECT_TRUE(stage_.wait<ObjectInfo>([&](auto done) {
            stage_.store->complete_upload("b", "parts", id, completion, std::move(done));
        }));
        step.acknowledged = stage_.files->operation_count();
        steps_.push_back(step);
    }

    Stage stage_;
    std::size_t begin_ = 0;
    std::vector<Step> steps_;
};

const std::vector<std::string> all_keys = {"small", "large", "parts", "fill", "old", "older"};

// "" when what a start finds on the disk keeps the contract.
std::string check(std::unique_ptr<sim::CrashFileSystem> disk, const std::vector<Step>& steps,
                  std::size_t operations) {
    Stage stage(tiny(), 7, std::move(disk));
    if (!stage.error.empty()) return "does not open: " + stage.error;
    for (const std::string& key : all_keys) {
        std::set<std::string> allowed = {"<not_found>"};
        for (const Step& step : steps) {
            if (step.key != key || step.issued >= operations) continue;
            if (step.acknowledged <= operations) allowed.clear();
            allowed.insert(step.value);
        }
        const std::string found = stage.read("b", key);
        if (!allowed.contains(found)) {
            return key + " holds " +
                   (found.size() < 20 ? found : std::to_string(found.size()) + " bytes");
        }
    }
    const auto verified = stage.store->verify();
    if (!verified) return "verify: " + verified.error().describe();
    // Nothing is left over: deleting all leaves no file.
    const auto open = stage.store->list_uploads("b", {});
    if (!open) return "uploads: " + open.error().describe();
    for (const auto& upload : open.value().uploads) {
        const auto aborted = stage.wait<void>([&](auto done) {
            stage.store->abort_upload("b", upload.key, upload.id, std::move(done));
        });
        if (!aborted) return "abort: " + aborted.error().describe();
    }
    if (!stage.remove("b", all_keys)) return "cannot delete";
    stage.executor.run_until_idle();
    if (!stage.object_files().empty()) return "left over: " + stage.object_files()[0];
    return "";
}

int failures_of(Workload& work, std::string* first, std::size_t seeds) {
    const auto points = work.files().crash_points(
        {.torn_lengths_max = 3, .seeds = seeds, .first_operation = work.begin()});
    EXPECT_GT(points.size(), 300U);
    int failures = 0;
    for (const auto& point : points) {
        const std::string wrong = check(work.files().after(point), work.steps(), point.operations);
        if (wrong.empty()) continue;
        if (++failures == 1) {
            *first = wrong + "; crash after " + std::to_string(point.operations) + ", survival " +
                     std::to_string(static_cast<int>(point.survival)) + ", seed " +
                     std::to_string(point.seed) +
                     ", last: " + work.files().describe(point.operations - 1);
        }
        if (failures == 3) break;
    }
    return failures;
}

TEST(ObjectStoreCrash, EveryCrashKeepsWhatWasAcknowledgedAndLeavesNothingOver) {
    Workload work;
    std::string first;
    EXPECT_EQ(failures_of(work, &first, 2), 0) << first;
}

TEST(ObjectStoreCrash, ADiskThatIgnoresSyncsIsNoticed) {
    Workload work({.ignore_sync_data = true});
    std::string first;
    EXPECT_GT(failures_of(work, &first, 1), 0);
}

TEST(ObjectStoreCrash, ADiskThatIgnoresSyncsOfDirectoriesIsNoticed) {
    Workload work({.ignore_sync_directory = true});
    std::string first;
    EXPECT_GT(failures_of(work, &first, 1), 0);
}

// Everything that a bucket holds, version by version, with the bytes of each.
std::string describe_versions(Stage& stage, std::vector<object_store::Removal>* all = nullptr) {
    const auto listed = stage.store->list_versions("v", {});
    if (!listed) return listed.error().describe();
    std::string text;
    for (const ObjectInfo& info : listed.value().versions) {
        if (all != nullptr) all->push_back({info.key, info.version_id});
        text += info.key + (info.superseded ? " older " : " newest ") + info.version_id + " ";
        if (!info.delete_marker) {
            const auto reader = stage.store->open_version("v", info.key, info.version_id);
            if (!reader) return reader.error().describe();
            std::string bytes(info.size_bytes, '\0');
            const auto count = reader.value()->read_at(0, bytes);
            if (!count) return count.error().describe();
            text += wire::checksum(wire::ChecksumKind::md5, bytes);
        }
        text += "\n";
    }
    return text;
}

// A bucket with versions, changed in every way; what it holds after each change.
class VersionedWorkload {
  public:
    explicit VersionedWorkload(sim::Canaries canaries = {})
        : stage_(tiny(), 1, std::make_unique<sim::CrashFileSystem>(nullptr, true)) {
        stage_.files->set_canaries(canaries);
        stage_.make_bucket("v");
        set_versioning("Enabled");
        begin_ = stage_.files->operation_count();
        step([&] { put("k", make_bytes(300, 1)); });
        step([&] { put("k", make_bytes(5000, 2)); });
        step([&] { put("k", make_bytes(400, 3)); });
        step([&] { remove({"k"}); });
        step([&] { put("j", make_bytes(5000, 4)); });
        step([&] { remove({"k", newest_of("k")}); });  // the marker: what it hid comes back
        set_versioning("Suspended");
        step([&] { put("k", make_bytes(5000, 5)); });
        EXPECT_TRUE(stage_.reopen()) << stage_.error;
        step([&] { put("k", make_bytes(6000, 6)); });  // another null version
        step([&] { remove({"k"}); });
        step([&] { remove({"j", newest_of("j")}); });
        stage_.executor.run_until_idle();
    }
    struct State {
        std::string held;
        std::size_t issued = 0;
        std::size_t acknowledged = 0;
    };
    const std::vector<State>& states() const { return states_; }
    sim::CrashFileSystem& files() { return *stage_.files; }
    std::size_t begin() const { return begin_; }

  private:
    template <class F>
    void step(F&& change) {
        State state{{}, stage_.files->operation_count(), 0};
        change();
        state.acknowledged = stage_.files->operation_count();
        state.held = describe_versions(stage_);
        states_.push_back(std::move(state));
    }
    void put(const std::string& key, const std::string& bytes) {
        EXPECT_TRUE(stage_.put("v", key, bytes));
    }
    void remove(object_store::Removal removal) {
        EXPECT_TRUE(stage_.wait<std::vector<object_store::Removed>>([&](auto done) {
            stage_.store->remove_versions("v", {std::move(removal)}, std::move(done));
        }));
    }
    std::string newest_of(const std::string& key) {
        return stage_.store->list_versions("v", {.prefix = key}).value().versions[0].version_id;
    }
    void set_versioning(const char* state) {
        EXPECT_TRUE(stage_.store->update_bucket(
            "v", [&](object_store::Bucket& bucket) { bucket.versioning = state; }));
    }

    Stage stage_;
    std::size_t begin_ = 0;
    std::vector<State> states_;
};

// "" when what a start finds keeps the contract.
std::string check_versions(std::unique_ptr<sim::CrashFileSystem> disk,
                           const std::vector<VersionedWorkload::State>& states,
                           std::size_t operations) {
    Stage stage(tiny(), 7, std::move(disk));
    if (!stage.error.empty()) return "does not open: " + stage.error;
    std::set<std::string> allowed = {""};
    for (const auto& state : states) {
        if (state.issued >= operations) continue;
        if (state.acknowledged <= operations) allowed.clear();
        allowed.insert(state.held);
    }
    std::vector<object_store::Removal> all;
    const std::string held = describe_versions(stage, &all);
    if (!allowed.contains(held)) return "holds " + held;
    const auto verified = stage.store->verify();
    if (!verified) return "verify: " + verified.error().describe();
    const auto removed = stage.wait<std::vector<object_store::Removed>>(
        [&](auto done) { stage.store->remove_versions("v", std::move(all), std::move(done)); });
    if (!removed) return "cannot delete: " + removed.error().describe();
    stage.executor.run_until_idle();
    if (!describe_versions(stage).empty()) return "versions stay: " + describe_versions(stage);
    if (!stage.object_files().empty()) return "left over: " + stage.object_files()[0];
    const auto deleted = stage.store->delete_bucket("v");
    return deleted ? "" : "bucket: " + deleted.error().describe();
}

int version_failures_of(VersionedWorkload& work, std::string* first, std::size_t seeds) {
    const auto points = work.files().crash_points(
        {.torn_lengths_max = 2, .seeds = seeds, .first_operation = work.begin()});
    EXPECT_GT(points.size(), 200U);
    int failures = 0;
    for (const auto& point : points) {
        const std::string wrong =
            check_versions(work.files().after(point), work.states(), point.operations);
        if (wrong.empty()) continue;
        if (++failures == 1) {
            *first = wrong + "; crash after " + std::to_string(point.operations) +
                     ", last: " + work.files().describe(point.operations - 1);
        }
        if (failures == 3) break;
    }
    return failures;
}

TEST(ObjectStoreCrash, EveryCrashLeavesAllVersionsAsBeforeOrAfterAChange) {
    VersionedWorkload work;
    std::string first;
    EXPECT_EQ(version_failures_of(work, &first, 2), 0) << first;
}

TEST(ObjectStoreCrash, ADiskThatIgnoresSyncsLosesVersionsAndIsNoticed) {
    VersionedWorkload work({.ignore_sync_data = true});
    std::string first;
    EXPECT_GT(version_failures_of(work, &first, 1), 0);
}

// The power goes at every step of a compaction: every object reads back.
TEST(ObjectStoreCrash, ACompactionCutAnywhereLosesNothing) {
    auto options = tiny();
    options.small_segment_bytes_max = 4 * base::kib;
    Stage stage(options, 1, std::make_unique<sim::CrashFileSystem>(nullptr, true));
    stage.make_bucket("b");
    const auto name = [](std::uint64_t i) { return "k" + std::to_string(i); };
    for (std::uint64_t i = 0; i < 16; ++i) {
        ASSERT_TRUE(stage.put("b", name(i), make_bytes(800, i)));
    }
    std::vector<std::string> dead;
    for (std::uint64_t i = 0; i < 16; ++i) {
        if (i % 4 != 0) dead.push_back(name(i));
    }
    ASSERT_TRUE(stage.remove("b", dead));
    stage.executor.run_until_idle();
    const std::size_t begin = stage.files->operation_count();
    stage.compact();
    // What a pass by itself, after the deletion, left for this one.
    ASSERT_TRUE(stage.log.contains("compacted small objects") ||
                stage.files->operation_count() > begin);
    const auto points = stage.files->crash_points({.torn_lengths_max = 2, .seeds = 2});
    ASSERT_GT(points.size(), 100U);
    std::size_t tried = 0;
    for (const auto& point : points) {
        if (point.operations < begin / 2) continue;
        Stage after(options, 3, stage.files->after(point));
        ASSERT_EQ(after.error, "");
        if (!after.store->find_bucket("b")) continue;
        const auto verified = after.store->verify();
        ASSERT_TRUE(verified.has_value())
            << verified.error().describe() << " after " << point.operations << ", "
            << stage.files->describe(point.operations - 1);
        if (point.operations < begin) continue;
        ++tried;
        for (std::uint64_t i = 0; i < 16; i += 4) {
            ASSERT_EQ(after.read("b", name(i)), make_bytes(800, i)) << point.operations;
        }
    }
    EXPECT_GT(tried, 0U);
}

}  // namespace
