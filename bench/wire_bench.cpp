// What bytes cost: JSON, base64, checksums and gzip over a PutRecords body (500 records of 330 B),
// and a whole dispatch of a small request. One core, half a second each.
#include <chrono>
#include <cstdio>

#include "aws/dispatcher.h"
#include "wire/base64.h"
#include "wire/checksums.h"
#include "wire/gzip.h"

namespace {

struct Record {
    base::Blob data;
    std::string partition_key;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Data", &Record::data, {.required = true, .max = 10'485'760}),
            shape::member("PartitionKey", &Record::partition_key,
                          {.required = true, .min = 1, .max = 256})};
    }
};
struct PutRecords {
    std::string stream_name;
    std::vector<Record> records;
    static constexpr auto members() {
        return std::tuple{shape::member("StreamName", &PutRecords::stream_name,
                                        {.required = true, .min = 1, .pattern = "[a-zA-Z0-9_.-]+"}),
                          shape::member("Records", &PutRecords::records,
                                        {.required = true, .min = 1, .max = 500})};
    }
};

struct Nothing {};
aws::Reply<shape::Empty> take(Nothing&, const aws::Call&, PutRecords&) {
    return shape::Empty{};
}
constinit const aws::Operation put_records = aws::operation<&take>("PutRecords");
constexpr const aws::Operation* operations[] = {&put_records};
const aws::ServiceModel model = {.id = "bench",
                                 .signing_name = "bench",
                                 .target_prefix = "Bench",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations};

class Clock final : public base::Clock {
    base::Timestamp now() const override { return {}; }
    std::int64_t monotonic_ns() const override {
        return std::chrono::steady_clock::now().time_since_epoch().count();
    }
};
class NoLog final : public base::Log {
    void write(base::LogLevel, std::string_view, std::initializer_list<base::LogField>) override {}
};

template <class F>
void measure(const char* what, std::size_t bytes, F run) {
    run();
    const auto start = std::chrono::steady_clock::now();
    double seconds = 0;
    int rounds = 0;
    do {
        run();
        ++rounds;
        seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    } while (seconds < 0.5);
    std::printf("%-34s %8.0f MB/s %10.2f us\n", what,
                static_cast<double>(bytes) * rounds / seconds / 1e6, seconds / rounds * 1e6);
}

void must(bool good) {
    if (!good) std::abort();
}

PutRecords make_records(std::size_t count) {
    PutRecords input;
    input.stream_name = "acme-telemetry-stream";
    for (std::size_t i = 0; i < count; ++i) {
        Record record;
        record.data.bytes.resize(330);
        for (std::size_t at = 0; at < 330; ++at) {
            record.data.bytes[at] = static_cast<char>(at * 7 + i);
        }
        record.partition_key = "f47ac10b-58cc-4372-a567-0e02b2c3d" + std::to_string(i);
        input.records.push_back(std::move(record));
    }
    return input;
}

void dispatch(aws::Dispatcher& dispatcher, const std::string& body) {
    auto head = std::make_unique<wire::RequestHead>();
    head->method = "POST";
    head->target = "/";
    head->headers.add("Host", "127.0.0.1:4566");
    head->headers.add("X-Amz-Target", "Bench.PutRecords");
    aws::Route route = dispatcher.route(*head);
    aws::Request request;
    request.head = std::move(head);
    request.request_id = "00000000-0000-4000-8000-000000000000";
    dispatcher.run(std::move(route), std::move(request), body,
                   [](wire::Response response) { must(response.status == 200); });
}

}  // namespace

int main() {
    const PutRecords input = make_records(500);
    const std::string json = wire::encode_json(input);
    measure("JSON decode, 500 records", json.size(),
            [&] { must(wire::decode_json<PutRecords>(json).has_value()); });
    measure("JSON encode, 500 records", json.size(),
            [&] { must(!wire::encode_json(input).empty()); });

    Clock clock;
    NoLog log;
    base::Metrics metrics;
    aws::Dispatcher dispatcher(clock, log, metrics);
    Nothing nothing;
    dispatcher.add(model, &nothing);
    measure("dispatch, 500 records", json.size(), [&] { dispatch(dispatcher, json); });
    const std::string small = wire::encode_json(make_records(1));
    measure("dispatch, 1 record", small.size(), [&] { dispatch(dispatcher, small); });

    const std::string_view bytes(json.data(), 64 * 1024);
    const std::string text = wire::encode_base64(bytes);
    measure("base64 encode, 64 KiB", bytes.size(),
            [&] { must(!wire::encode_base64(bytes).empty()); });
    measure("base64 decode, 64 KiB", text.size(),
            [&] { must(wire::decode_base64(text).has_value()); });
    for (const auto kind :
         {wire::ChecksumKind::crc32, wire::ChecksumKind::crc32c, wire::ChecksumKind::crc64nvme,
          wire::ChecksumKind::md5, wire::ChecksumKind::sha1, wire::ChecksumKind::sha256}) {
        measure(wire::checksum_name(kind).data(), bytes.size(),
                [&] { must(!wire::checksum(kind, bytes).empty()); });
    }
    std::string lines;
    for (int i = 0; i < 20'000; ++i) {
        lines += "{\"event_id\":\"" + std::to_string(i * 7919) + "\",\"event_type\":\"start\"," +
                 "\"title_id\":\"title-" + std::to_string(i % 77) + "\",\"quality\":\"hd\"}\n";
    }
    const std::string packed = wire::gzip_compress(lines);
    measure("gzip, 1.8 MB of JSON lines", lines.size(),
            [&] { must(!wire::gzip_compress(lines).empty()); });
    measure("gunzip of it", lines.size(),
            [&] { must(wire::gzip_decompress(packed, 1 << 30).has_value()); });
    return 0;
}
