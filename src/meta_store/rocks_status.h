// Between base::Error and RocksDB's status values. Included only by this folder's sources.
#pragma once

#include <rocksdb/io_status.h>
#include <rocksdb/status.h>

#include <string>

#include "base/result.h"

namespace meta_store {

rocksdb::IOStatus to_io_status(const base::Error& error);
// `context` is what was asked of the store. The operating system's text is in the status.
base::Error to_error(const rocksdb::Status& status, std::string context);

}  // namespace meta_store
