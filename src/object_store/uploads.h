// Multipart uploads: a row for each upload and each of its parts; the parts' bytes are like those
// of objects. Completing moves them into a layout, copying nothing; what is left over, and the
// parts of aborted uploads, go to the collector.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "object_store/core.h"
#include "object_store/writer.h"

namespace object_store {

void create_upload(const std::shared_ptr<Core>& core, const std::string& bucket,
                   const std::string& key, ObjectProperties properties,
                   std::string checksum_algorithm,
                   base::UniqueFunction<void(base::Result<Upload>)> done);
base::Result<Upload> find_upload(const Core& core, const std::string& bucket,
                                 const std::string& key, const std::string& upload_id);
void put_part(const std::shared_ptr<Core>& core, const std::string& bucket, const std::string& key,
              const std::string& upload_id, std::int32_t number,
              std::unique_ptr<PreparedObject> prepared,
              std::map<std::string, std::string> checksums,
              base::UniqueFunction<void(base::Result<Part>)> done);
base::Result<PartsAnswer> list_parts(const Core& core, const std::string& bucket,
                                     const std::string& key, const std::string& upload_id,
                                     std::int32_t after, std::size_t parts_max);
base::Result<UploadsAnswer> list_uploads(const Core& core, const std::string& bucket,
                                         const UploadsRequest& request);
void complete_upload(const std::shared_ptr<Core>& core, const std::string& bucket,
                     const std::string& key, const std::string& upload_id, Completion completion,
                     base::UniqueFunction<void(base::Result<ObjectInfo>)> done);
void abort_upload(const std::shared_ptr<Core>& core, const std::string& bucket,
                  const std::string& key, const std::string& upload_id,
                  base::UniqueFunction<void(base::Result<void>)> done);

}  // namespace object_store
