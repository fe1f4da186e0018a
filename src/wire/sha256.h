// SHA-256 and HMAC-SHA-256 as SigV4 needs them. OpenSSL only, so that statically linked clients can
// use it too.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace wire {

using Sha256Digest = std::array<unsigned char, 32>;

// Hash of everything given to update. One thread at a time.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::string_view bytes);
    // The digest; afterwards the hash is empty again.
    Sha256Digest finish();

  private:
    void* context_;  // EVP_MD_CTX
};

Sha256Digest sha256(std::string_view bytes);
Sha256Digest hmac_sha256(std::string_view key, std::string_view message);

// Lower-case hexadecimal.
std::string to_hex(const Sha256Digest& digest);
std::string sha256_hex(std::string_view bytes);

// Compares in a time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// sha256_hex("")
inline constexpr std::string_view empty_sha256_hex =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

}  // namespace wire
