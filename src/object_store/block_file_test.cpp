#include "object_store/block_file.h"

#include <gtest/gtest.h>

#include "object_store/testing.h"

namespace {

using object_store::BlockFile;
using object_store::BlockFileWriter;
using object_store::plain_block_bytes;

class BlockFileTest : public testing::TestWithParam<std::size_t> {
  protected:
    void write(const std::string& bytes, std::size_t piece) {
        auto writer = BlockFileWriter::create(files_, "/f", 7);
        ASSERT_TRUE(writer.has_value());
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            ASSERT_TRUE(writer.value()->append(std::string_view(bytes).substr(at, piece)));
        }
        ASSERT_TRUE(writer.value()->finish(true));
    }
    base::Result<std::string> read(std::uint64_t size, std::uint64_t offset, std::size_t count) {
        TRY(file, BlockFile::open(files_, "/f", 7, size));
        std::string out(count, '\0');
        TRY(got, file->read_at(offset, out));
        out.resize(got);
        return out;
    }
    sim::CrashFileSystem files_{nullptr, false};
};

TEST_P(BlockFileTest, AnyRangeReadsBackWhateverThePiecesWere) {
    const std::size_t size = GetParam();
    const std::string bytes = object_store::testing::make_bytes(size);
    write(bytes, 40'000);
    sim::SeededRandom random(size + 1);
    for (int i = 0; i < 50; ++i) {
        const std::size_t offset = random.below(size + 10);
        const std::size_t count = 1 + random.below(3 * plain_block_bytes);
        auto got = read(size, offset, count);
        ASSERT_TRUE(got.has_value()) << got.error().describe();
        EXPECT_EQ(got.value(), bytes.substr(std::min(offset, size), count));
    }
}

INSTANTIATE_TEST_SUITE_P(Sizes, BlockFileTest,
                         testing::Values(1, plain_block_bytes - 1, plain_block_bytes,
                                         plain_block_bytes + 1, 5 * plain_block_bytes + 17));

TEST_F(BlockFileTest, BytesStandAtTheFrontOfTheFile) {
    const std::string bytes = object_store::testing::make_bytes(100'000);
    write(bytes, 300'000);
    EXPECT_EQ(base::read_file(files_, "/f", 1 << 20).value().substr(0, bytes.size()), bytes);
}

TEST_F(BlockFileTest, AFlippedBitAnywhereIsFound) {
    const std::size_t size = 2 * plain_block_bytes + 100;
    const std::string bytes = object_store::testing::make_bytes(size);
    write(bytes, size);
    const auto length = files_.status("/f").value().size_bytes;
    for (std::uint64_t at = 0; at < length; at += 911) {
        files_.corrupt("/f", at, 0x10);
        auto got = read(size, 0, size);
        ASSERT_FALSE(got.has_value()) << at;
        EXPECT_EQ(got.error().kind, base::ErrorKind::corrupt);
        files_.corrupt("/f", at, 0x10);
    }
    EXPECT_EQ(read(size, 0, size).value(), bytes);
}

TEST_F(BlockFileTest, DamageInOneBlockLeavesTheOthersReadable) {
    const std::string bytes = object_store::testing::make_bytes(3 * plain_block_bytes);
    write(bytes, 1000);
    files_.corrupt("/f", plain_block_bytes + 5, 1);
    EXPECT_TRUE(read(bytes.size(), 0, plain_block_bytes).has_value());
    EXPECT_FALSE(read(bytes.size(), plain_block_bytes - 1, 2).has_value());
    EXPECT_TRUE(read(bytes.size(), 2 * plain_block_bytes, plain_block_bytes).has_value());
}

TEST_F(BlockFileTest, AnotherIdOrSizeIsRefused) {
    write(std::string(1000, 'x'), 1000);
    EXPECT_EQ(BlockFile::open(files_, "/f", 8, 1000).error().kind, base::ErrorKind::corrupt);
    EXPECT_EQ(BlockFile::open(files_, "/f", 7, 999).error().kind, base::ErrorKind::corrupt);
    EXPECT_EQ(BlockFile::open(files_, "/g", 7, 1000).error().kind, base::ErrorKind::not_found);
}

TEST_F(BlockFileTest, OnlyWhatWasReadCountsAsChecked) {
    const std::string bytes = object_store::testing::make_bytes(3 * plain_block_bytes);
    write(bytes, 1000);
    const auto file = BlockFile::open(files_, "/f", 7, bytes.size()).value();
    std::string out(10, '\0');
    EXPECT_FALSE(file->is_checked(0, 10));
    ASSERT_TRUE(file->read_at(plain_block_bytes + 3, out));
    EXPECT_TRUE(file->is_checked(plain_block_bytes, plain_block_bytes));
    EXPECT_FALSE(file->is_checked(plain_block_bytes, plain_block_bytes + 1));
    EXPECT_FALSE(file->is_checked(0, bytes.size()));
    out.resize(bytes.size());
    ASSERT_TRUE(file->read_at(0, out));
    EXPECT_TRUE(file->is_checked(0, bytes.size()));
}

TEST_F(BlockFileTest, AFullDiskFailsTheWrite) {
    files_.set_capacity(100'000);
    auto writer = BlockFileWriter::create(files_, "/f", 7);
    ASSERT_TRUE(writer.has_value());
    auto written = writer.value()->append(std::string(300'000, 'x'));
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().kind, base::ErrorKind::unavailable);
}

}  // namespace
