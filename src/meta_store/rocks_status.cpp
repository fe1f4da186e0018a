#include "meta_store/rocks_status.h"

#include <cerrno>

namespace meta_store {

rocksdb::IOStatus to_io_status(const base::Error& error) {
    const std::string text = error.describe();
    if (error.kind == base::ErrorKind::not_found) return rocksdb::IOStatus::PathNotFound(text);
    if (error.os_error == ENOSPC || error.os_error == EDQUOT) {
        return rocksdb::IOStatus::NoSpace(text);
    }
    if (error.kind == base::ErrorKind::corrupt) return rocksdb::IOStatus::Corruption(text);
    return rocksdb::IOStatus::IOError(text);
}

base::Error to_error(const rocksdb::Status& status, std::string context) {
    using base::ErrorKind;
    if (status.IsCorruption()) {
        return {ErrorKind::corrupt, status.ToString(), std::move(context)};
    }
    if (status.IsNoSpace()) {
        return {ErrorKind::unavailable, status.ToString(), std::move(context), ENOSPC};
    }
    if (status.IsNotFound()) return {ErrorKind::not_found, status.ToString(), std::move(context)};
    if (status.IsIOError()) return {ErrorKind::io, status.ToString(), std::move(context), EIO};
    return {ErrorKind::internal, status.ToString(), std::move(context)};
}

}  // namespace meta_store
