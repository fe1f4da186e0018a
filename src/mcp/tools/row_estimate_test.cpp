#include "mcp/tools/row_estimate.h"

#include "mcp/tools/testing.h"
#include "wire/gzip.h"

namespace mcp::tools {
namespace {

std::string lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "{\"id\":" + std::to_string(i * 7919 % 100'003) + "}\n";
    return text;
}

TEST(CountRows, LinesWithSomethingInThem) {
    EXPECT_EQ(count_rows("a\n\n \r\nb\nc", false).value().rows, 2);
    EXPECT_EQ(count_rows("a\n\n \r\nb\nc", true).value().rows, 3);
    EXPECT_EQ(count_rows("", true).value().rows, 0);
    EXPECT_EQ(count_rows("no end", false).value().rows, 0);
}

TEST(CountRows, UnpacksGzipAlsoWhenItIsNotWhole) {
    const std::string packed = wire::gzip_compress(lines(10'000));
    EXPECT_EQ(count_rows(packed, true).value().rows, 10'000);
    const auto half = count_rows(std::string_view(packed).substr(0, packed.size() / 2), false);
    ASSERT_TRUE(half);
    EXPECT_EQ(half.value().bytes, static_cast<std::int64_t>(packed.size() / 2));
    EXPECT_GT(half.value().rows, 3'000);
    EXPECT_LT(half.value().rows, 7'000);
    // members one after another, as deliveries write them
    EXPECT_EQ(count_rows(packed + packed, true).value().rows, 20'000);
}

TEST(CountRows, ABombAndOtherPackingAreRefused) {
    const std::string exact(row_sample_text_bytes_max, '\n');
    EXPECT_TRUE(count_rows(wire::gzip_compress(exact), true));
    EXPECT_FALSE(count_rows(wire::gzip_compress(exact + "\n"), true));
    EXPECT_FALSE(count_rows("BZh91AY", true));
    EXPECT_FALSE(count_rows("\x1f\x8bnonsense, not gzip", true));
}

class RowEstimates : public testing::ToolsTest {
  protected:
    RowEstimate estimated(const std::string& format = "json") {
        CatalogTable table;
        table.format = format;
        table.location = "s3://data/events/";
        table.partition_keys = {{"day", "varchar", "", "string"}};
        RowEstimate found;
        estimate_rows(backend, table, size, [&](RowEstimate rows) { found = std::move(rows); });
        return found;
    }
    TableSize size{{{{"01"}, 3'000, 1, "events/day=01/a", 3'000},
                    {{"02"}, 1'000, 1, "events/day=02/b", 1'000}},
                   4'000,
                   2,
                   true,
                   ""};
};

TEST_F(RowEstimates, TheNewestObjectIsScaledToAll) {
    backend.objects["data/events/day=02/b"] = lines(10).substr(0, 100);
    const std::int64_t inside = count_rows(lines(10).substr(0, 100), true).value().rows;
    const RowEstimate found = estimated();
    EXPECT_EQ(found.rows, inside * 40);
    EXPECT_NE(found.basis.find("scaled to 3.9 KiB"), std::string::npos) << found.basis;
}

TEST_F(RowEstimates, OnlyTheBeginningIsRead) {
    const std::string row(1'023, 'x');
    std::string object;
    for (std::uint64_t i = 0; i < 2 * row_sample_bytes_max / 1'024; ++i)
        object += row + "\n";
    backend.objects["data/events/day=02/b"] = object;
    size.bytes = static_cast<std::int64_t>(object.size());
    EXPECT_EQ(estimated().rows, 2 * static_cast<std::int64_t>(row_sample_bytes_max) / 1'024);
    backend.objects["data/events/day=02/b"] = std::string(2 * row_sample_bytes_max, 'x');
    const RowEstimate none = estimated();
    EXPECT_FALSE(none.rows.has_value());
    EXPECT_NE(none.basis.find("No row ends"), std::string::npos);
}

TEST_F(RowEstimates, OneWholeObjectIsACount) {
    size.partitions.erase(size.partitions.begin());
    size.objects = 1;
    size.bytes = static_cast<std::int64_t>(lines(10).size());
    backend.objects["data/events/day=02/b"] = lines(10);
    EXPECT_EQ(estimated().rows, 10);
    EXPECT_NE(estimated().basis.find("Counted"), std::string::npos);
}

TEST_F(RowEstimates, AParquetFileSaysItself) {
    // version 1, 300 rows; then row groups
    const std::string footer = std::string("\x15\x02\x26\xd8\x04", 5);
    const auto file = [&](std::size_t data, std::size_t groups) {
        std::string object(data, 'x');
        object += footer + std::string(groups, 'g');
        const std::size_t length = footer.size() + groups;
        for (unsigned i = 0; i < 4; ++i)
            object += static_cast<char>(length >> (8 * i));
        object += "PAR1";
        size.partitions[1].largest_bytes = static_cast<std::int64_t>(object.size());
        size.bytes = 2 * size.partitions[1].largest_bytes;
        backend.objects["data/events/day=02/b"] = object;
        return estimated("parquet");
    };
    EXPECT_EQ(file(1'000, 10).rows, 600);
    EXPECT_EQ(backend.count("GetObject"), 1U);
    EXPECT_EQ(file(1'000'000, 10).rows, 600);
    EXPECT_EQ(backend.count("GetObject"), 2U);
    EXPECT_EQ(file(1'000, 1'000'000).rows, 600);  // a footer that does not fit into one read
    EXPECT_EQ(backend.count("GetObject"), 4U);
    size.partitions[1].largest_bytes = 12;
    backend.objects["data/events/day=02/b"] = "PAR1" + std::string(4, '\xff') + "PAR1";
    EXPECT_NE(estimated("parquet").basis.find("longer than it is"), std::string::npos);
    backend.objects["data/events/day=02/b"] = "{}";
    EXPECT_FALSE(estimated("parquet").rows.has_value());
}

TEST_F(RowEstimates, WhatIsNotKnownSaysWhy) {
    EXPECT_FALSE(estimated("orc").rows.has_value());
    EXPECT_NE(estimated().basis.find("NoSuchKey"), std::string::npos);
    size = {};
    EXPECT_EQ(estimated().rows, 0);
}

}  // namespace
}  // namespace mcp::tools
