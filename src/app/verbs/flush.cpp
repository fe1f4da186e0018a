// datastack flush: deliver what the delivery streams have buffered, now.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/api.h"
#include "app/verbs/verb.h"

namespace app {

namespace {

namespace json = boost::json;

base::Result<int> run(const VerbContext& context) {
    TRY(api, Api::open(context.settings, context.files, context.clock, context.random));
    json::object input;
    if (!context.arguments.rest.empty()) input["DeliveryStreamName"] = context.arguments.rest[0];
    TRY(answer, api->call(admin_api, "Flush", input));
    if (context.is_on("--json")) {
        std::puts(json::serialize(answer).c_str());
        return 0;
    }
    const auto& counts = answer.as_object();
    const auto count = [&](const char* name) {
        return with_separators(static_cast<std::uint64_t>(counts.at(name).as_int64()));
    };
    if (counts.at("Records").as_int64() == 0) {
        std::puts("nothing was buffered");
    } else {
        std::printf("delivered %s records in %s objects\n", count("Records").c_str(),
                    count("Objects").c_str());
    }
    return 0;
}

void declare(CLI::App& command, VerbArguments& arguments) {
    command.add_option("delivery-stream", arguments.rest, "one of them; default all")
        ->expected(0, 1);
}

}  // namespace

const Verb flush_verb = {"flush", "deliver what is buffered, now", declare, run};

}  // namespace app
