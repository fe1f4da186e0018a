#include "aws/credentials.h"

#include <algorithm>
#include <charconv>

#include "wire/base64.h"
#include "wire/json.h"
#include "wire/sha256.h"

namespace aws {

namespace {

constexpr const char* key_label = "datastack session tokens 1";

// What a session token holds.
struct Session {
    std::string secret;
    std::string account;
    std::string arn;
    std::string user_id;
    std::int64_t expires_ms = 0;

    static constexpr auto members() {
        return std::tuple{shape::member("s", &Session::secret),
                          shape::member("a", &Session::account), shape::member("r", &Session::arn),
                          shape::member("u", &Session::user_id),
                          shape::member("e", &Session::expires_ms)};
    }
};

constexpr std::string_view id_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view temporary_prefix = "ASIA";
constexpr std::size_t key_id_bytes = 10;  // 16 characters of base32
constexpr std::size_t account_digits = 12;

// As AWS writes it: of the first 48 bits the highest is set, the next 40 are the account's number,
// and everything behind is random.
std::string make_key_id(const std::string& account, base::Random& random) {
    std::uint64_t number = 0;
    std::from_chars(account.data(), account.data() + account.size(), number);
    std::string bytes = random.bytes(key_id_bytes);
    std::uint64_t head = (std::uint64_t{1} << 47) | (number & ((std::uint64_t{1} << 40) - 1)) << 7 |
                         (static_cast<unsigned char>(bytes[5]) & 127);
    for (std::size_t i = 6; i-- > 0; head >>= 8)
        bytes[i] = static_cast<char>(head & 255);
    std::string id(temporary_prefix);
    std::uint64_t bits = 0;
    int count = 0;
    for (const char byte : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(byte);
        for (count += 8; count >= 5; count -= 5)
            id.push_back(id_alphabet[bits >> (count - 5) & 31]);
    }
    return id;
}

}  // namespace

std::string role_id_of_arn(const std::string& role_arn) {
    std::string id = "AROA";
    const wire::Sha256Digest digest = wire::sha256(role_arn);
    for (std::size_t i = 0; i < 17; ++i)
        id.push_back(id_alphabet[digest[i] & 31]);
    return id;
}

Caller root_caller(const std::string& account, const std::string& access_key_id) {
    return {.account = account,
            .access_key_id = access_key_id,
            .arn = "arn:aws:iam::" + account + ":root",
            .user_id = account};
}

CredentialStore::CredentialStore(RootKeys root, std::string_view master_key,
                                 const base::Clock& clock, base::Random& random)
    : root_(std::move(root)),
      sealer_(master_key, key_label, random),
      clock_(clock),
      random_(random) {}

std::optional<KnownKey> CredentialStore::find(const std::string& access_key_id,
                                              const std::string& session_token) const {
    if (access_key_id == root_.access_key_id) {
        // A token with a key that has none is a mistake of the client's environment: refuse.
        if (!session_token.empty()) return std::nullopt;
        return KnownKey{root_.secret_access_key, root_caller(root_.account, access_key_id),
                        std::nullopt};
    }
    if (session_token.empty()) return std::nullopt;
    const auto plain = sealer_.open(access_key_id, session_token);
    if (!plain.has_value()) return std::nullopt;
    auto session = wire::decode_json<Session>(*plain);
    if (!session.has_value()) return std::nullopt;
    Session& found = session.value();
    return KnownKey{std::move(found.secret),
                    {.account = std::move(found.account),
                     .access_key_id = access_key_id,
                     .arn = std::move(found.arn),
                     .user_id = std::move(found.user_id)},
                    base::Timestamp{found.expires_ms}};
}

TemporaryCredentials CredentialStore::issue(const std::string& account, const std::string& role_arn,
                                            const std::string& session_name, std::int64_t ttl_ms,
                                            const std::string& role_id) const {
    const std::string role_name = role_arn.substr(role_arn.rfind('/') + 1);
    Caller owner;
    owner.account = account;
    owner.arn = make_arn("sts", "", account, "assumed-role/" + role_name + "/" + session_name);
    owner.user_id = (role_id.empty() ? role_id_of_arn(role_arn) : role_id) + ":" + session_name;
    return issue_session(owner, ttl_ms);
}

TemporaryCredentials CredentialStore::issue_session(const Caller& owner,
                                                    std::int64_t ttl_ms) const {
    Session session;
    session.secret = wire::encode_base64(random_.bytes(30));  // 40 characters
    session.account = owner.account;
    session.arn = owner.arn;
    session.user_id = owner.user_id;
    session.expires_ms = clock_.now().ms + std::clamp<std::int64_t>(ttl_ms, 0, session_ttl_ms_max);
    TemporaryCredentials credentials;
    credentials.access_key_id = make_key_id(owner.account, random_);
    credentials.secret_access_key = session.secret;
    credentials.session_token = sealer_.seal(credentials.access_key_id, wire::encode_json(session));
    credentials.expires = {session.expires_ms};
    return credentials;
}

std::optional<std::string> CredentialStore::account_of(const std::string& access_key_id) const {
    if (access_key_id == root_.access_key_id) return root_.account;
    if (access_key_id.size() != temporary_prefix.size() + 16 ||
        !access_key_id.starts_with(temporary_prefix)) {
        return std::nullopt;
    }
    std::uint64_t head = 0;  // the first ten characters: 50 bits
    for (const char c : access_key_id.substr(temporary_prefix.size(), 10)) {
        const std::size_t value = id_alphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        head = head << 5 | value;
    }
    const std::uint64_t number = head >> 9 & ((std::uint64_t{1} << 40) - 1);
    std::string digits = std::to_string(number);
    if (digits.size() > account_digits) return std::nullopt;
    return std::string(account_digits - digits.size(), '0') + digits;
}

}  // namespace aws
