// Signatures against AWS's published examples, and what must not pass.
#include "wire/sigv4.h"

#include <gtest/gtest.h>

#include "wire/http1.h"
#include "wire/uri.h"

namespace wire::sigv4 {
namespace {

const http1::Limits limits;

// S3's documentation.
const Credentials docs{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
// The general documentation and AWS's test suite.
const Credentials suite{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};

base::Timestamp at(std::string_view text) {
    return parse_timestamp(text).value();
}

RequestHead head_of(const std::string& text) {
    http1::HeadParser parser(limits);
    EXPECT_EQ(parser.parse(text + "\r\n"), http1::HeadParser::Progress::complete)
        << parser.refusal().reason;
    return parser.head();
}

Problem problem_of(const std::string& text) {
    const auto claim = read_claim(head_of(text));
    EXPECT_FALSE(claim) << text;
    return claim ? Problem::mismatch : claim.error().problem;
}

bool verifies(const RequestHead& head, const Credentials& credentials, std::string_view body = {}) {
    const auto claim = read_claim(head);
    EXPECT_TRUE(claim && claim.value()) << (claim ? "no claim" : claim.error().message);
    if (!claim || !claim.value()) return false;
    const Claim& c = *claim.value();
    const std::string payload = named_payload(head, c).value_or(sha256_hex(body));
    const auto key = derive_signing_key(credentials.secret_access_key, c.scope);
    return check_signature(head, c, key, payload).has_value();
}

std::string signed_example(OutgoingRequest request, std::string_view payload) {
    return sign(request, docs, {"us-east-1", "s3", at("20130524T000000Z")}, payload);
}

TEST(SigV4, DerivesAwsExampleKeys) {
    EXPECT_EQ(to_hex(derive_signing_key(suite.secret_access_key, {"20120215", "us-east-1", "iam"})),
              "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
    EXPECT_EQ(to_hex(derive_signing_key(suite.secret_access_key, {"20150830", "us-east-1", "iam"})),
              "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(SigV4, SignsS3sExamples) {
    OutgoingRequest get;
    get.method = "GET";
    get.path = "/test.txt";
    get.headers.add("Host", "examplebucket.s3.amazonaws.com");
    get.headers.add("Range", "bytes=0-9");
    EXPECT_EQ(signed_example(get, empty_sha256_hex),
              "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");

    OutgoingRequest put;
    put.method = "PUT";
    put.path = "/test%24file.text";
    put.headers.add("Host", "examplebucket.s3.amazonaws.com");
    put.headers.add("Date", "Fri, 24 May 2013 00:00:00 GMT");
    put.headers.add("x-amz-storage-class", "REDUCED_REDUNDANCY");
    EXPECT_EQ(signed_example(put, sha256_hex("Welcome to Amazon S3.")),
              "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");

    OutgoingRequest list;
    list.method = "GET";
    list.headers.add("Host", "examplebucket.s3.amazonaws.com");
    list.query = "lifecycle";
    EXPECT_EQ(signed_example(list, empty_sha256_hex),
              "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    list.query = "max-keys=2&prefix=J";
    EXPECT_EQ(signed_example(list, empty_sha256_hex),
              "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(SigV4, PresignsS3sExample) {
    OutgoingRequest get;
    get.method = "GET";
    get.path = "/test.txt";
    get.headers.add("Host", "examplebucket.s3.amazonaws.com");
    presign(get, docs, {"us-east-1", "s3", at("20130524T000000Z")}, 86400);
    EXPECT_EQ(get.query,
              "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
              "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
              "X-Amz-SignedHeaders=host&X-Amz-Signature="
              "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    const RequestHead head = head_of("GET /test.txt?" + get.query +
                                     " HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n");
    EXPECT_TRUE(verifies(head, docs));
    const Claim claim = *read_claim(head).value();
    EXPECT_TRUE(claim.presigned);
    // Exactly to the second; S3 lets a URL be used until its moment has passed.
    EXPECT_TRUE(check_time(claim, at("20130525T000000Z")));
    const auto expired = check_time(claim, {at("20130525T000000Z").ms + 1});
    ASSERT_FALSE(expired);
    EXPECT_EQ(expired.error().problem, Problem::expired);
    EXPECT_TRUE(check_time(claim, at("20130523T234500Z")));
    EXPECT_EQ(check_time(claim, at("20130523T234459Z")).error().problem, Problem::skewed);
}

TEST(SigV4, SignsAwsTestSuite) {
    const auto suite_signature = [](const char* method, const char* query) {
        OutgoingRequest request;
        request.method = method;
        request.query = query;
        request.headers.add("Host", "example.amazonaws.com");
        return sign(request, suite, {"us-east-1", "service", at("20150830T123600Z")},
                    empty_sha256_hex);
    };
    EXPECT_EQ(suite_signature("GET", ""),
              "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    EXPECT_EQ(suite_signature("GET", "Param2=value2&Param1=value1"),
              "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    EXPECT_EQ(suite_signature("POST", ""),
              "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

// Any change to what is signed must be noticed.
TEST(SigV4, NoticesEveryChange) {
    OutgoingRequest request;
    request.path = "/a/b";
    request.query = "x=1&y=2";
    request.headers.add("Host", "localhost:4566");
    request.headers.add("X-Amz-Target", "Kinesis_20131202.PutRecords");
    sign(request, suite, {"us-west-2", "kinesis", at("20260301T120005Z")}, sha256_hex("body"));
    const auto build = [&](std::string_view method, std::string_view target, std::string_view host,
                           std::string_view operation) {
        return head_of(std::string(method) + ' ' + std::string(target) + " HTTP/1.1\r\nHost: " +
                       std::string(host) + "\r\nX-Amz-Target: " + std::string(operation) +
                       "\r\nX-Amz-Date: " + std::string(request.headers.get("x-amz-date")) +
                       "\r\nAuthorization: " + std::string(request.headers.get("authorization")) +
                       "\r\n");
    };
    const std::string_view host = "localhost:4566";
    const std::string_view target = "Kinesis_20131202.PutRecords";
    EXPECT_TRUE(verifies(build("POST", "/a/b?x=1&y=2", host, target), suite, "body"));
    EXPECT_TRUE(verifies(build("POST", "/a/b?y=2&x=1", host, target), suite, "body"));
    EXPECT_FALSE(verifies(build("POST", "/a/b?x=1&y=2", host, target), suite, "Body"));
    EXPECT_FALSE(verifies(build("GET", "/a/b?x=1&y=2", host, target), suite, "body"));
    EXPECT_FALSE(verifies(build("POST", "/a/c?x=1&y=2", host, target), suite, "body"));
    EXPECT_FALSE(verifies(build("POST", "/a/b?x=1&y=3", host, target), suite, "body"));
    EXPECT_FALSE(verifies(build("POST", "/a/b?x=1", host, target), suite, "body"));
    EXPECT_FALSE(verifies(build("POST", "/a/b?x=1&y=2", "other", target), suite, "body"));
    EXPECT_FALSE(
        verifies(build("POST", "/a/b?x=1&y=2", host, "Kinesis_20131202.X"), suite, "body"));
    EXPECT_FALSE(verifies(build("POST", "/a/b?x=1&y=2", host, target), docs, "body"));
}

TEST(SigV4, RefusesUnsignedAmazonHeadersOfS3) {
    OutgoingRequest request;
    request.method = "GET";
    request.headers.add("Host", "h");
    sign(request, docs, {"us-east-1", "s3", at("20130524T000000Z")}, empty_sha256_hex);
    std::string text = "GET / HTTP/1.1\r\n";
    for (const Header& field : request.headers.fields()) {
        text += field.name + ": " + field.value + "\r\n";
    }
    EXPECT_TRUE(verifies(head_of(text), docs));
    const RequestHead more = head_of(text + "x-amz-acl: public-read\r\n");
    const Claim claim = *read_claim(more).value();
    const auto refused = check_signature(
        more, claim, derive_signing_key(docs.secret_access_key, claim.scope), empty_sha256_hex);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().problem, Problem::unsigned_header);
}

TEST(SigV4, ReadsClaimsStrictly) {
    const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nX-Amz-Date: 20130524T000000Z\r\n";
    const std::string credential = "Credential=AK/20130524/us-east-1/s3/aws4_request";
    const std::string signature = "Signature=" + std::string(64, 'a');
    const auto with = [&](const std::string& value) {
        return start + "Authorization: AWS4-HMAC-SHA256 " + value + "\r\n";
    };
    const std::string good = credential + ", SignedHeaders=host, " + signature;
    EXPECT_TRUE(read_claim(head_of(with(good))));
    EXPECT_TRUE(read_claim(head_of(with(credential + ",SignedHeaders=host," + signature))));
    EXPECT_FALSE(read_claim(head_of("GET / HTTP/1.1\r\nHost: h\r\n")).value().has_value());

    for (const std::string& bad :
         {credential + ", SignedHeaders=host",
          credential + ", " + signature,
          "SignedHeaders=host, " + signature,
          good + ", " + signature,
          good + ", x=y",
          credential + ", SignedHeaders=, " + signature,
          credential + ", SignedHeaders=Host, " + signature,
          credential + ", SignedHeaders=x-amz-date, " + signature,
          credential + ", SignedHeaders=host, Signature=abc",
          credential + ", SignedHeaders=host, Signature=" + std::string(64, 'G'),
          "Credential=AK/20130524/us-east-1/aws4_request, SignedHeaders=host, " + signature,
          "Credential=/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, " + signature,
          "Credential=AK/20130524/us-east-1/s3/aws3_request, SignedHeaders=host, " + signature,
          "Credential=AK/2013052x/us-east-1/s3/aws4_request, SignedHeaders=host, " + signature,
          "Credential=A/K/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, " + signature,
          "Credential=AK/20130524/us:east/s3/aws4_request, SignedHeaders=host, " + signature,
          "Credential=AK/20130524/us-east-1/s 3/aws4_request, SignedHeaders=host, " + signature,
          "Credential=A\xc3\xa9/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, " +
              signature,
          "Credential=AK/20130524/" + std::string(scope_name_chars_max + 1, 'r') +
              "/s3/aws4_request, SignedHeaders=host, " + signature,
          std::string("nonsense"),
          std::string(",,,,")}) {
        EXPECT_EQ(problem_of(with(bad)), Problem::malformed) << bad;
    }
    EXPECT_EQ(problem_of(start + "Authorization: Bearer x\r\n"), Problem::unsupported_algorithm);
    EXPECT_EQ(problem_of(start + "Authorization: AWS AK:sig\r\n"), Problem::unsupported_algorithm);
    EXPECT_EQ(problem_of(start + "Authorization: AWS4-ECDSA-P256-SHA256 " + good + "\r\n"),
              Problem::unsupported_algorithm);
    EXPECT_EQ(problem_of(with("Credential=AK/20130525/us-east-1/s3/aws4_request, "
                              "SignedHeaders=host, " +
                              signature)),
              Problem::scope_date);
    EXPECT_EQ(problem_of(with(good) + "Authorization: x\r\n"), Problem::malformed);
    std::string many = "host";
    for (std::size_t i = 1; i < signed_headers_max; ++i)
        many += ";a" + std::to_string(i);
    EXPECT_TRUE(
        read_claim(head_of(with(credential + ", SignedHeaders=" + many + ", " + signature))));
    EXPECT_EQ(problem_of(with(credential + ", SignedHeaders=" + many + ";b, " + signature)),
              Problem::malformed);
    for (const char* date :
         {"20130524T000000", "20130524T000000z", "20131324T000000Z", "20130532T000000Z",
          "20130524T250000Z", "2013-05-24T00:00:00Z", "now"}) {
        EXPECT_EQ(problem_of("GET / HTTP/1.1\r\nHost: h\r\nX-Amz-Date: " + std::string(date) +
                             "\r\nAuthorization: AWS4-HMAC-SHA256 " + good + "\r\n"),
                  Problem::malformed)
            << date;
    }
}

TEST(SigV4, ReadsPresignedClaimsStrictly) {
    const auto query = [](const std::string& expires, const std::string& more = "") {
        return "GET "
               "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20130524%2Fus-east-1%2F"
               "s3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=" +
               expires + "&X-Amz-SignedHeaders=host&X-Amz-Signature=" + std::string(64, 'a') +
               more + " HTTP/1.1\r\nHost: h\r\n";
    };
    EXPECT_EQ(read_claim(head_of(query("604800"))).value()->expires_seconds, 604800);
    for (const char* bad : {"604801", "-1", "", "1x", "99999999999999999999"}) {
        EXPECT_EQ(problem_of(query(bad)), Problem::malformed) << bad;
    }
    EXPECT_EQ(problem_of(query("1", "&X-Amz-Expires=604800")), Problem::malformed);
    EXPECT_EQ(problem_of(query("1") + "Authorization: AWS4-HMAC-SHA256 x\r\n"), Problem::malformed);
    EXPECT_EQ(problem_of("GET /?X-Amz-Signature=a HTTP/1.1\r\nHost: h\r\n"),
              Problem::unsupported_algorithm);
    EXPECT_EQ(problem_of("GET /?AWSAccessKeyId=a&Signature=b HTTP/1.1\r\nHost: h\r\n"),
              Problem::unsupported_algorithm);
}

TEST(SigV4, AllowsFifteenMinutesOfSkew) {
    Claim claim;
    claim.timestamp = "20260301T120000Z";
    claim.time = at(claim.timestamp);
    EXPECT_TRUE(check_time(claim, {claim.time.ms + clock_skew_ms_max}));
    EXPECT_TRUE(check_time(claim, {claim.time.ms - clock_skew_ms_max}));
    const auto late = check_time(claim, {claim.time.ms + clock_skew_ms_max + 1000});
    EXPECT_EQ(late.error().message,
              "Signature expired: 20260301T120000Z is now earlier than 20260301T120001Z "
              "(20260301T121501Z - 15 min.)");
    const auto early = check_time(claim, {claim.time.ms - clock_skew_ms_max - 1000});
    EXPECT_EQ(early.error().message,
              "Signature not yet current: 20260301T120000Z is still later than 20260301T115959Z "
              "(20260301T114459Z + 15 min.)");
}

TEST(SigV4, KeyCacheIsBounded) {
    SigningKeyCache cache;
    for (std::size_t i = 0; i < signing_keys_max + 10; ++i) {
        cache.find_or_derive("secret", {"20260301", "r" + std::to_string(i), "s3"});
        ASSERT_LE(cache.size(), signing_keys_max);
    }
    const Scope scope{"20260301", "us-east-1", "s3"};
    EXPECT_EQ(cache.find_or_derive("a", scope), derive_signing_key("a", scope));
    EXPECT_EQ(cache.find_or_derive("b", scope), derive_signing_key("b", scope));
    EXPECT_EQ(cache.find_or_derive("a", scope), derive_signing_key("a", scope));
}

TEST(SigV4, KnowsPayloadWords) {
    EXPECT_EQ(payload_of(empty_sha256_hex), Payload::hash);
    EXPECT_EQ(payload_of("UNSIGNED-PAYLOAD"), Payload::unsigned_payload);
    EXPECT_EQ(payload_of("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), Payload::streaming_signed);
    EXPECT_EQ(payload_of("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
              Payload::streaming_signed_trailer);
    EXPECT_EQ(payload_of("STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
              Payload::streaming_unsigned_trailer);
    for (const char* bad :
         {"", "x", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "unsigned-payload"}) {
        EXPECT_FALSE(payload_of(bad)) << bad;
    }
}

TEST(Uri, EncodesAndDecodes) {
    EXPECT_EQ(percent_encode("a/b c~-_.+\xc3\xa9"), "a%2Fb%20c~-_.%2B%C3%A9");
    EXPECT_EQ(percent_encode("a/b", true), "a/b");
    EXPECT_EQ(percent_decode("%2f%C3%A9+"), "/\xc3\xa9+");
    for (const char* bad : {"%", "%2", "%g0", "%0g", "a%"})
        EXPECT_FALSE(percent_decode(bad)) << bad;
}

}  // namespace
}  // namespace wire::sigv4
