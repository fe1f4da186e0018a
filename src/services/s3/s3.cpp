#include "services/s3/s3.h"

#include "services/s3/faults.h"

namespace s3 {

namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(S3_OPERATIONS)};

}  // namespace

const aws::ServiceModel model = {.id = "s3",
                                 .signing_name = "s3",
                                 .target_prefix = "",
                                 .api_version = "2006-03-01",
                                 .xml_namespace = "http://s3.amazonaws.com/doc/2006-03-01/",
                                 .protocol = aws::Protocol::rest_xml,
                                 .operations = operations,
                                 .validation_code = "InvalidRequest"};

aws::Reply<object_store::Bucket> S3::bucket(const aws::Call& call, const std::string& name,
                                            const std::optional<std::string>& expected_owner) {
    auto found = store_.find_bucket(name);
    if (!found) return faults::from(found.error(), name);
    if (found.value().account != call.account()) return faults::access_denied();
    if (expected_owner && *expected_owner != found.value().account) {
        return faults::access_denied();
    }
    return std::move(found.value());
}

}  // namespace s3
