// REST requests to operations: the method and the uri template of each operation,
//
//   GET /{Bucket}?list-type=2           PUT /{Bucket}/{Key+}
//   GET /2015-03-31/functions/{FunctionName}
//
// "{Name}" takes one segment, "{Name+}" the rest of the path (slashes kept); behind '?' stand
// parameters that must be there, with "=value" also what they must be. Of several that fit, the
// most specific wins: first those whose required query and header members are all in the request
// (CopyObject's x-amz-copy-source against PutObject), then by literal segments, then by the number
// of parameters asked for.
#pragma once

#include <string_view>

#include "aws/protocol.h"
#include "aws/routing.h"

namespace aws {

// Fill operation and path of `route`, or its refusal. `bucket`: from the host name ("" for path
// style): it counts as the first segment of the path.
void route_rest(const ServiceModel& model, const wire::RequestHead& head, std::string_view bucket,
                Route& route);

// Whether some operation of the service has this path, whatever the method.
bool knows_path(const ServiceModel& model, std::string_view target);

}  // namespace aws
