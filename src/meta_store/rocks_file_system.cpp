// Each method translates one call. RocksDB buffers appends and readahead itself, so files here hold
// no buffer: an append is a write, a sync is a sync.
#include "meta_store/rocks_file_system.h"

#include <atomic>
#include <set>

#include "base/mutex.h"
#include "meta_store/rocks_status.h"

namespace meta_store {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

template <class T>
IOStatus status_of(const base::Result<T>& result) {
    return result.has_value() ? IOStatus::OK() : to_io_status(result.error());
}

class Fence {
  public:
    void close() { closed_.store(true); }
    bool closed() const { return closed_.load(); }
    static IOStatus refuse() {
        return IOStatus::IOError("this instance of the store was replaced");
    }

  private:
    std::atomic<bool> closed_{false};
};

IOStatus read_into(const base::File& file, std::uint64_t offset, std::size_t n, char* scratch,
                   Slice* result) {
    auto got = file.read_at(offset, std::span<char>(scratch, n));
    *result = Slice(scratch, got ? got.value() : 0);
    return status_of(got);
}

class SequentialFile final : public rocksdb::FSSequentialFile {
  public:
    explicit SequentialFile(std::unique_ptr<base::File> file) : file_(std::move(file)) {}

    IOStatus Read(std::size_t n, const IOOptions&, Slice* result, char* scratch,
                  IODebugContext*) override {
        IOStatus status = read_into(*file_, at_, n, scratch, result);
        at_ += result->size();
        return status;
    }
    IOStatus Skip(std::uint64_t n) override {
        at_ += n;
        return IOStatus::OK();
    }

  private:
    std::unique_ptr<base::File> file_;
    std::uint64_t at_ = 0;
};

class RandomAccessFile final : public rocksdb::FSRandomAccessFile {
  public:
    explicit RandomAccessFile(std::unique_ptr<base::File> file) : file_(std::move(file)) {}

    IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions&, Slice* result,
                  char* scratch, IODebugContext*) const override {
        return read_into(*file_, offset, n, scratch, result);
    }

  private:
    std::unique_ptr<base::File> file_;
};

class WritableFile final : public rocksdb::FSWritableFile {
  public:
    WritableFile(std::unique_ptr<base::File> file, std::uint64_t size,
                 std::shared_ptr<const Fence> fence)
        : file_(std::move(file)), size_(size), fence_(std::move(fence)) {}

    using rocksdb::FSWritableFile::Append;
    IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
        if (fence_->closed()) return Fence::refuse();
        auto written = file_->write_at(size_, std::string_view(data.data(), data.size()));
        if (written) size_ += data.size();
        return status_of(written);
    }
    IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
        if (fence_->closed()) return Fence::refuse();
        if (size == size_) return IOStatus::OK();
        auto cut = file_->truncate(size);
        if (cut) size_ = size;
        return status_of(cut);
    }
    IOStatus Close(const IOOptions&, IODebugContext*) override {
        file_.reset();
        return IOStatus::OK();
    }
    IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
    IOStatus Sync(const IOOptions&, IODebugContext*) override {
        if (fence_->closed()) return Fence::refuse();
        return status_of(file_->sync_data());
    }
    bool IsSyncThreadSafe() const override { return true; }
    std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return size_; }

  private:
    std::unique_ptr<base::File> file_;
    std::uint64_t size_;
    std::shared_ptr<const Fence> fence_;
};

// Directories with names made since their last sync.
class CreatedNames {
  public:
    void add(const std::string& directory) {
        base::MutexLock lock(mutex_);
        directories_.insert(directory);
    }
    bool take(const std::string& directory) {
        base::MutexLock lock(mutex_);
        return directories_.erase(directory) != 0;
    }

  private:
    base::Mutex mutex_;
    std::set<std::string> directories_ GUARDED_BY(mutex_);
};

class Directory final : public rocksdb::FSDirectory {
  public:
    Directory(base::FileSystem& files, std::string path, std::shared_ptr<const Fence> fence)
        : files_(files), path_(std::move(path)), fence_(std::move(fence)) {}

    IOStatus Fsync(const IOOptions&, IODebugContext*) override {
        if (fence_->closed()) return Fence::refuse();
        return status_of(files_.sync_directory(path_));
    }

  private:
    base::FileSystem& files_;
    std::string path_;
    std::shared_ptr<const Fence> fence_;
};

class Lock final : public rocksdb::FileLock {};

class Adapter final : public RocksFileSystem {
  public:
    explicit Adapter(base::FileSystem& files) : files_(files), fence_(std::make_shared<Fence>()) {}

    const char* Name() const override { return "datastack"; }
    void fence() override { fence_->close(); }

    IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
                               std::unique_ptr<rocksdb::FSSequentialFile>* result,
                               IODebugContext*) override {
        auto file = files_.open(path, base::OpenMode::read);
        if (file) *result = std::make_unique<SequentialFile>(std::move(file.value()));
        return status_of(file);
    }
    IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                 IODebugContext*) override {
        auto file = files_.open(path, base::OpenMode::read);
        if (file) *result = std::make_unique<RandomAccessFile>(std::move(file.value()));
        return status_of(file);
    }
    IOStatus NewWritableFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext*) override {
        return open_writable(path, base::OpenMode::create_empty, result);
    }
    IOStatus ReopenWritableFile(const std::string& path, const FileOptions&,
                                std::unique_ptr<rocksdb::FSWritableFile>* result,
                                IODebugContext*) override {
        return open_writable(path, base::OpenMode::create, result);
    }
    IOStatus NewDirectory(const std::string& path, const IOOptions&,
                          std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext*) override {
        auto status = files_.status(path);
        if (!status) return to_io_status(status.error());
        if (!status.value().directory) return IOStatus::IOError("not a directory", path);
        *result = std::make_unique<Directory>(files_, path, fence_);
        return IOStatus::OK();
    }
    IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
        auto status = files_.status(path);
        if (status) return IOStatus::OK();
        if (status.error().kind == base::ErrorKind::not_found) return IOStatus::NotFound();
        return to_io_status(status.error());
    }
    IOStatus GetChildren(const std::string& path, const IOOptions&,
                         std::vector<std::string>* result, IODebugContext*) override {
        auto names = files_.list(path);
        if (names) *result = std::move(names.value());
        return status_of(names);
    }
    IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
        if (fence_->closed()) return Fence::refuse();
        return status_of(files_.remove(path));
    }
    IOStatus CreateDir(const std::string& path, const IOOptions&, IODebugContext*) override {
        if (fence_->closed()) return Fence::refuse();
        return status_of(files_.make_directory(path));
    }
    IOStatus CreateDirIfMissing(const std::string& path, const IOOptions&,
                                IODebugContext*) override {
        if (base::exists(files_, path)) return IOStatus::OK();
        if (fence_->closed()) return Fence::refuse();
        return status_of(files_.make_directory(path));
    }
    IOStatus DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) override {
        if (fence_->closed()) return Fence::refuse();
        return status_of(files_.remove_directory(path));
    }
    IOStatus GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size,
                         IODebugContext*) override {
        auto status = files_.status(path);
        *size = status ? status.value().size_bytes : 0;
        return status_of(status);
    }
    IOStatus GetFileModificationTime(const std::string& path, const IOOptions&,
                                     std::uint64_t* seconds, IODebugContext*) override {
        auto status = files_.status(path);
        *seconds = status ? static_cast<std::uint64_t>(status.value().modified_ms / 1000) : 0;
        return status_of(status);
    }
    // RocksDB renames a new CURRENT into place before it syncs the directory, trusting that the
    // names of the files that CURRENT leads to were made earlier. POSIX promises no such order, so
    // they are made durable first.
    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                        IODebugContext*) override {
        if (fence_->closed()) return Fence::refuse();
        if (created_.take(base::parent_directory(from))) {
            auto synced = files_.sync_directory(base::parent_directory(from));
            if (!synced) return to_io_status(synced.error());
        }
        return status_of(files_.rename(from, to));
    }
    IOStatus LockFile(const std::string&, const IOOptions&, rocksdb::FileLock** lock,
                      IODebugContext*) override {
        *lock = std::make_unique<Lock>().release();  // RocksDB hands it back to UnlockFile
        return IOStatus::OK();
    }
    IOStatus UnlockFile(rocksdb::FileLock* lock, const IOOptions&, IODebugContext*) override {
        const std::unique_ptr<rocksdb::FileLock> owned(lock);
        return IOStatus::OK();
    }
    IOStatus GetTestDirectory(const IOOptions&, std::string*, IODebugContext*) override {
        return IOStatus::NotSupported();
    }
    IOStatus GetAbsolutePath(const std::string& path, const IOOptions&, std::string* out,
                             IODebugContext*) override {
        *out = path;  // only compared with itself
        return IOStatus::OK();
    }
    IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* directory,
                         IODebugContext*) override {
        auto status = files_.status(path);
        *directory = status && status.value().directory;
        return status_of(status);
    }
    IOStatus GetFreeSpace(const std::string& path, const IOOptions&, std::uint64_t* bytes,
                          IODebugContext*) override {
        auto space = files_.space(path);
        *bytes = space ? space.value().free_bytes : 0;
        return status_of(space);
    }
    IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>*,
                       IODebugContext*) override {
        return IOStatus::NotSupported();
    }

  private:
    IOStatus open_writable(const std::string& path, base::OpenMode mode,
                           std::unique_ptr<rocksdb::FSWritableFile>* result) {
        if (fence_->closed()) return Fence::refuse();
        auto file = files_.open(path, mode);
        if (!file) return to_io_status(file.error());
        created_.add(base::parent_directory(path));
        auto size = file.value()->size();
        if (!size) return to_io_status(size.error());
        *result = std::make_unique<WritableFile>(std::move(file.value()), size.value(), fence_);
        return IOStatus::OK();
    }

    base::FileSystem& files_;
    std::shared_ptr<Fence> fence_;
    CreatedNames created_;
};

}  // namespace

std::shared_ptr<RocksFileSystem> make_rocks_file_system(base::FileSystem& files) {
    return std::make_shared<Adapter>(files);
}

}  // namespace meta_store
