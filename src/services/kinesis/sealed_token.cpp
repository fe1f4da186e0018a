#include "services/kinesis/sealed_token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

#include "base/check.h"
#include "wire/base64.h"

namespace kinesis {
namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
// AWS's iterators begin with these eight bytes, "AAAAAAAAAAE" in base64; ours too: a format number.
constexpr std::string_view head{"\0\0\0\0\0\0\0\1", 8};

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

TokenSealer::TokenSealer(std::string_view master_key, base::Random& random) : random_(&random) {
    constexpr std::string_view label = "datastack kinesis tokens 1";
    unsigned int size = 0;
    HMAC(EVP_sha256(), master_key.data(), static_cast<int>(master_key.size()), raw(label),
         label.size(), key_.data(), &size);
    CHECK(size == key_.size());
}

std::string TokenSealer::seal(std::string_view purpose, std::string_view plain) const {
    std::string out(head);
    out += random_->bytes(nonce_bytes);
    const std::size_t body = out.size();
    out.resize(body + plain.size() + tag_bytes);
    Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int written = 0;
    bool good = EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(),
                                   raw(out) + head.size()) == 1;
    good = good && EVP_EncryptUpdate(cipher.get(), nullptr, &written, raw(purpose),
                                     static_cast<int>(purpose.size())) == 1;
    good = good && EVP_EncryptUpdate(cipher.get(), raw(out) + body, &written, raw(plain),
                                     static_cast<int>(plain.size())) == 1;
    good = good && EVP_EncryptFinal_ex(cipher.get(), raw(out) + body + written, &written) == 1;
    good = good && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes,
                                       raw(out) + body + plain.size()) == 1;
    CHECK(good);
    return wire::encode_base64(out);
}

std::optional<std::string> TokenSealer::open(std::string_view purpose,
                                             std::string_view token) const {
    if (token.size() > token_chars_max) return std::nullopt;
    auto decoded = wire::decode_base64(token);
    if (!decoded) return std::nullopt;
    std::string& bytes = decoded.value();
    const std::size_t body = head.size() + nonce_bytes;
    if (bytes.size() < body + tag_bytes || !bytes.starts_with(head)) {
        return std::nullopt;
    }
    const std::size_t plain_bytes = bytes.size() - body - tag_bytes;
    std::string plain(plain_bytes, '\0');
    Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    int written = 0;
    bool good = EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(),
                                   raw(bytes) + head.size()) == 1;
    good = good && EVP_DecryptUpdate(cipher.get(), nullptr, &written, raw(purpose),
                                     static_cast<int>(purpose.size())) == 1;
    good = good && EVP_DecryptUpdate(cipher.get(), raw(plain), &written, raw(bytes) + body,
                                     static_cast<int>(plain_bytes)) == 1;
    good = good && EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes,
                                       raw(bytes) + body + plain_bytes) == 1;
    good = good && EVP_DecryptFinal_ex(cipher.get(), raw(plain) + written, &written) == 1;
    if (!good) return std::nullopt;
    return plain;
}

}  // namespace kinesis
