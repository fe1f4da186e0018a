// Versions over the wire: ids, markers, lists, copies, what a client that empties a bucket does.
#include <gtest/gtest.h>

#include "services/s3/testing.h"

namespace s3 {
namespace {

using testing::Answer;
using testing::element;
using testing::elements;

class VersionsWire : public testing::S3Test {
  protected:
    void set_versioning(const std::string& state) {
        ASSERT_EQ(put("/bucket?versioning", "<VersioningConfiguration><Status>" + state +
                                                "</Status></VersioningConfiguration>")
                      .status,
                  200);
    }
    std::string version_of(const Answer& answer) {
        EXPECT_LT(answer.status, 300) << answer.body;
        return std::string(answer.headers.get("x-amz-version-id"));
    }
    Answer remove_all(const std::string& objects) {
        const std::string body = "<Delete>" + objects + "</Delete>";
        return post("/bucket?delete", body, {{"Content-MD5", testing::md5_base64(body)}});
    }
};

TEST_F(VersionsWire, UnversionedBucketsSayNothingOfVersions) {
    EXPECT_EQ(element(get("/bucket?versioning").body, "Status"), "");
    EXPECT_EQ(version_of(put("/bucket/k", "x")), "");
    EXPECT_EQ(version_of(get("/bucket/k")), "");
    EXPECT_EQ(version_of(remove("/bucket/k")), "");
    ASSERT_EQ(put("/bucket/k", "x").status, 200);
    EXPECT_EQ(element(get("/bucket?versions").body, "VersionId"), "null");
    EXPECT_EQ(get("/bucket/k?versionId=null").body, "x");
    EXPECT_EQ(remove("/bucket/k?versionId=null").status, 204);
    EXPECT_EQ(get("/bucket/k").status, 404);
}

TEST_F(VersionsWire, EachPutIsAVersionThatIsReadByItsId) {
    set_versioning("Enabled");
    EXPECT_EQ(element(get("/bucket?versioning").body, "Status"), "Enabled");
    const std::string first = version_of(put("/bucket/k", "first"));
    const std::string second = version_of(put("/bucket/k", "second"));
    EXPECT_EQ(get("/bucket/k").body, "second");
    EXPECT_EQ(version_of(get("/bucket/k")), second);
    const Answer old = get("/bucket/k?versionId=" + first);
    EXPECT_EQ(old.body, "first");
    EXPECT_EQ(version_of(old), first);
    EXPECT_EQ(version_of(head("/bucket/k?versionId=" + first)), first);
    EXPECT_EQ(get("/bucket/k?versionId=" + first, {{"Range", "bytes=1-2"}}).body, "ir");

    const Answer removed = remove("/bucket/k");
    EXPECT_EQ(removed.headers.get("x-amz-delete-marker"), "true");
    const std::string marker = version_of(removed);
    const Answer hidden = get("/bucket/k");
    EXPECT_EQ(hidden.error_code(), "NoSuchKey");
    EXPECT_EQ(hidden.headers.get("x-amz-delete-marker"), "true");
    EXPECT_EQ(hidden.headers.get("x-amz-version-id"), marker);
    const Answer asked = get("/bucket/k?versionId=" + marker);
    EXPECT_EQ(asked.status, 405);
    EXPECT_EQ(asked.error_code(), "MethodNotAllowed");
    EXPECT_EQ(head("/bucket/k?versionId=" + marker).status, 405);
    EXPECT_EQ(get("/bucket/k?versionId=" + first).body, "first");
    EXPECT_EQ(get("/bucket/other?versionId=" + first).error_code(), "NoSuchVersion");
    EXPECT_EQ(get("/bucket/k?versionId=null").error_code(), "NoSuchVersion");
    EXPECT_EQ(get("/bucket/k?versionId=nonsense").error_code(), "InvalidArgument");

    const Answer undone = remove("/bucket/k?versionId=" + marker);
    EXPECT_EQ(undone.headers.get("x-amz-delete-marker"), "true");
    EXPECT_EQ(version_of(undone), marker);
    EXPECT_EQ(get("/bucket/k").body, "second");
    EXPECT_EQ(version_of(remove("/bucket/k?versionId=" + second)), second);
    EXPECT_EQ(get("/bucket/k").body, "first");
}

TEST_F(VersionsWire, ListsHaveVersionsAndMarkers) {
    set_versioning("Enabled");
    for (const char* key : {"a b", "d/1"}) {
        put("/bucket/" + std::string(key == std::string("a b") ? "a%20b" : key), "1");
    }
    put("/bucket/d/1", "22");
    remove("/bucket/d/1");
    const Answer all = get("/bucket?versions");
    EXPECT_EQ(elements(all.body, "Version").size(), 3U);
    EXPECT_EQ(elements(all.body, "DeleteMarker").size(), 1U);
    EXPECT_EQ(elements(all.body, "IsLatest"),
              (std::vector<std::string>{"true", "false", "false", "true"}));
    EXPECT_EQ(elements(all.body, "Size"), (std::vector<std::string>{"1", "2", "1"}));
    EXPECT_EQ(element(get("/bucket?versions&delimiter=/").body, "CommonPrefixes"),
              "<Prefix>d/</Prefix>");
    EXPECT_EQ(element(get("/bucket?versions&encoding-type=url").body, "Key"), "a%20b");
    // In pages, one at a time.
    std::size_t found = 0;
    std::string markers;
    for (int page = 0; page < 10; ++page) {
        const Answer one = get("/bucket?versions&max-keys=1" + markers);
        found += elements(one.body, "VersionId").size();
        if (element(one.body, "IsTruncated") != "true") break;
        markers = "&key-marker=" + element(one.body, "NextKeyMarker") +
                  "&version-id-marker=" + element(one.body, "NextVersionIdMarker");
        const std::size_t space = markers.find(' ');
        if (space != std::string::npos) markers.replace(space, 1, "%20");
    }
    EXPECT_EQ(found, 4U);
    EXPECT_EQ(get("/bucket?versions&version-id-marker=null").error_code(), "InvalidArgument");
    EXPECT_EQ(get("/bucket?versions&key-marker=a&version-id-marker=x").error_code(),
              "InvalidArgument");
}

// What the CDK's autoDeleteObjects does.
TEST_F(VersionsWire, ListingAndDeletingVersionsEmptiesABucket) {
    set_versioning("Enabled");
    for (int i = 0; i < 5; ++i) {
        put("/bucket/k" + std::to_string(i % 2), std::string(static_cast<std::size_t>(i) + 1, 'x'));
    }
    remove("/bucket/k0");
    EXPECT_EQ(remove("/bucket").error_code(), "BucketNotEmpty");
    for (int page = 0; page < 10; ++page) {
        const Answer listed = get("/bucket?versions&max-keys=4");
        const auto keys = elements(listed.body, "Key");
        const auto ids = elements(listed.body, "VersionId");
        std::string objects;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            objects +=
                "<Object><Key>" + keys[i] + "</Key><VersionId>" + ids[i] + "</VersionId></Object>";
        }
        if (objects.empty()) break;
        const Answer removed = remove_all(objects);
        ASSERT_EQ(elements(removed.body, "Deleted").size(), keys.size()) << removed.body;
        EXPECT_EQ(elements(removed.body, "VersionId"), ids);
        ASSERT_EQ(elements(removed.body, "Error").size(), 0U) << removed.body;
    }
    EXPECT_EQ(remove("/bucket").status, 204);
}

TEST_F(VersionsWire, DeleteObjectsSaysWhatBecameOfEachKey) {
    set_versioning("Enabled");
    const std::string version = version_of(put("/bucket/k", "x"));
    const Answer marked = remove_all("<Object><Key>k</Key></Object>");
    EXPECT_EQ(element(marked.body, "DeleteMarker"), "true");
    const std::string marker = element(marked.body, "DeleteMarkerVersionId");
    const Answer both =
        remove_all("<Object><Key>k</Key><VersionId>" + marker + "</VersionId></Object>" +
                   "<Object><Key>k</Key><VersionId>" + version + "</VersionId></Object>" +
                   "<Object><Key>k</Key><VersionId>nonsense</VersionId></Object>" +
                   "<Object><Key>j</Key><ETag>\"x\"</ETag></Object>");
    EXPECT_EQ(elements(both.body, "Deleted").size(), 2U) << both.body;
    EXPECT_EQ(element(both.body, "DeleteMarkerVersionId"), marker);
    EXPECT_EQ(elements(both.body, "Code"),
              (std::vector<std::string>{"NoSuchVersion", "PreconditionFailed"}));
    EXPECT_EQ(elements(get("/bucket?versions").body, "VersionId").size(), 0U);
    EXPECT_EQ(remove_all("<Quiet>true</Quiet><Object><Key>k</Key></Object>").body.find("Deleted"),
              std::string::npos);
}

TEST_F(VersionsWire, DeletesMayHaveACondition) {
    const std::string etag(put("/bucket/k", "x").headers.get("ETag"));
    EXPECT_EQ(remove("/bucket/k", {{"If-Match", "\"other\""}}).error_code(), "PreconditionFailed");
    EXPECT_EQ(get("/bucket/k").status, 200);
    EXPECT_EQ(remove("/bucket/k", {{"If-Match", etag}}).status, 204);
    EXPECT_EQ(get("/bucket/k").status, 404);
}

TEST_F(VersionsWire, CopiesTakeAVersion) {
    set_versioning("Enabled");
    const std::string first = version_of(put("/bucket/k", "first"));
    put("/bucket/k", "second");
    const Answer back =
        put("/bucket/k", {}, {{"x-amz-copy-source", "bucket/k?versionId=" + first}});
    EXPECT_EQ(back.status, 200) << back.body;
    EXPECT_EQ(back.headers.get("x-amz-copy-source-version-id"), first);
    EXPECT_FALSE(version_of(back).empty());
    EXPECT_EQ(get("/bucket/k").body, "first");
    const std::string marker = version_of(remove("/bucket/k"));
    EXPECT_EQ(
        put("/bucket/j", {}, {{"x-amz-copy-source", "bucket/k?versionId=" + marker}}).error_code(),
        "InvalidRequest");
    EXPECT_EQ(put("/bucket/j", {}, {{"x-amz-copy-source", "bucket/k"}}).error_code(), "NoSuchKey");
    EXPECT_EQ(put("/bucket/j", {}, {{"x-amz-copy-source", "bucket/k?versionId=x"}}).error_code(),
              "InvalidArgument");
}

TEST_F(VersionsWire, TagsOfVersions) {
    set_versioning("Enabled");
    const std::string first =
        version_of(put("/bucket/k", "1", {{"x-amz-tagging", "a=1&b=two%20words"}}));
    const std::string second = version_of(put("/bucket/k", "2"));
    EXPECT_EQ(get("/bucket/k?versionId=" + first).headers.get("x-amz-tagging-count"), "2");
    EXPECT_EQ(elements(get("/bucket/k?tagging&versionId=" + first).body, "Value"),
              (std::vector<std::string>{"1", "two words"}));
    EXPECT_EQ(elements(get("/bucket/k?tagging").body, "Tag").size(), 0U);
    const Answer set = put("/bucket/k?tagging",
                           "<Tagging><TagSet><Tag><Key>c</Key><Value>3</Value></Tag></TagSet>"
                           "</Tagging>");
    EXPECT_EQ(version_of(set), second);
    EXPECT_EQ(element(get("/bucket/k?tagging").body, "Key"), "c");
    EXPECT_EQ(remove("/bucket/k?tagging").status, 204);
    EXPECT_EQ(elements(get("/bucket/k?tagging").body, "Tag").size(), 0U);
    EXPECT_EQ(get("/bucket/none?tagging").error_code(), "NoSuchKey");
    EXPECT_EQ(put("/bucket/k", "x", {{"x-amz-tagging", "a=%"}}).error_code(), "InvalidArgument");
    EXPECT_EQ(put("/bucket/k", "x", {{"x-amz-tagging", "a=1&a=2"}}).error_code(), "InvalidTag");
    EXPECT_EQ(put("/bucket/k", "x", {{"x-amz-tagging", "1=&2=&3=&4=&5=&6=&7=&8=&9=&10=&11="}})
                  .error_code(),
              "BadRequest");
    // Copies take the tags along, or get others.
    put("/bucket/t", "x", {{"x-amz-tagging", "a=1"}});
    put("/bucket/u", {}, {{"x-amz-copy-source", "bucket/t"}});
    EXPECT_EQ(element(get("/bucket/u?tagging").body, "Key"), "a");
    put("/bucket/u", {},
        {{"x-amz-copy-source", "bucket/t"},
         {"x-amz-tagging-directive", "REPLACE"},
         {"x-amz-tagging", "b=2"}});
    EXPECT_EQ(element(get("/bucket/u?tagging").body, "Key"), "b");
}

TEST_F(VersionsWire, OtherWordsForTheState) {
    const auto set = [&](const std::string& inside) {
        return put("/bucket?versioning",
                   "<VersioningConfiguration>" + inside + "</VersioningConfiguration>");
    };
    EXPECT_EQ(set("").error_code(), "IllegalVersioningConfigurationException");
    EXPECT_EQ(set("<Status>On</Status>").error_code(), "MalformedXML");
    EXPECT_EQ(set("<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>").status, 501);
    EXPECT_EQ(put("/bucket?versioning", "").error_code(), "MalformedXML");
}

TEST_F(VersionsWire, MultipartUploadsMakeVersions) {
    set_versioning("Enabled");
    const std::string id = create_upload("k", {{"x-amz-tagging", "a=1"}});
    const std::string etag = put_part("k", id, 1, "bytes");
    const std::string version = version_of(complete("k", id, testing::part_xml(1, etag)));
    EXPECT_EQ(version.size(), 32U);
    put("/bucket/k", "over it");
    EXPECT_EQ(get("/bucket/k?versionId=" + version).body, "bytes");
    EXPECT_EQ(element(get("/bucket/k?tagging&versionId=" + version).body, "Key"), "a");
    EXPECT_EQ(get("/bucket/k?partNumber=1&versionId=" + version).body, "bytes");
}

}  // namespace
}  // namespace s3
