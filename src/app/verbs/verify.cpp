// datastack verify: read everything back against its checksums. The server must be stopped.
#include <cstdio>

#include "app/data_directory.h"
#include "app/verbs/offline.h"
#include "app/verbs/verb.h"
#include "meta_store/meta_store.h"
#include "object_store/object_store.h"
#include "os/thread_pool.h"

namespace app {

namespace {

constexpr std::size_t verify_threads = 4;

class Verifier {
  public:
    Verifier(const VerbContext& context, DataDirectory& directory)
        : context_(context), directory_(directory) {}

    base::Result<bool> run() {
        TRY(opened, meta_store::MetaStore::open({.directory = directory_.path() + "/meta"},
                                                context_.files, pool_, log_));
        report("catalog and indexes", "entries", opened->verify());
        TRY_VOID(verify_objects(*opened));
        TRY_VOID(verify_logs(directory_.path()));
        opened->stop();
        pool_.stop();
        return damaged_ == 0;
    }

  private:
    void report(const std::string& what, const char* unit,
                const base::Result<std::uint64_t>& result) {
        if (result) {
            std::printf("%s %s: %s %s\n", styled(context_.terminal, Style::green, "ok").c_str(),
                        what.c_str(), with_separators(result.value()).c_str(), unit);
        } else {
            ++damaged_;
            std::printf("%s %s: %s\n", styled(context_.terminal, Style::red, "DAMAGED").c_str(),
                        what.c_str(), result.error().describe().c_str());
        }
        std::fflush(stdout);
    }

    base::Result<void> verify_objects(meta_store::MetaStore& store) {
        const std::string path = directory_.path() + "/objects";
        if (!base::exists(context_.files, path)) return base::ok();
        TRY(objects, object_store::ObjectStore::open(
                         {.directory = path}, {context_.files, context_.clock, context_.random,
                                               pool_, log_, directory_.master_key(), store}));
        report("objects", "objects", objects->verify());
        objects->stop();
        return base::ok();
    }

    // Every folder with segments below `path`, but those of the object store.
    base::Result<void> verify_logs(const std::string& path) {
        TRY(names, context_.files.list(path));
        bool is_log = false;
        for (const std::string& name : names) {
            if (name.ends_with(".segment")) is_log = true;
            TRY(status, context_.files.status(path + "/" + name));
            if (status.directory && path + "/" + name != directory_.path() + "/objects" &&
                path + "/" + name != directory_.path() + "/meta") {
                TRY_VOID(verify_logs(path + "/" + name));
            }
        }
        if (!is_log) return base::ok();
        auto log = segment_log::SegmentLog::open(
            {.directory = path}, {context_.files, context_.clock, context_.random, pool_, log_,
                                  directory_.master_key()});
        const std::string name = path.substr(directory_.path().size() + 1);
        if (!log) {
            report("log " + name, "records", log.error());
            return base::ok();
        }
        report("log " + name, "records", log.value()->verify());
        log.value()->stop();
        return base::ok();
    }

    const VerbContext& context_;
    DataDirectory& directory_;
    StandardErrorLog log_;
    os::ThreadPool pool_{verify_threads};
    std::size_t damaged_ = 0;
};

base::Result<int> run(const VerbContext& context) {
    TRY(directory, open_offline(context));
    TRY(whole, Verifier(context, *directory).run());
    std::puts(whole ? "everything reads back as it was written"
                    : "some of it is damaged, see above");
    return whole ? 0 : 1;
}

}  // namespace

const Verb verify_verb = {"verify", "read everything back against its checksums (server stopped)",
                          declare_nothing, run};

}  // namespace app
