#include "mcp/registry.h"

#include "mcp/schema.h"
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

void ResourceAnswer::operator()(std::vector<ResourceContents> contents, Freshness freshness) {
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
    boost::json::object result{{"contents", std::move(list)}};
    if (era_ == Era::stateless) {
        result["ttlMs"] = freshness.ttl_ms;
        result["cacheScope"] = freshness.is_public ? "public" : "private";
    }
    answer_(std::move(result));
}

void ResourceAnswer::not_found(std::string_view why) {
    const int code =
        era_ == Era::session ? error_code::resource_not_found_old : error_code::invalid_params;
    std::string message = "Resource not found: " + uri_;
    if (!why.empty()) message += ". " + std::string(why);
    answer_.refuse({code, valid_utf8(message), boost::json::object{{"uri", valid_utf8(uri_)}}});
}

void ResourceAnswer::fail(std::string message) {
    answer_.refuse({error_code::internal_error, valid_utf8(message),
                    boost::json::object{{"uri", valid_utf8(uri_)}}});
}

void CompletionAnswer::operator()(std::vector<std::string> values, bool complete) {
    const std::size_t count = values.size();
    boost::json::array list;
    for (std::string& value : values) {
        if (list.size() == values_max) break;
        list.emplace_back(valid_utf8(value));
    }
    boost::json::object completion{{"values", std::move(list)},
                                   {"hasMore", count > values_max || !complete}};
    if (complete) completion["total"] = count;
    answer_({{"completion", std::move(completion)}});
}

void PromptAnswer::operator()(std::string description, std::vector<PromptMessage> messages) {
    boost::json::array list;
    for (PromptMessage& message : messages) {
        boost::json::object content =
            message.content
                ? std::move(*message.content)
                : boost::json::object{{"type", "text"}, {"text", valid_utf8(message.text)}};
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
    resources_change = resources_change || other.resources_change;
}

}  // namespace mcp
