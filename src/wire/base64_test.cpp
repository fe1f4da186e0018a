#include "wire/base64.h"

#include <gtest/gtest.h>

namespace {

std::string bytes_of(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 37 + (i >> 3) * 11);
    return bytes;
}

TEST(Base64, KnownAnswers) {
    // RFC 4648 §10
    EXPECT_EQ(wire::encode_base64(""), "");
    EXPECT_EQ(wire::encode_base64("f"), "Zg==");
    EXPECT_EQ(wire::encode_base64("fo"), "Zm8=");
    EXPECT_EQ(wire::encode_base64("foo"), "Zm9v");
    EXPECT_EQ(wire::encode_base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(wire::decode_base64("Zm9vYmE=").value(), "fooba");
    EXPECT_EQ(wire::encode_base64("\xFB\xFF\xFE"), "+//+");
}

TEST(Base64, EveryLengthReadsBack) {
    for (std::size_t size = 0; size < 200; ++size) {
        const std::string bytes = bytes_of(size);
        const std::string text = wire::encode_base64(bytes);
        EXPECT_EQ(text.size(), wire::base64_length(size));
        const auto back = wire::decode_base64(text);
        ASSERT_TRUE(back.has_value()) << size;
        EXPECT_EQ(back.value(), bytes);
    }
}

TEST(Base64, EveryWrongCharacterAtEveryPlaceIsRefused) {
    const std::string good = wire::encode_base64(bytes_of(48));
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int c = 0; c < 256; ++c) {
            const char character = static_cast<char>(c);
            const bool alphabet = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                                  (c >= '0' && c <= '9') || c == '+' || c == '/';
            std::string text = good;
            text[at] = character;
            const bool padding = c == '=' && at + 1 == good.size();
            if (padding) continue;  // whether that is right depends on the bits before it
            EXPECT_EQ(wire::decode_base64(text).has_value(), alphabet) << at << ' ' << c;
        }
    }
}

TEST(Base64, PaddingIsStrict) {
    for (const std::string_view text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "=AAA",
                                        "Zg==Zg==", "Zg==AAAA", "Zg==\n", "Z g="}) {
        EXPECT_FALSE(wire::decode_base64(text).has_value()) << text;
    }
}

TEST(Base64, AFailureLeavesTheOutputAsItWas) {
    std::string out = "kept";
    EXPECT_FALSE(wire::append_base64_decoded(out, "AAAAAAAAAAAAAAAAAAAA!AAA").has_value());
    EXPECT_EQ(out, "kept");
    EXPECT_EQ(wire::decode_base64("AA\x01=").error().message, "Invalid Base64 character: '0x01'");
    EXPECT_EQ(wire::decode_base64("AA!=").error().message, "Invalid Base64 character: '!'");
    EXPECT_EQ(wire::decode_base64("Zh==").error().message,
              "Invalid last non-pad Base64 character detected");
}

}  // namespace
