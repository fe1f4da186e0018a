// The files of a log: their names, reading a segment, finding its end after a crash, sealing it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "segment_log/format.h"
#include "segment_log/frame.h"
#include "segment_log/index.h"

namespace segment_log {

std::string segment_path(const std::string& directory, std::uint64_t id);
std::string index_path(const std::string& directory, std::uint64_t id);
// The number of the highest segment ever, kept when that segment is deleted.
std::string floor_path(const std::string& directory);

struct Listing {
    struct Files {
        bool segment = false;
        bool index = false;
    };
    std::map<std::uint64_t, Files> segments;
    std::uint64_t floor = 0;               // no number up to it may be given again
    std::vector<std::string> temporaries;  // paths of files that a crash left half made
    bool absent = false;                   // there is no such directory
};
// errors  corrupt (the floor's checksum), io
base::Result<Listing> list_log(base::FileSystem& files, const std::string& directory);

// Durably. errors io, unavailable
base::Result<void> write_floor(base::FileSystem& files, const std::string& directory,
                               std::uint64_t id);

// A segment opened for reading; the writer of the open one shares it. Any thread.
struct SegmentFile {
    std::uint64_t id = 0;
    std::string path;
    std::unique_ptr<base::File> file;
    SegmentHeader header;

    // errors  as decode_segment_header, io
    static base::Result<std::shared_ptr<const SegmentFile>> open(base::FileSystem& files,
                                                                 const std::string& directory,
                                                                 std::uint64_t id,
                                                                 const MasterKey& master_key);
    // The frames of a block; with `ordinal`, only the one that holds this record is opened.
    //   errors  corrupt, io
    base::Result<std::vector<FramePointer>> read_block(
        const Block& block, const Checks& checks,
        std::optional<std::uint64_t> ordinal = std::nullopt) const;
};

struct Scan {
    Index index;
    // Something other than zeros follows the last whole frame: a group that a crash tore.
    bool torn = false;
};
// Reads all frames from the beginning of a segment that has no index.
//   errors  corrupt: something in the middle is damaged, that is, before bytes of which a later
//           frame says that they were durable
base::Result<Scan> scan_segment(const SegmentFile& segment, const Checks& checks);

// Nothing follows the segment's header (which may be damaged: a crash while the segment was made;
// frames are written only behind a durable header).
base::Result<bool> has_no_frames(const base::File& file);

// Durably; the segment ends where `index` says from now on.
base::Result<void> write_index(base::FileSystem& files, const std::string& directory,
                               const Index& index);
// errors  corrupt, unsupported, io
base::Result<Index> read_index(base::FileSystem& files, const std::string& directory,
                               std::uint64_t id);
base::Result<Summary> read_summary(base::FileSystem& files, const std::string& directory,
                                   std::uint64_t id);

}  // namespace segment_log
