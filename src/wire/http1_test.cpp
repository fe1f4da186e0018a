// Heads, chunked bodies and responses, hostile ones first.
#include "wire/http1.h"

#include <gtest/gtest.h>

namespace wire::http1 {
namespace {

using Progress = HeadParser::Progress;

const Limits limits;

RequestHead parse_whole(std::string_view text) {
    HeadParser parser(limits);
    EXPECT_EQ(parser.parse(text), Progress::complete) << text << parser.refusal().reason;
    EXPECT_EQ(parser.head_bytes(), text.size());
    return parser.head();
}

int refusal_of(const std::string& text) {
    HeadParser parser(limits);
    EXPECT_EQ(parser.parse(text), Progress::refused) << text;
    EXPECT_FALSE(parser.refusal().reason.empty());
    return parser.refusal().status;
}

std::string with_header(std::string_view header) {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + std::string(header) + "\r\n\r\n";
}

TEST(Http1Head, ReadsMethodTargetQueryAndHeaders) {
    const RequestHead head = parse_whole(
        "PUT /my%20bucket/a%2Bb+c?list-type=2&prefix=a%2Fb+c&acl HTTP/1.1\r\n"
        "Host: localhost:4566\r\nContent-Length: 12\r\nX-Empty:\r\nX-Pad: \t two words \t\r\n\r\n");
    EXPECT_EQ(head.method, "PUT");
    EXPECT_EQ(head.target, "/my%20bucket/a%2Bb+c?list-type=2&prefix=a%2Fb+c&acl");
    EXPECT_EQ(head.path, "/my bucket/a+b+c");
    ASSERT_EQ(head.query.size(), 3U);
    EXPECT_EQ(*head.find_query("prefix"), "a/b c");
    EXPECT_EQ(*head.find_query("acl"), "");
    EXPECT_EQ(head.content_length, 12U);
    EXPECT_EQ(head.headers.get("x-empty"), "");
    EXPECT_EQ(head.headers.get("X-PAD"), "two words");
    EXPECT_TRUE(head.keep_alive);
    EXPECT_FALSE(head.chunked);
}

TEST(Http1Head, GivesTheSameAtEverySplit) {
    const std::string text = "\r\nGET /a?b=c HTTP/1.1\r\nHost: h\r\nA: 1\r\n\r\nrest";
    for (std::size_t split = 0; split <= text.size(); ++split) {
        HeadParser parser(limits);
        auto progress = parser.parse(std::string_view(text).substr(0, split));
        if (split < text.size() - 4) {
            ASSERT_EQ(progress, Progress::incomplete) << split;
            progress = parser.parse(text);
        }
        ASSERT_EQ(progress, Progress::complete) << split;
        EXPECT_EQ(parser.head_bytes(), text.size() - 4);
        EXPECT_EQ(parser.head().target, "/a?b=c");
        EXPECT_EQ(parser.head().headers.get("a"), "1");
    }
}

TEST(Http1Head, KeepAliveFollowsVersionAndConnection) {
    EXPECT_TRUE(parse_whole("GET / HTTP/1.1\r\nHost: h\r\n\r\n").keep_alive);
    EXPECT_FALSE(
        parse_whole("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n").keep_alive);
    EXPECT_FALSE(parse_whole("GET / HTTP/1.0\r\n\r\n").keep_alive);
    EXPECT_TRUE(parse_whole("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(Http1Head, TakesTheAbsoluteFormAsOriginForm) {
    const RequestHead head = parse_whole("GET http://h:1/a%20b?c HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(head.target, "/a%20b?c");
    EXPECT_EQ(head.path, "/a b");
    EXPECT_EQ(parse_whole("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n").path, "/");
    EXPECT_EQ(parse_whole("GET http://h?x=1 HTTP/1.1\r\nHost: h\r\n\r\n").target, "/?x=1");
    EXPECT_EQ(parse_whole("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").path, "*");
}

TEST(Http1Head, RefusesWhatLetsTwoParsersDisagree) {
    EXPECT_EQ(refusal_of(with_header("Content-Length: 1\r\nTransfer-Encoding: chunked")), 400);
    EXPECT_EQ(refusal_of(with_header("Content-Length: 1\r\nContent-Length: 1")), 400);
    EXPECT_EQ(refusal_of(with_header("Content-Length: 1, 1")), 400);
    EXPECT_EQ(refusal_of(with_header("Content-Length: +1")), 400);
    EXPECT_EQ(refusal_of(with_header("Content-Length: -1")), 400);
    EXPECT_EQ(refusal_of(with_header("Content-Length: 0x10")), 400);
    EXPECT_EQ(refusal_of(with_header("Content-Length:")), 400);
    EXPECT_EQ(refusal_of(with_header("Content-Length: 99999999999999999999")), 400);
    EXPECT_EQ(refusal_of(with_header("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
              501);
    EXPECT_EQ(refusal_of(with_header("Transfer-Encoding: gzip, chunked")), 501);
    EXPECT_EQ(refusal_of(with_header("Transfer-Encoding: xchunked")), 501);
    EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
    EXPECT_EQ(refusal_of(with_header("A: 1\r\n folded")), 400);
    EXPECT_EQ(refusal_of(with_header("A : 1")), 400);
    EXPECT_EQ(refusal_of(with_header(": 1")), 400);
    EXPECT_EQ(refusal_of(with_header("A\tB: 1")), 400);
    EXPECT_EQ(refusal_of(with_header("A: 1\rB: 2")), 400);
    EXPECT_EQ(refusal_of(with_header("A: 1\nB: 2")), 400);
    EXPECT_EQ(refusal_of(with_header(std::string_view("A: \0", 4))), 400);
    EXPECT_EQ(refusal_of(with_header("Host: other")), 400);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(refusal_of(with_header("Expect: 200-ok")), 417);
}

TEST(Http1Head, RefusesBadRequestLines) {
    const std::string host = "\r\nHost: h\r\n\r\n";
    EXPECT_EQ(refusal_of("GET" + host), 400);
    EXPECT_EQ(refusal_of("GET /" + host), 400);
    EXPECT_EQ(refusal_of("GET  HTTP/1.1" + host), 400);
    EXPECT_EQ(refusal_of("GE(T / HTTP/1.1" + host), 400);
    EXPECT_EQ(refusal_of("GET /a b HTTP/1.1" + host), 400);
    EXPECT_EQ(refusal_of("GET /a\tb HTTP/1.1" + host), 400);
    EXPECT_EQ(refusal_of("GET /%zz HTTP/1.1" + host), 400);
    EXPECT_EQ(refusal_of("GET /%00 HTTP/1.1" + host), 400);
    EXPECT_EQ(refusal_of("GET /%4 HTTP/1.1" + host), 400);
    EXPECT_EQ(refusal_of("GET a HTTP/1.1" + host), 400);
    EXPECT_EQ(refusal_of("CONNECT h:443 HTTP/1.1" + host), 400);
    EXPECT_EQ(refusal_of("GET /#x HTTP/1.1" + host), 400);
    EXPECT_EQ(refusal_of("GET / HTTP/2.0" + host), 505);
    EXPECT_EQ(refusal_of("GET / http/1.1" + host), 400);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1 " + host), 400);
}

TEST(Http1Head, HasNamedMaxima) {
    const std::string line = "GET / HTTP/1.1\r\nHost: h\r\n";
    // The head: exactly the maximum passes, one more does not, nor does one that never ends.
    const auto head_of = [&](std::size_t bytes) {
        return line + "A: " + std::string(bytes - line.size() - 7, 'a') + "\r\n\r\n";
    };
    EXPECT_EQ(head_of(limits.head_bytes_max).size(), limits.head_bytes_max);
    parse_whole(head_of(limits.head_bytes_max));
    EXPECT_EQ(refusal_of(head_of(limits.head_bytes_max + 1)), 431);
    EXPECT_EQ(refusal_of(std::string(limits.head_bytes_max + 1, 'a')), 431);

    std::string headers;
    for (std::size_t i = 1; i < limits.header_count_max; ++i)
        headers += "A: 1\r\n";
    parse_whole(line + headers + "\r\n");
    EXPECT_EQ(refusal_of(line + headers + "A: 1\r\n\r\n"), 431);

    const auto target_of = [&](std::size_t bytes) {
        return "GET /" + std::string(bytes - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n";
    };
    parse_whole(target_of(limits.target_bytes_max));
    EXPECT_EQ(refusal_of(target_of(limits.target_bytes_max + 1)), 414);

    std::string query = "a";
    for (std::size_t i = 1; i < limits.query_count_max; ++i)
        query += "&a";
    parse_whole("GET /?" + query + " HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(refusal_of("GET /?" + query + "&a HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

TEST(Http1Head, ExpectsContinueOnlyWithABody) {
    HeadParser parser(limits);
    parser.parse("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_TRUE(parser.expects_continue());
    parser.reset();
    parser.parse("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n");
    EXPECT_FALSE(parser.expects_continue());
}

struct Decoded {
    bool refused = false;
    int status = 0;
    bool finished = false;
    std::size_t taken = 0;
    std::string body;
    std::vector<Header> trailers;
};

Decoded decode(std::string_view text, std::size_t step) {
    ChunkedDecoder decoder(limits);
    Decoded out;
    base::UniqueFunction<void(std::string_view)> emit = [&](std::string_view piece) {
        out.body += piece;
    };
    while (!text.empty() && !decoder.finished()) {
        const std::string_view piece = text.substr(0, step);
        const auto taken = decoder.feed(piece, emit);
        if (!taken) {
            out.refused = true;
            out.status = decoder.refusal().status;
            return out;
        }
        out.taken += *taken;
        text.remove_prefix(*taken);
    }
    out.finished = decoder.finished();
    out.trailers = decoder.trailers().fields();
    return out;
}

TEST(Http1Chunked, DecodesAtEveryStep) {
    const std::string text = "5\r\nhello\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nCrc: x\r\n\r\nGET /";
    for (std::size_t step = 1; step <= text.size(); ++step) {
        const Decoded out = decode(text, step);
        ASSERT_TRUE(out.finished) << step;
        EXPECT_EQ(out.body, "hello0123456789");
        EXPECT_EQ(out.taken, text.size() - 5);
        ASSERT_EQ(out.trailers.size(), 1U);
        EXPECT_EQ(out.trailers[0].value, "x");
    }
}

TEST(Http1Chunked, RefusesBadChunks) {
    for (const char* text :
         {"\r\n", "g\r\n", "-1\r\n", "+1\r\n", " 1\r\n", "0x1\r\n", "1\n", "1 2\r\n",
          "11111111111111111\r\n", "1\r\nab\r\n", "1\r\na\n\n", ";x\r\n", "0\r\nnocolon\r\n",
          "0\r\n: x\r\n", "0\r\nA : x\r\n", "0\r\n a: x\r\n"}) {
        EXPECT_TRUE(decode(text, 64).refused) << text;
        EXPECT_TRUE(decode(text, 1).refused) << text;
    }
}

TEST(Http1Chunked, HasNamedMaxima) {
    const std::string line(limits.chunk_line_bytes_max - 4, 'x');
    EXPECT_FALSE(decode("1;" + line, 4096).refused);
    EXPECT_TRUE(decode("1;" + line + "xxx", 4096).refused);
    const std::string trailer(limits.trailer_bytes_max - 10, 'x');
    EXPECT_FALSE(decode("0\r\nA:" + trailer, 1 << 20).refused);
    EXPECT_TRUE(decode("0\r\nA:" + trailer + trailer, 1 << 20).refused);
    std::string many = "0\r\n";
    for (std::size_t i = 0; i <= limits.header_count_max; ++i)
        many += "a:b\r\n";
    EXPECT_TRUE(decode(many, 1 << 20).refused);
}

TEST(Http1Response, WritesHeadsThatNoValueCanBreak) {
    Response response;
    response.status = 404;
    response.headers.add("content-length", "99");
    response.headers.add("Transfer-Encoding", "chunked");
    response.headers.add("x-amz-meta-a", "one\r\nSet-Cookie: forged");
    std::string out;
    append_response_head(
        out, response,
        {.content_length = 3, .keep_alive = false, .date = "Sun, 01 Mar 2026 12:00:05 GMT"});
    EXPECT_EQ(
        out,
        "HTTP/1.1 404 Not Found\r\nx-amz-meta-a: one  Set-Cookie: forged\r\n"
        "Content-Length: 3\r\nDate: Sun, 01 Mar 2026 12:00:05 GMT\r\nConnection: close\r\n\r\n");
}

}  // namespace
}  // namespace wire::http1
