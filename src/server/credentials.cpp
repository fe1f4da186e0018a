#include "server/credentials.h"

namespace server {

std::optional<Identity> StoredCredentials::find(const std::string& access_key_id) const {
    return find_session(access_key_id, "");
}

std::optional<Identity> StoredCredentials::find_session(const std::string& access_key_id,
                                                        const std::string& session_token) const {
    auto known = store_.find(access_key_id, session_token);
    if (!known) return std::nullopt;
    return Identity{.secret_access_key = std::move(known->secret_access_key),
                    .session_token = session_token,
                    .expires = known->expires,
                    .caller = std::move(known->caller)};
}

base::Result<void> KeyRing::add(const std::string& access_key_id, Identity identity) {
    const base::MutexLock lock(mutex_);
    if (identities_.size() >= keys_max && !identities_.contains(access_key_id)) {
        return base::Error{base::ErrorKind::limit, "there are too many access keys", ""};
    }
    identities_.insert_or_assign(access_key_id, std::move(identity));
    return base::ok();
}

void KeyRing::remove(const std::string& access_key_id) {
    const base::MutexLock lock(mutex_);
    identities_.erase(access_key_id);
}

std::optional<Identity> KeyRing::find(const std::string& access_key_id) const {
    const base::MutexLock lock(mutex_);
    const auto found = identities_.find(access_key_id);
    if (found == identities_.end()) return std::nullopt;
    return found->second;
}

}  // namespace server
