#include "services/s3/multipart.h"

#include "services/s3/faults.h"

namespace s3 {

aws::Reply<object_store::Upload> find_upload(S3& s3, const aws::Call& call,
                                             const UploadTarget& target) {
    TRY_VOID(check_key(target.key));
    TRY_VOID(refuse_unsupported_headers(call));
    TRY_VOID(s3.bucket(call, target.bucket, target.expected_owner));
    auto upload = s3.store().find_upload(target.bucket, target.key, target.upload_id);
    if (!upload) return upload_fault(upload.error(), target);
    return std::move(upload.value());
}

aws::Fault upload_fault(const base::Error& error, const UploadTarget& target) {
    if (error.kind == base::ErrorKind::not_found && error.context == "upload") {
        return faults::no_such_upload(target.upload_id);
    }
    return faults::from(error, target.bucket, target.key);
}

wire::ChecksumKind checksum_kind_of(const object_store::Upload& upload) {
    return checksum_algorithm(upload.checksum_algorithm).value_or(wire::ChecksumKind::crc64nvme);
}

aws::Reply<void> check_part_algorithm(const object_store::Upload& upload,
                                      const Declared& declared) {
    if (upload.checksum_algorithm.empty() || !declared.kind) return base::ok();
    if (*declared.kind == checksum_kind_of(upload)) return base::ok();
    std::string actual(wire::checksum_name(*declared.kind));
    std::string expected = upload.checksum_algorithm;
    for (std::string* name : {&actual, &expected}) {
        for (char& c : *name) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
        }
    }
    return faults::invalid_request("Checksum Type mismatch occurred, expected checksum Type: " +
                                   expected + ", actual checksum Type: " + actual);
}

void put_part(S3& s3, const UploadTarget& target, std::int32_t number,
              std::unique_ptr<object_store::PreparedObject> prepared,
              std::map<std::string, std::string> checksums,
              base::UniqueFunction<void(aws::Reply<object_store::Part>)> done) {
    s3.store().put_part(
        target.bucket, target.key, target.upload_id, number, std::move(prepared),
        std::move(checksums),
        [target, done = std::move(done)](base::Result<object_store::Part> part) mutable {
            if (!part) return done(upload_fault(part.error(), target));
            done(std::move(part.value()));
        });
}

}  // namespace s3
