// base::ChildFiles over the kernel: unpacked code and work directories of child processes.
#pragma once

#include "base/child_process.h"

namespace os {

class ChildFiles final : public base::ChildFiles {
  public:
    base::Result<void> make_directory(const std::string& path, std::uint32_t mode,
                                      std::optional<std::uint32_t> user_id) override;
    base::Result<void> claim_directory(const std::string& path, std::uint32_t mode) override;
    base::Result<void> write_file(const std::string& path, std::string_view bytes,
                                  std::uint32_t mode) override;
    base::Result<void> rename(const std::string& from, const std::string& to) override;
    bool exists(const std::string& path) const override;
    base::Result<std::vector<std::string>> list(const std::string& path) const override;
    base::Result<void> remove_tree(const std::string& path) override;
};

}  // namespace os
