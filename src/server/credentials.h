// Who owns which access key.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "aws/call.h"
#include "aws/credentials.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"

namespace server {

struct Identity {
    std::string secret_access_key;
    std::string session_token = {};               // temporary keys: must come with them
    std::optional<base::Timestamp> expires = {};  // temporary keys
    aws::Caller caller = {};                      // access_key_id is filled in by whoever asks
};

class CredentialSource {
  public:
    virtual ~CredentialSource() = default;
    // nullopt: no such key. Any thread; must not wait.
    virtual std::optional<Identity> find(const std::string& access_key_id) const = 0;
    // The same for a request that brings a session token: sources whose temporary keys live in
    // their tokens need it. The identity's session_token is what the request's must be.
    virtual std::optional<Identity> find_session(const std::string& access_key_id,
                                                 const std::string& session_token) const {
        static_cast<void>(session_token);
        return find(access_key_id);
    }
};

// The keys of an aws::CredentialStore: root keys, and sessions sealed in their tokens.
class StoredCredentials final : public CredentialSource {
  public:
    explicit StoredCredentials(const aws::CredentialStore& store) : store_(store) {}
    std::optional<Identity> find(const std::string& access_key_id) const override;
    std::optional<Identity> find_session(const std::string& access_key_id,
                                         const std::string& session_token) const override;

  private:
    const aws::CredentialStore& store_;
};

using aws::root_caller;

// Keys in memory: the root key, and the temporary ones of running functions. Any thread.
class KeyRing final : public CredentialSource {
  public:
    static constexpr std::size_t keys_max = 100'000;

    // Replaces a key of the same id. limit past keys_max.
    base::Result<void> add(const std::string& access_key_id, Identity identity);
    void remove(const std::string& access_key_id);
    std::optional<Identity> find(const std::string& access_key_id) const override;

  private:
    mutable base::Mutex mutex_;
    std::unordered_map<std::string, Identity> identities_ GUARDED_BY(mutex_);
};

}  // namespace server
