// What an authorization server does, for tests: keys, their descriptions, signed tokens.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace mcp::testing {

std::string encode_base64_url(std::string_view bytes);

class Issuer {
  public:
    static Issuer rsa(std::string key_id);
    static Issuer ec(std::string key_id);
    static Issuer ed25519(std::string key_id);

    // A token with these claims; `header` replaces members of the usual one, null removes them.
    std::string sign(const boost::json::object& claims,
                     const boost::json::object& header = {}) const;
    boost::json::object description() const;  // the public key, as in a key set
    const std::string& algorithm() const { return algorithm_; }

  private:
    Issuer(std::string key_id, std::string algorithm, evp_pkey_st* key);

    std::string key_id_;
    std::string algorithm_;
    std::shared_ptr<evp_pkey_st> key_;
};

// {"keys": [...]}
std::string key_set(const std::vector<const Issuer*>& issuers);

}  // namespace mcp::testing
