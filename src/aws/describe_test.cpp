#include "aws/describe.h"

#include <gtest/gtest.h>

#include "wire/json.h"

namespace {

struct Toy {};
struct Tree {
    std::string name;
    std::vector<Tree> children;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Name", &Tree::name,
                        {.required = true, .min = 1, .max = 8, .pattern = "[a-z]+"}),
            aws::member("Children", &Tree::children, {.wire_name = "Child", .flattened = true})};
    }
};
struct Input {
    std::optional<std::string> mode;
    std::map<std::string, Tree> trees;
    static constexpr auto members() {
        return std::tuple{aws::member("Mode", &Input::mode,
                                      {.values = "A, B", .location = shape::Location::query}),
                          aws::member("Trees", &Input::trees)};
    }
};
aws::Reply<shape::Empty> run(Toy&, const aws::Call&, Input&) {
    return shape::Empty{};
}
constinit const aws::Operation get =
    aws::operation<&run>("Get", {.http = {"GET", "/x", 202}, .body_bytes_max = 7});
constexpr const aws::Operation* operations[] = {&get};
const aws::ServiceModel model = {.id = "toy",
                                 .signing_name = "toybox",
                                 .protocol = aws::Protocol::rest_json,
                                 .operations = operations};

TEST(Describe, EverythingAModelSays) {
    const std::string text = aws::describe(model);
    EXPECT_TRUE(wire::check_json(text).has_value()) << text;
    EXPECT_EQ(text,
              R"({"id":"toy","signingName":"toybox","protocol":"rest_json","operations":[{)"
              R"("name":"Get","http":{"method":"GET","uri":"/x","status":202},"form":"plain",)"
              R"("bodyBytesMax":7,"input":{"type":"structure","members":{"Mode":{"shape":)"
              R"({"type":"string"},"optional":true,"values":["A","B"],"location":"querystring"},)"
              R"("Trees":{"shape":{"type":"map","element":{"type":"structure","members":{"Name":)"
              R"({"shape":{"type":"string"},"required":true,"min":1,"max":8,"pattern":"[a-z]+"},)"
              R"("Children":{"shape":{"type":"list","element":{"type":"recursive"}},"wireName":)"
              R"("Child","flattened":true}}}}}}},"output":{"type":"structure","members":{}}}]})");
}

}  // namespace
