// Power cuts and failing disks: what was answered is there, and what opens once opens for ever.
#include <algorithm>
#include <thread>

#include "services/kms/testing.h"

namespace kms {
namespace {

constexpr const char* account = "000000000000";
constexpr const char* region = "us-west-2";

aws::Call caller() {
    aws::Call call;
    call.region = region;
    call.caller.account = account;
    call.caller.arn = "arn:aws:iam::000000000000:root";
    return call;
}

// A service over a disk, with everything around it.
struct Stage {
    explicit Stage(std::unique_ptr<sim::CrashFileSystem> disk) : files(std::move(disk)) {
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, *files, executor, log);
        if (!opened.has_value()) return;
        store = std::move(opened.value());
        kms = std::make_unique<Kms>(Environment{clock, random, executor, log, master_key, *store});
        EXPECT_TRUE(kms->start().has_value());
    }
    ~Stage() {
        if (kms) kms->stop();
        executor.drop_all();
        kms.reset();
        store.reset();
    }
    sim::VirtualClock clock;
    sim::SeededExecutor executor{1, clock};
    sim::SeededRandom random{7};
    sim::RecordingLog log;
    segment_log::MasterKey master_key{"test", std::string(32, 'm')};
    std::unique_ptr<sim::CrashFileSystem> files;
    std::unique_ptr<meta_store::MetaStore> store;
    std::unique_ptr<Kms> kms;
};

struct Done {
    std::string key;  // acknowledged at this count of operations
    std::string blob;
    std::size_t at = 0;
};

TEST(KmsCrash, WhatWasEncryptedOpensAfterAnyPowerCut) {
    Stage stage(std::make_unique<sim::CrashFileSystem>());
    ASSERT_TRUE(stage.kms);
    const std::size_t begin = stage.files->operation_count();
    std::vector<Done> done;
    for (int i = 0; i < 4; ++i) {
        const auto key = stage.kms->create(caller(), KeyRow()).value();
        const auto rotated = stage.kms->change(
            caller(), "RotateKeyOnDemand", key.id, [&](KeyRow& row) -> aws::Reply<void> {
                EXPECT_TRUE(stage.kms->rotate(row, true).has_value());
                return base::ok();
            });
        ASSERT_TRUE(rotated.has_value());
        const auto blob = stage.kms->seal(rotated.value(), "plain", {});
        done.push_back({key.id, blob.value(), stage.files->operation_count()});
    }
    std::size_t opened = 0;
    for (const auto& point :
         stage.files->crash_points({.torn_lengths_max = 2, .seeds = 1, .first_operation = begin})) {
        Stage after(stage.files->after(point));
        ASSERT_TRUE(after.kms);
        for (const Done& one : done) {
            if (one.at > point.operations) continue;
            const auto plain = after.kms->open(caller(), one.blob, {}, std::nullopt);
            ASSERT_TRUE(plain.has_value()) << point.operations;
            EXPECT_EQ(plain.value().plain, "plain");
            ++opened;
        }
    }
    EXPECT_GT(opened, done.size());
}

TEST(KmsCrash, AKeyGoesWithItsAliasesOrNotAtAll) {
    Stage stage(std::make_unique<sim::CrashFileSystem>());
    ASSERT_TRUE(stage.kms);
    const auto key = stage.kms->create(caller(), KeyRow()).value();
    for (const char* name : {"a", "b"}) {
        ASSERT_TRUE(
            stage.kms->put_alias(caller(), name, key.id, Kms::AliasMust::be_new).has_value());
    }
    ASSERT_TRUE(stage.kms
                    ->change(caller(), "ScheduleKeyDeletion", key.id,
                             [&](KeyRow& row) -> aws::Reply<void> {
                                 row.deletion_date = stage.clock.now();
                                 return base::ok();
                             })
                    .has_value());
    const std::size_t begin = stage.files->operation_count();
    stage.executor.run_for_ms(1);
    ASSERT_FALSE(stage.kms->find(caller(), key.id).has_value());
    int whole = 0;
    int gone = 0;
    for (const auto& point :
         stage.files->crash_points({.torn_lengths_max = 4, .seeds = 2, .first_operation = begin})) {
        const auto disk = stage.files->after(point);
        sim::VirtualClock clock;
        sim::SeededExecutor executor{1, clock};
        sim::RecordingLog log;
        auto store = meta_store::MetaStore::open({.directory = "/meta"}, *disk, executor, log);
        ASSERT_TRUE(store.has_value());
        const meta_store::Table<KeyRow> keys(*store.value(), "kms.keys");
        const meta_store::Table<AliasRow> aliases(*store.value(), "kms.aliases");
        const bool there = keys.get({account, region, key.id}).value().has_value();
        for (const char* name : {"a", "b"}) {
            EXPECT_EQ(aliases.get({account, region, name}).value().has_value(), there);
        }
        ++(there ? whole : gone);
        executor.drop_all();
    }
    EXPECT_GT(whole, 0);
    EXPECT_GT(gone, 0);
}

TEST(KmsCrash, ADiskThatFailsAcknowledgesNothing) {
    Stage stage(std::make_unique<sim::CrashFileSystem>(nullptr, false));
    ASSERT_TRUE(stage.kms);
    stage.files->inject({.call = sim::Call::write, .os_error = 28, .times = 1'000'000});
    const auto refused = stage.kms->create(caller(), KeyRow());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "KMSInternalException");
    EXPECT_EQ(refused.error().http_status, 500);
    EXPECT_EQ(stage.kms->list(caller(), std::nullopt, 10).value().items.size(), 0U);
}

TEST(KmsThreads, ManyAskForAKeyOfAwsAndGetOne) {
    Stage stage(std::make_unique<sim::CrashFileSystem>(nullptr, false));
    ASSERT_TRUE(stage.kms);
    constexpr int threads = 8;
    std::vector<std::string> ids(threads);
    {
        std::vector<std::jthread> asking;
        for (std::string& id : ids) {
            asking.emplace_back([&] {
                const auto key = stage.kms->resolve(caller(), "alias/aws/s3");
                if (key) id = key.value().id;
            });
        }
    }
    EXPECT_NE(ids[0], "");
    EXPECT_EQ(std::count(ids.begin(), ids.end(), ids[0]), threads);
    EXPECT_EQ(stage.kms->list(caller(), std::nullopt, 10).value().items.size(), 1U);
}

TEST(KmsThreads, AStackThatAsksTwiceAtOnceGetsOneKey) {
    Stage stage(std::make_unique<sim::CrashFileSystem>(nullptr, false));
    ASSERT_TRUE(stage.kms);
    aws::Call stack = caller();
    stack.client_token = "00112233445566778899aabbccddeeff";
    constexpr int threads = 8;
    std::vector<std::string> materials(threads);
    {
        std::vector<std::jthread> asking;
        for (std::string& material : materials) {
            asking.emplace_back([&] {
                const auto key = stage.kms->create(stack, KeyRow());
                if (key) material = key.value().materials[0].id;
            });
        }
    }
    EXPECT_NE(materials[0], "");
    EXPECT_EQ(std::count(materials.begin(), materials.end(), materials[0]), threads);
}

}  // namespace
}  // namespace kms
