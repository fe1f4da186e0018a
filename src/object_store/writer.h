// From arriving bytes to durable ones: up to small_object_bytes_max they stay in memory and become
// a record of the small-object log, more go to a file as they come.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "object_store/core.h"
#include "object_store/transaction.h"
#include "wire/checksums.h"

namespace object_store {

// Durable bytes without a name. Dropped uncommitted, its file goes to the collector; a record of
// the log is dead bytes anyway.
class Prepared final : public PreparedObject {
  public:
    Prepared(std::shared_ptr<Core> core, ExtentRow extent, std::string md5_hex, Floors::Hold hold)
        : core_(std::move(core)),
          extent_(extent),
          md5_hex_(std::move(md5_hex)),
          hold_(std::move(hold)) {}
    ~Prepared() override;

    std::uint64_t size_bytes() const override { return static_cast<std::uint64_t>(extent_.size); }
    const std::string& md5_hex() const override { return md5_hex_; }
    const ExtentRow& extent() const { return extent_; }

    // Add to a plan that refers to these bytes from the row at `owner`.
    void add_to(Plan& plan, const std::string& owner) const;
    // How the commit ended. After an error that leaves open whether it is on disk, the file stays
    // for the next start to judge.
    void committed(const base::Result<void>& result);

  private:
    std::shared_ptr<Core> core_;
    ExtentRow extent_;
    std::string md5_hex_;
    Floors::Hold hold_;
    bool keep_file_ = false;
};

class Writer final : public ObjectWriter {
  public:
    // More than `in_memory_max` bytes go to a file.
    Writer(std::shared_ptr<Core> core, std::uint64_t in_memory_max)
        : core_(std::move(core)), in_memory_max_(in_memory_max) {}
    ~Writer() override;

    base::Result<void> write(std::string_view bytes) override;
    void finish(PreparedDone done) override;
    // For bytes that went to a file, or none: waits for the disk.
    base::Result<std::unique_ptr<PreparedObject>> finish_file();

  private:
    base::Result<void> begin_file();
    void drop_file();

    std::shared_ptr<Core> core_;
    std::uint64_t in_memory_max_;
    std::unique_ptr<wire::Checksum> md5_ = wire::Checksum::make(wire::ChecksumKind::md5);
    std::string buffer_;
    std::uint64_t file_id_ = 0;
    std::unique_ptr<LargeFileWriter> file_;
    bool failed_ = false;
};

}  // namespace object_store
