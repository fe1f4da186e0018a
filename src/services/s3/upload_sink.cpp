#include "services/s3/upload_sink.h"

#include <charconv>

#include "services/s3/faults.h"

namespace s3 {

namespace {

class UploadSink final : public wire::BodySink {
  public:
    UploadSink(S3& s3, std::string bucket, Digester digester, ReceivedDone done)
        : writer_(s3.store().writer()),
          bucket_(std::move(bucket)),
          digester_(std::move(digester)),
          done_(std::move(done)) {}

    base::Result<void> write(std::string_view bytes) override {
        received_ += bytes.size();
        if (received_ > object_bytes_max) {
            answer(faults::entity_too_large(received_, object_bytes_max));
            return base::Error{base::ErrorKind::limit, "the body is too large", bucket_};
        }
        digester_.update(bytes);
        auto written = writer_->write(bytes);
        if (!written) answer(faults::from(written.error(), bucket_));
        return written;
    }

    void trailers(const wire::Headers& fields) override {
        auto taken = digester_.set_trailers(fields);
        if (!taken) bad_trailer_ = std::move(taken.error());
    }

    void finish() override {
        if (bad_trailer_) return answer(std::move(*bad_trailer_));
        auto state = std::make_shared<State>(
            State{std::move(bucket_), std::move(digester_), std::move(done_)});
        done_ = {};
        writer_->finish([state](base::Result<std::unique_ptr<object_store::PreparedObject>> done) {
            if (!done) return state->done(faults::from(done.error(), state->bucket));
            // Bytes that fail the comparison are dropped with `done`.
            auto checked = state->digester.finish(done.value()->md5_hex());
            if (!checked) return state->done(std::move(checked.error()));
            state->done(Received{std::move(done.value()), std::move(checked.value())});
        });
    }

    void abort() override {
        writer_.reset();
        answer(faults::incomplete_body());
    }

  private:
    struct State {
        std::string bucket;
        Digester digester;
        ReceivedDone done;
    };
    void answer(aws::Fault fault) {
        if (!done_) return;
        auto done = std::move(done_);
        done_ = {};
        done(std::move(fault));
    }

    std::unique_ptr<object_store::ObjectWriter> writer_;
    std::string bucket_;
    Digester digester_;
    ReceivedDone done_;
    std::uint64_t received_ = 0;
    std::optional<aws::Fault> bad_trailer_;
};

}  // namespace

std::unique_ptr<wire::BodySink> make_upload_sink(S3& s3, const std::string& bucket,
                                                 Digester digester, ReceivedDone done) {
    return std::make_unique<UploadSink>(s3, bucket, std::move(digester), std::move(done));
}

aws::Reply<std::uint64_t> announced_length(const aws::Call& call) {
    std::uint64_t length = 0;
    const std::string_view decoded = call.header("x-amz-decoded-content-length");
    if (!decoded.empty()) {
        const char* end = decoded.data() + decoded.size();
        const auto parsed = std::from_chars(decoded.data(), end, length);
        if (parsed.ec != std::errc() || parsed.ptr != end) {
            return faults::invalid_argument("Invalid x-amz-decoded-content-length",
                                            "x-amz-decoded-content-length", std::string(decoded));
        }
    } else if (call.head != nullptr && call.head->content_length) {
        length = *call.head->content_length;
    } else {
        return faults::missing_content_length();
    }
    if (length > object_bytes_max) return faults::entity_too_large(length, object_bytes_max);
    return length;
}

}  // namespace s3
