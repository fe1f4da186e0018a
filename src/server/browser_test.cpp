// Which host names and origins a browser may use.
#include "server/browser.h"

#include <gtest/gtest.h>

namespace server {
namespace {

TEST(Browser, KnowsLocalNamesAndNumbers) {
    for (const char* host : {"localhost", "LOCALHOST:4566", "bucket.s3.localhost:4566", "127.0.0.1",
                             "192.168.1.7:4566", "[::1]:4566", "[::1]"}) {
        EXPECT_TRUE(is_known_host(host, {})) << host;
    }
    for (const char* host :
         {"", "evil.example", "localhost.evil.example", "evillocalhost", "127.0.0.1.evil.example",
          "1.2.3", "[::1", "[::1].evil.example", "1.2.3.4.evil"}) {
        EXPECT_FALSE(is_known_host(host, {})) << host;
    }
}

TEST(Browser, KnowsConfiguredNamesAndThoseBelow) {
    const std::vector<std::string> names = {"Stack.Example"};
    EXPECT_TRUE(is_known_host("stack.example:80", names));
    EXPECT_TRUE(is_known_host("bucket.s3.stack.example", names));
    EXPECT_FALSE(is_known_host("mystack.example", names));
}

TEST(Browser, ProgramsAreNotAsked) {
    wire::RequestHead head;
    head.headers.add("Host", "anything.example");
    EXPECT_EQ(check_browser(head, {}, true), "");
    head.headers.add("Sec-Fetch-Site", "same-origin");
    EXPECT_NE(check_browser(head, {}, false), "");
}

}  // namespace
}  // namespace server
