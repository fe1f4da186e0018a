// Load on a running server, signed as the SDKs do it. One thread; prints one JSON line.
//
//   load_generator put-records --stream s [--connections 16] [--seconds 5] [--records 500]
//   load_generator put-object --bucket b       1 KiB objects, a new key each
//   load_generator get-object --bucket b --key k     the same object again and again
//   load_generator invoke --function f         RequestResponse
//   load_generator get --path /x               unsigned, for other servers (nginx)
//   … --calls-per-second 500                   at a steady rate, not as fast as it goes
//
// Keys from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN); --host, --port,
// --region. PutRecords: every record of every call is another event; the body is hashed and signed
// anew for each call, but built from a prepared one whose event ids are replaced in place.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "load_client.h"
#include "wire/base64.h"
#include "wire/sigv4.h"

namespace {

namespace sigv4 = wire::sigv4;

struct Arguments {
    std::string mode;
    std::map<std::string, std::string> named = {
        {"connections", "16"}, {"seconds", "5"}, {"records", "500"},      {"record-bytes", "330"},
        {"host", "127.0.0.1"}, {"port", "4566"}, {"region", "us-west-2"}, {"bytes", "1024"}};
    std::string text(const std::string& name) const {
        const auto found = named.find(name);
        return found == named.end() ? std::string() : found->second;
    }
    std::size_t number(const std::string& name) const {
        return static_cast<std::size_t>(std::strtoull(text(name).c_str(), nullptr, 10));
    }
};

std::string environment(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : otherwise;
}

base::Timestamp now() {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return {static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000};
}

class Signer {
  public:
    explicit Signer(const Arguments& arguments)
        : arguments_(arguments),
          host_(arguments.text("host") + ':' + arguments.text("port")),
          credentials_{environment("AWS_ACCESS_KEY_ID", "test"),
                       environment("AWS_SECRET_ACCESS_KEY", "test"),
                       environment("AWS_SESSION_TOKEN", "")} {}

    // The head of `request`, signed, with the length of its body.
    std::string head(sigv4::OutgoingRequest request, const std::string& service,
                     std::size_t body_bytes, std::string_view payload_hash) {
        request.headers.add("Host", host_);
        sigv4::sign(request, credentials_, {arguments_.text("region"), service, now()},
                    payload_hash, &keys_);
        std::string out = request.method + ' ' + request.path;
        if (!request.query.empty()) out += '?' + request.query;
        out += " HTTP/1.1\r\n";
        for (const auto& field : request.headers.fields()) {
            out += field.name + ": " + field.value + "\r\n";
        }
        return out + "Content-Length: " + std::to_string(body_bytes) + "\r\n\r\n";
    }

  private:
    const Arguments& arguments_;
    std::string host_;
    sigv4::Credentials credentials_;
    sigv4::SigningKeyCache keys_;
};

// A PutRecords body whose event ids can be replaced without encoding the records again.
class PutRecordsBody {
  public:
    PutRecordsBody(const std::string& stream, std::size_t records, std::size_t record_bytes) {
        body_ = "{\"StreamName\":\"" + stream + "\",\"Records\":[";
        for (std::size_t i = 0; i < records; ++i) {
            if (i > 0) body_ += ',';
            body_ += "{\"Data\":\"";
            data_at_.push_back(body_.size() + id_offset / 3 * 4);
            body_ += wire::encode_base64(event(record_bytes));
            body_ += "\",\"PartitionKey\":\"";
            key_at_.push_back(body_.size() + 24);
            body_ += "00000000-0000-4000-8000-000000000000\"}";
        }
        body_ += "]}";
    }
    std::string& renew(std::uint64_t& counter) {
        for (std::size_t i = 0; i < data_at_.size(); ++i) {
            char id[16];
            std::snprintf(id, sizeof(id), "%012llx", static_cast<unsigned long long>(counter++));
            // Twelve characters of the id are sixteen of base64: both start at a multiple of three.
            const std::string encoded = wire::encode_base64(std::string_view(id, 12));
            std::memcpy(body_.data() + data_at_[i], encoded.data(), 16);
            std::memcpy(body_.data() + key_at_[i], id, 12);
        }
        return body_;
    }

  private:
    static constexpr std::size_t id_offset = 39;

    static std::string event(std::size_t bytes) {
        std::string text =
            "{\"event_id\":  \"00000000-0000-4000-8000-000000000000\",\"event_timestamp\":"
            "\"2026-03-01T12:00:05.123Z\",\"event_type\":\"start\",\"customer_id\":\"cust_004711\","
            "\"title_id\":\"title_0815\",\"title_type\":\"series\",\"device_type\":\"tv\","
            "\"quality\":\"1080p\",\"watch_duration_seconds\":1234,"
            "\"completion_percentage\":56.7,\"note\":\"";
        const std::string end = "\"}\n";
        while (text.size() + end.size() < bytes) {
            text += static_cast<char>('a' + (text.size() * 7) % 26);
        }
        return text + end;
    }

    std::string body_;
    std::vector<std::size_t> data_at_;
    std::vector<std::size_t> key_at_;
};

bench::LoadOptions load_options(const Arguments& arguments) {
    bench::LoadOptions options;
    options.host = arguments.text("host");
    options.port = static_cast<std::uint16_t>(arguments.number("port"));
    options.connections = arguments.number("connections");
    options.seconds = std::strtod(arguments.text("seconds").c_str(), nullptr);
    options.calls_max = arguments.number("calls");
    options.calls_per_second = std::strtod(arguments.text("calls-per-second").c_str(), nullptr);
    return options;
}

bool is_ok(int status, std::string_view) {
    return status == 200;
}

int finish(const Arguments& arguments, const bench::LoadResult& result, double units,
           const std::string& unit) {
    std::printf("%s\n", bench::to_json(arguments.mode, result, units, unit).c_str());
    return result.errors == 0 && result.calls > 0 ? 0 : 1;
}

int put_records(const Arguments& arguments) {
    Signer signer(arguments);
    const std::size_t records = arguments.number("records");
    PutRecordsBody body(arguments.text("stream"), records, arguments.number("record-bytes"));
    const auto options = load_options(arguments);
    std::vector<std::string> requests(options.connections);
    // Another start each run, so that runs against one server do not repeat each other's ids.
    std::uint64_t counter = static_cast<std::uint64_t>(now().ms & 0xffffff) << 24;
    const auto result = bench::run_load(
        options,
        [&](std::size_t connection) -> std::string_view {
            const std::string& text = body.renew(counter);
            sigv4::OutgoingRequest request;
            request.headers.add("X-Amz-Target", "Kinesis_20131202.PutRecords");
            request.headers.add("Content-Type", "application/x-amz-json-1.1");
            std::string& out = requests[connection];
            out = signer.head(std::move(request), "kinesis", text.size(), wire::sha256_hex(text));
            out += text;
            return out;
        },
        [](int status, std::string_view answer) {
            return status == 200 &&
                   answer.find("\"FailedRecordCount\":0") != std::string_view::npos;
        });
    return finish(arguments, result, static_cast<double>(records), "records");
}

int put_object(const Arguments& arguments) {
    Signer signer(arguments);
    const auto options = load_options(arguments);
    std::vector<std::string> requests(options.connections);
    std::string body(arguments.number("bytes"), 'x');
    std::uint64_t counter = static_cast<std::uint64_t>(now().ms);
    const auto result = bench::run_load(
        options,
        [&](std::size_t connection) -> std::string_view {
            char name[32];
            std::snprintf(name, sizeof(name), "%016llx",
                          static_cast<unsigned long long>(counter++));
            std::memcpy(body.data(), name, std::min<std::size_t>(16, body.size()));
            sigv4::OutgoingRequest request;
            request.method = "PUT";
            request.path = '/' + arguments.text("bucket") + "/load/" + name;
            std::string& out = requests[connection];
            out = signer.head(std::move(request), "s3", body.size(), wire::sha256_hex(body));
            out += body;
            return out;
        },
        is_ok);
    return finish(arguments, result, 1, "objects");
}

int get(const Arguments& arguments, bool is_signed) {
    Signer signer(arguments);
    auto options = load_options(arguments);
    options.discard_bodies = true;
    std::string request_text;
    std::int64_t signed_ms = 0;
    const auto result = bench::run_load(
        options,
        [&](std::size_t) -> std::string_view {
            // A signature is good for minutes; making one a second keeps the client out of the way.
            // Changed only while no connection has an unsent rest of it: requests are small.
            if (!request_text.empty() && now().ms - signed_ms < 60'000) return request_text;
            signed_ms = now().ms;
            if (is_signed) {
                sigv4::OutgoingRequest request;
                request.method = "GET";
                request.path = '/' + arguments.text("bucket") + '/' + arguments.text("key");
                request_text = signer.head(std::move(request), "s3", 0, wire::empty_sha256_hex);
            } else {
                request_text = "GET " + arguments.text("path") +
                               " HTTP/1.1\r\nHost: " + arguments.text("host") + "\r\n\r\n";
            }
            return request_text;
        },
        is_ok);
    return finish(arguments, result, 1, "objects");
}

int invoke(const Arguments& arguments) {
    Signer signer(arguments);
    const auto options = load_options(arguments);
    std::vector<std::string> requests(options.connections);
    const std::string body = arguments.text("payload").empty() ? "{}" : arguments.text("payload");
    const auto result = bench::run_load(
        options,
        [&](std::size_t connection) -> std::string_view {
            sigv4::OutgoingRequest request;
            request.path = "/2015-03-31/functions/" + arguments.text("function") + "/invocations";
            requests[connection] =
                signer.head(std::move(request), "lambda", body.size(), wire::sha256_hex(body)) +
                body;
            return requests[connection];
        },
        is_ok);
    return finish(arguments, result, 1, "invocations");
}

}  // namespace

int main(int count, char** values) {
    Arguments arguments;
    if (count > 1) arguments.mode = values[1];
    for (int i = 2; i + 1 < count; i += 2) {
        if (std::strncmp(values[i], "--", 2) == 0) arguments.named[values[i] + 2] = values[i + 1];
    }
    if (arguments.mode == "put-records") return put_records(arguments);
    if (arguments.mode == "put-object") return put_object(arguments);
    if (arguments.mode == "get-object") return get(arguments, true);
    if (arguments.mode == "get") return get(arguments, false);
    if (arguments.mode == "invoke") return invoke(arguments);
    std::fprintf(stderr,
                 "usage: load_generator put-records|put-object|get-object|get|invoke "
                 "[--name value]...\n");
    return 2;
}
