#include "mcp/tools/parquet_footer.h"

namespace mcp::tools {

namespace {

using base::Error;
using base::ErrorKind;

Error corrupt() {
    return Error{ErrorKind::corrupt, "not the footer of a Parquet file", ""};
}

enum ThriftType : std::uint8_t {
    stop = 0,
    true_value = 1,
    false_value = 2,
    byte = 3,
    i16 = 4,
    i32 = 5,
    i64 = 6,
    real = 7,
    binary = 8,
    list = 9,
    set = 10,
    map = 11,
    structure = 12,
};

class ThriftReader {
  public:
    explicit ThriftReader(std::string_view bytes) : rest_(bytes) {}

    base::Result<std::uint8_t> take_byte() {
        if (rest_.empty()) return corrupt();
        const auto value = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }
    base::Result<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            TRY(next, take_byte());
            value |= static_cast<std::uint64_t>(next & 0x7FU) << shift;
            if ((next & 0x80U) == 0) return value;
        }
        return corrupt();
    }
    base::Result<std::int64_t> zigzag() {
        TRY(value, varint());
        return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
    }
    // The header of the next field of a structure; `id` is the one before, and becomes this one's.
    base::Result<std::uint8_t> field(std::int64_t& id) {
        TRY(head, take_byte());
        const auto type = static_cast<std::uint8_t>(head & 0x0FU);
        if (type == stop) return type;
        const unsigned delta = head >> 4U;
        if (delta > 0) {
            id += delta;
        } else {
            TRY(written, zigzag());
            id = written;
        }
        return type;
    }
    base::Result<void> skip(std::uint8_t type, int depth, bool in_list = false) {
        if (depth > thrift_depth_max) return corrupt();
        switch (type) {
            case true_value:
            case false_value:
                return drop(in_list ? 1 : 0);
            case byte:
                return drop(1);
            case i16:
            case i32:
            case i64: {
                TRY_VOID(varint());
                return base::ok();
            }
            case real:
                return drop(8);
            case binary: {
                TRY(length, varint());
                return drop(length);
            }
            case list:
            case set:
                return skip_list(depth);
            case map:
                return skip_map(depth);
            case structure:
                return skip_structure(depth);
            default:
                return corrupt();
        }
    }

  private:
    base::Result<void> drop(std::uint64_t count) {
        if (count > rest_.size()) return corrupt();
        rest_.remove_prefix(count);
        return base::ok();
    }
    // Every element takes a byte at least, but for structures without fields, which take one too.
    base::Result<void> skip_all(std::uint8_t type, std::uint64_t count, int depth) {
        if (count > rest_.size()) return corrupt();
        for (std::uint64_t i = 0; i < count; ++i) {
            TRY_VOID(skip(type, depth + 1, true));
        }
        return base::ok();
    }
    base::Result<void> skip_list(int depth) {
        TRY(head, take_byte());
        std::uint64_t count = head >> 4U;
        if (count == 15) {
            TRY(written, varint());
            count = written;
        }
        return skip_all(static_cast<std::uint8_t>(head & 0x0FU), count, depth);
    }
    base::Result<void> skip_map(int depth) {
        TRY(count, varint());
        if (count == 0) return base::ok();
        if (count > rest_.size()) return corrupt();
        TRY(types, take_byte());
        for (std::uint64_t i = 0; i < count; ++i) {
            TRY_VOID(skip(static_cast<std::uint8_t>(types >> 4U), depth + 1, true));
            TRY_VOID(skip(static_cast<std::uint8_t>(types & 0x0FU), depth + 1, true));
        }
        return base::ok();
    }
    base::Result<void> skip_structure(int depth) {
        std::int64_t id = 0;
        while (true) {
            TRY(type, field(id));
            if (type == stop) return base::ok();
            TRY_VOID(skip(type, depth + 1));
        }
    }

    std::string_view rest_;
};

}  // namespace

base::Result<std::uint32_t> parquet_footer_bytes(std::string_view tail) {
    if (tail.size() < parquet_tail_bytes || !tail.ends_with("PAR1")) return corrupt();
    tail.remove_prefix(tail.size() - parquet_tail_bytes);
    std::uint32_t length = 0;
    for (unsigned i = 0; i < 4; ++i)
        length |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(tail[i])) << (8 * i);
    return length;
}

base::Result<std::int64_t> parquet_rows(std::string_view footer) {
    constexpr std::int64_t num_rows = 3;  // of FileMetaData
    ThriftReader reader(footer);
    std::int64_t id = 0;
    while (true) {
        TRY(type, reader.field(id));
        if (type == stop) return corrupt();
        if (id == num_rows) {
            if (type != i64) return corrupt();
            TRY(rows, reader.zigzag());
            if (rows < 0) return corrupt();
            return rows;
        }
        TRY_VOID(reader.skip(type, 0));
    }
}

}  // namespace mcp::tools
