// Tells what a crash tore from what the disk damaged, before RocksDB recovers its write-ahead logs.
//
// RocksDB's recovery stops at the first bad record and drops what follows: right for the tail that
// a crash tore, wrong for damage in front of acknowledged changes, which would vanish in silence.
// Here each group of commits is one batch, written and synced before the next one begins. So a
// batch that begins behind a bad record proves that the bad record had been synced: damage.
#pragma once

#include <string>

#include "base/file_system.h"

namespace meta_store {

// Reads every log in `directory` (at most total_log_bytes_max in all, or a little more).
//   errors  corrupt (names file and offset), io
base::Result<void> check_logs(base::FileSystem& files, const std::string& directory);

}  // namespace meta_store
