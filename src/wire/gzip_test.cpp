#include "wire/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace {

std::string lines(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += "{\"event_id\":\"" + std::to_string(i * 7919) + "\",\"event_type\":\"start\"}\n";
    }
    return text;
}

std::string noise(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint64_t state = 88172645463325252ULL;
    for (char& c : bytes) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        c = static_cast<char>(state);
    }
    return bytes;
}

// What zlib says of it: an independent reader.
std::string zlib_decompress(std::string_view bytes) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
    std::string out(20 * 1024 * 1024, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

std::string zlib_compress(std::string_view bytes, int level) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
              Z_OK);
    std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

// In pieces of `piece` bytes.
base::Result<std::string> read(std::string_view bytes, std::size_t piece,
                               std::uint64_t output_max = 1 << 30) {
    std::string out;
    wire::GzipReader::Sink sink = [&](std::string_view part) -> base::Result<void> {
        EXPECT_LE(part.size(), wire::gzip_piece_bytes_max);
        out.append(part);
        return base::ok();
    };
    wire::GzipReader reader(output_max);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        TRY_VOID(reader.write(bytes.substr(at, piece), sink));
    }
    TRY_VOID(reader.finish());
    return out;
}

TEST(Gzip, ZlibReadsWhatWeWrite) {
    for (const std::string& text : {std::string(), std::string("x"), lines(50'000), noise(300'000),
                                    std::string(5'000'000, 'a')}) {
        const std::string packed = wire::gzip_compress(text);
        EXPECT_EQ(zlib_decompress(packed), text);
        EXPECT_EQ(wire::gzip_compress(text), packed) << "deterministic";
    }
    EXPECT_LT(wire::gzip_compress(lines(50'000)).size(), lines(50'000).size() / 3);
}

TEST(Gzip, PiecesMakeOneMember) {
    const std::string text = lines(20'000) + noise(100'000);
    for (const std::size_t piece : {1000U, 65'536U, 1'000'000U}) {
        wire::GzipWriter writer;
        std::string packed;
        for (std::size_t at = 0; at < text.size(); at += piece) {
            writer.write(std::string_view(text).substr(at, piece), packed);
        }
        writer.finish(packed);
        EXPECT_EQ(zlib_decompress(packed), text);
    }
}

TEST(Gzip, WeReadWhatZlibWrites) {
    const std::string text = lines(30'000) + noise(200'000);
    for (const int level : {0, 1, 6, 9}) {
        const std::string packed = zlib_compress(text, level);
        for (const std::size_t piece : {7U, 4096U, 100'000'000U}) {
            const auto got = read(packed, piece);
            ASSERT_TRUE(got.has_value()) << got.error().describe();
            EXPECT_EQ(got.value(), text);
        }
    }
}

TEST(Gzip, MembersFollowOneAnotherCutAnywhere) {
    const std::string packed =
        wire::gzip_compress("one") + zlib_compress("", 6) + zlib_compress("three", 0);
    for (std::size_t piece = 1; piece <= packed.size(); ++piece) {
        const auto got = read(packed, piece);
        ASSERT_TRUE(got.has_value()) << piece << got.error().describe();
        EXPECT_EQ(got.value(), "onethree");
    }
}

TEST(Gzip, DamageIsSeen) {
    const std::string text = lines(50);
    const std::string packed = wire::gzip_compress(text);
    for (std::size_t at = 0; at < packed.size(); ++at) {
        // The header's time, flags of speed and system say nothing about the contents.
        if (at >= 4 && at <= 9) continue;
        std::string damaged = packed;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        const auto got = wire::gzip_decompress(damaged, 1 << 20);
        if (got.has_value()) {
            EXPECT_EQ(got.value(), text) << "damage at " << at << " went unseen";
        }
    }
    for (std::size_t size = 0; size < packed.size(); ++size) {
        EXPECT_FALSE(wire::gzip_decompress(packed.substr(0, size), 1 << 20).has_value()) << size;
    }
    EXPECT_FALSE(wire::gzip_decompress("plain text, no gzip", 1 << 20).has_value());
    EXPECT_FALSE(wire::gzip_decompress(packed + "tail", 1 << 20).has_value());
}

TEST(Gzip, BombsHitTheLimit) {
    const std::string packed = wire::gzip_compress(std::string(10'000'000, '\0'));
    EXPECT_LT(packed.size(), 100'000U);
    EXPECT_TRUE(wire::gzip_decompress(packed, 10'000'000).has_value());
    const auto got = wire::gzip_decompress(packed, 9'999'999);
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().kind, base::ErrorKind::limit);
}

}  // namespace
