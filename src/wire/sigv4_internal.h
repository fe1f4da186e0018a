// What sigv4.cpp (verifying) and sigv4_sign.cpp (signing) share: the canonical request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/http.h"
#include "wire/sigv4.h"

namespace wire::sigv4::internal {

inline constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

// Path and query as AWS encodes them, or as they stand in the request.
enum class Spelling { rebuilt, as_sent };

struct CanonicalInput {
    std::string_view method;
    std::string_view target;  // path and query as sent
    const Headers* headers = nullptr;
    const std::vector<std::string>* signed_headers = nullptr;
    std::string_view payload;
    bool is_s3 = false;
    Spelling spelling = Spelling::rebuilt;
};
std::string canonical_request(const CanonicalInput& input);

// S3 encodes the path once and never normalizes it; so do its kin.
bool encodes_path_once(std::string_view service);

}  // namespace wire::sigv4::internal
