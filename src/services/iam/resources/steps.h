// What the resource types of IAM have in common: steps, documents and tags as JSON. Pure.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "aws/resource_type.h"

namespace iam {

// That something is gone, or never was: what has no valid name was never made.
inline const std::vector<std::string> gone = {"NoSuchEntity", "InvalidInput", "ValidationError"};

inline aws::ResourceStep step(std::string operation, boost::json::object input,
                              std::vector<std::string> done_codes = {}) {
    return {"iam", std::move(operation), std::move(input), std::move(done_codes)};
}

inline aws::ResourceStep attach(const std::string& role, const std::string& arn) {
    return step("AttachRolePolicy", {{"RoleName", role}, {"PolicyArn", arn}});
}
inline aws::ResourceStep detach(const std::string& role, const std::string& arn) {
    return step("DetachRolePolicy", {{"RoleName", role}, {"PolicyArn", arn}}, gone);
}

// A policy in a template is an object, or the text of one.
inline std::string document_text(const shape::Document& document) {
    boost::system::error_code problem;
    const auto value = boost::json::parse(document.json, problem);
    if (!problem && value.is_string()) return std::string(value.get_string());
    return document.json;
}

inline boost::json::array to_json(const std::map<std::string, std::string>& tags) {
    boost::json::array out;
    for (const auto& [key, value] : tags)
        out.push_back(boost::json::object{{"Key", key}, {"Value", value}});
    return out;
}

// Those of `before` that `after` has no more, each once.
inline std::set<std::string> missing(const std::vector<std::string>& before,
                                     const std::vector<std::string>& after) {
    std::set<std::string> names(before.begin(), before.end());
    for (const std::string& name : after)
        names.erase(name);
    return names;
}

inline bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace iam
