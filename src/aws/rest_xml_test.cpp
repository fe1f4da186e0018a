// REST-XML over a toy of S3's shapes: routing, locations, streams in and out, faults.
#include <gtest/gtest.h>

#include "aws/dispatcher.h"
#include "aws/testing.h"
#include "wire/uri.h"

namespace {

struct Toy {
    std::string stored;
    bool aborted = false;
    std::string last;  // the operation that ran, with what it saw
};

class TextSource final : public wire::BodySource {
  public:
    explicit TextSource(std::string text) : text_(std::move(text)) {}
    std::uint64_t length() const override { return text_.size(); }
    base::Result<std::size_t> read(std::span<char> out) override {
        const std::size_t count = std::min(out.size(), text_.size() - at_);
        std::copy_n(text_.data() + at_, count, out.data());
        at_ += count;
        return count;
    }

  private:
    std::string text_;
    std::size_t at_ = 0;
};

struct KeyInput {
    std::string bucket;
    std::string key;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Bucket", &KeyInput::bucket,
                        {.required = true, .location = shape::Location::path}),
            aws::member("Key", &KeyInput::key,
                        {.required = true, .min = 1, .location = shape::Location::path})};
    }
};

struct GetOutput {
    aws::StreamedBody body;
    std::string type = "text/plain";
    std::optional<base::Timestamp> modified;
    std::int64_t length = 0;
    std::map<std::string, std::string> metadata;
    std::optional<std::string> etag;
    std::optional<std::int32_t> status;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Body", &GetOutput::body, {.location = shape::Location::payload}),
            aws::member("ContentType", &GetOutput::type,
                        {.wire_name = "Content-Type", .location = shape::Location::header}),
            aws::member("LastModified", &GetOutput::modified,
                        {.wire_name = "Last-Modified", .location = shape::Location::header}),
            aws::member("ContentLength", &GetOutput::length,
                        {.wire_name = "Content-Length", .location = shape::Location::header}),
            aws::member("Metadata", &GetOutput::metadata,
                        {.wire_name = "x-amz-meta-", .location = shape::Location::header_prefix}),
            aws::member("ETag", &GetOutput::etag,
                        {.wire_name = "ETag", .location = shape::Location::header}),
            aws::member("Status", &GetOutput::status, {.location = shape::Location::status})};
    }
};

aws::Reply<GetOutput> get_object(Toy& toy, const aws::Call&, KeyInput& input) {
    if (input.key == "none") {
        aws::Fault fault("NoSuchKey", "The specified key does not exist.", 404);
        fault.members.emplace_back("Key", input.key);
        return fault;
    }
    toy.last = "get " + input.bucket + " " + input.key;
    GetOutput output;
    output.body.source = std::make_unique<TextSource>("the body");
    output.modified = base::Timestamp{1772366405250};
    output.length = 8;
    output.metadata["a"] = "1\r\nSet-Cookie: x";
    if (input.key == "part") output.status = 206;
    return output;
}
constinit const aws::Operation get_operation =
    aws::operation<&get_object>("GetObject", {.http = {"GET", "/{Bucket}/{Key+}"}});

aws::Reply<GetOutput> head_object(Toy& toy, const aws::Call& call, KeyInput& input) {
    return get_object(toy, call, input);
}
constinit const aws::Operation head_operation =
    aws::operation<&head_object>("HeadObject", {.http = {"HEAD", "/{Bucket}/{Key+}"}});

struct PutInput {
    std::string bucket;
    std::string key;
    std::optional<std::int64_t> length;
    std::map<std::string, std::string> metadata;
    std::optional<std::vector<std::string>> attributes;
    std::optional<base::Timestamp> since;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Bucket", &PutInput::bucket,
                        {.required = true, .location = shape::Location::path}),
            aws::member("Key", &PutInput::key,
                        {.required = true, .location = shape::Location::path}),
            aws::member("ContentLength", &PutInput::length,
                        {.wire_name = "Content-Length", .location = shape::Location::header}),
            aws::member("Metadata", &PutInput::metadata,
                        {.wire_name = "x-amz-meta-", .location = shape::Location::header_prefix}),
            aws::member("Attributes", &PutInput::attributes,
                        {.wire_name = "x-attributes", .location = shape::Location::header}),
            aws::member("Since", &PutInput::since,
                        {.wire_name = "If-Since", .location = shape::Location::header})};
    }
};
struct PutOutput {
    std::optional<std::string> etag;
    static constexpr auto members() {
        return std::tuple{aws::member("ETag", &PutOutput::etag,
                                      {.wire_name = "ETag", .location = shape::Location::header})};
    }
};

class Sink final : public wire::BodySink {
  public:
    Sink(Toy& toy, aws::Responder<PutOutput> respond) : toy_(toy), respond_(std::move(respond)) {}
    base::Result<void> write(std::string_view bytes) override {
        toy_.stored += bytes;
        return base::ok();
    }
    void finish() override { respond_(PutOutput{"\"etag\""}); }
    void abort() override { toy_.aborted = true; }

  private:
    Toy& toy_;
    aws::Responder<PutOutput> respond_;
};

aws::Reply<std::unique_ptr<wire::BodySink>> put_object(Toy& toy, const aws::Call&, PutInput& input,
                                                       aws::Responder<PutOutput> respond) {
    if (input.bucket == "none") {
        return aws::Fault("NoSuchBucket", "The specified bucket does not exist", 404);
    }
    toy.last = "put " + input.key + " " + std::to_string(input.length.value_or(-1));
    for (const auto& [key, value] : input.metadata)
        toy.last += " " + key + "=" + value;
    for (const auto& value : input.attributes.value_or(std::vector<std::string>{})) {
        toy.last += " [" + value + "]";
    }
    if (input.since.has_value()) toy.last += " " + std::to_string(input.since->ms);
    return std::make_unique<Sink>(toy, std::move(respond));
}
constinit const aws::Operation put_operation =
    aws::operation<&put_object>("PutObject", {.http = {"PUT", "/{Bucket}/{Key+}"}});

struct CopyInput {
    std::string bucket;
    std::string key;
    std::string source;
    static constexpr auto members() {
        return std::tuple{aws::member("Bucket", &CopyInput::bucket,
                                      {.required = true, .location = shape::Location::path}),
                          aws::member("Key", &CopyInput::key,
                                      {.required = true, .location = shape::Location::path}),
                          aws::member("CopySource", &CopyInput::source,
                                      {.required = true,
                                       .wire_name = "x-amz-copy-source",
                                       .location = shape::Location::header})};
    }
};
struct CopyResult {
    std::string etag;
    static constexpr auto members() { return std::tuple{aws::member("ETag", &CopyResult::etag)}; }
};
struct CopyOutput {
    CopyResult result;
    static constexpr auto members() {
        return std::tuple{aws::member("CopyObjectResult", &CopyOutput::result,
                                      {.location = shape::Location::payload})};
    }
};
aws::Reply<CopyOutput> copy_object(Toy& toy, const aws::Call&, CopyInput& input) {
    toy.last = "copy " + input.source;
    return CopyOutput{{"\"e\""}};
}
constinit const aws::Operation copy_operation =
    aws::operation<&copy_object>("CopyObject", {.http = {"PUT", "/{Bucket}/{Key+}"}});

struct PartInput {
    std::string bucket;
    std::string key;
    std::int64_t part = 0;
    std::string upload;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Bucket", &PartInput::bucket,
                        {.required = true, .location = shape::Location::path}),
            aws::member("Key", &PartInput::key,
                        {.required = true, .location = shape::Location::path}),
            aws::member("PartNumber", &PartInput::part,
                        {.required = true,
                         .min = 1,
                         .wire_name = "partNumber",
                         .location = shape::Location::query}),
            aws::member(
                "UploadId", &PartInput::upload,
                {.required = true, .wire_name = "uploadId", .location = shape::Location::query})};
    }
};
aws::Reply<PutOutput> upload_part(Toy& toy, const aws::Call&, PartInput& input) {
    toy.last = "part " + std::to_string(input.part) + " of " + input.upload;
    return PutOutput{};
}
constinit const aws::Operation part_operation =
    aws::operation<&upload_part>("UploadPart", {.http = {"PUT", "/{Bucket}/{Key+}"}});

struct BucketInput {
    std::string bucket;
    std::optional<std::string> prefix;
    std::optional<std::int64_t> keys_max;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Bucket", &BucketInput::bucket,
                        {.required = true, .location = shape::Location::path}),
            aws::member("Prefix", &BucketInput::prefix,
                        {.wire_name = "prefix", .location = shape::Location::query}),
            aws::member("MaxKeys", &BucketInput::keys_max,
                        {.max = 5, .wire_name = "max-keys", .location = shape::Location::query})};
    }
};
struct ListOutput {
    std::string name;
    std::vector<CopyResult> contents;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &ListOutput::name),
                          aws::member("Contents", &ListOutput::contents, {.flattened = true})};
    }
};
aws::Reply<ListOutput> list_v2(Toy& toy, const aws::Call&, BucketInput& input) {
    toy.last = "list2 " + input.prefix.value_or("-");
    return ListOutput{input.bucket, {{"a<"}, {"b"}}};
}
constinit const aws::Operation list_v2_operation = aws::operation<&list_v2>(
    "ListObjectsV2",
    {.http = {"GET", "/{Bucket}?list-type=2"}, .output_element = "ListBucketResult"});
aws::Reply<ListOutput> list_v1(Toy& toy, const aws::Call&, BucketInput& input) {
    toy.last = "list1";
    return ListOutput{input.bucket, {}};
}
constinit const aws::Operation list_v1_operation = aws::operation<&list_v1>(
    "ListObjects", {.http = {"GET", "/{Bucket}"}, .output_element = "ListBucketResult"});

struct LocationOutput {
    std::string constraint;
    static constexpr auto members() {
        return std::tuple{aws::member("LocationConstraint", &LocationOutput::constraint)};
    }
};
aws::Reply<LocationOutput> get_location(Toy&, const aws::Call& call, BucketInput&) {
    return LocationOutput{call.region};
}
constinit const aws::Operation location_operation = aws::operation<&get_location>(
    "GetBucketLocation", {.http = {"GET", "/{Bucket}?location"}, .output_element = ""});

aws::Reply<shape::Empty> list_buckets(Toy& toy, const aws::Call&, shape::Empty&) {
    toy.last = "buckets";
    return shape::Empty{};
}
constinit const aws::Operation buckets_operation =
    aws::operation<&list_buckets>("ListBuckets", {.http = {"GET", "/"}});

struct DeleteEntry {
    std::string key;
    static constexpr auto members() {
        return std::tuple{aws::member("Key", &DeleteEntry::key, {.required = true, .min = 1})};
    }
};
struct Delete {
    std::vector<DeleteEntry> objects;
    bool quiet = false;
    static constexpr auto members() {
        return std::tuple{aws::member("Objects", &Delete::objects,
                                      {.required = true, .wire_name = "Object", .flattened = true}),
                          aws::member("Quiet", &Delete::quiet)};
    }
};
struct DeleteInput {
    std::string bucket;
    Delete list;
    static constexpr auto members() {
        return std::tuple{aws::member("Bucket", &DeleteInput::bucket,
                                      {.required = true, .location = shape::Location::path}),
                          aws::member("Delete", &DeleteInput::list,
                                      {.required = true, .location = shape::Location::payload})};
    }
};
aws::Reply<shape::Empty> delete_objects(Toy& toy, const aws::Call&, DeleteInput& input) {
    toy.last = "delete " + std::to_string(input.list.objects.size());
    return shape::Empty{};
}
constinit const aws::Operation delete_operation =
    aws::operation<&delete_objects>("DeleteObjects", {.http = {"POST", "/{Bucket}?delete"}});
aws::Reply<shape::Empty> delete_bucket(Toy& toy, const aws::Call&, BucketInput&) {
    toy.last = "delete bucket";
    return shape::Empty{};
}
constinit const aws::Operation delete_bucket_operation =
    aws::operation<&delete_bucket>("DeleteBucket", {.http = {"DELETE", "/{Bucket}", 204}});

constexpr const aws::Operation* operations[] = {
    &get_operation,     &head_operation,    &put_operation,          &copy_operation,
    &part_operation,    &list_v1_operation, &list_v2_operation,      &location_operation,
    &buckets_operation, &delete_operation,  &delete_bucket_operation};
const aws::ServiceModel model = {.id = "s3",
                                 .signing_name = "s3",
                                 .xml_namespace = "http://s3.amazonaws.com/doc/2006-03-01/",
                                 .protocol = aws::Protocol::rest_xml,
                                 .operations = operations,
                                 .validation_code = "InvalidArgument"};

class RestXml : public testing::Test {
  protected:
    Toy toy_;
    aws::testing::Harness harness_{model, &toy_};
};

TEST_F(RestXml, StreamsOut) {
    const auto answer = harness_.rest("GET", "/b/a%2Fb/c%20d+e?x-id=GetObject");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "the body");
    EXPECT_EQ(toy_.last, "get b a/b/c d+e");
    EXPECT_EQ(answer.headers.get("content-type"), "text/plain");
    EXPECT_EQ(answer.headers.get("last-modified"), "Sun, 01 Mar 2026 12:00:05 GMT");
    EXPECT_EQ(answer.headers.find("content-length"), nullptr);
    EXPECT_EQ(answer.headers.find("etag"), nullptr);
    EXPECT_FALSE(answer.headers.get("x-amz-request-id").empty());
    // Nothing that was stored can add a header.
    EXPECT_EQ(answer.headers.get("x-amz-meta-a"), "1  Set-Cookie: x");
    EXPECT_EQ(harness_.rest("GET", "/b/part").status, 206);
}

TEST_F(RestXml, StreamsIn) {
    const std::string body(600'000, 'x');
    const auto answer = harness_.rest("PUT", "/b/k", body,
                                      {{"x-amz-meta-Color", "blue"},
                                       {"X-Amz-Meta-size", "L"},
                                       {"x-attributes", "a, \"b,c\" ,d"},
                                       {"If-Since", "Sun, 01 Mar 2026 12:00:05 GMT"}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.headers.get("ETag"), "\"etag\"");
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(toy_.stored, body);
    EXPECT_EQ(toy_.last, "put k 600000 color=blue size=L [a] [b,c] [d] 1772366405000");
}

TEST_F(RestXml, AStreamedHandlersFaultIsTheAnswer) {
    const auto answer = harness_.rest("PUT", "/none/k", "data");
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.error_code(), "NoSuchBucket");
    EXPECT_EQ(toy_.stored, "");
}

TEST_F(RestXml, BadHeadersAreRefused) {
    const auto answer = harness_.rest("PUT", "/b/k", "", {{"If-Since", "yesterday"}});
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.error_code(), "InvalidArgument");
}

TEST_F(RestXml, HeadAnswersHaveNoBody) {
    const auto answer = harness_.rest("HEAD", "/b/k");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "");
    const auto missing = harness_.rest("HEAD", "/b/none");
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.body, "");
}

TEST_F(RestXml, FaultsAreS3s) {
    const auto answer = harness_.rest("GET", "/b/none");
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.error_code(), "NoSuchKey");
    EXPECT_TRUE(answer.body.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>"
        "<Message>The specified key does not exist.</Message><Key>none</Key>"
        "<Resource>/b/none</Resource><RequestId>"))
        << answer.body;
    EXPECT_EQ(answer.headers.get("content-type"), "application/xml");
}

TEST_F(RestXml, TheMostSpecificOperationWins) {
    const auto last = [&](std::string_view method, std::string_view target,
                          const aws::testing::HeaderList& headers = {}) {
        toy_.last.clear();
        const auto answer = harness_.rest(method, target, {}, headers);
        return toy_.last.empty() ? std::to_string(answer.status) + " " + answer.error_code()
                                 : toy_.last;
    };
    EXPECT_EQ(last("PUT", "/b/k", {{"x-amz-copy-source", "/a/b"}}), "copy /a/b");
    EXPECT_EQ(last("PUT", "/b/k?partNumber=3&uploadId=u"), "part 3 of u");
    EXPECT_EQ(last("PUT", "/b/k?partNumber=0&uploadId=u"), "400 InvalidArgument");
    EXPECT_EQ(last("PUT", "/b/k"), "put k 0");
    EXPECT_EQ(last("GET", "/b?list-type=2&prefix=a%2Fb"), "list2 a/b");
    EXPECT_EQ(last("GET", "/b/?list-type=2"), "list2 -");
    EXPECT_EQ(last("GET", "/b"), "list1");
    EXPECT_EQ(last("GET", "/"), "buckets");
    EXPECT_EQ(last("DELETE", "/b"), "delete bucket");
    // Other sub-resources are other operations, never the one of the plain path.
    EXPECT_EQ(last("DELETE", "/b?policy"), "501 NotImplemented");
    EXPECT_EQ(last("PUT", "/b/k?tagging"), "501 NotImplemented");
    EXPECT_EQ(last("GET", "/b?versions"), "501 NotImplemented");
    EXPECT_EQ(last("PATCH", "/b"), "501 NotImplemented");
    EXPECT_EQ(last("GET", "/b?max-keys=6"), "400 InvalidArgument");
    EXPECT_EQ(last("GET", "/b?max-keys=many"), "400 InvalidArgument");
}

TEST_F(RestXml, VirtualHosts) {
    for (const char* host : {"b.s3.localhost:4566", "b.localhost", "b.s3.us-west-2.localhost:4566",
                             "b.s3.us-west-2.amazonaws.com"}) {
        harness_.rest("GET", "/k/l", {}, {{"Host", host}});
        EXPECT_EQ(toy_.last, "get b k/l") << host;
    }
    harness_.rest("GET", "/?list-type=2", {}, {{"Host", "my.dotted.bucket.s3.localhost"}});
    EXPECT_EQ(toy_.last, "list2 -");
    harness_.rest("GET", "/", {}, {{"Host", "s3.localhost:4566"}});
    EXPECT_EQ(toy_.last, "buckets");
    harness_.rest("GET", "/b/k", {}, {{"Host", "localhost:4566"}});
    EXPECT_EQ(toy_.last, "get b k");
    harness_.rest("GET", "/b/k", {}, {{"Host", "[::1]:4566"}});
    EXPECT_EQ(toy_.last, "get b k");
}

TEST_F(RestXml, DocumentsBothWays) {
    EXPECT_EQ(harness_.rest("GET", "/b?list-type=2").body,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
              "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name><Contents>"
              "<ETag>a&lt;</ETag></Contents><Contents><ETag>b</ETag></Contents>"
              "</ListBucketResult>");
    EXPECT_EQ(harness_.rest("GET", "/b?location").body,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint "
              "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">us-west-2</LocationConstraint>");
    EXPECT_NE(harness_.rest("PUT", "/b/k", "", {{"x-amz-copy-source", "/a/b"}})
                  .body.find("<CopyObjectResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                             "<ETag>&quot;e&quot;</ETag></CopyObjectResult>"),
              std::string::npos);
    harness_.rest("POST", "/b?delete",
                  "<Delete xmlns=\"x\"><Object><Key>a</Key></Object><Object><Key>b</Key></Object>"
                  "<Quiet>true</Quiet></Delete>");
    EXPECT_EQ(toy_.last, "delete 2");
    EXPECT_EQ(harness_.rest("POST", "/b?delete", "<Delete><Object>").error_code(), "MalformedXML");
    EXPECT_EQ(harness_.rest("POST", "/b?delete", "").error_code(), "InvalidArgument");
    EXPECT_EQ(harness_.rest("POST", "/b?delete", "<Delete><Object/></Delete>").error_code(),
              "InvalidArgument");
    const auto gone = harness_.rest("DELETE", "/b");
    EXPECT_EQ(gone.status, 204);
    EXPECT_EQ(gone.body, "");
}

TEST(RestXmlRouting, HostilePathsFindNothingOrASafeName) {
    aws::Router router;
    Toy toy;
    router.add(model, &toy);
    for (const char* target : {"//", "/b/%", "/b/%zz", "/%00", "", "?", "/?", "*", "/b//k"}) {
        wire::RequestHead head;
        head.method = "GET";
        head.target = target;
        const auto route = router.route(head);
        EXPECT_EQ(route.model, &model) << target;
    }
}

}  // namespace
