// The methods that are about what the catalog offers.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>

#include "mcp/schema.h"
#include "mcp/server.h"
#include "mcp/uri_template.h"

namespace mcp {

namespace json = boost::json;

namespace {

json::object parsed_object(const char* text) {
    boost::system::error_code problem;
    json::value value = json::parse(text, problem);
    return !problem && value.is_object() ? std::move(value.get_object()) : json::object();
}

json::object describe(const Tool& tool) {
    const ToolOptions& options = tool.options;
    json::object entry{{"name", tool.name}};
    if (options.title[0] != '\0') entry["title"] = options.title;
    entry["description"] = options.description;
    if (options.input_schema != nullptr) {
        entry["inputSchema"] = parsed_object(options.input_schema);
    } else if (tool.input != nullptr) {
        entry["inputSchema"] = input_schema(tool.input(), tool.make_input().get());
    } else {
        entry["inputSchema"] = json::object{{"type", "object"}, {"properties", json::object()}};
    }
    if (options.output_schema != nullptr) {
        entry["outputSchema"] = parsed_object(options.output_schema);
    } else if (tool.output != nullptr) {
        entry["outputSchema"] = output_schema(tool.output());
    }
    entry["annotations"] = json::object{{"readOnlyHint", options.read_only},
                                        {"destructiveHint", options.destructive},
                                        {"idempotentHint", options.idempotent},
                                        {"openWorldHint", options.open_world}};
    if (options.meta != nullptr) entry["_meta"] = parsed_object(options.meta);
    return entry;
}

void add_options(json::object& entry, const ResourceOptions& options) {
    if (options.title[0] != '\0') entry["title"] = options.title;
    entry["description"] = options.description;
    if (options.mime_type[0] != '\0') entry["mimeType"] = options.mime_type;
}

json::object describe(const Prompt& prompt) {
    json::object entry{{"name", prompt.name}};
    if (prompt.options.title[0] != '\0') entry["title"] = prompt.options.title;
    entry["description"] = prompt.options.description;
    json::array arguments;
    for (const shape::Member& member : prompt.input().members) {
        json::object argument{{"name", member.name}};
        if (member.constraints.help != nullptr) argument["description"] = member.constraints.help;
        argument["required"] = member.constraints.required;
        arguments.push_back(std::move(argument));
    }
    if (!arguments.empty()) entry["arguments"] = std::move(arguments);
    return entry;
}

std::vector<HeaderParameter> repeated_in_headers(const json::object& entry) {
    std::vector<HeaderParameter> found;
    const json::object* schema = find_object(entry, "inputSchema");
    const json::object* properties =
        schema != nullptr ? find_object(*schema, "properties") : nullptr;
    if (properties == nullptr) return found;
    for (const auto& [name, property] : *properties) {
        const json::string* header =
            property.is_object() ? find_string(property.get_object(), "x-mcp-header") : nullptr;
        if (header != nullptr) found.push_back({std::string(name), std::string(*header)});
    }
    return found;
}

RpcError bad_params(std::string message) {
    return {error_code::invalid_params, std::move(message), nullptr};
}

RpcError no_subscriptions() {
    return {error_code::method_not_found, "resources cannot be subscribed to: no updates are sent",
            nullptr};
}

// For a message: what a client wrote, short and in valid UTF-8.
std::string cut_name(std::string_view name) {
    constexpr std::size_t shown_bytes_max = 200;
    return valid_utf8(name.substr(0, shown_bytes_max));
}

// The number behind `prefix`; absent when the text is not that.
std::optional<std::size_t> number_after(std::string_view text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

void Server::describe_catalog() {
    for (const Tool* tool : catalog_.tools) {
        json::object entry = describe(*tool);
        auto repeated = repeated_in_headers(entry);
        if (!repeated.empty()) {
            header_parameters_[std::string(tool->name)] = std::move(repeated);
        }
        tools_.push_back(std::move(entry));
    }
    for (const Prompt* prompt : catalog_.prompts)
        prompts_.push_back(describe(*prompt));
    for (const Resource* resource : catalog_.resources) {
        json::object entry{{"uri", resource->uri}, {"name", resource->name}};
        add_options(entry, resource->options);
        resources_.push_back(std::move(entry));
    }
    for (const ResourceTemplate* one : catalog_.templates) {
        json::object entry{{"uriTemplate", one->uri_template}, {"name", one->name}};
        add_options(entry, one->options);
        templates_.push_back(std::move(entry));
    }
}

std::span<const HeaderParameter> Server::header_parameters(std::string_view tool) const {
    const auto found = header_parameters_.find(tool);
    if (found == header_parameters_.end()) return {};
    return found->second;
}

// ---- lists ----

// One page of `entries`, from where the request's cursor says.
void Server::answer_page(const CallPointer& call, std::string_view member,
                         const json::array& entries) {
    std::size_t from = 0;
    if (const json::value* cursor = call->params().if_contains("cursor")) {
        const auto plain = cursor->is_string()
                               ? call->open("list/" + call->method(), cursor->get_string())
                               : std::nullopt;
        const auto offset = plain ? number_after(*plain, "at ") : std::nullopt;
        if (!offset || *offset > entries.size()) {
            return call->refuse(bad_params("the cursor is not one of ours"));
        }
        from = *offset;
    }
    const std::size_t to = std::min(entries.size(), from + options_.page_entries_max);
    json::object result;
    result[member] = json::array(entries.begin() + static_cast<std::ptrdiff_t>(from),
                                 entries.begin() + static_cast<std::ptrdiff_t>(to));
    if (to < entries.size()) {
        result["nextCursor"] = call->seal("list/" + call->method(), "at " + std::to_string(to));
    }
    call->succeed(std::move(result));
}

void Server::list_tools(const CallPointer& call) {
    answer_page(call, "tools", tools_);
}
void Server::list_prompts(const CallPointer& call) {
    answer_page(call, "prompts", prompts_);
}
void Server::list_templates(const CallPointer& call) {
    answer_page(call, "resourceTemplates", templates_);
}

// First the resources with fixed addresses, then those that each template names, page by page. A
// cursor is "<template>:<where in it>".
void Server::list_resources(const CallPointer& call) {
    const json::value* cursor = call->params().if_contains("cursor");
    if (cursor != nullptr) {
        const auto plain = cursor->is_string()
                               ? call->open("list/" + call->method(), cursor->get_string())
                               : std::nullopt;
        const auto colon = plain ? plain->find(':') : std::string::npos;
        const auto index =
            colon != std::string::npos ? number_after(plain->substr(0, colon), "") : std::nullopt;
        if (!index) return call->refuse(bad_params("the cursor is not one of ours"));
        return list_from_template(call, *index, plain->substr(colon + 1));
    }
    list_from_template(call, 0, "");
}

void Server::list_from_template(const CallPointer& call, std::size_t index,
                                const std::string& from) {
    const auto& templates = catalog_.templates;
    while (index < templates.size() && templates[index]->list == nullptr)
        ++index;
    const bool first = call->params().if_contains("cursor") == nullptr;
    if (index >= templates.size()) {
        return call->succeed({{"resources", first ? resources_ : json::array()}});
    }
    auto answer = std::make_shared<RawAnswer>(call->answer());
    ListAnswer done(
        [this, call, answer, index, first](std::vector<ListedResource> page, std::string next) {
            json::array entries = first ? resources_ : json::array();
            for (ListedResource& one : page) {
                json::object entry{{"uri", one.uri}, {"name", one.name}};
                if (!one.description.empty()) entry["description"] = one.description;
                if (!one.mime_type.empty()) entry["mimeType"] = one.mime_type;
                entries.push_back(std::move(entry));
            }
            std::size_t following = index;
            if (next.empty()) {
                const auto& all = catalog_.templates;
                do {
                    ++following;
                } while (following < all.size() && all[following]->list == nullptr);
            }
            json::object result{{"resources", std::move(entries)}};
            if (following < catalog_.templates.size()) {
                result["nextCursor"] =
                    call->seal("list/" + call->method(), std::to_string(following) + ":" + next);
            }
            (*answer)(std::move(result));
        });
    templates[index]->list(*call, from, std::move(done));
}

// ---- tools ----

const Tool* Server::find_tool(std::string_view name) const {
    for (const Tool* tool : catalog_.tools) {
        if (tool->name == name) return tool;
    }
    return nullptr;
}

void Server::call_tool(const CallPointer& call) {
    const json::string* name = find_string(call->params(), "name");
    if (name == nullptr) return call->refuse(bad_params("params.name is required"));
    const Tool* tool = find_tool(*name);
    if (tool == nullptr) {
        return call->refuse(bad_params("unknown tool: " + cut_name(*name)));
    }
    static const json::object none;
    const json::object* arguments = &none;
    if (const json::value* given = call->params().if_contains("arguments")) {
        if (!given->is_object() && !given->is_null()) {
            return call->refuse(bad_params("params.arguments is an object"));
        }
        if (given->is_object()) arguments = &given->get_object();
    }
    const char* needed = tool->options.needs_capability;
    if (needed != nullptr && call->era() == Era::stateless &&
        !call->client_capabilities().contains(needed)) {
        return call->refuse_with(
            {error_code::missing_capability,
             "the client has not declared the capability " + std::string(needed),
             json::object{{"requiredCapabilities", json::object{{needed, json::object()}}}}},
            400);
    }
    if (tool->run_raw != nullptr) return tool->run_raw(*call, *arguments, call->answer());
    auto input = tool->make_input();
    if (auto wrong = decode_arguments(*arguments, tool->input(), input.get(), validator_)) {
        return call->succeed(tool_failure(std::move(*wrong)));
    }
    call->hold(input);
    tool->run(*call, input.get(), call->answer());
}

// ---- resources ----

bool Server::resource_exists(const std::string& uri) const {
    for (const Resource* resource : catalog_.resources) {
        if (resource->uri == uri) return true;
    }
    for (const ResourceTemplate* one : catalog_.templates) {
        if (match_template(one->uri_template, uri)) return true;
    }
    return false;
}

void Server::read_resource(const CallPointer& call) {
    const json::string* given = find_string(call->params(), "uri");
    if (given == nullptr) return call->refuse(bad_params("params.uri is required"));
    const std::string uri(*given);
    ResourceAnswer answer(call->answer(), call->era(), uri);
    for (const Resource* resource : catalog_.resources) {
        if (resource->uri == uri) return resource->read(*call, std::move(answer));
    }
    for (const ResourceTemplate* one : catalog_.templates) {
        if (auto variables = match_template(one->uri_template, uri)) {
            auto held = std::make_shared<Variables>(std::move(*variables));
            call->hold(held);
            return one->read(*call, *held, std::move(answer));
        }
    }
    answer.not_found();
}

void Server::subscribe(const CallPointer& call) {
    const json::string* given = find_string(call->params(), "uri");
    if (given == nullptr) return call->refuse(bad_params("params.uri is required"));
    const std::string uri(*given);
    if (!catalog_.resources_change) return call->refuse(no_subscriptions());
    if (!resource_exists(uri)) {
        return ResourceAnswer(call->answer(), call->era(), uri).not_found();
    }
    const auto& session = call->request().session;
    if (!session) {
        return call->refuse({error_code::invalid_request,
                             "subscriptions need a session, and sessions are off here"});
    }
    if (!session->subscribe(uri)) {
        return call->refuse(bad_params("too many subscriptions: at most " +
                                       std::to_string(Session::subscriptions_max)));
    }
    call->succeed({});
}

void Server::unsubscribe(const CallPointer& call) {
    const json::string* given = find_string(call->params(), "uri");
    if (given == nullptr) return call->refuse(bad_params("params.uri is required"));
    if (!catalog_.resources_change) return call->refuse(no_subscriptions());
    if (call->request().session) call->request().session->unsubscribe(std::string(*given));
    call->succeed({});
}

// ---- prompts and completions ----

void Server::get_prompt(const CallPointer& call) {
    const json::string* name = find_string(call->params(), "name");
    if (name == nullptr) return call->refuse(bad_params("params.name is required"));
    for (const Prompt* prompt : catalog_.prompts) {
        if (prompt->name != std::string_view(*name)) continue;
        static const json::object none;
        const json::object* arguments = find_object(call->params(), "arguments");
        auto input = prompt->make_input();
        auto wrong = decode_arguments(arguments != nullptr ? *arguments : none, prompt->input(),
                                      input.get(), validator_);
        if (wrong) return call->refuse(bad_params(std::move(*wrong)));
        call->hold(input);
        return prompt->run(*call, input.get(), PromptAnswer(call->answer()));
    }
    call->refuse(bad_params("unknown prompt: " + cut_name(*name)));
}

namespace {

std::optional<CompletionRequest> read_completion(const json::object& params) {
    CompletionRequest request;
    const json::object* argument = find_object(params, "argument");
    const json::string* name = argument != nullptr ? find_string(*argument, "name") : nullptr;
    const json::string* value = argument != nullptr ? find_string(*argument, "value") : nullptr;
    if (name == nullptr || value == nullptr) return std::nullopt;
    request.argument = *name;
    request.value = *value;
    const json::object* context = find_object(params, "context");
    const json::object* settled = context != nullptr ? find_object(*context, "arguments") : nullptr;
    if (settled == nullptr) return request;
    for (const auto& [key, text] : *settled) {
        if (text.is_string()) request.context[std::string(key)] = std::string(text.get_string());
    }
    return request;
}

}  // namespace

void Server::complete(const CallPointer& call) {
    auto request = read_completion(call->params());
    if (!request) {
        return call->refuse(bad_params("params.argument needs the strings name and value"));
    }
    const json::object* reference = find_object(call->params(), "ref");
    const json::string* kind = reference != nullptr ? find_string(*reference, "type") : nullptr;
    Complete propose = nullptr;
    std::optional<std::vector<std::string_view>> arguments;  // of what is completed
    if (kind != nullptr && *kind == "ref/prompt") {
        const json::string* name = find_string(*reference, "name");
        for (const Prompt* prompt : catalog_.prompts) {
            if (name == nullptr || prompt->name != std::string_view(*name)) continue;
            arguments.emplace();
            for (const shape::Member& member : prompt->input().members)
                arguments->push_back(member.name);
            propose = prompt->options.complete;
        }
    } else if (kind != nullptr && *kind == "ref/resource") {
        const json::string* uri = find_string(*reference, "uri");
        for (const ResourceTemplate* one : catalog_.templates) {
            if (uri == nullptr || one->uri_template != std::string_view(*uri)) continue;
            arguments = template_variables(one->uri_template);
            propose = one->complete;
        }
    }
    if (!arguments) {
        return call->refuse(bad_params("params.ref names no prompt or template of ours"));
    }
    if (std::ranges::find(*arguments, request->argument) == arguments->end()) {
        return call->refuse(bad_params("there is no argument " + cut_name(request->argument)));
    }
    if (propose == nullptr) return CompletionAnswer(call->answer())({});
    auto held = std::make_shared<CompletionRequest>(std::move(*request));
    call->hold(held);
    propose(*call, *held, CompletionAnswer(call->answer()));
}

}  // namespace mcp
