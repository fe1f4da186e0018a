#include "app/admin/admin.h"

namespace app::admin {

namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(ADMIN_OPERATIONS)};

}  // namespace

const aws::ServiceModel model = {.id = "datastack",
                                 .signing_name = "datastack",
                                 .target_prefix = "DataStack_20261122",
                                 .api_version = "2026-11-22",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations};

}  // namespace app::admin
