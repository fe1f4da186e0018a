#include "services/lambda/zip.h"

#include <gtest/gtest.h>

#include "services/lambda/testing.h"

namespace lambda {
namespace {

using testing::make_zip;

base::Result<std::vector<ZipEntry>> read_all(std::string_view zip) {
    std::vector<ZipEntry> entries;
    TRY_VOID(read_zip(zip, [&entries](const ZipEntry& entry) {
        entries.push_back(entry);
        return base::ok();
    }));
    return entries;
}

TEST(Zip, EntriesModesAndBytes) {
    const std::string large(3'000'000, 'x');
    const auto entries = read_all(make_zip({{"bootstrap", "#!/bin/sh\n", 0100755},
                                            {"data/", "", 0040755},
                                            {"./data/plain", large, 0100640},
                                            {"a//b", "", 0100600}}));
    ASSERT_TRUE(entries.has_value()) << entries.error().describe();
    ASSERT_EQ(entries.value().size(), 4U);
    EXPECT_EQ(entries.value()[0].path, "bootstrap");
    EXPECT_EQ(entries.value()[0].mode, 0755U);
    EXPECT_TRUE(entries.value()[1].directory);
    EXPECT_EQ(entries.value()[1].path, "data");
    EXPECT_EQ(entries.value()[2].path, "data/plain");
    EXPECT_EQ(entries.value()[2].bytes, large);
    EXPECT_EQ(entries.value()[2].mode, 0640U);
    EXPECT_EQ(entries.value()[3].path, "a/b");
}

TEST(Zip, PathsThatLeaveAreRefused) {
    for (const char* path : {"../x", "a/../../x", "/etc/passwd", "a/..", "..", "a\\..\\b"}) {
        const auto entries = read_all(make_zip({{path, "x"}}));
        ASSERT_FALSE(entries.has_value()) << path;
        EXPECT_EQ(entries.error().kind, base::ErrorKind::unsupported) << path;
    }
    std::string deep;
    for (std::size_t i = 0; i <= zip_path_depth_max; ++i)
        deep += "d/";
    EXPECT_FALSE(read_all(make_zip({{deep + "f", "x"}})));
    EXPECT_FALSE(read_all(make_zip({{std::string(zip_path_bytes_max + 1, 'a'), "x"}})));
    EXPECT_TRUE(read_all(make_zip({{std::string(200, 'a') + "..b", "x"}})));
}

TEST(Zip, LinksAndClashesAreRefused) {
    for (const auto& files :
         std::vector<std::vector<testing::ZipFile>>{{{"link", "/etc/passwd", 0120777}},
                                                    {{"a", "1"}, {"a", "2"}},
                                                    {{"a", "1"}, {"a/b", "2"}},
                                                    {{"a/b", "1"}, {"a", "2"}}}) {
        const auto entries = read_all(make_zip(files));
        ASSERT_FALSE(entries.has_value());
        EXPECT_EQ(entries.error().kind, base::ErrorKind::unsupported);
    }
}

TEST(Zip, DamagedZipsAreInvalid) {
    const std::string whole = make_zip({{"bootstrap", std::string(1000, 'b')}});
    for (std::size_t length = 0; length < whole.size(); length += 7) {
        const auto entries = read_all(std::string_view(whole).substr(0, length));
        ASSERT_FALSE(entries.has_value()) << length;
        EXPECT_EQ(entries.error().kind, base::ErrorKind::invalid) << length;
    }
    std::string changed = whole;
    changed[whole.find("bbbb") == std::string::npos ? 60 : whole.find("bbbb")] ^= 1;
    EXPECT_FALSE(read_all(changed).has_value());
    EXPECT_FALSE(read_all("").has_value());
    EXPECT_FALSE(read_all("#!/bin/sh\n" + whole).has_value());
}

TEST(Zip, FlippedBytesNeverCrash) {
    const std::string whole = make_zip({{"bootstrap", std::string(300, 'b')}, {"d/e", "f"}});
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const int bit : {1, 0x80}) {
            std::string changed = whole;
            changed[at] = static_cast<char>(changed[at] ^ bit);
            (void)read_all(changed).has_value();
        }
    }
}

TEST(Zip, BombsEndAtTheLimit) {
    const std::string zeros(32 * 1024 * 1024, '\0');
    std::vector<testing::ZipFile> files;
    for (int i = 0; i < 8; ++i)
        files.push_back({"z" + std::to_string(i), zeros});
    const std::string zip = make_zip(files);
    EXPECT_LT(zip.size(), 1'000'000U);
    std::uint64_t seen = 0;
    const auto read = read_zip(zip, [&seen](const ZipEntry& entry) {
        seen += entry.bytes.size();
        return base::ok();
    });
    ASSERT_FALSE(read.has_value());  // 256 MiB are more than 250 MB
    EXPECT_EQ(read.error().kind, base::ErrorKind::limit);
    EXPECT_LE(seen, unzipped_bytes_max);
}

TEST(Zip, TooManyEntries) {
    std::vector<testing::ZipFile> files;
    for (std::size_t i = 0; i < zip_entries_max; ++i)
        files.push_back({std::to_string(i), ""});
    EXPECT_TRUE(read_all(make_zip(files)).has_value());
    files.push_back({"more", ""});
    EXPECT_EQ(read_all(make_zip(files)).error().kind, base::ErrorKind::limit);
}

}  // namespace
}  // namespace lambda
