// datastack backup DIRECTORY: a whole copy of the data directory, synced. The server must be
// stopped. datastack restore DIRECTORY: the way back.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/verbs/offline.h"
#include "app/verbs/verb.h"
#include "base/units.h"

namespace app {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t piece_bytes = base::mib;

struct Copied {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

class Copier {
  public:
    explicit Copier(base::FileSystem& files) : files_(files), piece_(piece_bytes, '\0') {}

    // `to` is made, durably; LOCK and run/ stay behind.
    base::Result<void> copy_tree(const std::string& from, const std::string& to, bool top) {
        TRY_VOID(base::make_directories(files_, to));
        TRY(names, files_.list(from));
        for (const std::string& name : names) {
            if (top && (name == "LOCK" || name == "run" || name == "FORMAT")) continue;
            TRY(status, files_.status(from + "/" + name));
            if (status.directory) {
                TRY_VOID(copy_tree(from + "/" + name, to + "/" + name, false));
            } else {
                TRY_VOID(copy_file(from + "/" + name, to + "/" + name));
            }
        }
        TRY_VOID(files_.sync_directory(to));
        // FORMAT last: a copy that was cut short is not a data directory.
        if (top) {
            TRY_VOID(copy_file(from + "/FORMAT", to + "/FORMAT"));
            TRY_VOID(files_.sync_directory(to));
        }
        return base::ok();
    }

    const Copied& copied() const { return copied_; }

  private:
    base::Result<void> copy_file(const std::string& from, const std::string& to) {
        TRY(source, files_.open(from, base::OpenMode::read));
        TRY(target, files_.open(to, base::OpenMode::create_new));
        std::uint64_t offset = 0;
        for (;;) {
            TRY(count, source->read_at(offset, piece_));
            if (count == 0) break;
            TRY_VOID(target->write_at(offset, std::string_view(piece_).substr(0, count)));
            offset += count;
        }
        TRY_VOID(target->sync_data());
        ++copied_.files;
        copied_.bytes += offset;
        return base::ok();
    }

    base::FileSystem& files_;
    std::string piece_;
    Copied copied_;
};

base::Result<int> copy(const VerbContext& context, const std::string& from, const std::string& to,
                       const char* done) {
    if (base::exists(context.files, to)) {
        TRY(names, context.files.list(to));
        if (!names.empty()) {
            return Error{ErrorKind::already_exists, "the target is not empty: " + to, ""};
        }
    }
    Copier copier(context.files);
    TRY_VOID(copier.copy_tree(from, to, true));
    std::printf("%s %s: %s files, %s\n", done, to.c_str(),
                with_separators(copier.copied().files).c_str(),
                format_bytes(copier.copied().bytes).c_str());
    return 0;
}

base::Result<int> run_backup(const VerbContext& context) {
    TRY(directory, open_offline(context));
    return copy(context, directory->path(), context.arguments.rest.at(0), "backed up to");
}

base::Result<int> run_restore(const VerbContext& context) {
    const std::string& from = context.arguments.rest.at(0);
    if (!base::exists(context.files, from + "/FORMAT")) {
        return Error{ErrorKind::not_found, "no whole backup at " + from, ""};
    }
    return copy(context, from, context.settings.data_dir, "restored to");
}

void declare_backup(CLI::App& command, VerbArguments& arguments) {
    command.add_option("directory", arguments.rest, "where to; empty or absent")
        ->required()
        ->expected(1);
}

void declare_restore(CLI::App& command, VerbArguments& arguments) {
    command.add_option("directory", arguments.rest, "a backup; --data-dir must be empty or absent")
        ->required()
        ->expected(1);
}

}  // namespace

const Verb backup_verb = {"backup", "copy the data directory, keys included (server stopped)",
                          declare_backup, run_backup};
const Verb restore_verb = {"restore", "make the data directory from a backup", declare_restore,
                           run_restore};

}  // namespace app
