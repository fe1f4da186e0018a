// Requests as botocore signs them: tests/recorded/sigv4/cases.txt, made by generate.py beside it.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "wire/http1.h"
#include "wire/sigv4.h"

namespace wire::sigv4 {
namespace {

const http1::Limits limits;
constexpr const char* secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

struct Case {
    std::string name;
    std::string body;
    std::string head;
};

std::string from_hex(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        out.push_back(static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16)));
    }
    return out;
}

std::vector<Case> read_cases() {
    const std::string source = __FILE__;
    const std::string root = source.substr(0, source.rfind("/src/wire/"));
    std::ifstream file(root + "/tests/recorded/sigv4/cases.txt");
    std::vector<Case> cases;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("=== ")) {
            cases.push_back({line.substr(4), "", ""});
        } else if (line.starts_with("body ") && cases.back().head.empty()) {
            cases.back().body = from_hex(line.substr(5));
        } else {
            cases.back().head += line + "\r\n";
        }
    }
    return cases;
}

TEST(SigV4Recorded, AcceptsWhatBotocoreSigns) {
    const auto cases = read_cases();
    ASSERT_GE(cases.size(), 26U);
    for (const Case& recorded : cases) {
        SCOPED_TRACE(recorded.name);
        http1::HeadParser parser(limits);
        ASSERT_EQ(parser.parse(recorded.head), http1::HeadParser::Progress::complete)
            << parser.refusal().reason;
        const RequestHead& head = parser.head();
        const auto read = read_claim(head);
        ASSERT_TRUE(read && read.value()) << (read ? "no claim" : read.error().message);
        const Claim& claim = *read.value();
        EXPECT_EQ(claim.access_key_id, "AKIDEXAMPLE");
        EXPECT_EQ(claim.session_token.empty(), recorded.name.starts_with("root"));
        EXPECT_TRUE(check_time(claim, *parse_timestamp("20260301T120030Z")));
        const std::string payload = named_payload(head, claim).value_or(sha256_hex(recorded.body));
        const auto key = derive_signing_key(secret, claim.scope);
        const auto fits = check_signature(head, claim, key, payload);
        EXPECT_TRUE(fits) << fits.error().message << '\n' << fits.error().canonical_request;
        EXPECT_FALSE(
            check_signature(head, claim, derive_signing_key("other", claim.scope), payload));
    }
}

// Our own signature of the same request is the same.
TEST(SigV4Recorded, SignsAsBotocoreDoes) {
    for (const Case& recorded : read_cases()) {
        SCOPED_TRACE(recorded.name);
        http1::HeadParser parser(limits);
        ASSERT_EQ(parser.parse(recorded.head), http1::HeadParser::Progress::complete);
        const RequestHead& head = parser.head();
        const Claim claim = *read_claim(head).value();
        if (claim.presigned) continue;  // the order of parameters is a client's own
        OutgoingRequest request;
        request.method = head.method;
        const std::size_t mark = head.target.find('?');
        request.path = head.target.substr(0, mark);
        if (mark != std::string::npos) request.query = head.target.substr(mark + 1);
        for (const Header& field : head.headers.fields()) {
            for (const std::string& name : claim.signed_headers) {
                if (equals_ignoring_case(name, field.name))
                    request.headers.add(field.name, field.value);
            }
        }
        sign(request, {claim.access_key_id, secret, claim.session_token},
             {claim.scope.region, claim.scope.service, claim.time},
             named_payload(head, claim).value_or(sha256_hex(recorded.body)));
        EXPECT_EQ(request.headers.get("authorization"), head.headers.get("authorization"));
    }
}

}  // namespace
}  // namespace wire::sigv4
