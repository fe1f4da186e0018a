// The checksums of S3: which one a request declares, computing and comparing it, and what a
// multipart object gets from its parts.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/call.h"
#include "aws/fault.h"
#include "object_store/object_store.h"
#include "services/s3/shapes.h"
#include "wire/checksums.h"

namespace s3 {

inline constexpr const char* full_object = "FULL_OBJECT";
inline constexpr const char* composite = "COMPOSITE";

// What the head of an upload says about its payload's checksums.
struct Declared {
    std::optional<std::string> md5;  // 16 bytes, of Content-MD5
    // Of x-amz-checksum-*, x-amz-trailer or x-amz-sdk-checksum-algorithm.
    std::optional<wire::ChecksumKind> kind;
    std::optional<std::string> value;  // base64; absent: comes as a trailer, or not at all
    bool in_trailer = false;
};
// errors InvalidDigest, InvalidRequest (two checksums, a value that is none, an unknown algorithm)
aws::Reply<Declared> declared_checksums(const aws::Call& call);

// Computes what was declared (and `also`, and CRC64NVME when there is nothing else) while the bytes
// pass, and compares at the end. Not for several threads at once.
class Digester {
  public:
    Digester(Declared declared, std::optional<wire::ChecksumKind> also);
    void update(std::string_view bytes);
    // A value that came as a trailer. errors InvalidRequest
    aws::Reply<void> set_trailers(const wire::Headers& fields);
    // "CRC32C" -> base64 of everything computed, after comparing. Once.
    //   md5_hex  of the bytes, as the store computed it
    // errors BadDigest, InvalidRequest (an announced trailer did not come)
    aws::Reply<std::map<std::string, std::string>> finish(const std::string& md5_hex);

  private:
    Declared declared_;
    std::map<wire::ChecksumKind, std::unique_ptr<wire::Checksum>> computed_;
};

// "CRC32" …; nullopt for names that are none. MD5 is no checksum algorithm of S3's objects.
std::optional<wire::ChecksumKind> checksum_algorithm(std::string_view name);

// FULL_OBJECT or COMPOSITE for an upload, from its algorithm and what was asked for ("" nothing).
// errors InvalidRequest for a combination that S3 does not have
aws::Reply<std::string> checksum_type_of(wire::ChecksumKind kind, const std::string& asked);

// The checksum of an object made of parts: CRCs combined, or the hash of the parts' hashes and
// "-N". Every part must have one of that kind.
//   returns  nullopt when a part has none
std::optional<std::string> checksum_of_parts(wire::ChecksumKind kind, const std::string& type,
                                             const std::vector<object_store::Part>& parts);

ChecksumHeaders to_headers(const std::map<std::string, std::string>& checksums,
                           const std::string& type);
ChecksumElements to_elements(const std::map<std::string, std::string>& checksums);
// The value in `elements` for an algorithm.
const Text& element_of(const ChecksumElements& elements, wire::ChecksumKind kind);

}  // namespace s3
