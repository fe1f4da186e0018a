#include "segment_log/cipher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"

namespace segment_log {

namespace {

const unsigned char* as_bytes(const char* from) {
    return reinterpret_cast<const unsigned char*>(from);
}
unsigned char* as_bytes(char* from) {
    return reinterpret_cast<unsigned char*>(from);
}

}  // namespace

DataKey::DataKey(base::Random& random) {
    random.fill(bytes_);
}

DataKey::~DataKey() {
    OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

Nonce frame_nonce(std::uint64_t frame_number) {
    Nonce nonce{};
    base::store_fixed(nonce.data() + nonce_bytes - sizeof(frame_number), frame_number);
    return nonce;
}

// OpenSSL refuses these calls only on bad arguments and when memory ends: a bug or the end.
Cipher::Cipher(std::span<const char, key_bytes> key)
    : seal_context_(EVP_CIPHER_CTX_new()), open_context_(EVP_CIPHER_CTX_new()) {
    CHECK(seal_context_ != nullptr && open_context_ != nullptr);
    CHECK(EVP_EncryptInit_ex(seal_context_, EVP_aes_256_gcm(), nullptr, as_bytes(key.data()),
                             nullptr) == 1);
    CHECK(EVP_DecryptInit_ex(open_context_, EVP_aes_256_gcm(), nullptr, as_bytes(key.data()),
                             nullptr) == 1);
}

Cipher::~Cipher() {
    EVP_CIPHER_CTX_free(seal_context_);
    EVP_CIPHER_CTX_free(open_context_);
}

void Cipher::seal(const Nonce& nonce, std::string_view associated,
                  std::span<const std::string_view> parts, char* out) {
    int written = 0;
    CHECK(EVP_EncryptInit_ex(seal_context_, nullptr, nullptr, nullptr, as_bytes(nonce.data())) ==
          1);
    CHECK(EVP_EncryptUpdate(seal_context_, nullptr, &written, as_bytes(associated.data()),
                            static_cast<int>(associated.size())) == 1);
    for (const std::string_view part : parts) {
        if (part.empty()) continue;
        CHECK(EVP_EncryptUpdate(seal_context_, as_bytes(out), &written, as_bytes(part.data()),
                                static_cast<int>(part.size())) == 1);
        out += written;
    }
    CHECK(EVP_EncryptFinal_ex(seal_context_, as_bytes(out), &written) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(seal_context_, EVP_CTRL_GCM_GET_TAG, tag_bytes, out) == 1);
}

bool Cipher::open(const Nonce& nonce, std::string_view associated, std::string_view sealed,
                  std::span<const std::span<char>> parts, bool check) {
    std::size_t expected = tag_bytes;
    for (const auto part : parts)
        expected += part.size();
    if (sealed.size() != expected) return false;
    std::array<char, tag_bytes> tag;
    std::copy_n(sealed.end() - tag_bytes, tag_bytes, tag.begin());
    int written = 0;
    CHECK(EVP_DecryptInit_ex(open_context_, nullptr, nullptr, nullptr, as_bytes(nonce.data())) ==
          1);
    CHECK(EVP_DecryptUpdate(open_context_, nullptr, &written, as_bytes(associated.data()),
                            static_cast<int>(associated.size())) == 1);
    const char* from = sealed.data();
    for (const auto part : parts) {
        if (part.empty()) continue;
        CHECK(EVP_DecryptUpdate(open_context_, as_bytes(part.data()), &written, as_bytes(from),
                                static_cast<int>(part.size())) == 1);
        from += part.size();
    }
    CHECK(EVP_CIPHER_CTX_ctrl(open_context_, EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1);
    unsigned char nothing[tag_bytes];
    const bool authentic = EVP_DecryptFinal_ex(open_context_, nothing, &written) == 1;
    return authentic || !check;
}

std::string wrap_key(const DataKey& key, const MasterKey& master_key, std::string_view associated,
                     base::Random& random) {
    CHECK(master_key.bytes.size() == key_bytes);
    Nonce nonce;
    random.fill(nonce);
    std::string wrapped(nonce.data(), nonce.size());
    wrapped.resize(wrapped_key_bytes);
    const std::string_view parts[] = {{key.bytes().data(), key_bytes}};
    Cipher cipher(std::span<const char, key_bytes>(master_key.bytes.data(), key_bytes));
    cipher.seal(nonce, associated, parts, wrapped.data() + nonce_bytes);
    return wrapped;
}

base::Result<DataKey> unwrap_key(std::string_view wrapped, const MasterKey& master_key,
                                 std::string_view associated) {
    CHECK(master_key.bytes.size() == key_bytes);
    if (wrapped.size() != wrapped_key_bytes) {
        return base::Error{base::ErrorKind::corrupt, "a wrapped key has another size", ""};
    }
    Nonce nonce;
    std::copy_n(wrapped.begin(), nonce_bytes, nonce.begin());
    DataKey key;
    const std::span<char> parts[] = {key.bytes()};
    Cipher cipher(std::span<const char, key_bytes>(master_key.bytes.data(), key_bytes));
    if (!cipher.open(nonce, associated, wrapped.substr(nonce_bytes), parts)) {
        return base::Error{base::ErrorKind::corrupt, "the data key does not open", ""};
    }
    return key;
}

}  // namespace segment_log
