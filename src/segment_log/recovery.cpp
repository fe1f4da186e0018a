#include "segment_log/recovery.h"

#include "segment_log/segment_file.h"

namespace segment_log {

namespace {

using base::Error;
using base::ErrorKind;

class Recovery {
  public:
    Recovery(const Environment& environment, const std::string& directory, const Checks& checks)
        : files_(environment.files),
          log_(environment.log),
          environment_(environment),
          directory_(directory),
          checks_(checks) {}

    base::Result<Recovered> run() {
        TRY(listing, list_log(files_, directory_));
        for (const std::string& path : listing.temporaries) {
            TRY_VOID(files_.remove(path));
        }
        Recovered recovered;
        recovered.highest_id = recovered.floor_id = listing.floor;
        if (listing.segments.empty()) return recovered;
        recovered.highest_id = std::max(listing.floor, listing.segments.rbegin()->first);
        TRY(newest, remove_unused(listing));
        for (const auto& [id, found] : listing.segments) {
            if (id > newest) break;
            if (!found.segment) {
                // Deletion removes the segment durably, then its index.
                TRY_VOID(files_.remove(index_path(directory_, id)));
                continue;
            }
            TRY(summary, take(id, found.index, id == newest));
            if (summary.records > 0) recovered.segments.push_back(summary);
        }
        return recovered;
    }

  private:
    // Removes segments at the end that were made ahead of their use, or half made. Returns the
    // newest one that was used: only it may be torn, for when a segment gets its first frame, the
    // one before is complete and durable.
    base::Result<std::uint64_t> remove_unused(const Listing& listing) {
        for (auto at = listing.segments.rbegin(); at != listing.segments.rend(); ++at) {
            if (at->second.index) return at->first;
            const std::string path = segment_path(directory_, at->first);
            TRY(file, files_.open(path, base::OpenMode::read));
            TRY(unused, has_no_frames(*file));
            if (!unused) return at->first;
            TRY_VOID(files_.remove(path));
        }
        return std::uint64_t{0};
    }

    // A summary without records: there was nothing in it, and its file is gone.
    base::Result<Summary> take(std::uint64_t id, bool has_index, bool newest) {
        if (!has_index) return seal(id, newest);
        auto summary = read_summary(files_, directory_, id);
        if (!summary && summary.error().kind == ErrorKind::corrupt) {
            log_.error("a segment's index is damaged; it is made again from the segment",
                       {{"error", summary.error().describe()}});
            return seal(id, false);
        }
        if (!summary) return summary;
        const std::string path = segment_path(directory_, id);
        TRY(status, files_.status(path));
        if (status.size_bytes < summary.value().bytes) {
            return Error{ErrorKind::corrupt, "a sealed segment is shorter than its index says",
                         path};
        }
        return summary;
    }

    // `may_be_torn`: nothing was written after this segment, so a crash may have cut it.
    base::Result<Summary> seal(std::uint64_t id, bool may_be_torn) {
        const std::string path = segment_path(directory_, id);
        const auto opened = SegmentFile::open(files_, directory_, id, environment_.master_key);
        if (!opened) {
            if (opened.error().kind != ErrorKind::corrupt) return opened.error();
            TRY(file, files_.open(path, base::OpenMode::read));
            TRY(unused, has_no_frames(*file));
            if (!unused) return opened.error();
            return discard(path);
        }
        TRY(scan, scan_segment(*opened.value(), checks_));
        const std::uint64_t end = scan.index.summary.bytes;
        if (scan.torn && !may_be_torn) {
            return Error{ErrorKind::corrupt, "a complete segment is damaged",
                         path + " at " + std::to_string(end)};
        }
        if (scan.torn) {
            log_.warn("cut the torn end of a segment",
                      {{"path", path}, {"at_bytes", std::to_string(end)}});
        }
        if (scan.index.summary.records == 0) return discard(path);
        TRY(file, files_.open(path, base::OpenMode::read_write));
        TRY_VOID(file->truncate(end));
        // What was scanned may be in the page cache only; readers get it after this.
        TRY_VOID(file->sync_data());
        TRY_VOID(write_index(files_, directory_, scan.index));
        return scan.index.summary;
    }

    base::Result<Summary> discard(const std::string& path) {
        TRY_VOID(files_.remove(path));
        return Summary{};
    }

    base::FileSystem& files_;
    base::Log& log_;
    const Environment& environment_;
    const std::string& directory_;
    const Checks& checks_;
};

}  // namespace

base::Result<Recovered> recover(const Environment& environment, const std::string& directory,
                                const Checks& checks) {
    return Recovery(environment, directory, checks).run();
}

}  // namespace segment_log
