// A service's descriptions as JSON: for the comparison with botocore's models, for reference pages,
// and for tools that ask a program what it can do.
#pragma once

#include <string>

#include "aws/service.h"

namespace aws {

// {"id": "kinesis", "signingName": …, "protocol": "json_1_1", "targetPrefix": …, "apiVersion": …,
//  "operations": [{"name", "http": {"method", "uri", "status"}, "form", "bodyBytesMax", "input",
//  "output"}, …]} with shapes as {"type": "structure", "members": {"Name": {"shape": …, "required":
//  true, "min", "max", "pattern", "values": […], "wireName", "location", …}}}. A shape inside
// itself is {"type": "recursive"}.
std::string describe(const ServiceModel& model);

}  // namespace aws
