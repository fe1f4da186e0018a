// datastack version
#include <cstdio>

#include "app/data_directory.h"
#include "app/verbs/verb.h"

namespace app {

namespace {

base::Result<int> run(const VerbContext& context) {
    if (context.is_on("--json")) {
        std::printf("{\"version\":\"%s\",\"format\":%u}\n", program_version, format_version);
    } else {
        std::printf("datastack %s (data format %u)\n", program_version, format_version);
    }
    return 0;
}

}  // namespace

const Verb version_verb = {"version", "print the version", declare_nothing, run};

}  // namespace app
