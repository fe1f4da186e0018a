#include "services/lambda/unpack.h"

#include <set>

#include "services/lambda/zip.h"

namespace lambda {
namespace {

const char* const unfinished = ".part";

// Makes the directories that a zip only implies.
class Unpacker {
  public:
    Unpacker(base::ChildFiles& files, std::string root) : files_(files), root_(std::move(root)) {}

    base::Result<void> add(const ZipEntry& entry) {
        for (auto at = entry.path.find('/'); at != std::string::npos;
             at = entry.path.find('/', at + 1)) {
            TRY_VOID(directory(entry.path.substr(0, at)));
        }
        if (entry.directory) return directory(entry.path);
        const std::uint32_t executable = (entry.mode & 0111) != 0 ? 0111U : 0U;
        return files_.write_file(root_ + "/" + entry.path, entry.bytes, 0444 | executable);
    }

  private:
    base::Result<void> directory(const std::string& path) {
        if (!made_.insert(path).second) return base::ok();
        return files_.make_directory(root_ + "/" + path, 0755);
    }

    base::ChildFiles& files_;
    std::string root_;
    std::set<std::string> made_;
};

}  // namespace

base::Result<void> unpack_zip(base::ChildFiles& files, const std::string& path,
                              std::string_view zip) {
    const std::string part = path + unfinished;
    TRY_VOID(files.remove_tree(part));
    TRY_VOID(files.make_directory(part, 0755));
    Unpacker unpacker(files, part);
    auto done = read_zip(zip, [&](const ZipEntry& entry) { return unpacker.add(entry); });
    if (done.has_value()) done = files.rename(part, path);
    // The first error is the one to tell; what is left goes with the next attempt or start.
    if (!done) (void)files.remove_tree(part);
    return done;
}

}  // namespace lambda
