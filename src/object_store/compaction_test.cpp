// Compaction: dead records go, live ones stay readable, whoever holds or changes them meanwhile.
#include "object_store/compaction.h"

#include <gtest/gtest.h>

#include "base/units.h"
#include "object_store/testing.h"

namespace {

using object_store::ObjectInfo;
using object_store::Options;
using object_store::testing::make_bytes;
using object_store::testing::Stage;

Options small_segments() {
    Options options;
    options.small_segment_bytes_max = 256 * base::kib;
    options.compaction_check_ms = 0;
    return options;
}

class CompactionTest : public testing::Test {
  protected:
    void SetUp() override { stage_.make_bucket("b"); }
    static std::string name(int i) { return "k" + std::to_string(i); }
    static std::string bytes_of(int i) { return make_bytes(10'000, static_cast<std::uint64_t>(i)); }
    void put(int first, int until) {
        for (int i = first; i < until; ++i)
            ASSERT_TRUE(stage_.put("b", name(i), bytes_of(i)));
    }
    std::size_t small_log_files() const { return stage_.files->list("/data/small").value().size(); }
    Stage stage_{small_segments()};
};

TEST_F(CompactionTest, DeadSegmentsGoAndWhatLivesStays) {
    put(0, 200);  // 2 MB: about eight segments
    const std::size_t before = small_log_files();
    ASSERT_GE(before, 5U);
    std::vector<std::string> dead;
    for (int i = 0; i < 200; ++i) {
        if (i % 10 != 0) dead.push_back(name(i));
    }
    ASSERT_TRUE(stage_.remove("b", dead));
    stage_.executor.run_until_idle();  // deletions alone started a pass, or
    stage_.compact();                  // this one does it
    EXPECT_LT(small_log_files(), before / 2 + 1);
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 200; i += 10)
            EXPECT_EQ(stage_.read("b", name(i)), bytes_of(i));
        EXPECT_EQ(stage_.store->verify().value(), 20U);
        ASSERT_TRUE(stage_.reopen());
    }
}

TEST_F(CompactionTest, SegmentsThatMostlyLiveStay) {
    put(0, 100);
    EXPECT_EQ(stage_.compact(), 0U);
}

TEST_F(CompactionTest, PreparedButUnnamedBytesSurvive) {
    auto prepared = stage_.prepare(bytes_of(1)).value();
    put(0, 100);
    std::vector<std::string> all;
    for (int i = 0; i < 100; ++i)
        all.push_back(name(i));
    ASSERT_TRUE(stage_.remove("b", all));
    stage_.executor.run_until_idle();
    stage_.compact();
    ASSERT_TRUE(stage_.wait<ObjectInfo>([&](auto done) {
        stage_.store->commit("b", "late", std::move(prepared), {}, {}, {}, std::move(done));
    }));
    EXPECT_EQ(stage_.read("b", "late"), bytes_of(1));
    EXPECT_GE(stage_.compact(), 1U);
    EXPECT_EQ(stage_.read("b", "late"), bytes_of(1));
}

TEST_F(CompactionTest, PartsAndObjectsOfPartsMoveToo) {
    const auto upload = [&](const std::string& key) {
        return stage_
            .wait<object_store::Upload>(
                [&](auto done) { stage_.store->create_upload("b", key, {}, "", std::move(done)); })
            .value()
            .id;
    };
    const auto part = [&](const std::string& key, const std::string& id, int number) {
        auto prepared = stage_.prepare(bytes_of(number)).value();
        return stage_
            .wait<object_store::Part>([&](auto done) {
                stage_.store->put_part("b", key, id, number, std::move(prepared), {},
                                       std::move(done));
            })
            .value()
            .etag;
    };
    const std::string open = upload("open");
    const std::string open_etag = part("open", open, 5);
    const std::string id = upload("parts");
    object_store::Completion completion;
    for (int number = 1; number <= 3; ++number) {
        completion.parts.push_back({number, part("parts", id, number)});
        put(100 * number, 100 * number + 30);
    }
    const auto complete = [&](const std::string& key, const std::string& upload_id,
                              object_store::Completion what) {
        return stage_.wait<ObjectInfo>([&](auto done) {
            stage_.store->complete_upload("b", key, upload_id, what, std::move(done));
        });
    };
    ASSERT_TRUE(complete("parts", id, completion));
    const auto reader = stage_.store->open_object("b", "parts").value();
    for (int number = 1; number <= 3; ++number) {
        for (int i = 0; i < 30; ++i)
            ASSERT_TRUE(stage_.remove("b", {name(100 * number + i)}));
    }
    put(900, 960);  // seals what came before
    stage_.executor.run_until_idle();
    stage_.compact();
    const std::string whole = bytes_of(1) + bytes_of(2) + bytes_of(3);
    EXPECT_EQ(stage_.read("b", "parts"), whole);
    // A reader from before the move follows it.
    std::string out(whole.size(), '\0');
    const auto read = reader->read_at(0, out);
    ASSERT_TRUE(read.has_value()) << read.error().describe();
    EXPECT_EQ(out, whole);
    ASSERT_TRUE(complete("open", open, {.parts = {{5, open_etag}}}));
    EXPECT_EQ(stage_.read("b", "open"), bytes_of(5));
    EXPECT_TRUE(stage_.store->verify().has_value());
}

// Writers and deleters step between the steps of a pass, in many orders.
TEST_F(CompactionTest, ChangesDuringAPassAreNotLost) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        Stage stage(small_segments(), seed);
        stage.make_bucket("b");
        std::map<std::string, std::string> expected;
        for (int i = 0; i < 120; ++i) {
            ASSERT_TRUE(stage.put("b", name(i), bytes_of(i)));
            if (i % 4 == 0) {
                expected[name(i)] = bytes_of(i);
            } else {
                ASSERT_TRUE(stage.remove("b", {name(i)}));
            }
        }
        int answered = 0;
        stage.store->compact([&](auto) { ++answered; });
        sim::SeededRandom random(seed);
        for (int step = 0; step < 200; ++step) {
            for (auto left = random.below(4); left > 0; --left)
                stage.executor.run_one();
            const int i = static_cast<int>(random.below(30)) * 4;
            if (step % 3 == 0) {
                stage.store->remove("b", {name(i)}, [](auto) {});
                stage.executor.run_until_idle(3);
            } else {
                ASSERT_TRUE(stage.put("b", name(i), bytes_of(step)));
                expected[name(i)] = bytes_of(step);
                continue;
            }
            ASSERT_TRUE(stage.remove("b", {name(i)}));
            expected.erase(name(i));
        }
        stage.executor.run_until_idle();
        EXPECT_GE(answered, 1);
        for (int i = 0; i < 120; ++i) {
            const auto found = expected.find(name(i));
            ASSERT_EQ(stage.read("b", name(i)),
                      found == expected.end() ? "<not_found>" : found->second)
                << "seed " << seed;
        }
        EXPECT_EQ(stage.store->verify().value(), expected.size());
    }
}

TEST_F(CompactionTest, ADiskErrorEndsThePassAndLosesNothing) {
    put(0, 100);
    std::vector<std::string> dead;
    for (int i = 1; i < 100; ++i)
        dead.push_back(name(i));
    for (std::uint64_t after = 0; after < 4; ++after) {
        stage_.files->inject({sim::Call::write, 28, after, 3, "/data/small"});
        if (after == 0) {
            ASSERT_TRUE(stage_.remove("b", dead));
        }
        stage_.executor.run_until_idle();
        static_cast<void>(
            stage_.wait<std::size_t>([&](auto done) { stage_.store->compact(std::move(done)); }));
        stage_.files->clear_faults();
        EXPECT_EQ(stage_.read("b", name(0)), bytes_of(0));
    }
    stage_.compact();
    ASSERT_TRUE(stage_.reopen());
    EXPECT_EQ(stage_.read("b", name(0)), bytes_of(0));
}

}  // namespace
