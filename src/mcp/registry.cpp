#include "mcp/registry.h"

#include "wire/base64.h"

namespace mcp {

RawAnswer::~RawAnswer() {
    if (sink_) sink_->refuse({error_code::internal_error, "The request was dropped.", nullptr});
}

void RawAnswer::operator()(boost::json::object result) {
    const auto sink = std::exchange(sink_, nullptr);
    CHECK(sink != nullptr);
    sink->succeed(std::move(result));
}

void RawAnswer::refuse(RpcError error) {
    const auto sink = std::exchange(sink_, nullptr);
    CHECK(sink != nullptr);
    sink->refuse(std::move(error));
}

void ResourceAnswer::operator()(std::vector<ResourceContents> contents) {
    boost::json::array list;
    for (ResourceContents& part : contents) {
        boost::json::object item{{"uri", part.uri}};
        if (!part.mime_type.empty()) item["mimeType"] = part.mime_type;
        if (part.blob) {
            item["blob"] = wire::encode_base64(part.blob->bytes);
        } else {
            item["text"] = part.text;
        }
        list.push_back(std::move(item));
    }
    answer_({{"contents", std::move(list)}});
}

void ResourceAnswer::not_found() {
    const int code =
        era_ == Era::session ? error_code::resource_not_found_old : error_code::invalid_params;
    answer_.refuse({code, "Resource not found: " + uri_, boost::json::object{{"uri", uri_}}});
}

void CompletionAnswer::operator()(std::vector<std::string> values) {
    boost::json::array list;
    for (std::string& value : values) {
        if (list.size() == values_max) break;
        list.emplace_back(std::move(value));
    }
    const bool more = values.size() > values_max;
    answer_({{"completion",
              boost::json::object{
                  {"values", std::move(list)}, {"total", values.size()}, {"hasMore", more}}}});
}

void PromptAnswer::operator()(std::string description, std::vector<PromptMessage> messages) {
    boost::json::array list;
    for (PromptMessage& message : messages) {
        boost::json::object content =
            message.content ? std::move(*message.content)
                            : boost::json::object{{"type", "text"}, {"text", message.text}};
        list.push_back(
            boost::json::object{{"role", message.role}, {"content", std::move(content)}});
    }
    answer_({{"description", std::move(description)}, {"messages", std::move(list)}});
}

void Catalog::append(const Catalog& other) {
    tools.insert(tools.end(), other.tools.begin(), other.tools.end());
    resources.insert(resources.end(), other.resources.begin(), other.resources.end());
    templates.insert(templates.end(), other.templates.begin(), other.templates.end());
    prompts.insert(prompts.end(), other.prompts.begin(), other.prompts.end());
    lists_change = lists_change || other.lists_change;
}

}  // namespace mcp
