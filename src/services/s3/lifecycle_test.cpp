// Lifecycle rules, and the sweep that carries them out: by the clock, in pages, over restarts.
#include "services/s3/lifecycle.h"

#include "base/units.h"
#include "services/s3/settings.h"
#include "services/s3/testing.h"

namespace s3 {
namespace {

using object_store::ObjectInfo;

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
constexpr std::int64_t noon_ms = 1'800'014'400'000;  // 2027-01-15T12:00:00Z
static_assert(noon_ms % day_ms == day_ms / 2);

TEST(Lifecycle, DaysEndAtTheMidnightAfter) {
    // The example of S3's documentation: created 10:30, three days: the midnight after the third.
    const base::Timestamp midnight{noon_ms - day_ms / 2};
    EXPECT_EQ(expiry_of({noon_ms}, 3).ms, midnight.ms + 4 * day_ms);
    EXPECT_EQ(expiry_of({midnight.ms + 1}, 1).ms, midnight.ms + 2 * day_ms);
    EXPECT_EQ(expiry_of({midnight.ms + day_ms - 1}, 1).ms, midnight.ms + 2 * day_ms);
}

TEST(Lifecycle, ARuleIsAboutWhatAllItsConditionsName) {
    ObjectInfo info{.key = "logs/a", .size_bytes = 100};
    info.tags = {{"k", "v"}, {"other", ""}};
    LifecycleRule rule;
    EXPECT_TRUE(applies_to(rule, info));
    rule.prefix = "logs/";
    rule.tags = {{"k", "v"}};
    rule.larger_than = 99;
    rule.smaller_than = 101;
    EXPECT_TRUE(applies_to(rule, info));
    LifecycleRule other = rule;
    other.prefix = "log/";
    EXPECT_FALSE(applies_to(other, info));
    other = rule;
    other.tags["k"] = "w";
    EXPECT_FALSE(applies_to(other, info));
    other = rule;
    other.larger_than = 100;
    EXPECT_FALSE(applies_to(other, info));
    other = rule;
    other.smaller_than = 100;
    EXPECT_FALSE(applies_to(other, info));
}

TEST(Lifecycle, TheCommonPrefixIsThatOfTheEnabledRules) {
    LifecycleRules rules;
    EXPECT_FALSE(common_prefix(rules).has_value());
    rules.rules.resize(2);
    rules.rules[0].prefix = "logs/a";
    rules.rules[1].prefix = "logs/b";
    EXPECT_EQ(common_prefix(rules), "logs/");
    rules.rules[1].enabled = false;
    EXPECT_EQ(common_prefix(rules), "logs/a");
    rules.rules[0].enabled = false;
    EXPECT_FALSE(common_prefix(rules).has_value());
    rules.rules[0].enabled = rules.rules[1].enabled = true;
    rules.rules[1].prefix.reset();
    EXPECT_EQ(common_prefix(rules), "");
}

class LifecycleTest : public testing::S3Test {
  protected:
    void SetUp() override { stage_.clock.set_wall_ms(noon_ms); }
    void pass_days(std::int64_t days) { stage_.clock.set_wall_ms(now_ += days * day_ms); }
    void set_rules(const std::string& rules, const std::string& bucket = "bucket") {
        const auto set = put("/" + bucket + "?lifecycle",
                             "<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>");
        ASSERT_EQ(set.status, 200) << set.body;
    }
    static std::string rule(const std::string& filter, const std::string& action) {
        return "<Rule><Filter>" + filter + "</Filter><Status>Enabled</Status>" + action + "</Rule>";
    }
    LifecycleSweep::Counts sweep(std::size_t page_max = 1000) {
        auto swept =
            std::make_shared<LifecycleSweep>(*stage_.store, stage_.clock, stage_.executor,
                                             stage_.log, SweepOptions{.page_max = page_max});
        std::optional<LifecycleSweep::Counts> counts;
        EXPECT_TRUE(swept->sweep([&](LifecycleSweep::Counts c) { counts = c; }));
        stage_.executor.run_until_idle();
        EXPECT_TRUE(counts.has_value());
        return counts.value_or(LifecycleSweep::Counts{});
    }
    std::string keys(const std::string& bucket = "bucket") {
        std::string text;
        for (const std::string& key : testing::elements(get("/" + bucket).body, "Key"))
            text += key + " ";
        return text;
    }
    std::int64_t now_ = noon_ms;
};

TEST_F(LifecycleTest, ObjectsExpireByDaysPrefixTagsAndSize) {
    ASSERT_EQ(put("/bucket/tmp/old", "x").status, 200);
    ASSERT_EQ(put("/bucket/keep/old", "x").status, 200);
    ASSERT_EQ(put("/bucket/tagged", "x", {{"x-amz-tagging", "class=scratch"}}).status, 200);
    ASSERT_EQ(put("/bucket/large", std::string(5000, 'x')).status, 200);
    set_rules(rule("<Prefix>tmp/</Prefix>", "<Expiration><Days>3</Days></Expiration>") +
              rule("<Tag><Key>class</Key><Value>scratch</Value></Tag>",
                   "<Expiration><Days>1</Days></Expiration>") +
              rule("<ObjectSizeGreaterThan>4999</ObjectSizeGreaterThan>",
                   "<Expiration><Date>2027-01-20T00:00:00Z</Date></Expiration>"));
    pass_days(1);
    EXPECT_EQ(sweep().expired, 0U);
    pass_days(1);  // a day and its midnight
    EXPECT_EQ(sweep().expired, 1U);
    EXPECT_EQ(keys(), "keep/old large tmp/old ");
    ASSERT_EQ(put("/bucket/tmp/new", "x").status, 200);
    pass_days(2);
    EXPECT_EQ(sweep().expired, 1U);
    EXPECT_EQ(keys(), "keep/old large tmp/new ");
    pass_days(1);
    EXPECT_EQ(sweep().expired, 1U);
    EXPECT_EQ(keys(), "keep/old tmp/new ");
}

TEST_F(LifecycleTest, WithVersionsAMarkerComesThenOldVersionsAndTheMarkerGo) {
    ASSERT_EQ(put("/bucket?versioning",
                  "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                  .status,
              200);
    for (int i = 0; i < 4; ++i)
        ASSERT_EQ(put("/bucket/k", std::to_string(i)).status, 200);
    set_rules(rule("",
                   "<Expiration><Days>5</Days></Expiration><NoncurrentVersionExpiration>"
                   "<NoncurrentDays>1</NoncurrentDays>"
                   "<NewerNoncurrentVersions>1</NewerNoncurrentVersions>"
                   "</NoncurrentVersionExpiration>"));
    pass_days(2);
    EXPECT_EQ(sweep(2).expired, 2U);  // of three older ones the newest stays
    EXPECT_EQ(testing::elements(get("/bucket?versions").body, "VersionId").size(), 2U);
    pass_days(4);
    EXPECT_EQ(sweep().expired, 1U);  // a marker
    EXPECT_EQ(get("/bucket/k").status, 404);
    EXPECT_EQ(testing::elements(get("/bucket?versions").body, "VersionId").size(), 3U);
    set_rules(rule("",
                   "<Expiration><Days>5</Days></Expiration><NoncurrentVersionExpiration>"
                   "<NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>"));
    pass_days(2);
    EXPECT_EQ(sweep(1).expired, 2U);
    pass_days(4);
    EXPECT_EQ(sweep(1).expired, 1U);  // the marker hides nothing any more
    EXPECT_EQ(testing::elements(get("/bucket?versions").body, "VersionId").size(), 0U);
}

// The null version that ends a page is removed with it, so the next page begins the key anew.
TEST_F(LifecycleTest, VersionsThatAreKeptAreNotCountedTwice) {
    const auto set_versioning = [&](const std::string& state) {
        ASSERT_EQ(put("/bucket?versioning", "<VersioningConfiguration><Status>" + state +
                                                "</Status></VersioningConfiguration>")
                      .status,
                  200);
    };
    set_versioning("Enabled");
    ASSERT_EQ(put("/bucket/k", "1").status, 200);
    set_versioning("Suspended");
    ASSERT_EQ(put("/bucket/k", "null").status, 200);
    set_versioning("Enabled");
    ASSERT_EQ(put("/bucket/k", "3").status, 200);
    ASSERT_EQ(put("/bucket/k", "4").status, 200);
    set_rules(rule("",
                   "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
                   "<NewerNoncurrentVersions>1</NewerNoncurrentVersions>"
                   "</NoncurrentVersionExpiration>"));
    pass_days(3);
    EXPECT_EQ(sweep(3).expired, 2U);
    const auto left = testing::elements(get("/bucket?versions").body, "VersionId");
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(get("/bucket/k?versionId=" + left[1]).body, "3");
}

TEST_F(LifecycleTest, MarkersThatHideNothingGoWhenTheRuleSaysSo) {
    ASSERT_EQ(put("/bucket?versioning",
                  "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                  .status,
              200);
    ASSERT_EQ(put("/bucket/hidden", "x").status, 200);
    for (const char* key : {"hidden", "alone", "zone"})
        ASSERT_EQ(remove("/bucket/" + std::string(key)).status, 204);
    set_rules(rule("",
                   "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>"
                   "</Expiration>"));
    for (const std::size_t page : {std::size_t{1}, std::size_t{1000}}) {
        EXPECT_EQ(sweep(page).expired, page == 1 ? 2U : 0U);
        EXPECT_EQ(testing::elements(get("/bucket?versions").body, "Key"),
                  (std::vector<std::string>{"hidden", "hidden"}));
    }
}

TEST_F(LifecycleTest, UploadsThatNobodyCompletesAreAborted) {
    for (int i = 0; i < 3; ++i)
        put_part("tmp/k", create_upload("tmp/k"), 1, "bytes");
    create_upload("other");
    set_rules(rule("<Prefix>tmp/</Prefix>",
                   "<AbortIncompleteMultipartUpload><DaysAfterInitiation>"
                   "1</DaysAfterInitiation>"
                   "</AbortIncompleteMultipartUpload>"));
    EXPECT_EQ(sweep().aborted, 0U);
    pass_days(2);
    create_upload("tmp/k");
    EXPECT_EQ(sweep(2).aborted, 3U);
    EXPECT_EQ(testing::elements(get("/bucket?uploads").body, "Key"),
              (std::vector<std::string>{"other", "tmp/k"}));
}

TEST_F(LifecycleTest, WhatIsPutMeanwhileStays) {
    ASSERT_EQ(put("/bucket/k", "old").status, 200);
    set_rules(rule("", "<Expiration><Days>1</Days></Expiration>"));
    pass_days(3);
    auto swept = std::make_shared<LifecycleSweep>(*stage_.store, stage_.clock, stage_.executor,
                                                  stage_.log, SweepOptions{});
    // Between any two steps of the sweep.
    for (int steps = 0; steps < 12; ++steps) {
        swept->sweep([](auto) {});
        for (int i = 0; i < steps; ++i)
            stage_.executor.run_one();
        ASSERT_EQ(put("/bucket/k", "new").status, 200);
        stage_.executor.run_until_idle();
        ASSERT_EQ(get("/bucket/k").body, "new") << steps;
        pass_days(3);
    }
}

TEST_F(LifecycleTest, DisabledRulesAndOtherBucketsAreLeftAlone) {
    make_bucket("second");
    make_bucket("third");
    for (const char* bucket : {"bucket", "second", "third"})
        ASSERT_EQ(put("/" + std::string(bucket) + "/k", "x").status, 200);
    set_rules(
        "<Rule><Filter/><Status>Disabled</Status><Expiration><Days>1</Days></Expiration>"
        "</Rule>");
    set_rules(rule("", "<Expiration><Days>1</Days></Expiration>"), "third");
    pass_days(3);
    EXPECT_EQ(sweep().expired, 1U);
    EXPECT_EQ(keys() + keys("second") + keys("third"), "k k ");
}

TEST_F(LifecycleTest, SweepsRunByThemselvesAndAfterARestart) {
    ASSERT_EQ(put("/bucket/k", "x").status, 200);
    set_rules(rule("", "<Expiration><Days>1</Days></Expiration>"));
    ASSERT_TRUE(stage_.reopen());
    S3 restarted(*stage_.store, stage_.clock, stage_.executor, stage_.log, nullptr,
                 {.first_ms = 1000, .interval_ms = 60'000});
    restarted.start();
    pass_days(3);
    stage_.executor.run_for_ms(2000);
    EXPECT_FALSE(stage_.store->head("bucket", "k").has_value());
    EXPECT_TRUE(stage_.log.contains("lifecycle rules were carried out"));
    EXPECT_EQ(stage_.executor.timer_count(), 1U);  // the next one
    restarted.stop();
    restarted.stop();
    EXPECT_EQ(stage_.executor.timer_count(), 0U);
}

TEST_F(LifecycleTest, RulesComeBackAsTheyWerePut) {
    const std::string body =
        "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        "<Rule><Expiration><Days>30</Days></Expiration><ID>one</ID><Filter><And><Prefix>a/</Prefix>"
        "<Tag><Key>k</Key><Value>v</Value></Tag><Tag><Key>l</Key><Value>w</Value></Tag>"
        "<ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter><Status>Enabled</Status></Rule>"
        "<Rule><ID>two</ID><Prefix>b/</Prefix><Status>Disabled</Status>"
        "<NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays>"
        "<NewerNoncurrentVersions>3</NewerNoncurrentVersions></NoncurrentVersionExpiration>"
        "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>"
        "</AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>";
    ASSERT_EQ(put("/bucket?lifecycle", body).status, 200);
    const auto got = get("/bucket?lifecycle");
    EXPECT_EQ(got.body.substr(got.body.find('\n') + 1), body);
    ASSERT_EQ(remove("/bucket?lifecycle").status, 204);
    EXPECT_EQ(get("/bucket?lifecycle").error_code(), "NoSuchLifecycleConfiguration");
}

TEST_F(LifecycleTest, RulesThatCannotBeAreRefused) {
    const auto code = [&](const std::string& rules) {
        return put("/bucket?lifecycle",
                   "<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>")
            .error_code();
    };
    const std::string days = "<Expiration><Days>1</Days></Expiration>";
    EXPECT_EQ(code(""), "MalformedXML");
    EXPECT_EQ(put("/bucket?lifecycle", "").error_code(), "MalformedXML");
    EXPECT_EQ(code(rule("", "")), "InvalidRequest");
    EXPECT_EQ(code(rule("", "<Expiration><Days>0</Days></Expiration>")), "InvalidArgument");
    EXPECT_EQ(code(rule("",
                        "<Expiration><Days>1</Days><Date>2027-01-01T00:00:00Z</Date>"
                        "</Expiration>")),
              "MalformedXML");
    EXPECT_EQ(code(rule("", "<Expiration><Date>2027-01-01T01:00:00Z</Date></Expiration>")),
              "InvalidArgument");
    EXPECT_EQ(code("<Rule><Filter/><Status>On</Status>" + days + "</Rule>"), "MalformedXML");
    EXPECT_EQ(code("<Rule><Status>Enabled</Status>" + days + "</Rule>"), "MalformedXML");
    EXPECT_EQ(code("<Rule><Filter/><Prefix>a</Prefix><Status>Enabled</Status>" + days + "</Rule>"),
              "InvalidRequest");
    EXPECT_EQ(code(rule("<Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>", days)),
              "MalformedXML");
    EXPECT_EQ(code("<Rule><ID>x</ID><Filter/><Status>Enabled</Status>" + days + "</Rule>" +
                   "<Rule><ID>x</ID><Filter/><Status>Enabled</Status>" + days + "</Rule>"),
              "InvalidArgument");
    const auto transition =
        put("/bucket?lifecycle",
            "<LifecycleConfiguration>" +
                rule("",
                     "<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass>"
                     "</Transition>") +
                "</LifecycleConfiguration>");
    EXPECT_EQ(transition.status, 501);
    EXPECT_NE(transition.body.find("Transition"), std::string::npos);
    std::string many;
    for (std::size_t i = 0; i <= lifecycle_rules_max; ++i)
        many += rule("<Prefix>" + std::to_string(i) + "</Prefix>", days);
    EXPECT_EQ(code(many), "InvalidRequest");
    EXPECT_EQ(code(many.substr(0, many.rfind("<Rule>"))), "");
    EXPECT_EQ(code(rule("<Tag><Key>k</Key><Value>v</Value></Tag>",
                        "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1"
                        "</DaysAfterInitiation></AbortIncompleteMultipartUpload>")),
              "InvalidRequest");
}

}  // namespace
}  // namespace s3
