// aws-chunked bodies: S3's published examples, every split, every kind of damage.
#include "wire/aws_chunked.h"

#include <gtest/gtest.h>

namespace wire::aws_chunked {
namespace {

using sigv4::Payload;

struct Outcome {
    std::optional<Failure> failure;
    std::string body;
    Headers trailers;
};

Outcome decode(const Options& options, std::string_view bytes, std::size_t step = ~std::size_t{0}) {
    Decoder decoder(options);
    Outcome out;
    base::UniqueFunction<bool(std::string_view)> emit = [&](std::string_view piece) {
        out.body += piece;
        return true;
    };
    while (!bytes.empty() && !out.failure) {
        out.failure = decoder.feed(bytes.substr(0, step), emit);
        bytes.remove_prefix(std::min(step, bytes.size()));
    }
    if (!out.failure) out.failure = decoder.finish();
    out.trailers = decoder.trailers();
    return out;
}

// S3 User Guide: 66,560 bytes of 'a' in chunks of 64 KiB.
Options example(Payload payload, const char* seed) {
    Options options;
    options.payload = payload;
    options.decoded_length = 66560;
    options.seed_signature = seed;
    options.timestamp = "20130524T000000Z";
    options.scope = {"20130524", "us-east-1", "s3"};
    options.key =
        sigv4::derive_signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", options.scope);
    return options;
}

Options signed_example() {
    return example(Payload::streaming_signed,
                   "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
}

Options trailer_example() {
    Options options = example(Payload::streaming_signed_trailer,
                              "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
    options.announced_trailers = "x-amz-checksum-crc32c";
    return options;
}

std::string signed_body() {
    return "10000;chunk-signature="
           "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
           std::string(65536, 'a') +
           "\r\n400;chunk-signature="
           "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
           std::string(1024, 'a') +
           "\r\n0;chunk-signature="
           "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
}

std::string trailer_body() {
    return "10000;chunk-signature="
           "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" +
           std::string(65536, 'a') +
           "\r\n400;chunk-signature="
           "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" +
           std::string(1024, 'a') +
           "\r\n0;chunk-signature="
           "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
           "x-amz-checksum-crc32c:sOO8/Q==\r\n"
           "x-amz-trailer-signature:"
           "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
}

TEST(AwsChunked, DecodesS3sExample) {
    const Outcome out = decode(signed_example(), signed_body());
    ASSERT_FALSE(out.failure) << out.failure->message;
    EXPECT_EQ(out.body, std::string(66560, 'a'));
    EXPECT_EQ(encode(out.body, 65536, signed_example(), {}), signed_body());
}

TEST(AwsChunked, DecodesS3sExampleWithTrailer) {
    const Outcome out = decode(trailer_example(), trailer_body());
    ASSERT_FALSE(out.failure) << out.failure->message;
    EXPECT_EQ(out.trailers.get("x-amz-checksum-crc32c"), "sOO8/Q==");
    Headers trailers;
    trailers.add("x-amz-checksum-crc32c", "sOO8/Q==");
    EXPECT_EQ(encode(out.body, 65536, trailer_example(), trailers), trailer_body());
}

TEST(AwsChunked, DecodesAtEverySplit) {
    Options options;
    options.decoded_length = 8;
    options.announced_trailers = "x-amz-checksum-crc32, x-amz-checksum-sha1";
    const std::string text =
        "5\r\nhello\r\n3\r\nabc\r\n0\r\nX-Amz-Checksum-CRC32: "
        "AAAAAA==\r\nx-amz-checksum-sha1:x\r\n\r\n";
    for (std::size_t step = 1; step <= text.size(); ++step) {
        const Outcome out = decode(options, text, step);
        ASSERT_FALSE(out.failure) << step << out.failure->message;
        EXPECT_EQ(out.body, "helloabc");
        EXPECT_EQ(out.trailers.get("x-amz-checksum-crc32"), "AAAAAA==");
        EXPECT_EQ(out.trailers.get("x-amz-checksum-sha1"), "x");
    }
}

TEST(AwsChunked, NoticesEveryChangedByte) {
    Options options = trailer_example();
    options.decoded_length = 40;
    Headers trailers;
    trailers.add("x-amz-checksum-crc32c", "sOO8/Q==");
    const std::string text = encode(std::string(40, 'q'), 16, options, trailers);
    ASSERT_FALSE(decode(options, text).failure);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 0x01);
        EXPECT_TRUE(decode(options, changed).failure) << i;
    }
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_TRUE(decode(options, std::string_view(text).substr(0, size)).failure) << size;
    }
    EXPECT_TRUE(decode(options, text + "x").failure);
}

TEST(AwsChunked, NoticesReorderedAndDroppedChunks) {
    Options options = signed_example();
    options.decoded_length = 8;
    const std::string text = encode("aaaabbbb", 4, options, {});
    const std::size_t chunk = 1 + 17 + 64 + 2 + 4 + 2;
    const std::string swapped =
        text.substr(chunk, chunk) + text.substr(0, chunk) + text.substr(2 * chunk);
    EXPECT_EQ(decode(options, swapped).failure->problem, Problem::signature);
    EXPECT_EQ(decode(options, text.substr(chunk)).failure->problem, Problem::signature);
    Options other = options;
    other.seed_signature[0] = 'f';
    EXPECT_EQ(decode(other, text).failure->problem, Problem::signature);
}

TEST(AwsChunked, SignaturesMustBeThereEvenUnverified) {
    Options options = signed_example();
    options.decoded_length = 4;
    std::string text = encode("abcd", 4, options, {});
    options.key = {};
    options.verify = false;
    EXPECT_FALSE(decode(options, text).failure);
    EXPECT_EQ(decode(options, "4\r\nabcd\r\n0\r\n\r\n").failure->problem, Problem::signature);
    Options with_trailer = options;
    with_trailer.payload = Payload::streaming_signed_trailer;
    EXPECT_EQ(decode(with_trailer, text).failure->problem, Problem::signature);
}

Problem problem_of(const std::string& text) {
    Options options;
    options.decoded_length = 4;
    options.announced_trailers = "x-amz-checksum-crc32";
    const Outcome out = decode(options, text);
    EXPECT_TRUE(out.failure) << text;
    return out.failure ? out.failure->problem : Problem::malformed;
}

TEST(AwsChunked, RefusesWhatItCannotRead) {
    for (const char* text :
         {"", "4\r\nabcd\r\n", "4\nabcd\r\n0\r\n\r\n", "g\r\n", "-4\r\nabcd\r\n", "+4\r\nabcd\r\n",
          " 4\r\nabcd\r\n", "4;x=y\r\nabcd\r\n", "\r\n", "4\r\nabcdef\r\n0\r\n\r\n",
          "4\r\nabcd0\r\n\r\n", "4\r\nabcd\r\n0\r\nno-colon\r\n\r\n",
          "4\r\nabcd\r\n0\r\n:x\r\n\r\n", "4\r\nabcd\r\n0\r\nx-amz-checksum-sha1:x\r\n\r\n",
          "4\r\nabcd\r\n0\r\ncontent-length:9\r\n\r\n",
          "4\r\nabcd\r\n0\r\nx-amz-checksum-crc32:a\r\nx-amz-checksum-crc32:b\r\n\r\n",
          "4\r\nabcd\r\n0\r\nx-amz-trailer-signature:a\r\nx-amz-checksum-crc32:b\r\n\r\n"}) {
        EXPECT_EQ(problem_of(text), Problem::malformed) << text;
    }
    EXPECT_EQ(problem_of("5\r\nabcde\r\n0\r\n\r\n"), Problem::length);
    EXPECT_EQ(problem_of("4\r\nabcd\r\n1\r\ne\r\n0\r\n\r\n"), Problem::length);
    EXPECT_EQ(problem_of("3\r\nabc\r\n0\r\n\r\n"), Problem::length);
    EXPECT_EQ(problem_of("fffffffffffffffff\r\n"), Problem::too_long);
    EXPECT_EQ(problem_of("200000001\r\n"), Problem::too_long);
}

TEST(AwsChunked, HasNamedMaxima) {
    Options options;
    options.decoded_length = 1;
    EXPECT_FALSE(decode(options, std::string(chunk_line_bytes_max - 3, '0') + "1\r\na\r\n0\r\n\r\n")
                     .failure);
    EXPECT_EQ(decode(options, std::string(chunk_line_bytes_max - 2, '0') + "1\r\na\r\n0\r\n\r\n")
                  .failure->problem,
              Problem::too_long);
    EXPECT_EQ(decode(options, std::string(chunk_line_bytes_max + 1, '0')).failure->problem,
              Problem::too_long);
    options.announced_trailers = "a";
    const auto trailer_of = [](std::size_t bytes) {
        return "1\r\na\r\n0\r\na:" + std::string(bytes - 4, 'x') + "\r\n";
    };
    EXPECT_EQ(decode(options, trailer_of(trailer_bytes_max + 1)).failure->problem,
              Problem::too_long);
    EXPECT_FALSE(decode(options, trailer_of(trailer_bytes_max - 2) + "\r\n").failure);
    std::string many = "1\r\na\r\n0\r\n";
    for (std::size_t i = 0; i <= trailer_count_max; ++i) {
        options.announced_trailers += ",a" + std::to_string(i);
        many += "a" + std::to_string(i) + ":x\r\n";
    }
    EXPECT_EQ(decode(options, many + "\r\n").failure->problem, Problem::too_long);
}

TEST(AwsChunked, StopsWhenTheReceiverDoes) {
    Options options;
    options.decoded_length = 8;
    Decoder decoder(options);
    int pieces = 0;
    base::UniqueFunction<bool(std::string_view)> emit = [&](std::string_view) {
        ++pieces;
        return false;
    };
    EXPECT_FALSE(decoder.feed("4\r\nabcd\r\n4\r\nefgh\r\n0\r\n\r\n", emit));
    EXPECT_EQ(pieces, 1);
}

}  // namespace
}  // namespace wire::aws_chunked
