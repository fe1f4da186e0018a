#include "services/cloudwatch/block.h"

#include <algorithm>

namespace cloudwatch {
namespace {

constexpr char format_version = 1;
// All values of the bucket are the same and known: neither sum nor maximum nor values follow.
constexpr char uniform_flag = 1;

bool is_plain(const Bucket& bucket) {
    return bucket.numbers.uniform() && bucket.values.known() && !bucket.values.rounded() &&
           bucket.values.points().size() == 1 &&
           bucket.values.points().front().value == bucket.numbers.minimum &&
           bucket.values.points().front().times == bucket.numbers.count;
}

void encode_bucket(std::string& out, const Bucket& bucket) {
    const bool plain = is_plain(bucket);
    out.push_back(static_cast<char>(bucket.unit));
    out.push_back(plain ? uniform_flag : 0);
    put_count(out, bucket.numbers.count);
    put_double(out, bucket.numbers.minimum);
    if (plain) return;
    put_double(out, bucket.numbers.maximum);
    put_double(out, bucket.numbers.sum);
    bucket.values.encode(out);
}

base::Result<Bucket> decode_bucket(std::string_view& in) {
    if (in.size() < 2) return corrupt_block();
    Bucket bucket;
    bucket.unit = static_cast<Unit>(in[0]);
    const char flags = in[1];
    in.remove_prefix(2);
    if (bucket.unit > unit_none || (flags != 0 && flags != uniform_flag)) return corrupt_block();
    TRY(count, take_count(in));
    TRY(minimum, take_double(in));
    bucket.numbers = {count, minimum * count, minimum, minimum};
    if (flags == uniform_flag) {
        bucket.values.add(minimum, count);
        return bucket;
    }
    TRY(maximum, take_double(in));
    TRY(sum, take_double(in));
    TRY(values, Distribution::decode(in));
    bucket.numbers.maximum = maximum;
    bucket.numbers.sum = sum;
    bucket.values = std::move(values);
    return bucket;
}

}  // namespace

Unit unit_of(std::string_view name) {
    std::string_view left = unit_names;
    for (Unit unit = 0; unit < unit_none; ++unit) {
        const auto comma = left.find(", ");
        if (left.substr(0, comma) == name) return unit;
        left.remove_prefix(comma + 2);
    }
    return unit_none;
}

std::string name_of(Unit unit) {
    std::string_view left = unit_names;
    for (Unit at = 0; at < unit && at < unit_none; ++at)
        left.remove_prefix(left.find(", ") + 2);
    return std::string(left.substr(0, left.find(", ")));
}

void Block::add(std::int64_t time_s, Unit unit, const Statistics& numbers,
                const Distribution& values) {
    const std::int64_t start_s = floor_to(time_s, tiers[tier_].bucket_s);
    const auto at = std::lower_bound(buckets_.begin(), buckets_.end(), std::pair(start_s, unit),
                                     [](const Bucket& bucket, const auto& wanted) {
                                         return std::pair(bucket.start_s, bucket.unit) < wanted;
                                     });
    if (at != buckets_.end() && at->start_s == start_s && at->unit == unit) {
        at->numbers.merge(numbers);
        at->values.add(values);
        return;
    }
    buckets_.insert(at, Bucket{start_s, unit, numbers, values});
}

std::string Block::encode() const {
    std::string out;
    out.push_back(format_version);
    put_varint(out, buckets_.size());
    std::int64_t before = 0;
    for (const Bucket& bucket : buckets_) {
        const std::int64_t place = (bucket.start_s - start_s_) / tiers[tier_].bucket_s;
        put_varint(out, static_cast<std::uint64_t>(place - before));
        before = place;
        encode_bucket(out, bucket);
    }
    return out;
}

base::Result<Block> Block::decode(std::size_t tier, std::int64_t start_s, std::string_view bytes) {
    if (tier >= tiers.size() || bytes.empty() || bytes.front() != format_version) {
        return corrupt_block();
    }
    bytes.remove_prefix(1);
    TRY(size, take_varint(bytes));
    if (size > buckets_max) return corrupt_block();
    Block block(tier, start_s);
    const auto places = static_cast<std::uint64_t>(tiers[tier].block_s / tiers[tier].bucket_s);
    std::uint64_t place = 0;
    for (std::uint64_t i = 0; i < size; ++i) {
        TRY(step, take_varint(bytes));
        if (step >= places || place + step >= places) return corrupt_block();
        place += step;
        TRY(bucket, decode_bucket(bytes));
        bucket.start_s = start_s + static_cast<std::int64_t>(place) * tiers[tier].bucket_s;
        if (!block.buckets_.empty() &&
            std::pair(block.buckets_.back().start_s, block.buckets_.back().unit) >=
                std::pair(bucket.start_s, bucket.unit)) {
            return corrupt_block();
        }
        block.buckets_.push_back(std::move(bucket));
    }
    if (!bytes.empty()) return corrupt_block();
    return block;
}

}  // namespace cloudwatch
