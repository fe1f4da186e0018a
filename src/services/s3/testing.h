// S3 over an object store in memory, asked through the real wire codecs.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "aws/testing.h"
#include "object_store/testing.h"
#include "services/s3/s3.h"

namespace s3::testing {

using aws::testing::Answer;
using aws::testing::HeaderList;

class S3Test : public ::testing::Test {
  protected:
    S3Test();

    Answer get(const std::string& target, const HeaderList& headers = {});
    Answer head(const std::string& target, const HeaderList& headers = {});
    Answer put(const std::string& target, std::string_view body = {},
               const HeaderList& headers = {});
    Answer post(const std::string& target, std::string_view body = {},
                const HeaderList& headers = {});
    Answer remove(const std::string& target, const HeaderList& headers = {});
    // A bucket in us-west-2, the harness's region.
    void make_bucket(const std::string& name);
    // Multipart, up to a listed part.
    std::string create_upload(const std::string& key, const HeaderList& headers = {});
    std::string put_part(const std::string& key, const std::string& upload_id, int number,
                         std::string_view body, const HeaderList& headers = {});  // its ETag
    Answer complete(const std::string& key, const std::string& upload_id, const std::string& parts,
                    const HeaderList& headers = {});

    object_store::testing::Stage stage_;
    S3 s3_{*stage_.store, stage_.clock, stage_.executor, stage_.log};
    aws::testing::Harness harness_{model, &s3_};
};

// The text of every element of that name, in order; entities are decoded.
std::vector<std::string> elements(const std::string& xml, const std::string& name);
// The first one, "" when there is none.
std::string element(const std::string& xml, const std::string& name);
std::string part_xml(int number, const std::string& etag, const std::string& more = {});
std::string md5_base64(std::string_view bytes);

}  // namespace s3::testing
