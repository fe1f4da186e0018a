#include "services/s3/copy.h"

#include "services/s3/faults.h"
#include "services/s3/version.h"
#include "wire/uri.h"

namespace s3 {

namespace {

// Read and written at once, and between two turns of the pool.
constexpr std::size_t piece_bytes = 1024 * 1024;
constexpr std::size_t pieces_per_turn = 8;

class Copier : public std::enable_shared_from_this<Copier> {
  public:
    Copier(S3& s3, std::shared_ptr<object_store::ObjectReader> reader, ByteRange range,
           std::string bucket, Digester digester, ReceivedDone done)
        : s3_(s3),
          reader_(std::move(reader)),
          at_(range.offset),
          end_(range.offset + range.length),
          bucket_(bucket),
          sink_(make_upload_sink(s3, bucket, std::move(digester), std::move(done))) {}

    void step() {
        std::string piece;
        for (std::size_t i = 0; i < pieces_per_turn && at_ < end_; ++i) {
            piece.resize(
                static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, end_ - at_)));
            auto count = reader_->read_at(at_, piece);
            if (!count || count.value() == 0) return sink_->abort();
            at_ += count.value();
            // The sink answers when it fails.
            if (!sink_->write(std::string_view(piece).substr(0, count.value()))) return;
        }
        if (at_ == end_) return sink_->finish();
        s3_.executor().post([self = shared_from_this()] { self->step(); });
    }

  private:
    S3& s3_;
    std::shared_ptr<object_store::ObjectReader> reader_;
    std::uint64_t at_;
    std::uint64_t end_;
    std::string bucket_;
    std::unique_ptr<wire::BodySink> sink_;
};

}  // namespace

aws::Reply<CopySource> parse_copy_source(const std::string& text) {
    const auto malformed = [&] {
        return faults::invalid_argument(
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
            "x-amz-copy-source", text);
    };
    std::string_view path = text;
    const std::size_t version = path.find("?versionId=");
    Text version_id;
    if (version != std::string_view::npos) {
        version_id = std::string(path.substr(version + 11));
        TRY_VOID(check_version_id(version_id));
        path = path.substr(0, version);
    }
    auto decoded = wire::percent_decode(path);
    if (!decoded) return malformed();
    std::string_view rest = *decoded;
    if (rest.starts_with('/')) rest.remove_prefix(1);
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == rest.size()) {
        return malformed();
    }
    return CopySource{std::string(rest.substr(0, slash)), std::string(rest.substr(slash + 1)),
                      std::move(version_id)};
}

aws::Reply<OpenSource> open_copy_source(S3& s3, const aws::Call& call, const CopySourceInput& input,
                                        const CopySource& source) {
    TRY_VOID(check_key(source.key));
    TRY(bucket, s3.bucket(call, source.bucket, input.expected_source_owner));
    auto reader = open(s3, bucket, source.key, source.version_id);
    if (!reader) {
        // S3 has other words for a marker here.
        if (reader.error().http_status != 405) return std::move(reader.error());
        return faults::invalid_request(
            "The source of a copy request may not specifically refer to a delete marker by "
            "version id.");
    }
    ReadConditions conditions;
    conditions.if_match = input.if_match;
    conditions.if_none_match = input.if_none_match;
    conditions.if_modified_since = input.if_modified_since;
    conditions.if_unmodified_since = input.if_unmodified_since;
    TRY(not_modified, check_read_conditions(conditions, reader.value()->info()));
    if (not_modified != 0) {
        return faults::precondition_failed(input.if_none_match
                                               ? "x-amz-copy-source-if-none-match"
                                               : "x-amz-copy-source-if-modified-since");
    }
    OpenSource out{std::move(reader.value()), {}};
    out.version.source_version_id =
        version_header(bucket, out.reader->info().version_id).version_id;
    return out;
}

void copy_bytes(S3& s3, std::shared_ptr<object_store::ObjectReader> reader, ByteRange range,
                const std::string& bucket, Digester digester, ReceivedDone done) {
    std::make_shared<Copier>(s3, std::move(reader), range, bucket, std::move(digester),
                             std::move(done))
        ->step();
}

}  // namespace s3
