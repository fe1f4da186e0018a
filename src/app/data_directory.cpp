#include "app/data_directory.h"

#include "base/bytes.h"
#include "base/ids.h"

namespace app {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::uint64_t small_file_bytes_max = 4096;
constexpr std::size_t master_key_bytes = 32;
// Feature bits of this build. A directory with a bit that we do not know is refused.
constexpr std::string_view known_features = "";

std::string format_text() {
    return "datastack-format " + std::to_string(format_version) + "\nfeatures " +
           std::string(known_features) + "\n";
}

// Forty characters of [A-Za-z0-9], the look of an AWS secret.
std::string make_secret(base::Random& random) {
    static constexpr char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string secret = random.bytes(40);
    for (char& c : secret)
        c = alphabet[static_cast<unsigned char>(c) % (sizeof alphabet - 1)];
    return secret;
}

base::Result<RootKeys> parse_root_keys(const std::string& text, const std::string& path) {
    const auto end = text.find('\n');
    if (end == std::string::npos || text.back() != '\n' || end == 0 || end + 2 >= text.size()) {
        return Error{ErrorKind::corrupt, "the key file needs two lines: access key id and secret",
                     path};
    }
    return RootKeys{text.substr(0, end), text.substr(end + 1, text.size() - end - 2)};
}

}  // namespace

base::Result<std::unique_ptr<DataDirectory>> DataDirectory::open(base::FileSystem& files,
                                                                 base::Random& random,
                                                                 const std::string& path) {
    TRY_VOID(base::make_directories(files, path));
    auto directory = std::unique_ptr<DataDirectory>(new DataDirectory(files, path));
    TRY(lock, files.lock(path + "/LOCK"));
    directory->lock_ = std::move(lock);
    TRY_VOID(directory->check_format());
    TRY_VOID(directory->folder("keys"));
    TRY_VOID(directory->load_master_key(random));
    TRY_VOID(directory->load_root_keys(random));
    return directory;
}

base::Result<std::string> DataDirectory::folder(const std::string& name) {
    std::string path = path_ + "/" + name;
    TRY_VOID(base::make_directories(files_, path));
    return path;
}

base::Result<void> DataDirectory::check_format() {
    const std::string path = path_ + "/FORMAT";
    auto read = base::read_file(files_, path, small_file_bytes_max);
    if (!read) {
        if (read.error().kind != ErrorKind::not_found) return read.error();
        // Only an empty directory becomes ours: a wrong --data-dir must not scatter files.
        TRY(names, files_.list(path_));
        for (const std::string& name : names) {
            if (name != "LOCK" && name != "FORMAT.tmp") {
                return Error{ErrorKind::invalid,
                             "the directory is not empty and has no FORMAT file: it is not a "
                             "datastack data directory",
                             path_};
            }
        }
        return base::replace_file(files_, path, format_text());
    }
    const std::string& text = read.value();
    const std::string_view magic = "datastack-format ";
    if (!text.starts_with(magic)) return Error{ErrorKind::corrupt, "FORMAT is damaged", path};
    const std::string version = text.substr(magic.size(), text.find('\n') - magic.size());
    if (text == format_text()) return base::ok();
    return Error{ErrorKind::unsupported,
                 "the data directory has format " + version +
                     " or features that this version (format " + std::to_string(format_version) +
                     ") does not know: use a newer datastack",
                 path};
}

base::Result<void> DataDirectory::load_master_key(base::Random& random) {
    const std::string path = path_ + "/keys/master";
    auto read = base::read_file(files_, path, small_file_bytes_max);
    if (!read) {
        if (read.error().kind != ErrorKind::not_found) return read.error();
        master_key_.bytes = random.bytes(master_key_bytes);
        TRY_VOID(base::replace_file(files_, path, master_key_.bytes));
    } else {
        if (read.value().size() != master_key_bytes) {
            return Error{ErrorKind::corrupt, "the master key has a wrong length", path};
        }
        master_key_.bytes = std::move(read.value());
    }
    master_key_.id = "local";
    return base::ok();
}

base::Result<void> DataDirectory::load_root_keys(base::Random& random) {
    auto read = read_root_keys(files_, path_);
    if (read) {
        root_keys_ = std::move(read.value());
        return base::ok();
    }
    if (read.error().kind != ErrorKind::not_found) return read.error();
    root_keys_ = {"AKIA" + base::make_upper_id(random, 16), make_secret(random)};
    return base::replace_file(
        files_, path_ + "/keys/root",
        root_keys_.access_key_id + "\n" + root_keys_.secret_access_key + "\n");
}

base::Result<RootKeys> read_root_keys(base::FileSystem& files, const std::string& data_directory) {
    const std::string path = data_directory + "/keys/root";
    TRY(text, base::read_file(files, path, small_file_bytes_max));
    return parse_root_keys(text, path);
}

}  // namespace app
