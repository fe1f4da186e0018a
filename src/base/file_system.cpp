#include "base/file_system.h"

namespace base {

bool exists(const FileSystem& file_system, const std::string& path) {
    return file_system.status(path).has_value();
}

std::string parent_directory(const std::string& path) {
    const auto slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> make_directories(FileSystem& file_system, const std::string& path) {
    if (exists(file_system, path)) return ok();
    const std::string parent = parent_directory(path);
    if (parent != path) {
        TRY_VOID(make_directories(file_system, parent));
    }
    auto made = file_system.make_directory(path);
    // Somebody else may have made it meanwhile: that is what was asked for.
    if (!made && made.error().kind != ErrorKind::already_exists) return made;
    return file_system.sync_directory(parent);
}

Result<std::string> read_file(FileSystem& file_system, const std::string& path,
                              std::uint64_t max_bytes) {
    TRY(file, file_system.open(path, OpenMode::read));
    TRY(size, file->size());
    if (size > max_bytes) return Error{ErrorKind::limit, "file is too large", path};
    std::string contents(size, '\0');
    TRY(count, file->read_at(0, contents));
    contents.resize(count);
    return contents;
}

Result<void> replace_file(FileSystem& file_system, const std::string& path,
                          std::string_view contents) {
    const std::string temporary = path + ".tmp";
    {
        TRY(file, file_system.open(temporary, OpenMode::create_empty));
        TRY_VOID(file->write_at(0, contents));
        TRY_VOID(file->sync_data());
    }
    TRY_VOID(file_system.rename(temporary, path));
    return file_system.sync_directory(parent_directory(path));
}

}  // namespace base
