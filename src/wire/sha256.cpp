#include "wire/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <utility>

#include "base/bytes.h"
#include "base/check.h"

namespace wire {

namespace {

EVP_MD_CTX* context_of(void* pointer) {
    return static_cast<EVP_MD_CTX*>(pointer);
}

// Fetched once: an implicit fetch at each use takes a lock of OpenSSL's provider store.
const EVP_MD* algorithm() {
    static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
}

void start(void* context) {
    CHECK(EVP_DigestInit_ex(context_of(context), algorithm(), nullptr) == 1);
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    CHECK(context_ != nullptr);
    start(context_);
}

Sha256::~Sha256() {
    EVP_MD_CTX_free(context_of(context_));
}

Sha256::Sha256(Sha256&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}

Sha256& Sha256::operator=(Sha256&& other) noexcept {
    std::swap(context_, other.context_);
    return *this;
}

void Sha256::update(std::string_view bytes) {
    CHECK(EVP_DigestUpdate(context_of(context_), bytes.data(), bytes.size()) == 1);
}

Sha256Digest Sha256::finish() {
    Sha256Digest digest;
    unsigned int size = 0;
    CHECK(EVP_DigestFinal_ex(context_of(context_), digest.data(), &size) == 1);
    start(context_);
    return digest;
}

Sha256Digest sha256(std::string_view bytes) {
    Sha256Digest digest;
    unsigned int size = 0;
    CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, algorithm(), nullptr) == 1);
    return digest;
}

Sha256Digest hmac_sha256(std::string_view key, std::string_view message) {
    Sha256Digest digest;
    unsigned int size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    CHECK(HMAC(algorithm(), key.data(), static_cast<int>(key.size()), bytes, message.size(),
               digest.data(), &size) != nullptr);
    return digest;
}

std::string to_hex(const Sha256Digest& digest) {
    return base::to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string sha256_hex(std::string_view bytes) {
    return bytes.empty() ? std::string(empty_sha256_hex) : to_hex(sha256(bytes));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace wire
