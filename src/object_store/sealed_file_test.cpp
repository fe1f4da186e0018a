// Sealed files: sizes around blocks, ranges, and that nothing that was changed is ever served.
#include "object_store/sealed_file.h"

#include <gtest/gtest.h>

#include "object_store/testing.h"

namespace {

using base::ErrorKind;
using object_store::sealed_block_bytes;
using object_store::SealedFile;
using object_store::SealedFileWriter;
using object_store::testing::make_bytes;

constexpr std::size_t frame = sealed_block_bytes + segment_log::tag_bytes;

class SealedFileTest : public testing::TestWithParam<std::size_t> {
  protected:
    void write(const std::string& path, std::uint64_t id, std::string_view bytes,
               std::size_t piece) {
        auto writer = SealedFileWriter::create(files_, path, id, key_, random_).value();
        while (!bytes.empty()) {
            ASSERT_TRUE(writer->append(bytes.substr(0, piece)));
            bytes.remove_prefix(std::min(piece, bytes.size()));
        }
        ASSERT_TRUE(writer->finish(true));
    }
    std::string read(const std::string& path, std::uint64_t id, std::size_t size,
                     std::uint64_t offset = 0, std::size_t length = SIZE_MAX) {
        auto file = SealedFile::open(files_, path, id, size, key_);
        if (!file) return "<" + std::string(base::to_string(file.error().kind)) + ">";
        std::string out(std::min(length, size), '\0');
        const auto count = file.value()->read_at(offset, out);
        if (!count) return "<" + std::string(base::to_string(count.error().kind)) + ">";
        return out.substr(0, count.value());
    }
    sim::CrashFileSystem files_{nullptr, false};
    sim::SeededRandom random_{5};
    segment_log::MasterKey key_{"test", std::string(32, 'k')};
};

TEST_P(SealedFileTest, WhatIsWrittenIsReadBackWholeAndInRanges) {
    const std::string bytes = make_bytes(GetParam());
    write("f", 7, bytes, 10'007);
    EXPECT_EQ(files_.status("f").value().size_bytes, object_store::sealed_file_bytes(bytes.size()));
    EXPECT_EQ(read("f", 7, bytes.size()), bytes);
    sim::SeededRandom random(GetParam());
    for (int i = 0; i < 50; ++i) {
        const std::size_t offset = random.below(bytes.size() + 10);
        const std::size_t length = 1 + random.below(3 * sealed_block_bytes);
        EXPECT_EQ(read("f", 7, bytes.size(), offset, length),
                  offset < bytes.size() ? bytes.substr(offset, std::min(length, bytes.size())) : "")
            << offset << " " << length;
    }
    const std::string stored = base::read_file(files_, "f", 1U << 30).value();
    EXPECT_EQ(stored.find(bytes.substr(0, 8)), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Sizes, SealedFileTest,
                         testing::Values(1, sealed_block_bytes - 1, sealed_block_bytes,
                                         sealed_block_bytes + 1, 8 * sealed_block_bytes,
                                         9 * sealed_block_bytes + 17));

TEST_F(SealedFileTest, EveryByteThatIsChangedIsNoticed) {
    const std::size_t size = 2 * sealed_block_bytes + 100;
    const std::string bytes = make_bytes(size);
    write("f", 7, bytes, size);
    const std::string stored = base::read_file(files_, "f", 1U << 30).value();
    const auto with = [&](const std::string& changed) {
        auto file = files_.open("f", base::OpenMode::create_empty).value();
        EXPECT_TRUE(file->write_at(0, changed));
        return read("f", 7, size);
    };
    const std::size_t header = object_store::sealed_header_bytes;
    for (const std::size_t at : {std::size_t{0}, std::size_t{9}, std::size_t{17}, std::size_t{21},
                                 std::size_t{30}, header - 1, header, header + sealed_block_bytes,
                                 header + frame, header + 2 * frame + 99, stored.size() - 1}) {
        std::string changed = stored;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        EXPECT_EQ(with(changed), "<corrupt>") << at;
    }
    // Blocks in another order, and a whole block less or more.
    std::string swapped = stored;
    std::swap_ranges(swapped.begin() + static_cast<std::ptrdiff_t>(header),
                     swapped.begin() + static_cast<std::ptrdiff_t>(header + frame),
                     swapped.begin() + static_cast<std::ptrdiff_t>(header + frame));
    EXPECT_EQ(with(swapped), "<corrupt>");
    EXPECT_EQ(with(stored.substr(0, header + frame)), "<corrupt>");
    EXPECT_EQ(with(stored), bytes);
}

// A file cut at a block's end is shorter, and its last block does not say that it is the last.
TEST_F(SealedFileTest, AFileCutAtABlockIsNoShorterObject) {
    const std::size_t size = 2 * sealed_block_bytes;
    write("f", 7, make_bytes(size), size);
    auto file = files_.open("f", base::OpenMode::read_write).value();
    ASSERT_TRUE(file->truncate(object_store::sealed_header_bytes + frame));
    EXPECT_EQ(read("f", 7, sealed_block_bytes), "<corrupt>");
}

TEST_F(SealedFileTest, AnotherFileOrMasterKeyDoesNotOpen) {
    write("f", 7, make_bytes(1000), 1000);
    EXPECT_EQ(read("f", 8, 1000), "<corrupt>");
    EXPECT_EQ(read("f", 7, 1001), "<corrupt>");
    EXPECT_EQ(read("none", 7, 1000), "<not_found>");
    key_.bytes[0] = 'x';
    EXPECT_EQ(read("f", 7, 1000), "<corrupt>");
    key_.id = "other";
    EXPECT_EQ(read("f", 7, 1000), "<invalid>");
}

TEST_F(SealedFileTest, EachFileHasItsOwnKey) {
    write("a", 7, std::string(1000, 'x'), 1000);
    write("b", 8, std::string(1000, 'x'), 1000);
    const auto sealed = [&](const char* path) {
        return base::read_file(files_, path, 1U << 20)
            .value()
            .substr(object_store::sealed_header_bytes);
    };
    EXPECT_NE(sealed("a"), sealed("b"));
}

TEST_F(SealedFileTest, AWriteThatFailsIsReported) {
    auto writer = SealedFileWriter::create(files_, "f", 1, key_, random_).value();
    files_.inject({sim::Call::write, 28, 0, 1, "f"});
    base::Result<void> result = base::ok();
    for (int i = 0; i < 20 && result; ++i)
        result = writer->append(make_bytes(sealed_block_bytes));
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
    auto synced = SealedFileWriter::create(files_, "g", 2, key_, random_).value();
    ASSERT_TRUE(synced->append("bytes"));
    files_.inject({sim::Call::sync_data, 5, 0, 1, "g"});
    EXPECT_EQ(synced->finish(true).error().kind, ErrorKind::io);
}

}  // namespace
