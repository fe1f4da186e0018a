// S3's operations as the tools use them: JSON by the model's member names here, REST and XML there.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "aws/fault.h"
#include "functions/client/http_client.h"

namespace mcp::wire_s3 {

// A request without its signature.
struct Request {
    std::string method = "GET";
    std::string path = "/";  // percent-encoded
    std::string query = {};
    wire::Headers headers = {};
};
using Decode = aws::Reply<boost::json::object> (*)(const client::HttpAnswer& answer);

struct Encoded {
    Request request;
    Decode decode;
};
// errors  UnknownOperationException, InvalidArgument: a member that is missing or not known
aws::Reply<Encoded> encode(std::string_view operation, const boost::json::object& input);

// "/bucket/key", each segment percent-encoded.
std::string object_path(std::string_view bucket, std::string_view key);
// "bytes=10-19"; `bytes_max` > 0
std::string range_header(std::uint64_t offset, std::uint64_t bytes_max);
// The size of the whole object, by Content-Range ("bytes 10-19/1234") or Content-Length.
std::uint64_t object_bytes(const client::HttpAnswer& answer);

}  // namespace mcp::wire_s3
