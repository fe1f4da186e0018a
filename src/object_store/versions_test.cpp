// Versions against a reference that keeps every version in a list, and the cases that S3's
// documentation names.
#include "object_store/versions.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/units.h"
#include "object_store/testing.h"

namespace {

using base::ErrorKind;
using object_store::Bucket;
using object_store::ObjectInfo;
using object_store::Removal;
using object_store::Removed;
using object_store::VersionsAnswer;
using object_store::VersionsRequest;
using object_store::testing::make_bytes;
using object_store::testing::Stage;

object_store::Options tiny() {
    object_store::Options options;
    options.small_object_bytes_max = 1000;
    options.small_segment_bytes_max = 64 * base::kib;
    options.compaction_check_ms = 0;
    return options;
}

class VersionsTest : public testing::Test {
  protected:
    void SetUp() override { stage_.make_bucket("b"); }
    void set_versioning(const char* state) {
        ASSERT_TRUE(stage_.store->update_bucket("b", [&](Bucket& b) { b.versioning = state; }));
    }
    std::string put(const std::string& key, const std::string& bytes) {
        stage_.clock.advance_ms(1000);
        const auto info = stage_.put("b", key, bytes);
        return info ? info.value().version_id : info.error().describe();
    }
    std::vector<Removed> remove(std::vector<Removal> removals) {
        stage_.clock.advance_ms(1000);
        auto removed = stage_.wait<std::vector<Removed>>([&](auto done) {
            stage_.store->remove_versions("b", std::move(removals), std::move(done));
        });
        EXPECT_TRUE(removed.has_value()) << removed.error().describe();
        return removed ? removed.value() : std::vector<Removed>{};
    }
    std::string read(const std::string& key, const std::string& version) const {
        const auto reader = stage_.store->open_version("b", key, version);
        if (!reader) return "<" + reader.error().context + ">";
        std::string bytes(reader.value()->info().size_bytes, '\0');
        const auto count = reader.value()->read_at(0, bytes);
        return count ? bytes : "<" + count.error().describe() + ">";
    }
    // "key=version" newest first, markers as "key-version", "*" the newest of its key.
    std::string list(VersionsRequest request = {}) const {
        const auto answer = stage_.store->list_versions("b", request);
        if (!answer) return answer.error().describe();
        std::string text;
        for (const ObjectInfo& info : answer.value().versions) {
            text += info.key + (info.delete_marker ? "-" : "=") + info.version_id +
                    (info.superseded ? " " : "* ");
        }
        for (const std::string& prefix : answer.value().common_prefixes)
            text += prefix + " ";
        return text + (answer.value().truncated ? "+" : "");
    }
    Stage stage_{tiny()};
};

TEST_F(VersionsTest, EnabledKeepsWhatIsOverwrittenAndDeleted) {
    EXPECT_EQ(put("k", "null version"), "null");
    set_versioning("Enabled");
    const std::string first = put("k", "first");
    const std::string second = put("k", make_bytes(5000));
    EXPECT_NE(first, second);
    EXPECT_EQ(first.size(), 32U);
    EXPECT_EQ(stage_.read("b", "k"), make_bytes(5000));
    const auto removed = remove({{"k"}});
    ASSERT_TRUE(removed[0].delete_marker);
    const std::string marker = removed[0].version_id;
    EXPECT_EQ(stage_.read("b", "k"), "<not_found>");
    EXPECT_EQ(stage_.store->list("b", {}).value().objects.size(), 0U);
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(list(), "k-" + marker + "* k=" + second + " k=" + first + " k=null ");
        EXPECT_EQ(read("k", first), "first");
        EXPECT_EQ(read("k", second), make_bytes(5000));
        EXPECT_EQ(read("k", "null"), "null version");
        EXPECT_EQ(read("k", marker), "<marker>");
        EXPECT_EQ(read("k", "nonsense"), "<version>");
        EXPECT_EQ(read("other", first), "<version>");
        EXPECT_EQ(stage_.store->find_marker("b", "k").value()->version_id, marker);
        EXPECT_EQ(stage_.store->verify().value(), 3U);
        ASSERT_TRUE(stage_.reopen());
    }
    // Without its marker the object is back.
    EXPECT_TRUE(remove({{"k", marker}})[0].delete_marker);
    EXPECT_EQ(stage_.read("b", "k"), make_bytes(5000));
    EXPECT_FALSE(stage_.store->find_marker("b", "k").value().has_value());
    // Each version that goes lets the one below up.
    EXPECT_EQ(remove({{"k", second}})[0].version_id, second);
    EXPECT_EQ(stage_.read("b", "k"), "first");
    remove({{"k", first}});
    EXPECT_EQ(stage_.read("b", "k"), "null version");
    remove({{"k", "null"}});
    EXPECT_EQ(list(), "");
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
    EXPECT_TRUE(stage_.store->delete_bucket("b"));
}

TEST_F(VersionsTest, SuspendedHasOneNullVersion) {
    set_versioning("Enabled");
    const std::string first = put("k", "first");
    set_versioning("Suspended");
    EXPECT_EQ(put("k", "null one"), "null");
    EXPECT_EQ(put("k", "null two"), "null");
    EXPECT_EQ(list(), "k=null* k=" + first + " ");
    EXPECT_EQ(remove({{"k"}})[0].version_id, "null");
    EXPECT_EQ(list(), "k-null* k=" + first + " ");
    EXPECT_EQ(read("k", "null"), "<marker>");
    EXPECT_EQ(remove({{"k"}})[0].version_id, "null");
    EXPECT_EQ(list(), "k-null* k=" + first + " ");
    set_versioning("Enabled");
    const std::string second = put("k", "second");
    EXPECT_EQ(list(), "k=" + second + "* k-null k=" + first + " ");
    set_versioning("Suspended");
    // The null version below goes when a new one comes on top.
    EXPECT_EQ(put("k", "null three"), "null");
    EXPECT_EQ(list(), "k=null* k=" + second + " k=" + first + " ");
    EXPECT_EQ(read("k", "null"), "null three");
}

TEST_F(VersionsTest, DeletingNothingPutsAMarker) {
    set_versioning("Enabled");
    const std::string marker = remove({{"never"}})[0].version_id;
    EXPECT_EQ(list(), "never-" + marker + "* ");
    const std::string version = put("never", "now");
    EXPECT_EQ(list(), "never=" + version + "* never-" + marker + " ");
    EXPECT_EQ(stage_.store->delete_bucket("b").error().kind, ErrorKind::invalid);
    remove({{"never", version}, {"never", marker}, {"other", marker}, {"never", "null"}});
    EXPECT_EQ(list(), "");
    EXPECT_TRUE(stage_.store->delete_bucket("b"));
}

TEST_F(VersionsTest, ABucketWithOnlyMarkersIsNotEmpty) {
    set_versioning("Enabled");
    remove({{"k"}});
    EXPECT_EQ(stage_.store->delete_bucket("b").error().context, "not-empty");
}

TEST_F(VersionsTest, ManyVersionsOfOneKeyGoInOneBatch) {
    set_versioning("Enabled");
    std::vector<Removal> all;
    for (int i = 0; i < 20; ++i)
        all.push_back({"k", put("k", make_bytes(i % 3 == 0 ? 3000 : 30))});
    all.push_back({"k", remove({{"k"}})[0].version_id});
    std::swap(all[3], all[15]);
    for (const Removed& removed : remove(all))
        EXPECT_FALSE(removed.version_id.empty());
    EXPECT_EQ(list(), "");
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
}

TEST_F(VersionsTest, RemovalsWithConditionsThatDoNotHoldDoNothing) {
    put("k", "abc");
    const ObjectInfo info = stage_.store->head("b", "k").value();
    EXPECT_TRUE(remove({{.key = "k", .if_etag = "other"}})[0].refused);
    EXPECT_TRUE(remove({{.key = "k", .if_modified = base::Timestamp{1}}})[0].refused);
    EXPECT_TRUE(remove({{.key = "none", .if_etag = info.etag}})[0].refused);
    set_versioning("Enabled");
    EXPECT_TRUE(remove({{.key = "k", .version_id = "null", .if_etag = "other"}})[0].refused);
    EXPECT_EQ(stage_.read("b", "k"), "abc");
    EXPECT_FALSE(
        remove({{.key = "k", .if_etag = info.etag, .if_modified = info.modified}})[0].refused);
    EXPECT_EQ(stage_.read("b", "k"), "<not_found>");
}

TEST_F(VersionsTest, ConditionsOfPutsLookAtWhatAPlainReadFinds) {
    set_versioning("Enabled");
    put("k", "abc");
    EXPECT_FALSE(stage_.put("b", "k", "x", {}, {.if_none_exists = true}));
    remove({{"k"}});
    EXPECT_TRUE(stage_.put("b", "k", "x", {}, {.if_none_exists = true}));
}

TEST_F(VersionsTest, TagsAreOfTheVersion) {
    set_versioning("Enabled");
    const std::string first = put("k", "1");
    const std::string second = put("k", "2");
    const auto tag = [&](std::optional<std::string> version, std::map<std::string, std::string> t) {
        return stage_.wait<ObjectInfo>([&](auto done) {
            stage_.store->set_tags("b", "k", version, std::move(t), std::move(done));
        });
    };
    ASSERT_TRUE(tag(first, {{"a", "1"}}));
    ASSERT_TRUE(tag(std::nullopt, {{"b", "2"}}));
    using Tags = std::map<std::string, std::string>;
    EXPECT_EQ(stage_.store->head_version("b", "k", first).value().tags, (Tags{{"a", "1"}}));
    EXPECT_EQ(stage_.store->head_version("b", "k", second).value().tags, (Tags{{"b", "2"}}));
    ASSERT_TRUE(tag(second, {}));
    EXPECT_TRUE(stage_.store->head("b", "k").value().tags.empty());
    EXPECT_EQ(stage_.read("b", "k"), "2");
    const std::string marker = remove({{"k"}})[0].version_id;
    EXPECT_EQ(tag(std::nullopt, {}).error().context, "key");
    EXPECT_EQ(tag(marker, {}).error().context, "marker");
    EXPECT_EQ(tag("null", {}).error().context, "version");
}

TEST_F(VersionsTest, WritersOfOneKeyAllGetAVersion) {
    set_versioning("Enabled");
    std::set<std::string> ids;
    for (int i = 0; i < 20; ++i) {
        auto prepared = stage_.prepare(make_bytes(i % 2 == 0 ? 2000 : 20)).value();
        const auto done = [&](base::Result<ObjectInfo> info) {
            ASSERT_TRUE(info.has_value()) << info.error().describe();
            ids.insert(info.value().version_id);
        };
        stage_.store->commit("b", "k", std::move(prepared), {}, {}, {}, done);
        stage_.store->remove("b", {"k"}, [](auto removed) { EXPECT_TRUE(removed); });
    }
    stage_.executor.run_until_idle();
    EXPECT_EQ(ids.size(), 20U);
    const auto listed = stage_.store->list_versions("b", {}).value();
    EXPECT_EQ(listed.versions.size(), 40U);
    int newest = 0;
    for (const ObjectInfo& info : listed.versions)
        newest += info.superseded ? 0 : 1;
    EXPECT_EQ(newest, 1);
    EXPECT_EQ(stage_.store->verify().value(), 20U);
}

TEST_F(VersionsTest, CompactionMovesOlderVersionsToo) {
    set_versioning("Enabled");
    std::map<std::string, std::string> kept;
    for (std::uint64_t i = 0; i < 300; ++i) {
        const std::string bytes = make_bytes(900, i);
        const std::string version = put("k", bytes);
        if (i % 10 == 0) {
            kept[version] = bytes;
        } else {
            remove({{"k", version}});
        }
    }
    stage_.executor.run_until_idle();
    stage_.compact();
    for (int round = 0; round < 2; ++round) {
        for (const auto& [version, bytes] : kept)
            EXPECT_EQ(read("k", version), bytes);
        EXPECT_EQ(stage_.store->verify().value(), kept.size());
        ASSERT_TRUE(stage_.reopen());
    }
}

TEST_F(VersionsTest, MultipartUploadsMakeVersions) {
    set_versioning("Enabled");
    const std::string first = put("k", "whole");
    const auto id =
        stage_
            .wait<object_store::Upload>([&](auto done) {
                stage_.store->create_upload("b", "k", {.tags = {{"t", "v"}}}, "", std::move(done));
            })
            .value()
            .id;
    auto prepared = stage_.prepare(make_bytes(3000)).value();
    const auto part = stage_.wait<object_store::Part>([&](auto done) {
        stage_.store->put_part("b", "k", id, 1, std::move(prepared), {}, std::move(done));
    });
    const auto info = stage_.wait<ObjectInfo>([&](auto done) {
        stage_.store->complete_upload("b", "k", id, {.parts = {{1, part.value().etag}}},
                                      std::move(done));
    });
    ASSERT_TRUE(info.has_value());
    EXPECT_TRUE(info.value().encrypted);
    EXPECT_EQ(info.value().tags, (std::map<std::string, std::string>{{"t", "v"}}));
    EXPECT_EQ(list(), "k=" + info.value().version_id + "* k=" + first + " ");
    put("k", "over it");
    EXPECT_EQ(read("k", info.value().version_id), make_bytes(3000));
    remove({{"k", info.value().version_id}});
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
}

TEST_F(VersionsTest, AReaderKeepsAVersionThatIsRemoved) {
    set_versioning("Enabled");
    const std::string version = put("k", make_bytes(5000));
    put("k", "over it");
    const auto reader = stage_.store->open_version("b", "k", version).value();
    remove({{"k", version}});
    stage_.executor.run_until_idle();
    std::string bytes(5000, '\0');
    ASSERT_TRUE(reader->read_at(0, bytes));
    EXPECT_EQ(bytes, make_bytes(5000));
}

TEST_F(VersionsTest, DocumentsGoWithTheirBucket) {
    ASSERT_TRUE(stage_.store->put_document("b", "policy", "{}"));
    ASSERT_TRUE(stage_.store->put_document("b", "tags", "[]"));
    ASSERT_TRUE(stage_.store->put_document("b", "tags", std::nullopt));
    ASSERT_TRUE(stage_.reopen());
    EXPECT_EQ(stage_.store->document("b", "policy").value(), "{}");
    EXPECT_FALSE(stage_.store->document("b", "tags").value().has_value());
    EXPECT_EQ(stage_.store->put_document("c", "policy", "").error().kind, ErrorKind::not_found);
    ASSERT_TRUE(stage_.store->delete_bucket("b"));
    stage_.make_bucket("b");
    EXPECT_FALSE(stage_.store->document("b", "policy").value().has_value());
}

// Every version of every key, newest first, as S3's rules make them.
struct Model {
    struct Version {
        std::string id;
        std::string bytes;
        bool marker = false;
    };
    std::map<std::string, std::deque<Version>> keys;
    std::string state;

    void drop(const std::string& key, const std::string& id) {
        std::erase_if(keys[key], [&](const Version& version) { return version.id == id; });
        if (keys[key].empty()) keys.erase(key);
    }
    void push(const std::string& key, Version version) {
        if (version.id == "null") drop(key, "null");
        keys[key].push_front(std::move(version));
    }
    std::vector<std::pair<std::string, Version>> all() const {
        std::vector<std::pair<std::string, Version>> out;
        for (const auto& [key, versions] : keys) {
            for (const Version& version : versions)
                out.emplace_back(key, version);
        }
        return out;
    }
};

TEST_F(VersionsTest, RandomHistoriesAgreeWithTheReference) {
    const std::vector<std::string> names = {
        "a", std::string("a\0", 2), std::string("a\0b", 3), "a/1", "a/2", "b", "ü"};
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        sim::SeededRandom random(seed);
        const std::string bucket = "r" + std::to_string(seed);
        stage_.make_bucket(bucket);
        Model model;
        for (int step = 0; step < 150; ++step) {
            const std::string& key = names[random.below(names.size())];
            const auto dice = random.below(10);
            if (dice < 4) {
                const std::string bytes =
                    make_bytes(random.below(3) == 0 ? 2000 : 20, random.below(1000));
                const auto info = stage_.put(bucket, key, bytes);
                ASSERT_TRUE(info.has_value()) << info.error().describe();
                model.push(key, {info.value().version_id, bytes, false});
            } else if (dice < 6) {
                const auto removed = stage_.wait<std::vector<Removed>>([&](auto done) {
                    stage_.store->remove_versions(bucket, {{key}}, std::move(done));
                });
                if (model.state.empty()) {
                    model.drop(key, "null");
                } else {
                    model.push(key, {removed.value()[0].version_id, "", true});
                }
            } else if (dice < 9) {
                const auto all = model.all();
                if (all.empty()) continue;
                // One or several at once, often of the same key.
                std::vector<Removal> batch;
                std::size_t first = random.below(all.size());
                const std::size_t until = std::min(all.size(), first + 1 + random.below(4));
                for (std::size_t i = first; i < until; ++i)
                    batch.push_back({all[i].first, all[i].second.id});
                const auto removed = stage_.wait<std::vector<Removed>>([&](auto done) {
                    stage_.store->remove_versions(bucket, batch, std::move(done));
                });
                for (std::size_t i = first; i < until; ++i) {
                    ASSERT_EQ(removed.value()[i - first].version_id, all[i].second.id);
                    ASSERT_EQ(removed.value()[i - first].delete_marker, all[i].second.marker);
                    model.drop(all[i].first, all[i].second.id);
                }
            } else {
                model.state = random.below(2) == 0 ? "Enabled" : "Suspended";
                ASSERT_TRUE(stage_.store->update_bucket(
                    bucket, [&](Bucket& b) { b.versioning = model.state; }));
            }
            // All of it, in pages of any size.
            const std::size_t page = 1 + random.below(5);
            std::vector<std::pair<std::string, std::string>> found;
            VersionsRequest request{.versions_max = page};
            while (true) {
                const auto answer = stage_.store->list_versions(bucket, request);
                ASSERT_TRUE(answer.has_value());
                for (const ObjectInfo& info : answer.value().versions)
                    found.emplace_back(info.key, info.version_id);
                if (!answer.value().truncated) break;
                request.key_marker = answer.value().next_key_marker;
                request.version_marker = answer.value().next_version_marker;
            }
            std::vector<std::pair<std::string, std::string>> expected;
            for (const auto& [of, version] : model.all())
                expected.emplace_back(of, version.id);
            ASSERT_EQ(found, expected) << "seed " << seed << " step " << step;
            for (const std::string& name : names) {
                const auto there = model.keys.find(name);
                const bool visible = there != model.keys.end() && !there->second.front().marker;
                ASSERT_EQ(stage_.read(bucket, name),
                          visible ? there->second.front().bytes : "<not_found>")
                    << "seed " << seed << " step " << step;
            }
        }
        for (const auto& [of, version] : model.all()) {
            if (version.marker) continue;
            const auto reader = stage_.store->open_version(bucket, of, version.id);
            ASSERT_TRUE(reader.has_value()) << reader.error().describe();
            std::string bytes(reader.value()->info().size_bytes, '\0');
            ASSERT_TRUE(reader.value()->read_at(0, bytes));
            ASSERT_EQ(bytes, version.bytes);
        }
        ASSERT_TRUE(stage_.store->verify().has_value());
    }
}

TEST_F(VersionsTest, ListsRollUpAndGoOnWhereTheyEnded) {
    set_versioning("Enabled");
    for (const char* key : {"a", "d/1", "d/2", "e", "f/1"}) {
        put(key, "1");
        put(key, "2");
    }
    remove({{"f/1"}});
    remove({{"d/1"}});
    const std::string whole = list({.delimiter = "/"});
    EXPECT_TRUE(whole.ends_with("d/ f/ ")) << whole;
    for (std::size_t page = 1; page < 6; ++page) {
        std::size_t keys = 0;
        std::string groups;
        VersionsRequest request{.delimiter = "/", .versions_max = page};
        for (int pages = 0; pages < 20; ++pages) {
            const VersionsAnswer answer = stage_.store->list_versions("b", request).value();
            keys += answer.versions.size();
            EXPECT_LE(answer.versions.size() + answer.common_prefixes.size(), page);
            for (const std::string& group : answer.common_prefixes)
                groups += group;
            if (!answer.truncated) break;
            request.key_marker = answer.next_key_marker;
            request.version_marker = answer.next_version_marker;
        }
        EXPECT_EQ(keys, 4U);
        EXPECT_EQ(groups, "d/f/");
    }
    EXPECT_EQ(list({.prefix = "d/", .delimiter = "/"}).find("e="), std::string::npos);
    EXPECT_EQ(list({.versions_max = 0}), "");
}

// What a client that empties a bucket does: list a page, remove it, list from the markers.
TEST_F(VersionsTest, PagesGoOnThoughWhatTheyNamedIsGone) {
    set_versioning("Enabled");
    for (int i = 0; i < 7; ++i)
        put("k", "x");
    set_versioning("Suspended");
    put("k", "null");
    set_versioning("Enabled");
    for (int i = 0; i < 4; ++i)
        put("k", "x");
    VersionsRequest request{.versions_max = 5};
    std::size_t removed = 0;
    for (int pages = 0; pages < 20; ++pages) {
        const VersionsAnswer answer = stage_.store->list_versions("b", request).value();
        std::vector<Removal> page;
        for (const ObjectInfo& info : answer.versions)
            page.push_back({info.key, info.version_id});
        removed += page.size();
        remove(page);
        if (!answer.truncated) break;
        request.key_marker = answer.next_key_marker;
        request.version_marker = answer.next_version_marker;
    }
    EXPECT_EQ(removed, 12U);
    EXPECT_EQ(list(), "");
}

}  // namespace
