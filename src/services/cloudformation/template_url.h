// TemplateURL: an object of our own object store, however it is named.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/fault.h"
#include "object_store/object_store.h"

namespace cloudformation {

struct ObjectName {
    std::string bucket;
    std::string key;
};

// s3://bucket/key; http(s)://host/bucket/key where the host is ours (`endpoint`), a loopback
// address or S3 itself (s3.us-west-2.amazonaws.com, s3.localhost); http(s)://bucket.<such>/key.
// nullopt: somebody else's URL.
std::optional<ObjectName> parse_template_url(std::string_view url, std::string_view endpoint);

// The object's text. Only buckets of the caller's account.
aws::Reply<std::string> read_template_url(const object_store::ObjectStore& objects,
                                          const std::string& account, const std::string& url,
                                          const std::string& endpoint);

}  // namespace cloudformation
