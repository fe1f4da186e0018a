#include "app/assembly.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

namespace app {

namespace {

using base::Error;
using base::ErrorKind;
namespace json = boost::json;

constexpr std::size_t stacks_max = 100;
constexpr std::string_view stack_type = "aws:cloudformation:stack";

Error broken(const std::string& what, const std::string& file) {
    return {ErrorKind::invalid, "the stacks' templates cannot be read: " + what, file};
}

base::Result<json::object> read_json(base::FileSystem& files, const std::string& path) {
    TRY(text, base::read_file(files, path, assembly_file_bytes_max));
    boost::system::error_code problem;
    auto value = json::parse(text, problem);
    if (problem || !value.is_object()) return broken("not a JSON object", path);
    return std::move(value.as_object());
}

const json::object& object_of(const json::object& object, std::string_view name) {
    static const json::object none;
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_object() ? value->as_object() : none;
}

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

// "${AWS::AccountId}" and its like in the places where an assembly has them.
std::string bound(std::string text, const AssemblyEnvironment& environment) {
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>{"${AWS::AccountId}", environment.account},
          {"${AWS::Region}", environment.region},
          {"${AWS::Partition}", "aws"}}) {
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) {
            text.replace(at, name.size(), value);
        }
    }
    return text;
}

// A file name in an assembly; nothing that leads out of it.
bool is_plain_name(const std::string& name) {
    return !name.empty() && name.find('/') == std::string::npos && name != "." && name != "..";
}

base::Result<void> read_assets(base::FileSystem& files, const std::string& directory,
                               const std::string& name, const AssemblyEnvironment& environment,
                               std::vector<AssemblyAsset>& assets) {
    TRY(manifest, read_json(files, directory + "/" + name));
    if (!object_of(manifest, "dockerImages").empty()) return broken("it has images", name);
    for (const auto& [id, asset] : object_of(manifest, "files")) {
        if (!asset.is_object()) return broken("an asset is no object", name);
        const json::object& source = object_of(asset.as_object(), "source");
        const std::string path = text_of(source, "path");
        if (text_of(source, "packaging") != "file" || !is_plain_name(path)) {
            return broken("the asset " + path + " is not one file", name);
        }
        for (const auto& [place, value] : object_of(asset.as_object(), "destinations")) {
            if (!value.is_object()) return broken("a destination is no object", name);
            const json::object& destination = value.as_object();
            assets.push_back({directory + "/" + path,
                              bound(text_of(destination, "bucketName"), environment),
                              bound(text_of(destination, "objectKey"), environment),
                              bound(text_of(destination, "assumeRoleArn"), environment)});
        }
    }
    return base::ok();
}

base::Result<void> read_template(base::FileSystem& files, const std::string& directory,
                                 const json::object& properties,
                                 const AssemblyEnvironment& environment, AssemblyStack& stack) {
    const std::string file = text_of(properties, "templateFile");
    if (!is_plain_name(file)) return broken("a stack has no template", stack.name);
    TRY(text, base::read_file(files, directory + "/" + file, assembly_file_bytes_max));
    stack.template_text = std::move(text);
    const std::string url = bound(text_of(properties, "stackTemplateAssetObjectUrl"), environment);
    constexpr std::string_view scheme = "s3://";
    const auto slash = url.find('/', scheme.size());
    if (!url.starts_with(scheme) || slash == std::string::npos) {
        return broken("the template is no asset", stack.name);
    }
    stack.template_bucket = url.substr(scheme.size(), slash - scheme.size());
    stack.template_key = url.substr(slash + 1);
    return base::ok();
}

// Each after those it depends on, otherwise in the manifest's order.
base::Result<std::vector<AssemblyStack>> ordered(std::vector<AssemblyStack> stacks) {
    std::vector<AssemblyStack> out;
    std::set<std::string> done;
    while (!stacks.empty()) {
        auto next = std::find_if(stacks.begin(), stacks.end(), [&](const AssemblyStack& stack) {
            return std::all_of(stack.dependencies.begin(), stack.dependencies.end(),
                               [&](const std::string& name) { return done.contains(name); });
        });
        if (next == stacks.end()) return broken("stacks depend on each other", stacks[0].name);
        done.insert(next->name);
        out.push_back(std::move(*next));
        stacks.erase(next);
    }
    return out;
}

std::string name_of_stack(const std::string& id, const json::object& artifact) {
    const std::string name = text_of(object_of(artifact, "properties"), "stackName");
    return name.empty() ? id : name;
}

// What a stack waits for: other stacks, and its own assets.
base::Result<void> read_dependencies(base::FileSystem& files, const std::string& directory,
                                     const json::object& artifacts, const json::object& artifact,
                                     const AssemblyEnvironment& environment, AssemblyStack& stack) {
    const auto* dependencies = artifact.if_contains("dependencies");
    if (dependencies == nullptr) return base::ok();
    if (!dependencies->is_array()) return broken("dependencies are no list", stack.name);
    for (const auto& value : dependencies->as_array()) {
        if (!value.is_string()) return broken("a dependency has no name", stack.name);
        const std::string id(value.as_string());
        const json::object& other = object_of(artifacts, id);
        const std::string type = text_of(other, "type");
        if (type == stack_type) {
            stack.dependencies.push_back(name_of_stack(id, other));
        } else if (type == "cdk:asset-manifest") {
            const std::string file = text_of(object_of(other, "properties"), "file");
            if (!is_plain_name(file)) return broken("assets have no file", stack.name);
            TRY_VOID(read_assets(files, directory, file, environment, stack.assets));
        }
    }
    return base::ok();
}

}  // namespace

base::Result<std::vector<AssemblyStack>> read_assembly(base::FileSystem& files,
                                                       const std::string& directory,
                                                       const AssemblyEnvironment& environment) {
    if (!base::exists(files, directory + "/manifest.json")) {
        return Error{ErrorKind::not_found, "the stacks' templates are missing: run ./dev build",
                     directory};
    }
    TRY(manifest, read_json(files, directory + "/manifest.json"));
    const json::object& artifacts = object_of(manifest, "artifacts");
    std::vector<AssemblyStack> stacks;
    for (const auto& [id, value] : artifacts) {
        if (!value.is_object()) return broken("an artifact is no object", id);
        const json::object& artifact = value.as_object();
        if (text_of(artifact, "type") != stack_type) continue;
        if (stacks.size() == stacks_max) return broken("too many stacks", directory);
        AssemblyStack stack;
        stack.name = name_of_stack(id, artifact);
        TRY_VOID(
            read_template(files, directory, object_of(artifact, "properties"), environment, stack));
        TRY_VOID(read_dependencies(files, directory, artifacts, artifact, environment, stack));
        stacks.push_back(std::move(stack));
    }
    if (stacks.empty()) return broken("it has no stack", directory);
    return ordered(std::move(stacks));
}

}  // namespace app
