#include "services/lambda/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <set>

namespace lambda {
namespace {

base::Error damaged(const char* why) {
    return {base::ErrorKind::invalid, "not a readable zip", why == nullptr ? "" : why};
}

base::Error refused(const char* why, const std::string& path) {
    return {base::ErrorKind::unsupported, why, path};
}

// The path without "./" and doubled slashes.
base::Result<std::string> clean_path(std::string_view raw) {
    const std::string shown(raw.substr(0, 100));
    if (raw.empty() || raw.front() == '/' || raw.size() > zip_path_bytes_max) {
        return refused("An entry's path is absolute, empty or too long", shown);
    }
    std::string path;
    std::size_t depth = 0;
    while (!raw.empty()) {
        const auto slash = raw.find('/');
        const std::string_view part = raw.substr(0, slash);
        raw.remove_prefix(slash == std::string_view::npos ? raw.size() : slash + 1);
        if (part.empty() || part == ".") continue;
        if (part == ".." || part.find('\\') != std::string_view::npos) {
            return refused("An entry's path leaves the function's directory", shown);
        }
        if (++depth > zip_path_depth_max) return refused("An entry's path is too deep", shown);
        if (!path.empty()) path += '/';
        path += part;
    }
    return path;
}

base::Result<void> read_bytes(archive* reader, std::uint64_t& left, std::string& out) {
    char chunk[64 * 1024];
    for (;;) {
        const auto got = archive_read_data(reader, chunk, sizeof chunk);
        if (got < 0) return damaged(archive_error_string(reader));
        if (got == 0) return base::ok();
        const auto size = static_cast<std::uint64_t>(got);
        if (size > left) {
            return base::Error{base::ErrorKind::limit, "unpacked, the zip is too large", ""};
        }
        left -= size;
        out.append(chunk, size);
    }
}

// Each path once, and no path below a file.
class Paths {
  public:
    base::Result<void> add(const ZipEntry& entry) {
        for (std::size_t at = entry.path.find('/'); at != std::string::npos;
             at = entry.path.find('/', at + 1)) {
            const std::string parent = entry.path.substr(0, at);
            if (files_.contains(parent)) return refused("An entry is below a file", entry.path);
            directories_.insert(parent);
        }
        if (entry.directory ? files_.contains(entry.path) : directories_.contains(entry.path)) {
            return refused("An entry is both a file and a directory", entry.path);
        }
        if (entry.directory) {
            directories_.insert(entry.path);
        } else if (!files_.insert(entry.path).second) {
            return refused("A file is in the zip twice", entry.path);
        }
        return base::ok();
    }

  private:
    std::set<std::string> files_;
    std::set<std::string> directories_;
};

}  // namespace

base::Result<void> read_zip(std::string_view zip,
                            const std::function<base::Result<void>(const ZipEntry&)>& visit) {
    // libarchive would also take a zip with something in front of it; AWS's unzip does not.
    if (!zip.starts_with(std::string_view("PK\x03\x04", 4)) &&
        !zip.starts_with(std::string_view("PK\x05\x06", 4))) {
        return damaged("no zip signature");
    }
    const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(),
                                                             &archive_read_free);
    archive_read_support_format_zip_seekable(reader.get());
    if (archive_read_open_memory(reader.get(), zip.data(), zip.size()) != ARCHIVE_OK) {
        return damaged(archive_error_string(reader.get()));
    }
    Paths paths;
    std::size_t count = 0;
    std::uint64_t left = unzipped_bytes_max;
    for (;;) {
        archive_entry* raw = nullptr;
        const int status = archive_read_next_header(reader.get(), &raw);
        if (status == ARCHIVE_EOF) break;
        if (status != ARCHIVE_OK) return damaged(archive_error_string(reader.get()));
        if (++count > zip_entries_max) {
            return base::Error{base::ErrorKind::limit, "the zip has too many entries", ""};
        }
        const char* name = archive_entry_pathname(raw);
        TRY(path, clean_path(name == nullptr ? "" : name));
        if (archive_entry_is_encrypted(raw) != 0) return damaged("encrypted");
        ZipEntry entry;
        entry.path = std::move(path);
        const auto type = archive_entry_filetype(raw);
        if (type != AE_IFREG && type != AE_IFDIR) {
            return refused("Links and devices are not unpacked", entry.path);
        }
        entry.directory = type == AE_IFDIR;
        if (entry.path.empty()) continue;  // "./"
        entry.mode = static_cast<std::uint32_t>(archive_entry_perm(raw)) & 0777;
        TRY_VOID(paths.add(entry));
        if (!entry.directory) {
            TRY_VOID(read_bytes(reader.get(), left, entry.bytes));
        }
        TRY_VOID(visit(entry));
    }
    return base::ok();
}

}  // namespace lambda
