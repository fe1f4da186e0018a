#include "services/s3/s3.h"

#include "services/s3/faults.h"
#include "services/s3/request.h"

namespace s3 {

namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(S3_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(S3_RESOURCES)};

}  // namespace

const aws::ServiceModel model = {.id = "s3",
                                 .signing_name = "s3",
                                 .target_prefix = "",
                                 .api_version = "2006-03-01",
                                 .xml_namespace = "http://s3.amazonaws.com/doc/2006-03-01/",
                                 .protocol = aws::Protocol::rest_xml,
                                 .operations = operations,
                                 .validation_code = "InvalidRequest",
                                 .resources = resources};

S3::S3(object_store::ObjectStore& store, base::Clock& clock, base::Executor& executor,
       base::Log& log, ports::Encryption* keys, SweepOptions sweep)
    : store_(store),
      clock_(clock),
      executor_(executor),
      keys_(keys),
      sweep_(std::make_shared<LifecycleSweep>(store, clock, executor, log, sweep)) {}

S3::~S3() {
    stop();
}

void S3::start() {
    sweep_->start();
}

void S3::stop() {
    sweep_->stop();
}

base::Result<void> S3::ensure_bucket(const std::string& account, const std::string& region,
                                     const std::string& name) {
    auto found = store_.find_bucket(name);
    if (!found && found.error().kind == base::ErrorKind::not_found) {
        if (!is_bucket_name(name)) {
            return base::Error{base::ErrorKind::invalid, "this is no name for a bucket", name};
        }
        auto made = store_.create_bucket({name, account, region, clock_.now(), {}});
        if (made || made.error().kind != base::ErrorKind::already_exists) return made;
        found = store_.find_bucket(name);  // made by another call meanwhile
    }
    if (!found) return found.error();
    if (found.value().account != account) {
        return base::Error{base::ErrorKind::already_exists, "the bucket is another account's",
                           name};
    }
    return base::ok();
}

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
