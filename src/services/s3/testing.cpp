#include "services/s3/testing.h"

#include "wire/base64.h"
#include "wire/checksums.h"
#include "wire/uri.h"

namespace s3::testing {

S3Test::S3Test() {
    harness_.set_pump([this] { stage_.executor.run_one(); });
    make_bucket("bucket");
}

Answer S3Test::get(const std::string& target, const HeaderList& headers) {
    return harness_.rest("GET", target, {}, headers);
}
Answer S3Test::head(const std::string& target, const HeaderList& headers) {
    return harness_.rest("HEAD", target, {}, headers);
}
Answer S3Test::put(const std::string& target, std::string_view body, const HeaderList& headers) {
    return harness_.rest("PUT", target, body, headers);
}
Answer S3Test::post(const std::string& target, std::string_view body, const HeaderList& headers) {
    return harness_.rest("POST", target, body, headers);
}
Answer S3Test::remove(const std::string& target, const HeaderList& headers) {
    return harness_.rest("DELETE", target, {}, headers);
}

void S3Test::make_bucket(const std::string& name) {
    const Answer made =
        put("/" + name,
            "<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint>"
            "</CreateBucketConfiguration>");
    EXPECT_EQ(made.status, 200) << made.body;
}

std::string S3Test::create_upload(const std::string& key, const HeaderList& headers) {
    const Answer answer = post("/bucket/" + key + "?uploads", {}, headers);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return element(answer.body, "UploadId");
}

std::string S3Test::put_part(const std::string& key, const std::string& upload_id, int number,
                             std::string_view body, const HeaderList& headers) {
    const Answer answer =
        put("/bucket/" + key + "?partNumber=" + std::to_string(number) + "&uploadId=" + upload_id,
            body, headers);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return std::string(answer.headers.get("ETag"));
}

Answer S3Test::complete(const std::string& key, const std::string& upload_id,
                        const std::string& parts, const HeaderList& headers) {
    return post("/bucket/" + key + "?uploadId=" + upload_id,
                "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
                    parts + "</CompleteMultipartUpload>",
                headers);
}

std::vector<std::string> elements(const std::string& xml, const std::string& name) {
    std::vector<std::string> found;
    const std::string open = "<" + name + ">";
    const std::string close = "</" + name + ">";
    std::size_t at = 0;
    while ((at = xml.find(open, at)) != std::string::npos) {
        const std::size_t start = at + open.size();
        const std::size_t end = xml.find(close, start);
        if (end == std::string::npos) break;
        std::string text = xml.substr(start, end - start);
        for (const auto& [entity, character] :
             {std::pair{"&quot;", "\""}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}) {
            for (std::size_t i = 0; (i = text.find(entity, i)) != std::string::npos; ++i) {
                text.replace(i, std::string_view(entity).size(), character);
            }
        }
        found.push_back(std::move(text));
        at = end;
    }
    return found;
}

std::string element(const std::string& xml, const std::string& name) {
    const auto all = elements(xml, name);
    return all.empty() ? std::string() : all.front();
}

std::string part_xml(int number, const std::string& etag, const std::string& more) {
    return "<Part><ETag>" + etag + "</ETag><PartNumber>" + std::to_string(number) +
           "</PartNumber>" + more + "</Part>";
}

std::string md5_base64(std::string_view bytes) {
    return wire::encode_base64(wire::checksum(wire::ChecksumKind::md5, bytes));
}

}  // namespace s3::testing
