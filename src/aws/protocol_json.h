// AWS JSON 1.0 and 1.1: POST /, the operation in X-Amz-Target, everything in the body.
#pragma once

#include "aws/protocol.h"

namespace aws {

class JsonCodec final : public Codec {
  public:
    explicit JsonCodec(const char* content_type) : content_type_(content_type) {}
    Reply<void> decode(const Message& message, std::string_view body, void* input,
                       wire::MissingMembers& missing) const override;
    wire::Response encode(const Message& message, void* output) const override;
    wire::Response encode_fault(const Message& message, const Fault& fault) const override;

  private:
    const char* content_type_;
};

// {"__type":"Code","message":"…", further members}, with x-amzn-ErrorType and x-amzn-RequestId.
wire::Response json_fault(const Message& message, const Fault& fault, const char* content_type);

}  // namespace aws
