// REST-XML (S3) and REST-JSON (Lambda): members travel in path, query, headers, status and body;
// the body is one payload member, or a document of the body members.
#pragma once

#include "aws/protocol.h"

namespace aws {

class RestCodec : public Codec {
  public:
    Reply<void> decode(const Message& message, std::string_view body, void* input,
                       wire::MissingMembers& missing) const override;
    wire::Response encode(const Message& message, void* output) const override;
    wire::Response encode_fault(const Message& message, const Fault& fault) const override;

  protected:
    virtual Protocol protocol() const = 0;
    virtual base::Result<void> decode_document(std::string_view body, const shape::Type& type,
                                               void* out, wire::MissingMembers& missing) const = 0;
    // The document of a payload structure (`payload`), or of the body members of the output.
    virtual void encode_document(const Message& message, const shape::Member* payload,
                                 const shape::Type& type, const void* object,
                                 std::string& out) const = 0;
    virtual void add_request_id(const Message& message, wire::Response& response) const = 0;
    virtual const char* document_type() const = 0;  // "application/json"
    virtual const char* bytes_type() const = 0;     // of blobs, strings and streams
    virtual void fault_document(const Message& message, const Fault& fault,
                                wire::Response& response) const = 0;

  private:
    Reply<void> decode_payload(const shape::Member& payload, std::string_view body, void* input,
                               wire::MissingMembers& missing) const;
    void encode_payload(const Message& message, const shape::Member& payload, void* output,
                        wire::Response& response) const;
};

class RestXmlCodec final : public RestCodec {
    Protocol protocol() const override { return Protocol::rest_xml; }
    base::Result<void> decode_document(std::string_view body, const shape::Type& type, void* out,
                                       wire::MissingMembers& missing) const override;
    void encode_document(const Message& message, const shape::Member* payload,
                         const shape::Type& type, const void* object,
                         std::string& out) const override;
    void add_request_id(const Message& message, wire::Response& response) const override;
    const char* document_type() const override { return "application/xml"; }
    const char* bytes_type() const override { return "binary/octet-stream"; }
    void fault_document(const Message& message, const Fault& fault,
                        wire::Response& response) const override;
};

class RestJsonCodec final : public RestCodec {
    Protocol protocol() const override { return Protocol::rest_json; }
    base::Result<void> decode_document(std::string_view body, const shape::Type& type, void* out,
                                       wire::MissingMembers& missing) const override;
    void encode_document(const Message& message, const shape::Member* payload,
                         const shape::Type& type, const void* object,
                         std::string& out) const override;
    void add_request_id(const Message& message, wire::Response& response) const override;
    const char* document_type() const override { return "application/json"; }
    const char* bytes_type() const override { return "application/json"; }
    void fault_document(const Message& message, const Fault& fault,
                        wire::Response& response) const override;
};

}  // namespace aws
