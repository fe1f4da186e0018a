#include "server/body_sinks.h"

#include <algorithm>
#include <charconv>

#include "server/authentication_faults.h"
#include "wire/sha256.h"

namespace server {

namespace {

namespace sigv4 = wire::sigv4;
namespace aws_chunked = wire::aws_chunked;

// What write returns when the fault has been told already.
base::Error told() {
    return {base::ErrorKind::invalid, "the body was refused", ""};
}

class HashingSink final : public wire::BodySink {
  public:
    HashingSink(std::unique_ptr<wire::BodySink> inner, std::string expected, aws::Protocol protocol,
                RefuseBody refuse)
        : inner_(std::move(inner)),
          expected_(std::move(expected)),
          protocol_(protocol),
          refuse_(std::move(refuse)) {}

    base::Result<void> write(std::string_view bytes) override {
        hash_.update(bytes);
        return inner_->write(bytes);
    }
    void trailers(const wire::Headers& fields) override { inner_->trailers(fields); }
    void finish() override {
        const std::string computed = wire::to_hex(hash_.finish());
        if (computed == expected_) {
            inner_->finish();
            return;
        }
        refuse_(payload_hash_differs(protocol_, expected_, computed));
        inner_->abort();
    }
    void abort() override { inner_->abort(); }

  private:
    std::unique_ptr<wire::BodySink> inner_;
    std::string expected_;
    aws::Protocol protocol_;
    RefuseBody refuse_;
    wire::Sha256 hash_;
};

class ChunkedSink final : public wire::BodySink {
  public:
    ChunkedSink(std::unique_ptr<wire::BodySink> inner, aws_chunked::Options options,
                RefuseBody refuse)
        : inner_(std::move(inner)), decoder_(std::move(options)), refuse_(std::move(refuse)) {}

    base::Result<void> write(std::string_view bytes) override {
        base::Result<void> result = base::ok();
        base::UniqueFunction<bool(std::string_view)> emit = [&](std::string_view piece) {
            result = inner_->write(piece);
            return result.has_value();
        };
        if (const auto failure = decoder_.feed(bytes, emit)) {
            refuse_(chunked_body_failed(*failure));
            return told();
        }
        return result;
    }
    void finish() override {
        if (const auto failure = decoder_.finish()) {
            refuse_(chunked_body_failed(*failure));
            inner_->abort();
            return;
        }
        if (!decoder_.trailers().fields().empty()) inner_->trailers(decoder_.trailers());
        inner_->finish();
    }
    void abort() override { inner_->abort(); }

  private:
    std::unique_ptr<wire::BodySink> inner_;
    aws_chunked::Decoder decoder_;
    RefuseBody refuse_;
};

}  // namespace

std::unique_ptr<wire::BodySink> verify_body(std::unique_ptr<wire::BodySink> inner,
                                            const PayloadPromise& promise, aws::Protocol protocol,
                                            std::optional<aws_chunked::Options> decoded,
                                            RefuseBody refuse) {
    if (decoded) {
        return std::make_unique<ChunkedSink>(std::move(inner), std::move(*decoded),
                                             std::move(refuse));
    }
    if (promise.kind == sigv4::Payload::hash && promise.verify && !promise.hash.empty()) {
        return std::make_unique<HashingSink>(std::move(inner), promise.hash, protocol,
                                             std::move(refuse));
    }
    return inner;
}

aws::Reply<std::optional<aws_chunked::Options>> chunked_options(const wire::RequestHead& head,
                                                                const PayloadPromise& promise) {
    if (!sigv4::is_streaming(promise.kind)) return std::optional<aws_chunked::Options>();
    const std::string* length = head.headers.find("x-amz-decoded-content-length");
    if (length == nullptr) return bad_decoded_length(true);
    aws_chunked::Options options;
    const char* const end = length->data() + length->size();
    const auto number = std::from_chars(length->data(), end, options.decoded_length);
    if (number.ec != std::errc() || number.ptr != end) return bad_decoded_length(false);
    options.payload = promise.kind;
    options.verify = promise.verify;
    options.seed_signature = promise.seed_signature;
    options.timestamp = promise.timestamp;
    options.scope = promise.scope;
    options.key = promise.key;
    options.announced_trailers = head.headers.get("x-amz-trailer");
    return std::optional<aws_chunked::Options>(std::move(options));
}

void describe_decoded(wire::RequestHead& head, std::uint64_t decoded_length) {
    head.content_length = decoded_length;
    const std::string* encoding = head.headers.find("content-encoding");
    if (encoding == nullptr) return;
    std::string kept;
    std::string_view rest = *encoding;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        std::string_view coding = rest.substr(0, comma);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        while (!coding.empty() && coding.front() == ' ')
            coding.remove_prefix(1);
        while (!coding.empty() && coding.back() == ' ')
            coding.remove_suffix(1);
        if (coding.empty() || wire::equals_ignoring_case(coding, "aws-chunked")) continue;
        if (!kept.empty()) kept += ',';
        kept += coding;
    }
    if (kept.empty()) {
        head.headers.remove("content-encoding");
    } else {
        head.headers.set("content-encoding", std::move(kept));
    }
}

aws::Reply<void> verify_whole_body(wire::RequestHead& head, std::string& body,
                                   const PayloadPromise& promise, aws::Protocol protocol) {
    TRY(options, chunked_options(head, promise));
    if (!options) {
        if (!promise.verify || promise.hash.empty()) return base::ok();
        const std::string computed = wire::sha256_hex(body);
        if (computed != promise.hash) return payload_hash_differs(protocol, promise.hash, computed);
        return base::ok();
    }
    const std::uint64_t decoded_length = options->decoded_length;
    aws_chunked::Decoder decoder(std::move(*options));
    std::string decoded;
    base::UniqueFunction<bool(std::string_view)> emit = [&decoded](std::string_view piece) {
        decoded += piece;
        return true;
    };
    if (const auto failure = decoder.feed(body, emit)) return chunked_body_failed(*failure);
    if (const auto failure = decoder.finish()) return chunked_body_failed(*failure);
    body = std::move(decoded);
    describe_decoded(head, decoded_length);
    for (const wire::Header& field : decoder.trailers().fields()) {
        // Nothing but checksums may change what the signature covered.
        if (field.name.starts_with("x-amz-checksum-")) head.headers.set(field.name, field.value);
    }
    return base::ok();
}

}  // namespace server
