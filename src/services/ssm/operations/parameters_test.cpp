// PutParameter, GetParameter(s), GetParameterHistory, DeleteParameter(s), labels, tags.
#include "services/ssm/testing.h"

namespace ssm {
namespace {

class SsmParameters : public SsmTest {};

TEST_F(SsmParameters, AreReadAsTheyWereWritten) {
    const auto made = call("PutParameter", R"({"Name":"/app/url","Value":"http://x","Type":"String",
        "Description":"d","Tier":"Intelligent-Tiering","DataType":"text"})");
    EXPECT_EQ(made.at("Version"), "1");
    EXPECT_EQ(made.at("Tier"), "Standard");
    restart();
    const auto answer = call("GetParameter", name_body("/app/url", R"(,"WithDecryption":true)"));
    EXPECT_EQ(answer.at("Parameter.Name"), "/app/url");
    EXPECT_EQ(answer.at("Parameter.Type"), "String");
    EXPECT_EQ(answer.at("Parameter.Value"), "http://x");
    EXPECT_EQ(answer.at("Parameter.Version"), "1");
    EXPECT_EQ(answer.at("Parameter.DataType"), "text");
    EXPECT_EQ(answer.at("Parameter.LastModifiedDate"), "1767225600");
    EXPECT_EQ(answer.at("Parameter.ARN"), "arn:aws:ssm:us-west-2:000000000000:parameter/app/url");
    EXPECT_EQ(get("arn:aws:ssm:us-west-2:000000000000:parameter/app/url"), "http://x");
    EXPECT_EQ(put("plain", "p"), "");
    EXPECT_EQ(get("arn:aws:ssm:us-west-2:000000000000:parameter/plain"), "p");
    EXPECT_EQ(get("arn:aws:ssm:eu-west-1:000000000000:parameter/plain"), "ParameterNotFound: ");
    EXPECT_EQ(get("none"), "ParameterNotFound: ");
    EXPECT_EQ(call("GetParameter", name_body("none")).status, 400);
    harness_->set_region("eu-west-1");
    EXPECT_EQ(get("plain"), "ParameterNotFound: ");
}

TEST_F(SsmParameters, AreOverwrittenOnlyWhenAsked) {
    EXPECT_EQ(put("p", "1", R"(,"Type":"String","Description":"d","AllowedPattern":"\\d+")"), "");
    EXPECT_EQ(put("p", "2"),
              "ParameterAlreadyExists: The parameter already exists. To overwrite this value, set "
              "the overwrite option in the request to true.");
    clock_.advance_ms(1'500);
    EXPECT_EQ(
        call("PutParameter", name_body("p", R"(,"Value":"2","Overwrite":true)")).at("Version"),
        "2");
    // What was left out stays.
    const auto list = call("DescribeParameters", "{}");
    EXPECT_EQ(list.at("Parameters.0.Description"), "d");
    EXPECT_EQ(list.at("Parameters.0.AllowedPattern"), "\\d+");
    EXPECT_EQ(list.at("Parameters.0.LastModifiedDate"), "1.7672256015E9");
    EXPECT_EQ(put("p", "x", R"(,"Overwrite":true)"),
              "ParameterPatternMismatchException: Parameter value, cannot be validated against "
              "allowedPattern: \\d+");
    EXPECT_EQ(put("p", "x", R"(,"Overwrite":true,"AllowedPattern":"")"), "");
    EXPECT_EQ(put("p", "y", R"(,"Overwrite":true,"Type":"StringList")").substr(0, 30),
              "HierarchyTypeMismatchException");
    EXPECT_EQ(put("new", "1", R"(,"Overwrite":true,"Type":"StringList")"), "");
    EXPECT_EQ(
        put("new", "1", R"(,"Overwrite":true,"Tags":[{"Key":"k","Value":"v"}])").substr(0, 19),
        "ValidationException");
}

TEST_F(SsmParameters, BadOnesAreRefused) {
    EXPECT_EQ(put("p", "v", ""),
              "ValidationException: A parameter type is required when you create a parameter.");
    EXPECT_EQ(put("p", "").substr(0, 19), "ValidationException");
    EXPECT_EQ(outcome("PutParameter", R"({"Name":"p","Type":"String"})").substr(0, 19),
              "ValidationException");
    EXPECT_EQ(put("p", "v", R"(,"Type":"Number")").substr(0, 19), "ValidationException");
    EXPECT_EQ(put("p", "v", R"(,"Type":"String","Tier":"Advanced")").substr(0, 19),
              "ValidationException");
    EXPECT_EQ(put("p", "v", R"(,"Type":"String","Policies":"[]")").substr(0, 19),
              "ValidationException");
    EXPECT_EQ(put("p", "v", R"(,"Type":"String","KeyId":"k")"),
              "ValidationException: KeyId is required for SecureString type parameter only.");
    EXPECT_EQ(put("p", "v", R"(,"Type":"String","DataType":"aws:ec2:image")"),
              "ValidationException: The following data type is not supported: aws:ec2:image (Data "
              "type names are all lowercase.)");
    EXPECT_EQ(put("p", "v", R"(,"Type":"String","AllowedPattern":"(")").substr(0, 30),
              "InvalidAllowedPatternException");
    EXPECT_EQ(put("p", "a{{b}}c").substr(0, 19), "ValidationException");
    EXPECT_EQ(put("p", "a}}b{{c"), "");
    EXPECT_EQ(put("q", std::string(4096, 'v')), "");
    EXPECT_NE(put("r", std::string(4097, 'v')).find("maximum parameter value of 4096 characters"),
              std::string::npos);
    EXPECT_EQ(get("r"), "ParameterNotFound: ");
    // Characters count, not bytes.
    std::string umlauts;
    for (int i = 0; i < 4096; ++i)
        umlauts += "ü";
    EXPECT_EQ(put("r", umlauts), "");
}

TEST_F(SsmParameters, SecureOnesAreStoredEncryptedAndBoundToTheirName) {
    EXPECT_EQ(put("/s/one", "secret", R"(,"Type":"SecureString")"), "");
    EXPECT_EQ(put("/s/two", "other", R"(,"Type":"SecureString","KeyId":"alias/mine")"), "");
    EXPECT_EQ(get("/s/one", R"(,"WithDecryption":true)"), "secret");
    const std::string stored = get("/s/one");
    EXPECT_EQ(stored.find("secret"), std::string::npos);
    EXPECT_NE(stored, "secret");
    const auto list = call("DescribeParameters", "{}");
    EXPECT_EQ(list.at("Parameters.0.KeyId"), "alias/aws/ssm");
    EXPECT_EQ(list.at("Parameters.1.KeyId"), "alias/mine");
    const auto history =
        call("GetParameterHistory", name_body("/s/one", R"(,"WithDecryption":true)"));
    EXPECT_EQ(history.at("Parameters.0.Value"), "secret");
    // The ciphertext of one put under the name of another is refused by KMS.
    meta_store::Table<ParameterRow> table(*store_, "ssm.parameters");
    auto one = table.get({"000000000000", "us-west-2", "/s/one"}).value().value();
    EXPECT_EQ(one.latest.value, stored);
    one.name = "/s/two";
    meta_store::Changes changes;
    table.put(changes, {"000000000000", "us-west-2", "/s/two"}, one);
    ASSERT_TRUE(store_->commit(std::move(changes)).has_value());
    EXPECT_EQ(get("/s/two", R"(,"WithDecryption":true)"),
              "InvalidKeyId: InvalidCiphertextException");
    encryption_.fault = aws::Fault("DisabledException", "arn is disabled.");
    EXPECT_EQ(get("/s/one", R"(,"WithDecryption":true)"), "InvalidKeyId: arn is disabled.");
    EXPECT_EQ(put("/s/three", "x", R"(,"Type":"SecureString")"), "InvalidKeyId: arn is disabled.");
    EXPECT_EQ(get("/s/three"), "ParameterNotFound: ");
    EXPECT_EQ(get("/s/one"), stored);
}

TEST_F(SsmParameters, HaveVersionsAndLabels) {
    EXPECT_EQ(put("p", "one"), "");
    EXPECT_EQ(put("p", "two", R"(,"Overwrite":true)"), "");
    EXPECT_EQ(put("p", "three", R"(,"Overwrite":true)"), "");
    const auto label = [&](const std::string& more) {
        return call("LabelParameterVersion", name_body("p", more));
    };
    const auto first =
        label(R"(,"ParameterVersion":1,"Labels":["old","1st","aws-x","SSM.y","a b"])");
    EXPECT_EQ(first.at("ParameterVersion"), "1");
    EXPECT_EQ(first.at("InvalidLabels"), R"(["1st","aws-x","SSM.y","a b"])");
    EXPECT_EQ(label(R"(,"Labels":["prod"])").at("ParameterVersion"), "3");
    restart();
    EXPECT_EQ(get("p:1"), "one");
    EXPECT_EQ(get("p:2"), "two");
    EXPECT_EQ(get("p:3"), "three");
    EXPECT_EQ(get("p:old"), "one");
    EXPECT_EQ(get("p:prod"), "three");
    EXPECT_EQ(call("GetParameter", name_body("p:old")).at("Parameter.Selector"), ":old");
    EXPECT_EQ(get("arn:aws:ssm:us-west-2:000000000000:parameter/p:2"), "two");
    for (const char* bad : {"0", "4", "-1", "none", "99999999999999999999", "1x"}) {
        EXPECT_EQ(get("p:" + std::string(bad)),
                  "ParameterVersionNotFound: Systems Manager could not find version " +
                      std::string(bad) + " of p. Verify the version and try again.");
    }
    // A label moves.
    label(R"(,"ParameterVersion":2,"Labels":["prod"])");
    EXPECT_EQ(get("p:prod"), "two");
    EXPECT_EQ(call("GetParameterHistory", name_body("p")).at("Parameters.1.Labels"), R"(["prod"])");
    EXPECT_EQ(label(R"(,"ParameterVersion":4,"Labels":["x"])").error_code(),
              "ParameterVersionNotFound");
    EXPECT_EQ(
        label(R"(,"ParameterVersion":2,"Labels":["a","b","c","d","e","f","g","h","i"])").status,
        200);
    EXPECT_EQ(label(R"(,"ParameterVersion":2,"Labels":["j"])").error_code(),
              "ParameterVersionLabelLimitExceeded");
    const auto gone = call("UnlabelParameterVersion",
                           name_body("p", R"(,"ParameterVersion":2,"Labels":["a","old"])"));
    EXPECT_EQ(gone.at("RemovedLabels"), R"(["a"])");
    EXPECT_EQ(gone.at("InvalidLabels"), R"(["old"])");
    EXPECT_EQ(call("LabelParameterVersion", R"({"Name":"none","Labels":["x"]})").error_code(),
              "ParameterNotFound");
}

TEST_F(SsmParameters, KeepAHundredVersions) {
    EXPECT_EQ(put("p", "v1"), "");
    for (int i = 2; i <= 101; ++i)
        ASSERT_EQ(put("p", "v" + std::to_string(i), R"(,"Overwrite":true)"), "");
    EXPECT_EQ(get("p:1").substr(0, 24), "ParameterVersionNotFound");
    EXPECT_EQ(get("p:2"), "v2");
    EXPECT_EQ(get("p"), "v101");
    const auto page = call("GetParameterHistory", name_body("p", R"(,"MaxResults":50)"));
    EXPECT_EQ(page.at("Parameters.0.Version"), "2");
    EXPECT_EQ(page.at("Parameters.49.Version"), "51");
    const auto rest = call("GetParameterHistory",
                           name_body("p", R"(,"NextToken":")" + page.at("NextToken") + "\""));
    EXPECT_EQ(rest.at("Parameters.49.Version"), "101");
    EXPECT_EQ(rest.at("NextToken"), "");
    for (const char* token : {"!", "eA==", ""}) {
        EXPECT_EQ(call("GetParameterHistory",
                       name_body("p", R"(,"NextToken":")" + std::string(token) + "\""))
                      .error_code(),
                  "InvalidNextToken");
    }
    // A label holds the oldest one.
    EXPECT_EQ(outcome("LabelParameterVersion",
                      name_body("p", R"(,"ParameterVersion":2,"Labels":["keep"])")),
              "");
    EXPECT_EQ(put("p", "more", R"(,"Overwrite":true)").substr(0, 32),
              "ParameterMaxVersionLimitExceeded");
    EXPECT_EQ(get("p"), "v101");
}

TEST_F(SsmParameters, AreDeletedWithAllTheirVersions) {
    EXPECT_EQ(put("p", "one", R"(,"Type":"String","Tags":[{"Key":"k","Value":"v"}])"), "");
    EXPECT_EQ(put("p", "two", R"(,"Overwrite":true)"), "");
    EXPECT_EQ(outcome("DeleteParameter", name_body("p")), "");
    EXPECT_EQ(outcome("DeleteParameter", name_body("p")), "ParameterNotFound: ");
    EXPECT_EQ(get("p"), "ParameterNotFound: ");
    EXPECT_EQ(call("GetParameterHistory", name_body("p")).error_code(), "ParameterNotFound");
    // A new one of the name begins anew.
    EXPECT_EQ(put("p", "three", R"(,"Type":"StringList")"), "");
    EXPECT_EQ(get("p:1"), "three");
    EXPECT_EQ(get("p:2").substr(0, 24), "ParameterVersionNotFound");
    EXPECT_EQ(call("ListTagsForResource", R"({"ResourceType":"Parameter","ResourceId":"p"})")
                  .at("TagList"),
              "[]");
    EXPECT_EQ(put("/q", "v"), "");
    const auto gone = call("DeleteParameters", R"({"Names":["p","none","/q"]})");
    EXPECT_EQ(gone.at("DeletedParameters"), R"(["p","/q"])");
    EXPECT_EQ(gone.at("InvalidParameters"), R"(["none"])");
    EXPECT_EQ(call("DescribeParameters", "{}").at("Parameters"), "[]");
}

TEST_F(SsmParameters, AreReadTenAtOnce) {
    EXPECT_EQ(put("a", "1"), "");
    EXPECT_EQ(put("a", "2", R"(,"Overwrite":true)"), "");
    EXPECT_EQ(put("/b", "3"), "");
    const auto answer = call("GetParameters", R"({"Names":["/b","none","a:1","a:7"]})");
    EXPECT_EQ(names(answer), "/b a");
    EXPECT_EQ(answer.at("Parameters.1.Value"), "1");
    EXPECT_EQ(answer.at("InvalidParameters"), R"(["a:7","none"])");
    EXPECT_EQ(call("GetParameters", R"({"Names":["a","a"]})").error_code(), "ValidationException");
    EXPECT_EQ(call("GetParameters", R"({"Names":[]})").error_code(), "ValidationException");
    EXPECT_EQ(call("GetParameters", R"({"Names":["1","2","3","4","5","6","7","8","9","10","11"]})")
                  .error_code(),
              "ValidationException");
}

TEST_F(SsmParameters, HaveTags) {
    EXPECT_EQ(put("/p", "v", R"(,"Type":"String","Tags":[{"Key":"a","Value":"1"}])"), "");
    const std::string on_p = R"({"ResourceType":"Parameter","ResourceId":"/p")";
    EXPECT_EQ(outcome("AddTagsToResource",
                      on_p + R"(,"Tags":[{"Key":"a","Value":"2"},{"Key":"b","Value":""}]})"),
              "");
    EXPECT_EQ(outcome("RemoveTagsFromResource", on_p + R"(,"TagKeys":["a","none"]})"), "");
    EXPECT_EQ(call("ListTagsForResource",
                   R"({"ResourceType":"Parameter",)"
                   R"("ResourceId":"arn:aws:ssm:us-west-2:000000000000:parameter/p"})")
                  .at("TagList"),
              R"([{"Key":"b","Value":""}])");
    EXPECT_EQ(
        call("AddTagsToResource", on_p + R"(,"Tags":[{"Key":"aws:x","Value":"2"}]})").error_code(),
        "ValidationException");
    std::string many;
    for (int i = 0; i < 50; ++i) {
        many += (i == 0 ? "" : ",") + std::string(R"({"Key":"t)") + std::to_string(i) +
                R"(","Value":"v"})";
    }
    EXPECT_EQ(call("AddTagsToResource", on_p + ",\"Tags\":[" + many + "]}").error_code(),
              "TooManyTagsError");
    for (const char* operation : {"ListTagsForResource"}) {
        EXPECT_EQ(
            call(operation, R"({"ResourceType":"Parameter","ResourceId":"none"})").error_code(),
            "InvalidResourceId");
        EXPECT_EQ(
            call(operation, R"({"ResourceType":"Document","ResourceId":"none"})").error_code(),
            "InvalidResourceType");
        EXPECT_EQ(call(operation, R"({"ResourceType":"Cat","ResourceId":"none"})").error_code(),
                  "ValidationException");
    }
}

TEST_F(SsmParameters, TheBootstrapVersionIsThereUntilSomebodyMakesIt) {
    const std::string name = bootstrap_name;
    const auto answer = call("GetParameter", name_body(name, R"(,"WithDecryption":true)"));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.at("Parameter.Value"), "33");
    EXPECT_EQ(answer.at("Parameter.Type"), "String");
    EXPECT_EQ(answer.at("Parameter.Version"), "1");
    EXPECT_EQ(call("GetParameters", R"({"Names":[")" + name + R"("]})").at("Parameters.0.Value"),
              "33");
    harness_->set_region("ap-south-1");
    EXPECT_EQ(get(name), "33");
    // It is nobody's: not listed, not tagged, not deleted, and a stack makes it as a new one.
    EXPECT_EQ(call("DescribeParameters", "{}").at("Parameters"), "[]");
    EXPECT_EQ(outcome("DeleteParameter", name_body(name)), "ParameterNotFound: ");
    EXPECT_EQ(call("ListTagsForResource",
                   R"({"ResourceType":"Parameter","ResourceId":")" + name + R"("})")
                  .error_code(),
              "InvalidResourceId");
    EXPECT_EQ(put(name, "40"), "");
    EXPECT_EQ(get(name), "40");
    EXPECT_EQ(put(name, "41").substr(0, 22), "ParameterAlreadyExists");
    EXPECT_EQ(outcome("DeleteParameter", name_body(name)), "");
    EXPECT_EQ(get(name), "33");
}

}  // namespace
}  // namespace ssm
