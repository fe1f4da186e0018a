// GetParametersByPath and DescribeParameters with their filters.
#include "services/ssm/testing.h"

namespace ssm {
namespace {

class SsmLists : public SsmTest {
  protected:
    SsmLists() {
        for (const char* name :
             {"/a", "/a/x", "/a/x/deep", "/a/y", "/ab/z", "plain", "/b", "/a.b/q"}) {
            EXPECT_EQ(put(name, "v"), "");
        }
    }
    std::string by_path(const std::string& path, const std::string& more = "") {
        const auto answer = call("GetParametersByPath", R"({"Path":")" + path + "\"" + more + "}");
        return answer.status == 200 ? names(answer) : answer.error_code();
    }
    std::string described(const std::string& filters) {
        const auto answer = call("DescribeParameters", R"({"ParameterFilters":)" + filters + "}");
        return answer.status == 200 ? names(answer) : answer.error_code();
    }
};

TEST_F(SsmLists, ByPathGivesWhatLiesBelowIt) {
    EXPECT_EQ(by_path("/a"), "/a/x /a/y");
    EXPECT_EQ(by_path("/a/"), "/a/x /a/y");
    EXPECT_EQ(by_path("/a", R"(,"Recursive":true)"), "/a/x /a/x/deep /a/y");
    EXPECT_EQ(by_path("/a/x"), "/a/x/deep");
    EXPECT_EQ(by_path("/"), "/a /b plain");
    EXPECT_EQ(by_path("/", R"(,"Recursive":true)"), "/a /a.b/q /a/x /a/x/deep /a/y /ab/z /b plain");
    EXPECT_EQ(by_path("/none"), "");
    EXPECT_EQ(by_path("a"), "ValidationException");
    EXPECT_EQ(call("GetParametersByPath", R"({"Path":"/a"})").at("Parameters.0.Value"), "v");
}

TEST_F(SsmLists, ByPathGoesByPages) {
    std::string all;
    std::string token;
    int pages = 0;
    do {
        const auto page = call("GetParametersByPath",
                               R"({"Path":"/","Recursive":true,"MaxResults":3)" +
                                   (token.empty() ? "" : R"(,"NextToken":")" + token + "\"") + "}");
        all += (all.empty() ? "" : " ") + names(page);
        token = page.at("NextToken");
        ++pages;
    } while (!token.empty());
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(all, "/a /a.b/q /a/x /a/x/deep /a/y /ab/z /b plain");
    EXPECT_EQ(by_path("/", R"(,"NextToken":"*")"), "InvalidNextToken");
    EXPECT_EQ(by_path("/", R"(,"MaxResults":11)"), "ValidationException");
    // A token from elsewhere gives nothing of elsewhere.
    EXPECT_EQ(by_path("/a", R"(,"NextToken":"cGxhaW4=")"), "");
    EXPECT_EQ(by_path("/b", R"(,"NextToken":"L2E=")"), "");
}

TEST_F(SsmLists, ByPathTakesSomeFilters) {
    EXPECT_EQ(put("/a/list", "v", R"(,"Type":"StringList")"), "");
    EXPECT_EQ(put("/a/s", "v", R"(,"Type":"SecureString","KeyId":"alias/k")"), "");
    EXPECT_EQ(call("LabelParameterVersion", R"({"Name":"/a/x","Labels":["prod"]})").status, 200);
    const auto with = [&](const std::string& key, const std::string& value) {
        return by_path("/a", R"(,"ParameterFilters":[{"Key":")" + key + R"(","Values":[")" + value +
                                 R"("]}])");
    };
    EXPECT_EQ(with("Type", "StringList"), "/a/list");
    EXPECT_EQ(with("KeyId", "alias/k"), "/a/s");
    EXPECT_EQ(with("Label", "prod"), "/a/x");
    EXPECT_EQ(with("Name", "x"), "InvalidFilterKey");
    EXPECT_EQ(with("Nonsense", "x"), "ValidationException");
}

TEST_F(SsmLists, DescribeFilters) {
    EXPECT_EQ(put("/t", "v", R"(,"Type":"StringList","Tags":[{"Key":"team","Value":"lake"}])"), "");
    EXPECT_EQ(described("[]"), "/a /a.b/q /a/x /a/x/deep /a/y /ab/z /b /t plain");
    EXPECT_EQ(described(R"([{"Key":"Name","Values":["/a/x","a/y"]}])"), "/a/x /a/y");
    EXPECT_EQ(described(R"([{"Key":"Name","Option":"BeginsWith","Values":["/a/"]}])"),
              "/a/x /a/x/deep /a/y");
    EXPECT_EQ(described(R"([{"Key":"Name","Option":"Contains","Values":["dee"]}])"), "/a/x/deep");
    EXPECT_EQ(described(R"([{"Key":"Type","Values":["StringList"]}])"), "/t");
    EXPECT_EQ(described(R"([{"Key":"Path","Values":["/a"]}])"), "/a/x /a/y");
    EXPECT_EQ(described(R"([{"Key":"Path","Option":"Recursive","Values":["/a"]}])"),
              "/a/x /a/x/deep /a/y");
    EXPECT_EQ(described(R"([{"Key":"tag:team","Values":["lake"]}])"), "/t");
    EXPECT_EQ(described(R"([{"Key":"tag:team"}])"), "/t");
    EXPECT_EQ(described(R"([{"Key":"Tier","Values":["Advanced"]}])"), "");
    EXPECT_EQ(described(R"([{"Key":"DataType","Values":["text"]},
                            {"Key":"Name","Values":["plain"]}])"),
              "plain");
    EXPECT_EQ(described(R"([{"Key":"Label","Values":["x"]}])"), "InvalidFilterKey");
    EXPECT_EQ(described(R"([{"Key":"Name","Option":"Near","Values":["x"]}])"),
              "InvalidFilterOption");
    EXPECT_EQ(described(R"([{"Key":"Type","Values":["Number"]}])"), "InvalidFilterValue");
    EXPECT_EQ(described(R"([{"Key":"Name","Values":[]}])"), "InvalidFilterValue");
    EXPECT_EQ(described(R"([{"Key":"Name","Values":["x"]},{"Key":"Name","Values":["y"]}])"),
              "ValidationException");
    EXPECT_EQ(
        names(call("DescribeParameters", R"({"Filters":[{"Key":"Name","Values":["/a/x"]}]})")),
        "/a/x /a/x/deep");
    EXPECT_EQ(call("DescribeParameters", R"({"Filters":[{"Key":"Name","Values":["/a/x"]}],
        "ParameterFilters":[{"Key":"Name","Values":["/a/x"]}]})")
                  .error_code(),
              "ValidationException");
    EXPECT_EQ(call("DescribeParameters", R"({"Shared":true})").at("Parameters"), "[]");
}

TEST_F(SsmLists, DescribeGoesByPages) {
    const auto page = call("DescribeParameters", R"({"MaxResults":6})");
    EXPECT_EQ(names(page), "/a /a.b/q /a/x /a/x/deep /a/y /ab/z");
    EXPECT_EQ(page.at("Parameters.0.LastModifiedUser"), "arn:aws:iam::000000000000:root");
    EXPECT_EQ(page.at("Parameters.0.Value"), "");
    EXPECT_EQ(
        names(call("DescribeParameters", R"({"NextToken":")" + page.at("NextToken") + R"("})")),
        "/b plain");
}

}  // namespace
}  // namespace ssm
