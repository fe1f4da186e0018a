// Hostile deployment packages: reading never crashes and keeps its limits, and every path stays
// inside the directory it is unpacked to.
#include <cstdlib>
#include <set>

#include "services/lambda/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::size_t entries = 0;
    std::uint64_t bytes = 0;
    std::set<std::string> seen;
    const auto visit = [&](const lambda::ZipEntry& entry) -> base::Result<void> {
        bytes += entry.bytes.size();
        const std::string guarded = "/" + entry.path + "/";
        const bool inside =
            !entry.path.empty() && entry.path.front() != '/' &&
            guarded.find("/../") == std::string::npos && guarded.find("/./") == std::string::npos &&
            guarded.find("//") == std::string::npos && entry.path.find('\0') == std::string::npos;
        if (!inside || entry.path.size() > lambda::zip_path_bytes_max) std::abort();
        if (!entry.directory && !seen.insert(entry.path).second) std::abort();
        if (++entries > lambda::zip_entries_max || bytes > lambda::unzipped_bytes_max) std::abort();
        return base::ok();
    };
    (void)lambda::read_zip(std::string_view(reinterpret_cast<const char*>(data), size), visit);
    return 0;
}
