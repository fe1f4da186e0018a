// get_query_results: polling, paging and cancelling of what run_query began.
#include "mcp/tools/catalog.h"
#include "mcp/tools/query.h"

namespace mcp::tools {
namespace {

struct Input {
    std::string query_id;
    std::string cursor;
    std::int64_t max_rows = 100;
    std::string format = "markdown";
    bool cancel = false;
    std::int64_t wait_s = 0;
    static constexpr auto members() {
        return std::tuple{
            member("query_id", &Input::query_id,
                   {.required = true,
                    .min = 1,
                    .max = 128,
                    .pattern = query_id_pattern,
                    .help = "From run_query."}),
            member("cursor", &Input::cursor,
                   {.max = 8192, .help = "next_cursor of the call before."}),
            member("max_rows", &Input::max_rows, {.min = 1, .max = rows_max}),
            member("format", &Input::format, {.values = "markdown, csv, json"}),
            member("cancel", &Input::cancel, {.help = "Stop the query instead."}),
            member("wait_s", &Input::wait_s,
                   {.min = 0, .max = 50, .help = "How long to wait for the query to end."})};
    }
};

using Held = std::shared_ptr<ToolAnswer<QueryOutput>>;

// Stops it, and says how it is then: what had ended already keeps its state.
void cancel(Context& context, const Input& input, const Held& held) {
    Backend& backend = context.backend();
    boost::json::object id{{"QueryExecutionId", input.query_id}};
    const auto stopped = [&backend, &input, held, id](aws::Reply<boost::json::object> reply) {
        if (!reply) return held->fail(describe(reply.error()));
        backend.call("athena", "GetQueryExecution", id,
                     [held, &input](aws::Reply<boost::json::object> found) {
                         if (!found) return held->fail(describe(found.error()));
                         QueryOutput output;
                         output.query_id = input.query_id;
                         read_status(found.value(), output);
                         if (output.state == "QUEUED" || output.state == "RUNNING") {
                             output.notices.push_back("It is being stopped.");
                         } else if (output.state != "CANCELLED") {
                             output.notices.push_back("It had ended before.");
                         }
                         const std::string text = render(output, input.format);
                         (*held)(output, text);
                     });
    };
    backend.call("athena", "StopQueryExecution", id, stopped);
}

void run(Context& context, Input& input, ToolAnswer<QueryOutput> answer) {
    auto held = std::make_shared<ToolAnswer<QueryOutput>>(std::move(answer));
    if (input.cancel) return cancel(context, input, held);
    fetch_results(context, {input.query_id, input.cursor, input.max_rows, input.wait_s * 1'000},
                  [held, &input](QueryOutput output, std::string problem) {
                      if (!problem.empty()) return held->fail(std::move(problem));
                      std::string text = render(output, input.format);
                      (*held)(output, std::move(text), result_links(output));
                  });
}

}  // namespace

constinit const Tool get_query_results = tool<&run>(
    "get_query_results",
    {.title = "Get query results",
     .description = "The rows of a query that run_query started: waits for it, pages through it "
                    "with cursor, or stops it with cancel."});

}  // namespace mcp::tools
