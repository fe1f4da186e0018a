#include "services/firehose/source.h"

#include <algorithm>
#include <optional>

namespace firehose {
namespace {

class StreamSource final : public Source {
  public:
    StreamSource(ports::StreamReader& streams, std::string arn, std::string id, std::string holder)
        : streams_(streams), arn_(std::move(arn)), id_(std::move(id)), holder_(std::move(holder)) {}

    base::Result<SourceBatch> read(Position from, std::size_t records_max,
                                   std::size_t bytes_max) const override {
        TRY(batch, streams_.read_stream(id_, from, records_max, bytes_max));
        SourceBatch answer;
        answer.records.reserve(batch.records.size());
        for (const auto& record : batch.records) {
            answer.records.push_back({record.position, record.arrived, record.data});
        }
        answer.next = batch.next;
        answer.at_end = batch.at_end;
        answer.memory = std::move(batch.memory);
        return answer;
    }

    base::Result<Position> end() const override {
        TRY(info, streams_.find_stream(arn_));
        if (info.id != id_) {
            return base::Error{base::ErrorKind::not_found, "the source stream was deleted", arn_};
        }
        return info.end;
    }

    void watch(base::UniqueFunction<void()> wake) override {
        watch_ = streams_.watch_stream(id_, std::move(wake));
    }
    void unwatch() override {
        if (watch_ != 0) streams_.unwatch_stream(id_, watch_);
        watch_ = 0;
    }
    void keep_from(Position position) override { streams_.hold_stream(id_, holder_, position); }
    void trim(Position) override {}  // the stream's own retention does it
    void release() override { streams_.release_stream(id_, holder_); }

  private:
    ports::StreamReader& streams_;
    const std::string arn_;
    const std::string id_;
    const std::string holder_;
    std::uint64_t watch_ = 0;
};

class DirectSource final : public Source {
  public:
    explicit DirectSource(std::shared_ptr<segment_log::SegmentLog> log) : log_(std::move(log)) {}

    base::Result<SourceBatch> read(Position from, std::size_t records_max,
                                   std::size_t bytes_max) const override {
        TRY(batch, log_->read(from, {.records_max = records_max, .bytes_max = bytes_max}));
        SourceBatch answer;
        answer.records.reserve(batch.records.size());
        for (const auto& record : batch.records) {
            answer.records.push_back({record.position, record.time, record.payload});
        }
        answer.next = batch.next;
        answer.at_end = batch.at_end;
        answer.memory = std::make_shared<const std::vector<std::shared_ptr<const std::string>>>(
            std::move(batch.memory));
        return answer;
    }

    base::Result<Position> end() const override { return log_->end(); }
    void watch(base::UniqueFunction<void()> wake) override {
        watch_ = log_->watch(std::move(wake));
    }
    void unwatch() override {
        if (watch_) log_->unwatch(*watch_);
        watch_.reset();
    }

    void keep_from(Position position) override { log_->hold(holder, position); }
    void trim(Position position) override {
        base::Timestamp newest{-1};
        for (const auto& segment : log_->segments()) {
            if (segment.last != 0 && segment.last < position) {
                newest = std::max(newest, segment.newest);
            }
        }
        // A failure leaves segments that the next delivery deletes.
        if (newest.ms >= 0) (void)log_->expire({newest.ms + 1});
    }
    void release() override { log_->release(holder); }

  private:
    static constexpr const char* holder = "delivery";
    const std::shared_ptr<segment_log::SegmentLog> log_;
    std::optional<segment_log::SegmentLog::WatchId> watch_;
};

}  // namespace

std::unique_ptr<Source> make_stream_source(ports::StreamReader& streams, std::string stream_arn,
                                           std::string stream_id, std::string holder) {
    return std::make_unique<StreamSource>(streams, std::move(stream_arn), std::move(stream_id),
                                          std::move(holder));
}

std::unique_ptr<Source> make_direct_source(std::shared_ptr<segment_log::SegmentLog> log) {
    return std::make_unique<DirectSource>(std::move(log));
}

}  // namespace firehose
