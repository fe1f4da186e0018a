// Flush: deliver what is buffered now, answer when it is in objects.
#include "app/admin/admin.h"

namespace app::admin {

namespace {

struct Input {
    std::string delivery_stream_name;  // "": all
    static constexpr auto members() {
        return std::tuple{aws::member("DeliveryStreamName", &Input::delivery_stream_name,
                                      {.max = 64, .pattern = "[a-zA-Z0-9_.-]*"})};
    }
};

struct Output {
    std::int64_t objects = 0;
    std::int64_t records = 0;
    std::int64_t bytes = 0;  // before compression
    static constexpr auto members() {
        return std::tuple{aws::member("Objects", &Output::objects),
                          aws::member("Records", &Output::records),
                          aws::member("Bytes", &Output::bytes)};
    }
};

void run(Admin& admin, const aws::Call&, Input& input, aws::Responder<Output> respond) {
    admin.deliveries().flush(
        input.delivery_stream_name,
        [respond = std::move(respond)](base::Result<firehose::FlushReport> report) mutable {
            if (!report) {
                const bool unknown = report.error().kind == base::ErrorKind::not_found;
                return respond(aws::Fault(
                    unknown ? "ResourceNotFoundException" : "ServiceUnavailableException",
                    report.error().message, unknown ? 400 : 503));
            }
            respond(Output{static_cast<std::int64_t>(report.value().objects),
                           static_cast<std::int64_t>(report.value().records),
                           static_cast<std::int64_t>(report.value().bytes)});
        });
}

}  // namespace

constinit const aws::Operation flush = aws::operation<&run>("Flush");

}  // namespace app::admin
