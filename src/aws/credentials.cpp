#include "aws/credentials.h"

#include <algorithm>

#include "base/ids.h"
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

// A role's id is the same each time its name comes: "AROA" and 17 characters of its hash.
std::string role_id(const std::string& role_arn) {
    static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string id = "AROA";
    const wire::Sha256Digest digest = wire::sha256(role_arn);
    for (std::size_t i = 0; i < 17; ++i)
        id.push_back(alphabet[digest[i] & 31]);
    return id;
}

}  // namespace

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
                                            const std::string& session_name,
                                            std::int64_t ttl_ms) const {
    const std::string role_name = role_arn.substr(role_arn.rfind('/') + 1);
    Session session;
    session.secret = wire::encode_base64(random_.bytes(30));  // 40 characters
    session.account = account;
    session.arn = make_arn("sts", "", account, "assumed-role/" + role_name + "/" + session_name);
    session.user_id = role_id(role_arn) + ":" + session_name;
    session.expires_ms = clock_.now().ms + std::clamp<std::int64_t>(ttl_ms, 0, session_ttl_ms_max);
    TemporaryCredentials credentials;
    credentials.access_key_id = "ASIA" + base::make_upper_id(random_, 16);
    credentials.secret_access_key = session.secret;
    credentials.session_token = sealer_.seal(credentials.access_key_id, wire::encode_json(session));
    credentials.expires = {session.expires_ms};
    return credentials;
}

}  // namespace aws
