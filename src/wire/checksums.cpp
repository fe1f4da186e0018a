#include "wire/checksums.h"

#include <isa-l/crc.h>
#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/base64.h"
#include "wire/crc64.h"
#include "wire/http.h"

namespace wire {

namespace {

// ISA-L takes lengths as int.
constexpr std::size_t crc_piece_bytes_max = std::size_t{1} << 30;

template <class T, T (*Update)(std::string_view, T), std::size_t Size>
class Crc final : public Checksum {
  public:
    void update(std::string_view bytes) override { value_ = Update(bytes, value_); }
    std::string finish() override {
        std::string raw;
        base::append_ordered(raw, value_);
        return raw;
    }

  private:
    T value_ = 0;
};

class Digest final : public Checksum {
  public:
    explicit Digest(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new()) {
        CHECK(context_ != nullptr && EVP_DigestInit_ex(context_, algorithm, nullptr) == 1);
    }
    ~Digest() override { EVP_MD_CTX_free(context_); }
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;

    void update(std::string_view bytes) override {
        CHECK(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1);
    }
    std::string finish() override {
        unsigned char raw[EVP_MAX_MD_SIZE];
        unsigned size = 0;
        CHECK(EVP_DigestFinal_ex(context_, raw, &size) == 1);
        return {reinterpret_cast<const char*>(raw), size};
    }

  private:
    EVP_MD_CTX* context_;
};

constexpr std::string_view names[] = {"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "MD5"};

// Polynomials over GF(2) modulo `polynomial`, both with the highest power in the lowest bit.
template <class T>
T times_x(T value, T polynomial) {
    return static_cast<T>(value >> 1) ^ ((value & 1) != 0 ? polynomial : T{0});
}

template <class T>
T multiply(T a, T b, T polynomial) {
    constexpr T one = T{1} << (sizeof(T) * 8 - 1);
    T product = 0;
    for (T bit = one; bit != 0; bit >>= 1) {
        if ((a & bit) != 0) product ^= b;
        b = times_x(b, polynomial);
    }
    return product;
}

// `a` followed by `length_b` zero bytes, plus `b`.
template <class T>
T combine(T a, T b, std::uint64_t length_b, T polynomial) {
    constexpr T one = T{1} << (sizeof(T) * 8 - 1);
    T square = one;  // x^8 to start with
    for (int i = 0; i < 8; ++i)
        square = times_x(square, polynomial);
    T power = one;
    for (; length_b != 0; length_b >>= 1) {
        if ((length_b & 1) != 0) power = multiply(power, square, polynomial);
        square = multiply(square, square, polynomial);
    }
    return multiply(a, power, polynomial) ^ b;
}

template <class T>
std::optional<std::string> combine_raw(std::string_view a, std::string_view b,
                                       std::uint64_t length_b, T polynomial) {
    if (a.size() != sizeof(T) || b.size() != sizeof(T)) return std::nullopt;
    std::string raw;
    base::append_ordered(raw, combine(base::load_ordered<T>(a.data()),
                                      base::load_ordered<T>(b.data()), length_b, polynomial));
    return raw;
}

}  // namespace

std::optional<ChecksumKind> checksum_kind(std::string_view name) {
    for (std::size_t i = 0; i < std::size(names); ++i) {
        if (equals_ignoring_case(name, names[i])) return static_cast<ChecksumKind>(i);
    }
    return std::nullopt;
}

std::string_view checksum_name(ChecksumKind kind) {
    return names[static_cast<std::size_t>(kind)];
}

std::unique_ptr<Checksum> Checksum::make(ChecksumKind kind) {
    switch (kind) {
        case ChecksumKind::crc32:
            return std::make_unique<Crc<std::uint32_t, &crc32, 4>>();
        case ChecksumKind::crc32c:
            return std::make_unique<Crc<std::uint32_t, &crc32c, 4>>();
        case ChecksumKind::crc64nvme:
            return std::make_unique<Crc<std::uint64_t, &crc64nvme, 8>>();
        case ChecksumKind::sha1:
            return std::make_unique<Digest>(EVP_sha1());
        case ChecksumKind::sha256:
            return std::make_unique<Digest>(EVP_sha256());
        case ChecksumKind::md5:
            return std::make_unique<Digest>(EVP_md5());
    }
    return nullptr;
}

std::unique_ptr<Checksum> Checksum::make(std::string_view name) {
    const auto kind = checksum_kind(name);
    return kind.has_value() ? make(*kind) : nullptr;
}

std::string Checksum::finish_base64() {
    return encode_base64(finish());
}

std::string Checksum::finish_hex() {
    return base::to_hex(finish());
}

std::string checksum(ChecksumKind kind, std::string_view bytes) {
    const auto sum = Checksum::make(kind);
    sum->update(bytes);
    return sum->finish();
}

std::uint32_t crc32(std::string_view bytes, std::uint32_t before) {
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, crc_piece_bytes_max);
        before = crc32_gzip_refl(before, reinterpret_cast<const unsigned char*>(piece.data()),
                                 piece.size());
        bytes.remove_prefix(piece.size());
    }
    return before;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, crc_piece_bytes_max);
        // Not written through: ISA-L's signature only lacks the const.
        auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));
        before = ~crc32_iscsi(data, static_cast<int>(piece.size()), ~before);
        bytes.remove_prefix(piece.size());
    }
    return before;
}

std::optional<std::string> combine_crc(ChecksumKind kind, std::string_view a, std::string_view b,
                                       std::uint64_t length_b) {
    switch (kind) {
        case ChecksumKind::crc32:
            return combine_raw<std::uint32_t>(a, b, length_b, 0xEDB88320U);
        case ChecksumKind::crc32c:
            return combine_raw<std::uint32_t>(a, b, length_b, 0x82F63B78U);
        case ChecksumKind::crc64nvme:
            return combine_raw<std::uint64_t>(a, b, length_b, crc64nvme_polynomial);
        default:
            return std::nullopt;
    }
}

}  // namespace wire
