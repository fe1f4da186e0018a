// AWS's per-shard limits, off by default (`--limits aws`): 1,000 records/s and 1 MiB/s written,
// 5 GetRecords/s and 2 MiB/s read.
#pragma once

#include <cstdint>
#include <optional>

namespace kinesis {

// A bucket of `per_second` tokens that refills evenly and holds one second's worth. Not for several
// threads at once.
class TokenBucket {
  public:
    explicit TokenBucket(double per_second) : per_second_(per_second), tokens_(per_second) {}
    // True when `amount` tokens are there (or the bucket is full, for amounts larger than it).
    bool has(double amount, std::int64_t now_ns) {
        refill(now_ns);
        return tokens_ >= amount || tokens_ >= per_second_;
    }
    // May go below zero: what was taken in one piece is paid back by waiting.
    void take(double amount) { tokens_ -= amount; }

  private:
    void refill(std::int64_t now_ns) {
        const double elapsed_s = static_cast<double>(now_ns - last_ns_.value_or(now_ns)) / 1e9;
        tokens_ += elapsed_s * per_second_;
        if (tokens_ > per_second_) tokens_ = per_second_;
        last_ns_ = now_ns;
    }

    double per_second_;
    double tokens_;
    std::optional<std::int64_t> last_ns_;
};

struct ShardLimits {
    TokenBucket write_records{1000};
    TokenBucket write_bytes{1024.0 * 1024};
    TokenBucket read_calls{5};
    TokenBucket read_bytes{2.0 * 1024 * 1024};

    bool admit_write(double bytes, std::int64_t now_ns) {
        if (!write_records.has(1, now_ns) || !write_bytes.has(bytes, now_ns)) return false;
        write_records.take(1);
        write_bytes.take(bytes);
        return true;
    }
    bool admit_read(std::int64_t now_ns) {
        if (!read_calls.has(1, now_ns) || !read_bytes.has(1, now_ns)) return false;
        read_calls.take(1);
        return true;
    }
    // What a read returned: up to 10 MiB, paid back over the next 5 seconds as on AWS.
    void charge_read(double bytes) { read_bytes.take(bytes); }
};

}  // namespace kinesis
