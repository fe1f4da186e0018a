#include "aws/token_sealer.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>

#include "base/check.h"
#include "wire/base64.h"
#include "wire/sha256.h"

namespace aws {

namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
int length(std::string_view text) {
    return static_cast<int>(text.size());
}

}  // namespace

TokenSealer::TokenSealer(std::string_view master_key, std::string_view label, base::Random& random,
                         std::string_view head)
    : key_(wire::hmac_sha256(master_key, label)), head_(head), random_(random) {}

TokenSealer::~TokenSealer() {
    OPENSSL_cleanse(key_.data(), key_.size());
}

std::string TokenSealer::seal(std::string_view purpose, std::string_view plain) const {
    std::string out = head_ + random_.bytes(nonce_bytes);
    const std::size_t body = out.size();
    out.resize(body + plain.size() + tag_bytes);
    const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    unsigned char* to = raw(out);
    int written = 0;
    bool good = EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(),
                                   to + head_.size()) == 1;
    good = good &&
           EVP_EncryptUpdate(cipher.get(), nullptr, &written, raw(purpose), length(purpose)) == 1;
    good = good &&
           EVP_EncryptUpdate(cipher.get(), to + body, &written, raw(plain), length(plain)) == 1;
    good = good && EVP_EncryptFinal_ex(cipher.get(), to + body + written, &written) == 1;
    good = good && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes,
                                       to + body + plain.size()) == 1;
    CHECK(good);
    return wire::encode_base64(out);
}

std::optional<std::string> TokenSealer::open(std::string_view purpose,
                                             std::string_view token) const {
    if (token.size() > sealed_token_chars_max) return std::nullopt;
    auto decoded = wire::decode_base64(token);
    if (!decoded.has_value()) return std::nullopt;
    std::string& sealed = decoded.value();
    const std::size_t body = head_.size() + nonce_bytes;
    if (sealed.size() < body + tag_bytes || !sealed.starts_with(head_)) return std::nullopt;
    const std::size_t plain_bytes = sealed.size() - body - tag_bytes;
    std::string plain(plain_bytes, '\0');
    const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    unsigned char* from = raw(sealed);
    int written = 0;
    bool good = EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(),
                                   from + head_.size()) == 1;
    good = good &&
           EVP_DecryptUpdate(cipher.get(), nullptr, &written, raw(purpose), length(purpose)) == 1;
    good = good && EVP_DecryptUpdate(cipher.get(), raw(plain), &written, from + body,
                                     static_cast<int>(plain_bytes)) == 1;
    good = good && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes,
                                       from + body + plain_bytes) == 1;
    good = good && EVP_DecryptFinal_ex(cipher.get(), raw(plain) + written, &written) == 1;
    if (!good) return std::nullopt;
    return plain;
}

}  // namespace aws
