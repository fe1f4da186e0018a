// The pure parts: checksums, sealing, headers, frames, indexes; and their hostile input.
#include "segment_log/format.h"

#include <gtest/gtest.h>

#include "segment_log/block_cache.h"
#include "segment_log/crc32c.h"
#include "segment_log/frame.h"
#include "segment_log/index.h"
#include "sim/seeded_random.h"

namespace segment_log {
namespace {

using base::ErrorKind;

TEST(Crc32cTest, known_answers) {
    // RFC 3720, B.4.
    EXPECT_EQ(0x8a9136aaU, crc32c(std::string(32, '\0')));
    EXPECT_EQ(0x62a8ab43U, crc32c(std::string(32, '\xff')));
    EXPECT_EQ(0xe3069283U, crc32c("123456789"));
    EXPECT_EQ(crc32c("123456789"), crc32c("6789", crc32c("12345")));
    EXPECT_EQ(0U, crc32c(""));
}

const MasterKey master_key{"main", std::string(32, 'm')};

SegmentHeader make_header(sim::SeededRandom& random) {
    return {.segment = 7, .opening = 99, .created = {123}, .key = DataKey(random)};
}

Frame make_frame(std::uint64_t ordinal, int records) {
    Frame frame;
    frame.first = make_position(7, ordinal);
    std::string payloads;
    for (int i = 0; i < records; ++i) {
        const std::string payload(static_cast<std::size_t>(i * 3), static_cast<char>('a' + i));
        frame.heads.push_back(
            {static_cast<Lane>(i), static_cast<std::uint32_t>(payload.size()), {1000 - i}});
        payloads += payload;
    }
    frame.payloads = std::make_shared<const std::string>(std::move(payloads));
    summarize(frame);
    return frame;
}

std::string sealed(const Frame& frame, const SegmentHeader& segment, std::uint64_t offset,
                   std::uint64_t number) {
    std::string bytes(frame.file_bytes(), '\0');
    Cipher cipher(segment.key.bytes());
    seal_frame(frame,
               {.segment = segment.segment,
                .opening = segment.opening,
                .number = number,
                .offset = offset,
                .synced_bytes = offset,
                .first_ordinal = static_cast<std::uint32_t>(ordinal_of(frame.first))},
               cipher, bytes.data());
    return bytes;
}

TEST(CipherTest, opens_only_what_was_sealed) {
    sim::SeededRandom random(1);
    const DataKey key(random);
    Cipher cipher(key.bytes());
    const std::string_view parts[] = {"one", "", "three"};
    std::string out(8 + tag_bytes, '\0');
    cipher.seal(frame_nonce(1), "about", parts, out.data());
    EXPECT_EQ(std::string::npos, out.find("three"));
    std::string first(3, '\0');
    std::string second(5, '\0');
    const std::span<char> into[] = {first, second};
    EXPECT_TRUE(cipher.open(frame_nonce(1), "about", out, into));
    EXPECT_EQ("one", first);
    EXPECT_EQ("three", second);
    EXPECT_FALSE(cipher.open(frame_nonce(2), "about", out, into));
    EXPECT_FALSE(cipher.open(frame_nonce(1), "other", out, into));
    EXPECT_FALSE(cipher.open(frame_nonce(1), "about", out.substr(1), into));
    for (char& byte : out) {
        byte = static_cast<char>(byte ^ 1);
        EXPECT_FALSE(cipher.open(frame_nonce(1), "about", out, into));
        byte = static_cast<char>(byte ^ 1);
    }
    EXPECT_TRUE(cipher.open(frame_nonce(1), "about", out, into));
    Cipher other(DataKey(random).bytes());
    EXPECT_FALSE(other.open(frame_nonce(1), "about", out, into));
}

TEST(SegmentHeaderTest, round_trip_and_every_flipped_bit) {
    sim::SeededRandom random(1);
    const auto header = make_header(random);
    std::string bytes = encode_segment_header(header, master_key, random);
    ASSERT_EQ(segment_header_bytes, bytes.size());
    EXPECT_EQ(std::string::npos, bytes.find({header.key.bytes().data(), key_bytes}));
    const auto decoded = decode_segment_header(bytes, 7, master_key).value();
    EXPECT_EQ(99U, decoded.opening);
    EXPECT_EQ(123, decoded.created.ms);
    EXPECT_TRUE(std::ranges::equal(header.key.bytes(), decoded.key.bytes()));
    EXPECT_EQ(ErrorKind::corrupt, decode_segment_header(bytes, 8, master_key).error().kind);
    EXPECT_EQ(ErrorKind::corrupt,
              decode_segment_header(bytes.substr(0, 255), 7, master_key).error().kind);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(decode_segment_header(bytes, 7, master_key)) << bit;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    }
}

TEST(FrameTest, round_trip_and_every_flipped_bit) {
    sim::SeededRandom random(1);
    const auto segment = make_header(random);
    Cipher cipher(segment.key.bytes());
    const Frame frame = make_frame(5, 4);
    std::string bytes = sealed(frame, segment, 1000, 3);
    const auto open = [&](std::string_view from, std::uint64_t offset) -> std::optional<Frame> {
        const auto header = decode_frame_header(from, segment, offset, {});
        if (!header || header->end() - header->offset > from.size()) return std::nullopt;
        return open_frame(*header, from, cipher, {});
    };
    const auto opened = open(bytes, 1000);
    ASSERT_TRUE(opened);
    EXPECT_EQ(frame.first, opened->first);
    EXPECT_EQ(*frame.payloads, *opened->payloads);
    EXPECT_EQ(4U, opened->heads.size());
    EXPECT_EQ(0b1111U, opened->lanes);
    EXPECT_EQ(997, opened->oldest.ms);
    EXPECT_EQ(1000, opened->newest.ms);
    EXPECT_FALSE(open(bytes, 1001));  // at home in one place only
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(open(bytes, 1000)) << bit;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    }
    auto other = segment;
    other.opening = 98;
    EXPECT_FALSE(decode_frame_header(bytes, other, 1000, {}));
    other = segment;
    other.segment = 8;
    EXPECT_FALSE(decode_frame_header(bytes, other, 1000, {}));
    EXPECT_FALSE(decode_frame_header(bytes.substr(0, frame_header_bytes - 1), segment, 1000, {}));
}

TEST(FrameTest, a_frame_whose_contents_make_no_sense_is_refused_though_authentic) {
    sim::SeededRandom random(1);
    const auto segment = make_header(random);
    Cipher cipher(segment.key.bytes());
    Frame frame = make_frame(0, 4);
    frame.heads[1].length = 1'000'000;
    const std::string bytes = sealed(frame, segment, 0, 1);
    const auto header = decode_frame_header(bytes, segment, 0, {});
    ASSERT_TRUE(header);
    EXPECT_FALSE(open_frame(*header, bytes, cipher, {}));
}

Index make_index(int frames) {
    Index index;
    index.summary.segment = 7;
    for (int i = 0; i < frames; ++i) {
        Frame frame = make_frame(index.summary.records, 3);
        frame.payloads = std::make_shared<const std::string>(20'000, 'x');
        index.add(frame);
    }
    return index;
}

TEST(IndexTest, blocks_are_runs_of_frames) {
    const Index index = make_index(10);
    EXPECT_EQ(4U, index.blocks.size());  // three frames of 20 kB in 64 KiB
    EXPECT_EQ(30U, index.summary.records);
    EXPECT_EQ(0U, index.find(0));
    EXPECT_EQ(0U, index.find(8));
    EXPECT_EQ(1U, index.find(9));
    EXPECT_EQ(3U, index.find(29));
    EXPECT_EQ(4U, index.find(30));
    for (const Block& block : index.blocks)
        EXPECT_LE(block.bytes, block_bytes_target);
}

TEST(IndexTest, round_trip_and_every_flipped_bit) {
    const Index index = make_index(5);
    std::string bytes = encode_index(index);
    const auto decoded = decode_index(bytes, 7).value();
    EXPECT_EQ(index.summary, decoded.summary);
    EXPECT_EQ(index.blocks, decoded.blocks);
    EXPECT_EQ(index.summary, decode_summary(bytes.substr(0, summary_bytes), 7).value());
    EXPECT_FALSE(decode_index(bytes, 8));
    EXPECT_FALSE(decode_index(bytes + "x", 7));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_FALSE(decode_index(bytes.substr(0, length), 7));
    }
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(decode_index(bytes, 7)) << bit;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    }
}

TEST(IndexTest, blocks_that_do_not_fit_together_are_refused_though_their_checksum_fits) {
    for (int change = 0; change < 4; ++change) {
        Index index = make_index(5);
        if (change == 0) index.blocks[1].offset += 1;
        if (change == 1) index.blocks[1].bytes = UINT64_MAX - 5;
        if (change == 2) index.blocks[1].records = 0;
        if (change == 3) index.summary.records += 1;
        EXPECT_FALSE(decode_index(encode_index(index), 7)) << change;
    }
}

TEST(BlockCacheTest, keeps_what_was_used_lately) {
    const auto frames = std::make_shared<const std::vector<FramePointer>>(
        std::vector<FramePointer>{std::make_shared<const Frame>(make_frame(0, 3))});
    const std::size_t bytes = frames->front()->memory_bytes();
    BlockCache cache(bytes * 2);
    const auto block = [](std::uint64_t offset) { return Block{.offset = offset, .bytes = 1}; };
    cache.insert(1, block(1), frames);
    cache.insert(1, block(2), frames);
    EXPECT_TRUE(cache.find(1, block(1)));
    cache.insert(2, block(3), frames);
    EXPECT_FALSE(cache.find(1, block(2)));
    EXPECT_TRUE(cache.find(1, block(1)));
    EXPECT_FALSE(cache.find(1, {.offset = 1, .bytes = 2}));
    EXPECT_EQ(bytes * 2, cache.bytes());
    cache.forget_segment(1);
    EXPECT_FALSE(cache.find(1, block(1)));
    EXPECT_TRUE(cache.find(2, block(3)));
    BlockCache small(bytes - 1);
    small.insert(1, block(1), frames);
    EXPECT_EQ(0U, small.bytes());
}

}  // namespace
}  // namespace segment_log
