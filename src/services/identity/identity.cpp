#include "services/identity/identity.h"

namespace identity {

namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(IDENTITY_OPERATIONS)};

}  // namespace

const aws::ServiceModel model = {.id = "sts",
                                 .signing_name = "sts",
                                 .target_prefix = "",
                                 .api_version = "2011-06-15",
                                 .xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/",
                                 .protocol = aws::Protocol::query,
                                 .operations = operations,
                                 .validation_code = "ValidationError"};

}  // namespace identity
