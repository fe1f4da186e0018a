// Signed requests through the whole path, over real sockets, against two toy services: one JSON,
// one with streamed bodies in S3's protocol.
#include "server/pipeline.h"

#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/random.h"
#include "os/thread_pool.h"
#include "server/testing.h"
#include "sim/recording_log.h"
#include "wire/aws_chunked.h"

namespace server {
namespace {

using testing::eventually;
using testing::RawAnswer;
using testing::RawClient;
namespace sigv4 = wire::sigv4;

struct Toy {
    std::string stored;
    std::string trailers;
    std::string seen;  // how PutObject saw the head
    std::atomic<int> finished = 0;
    std::atomic<int> aborted = 0;
    void clear() {
        stored.clear();
        trailers.clear();
        finished = 0;
        aborted = 0;
    }
};

struct EchoInput {
    std::string text;
    static constexpr auto members() {
        return std::tuple{aws::member("Text", &EchoInput::text, {.required = true})};
    }
};
struct EchoOutput {
    std::string text;
    std::string caller;
    static constexpr auto members() {
        return std::tuple{aws::member("Text", &EchoOutput::text),
                          aws::member("Caller", &EchoOutput::caller)};
    }
};
aws::Reply<EchoOutput> echo(Toy&, const aws::Call& call, EchoInput& input) {
    return EchoOutput{input.text, call.caller.arn + ' ' + call.region + ' ' + call.endpoint};
}
constinit const aws::Operation echo_operation =
    aws::operation<&echo>("Echo", {.body_bytes_max = 1000});
constexpr const aws::Operation* json_operations[] = {&echo_operation};
const aws::ServiceModel json_model = {.id = "toy",
                                      .signing_name = "toy",
                                      .target_prefix = "Toy_1",
                                      .protocol = aws::Protocol::json_1_1,
                                      .operations = json_operations};

struct PutInput {
    std::string bucket;
    std::string key;
    static constexpr auto members() {
        return std::tuple{aws::member("Bucket", &PutInput::bucket,
                                      {.required = true, .location = shape::Location::path}),
                          aws::member("Key", &PutInput::key,
                                      {.required = true, .location = shape::Location::path})};
    }
};
class ToySink final : public wire::BodySink {
  public:
    ToySink(Toy& toy, aws::Responder<shape::Empty> respond)
        : toy_(toy), respond_(std::move(respond)) {}
    base::Result<void> write(std::string_view bytes) override {
        toy_.stored += bytes;
        return base::ok();
    }
    void trailers(const wire::Headers& fields) override {
        for (const auto& field : fields.fields())
            toy_.trailers += field.name + '=' + field.value + ';';
    }
    void finish() override {
        ++toy_.finished;
        respond_(shape::Empty{});
    }
    void abort() override { ++toy_.aborted; }

  private:
    Toy& toy_;
    aws::Responder<shape::Empty> respond_;
};
aws::Reply<std::unique_ptr<wire::BodySink>> put_object(Toy& toy, const aws::Call& call, PutInput&,
                                                       aws::Responder<shape::Empty> respond) {
    toy.seen = std::to_string(call.head->content_length.value_or(0)) + ' ' +
               std::string(call.header("content-encoding"));
    return std::make_unique<ToySink>(toy, std::move(respond));
}
constinit const aws::Operation put_operation = aws::operation<&put_object>(
    "PutObject", {.http = {"PUT", "/{Bucket}/{Key+}"}, .body_bytes_max = 10 << 20});

struct TagInput {
    std::string bucket;
    std::string body;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Bucket", &TagInput::bucket,
                        {.required = true, .location = shape::Location::path}),
            aws::member("Body", &TagInput::body, {.location = shape::Location::payload})};
    }
};
aws::Reply<shape::Empty> put_tags(Toy& toy, const aws::Call& call, TagInput& input) {
    toy.stored = input.body;
    toy.trailers = call.header("x-amz-checksum-crc32");
    return shape::Empty{};
}
constinit const aws::Operation tag_operation =
    aws::operation<&put_tags>("PutBucketTagging", {.http = {"PUT", "/{Bucket}?tagging"}});
constexpr const aws::Operation* s3_operations[] = {&put_operation, &tag_operation};
const aws::ServiceModel s3_model = {.id = "s3",
                                    .signing_name = "s3",
                                    .protocol = aws::Protocol::rest_xml,
                                    .operations = s3_operations};

const sigv4::Credentials root{"AKROOT", "rootsecret"};
const std::string master_key(32, 'm');

class PipelineTest : public ::testing::Test {
  protected:
    ~PipelineTest() override {
        if (server_) server_->stop(0);
        network_.stop();
        pool_.stop();
    }

    RawClient connect() {
        if (!server_) {
            dispatcher_.add(json_model, &toy_);
            dispatcher_.add(s3_model, &toy_);
            pipeline_ = std::make_unique<Pipeline>(options_, dispatcher_, credentials_, clock_,
                                                   random_, log_, metrics_);
            server_ = std::make_unique<HttpServer>(
                http_options_, HttpServer::Environment{network_, pool_, clock_, log_, metrics_},
                *pipeline_);
            port_ = server_->listen_tcp("127.0.0.1:0").value();
        }
        return RawClient::tcp(port_);
    }

    static std::string text_of(const sigv4::OutgoingRequest& request, std::string_view body) {
        std::string out = request.method + ' ' + request.path +
                          (request.query.empty() ? "" : '?' + request.query) + " HTTP/1.1\r\n";
        for (const auto& field : request.headers.fields()) {
            out += field.name + ": " + field.value + "\r\n";
        }
        out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
        return out + std::string(body);
    }

    sigv4::OutgoingRequest echo_request() const {
        sigv4::OutgoingRequest request;
        request.headers.add("Host", "localhost:4566");
        request.headers.add("X-Amz-Target", "Toy_1.Echo");
        request.headers.add("Content-Type", "application/x-amz-json-1.1");
        return request;
    }
    std::string signed_echo(std::string_view body, const sigv4::Credentials& credentials = root,
                            std::int64_t shift_ms = 0) {
        auto request = echo_request();
        sigv4::sign(request, credentials, {"us-west-2", "toy", {clock_.now().ms + shift_ms}},
                    wire::sha256_hex(body));
        return text_of(request, body);
    }
    RawAnswer call(const std::string& request) {
        RawClient client = connect();
        EXPECT_TRUE(client.send(request));
        return client.read_answer();
    }

    sigv4::OutgoingRequest put_request(const std::string& path = "/bucket/key") const {
        sigv4::OutgoingRequest request;
        request.method = "PUT";
        request.path = path;
        request.headers.add("Host", "localhost:4566");
        return request;
    }
    std::string signed_put(sigv4::OutgoingRequest request, std::string_view body,
                           std::string_view payload) {
        sigv4::sign(request, root, {"us-west-2", "s3", clock_.now()}, payload);
        return text_of(request, body);
    }
    // A PUT in aws-chunked coding; `damage` changes the encoded body.
    std::string chunked_put(std::string_view payload, std::string_view body,
                            const std::function<void(std::string&)>& damage = {},
                            sigv4::OutgoingRequest request = {}) {
        if (request.headers.fields().empty()) request = put_request();
        request.headers.add("x-amz-decoded-content-length", std::to_string(body.size()));
        request.headers.add("Content-Encoding", "aws-chunked,gzip");
        wire::Headers trailers;
        wire::aws_chunked::Options options;
        options.payload = *sigv4::payload_of(payload);
        if (options.payload != sigv4::Payload::streaming_signed) {
            request.headers.add("x-amz-trailer", "x-amz-checksum-crc32");
            trailers.add("x-amz-checksum-crc32", "AAAAAA==");
        }
        options.seed_signature =
            sigv4::sign(request, root, {"us-west-2", "s3", clock_.now()}, payload);
        options.timestamp = request.headers.get("x-amz-date");
        options.scope = {options.timestamp.substr(0, 8), "us-west-2", "s3"};
        options.key = sigv4::derive_signing_key(root.secret_access_key, options.scope);
        std::string encoded = wire::aws_chunked::encode(body, 8192, options, trailers);
        if (damage) damage(encoded);
        return text_of(request, encoded);
    }

    os::Network network_{1};
    os::ThreadPool pool_{1};
    os::SystemClock clock_;
    os::SystemRandom random_;
    sim::RecordingLog log_;
    base::Metrics metrics_;
    Toy toy_;
    aws::CredentialStore credentials_{
        {root.access_key_id, root.secret_access_key}, master_key, clock_, random_};
    aws::Dispatcher dispatcher_{clock_, log_, metrics_};
    PipelineOptions options_;
    HttpOptions http_options_;
    std::unique_ptr<Pipeline> pipeline_;
    std::unique_ptr<HttpServer> server_;
    std::uint16_t port_ = 0;
};

TEST_F(PipelineTest, RunsSignedRequests) {
    const RawAnswer answer = call(signed_echo(R"({"Text":"hi"})"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body,
              "{\"Text\":\"hi\",\"Caller\":\"arn:aws:iam::000000000000:root us-west-2 "
              "http://localhost:4566\"}");
    EXPECT_EQ(answer.headers.count("x-amzn-requestid"), 1U);
    EXPECT_EQ(answer.headers.at("server"), "datastack");
}

TEST_F(PipelineTest, RefusesWrongSignatures) {
    const auto refusal = [this](const std::string& request) {
        const RawAnswer answer = call(request);
        EXPECT_EQ(answer.status, 400);
        EXPECT_EQ(answer.headers.count("x-amzn-requestid"), 1U);
        const std::size_t at = answer.body.find("\"__type\":\"") + 10;
        return answer.body.substr(at, answer.body.find('"', at) - at) + '|' + answer.body;
    };
    const std::string body = R"({"Text":"hi"})";
    std::string answer = refusal(signed_echo(body, {root.access_key_id, "wrong"}));
    EXPECT_TRUE(answer.starts_with("InvalidSignatureException|")) << answer;
    EXPECT_NE(answer.find("datastack env"), std::string::npos);
    answer = refusal(signed_echo(body, {"AKOTHER", root.secret_access_key}));
    EXPECT_TRUE(answer.starts_with("UnrecognizedClientException|")) << answer;
    EXPECT_NE(answer.find("datastack env"), std::string::npos);
    EXPECT_TRUE(refusal(signed_echo(body, root, -16 * 60 * 1000))
                    .starts_with("InvalidSignatureException|"));
    EXPECT_TRUE(
        refusal(text_of(echo_request(), body)).starts_with("MissingAuthenticationTokenException|"));
    std::string changed = signed_echo(body);
    changed.replace(changed.size() - 4, 2, "ho");
    EXPECT_TRUE(refusal(changed).starts_with("InvalidSignatureException|"));
    auto other_service = echo_request();
    sigv4::sign(other_service, root, {"us-west-2", "s3", clock_.now()}, wire::sha256_hex(body));
    EXPECT_TRUE(refusal(text_of(other_service, body)).starts_with("InvalidSignatureException|"));
}

TEST_F(PipelineTest, AcceptsTemporaryKeysWithTheirTokenOnly) {
    const auto issued =
        credentials_.issue("000000000000", "arn:aws:iam::000000000000:role/r", "s", 60'000);
    sigv4::Credentials keys{issued.access_key_id, issued.secret_access_key, issued.session_token};
    const RawAnswer answer = call(signed_echo(R"({"Text":"hi"})", keys));
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_NE(answer.body.find("arn:aws:sts::000000000000:assumed-role/r/s"), std::string::npos);
    keys.session_token += "x";
    EXPECT_EQ(call(signed_echo(R"({"Text":"hi"})", keys)).status, 400);
    const auto expired =
        credentials_.issue("000000000000", "arn:aws:iam::000000000000:role/r", "s", 0);
    const RawAnswer late =
        call(signed_echo(R"({"Text":"hi"})", {expired.access_key_id, expired.secret_access_key,
                                              expired.session_token}));
    EXPECT_NE(late.body.find("ExpiredTokenException"), std::string::npos) << late.body;
}

TEST_F(PipelineTest, TakesAnyKeyWhenAuthenticationIsOff) {
    options_.authentication.verify = false;
    const RawAnswer answer = call(signed_echo(R"({"Text":"hi"})", {"123456789012", "any"}));
    EXPECT_NE(answer.body.find("arn:aws:iam::123456789012:root us-west-2"), std::string::npos);
    EXPECT_NE(call(text_of(echo_request(), R"({"Text":"hi"})"))
                  .body.find("arn:aws:iam::000000000000:root us-east-1"),
              std::string::npos);
    // A role's session is the role, whatever its signature; a token of nobody's is no reason.
    const auto issued =
        credentials_.issue("123456789012", "arn:aws:iam::123456789012:role/r", "s", 60'000);
    const RawAnswer session =
        call(signed_echo(R"({"Text":"hi"})", {issued.access_key_id, "any", issued.session_token}));
    EXPECT_NE(session.body.find("arn:aws:sts::123456789012:assumed-role/r/s"), std::string::npos)
        << session.body;
    const RawAnswer stranger =
        call(signed_echo(R"({"Text":"hi"})", {issued.access_key_id, "any", "a token"}));
    EXPECT_NE(stranger.body.find("arn:aws:iam::000000000000:root"), std::string::npos);
}

TEST_F(PipelineTest, RefusesBodiesPastTheOperationsMaximum) {
    const std::string body = "{\"Text\":\"" + std::string(991, 'x') + "\"}";
    EXPECT_EQ(body.size(), 1002U);
    const RawAnswer answer = call(signed_echo(body));
    EXPECT_EQ(answer.status, 413);
    EXPECT_NE(answer.body.find("RequestEntityTooLarge"), std::string::npos);
    EXPECT_EQ(call(signed_echo("{\"Text\":\"" + std::string(989, 'x') + "\"}")).status, 200);
}

TEST_F(PipelineTest, AnswersBusyInTheServicesWords) {
    http_options_.memory_bytes_max = 5;
    const RawAnswer json = call(signed_echo(R"({"Text":"hi"})"));
    EXPECT_NE(json.body.find("ThrottlingException"), std::string::npos);
    const RawAnswer s3 = call(signed_put(put_request(), "123456", "UNSIGNED-PAYLOAD"));
    EXPECT_EQ(s3.status, 503);
    EXPECT_NE(s3.body.find("<Code>SlowDown</Code>"), std::string::npos);
}

TEST_F(PipelineTest, AsksTheProgramBeforeItRuns) {
    options_.admit = [](const aws::Route& route) -> std::optional<aws::Fault> {
        if (route.operation->name == "Echo") return aws::Fault("ThrottlingException", "disk full");
        return std::nullopt;
    };
    EXPECT_NE(call(signed_echo(R"({"Text":"hi"})")).body.find("disk full"), std::string::npos);
}

TEST_F(PipelineTest, UnknownOperationsAreRefusedAfterAuthentication) {
    auto request = echo_request();
    request.headers.set("X-Amz-Target", "Toy_1.Nothing");
    const std::string unsigned_text = text_of(request, "{}");
    EXPECT_EQ(call(unsigned_text).status, 400);
    sigv4::sign(request, root, {"us-west-2", "toy", clock_.now()}, wire::sha256_hex("{}"));
    EXPECT_EQ(call(text_of(request, "{}")).status, 501);
}

TEST_F(PipelineTest, StreamsSignedPayloads) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{3'000'000}}) {
        toy_.clear();
        const std::string body(size, 'b');
        EXPECT_EQ(call(signed_put(put_request(), body, wire::sha256_hex(body))).status, 200);
        EXPECT_EQ(toy_.stored, body);
        EXPECT_EQ(toy_.finished, 1);
    }
    EXPECT_EQ(call(signed_put(put_request(), "body", "UNSIGNED-PAYLOAD")).status, 200);
}

TEST_F(PipelineTest, UndoesAStreamedBodyWhoseHashDiffers) {
    for (const std::size_t size : {std::size_t{10}, std::size_t{3'000'000}}) {
        toy_.clear();
        const std::string body(size, 'b');
        const RawAnswer answer = call(signed_put(put_request(), body, wire::sha256_hex("other")));
        EXPECT_EQ(answer.status, 400);
        EXPECT_NE(answer.body.find("XAmzContentSHA256Mismatch"), std::string::npos);
        EXPECT_EQ(toy_.finished, 0);
        EXPECT_TRUE(eventually([this] { return toy_.aborted == 1; }));
    }
}

TEST_F(PipelineTest, DecodesChunkedPayloads) {
    const std::string body(20'000, 'c');
    for (const char* payload :
         {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
          "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}) {
        toy_.clear();
        const RawAnswer answer = call(chunked_put(payload, body));
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(toy_.stored, body);
        EXPECT_EQ(toy_.seen, "20000 gzip");
        const bool trailer = std::string_view(payload).ends_with("TRAILER");
        EXPECT_EQ(toy_.trailers, trailer ? "x-amz-checksum-crc32=AAAAAA==;" : "");
        // A body in memory is decoded too, and its trailers are headers there.
        toy_.clear();
        auto request = put_request("/bucket");
        request.query = "tagging";
        EXPECT_EQ(call(chunked_put(payload, body, {}, request)).status, 200);
        EXPECT_EQ(toy_.stored, body);
        EXPECT_EQ(toy_.trailers, trailer ? "AAAAAA==" : "");
    }
}

TEST_F(PipelineTest, TheDecodedLengthIsHeldToTheOperationsMaximum) {
    const std::string payload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    EXPECT_EQ(call(chunked_put(payload, std::string(10 << 20, 'c'))).status, 200);
    EXPECT_EQ(toy_.stored.size(), std::size_t{10} << 20);
    const RawAnswer answer = call(chunked_put(payload, std::string((10 << 20) + 1, 'c')));
    EXPECT_EQ(answer.status, 400);
    EXPECT_NE(answer.body.find("EntityTooLarge"), std::string::npos);
}

TEST_F(PipelineTest, RefusesDamagedChunks) {
    const std::string body(200'000, 'c');
    const auto change = [](std::string& encoded) { encoded[encoded.size() / 2] ^= 1; };
    const RawAnswer answer = call(chunked_put("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", body, change));
    EXPECT_EQ(answer.status, 403);
    EXPECT_NE(answer.body.find("SignatureDoesNotMatch"), std::string::npos) << answer.body;
    EXPECT_EQ(toy_.finished, 0);
    const auto cut = [](std::string& encoded) { encoded.resize(encoded.size() - 2); };
    const RawAnswer early = call(chunked_put("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "abc", cut));
    EXPECT_EQ(early.status, 400);
    EXPECT_NE(early.body.find("InvalidRequest"), std::string::npos) << early.body;
    EXPECT_EQ(toy_.finished, 0);
}

TEST_F(PipelineTest, RefusesS3RequestsInItsWords) {
    const auto code = [](const RawAnswer& answer) {
        const std::size_t at = answer.body.find("<Code>") + 6;
        return answer.body.substr(at, answer.body.find('<', at) - at);
    };
    EXPECT_EQ(code(call(text_of(put_request(), "x"))), "AccessDenied");
    auto request = put_request();
    sigv4::sign(request, {"AKOTHER", "s"}, {"us-west-2", "s3", clock_.now()}, "UNSIGNED-PAYLOAD");
    EXPECT_EQ(code(call(text_of(request, "x"))), "InvalidAccessKeyId");
    request = put_request();
    sigv4::sign(request, {root.access_key_id, "s"}, {"us-west-2", "s3", clock_.now()},
                "UNSIGNED-PAYLOAD");
    const RawAnswer mismatch = call(text_of(request, "x"));
    EXPECT_EQ(mismatch.status, 403);
    EXPECT_EQ(code(mismatch), "SignatureDoesNotMatch");
    EXPECT_NE(mismatch.body.find("<CanonicalRequest>PUT"), std::string::npos);
    request = put_request();
    sigv4::sign(request, root, {"us-west-2", "s3", {clock_.now().ms - 3'600'000}},
                "UNSIGNED-PAYLOAD");
    EXPECT_EQ(code(call(text_of(request, "x"))), "RequestTimeTooSkewed");
    EXPECT_EQ(code(call(signed_put(put_request(), "x", "NONSENSE"))), "InvalidArgument");
    EXPECT_EQ(code(call(signed_put(put_request(), "x", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"))),
              "MissingContentLength");
    EXPECT_EQ(toy_.stored, "");
}

TEST_F(PipelineTest, TakesPresignedUrls) {
    auto request = put_request();
    sigv4::presign(request, root, {"us-west-2", "s3", clock_.now()}, 60);
    EXPECT_EQ(call(text_of(request, "presigned")).status, 200);
    EXPECT_EQ(toy_.stored, "presigned");
    auto expired = put_request();
    sigv4::presign(expired, root, {"us-west-2", "s3", {clock_.now().ms - 61'000}}, 60);
    const RawAnswer answer = call(text_of(expired, "x"));
    EXPECT_EQ(answer.status, 403);
    EXPECT_NE(answer.body.find("Request has expired"), std::string::npos);
    request.headers.add("x-amz-acl", "public-read");
    EXPECT_EQ(call(text_of(request, "x")).status, 403);
}

TEST_F(PipelineTest, RefusesRequestsThatDnsRebindingMakes) {
    const std::string signed_text = signed_echo(R"({"Text":"hi"})");
    const auto with = [&](const std::string& headers) {
        std::string text = signed_text;
        return call(text.insert(text.find("Content-Length"), headers)).status;
    };
    EXPECT_EQ(with("Origin: https://console.example\r\n"), 200);  // the signature vouches
    EXPECT_EQ(with("Sec-Fetch-Site: cross-site\r\n"), 200);
    auto rebound = echo_request();
    rebound.headers.set("Host", "evil.example:4566");
    sigv4::sign(rebound, root, {"us-west-2", "toy", clock_.now()}, wire::sha256_hex("{}"));
    rebound.headers.add("Origin", "http://evil.example:4566");
    EXPECT_EQ(call(text_of(rebound, "{}")).status, 403);
    EXPECT_EQ(call("GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 403);
}

TEST_F(PipelineTest, WithoutSignaturesPagesOfOthersAreRefused) {
    options_.authentication.verify = false;
    auto request = echo_request();
    request.headers.add("Origin", "http://localhost:3000");
    EXPECT_EQ(call(text_of(request, R"({"Text":"hi"})")).status, 200);
    for (const char* origin : {"https://evil.example", "null", "http://localhost.evil.example"}) {
        request.headers.set("Origin", origin);
        EXPECT_EQ(call(text_of(request, R"({"Text":"hi"})")).status, 403) << origin;
    }
}

TEST_F(PipelineTest, ShowsItsOwnPages) {
    const RawAnswer health = call("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(health.status, 200);
    EXPECT_EQ(health.body, "{\"status\":\"ok\"}");
    call(signed_echo(R"({"Text":"hi"})"));
    const RawAnswer metrics = call("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    EXPECT_EQ(metrics.status, 200);
    EXPECT_NE(metrics.body.find("operation=\"Echo\""), std::string::npos);
    EXPECT_NE(metrics.body.find("http_requests_total{server=\"api\"}"), std::string::npos);
    EXPECT_EQ(call("POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").status,
              405);
}

}  // namespace
}  // namespace server
