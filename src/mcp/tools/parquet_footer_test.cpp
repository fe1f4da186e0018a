#include "mcp/tools/parquet_footer.h"

#include <gtest/gtest.h>

namespace mcp::tools {
namespace {

using namespace std::string_literals;

// FileMetaData: version 1, a schema of one element named "a" with a type and a list of lists in it,
// 300 rows, then row groups that are cut off.
const std::string footer =
    "\x15\x02"  // 1: i32 1
    "\x19\x1c"  // 2: list of one structure
    "\x15\x04\x38\x01"
    "a"                     //    1: i32 2; 4: "a"
    "\x19\x29\x15\x02\x04"  //    5: list of two lists: [i32 1] and nothing
    "\x00"                  //    its end
    "\x16\xd8\x04"          // 3: i64 300
    "\x19\xfc"s;            // 4: a long list, cut off

TEST(ParquetFooter, HasItsLengthAndItsRows) {
    EXPECT_EQ(parquet_footer_bytes("…\x10\x27\x00\x00PAR1"s).value(), 10'000U);
    EXPECT_FALSE(parquet_footer_bytes("\x10\x00\x00\x00PARE"s));
    EXPECT_FALSE(parquet_footer_bytes("PAR1"));
    EXPECT_FALSE(parquet_footer_bytes(""));
}

TEST(ParquetFooter, RowsComeBehindTheSchema) {
    EXPECT_EQ(parquet_rows("\x16\x02"s + "\x00"s).error().kind, base::ErrorKind::corrupt);
    EXPECT_EQ(parquet_rows("\x15\x02\x26\x14\x00"s).value(), 10);  // field 2 left out
    EXPECT_EQ(parquet_rows("\x06\x06\x14\x00"s).value(), 10);      // a long field header
    EXPECT_FALSE(parquet_rows("\x15\x02\x26\x13\x00"s));           // -10
    EXPECT_FALSE(parquet_rows("\x15\x02\x25\x14\x00"s));           // not an i64
    EXPECT_FALSE(parquet_rows("\x15\x02\x00"s));                   // no rows at all
}

TEST(ParquetFooter, AnyPrefixIsRefusedAndNothingElseIsRead) {
    const auto rows = parquet_rows(footer);
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(rows.value(), 300);
    const std::size_t needed = footer.size() - 2;
    for (std::size_t length = 0; length < needed; ++length)
        EXPECT_FALSE(parquet_rows(std::string_view(footer).substr(0, length))) << length;
}

TEST(ParquetFooter, WhatIsHostileEnds) {
    EXPECT_FALSE(parquet_rows(std::string(100'000, '\x1c')));  // structures in structures
    EXPECT_FALSE(parquet_rows(std::string(100'000, '\x99')));  // lists of lists
    EXPECT_FALSE(parquet_rows("\x19\xf1\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s));  // a vast list
    EXPECT_FALSE(parquet_rows("\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s));  // a vast text
    EXPECT_FALSE(parquet_rows("\x1b\xff\xff\x03\x11"s));                          // a vast map
    EXPECT_FALSE(parquet_rows("\x16" + std::string(20, '\xff')));                 // no end
    std::string deep;
    for (int i = 0; i <= thrift_depth_max; ++i)
        deep += '\x1c';
    // as deep as is allowed: structures that end again, then the rows
    EXPECT_EQ(parquet_rows(deep + std::string(thrift_depth_max + 1, '\0') + "\x26\x02"s).value(),
              1);
    EXPECT_FALSE(
        parquet_rows("\x1c" + deep + std::string(thrift_depth_max + 2, '\0') + "\x26\x02"s));
}

}  // namespace
}  // namespace mcp::tools
