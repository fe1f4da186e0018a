// What a request is told whose signature does not hold, in its protocol's codes and words.
#pragma once

#include "aws/fault.h"
#include "aws/service.h"
#include "base/clock.h"
#include "wire/aws_chunked.h"
#include "wire/sigv4.h"

namespace server {

// The one service with REST and XML.
constexpr bool is_s3(aws::Protocol protocol) {
    return protocol == aws::Protocol::rest_xml;
}

aws::Fault signature_refused(aws::Protocol protocol, const wire::sigv4::Refusal& refusal,
                             const wire::sigv4::Claim* claim, base::Timestamp now);
aws::Fault signature_missing(aws::Protocol protocol);
aws::Fault unknown_access_key(aws::Protocol protocol, const std::string& access_key_id);
aws::Fault wrong_session_token(aws::Protocol protocol);
aws::Fault expired_session_token(aws::Protocol protocol);
aws::Fault wrong_service_in_scope(aws::Protocol protocol, std::string_view expected);
// x-amz-content-sha256 is missing where it is needed, or none of the values it may have.
aws::Fault bad_content_sha256(bool missing);
aws::Fault payload_hash_differs(aws::Protocol protocol, const std::string& claimed,
                                const std::string& computed);
aws::Fault bad_decoded_length(bool missing);
aws::Fault chunked_body_failed(const wire::aws_chunked::Failure& failure);
aws::Fault body_ended_early();
// A browser's request under a host name or from an origin that is not ours.
aws::Fault browser_refused(const std::string& what);

}  // namespace server
