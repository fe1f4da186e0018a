// datastack status: what there is, through the public APIs.
#include <cstdio>

#include "app/api.h"
#include "app/verbs/verb.h"

namespace app {

namespace {

namespace json = boost::json;

struct Listing {
    const char* title;
    ApiService service;
    const char* operation;
    const char* member;  // of the answer: an array of names or of objects
    const char* name;    // in the objects, nullptr for names
};

constexpr Listing listings[] = {
    {"streams", kinesis_api, "ListStreams", "StreamNames", nullptr},
    {"delivery streams", firehose_api, "ListDeliveryStreams", "DeliveryStreamNames", nullptr},
    {"databases", glue_api, "GetDatabases", "DatabaseList", "Name"},
    {"rules", events_api, "ListRules", "Rules", "Name"},
    {"log groups", logs_api, "DescribeLogGroups", "logGroups", "logGroupName"},
};

base::Result<json::array> list_names(Api& api, const Listing& listing) {
    TRY(answer, api.call(listing.service, listing.operation, json::object()));
    json::array names;
    const auto* entries = answer.as_object().if_contains(listing.member);
    if (entries == nullptr) return names;
    for (const auto& entry : entries->as_array()) {
        names.push_back(listing.name == nullptr ? entry : entry.as_object().at(listing.name));
    }
    return names;
}

base::Result<json::array> list_functions(Api& api) {
    TRY(answer, api.rest(lambda_api, "GET", "/2015-03-31/functions", ""));
    json::array names;
    const auto parsed = json::parse(answer.body);
    for (const auto& function : parsed.as_object().at("Functions").as_array()) {
        names.push_back(function.as_object().at("FunctionName"));
    }
    return names;
}

std::string joined(const json::array& names) {
    std::string text;
    for (const auto& name : names) {
        if (!text.empty()) text += ", ";
        text += std::string(name.as_string());
    }
    return text.empty() ? "none" : text;
}

base::Result<int> run(const VerbContext& context) {
    TRY(api, Api::open(context.settings, context.files, context.clock, context.random));
    const std::string mcp = api->endpoint() + "/mcp";
    json::object all = {{"endpoint", api->endpoint()}, {"mcp", mcp}};
    std::vector<TableRow> rows = {{"endpoint", api->endpoint()}, {"mcp", mcp}};
    for (const Listing& listing : listings) {
        TRY(names, list_names(*api, listing));
        rows.push_back({listing.title, joined(names)});
        all[listing.title] = std::move(names);
    }
    TRY(functions, list_functions(*api));
    rows.push_back({"functions", joined(functions)});
    all["functions"] = std::move(functions);
    if (context.is_on("--json")) {
        std::puts(json::serialize(all).c_str());
    } else {
        std::fputs(format_table(context.terminal, {{"what"}, {"names"}}, rows).c_str(), stdout);
    }
    return 0;
}

}  // namespace

const Verb status_verb = {"status", "what there is: streams, functions, tables, …", declare_nothing,
                          run};

}  // namespace app
