#include "services/lambda/code_store.h"

#include "base/ids.h"
#include "services/lambda/faults.h"
#include "services/lambda/unpack.h"
#include "services/lambda/zip.h"
#include "wire/base64.h"
#include "wire/sha256.h"

namespace lambda {
namespace {

aws::Fault zip_fault(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::limit:
            return faults::unzipped_too_large(unzipped_bytes_max);
        case base::ErrorKind::unsupported:
            return faults::refused_zip(error.message + ": " + error.context);
        case base::ErrorKind::invalid:
            return faults::bad_zip();
        default:
            return faults::translate(error);
    }
}

std::string sha256_base64(std::string_view bytes) {
    const auto digest = wire::sha256(bytes);
    return wire::encode_base64(
        std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::string key_of(const std::string& account, const std::string& function, const std::string& id) {
    return "snapshots/" + account + "/" + function + "-" + id;
}

}  // namespace

CodeStore::CodeStore(std::string directory, object_store::ObjectStore& objects,
                     base::ChildFiles& files, base::Random& random, base::Executor& executor,
                     base::Log& log)
    : directory_(std::move(directory)),
      objects_(objects),
      files_(files),
      random_(random),
      executor_(executor),
      log_(log) {}

std::string CodeStore::bucket_name(const std::string& region) {
    return "awslambda-" + region + "-tasks";
}

std::string CodeStore::object_key(const FunctionRow& function) {
    return key_of(function.account, function.name, function.code_id);
}

base::Result<void> CodeStore::start(const std::set<std::string>& ids) {
    TRY_VOID(files_.claim_directory(directory_, 0711));
    TRY(names, files_.list(directory_));
    for (const auto& name : names) {
        if (ids.contains(name)) continue;
        if (auto removed = files_.remove_tree(directory_ + "/" + name); !removed) {
            log_.warn("cannot remove unpacked code", {{"error", removed.error().describe()}});
        }
    }
    // Every region's, also one where a crash left the first zip and no function.
    TRY(buckets, objects_.list_buckets(code_account));
    for (const auto& owned : buckets) {
        const std::string& bucket = owned.name;
        object_store::ListRequest request;
        std::vector<std::string> orphans;
        for (;;) {
            TRY(page, objects_.list(bucket, request));
            for (const auto& object : page.objects) {
                const auto dash = object.key.rfind('-');
                if (!ids.contains(object.key.substr(dash + 1))) orphans.push_back(object.key);
            }
            if (!page.truncated) break;
            request.start_after = page.next_start_after;
        }
        if (!orphans.empty()) objects_.remove(bucket, orphans, [](base::Result<void>) {});
    }
    return base::ok();
}

aws::Reply<CodePackage> CodeStore::check(std::string_view zip) {
    if (auto read = read_zip(zip, [](const ZipEntry&) { return base::ok(); }); !read) {
        return zip_fault(read.error());
    }
    return CodePackage{"", sha256_base64(zip), static_cast<std::int64_t>(zip.size())};
}

aws::Reply<CodePackage> CodeStore::save(const std::string& account, const std::string& region,
                                        const std::string& function, std::string_view zip) {
    CodePackage package{base::make_hex_id(random_, 32), sha256_base64(zip),
                        static_cast<std::int64_t>(zip.size())};
    if (auto unpacked = unpack_zip(files_, directory_of(package.id), zip); !unpacked)
        return zip_fault(unpacked.error());
    const std::string bucket = bucket_name(region);
    const std::string key = key_of(account, function, package.id);
    auto stored = objects_.put(bucket, key, zip);
    if (!stored && stored.error().kind == base::ErrorKind::not_found) {
        const object_store::Bucket made{bucket, code_account, region, {}, {}};
        auto created = objects_.create_bucket(made);
        if (!created && created.error().kind != base::ErrorKind::already_exists) {
            return faults::translate(created.error());
        }
        stored = objects_.put(bucket, key, zip);
    }
    if (!stored) {
        if (!files_.remove_tree(directory_of(package.id))) {
            log_.warn("cannot remove unpacked code", {{"code", package.id}});
        }
        return faults::translate(stored.error());
    }
    return package;
}

aws::Reply<std::shared_ptr<const CodeDirectory>> CodeStore::open(const FunctionRow& function) {
    base::MutexLock lock(mutex_);
    auto& directory = directories_[function.code_id];
    if (directory == nullptr) {
        directory = std::make_shared<CodeDirectory>(directory_of(function.code_id));
    }
    if (!files_.exists(directory->path())) {
        const auto zip =
            objects_.get(bucket_name(function.region), object_key(function), zip_bytes_max);
        if (!zip) return faults::translate(zip.error());
        if (auto unpacked = unpack_zip(files_, directory->path(), zip.value()); !unpacked) {
            return faults::translate(unpacked.error());
        }
    }
    return std::shared_ptr<const CodeDirectory>(directory);
}

void CodeStore::remove(const FunctionRow& function) {
    objects_.remove(bucket_name(function.region), {object_key(function)},
                    [](base::Result<void>) {});
    std::shared_ptr<CodeDirectory> directory;
    {
        base::MutexLock lock(mutex_);
        const auto found = directories_.find(function.code_id);
        if (found != directories_.end()) {
            directory = std::move(found->second);
            directories_.erase(found);
        }
    }
    if (directory == nullptr) {
        directory = std::make_shared<CodeDirectory>(directory_of(function.code_id));
    }
    directory->on_release_ = ([this, path = directory->path()] {
        executor_.post([this, path] {
            if (!files_.remove_tree(path))
                log_.warn("cannot remove unpacked code", {{"path", path}});
        });
    });
}

}  // namespace lambda
