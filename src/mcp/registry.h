// What an MCP server offers, as constants: tools, resources, templates of resources, prompts. Each
// is one file and one word in a list. A tool's file holds Input, Output, run and one line:
//
//   struct Input {
//       std::string database;
//       std::int64_t limit = 50;
//       static constexpr auto members() {
//           return std::tuple{
//               mcp::member("database", &Input::database, {.required = true, .help = "…"}),
//               mcp::member("limit", &Input::limit, {.min = 1, .max = 200, .help = "…"})};
//       }
//   };
//   void run(mcp::Context& context, Input& input, mcp::ToolAnswer<Output> answer);
//   constinit const mcp::Tool list_tables = mcp::tool<&run>("list_tables", {.title = …});
//
// run returns at once: a tool waits by moving its answer into a callback (Backend::call, a timer).
// Context and Input live until the answer is given or dropped; it is given once, from any thread.
//
// From members() come the JSON schemas (help texts, defaults, minima, enums), the decoding of
// arguments and their refusal as a text that the model can act on (isError), and the structured
// content. In an output a plain member is always there, and an absent optional is null.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/shape.h"
#include "mcp/backend.h"

namespace mcp {

using shape::member;

// The two families of protocol revisions: 2024-11-05 … 2025-11-25 open with `initialize` and may
// have sessions; from 2026-07-28 on every request stands alone.
enum class Era : std::uint8_t { session, stateless };

// A JSON-RPC error: the request as such is wrong (unknown tool, unknown resource). What a model can
// put right, a bad argument or a failed query, is ToolAnswer::fail instead.
struct RpcError {
    int code = 0;
    std::string message;
    boost::json::value data = nullptr;
};
namespace error_code {
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
inline constexpr int resource_not_found_old = -32002;
inline constexpr int header_mismatch = -32020;
inline constexpr int missing_capability = -32021;
inline constexpr int unsupported_version = -32022;
}  // namespace error_code

// Where the answer to one request goes. Any thread, once; dropped unanswered it is an internal
// error, so that no client waits for ever for our bug.
class ResultSink {
  public:
    virtual ~ResultSink() = default;
    virtual void succeed(boost::json::object result) = 0;
    virtual void refuse(RpcError error) = 0;
};

// One request, as who answers it sees it. Any thread.
class Context {
  public:
    using ClientDone = base::UniqueFunction<void(std::optional<boost::json::object> result)>;
    virtual ~Context() = default;

    virtual Backend& backend() = 0;
    virtual const base::Clock& clock() const = 0;
    virtual base::Executor& executor() = 0;
    virtual base::Log& log() = 0;

    // A notification to the client if it asked for progress; `done` only grows.
    virtual void progress(double done, std::optional<double> total, std::string_view message) = 0;
    // The client cancelled or went away: the answer will not be read. `task` runs once, on the
    // executor; at once (here) when it is cancelled already.
    virtual bool is_cancelled() const = 0;
    virtual void when_cancelled(base::Task task) = 0;

    // Texts that come back from the client (cursors, query ids with state): readable and makeable
    // by nobody else, and bound to this caller and `purpose` (the tool's name).
    virtual std::string seal(std::string_view purpose, std::string_view plain) const = 0;
    virtual std::optional<std::string> open(std::string_view purpose,
                                            std::string_view sealed) const = 0;

    // ---- for raw answers (fixtures, and what is not typed) ----

    virtual Era era() const = 0;
    virtual const boost::json::object& params() const = 0;
    // Capabilities that the client declared ("sampling", "elicitation").
    virtual const boost::json::object& client_capabilities() const = 0;
    // notifications/message, if the client's level lets it pass.
    virtual void log_to_client(std::string_view level, boost::json::value data) = 0;
    // Session era only: a request to the client over this request's stream; absent: it refused,
    // went away, or cannot be asked.
    virtual void ask_client(std::string_view method, boost::json::object params,
                            ClientDone done) = 0;
    // Session era: end this request's stream now; the answer waits for the client to come back.
    virtual void break_stream() = 0;
    // To all who listen: "notifications/tools/list_changed", "notifications/resources/updated", …
    virtual void notify_all(std::string_view method, boost::json::object params) = 0;
};

// A move-only handle of a ResultSink.
class RawAnswer {
  public:
    explicit RawAnswer(std::shared_ptr<ResultSink> sink) : sink_(std::move(sink)) {}
    RawAnswer(RawAnswer&&) noexcept = default;
    RawAnswer& operator=(RawAnswer&&) noexcept = default;
    ~RawAnswer();
    // The whole `result` member; resultType and the like are added.
    void operator()(boost::json::object result);
    void refuse(RpcError error);

  private:
    std::shared_ptr<ResultSink> sink_;
};

// ---- tools ----

// A resource that the answer points to instead of containing it.
struct ResourceLink {
    std::string uri;   // "query://…/results.csv"
    std::string name;  // "results.csv"
    std::string description = {};
    std::string mime_type = {};
    std::optional<std::int64_t> size = {};  // bytes
};

// {"content": [text, links…], "structuredContent": …}
boost::json::object tool_result(const shape::Type& type, const void* output, std::string text,
                                std::vector<ResourceLink> links);
// {"content": [text], "isError": true}
boost::json::object tool_failure(std::string message);

template <class Output>
class ToolAnswer {
  public:
    explicit ToolAnswer(RawAnswer answer) : answer_(std::move(answer)) {}
    // `text` is what a model reads: a status line, then a markdown table.
    void operator()(const Output& output, std::string text, std::vector<ResourceLink> links = {}) {
        answer_(tool_result(shape::type_of<Output>(), &output, std::move(text), std::move(links)));
    }
    // It could not be done; `message` says why and what to do instead. The model reads it.
    void fail(std::string message) { answer_(tool_failure(std::move(message))); }
    void refuse(RpcError error) { answer_.refuse(std::move(error)); }

  private:
    RawAnswer answer_;
};

struct ToolOptions {
    const char* title = "";
    const char* description = "";
    bool read_only = true;
    bool idempotent = true;
    bool destructive = false;
    bool open_world = false;
    // Instead of the typed ones; JSON text.
    const char* input_schema = nullptr;
    const char* output_schema = nullptr;
    const char* meta = nullptr;
    // A client capability without which the call is refused in the stateless era.
    const char* needs_capability = nullptr;
};

struct Tool {
    std::string_view name;
    ToolOptions options = {};
    shape::TypeRef input = nullptr;
    shape::TypeRef output = nullptr;
    std::shared_ptr<void> (*make_input)() = nullptr;
    void (*run)(Context& context, void* input, RawAnswer answer) = nullptr;
    // Instead: the arguments as they came.
    void (*run_raw)(Context& context, const boost::json::object& arguments,
                    RawAnswer answer) = nullptr;
};

// ---- resources ----

struct ResourceContents {
    std::string uri;
    std::string mime_type;
    std::string text = {};
    std::optional<base::Blob> blob = {};  // instead of text
};

// How long a client of the stateless era may keep contents, and for whom.
struct Freshness {
    std::int64_t ttl_ms = 0;
    bool is_public = false;  // the same for every caller
};

class ResourceAnswer {
  public:
    ResourceAnswer(RawAnswer answer, Era era, std::string uri)
        : answer_(std::move(answer)), era_(era), uri_(std::move(uri)) {}
    void operator()(std::vector<ResourceContents> contents, Freshness freshness = {});
    // There is no such resource; `why` may say what there is instead.
    void not_found(std::string_view why = {});
    // It cannot be read now, or not this way: not the address is wrong.
    void fail(std::string message);
    void refuse(RpcError error) { answer_.refuse(std::move(error)); }
    const std::string& uri() const { return uri_; }

  private:
    RawAnswer answer_;
    Era era_;
    std::string uri_;
};

struct ResourceOptions {
    const char* title = "";
    const char* description = "";
    const char* mime_type = "text/plain";
};

// One resource at a fixed address.
struct Resource {
    std::string_view uri;   // "docs://sql-dialect"
    std::string_view name;  // "sql-dialect"
    ResourceOptions options = {};
    void (*read)(Context& context, ResourceAnswer answer) = nullptr;
};

// Concrete resources of a template, one page of them.
struct ListedResource {
    std::string uri;
    std::string name;
    std::string description = {};
    std::string mime_type = {};
};
class ListAnswer {
  public:
    explicit ListAnswer(base::UniqueFunction<void(std::vector<ListedResource>, std::string)> done)
        : done_(std::move(done)) {}
    // `next`: where the following page begins, "" when this is the last. It is sealed for the way.
    void operator()(std::vector<ListedResource> page, std::string next) {
        done_(std::move(page), std::move(next));
    }

  private:
    base::UniqueFunction<void(std::vector<ListedResource>, std::string)> done_;
};

// What a client types, and what could stand there.
struct CompletionRequest {
    std::string argument;                        // "table"
    std::string value;                           // what is typed so far
    std::map<std::string, std::string> context;  // arguments that are settled already
};
class CompletionAnswer {
  public:
    static constexpr std::size_t values_max = 100;  // more are cut off
    explicit CompletionAnswer(RawAnswer answer) : answer_(std::move(answer)) {}
    // `complete`: these are all; otherwise their number is not known.
    void operator()(std::vector<std::string> values, bool complete = true);

  private:
    RawAnswer answer_;
};
using Complete = void (*)(Context& context, const CompletionRequest& request,
                          CompletionAnswer answer);

// Variables of a template are decoded; each is one path segment, {+name} takes the rest.
using Variables = std::map<std::string, std::string>;

struct ResourceTemplate {
    std::string_view uri_template;  // "catalog://{database}/{table}"
    std::string_view name;
    ResourceOptions options = {};
    void (*read)(Context& context, const Variables& variables, ResourceAnswer answer) = nullptr;
    // Names the resources that exist, page by page; null when they are too many to be named.
    void (*list)(Context& context, const std::string& from, ListAnswer answer) = nullptr;
    Complete complete = nullptr;
};

// ---- prompts ----

struct PromptMessage {
    const char* role = "user";
    std::string text = {};
    // Instead of text: a content block.
    std::optional<boost::json::object> content = {};
};

class PromptAnswer {
  public:
    explicit PromptAnswer(RawAnswer answer) : answer_(std::move(answer)) {}
    void operator()(std::string description, std::vector<PromptMessage> messages);
    // The whole `result` member instead.
    void raw(boost::json::object result) { answer_(std::move(result)); }
    void refuse(RpcError error) { answer_.refuse(std::move(error)); }

  private:
    RawAnswer answer_;
};

struct PromptOptions {
    const char* title = "";
    const char* description = "";
    Complete complete = nullptr;
};

// Its arguments are the members of Input, all strings.
struct Prompt {
    std::string_view name;
    PromptOptions options = {};
    shape::TypeRef input = nullptr;
    std::shared_ptr<void> (*make_input)() = nullptr;
    void (*run)(Context& context, void* input, PromptAnswer answer) = nullptr;
};

// ---- all of it ----

struct Catalog {
    std::vector<const Tool*> tools;
    std::vector<const Resource*> resources;
    std::vector<const ResourceTemplate*> templates;
    std::vector<const Prompt*> prompts;
    // For the model, before it calls anything.
    std::string instructions;
    // What it says of itself while it runs (Context::notify_all), and so declares: that tools or
    // prompts come and go; that resources do, or are updated, so that they can be subscribed to.
    bool lists_change = false;
    bool resources_change = false;

    // `other`'s entries behind these.
    void append(const Catalog& other);
};

namespace detail {

template <auto Run, class Signature = decltype(Run)>
struct Bind;

template <class Input>
std::shared_ptr<void> make_input() {
    return std::make_shared<Input>();
}

template <auto Run, class Input, class Output>
struct Bind<Run, void (*)(Context&, Input&, ToolAnswer<Output>)> {
    static constexpr Tool make(std::string_view name, ToolOptions options) {
        Tool tool{name, options, &shape::type_of<Input>, &shape::type_of<Output>,
                  &make_input<Input>};
        tool.run = [](Context& context, void* input, RawAnswer answer) {
            Run(context, *static_cast<Input*>(input), ToolAnswer<Output>(std::move(answer)));
        };
        return tool;
    }
};

template <auto Run, class Input>
struct Bind<Run, void (*)(Context&, Input&, PromptAnswer)> {
    static constexpr Prompt make(std::string_view name, PromptOptions options) {
        Prompt prompt{name, options, &shape::type_of<Input>, &make_input<Input>};
        prompt.run = [](Context& context, void* input, PromptAnswer answer) {
            Run(context, *static_cast<Input*>(input), std::move(answer));
        };
        return prompt;
    }
};

}  // namespace detail

template <auto Run>
constexpr Tool tool(std::string_view name, ToolOptions options) {
    return detail::Bind<Run>::make(name, options);
}

template <auto Run>
constexpr Prompt prompt(std::string_view name, PromptOptions options) {
    return detail::Bind<Run>::make(name, options);
}

}  // namespace mcp

#define MCP_DECLARE_TOOL(name) extern const mcp::Tool name;
#define MCP_DECLARE_RESOURCE(name) extern const mcp::Resource name;
#define MCP_DECLARE_TEMPLATE(name) extern const mcp::ResourceTemplate name;
#define MCP_DECLARE_PROMPT(name) extern const mcp::Prompt name;
#define MCP_LIST_ENTRY(name) &name,
