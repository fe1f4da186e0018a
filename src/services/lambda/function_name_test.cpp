#include "services/lambda/function_name.h"

#include <gtest/gtest.h>

namespace lambda {
namespace {

aws::Call call() {
    aws::Call made;
    made.region = "us-west-2";
    made.caller.account = "000000000000";
    return made;
}

TEST(FunctionName, EveryForm) {
    for (const char* text :
         {"f_1-X", "function:f_1-X", "000000000000:function:f_1-X", "000000000000:f_1-X",
          "arn:aws:lambda:us-west-2:000000000000:function:f_1-X"}) {
        const auto name = parse_function_name(text, call());
        ASSERT_TRUE(name.has_value()) << text;
        EXPECT_EQ(name.value().arn(), "arn:aws:lambda:us-west-2:000000000000:function:f_1-X");
        const auto qualified = parse_function_name(std::string(text) + ":PROD", call());
        ASSERT_TRUE(qualified.has_value()) << text;
        EXPECT_EQ(qualified.value().qualifier, "PROD") << text;
    }
    EXPECT_EQ(parse_function_name("123456789012:function:f", call()).value().account,
              "123456789012");
}

TEST(FunctionName, Qualifiers) {
    EXPECT_EQ(parse_function_name("f", call(), "$LATEST").value().qualifier, "$LATEST");
    EXPECT_EQ(parse_function_name("f:a", call(), "a").value().qualifier, "a");
    EXPECT_EQ(parse_function_name("f:a", call(), "b").error().code,
              "InvalidParameterValueException");
}

TEST(FunctionName, Refused) {
    for (const std::string& text :
         {std::string(), std::string("a b"), std::string("a:b:c:d"), std::string("f/../g"),
          std::string(65, 'x'), std::string(":"),
          std::string("arn:aws:lambda:us-west-2:000000000000:function:")}) {
        const auto name = parse_function_name(text, call());
        ASSERT_FALSE(name.has_value()) << text;
        EXPECT_EQ(name.error().code, "InvalidParameterValueException");
    }
    EXPECT_TRUE(parse_function_name(std::string(64, 'x'), call()).has_value());
    EXPECT_EQ(parse_function_name("arn:aws:lambda:eu-west-1:000000000000:function:f", call())
                  .error()
                  .code,
              "ResourceNotFoundException");
}

}  // namespace
}  // namespace lambda
