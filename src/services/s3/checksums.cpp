#include "services/s3/checksums.h"

#include <algorithm>
#include <array>

#include "services/s3/faults.h"
#include "wire/base64.h"

namespace s3 {

namespace {

using wire::ChecksumKind;

struct Algorithm {
    ChecksumKind kind;
    const char* name;
    const char* header;
    std::size_t bytes;
    Text ChecksumHeaders::*in_headers;
    Text ChecksumElements::*in_elements;
};
constexpr std::array algorithms = {
    Algorithm{ChecksumKind::crc32, "CRC32", "x-amz-checksum-crc32", 4, &ChecksumHeaders::crc32,
              &ChecksumElements::crc32},
    Algorithm{ChecksumKind::crc32c, "CRC32C", "x-amz-checksum-crc32c", 4, &ChecksumHeaders::crc32c,
              &ChecksumElements::crc32c},
    Algorithm{ChecksumKind::crc64nvme, "CRC64NVME", "x-amz-checksum-crc64nvme", 8,
              &ChecksumHeaders::crc64nvme, &ChecksumElements::crc64nvme},
    Algorithm{ChecksumKind::sha1, "SHA1", "x-amz-checksum-sha1", 20, &ChecksumHeaders::sha1,
              &ChecksumElements::sha1},
    Algorithm{ChecksumKind::sha256, "SHA256", "x-amz-checksum-sha256", 32, &ChecksumHeaders::sha256,
              &ChecksumElements::sha256},
};

const Algorithm& algorithm_of(ChecksumKind kind) {
    return *std::find_if(algorithms.begin(), algorithms.end(),
                         [&](const Algorithm& one) { return one.kind == kind; });
}

bool is_value_of(const Algorithm& algorithm, const std::string& base64) {
    const auto bytes = wire::decode_base64(base64);
    return bytes && bytes.value().size() == algorithm.bytes;
}

std::string from_hex(std::string_view hex) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1])));
    }
    return bytes;
}

aws::Reply<void> read_trailer_names(std::string_view names, Declared& declared) {
    while (!names.empty()) {
        const std::size_t end = std::min(names.find(','), names.size());
        std::string_view name = names.substr(0, end);
        while (!name.empty() && name.front() == ' ')
            name.remove_prefix(1);
        while (!name.empty() && name.back() == ' ')
            name.remove_suffix(1);
        for (const Algorithm& algorithm : algorithms) {
            if (!wire::equals_ignoring_case(name, algorithm.header)) continue;
            if (declared.kind) {
                return faults::invalid_request(
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not "
                    "allowed.");
            }
            declared.kind = algorithm.kind;
            declared.in_trailer = true;
        }
        names.remove_prefix(std::min(end + 1, names.size()));
    }
    return base::ok();
}

}  // namespace

std::optional<ChecksumKind> checksum_algorithm(std::string_view name) {
    for (const Algorithm& algorithm : algorithms) {
        if (wire::equals_ignoring_case(name, algorithm.name)) return algorithm.kind;
    }
    return std::nullopt;
}

aws::Reply<Declared> declared_checksums(const aws::Call& call) {
    Declared declared;
    if (call.head == nullptr) return declared;
    const wire::Headers& headers = call.head->headers;
    if (const std::string* md5 = headers.find("Content-MD5")) {
        auto bytes = wire::decode_base64(*md5);
        if (!bytes || bytes.value().size() != 16) return faults::invalid_digest(*md5);
        declared.md5 = std::move(bytes.value());
    }
    for (const Algorithm& algorithm : algorithms) {
        const std::string* value = headers.find(algorithm.header);
        if (value == nullptr) continue;
        if (declared.kind) {
            return faults::invalid_request(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not "
                "allowed.");
        }
        if (!is_value_of(algorithm, *value)) {
            return faults::invalid_checksum_header(algorithm.header);
        }
        declared.kind = algorithm.kind;
        declared.value = *value;
    }
    TRY_VOID(read_trailer_names(headers.get("x-amz-trailer"), declared));
    const std::string_view asked = headers.get("x-amz-sdk-checksum-algorithm");
    if (!asked.empty()) {
        const auto kind = checksum_algorithm(asked);
        if (!kind) {
            return faults::invalid_request(
                "Value for x-amz-sdk-checksum-algorithm header is invalid.");
        }
        if (declared.kind && *declared.kind != *kind) {
            return faults::invalid_request(
                "Value for x-amz-sdk-checksum-algorithm header is invalid.");
        }
        declared.kind = kind;
    }
    return declared;
}

Digester::Digester(Declared declared, std::optional<ChecksumKind> also)
    : declared_(std::move(declared)) {
    for (const auto& kind : {declared_.kind, also}) {
        if (kind && !computed_.contains(*kind)) computed_[*kind] = wire::Checksum::make(*kind);
    }
    if (computed_.empty()) {
        computed_[ChecksumKind::crc64nvme] = wire::Checksum::make(ChecksumKind::crc64nvme);
    }
}

void Digester::update(std::string_view bytes) {
    for (const auto& [kind, checksum] : computed_)
        checksum->update(bytes);
}

aws::Reply<void> Digester::set_trailers(const wire::Headers& fields) {
    for (const Algorithm& algorithm : algorithms) {
        const std::string* value = fields.find(algorithm.header);
        if (value == nullptr) continue;
        if (declared_.kind != algorithm.kind || !is_value_of(algorithm, *value)) {
            return faults::invalid_checksum_header(algorithm.header);
        }
        declared_.value = *value;
    }
    return base::ok();
}

aws::Reply<std::map<std::string, std::string>> Digester::finish(const std::string& md5_hex) {
    if (declared_.md5) {
        const std::string calculated = from_hex(md5_hex);
        if (calculated != *declared_.md5) {
            return faults::bad_md5(wire::encode_base64(*declared_.md5),
                                   wire::encode_base64(calculated));
        }
    }
    std::map<std::string, std::string> values;
    for (const auto& [kind, checksum] : computed_) {
        values[algorithm_of(kind).name] = checksum->finish_base64();
    }
    if (declared_.kind) {
        const Algorithm& algorithm = algorithm_of(*declared_.kind);
        if (declared_.in_trailer && !declared_.value) {
            return faults::invalid_request("The trailing header " + std::string(algorithm.header) +
                                           " was announced and did not come.");
        }
        if (declared_.value && *declared_.value != values[algorithm.name]) {
            return faults::bad_checksum(algorithm.name);
        }
    }
    return values;
}

aws::Reply<std::string> checksum_type_of(ChecksumKind kind, const std::string& asked) {
    const bool is_hash = kind == ChecksumKind::sha1 || kind == ChecksumKind::sha256;
    const bool only_full = kind == ChecksumKind::crc64nvme;
    if (asked.empty()) return std::string(only_full ? full_object : composite);
    if (asked != full_object && asked != composite) {
        return faults::invalid_request("Value for x-amz-checksum-type header is invalid.");
    }
    if ((is_hash && asked == full_object) || (only_full && asked == composite)) {
        return faults::invalid_request("The " + asked + " checksum type cannot be used with the " +
                                       std::string(algorithm_of(kind).name) +
                                       " checksum algorithm.");
    }
    return asked;
}

std::optional<std::string> checksum_of_parts(ChecksumKind kind, const std::string& type,
                                             const std::vector<object_store::Part>& parts) {
    const char* name = algorithm_of(kind).name;
    std::string joined;
    std::optional<std::string> combined;
    for (const object_store::Part& part : parts) {
        const auto found = part.checksums.find(name);
        if (found == part.checksums.end()) return std::nullopt;
        auto raw = wire::decode_base64(found->second);
        if (!raw) return std::nullopt;
        if (type == composite) {
            joined += raw.value();
        } else if (!combined) {
            combined = std::move(raw.value());
        } else {
            combined = wire::combine_crc(kind, *combined, raw.value(), part.size_bytes);
            if (!combined) return std::nullopt;
        }
    }
    if (type == composite) {
        return wire::encode_base64(wire::checksum(kind, joined)) + "-" +
               std::to_string(parts.size());
    }
    if (!combined) return std::nullopt;
    return wire::encode_base64(*combined);
}

ChecksumHeaders to_headers(const std::map<std::string, std::string>& checksums,
                           const std::string& type) {
    ChecksumHeaders headers;
    for (const Algorithm& algorithm : algorithms) {
        const auto found = checksums.find(algorithm.name);
        if (found != checksums.end()) headers.*algorithm.in_headers = found->second;
    }
    if (!checksums.empty() && !type.empty()) headers.type = type;
    return headers;
}

ChecksumElements to_elements(const std::map<std::string, std::string>& checksums) {
    ChecksumElements elements;
    for (const Algorithm& algorithm : algorithms) {
        const auto found = checksums.find(algorithm.name);
        if (found != checksums.end()) elements.*algorithm.in_elements = found->second;
    }
    return elements;
}

const Text& element_of(const ChecksumElements& elements, ChecksumKind kind) {
    return elements.*algorithm_of(kind).in_elements;
}

}  // namespace s3
