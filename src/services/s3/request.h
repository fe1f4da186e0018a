// What requests must keep to before they reach the store: names, header values, and that nothing
// which we do not have is asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/call.h"
#include "aws/fault.h"
#include "object_store/object_store.h"
#include "services/s3/shapes.h"

namespace s3 {

// ASCII letters.
std::string lower_case(std::string_view text);
// S3 User Guide, "General purpose bucket naming rules".
bool is_bucket_name(std::string_view name);
// errors KeyTooLongError, InvalidURI (not UTF-8)
aws::Reply<void> check_key(const std::string& key);

// Refuse headers that stand for what we do not have: ACLs beyond the owner's, encryption keys,
// tags, locks, other storage classes, …
aws::Reply<void> refuse_unsupported_headers(const aws::Call& call);

// Content headers and metadata as the store keeps them. errors MetadataTooLarge
aws::Reply<object_store::ObjectProperties> to_properties(const ContentHeaders& headers);
ContentHeaders to_content_headers(const object_store::ObjectInfo& info);

// Conditions of a write: If-None-Match: * or If-Match: "etag".
aws::Reply<object_store::Condition> write_condition(const Text& if_match,
                                                    const Text& if_none_match);
// Whether a read may go on: 0, or 304 (not modified). errors PreconditionFailed
aws::Reply<int> check_read_conditions(const ReadConditions& conditions,
                                      const object_store::ObjectInfo& info);

// A whole number between 0 and 2^31 - 1, cut to `max`; `fallback` when absent.
// errors InvalidArgument
aws::Reply<std::size_t> parse_count(const Text& text, const std::string& name, std::size_t fallback,
                                    std::size_t max);
aws::Reply<std::int32_t> parse_part_number(const std::string& text);

// "\"etag\"" without its quotes.
std::string unquote(std::string_view etag);
std::string quote(std::string_view etag);
// "2026-03-01T12:00:05.000Z"; S3 has whole seconds.
std::string xml_time(base::Timestamp time);
base::Timestamp whole_seconds(base::Timestamp time);
// A stable 64-digit id for an account.
std::string canonical_user_id(const std::string& account);

}  // namespace s3
