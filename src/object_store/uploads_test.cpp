// Multipart uploads: parts are durable and listed, completion copies nothing, nothing leaks.
#include "object_store/uploads.h"

#include <gtest/gtest.h>

#include "base/units.h"
#include "object_store/testing.h"

namespace {

using base::ErrorKind;
using object_store::CompletedPart;
using object_store::Completion;
using object_store::ObjectInfo;
using object_store::Part;
using object_store::Upload;
using object_store::UploadsRequest;
using object_store::testing::make_bytes;
using object_store::testing::Stage;

constexpr std::size_t part_bytes = 2 * base::mib + 3;

class UploadsTest : public testing::Test {
  protected:
    void SetUp() override { stage_.make_bucket("b"); }

    std::string create(const std::string& key, object_store::ObjectProperties properties = {}) {
        auto upload = stage_.wait<Upload>([&](auto done) {
            stage_.store->create_upload("b", key, properties, "CRC32", std::move(done));
        });
        EXPECT_TRUE(upload.has_value());
        stage_.clock.advance_ms(1);
        return upload.value().id;
    }
    base::Result<Part> put(const std::string& key, const std::string& id, int number,
                           std::string_view bytes) {
        TRY(prepared, stage_.prepare(bytes));
        return stage_.wait<Part>([&](auto done) {
            stage_.store->put_part("b", key, id, number, std::move(prepared),
                                   {{"CRC32", std::to_string(number)}}, std::move(done));
        });
    }
    base::Result<ObjectInfo> complete(const std::string& key, const std::string& id,
                                      Completion completion) {
        return stage_.wait<ObjectInfo>([&](auto done) {
            stage_.store->complete_upload("b", key, id, std::move(completion), std::move(done));
        });
    }
    base::Result<void> abort(const std::string& key, const std::string& id) {
        return stage_.wait<void>(
            [&](auto done) { stage_.store->abort_upload("b", key, id, std::move(done)); });
    }
    // Parts 1.. with these bytes, uploaded; the list to complete them.
    std::vector<CompletedPart> put_all(const std::string& key, const std::string& id,
                                       const std::vector<std::string>& parts) {
        std::vector<CompletedPart> listed;
        for (const std::string& bytes : parts) {
            const int number = static_cast<int>(listed.size()) + 1;
            auto part = put(key, id, number, bytes);
            EXPECT_TRUE(part.has_value()) << part.error().describe();
            listed.push_back({number, part.value().etag});
        }
        return listed;
    }
    std::string show(const UploadsRequest& request) {
        const auto answer = stage_.store->list_uploads("b", request);
        if (!answer) return answer.error().describe();
        std::string text;
        for (const Upload& upload : answer.value().uploads)
            text += upload.key + " ";
        for (const std::string& prefix : answer.value().common_prefixes)
            text += "p:" + prefix + " ";
        return text + (answer.value().truncated ? "+" : "");
    }
    Stage stage_;
};

TEST_F(UploadsTest, PartsBecomeOneObjectWithoutBeingCopied) {
    object_store::ObjectProperties properties;
    properties.content_type = "video/mp4";
    properties.headers = {{"x-amz-meta-a", "b"}};
    const std::string id = create("k", properties);
    const std::vector<std::string> bytes = {make_bytes(part_bytes, 1), make_bytes(part_bytes, 2),
                                            make_bytes(100, 3)};
    const auto parts = put_all("k", id, bytes);
    EXPECT_EQ(stage_.read("b", "k"), "<not_found>");
    const auto files = stage_.object_files();
    const auto info = complete("k", id, {.parts = parts, .checksums = {{"CRC32", "x-3"}}});
    ASSERT_TRUE(info.has_value()) << info.error().describe();
    EXPECT_TRUE(info.value().etag.ends_with("-3"));
    EXPECT_EQ(info.value().content_type, "video/mp4");
    stage_.executor.run_until_idle();
    EXPECT_EQ(stage_.object_files(), files);

    const std::string whole = bytes[0] + bytes[1] + bytes[2];
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(stage_.read("b", "k"), whole);
        const auto head = stage_.store->head("b", "k").value();
        EXPECT_EQ(head.size_bytes, whole.size());
        EXPECT_EQ(head.part_sizes, (std::vector<std::uint64_t>{part_bytes, part_bytes, 100}));
        EXPECT_EQ(head.checksums.at("CRC32"), "x-3");
        EXPECT_EQ(stage_.store->verify().value(), 1U);
        ASSERT_TRUE(stage_.reopen());
    }
    // Ranges across the borders of parts.
    const auto reader = stage_.store->open_object("b", "k").value();
    sim::SeededRandom random(1);
    for (int i = 0; i < 50; ++i) {
        const std::size_t offset = random.below(whole.size());
        std::string out(1 + random.below(whole.size()), '\0');
        const auto count = reader->read_at(offset, out);
        ASSERT_TRUE(count.has_value()) << count.error().describe();
        out.resize(count.value());
        ASSERT_EQ(out, whole.substr(offset, out.size()));
        ASSERT_TRUE(offset + count.value() == whole.size() || !out.empty());
    }
    EXPECT_EQ(show({}), "");
}

TEST_F(UploadsTest, TheETagIsTheMd5OfTheMd5s) {
    const std::string id = create("k");
    const auto parts = put_all("k", id, {"a", "b"});
    // md5 of the 32 bytes md5("a") md5("b")
    EXPECT_EQ(complete("k", id, {.parts = parts}).value().etag,
              "96e024ba2074fe77e8e965ba43a704be-2");
}

TEST_F(UploadsTest, OpenUploadsOutliveARestart) {
    const std::string id = create("k");
    auto parts = put_all("k", id, {make_bytes(part_bytes), "last"});
    ASSERT_TRUE(stage_.reopen());
    const auto listed = stage_.store->list_parts("b", "k", id, 0, 1000).value();
    ASSERT_EQ(listed.parts.size(), 2U);
    EXPECT_EQ(listed.parts[0].number, 1);
    EXPECT_EQ(listed.parts[0].size_bytes, part_bytes);
    EXPECT_EQ(listed.parts[1].etag, parts[1].etag);
    EXPECT_EQ(listed.parts[1].checksums.at("CRC32"), "2");
    EXPECT_EQ(stage_.store->find_upload("b", "k", id).value().checksum_algorithm, "CRC32");
    ASSERT_TRUE(complete("k", id, {.parts = parts}));
    EXPECT_EQ(stage_.read("b", "k"), make_bytes(part_bytes) + "last");
}

TEST_F(UploadsTest, APartReplacesAnEarlierOneOfItsNumber) {
    const std::string id = create("k");
    ASSERT_TRUE(put("k", id, 1, make_bytes(part_bytes, 1)));
    const auto second = put("k", id, 1, make_bytes(part_bytes, 2));
    stage_.executor.run_until_idle();
    EXPECT_EQ(stage_.object_files().size(), 1U);
    ASSERT_TRUE(complete("k", id, {.parts = {{1, second.value().etag}}}));
    EXPECT_EQ(stage_.read("b", "k"), make_bytes(part_bytes, 2));
}

TEST_F(UploadsTest, WhatIsNotListedAtCompletionIsFreed) {
    const std::string id = create("k");
    auto parts = put_all("k", id, {make_bytes(part_bytes, 1), make_bytes(part_bytes, 2)});
    parts.erase(parts.begin());
    ASSERT_TRUE(complete("k", id, {.parts = parts}));
    stage_.executor.run_until_idle();
    EXPECT_EQ(stage_.object_files().size(), 1U);
    EXPECT_EQ(stage_.read("b", "k"), make_bytes(part_bytes, 2));
    ASSERT_TRUE(stage_.remove("b", {"k"}));
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
}

TEST_F(UploadsTest, AbortFreesTheParts) {
    const std::string id = create("k");
    put_all("k", id, {make_bytes(part_bytes, 1), make_bytes(100, 2)});
    ASSERT_TRUE(abort("k", id));
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
    EXPECT_EQ(stage_.store->list_parts("b", "k", id, 0, 10).error().context, "upload");
    EXPECT_EQ(abort("k", id).error().context, "upload");
    EXPECT_EQ(put("k", id, 1, "x").error().context, "upload");
}

TEST_F(UploadsTest, ACompletionIsRefusedForEachReason) {
    const std::string id = create("k");
    const auto parts = put_all("k", id, {"small", "last"});
    EXPECT_EQ(complete("k", id, {}).error().kind, ErrorKind::invalid);
    EXPECT_EQ(complete("k", "x", {.parts = parts}).error().context, "upload");
    EXPECT_EQ(complete("other", id, {.parts = parts}).error().context, "upload");
    EXPECT_EQ(complete("k", id, {.parts = {parts[1], parts[0]}}).error().kind, ErrorKind::invalid);
    EXPECT_EQ(complete("k", id, {.parts = {parts[0], parts[0]}}).error().kind, ErrorKind::invalid);
    EXPECT_EQ(complete("k", id, {.parts = {{1, parts[1].etag}}}).error().kind,
              ErrorKind::out_of_range);
    EXPECT_EQ(complete("k", id, {.parts = {{3, parts[1].etag}}}).error().kind,
              ErrorKind::out_of_range);
    EXPECT_EQ(complete("k", id, {.parts = parts, .part_bytes_min = 6}).error().kind,
              ErrorKind::limit);
    ASSERT_TRUE(stage_.put("b", "k", "there"));
    EXPECT_EQ(
        complete("k", id, {.parts = parts, .condition = {.if_none_exists = true}}).error().context,
        "precondition");
    EXPECT_EQ(stage_.read("b", "k"), "there");
    ASSERT_TRUE(complete("k", id, {.parts = parts, .part_bytes_min = 5}));
    EXPECT_EQ(stage_.read("b", "k"), "smalllast");
}

TEST_F(UploadsTest, CompletingAgainSucceedsWhileTheObjectStands) {
    const std::string id = create("k");
    const auto parts = put_all("k", id, {"only"});
    const auto first = complete("k", id, {.parts = parts});
    const auto again = complete("k", id, {.parts = parts});
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again.value().etag, first.value().etag);
    ASSERT_TRUE(stage_.put("b", "k", "other"));
    EXPECT_EQ(complete("k", id, {.parts = parts}).error().context, "upload");
}

TEST_F(UploadsTest, PartNumbersHaveTheirLimits) {
    const std::string id = create("k");
    EXPECT_EQ(put("k", id, 0, "x").error().kind, ErrorKind::invalid);
    EXPECT_EQ(put("k", id, 10'001, "x").error().kind, ErrorKind::invalid);
    const auto part = put("k", id, 10'000, "x");
    ASSERT_TRUE(part.has_value());
    ASSERT_TRUE(complete("k", id, {.parts = {{10'000, part.value().etag}}}));
}

TEST_F(UploadsTest, PartsAreListedInPages) {
    const std::string id = create("k");
    for (int number : {300, 2, 7})
        ASSERT_TRUE(put("k", id, number, "x"));
    auto page = stage_.store->list_parts("b", "k", id, 0, 2).value();
    ASSERT_EQ(page.parts.size(), 2U);
    EXPECT_TRUE(page.truncated);
    EXPECT_EQ(page.parts[0].number, 2);
    page = stage_.store->list_parts("b", "k", id, page.parts[1].number, 2).value();
    ASSERT_EQ(page.parts.size(), 1U);
    EXPECT_EQ(page.parts[0].number, 300);
    EXPECT_FALSE(page.truncated);
}

TEST_F(UploadsTest, UploadsAreListedByKeyThenStart) {
    const std::string first = create("a/1");
    const std::string second = create("a/1");
    create("a/2");
    create("b");
    EXPECT_EQ(show({}), "a/1 a/1 a/2 b ");
    EXPECT_EQ(show({.prefix = "a/"}), "a/1 a/1 a/2 ");
    EXPECT_EQ(show({.delimiter = "/"}), "b p:a/ ");
    EXPECT_EQ(show({.key_marker = "a/1"}), "a/2 b ");
    EXPECT_EQ(show({.key_marker = "a/1", .id_marker = first}), "a/1 a/2 b ");
    EXPECT_EQ(show({.key_marker = "a/1", .id_marker = second}), "a/2 b ");
    EXPECT_EQ(show({.uploads_max = 2}), "a/1 a/1 +");
    const auto page = stage_.store->list_uploads("b", {.uploads_max = 1}).value();
    EXPECT_EQ(page.next_key_marker, "a/1");
    EXPECT_EQ(page.next_id_marker, first);
    EXPECT_EQ(page.uploads[0].id, first);
}

TEST_F(UploadsTest, DeletingTheBucketEndsItsUploads) {
    const std::string id = create("k");
    put_all("k", id, {make_bytes(part_bytes)});
    ASSERT_TRUE(stage_.store->delete_bucket("b"));
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
    stage_.make_bucket("b");
    EXPECT_EQ(show({}), "");
    EXPECT_EQ(stage_.store->find_upload("b", "k", id).error().context, "upload");
}

TEST_F(UploadsTest, AReaderOfPartsKeepsThem) {
    const std::string id = create("k");
    const auto parts = put_all("k", id, {make_bytes(part_bytes, 1), make_bytes(part_bytes, 2)});
    ASSERT_TRUE(complete("k", id, {.parts = parts}));
    auto reader = stage_.store->open_object("b", "k").value();
    ASSERT_TRUE(stage_.remove("b", {"k"}));
    stage_.executor.run_until_idle();
    EXPECT_EQ(stage_.object_files().size(), 2U);
    std::string out(2 * part_bytes, '\0');
    ASSERT_TRUE(reader->read_at(0, out));
    EXPECT_EQ(out, make_bytes(part_bytes, 1) + make_bytes(part_bytes, 2));
    reader.reset();
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
}

}  // namespace
