#include "services/kms/ciphertext.h"

#include <openssl/crypto.h>

#include <array>

#include "base/bytes.h"
#include "wire/sha256.h"

namespace kms {
namespace {

constexpr char format = 1;
constexpr std::size_t id_bytes = 16;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t salt_at = 1 + id_bytes + 4;
constexpr std::size_t head_bytes = salt_at + salt_bytes;
constexpr std::string_view label = "datastack kms message";

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

// The 16 bytes of a UUID in lower case.
std::string pack_id(const std::string& uuid) {
    std::string bytes;
    int high = -1;
    for (const char digit : uuid) {
        const int value = hex_value(digit);
        if (value < 0) continue;
        if (high < 0) {
            high = value;
        } else {
            bytes.push_back(static_cast<char>(high * 16 + value));
            high = -1;
        }
    }
    bytes.resize(id_bytes);
    return bytes;
}

std::string unpack_id(std::string_view bytes) {
    const std::string hex = base::to_hex(bytes);
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
           hex.substr(16, 4) + "-" + hex.substr(20);
}

// The head of the blob and the context, each text behind its length: no two contexts look alike.
std::string associated(std::string_view head, const Context& context) {
    std::string out(head);
    const auto add = [&out](const std::string& text) {
        base::append_fixed(out, static_cast<std::uint32_t>(text.size()));
        out += text;
    };
    for (const auto& [key, value] : context) {
        add(key);
        add(value);
    }
    return out;
}

// The key of one message; wiped when it goes.
class MessageKey {
  public:
    MessageKey(const segment_log::DataKey& material, std::string_view salt) {
        const std::string message = std::string(label).append(salt);
        digest_ = wire::hmac_sha256({material.bytes().data(), segment_log::key_bytes}, message);
    }
    ~MessageKey() { OPENSSL_cleanse(digest_.data(), digest_.size()); }
    MessageKey(const MessageKey&) = delete;
    MessageKey& operator=(const MessageKey&) = delete;

    std::span<const char, segment_log::key_bytes> bytes() const {
        return std::span<const char, segment_log::key_bytes>(
            reinterpret_cast<const char*>(digest_.data()), segment_log::key_bytes);
    }

  private:
    wire::Sha256Digest digest_;
};

constexpr segment_log::Nonce zero_nonce{};

}  // namespace

std::optional<CiphertextHead> read_head(std::string_view blob) {
    if (blob.size() < head_bytes + segment_log::tag_bytes || blob[0] != format) {
        return std::nullopt;
    }
    return CiphertextHead{unpack_id(blob.substr(1, id_bytes)),
                          base::load_fixed<std::uint32_t>(blob.data() + 1 + id_bytes)};
}

std::string seal_message(const CiphertextHead& head, const segment_log::DataKey& material,
                         std::string_view plain, const Context& context, base::Random& random) {
    std::string blob(1, format);
    blob += pack_id(head.key_id);
    base::append_fixed(blob, head.material);
    const std::string salt = random.bytes(salt_bytes);
    blob += salt;
    const std::string bound = associated(blob, context);
    blob.resize(head_bytes + plain.size() + segment_log::tag_bytes);
    const MessageKey key(material, salt);
    const std::string_view parts[] = {plain};
    segment_log::Cipher(key.bytes()).seal(zero_nonce, bound, parts, blob.data() + head_bytes);
    return blob;
}

std::optional<std::string> open_message(const segment_log::DataKey& material, std::string_view blob,
                                        const Context& context) {
    if (blob.size() < head_bytes + segment_log::tag_bytes) return std::nullopt;
    const std::string_view head = blob.substr(0, head_bytes);
    std::string plain(blob.size() - head_bytes - segment_log::tag_bytes, '\0');
    const MessageKey key(material, head.substr(salt_at));
    const std::span<char> parts[] = {std::span<char>(plain)};
    if (!segment_log::Cipher(key.bytes())
             .open(zero_nonce, associated(head, context), blob.substr(head_bytes), parts)) {
        return std::nullopt;
    }
    return plain;
}

}  // namespace kms
