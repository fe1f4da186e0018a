#include "mcp/tools/row_estimate.h"

#include <cmath>

#include "mcp/tools/parquet_footer.h"
#include "wire/gzip.h"

namespace mcp::tools {

namespace {

using base::Error;
using base::ErrorKind;

class LineCounter {
  public:
    void take(std::string_view text) {
        for (const char c : text) {
            if (c == '\n') {
                if (filled_) ++lines_;
                filled_ = false;
            } else if (c != '\r' && c != ' ' && c != '\t') {
                filled_ = true;
            }
        }
    }
    // `whole`: the last line has ended too.
    std::int64_t lines(bool whole) const { return lines_ + (whole && filled_ ? 1 : 0); }

  private:
    std::int64_t lines_ = 0;
    bool filled_ = false;
};

bool has_lines(const CatalogTable& table) {
    for (const char* format : {"json", "csv", "text", "regex"}) {
        if (table.format == format) return true;
    }
    return false;
}

// The object to look into: of the newest partition with data, else the largest of all.
const PartitionBytes* place_of_sample(const CatalogTable& table, const TableSize& size) {
    const PartitionBytes* found = nullptr;
    for (const PartitionBytes& one : size.partitions) {
        if (one.largest_bytes == 0) continue;
        if (found == nullptr || one.values.size() == table.partition_keys.size()) found = &one;
    }
    return found;
}

// `of`: "the first 3 KiB of one object"
RowEstimate scale(const SampledRows& sample, bool whole, const TableSize& size,
                  const std::string& of) {
    RowEstimate out;
    if (sample.rows == 0) {
        out.basis = "No row ends in " + of + ".";
        return out;
    }
    const double per_byte = static_cast<double>(sample.rows) / static_cast<double>(sample.bytes);
    out.rows = std::llround(per_byte * static_cast<double>(size.bytes));
    if (whole && size.objects == 1 && size.complete) {
        out.basis = "Counted: there is one object.";
        return out;
    }
    out.basis = plural(sample.rows, "row") + " in " + of + " of the newest data, scaled to " +
                human_bytes(size.bytes) + (size.complete ? "." : ", itself a lower bound.");
    return out;
}

struct Sampling : std::enable_shared_from_this<Sampling> {
    Sampling(Backend& b, TableSize s, std::string i, const PartitionBytes& place,
             base::UniqueFunction<void(RowEstimate)> d)
        : backend(b),
          size(std::move(s)),
          bucket(std::move(i)),
          key(place.largest_key),
          object_bytes(static_cast<std::uint64_t>(place.largest_bytes)),
          done(std::move(d)) {}

    void read(std::uint64_t offset, void (Sampling::*then)(const ObjectPart& part)) {
        backend.read_object(bucket, key, offset, row_sample_bytes_max,
                            [self = shared_from_this(), then](aws::Reply<ObjectPart> reply) {
                                if (!reply)
                                    return self->done({std::nullopt, describe(reply.error())});
                                ((*self).*then)(reply.value());
                            });
    }
    void give_up(const base::Error& error) {
        done({std::nullopt,
              "The object that was looked into cannot be counted: " + error.message + "."});
    }

    // ---- lines ----

    void take_lines(const ObjectPart& part) {
        const bool whole = part.bytes.size() >= part.object_bytes;
        const auto sample = count_rows(part.bytes, whole);
        if (!sample) return give_up(sample.error());
        done(scale(sample.value(), whole, size,
                   (whole ? "the " : "the first ") + human_bytes(sample.value().bytes) +
                       " of one object"));
    }

    // ---- Parquet ----

    void take_tail(const ObjectPart& part) {
        const auto length = parquet_footer_bytes(part.bytes);
        if (!length) return give_up(length.error());
        const std::uint64_t from_end = std::uint64_t{length.value()} + parquet_tail_bytes;
        if (from_end > object_bytes) {
            return give_up({base::ErrorKind::corrupt, "its footer is longer than it is", ""});
        }
        if (from_end > part.bytes.size()) {
            return read(object_bytes - from_end, &Sampling::take_footer);
        }
        ObjectPart footer;
        footer.bytes = part.bytes.substr(part.bytes.size() - from_end);
        take_footer(footer);
    }
    void take_footer(const ObjectPart& part) {
        const auto rows = parquet_rows(part.bytes);
        if (!rows) return give_up(rows.error());
        const auto bytes = static_cast<std::int64_t>(object_bytes);
        done(scale({rows.value(), bytes}, true, size,
                   "the " + human_bytes(bytes) + " of one object"));
    }

    Backend& backend;
    const TableSize size;
    const std::string bucket;
    const std::string key;
    const std::uint64_t object_bytes;
    base::UniqueFunction<void(RowEstimate)> done;
};

}  // namespace

base::Result<SampledRows> count_rows(std::string_view bytes, bool whole) {
    LineCounter counter;
    SampledRows out;
    out.bytes = static_cast<std::int64_t>(bytes.size());
    const bool gzip = bytes.starts_with("\x1f\x8b");
    if (!gzip) {
        if (bytes.starts_with("\x28\xb5\x2f\xfd") || bytes.starts_with("BZh")) {
            return Error{ErrorKind::unsupported, "it is packed in another way than gzip", ""};
        }
        counter.take(bytes);
    } else {
        wire::GzipReader reader(row_sample_text_bytes_max);
        wire::GzipReader::Sink sink = [&counter](std::string_view piece) -> base::Result<void> {
            counter.take(piece);
            return base::ok();
        };
        TRY_VOID(reader.write(bytes, sink));
    }
    out.rows = counter.lines(whole);
    return out;
}

void estimate_rows(Backend& backend, const CatalogTable& table, const TableSize& size,
                   base::UniqueFunction<void(RowEstimate)> done) {
    if (size.bytes == 0) return done({0, "There is no data."});
    const auto location = parse_location(table.location);
    const bool parquet = table.format == "parquet";
    if (!location || (!parquet && !has_lines(table))) {
        return done({std::nullopt, "Rows are estimated for JSON, CSV, text and Parquet only."});
    }
    const PartitionBytes* place = place_of_sample(table, size);
    if (place == nullptr) return done({std::nullopt, "There is no object with data."});
    const auto work =
        std::make_shared<Sampling>(backend, size, location->bucket, *place, std::move(done));
    if (!parquet) return work->read(0, &Sampling::take_lines);
    const std::uint64_t skipped =
        work->object_bytes > row_sample_bytes_max ? work->object_bytes - row_sample_bytes_max : 0;
    work->read(skipped, &Sampling::take_tail);
}

}  // namespace mcp::tools
