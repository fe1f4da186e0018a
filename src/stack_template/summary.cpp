// What a template needs: resource types, attributes of them, capabilities.
#include <set>

#include "stack_template/functions.h"
#include "stack_template/stack_template.h"

namespace stack_template {

namespace {

struct IamType {
    std::string_view type;
    std::string_view name_property;  // "": the type has no custom name
};

constexpr IamType iam_types[] = {
    {"AWS::IAM::AccessKey", ""},
    {"AWS::IAM::Group", "GroupName"},
    {"AWS::IAM::InstanceProfile", "InstanceProfileName"},
    {"AWS::IAM::ManagedPolicy", "ManagedPolicyName"},
    {"AWS::IAM::Policy", ""},
    {"AWS::IAM::Role", "RoleName"},
    {"AWS::IAM::User", "UserName"},
    {"AWS::IAM::UserToGroupAddition", ""},
};

class Attributes : public ReferenceVisitor {
  public:
    Attributes(const Template& parsed, const TypeCatalog& catalog)
        : template_(parsed), catalog_(catalog) {}
    void on_ref(std::string_view) override {}
    void on_attribute(std::string_view resource, std::string_view attribute) override {
        const Resource* target = template_.find_resource(resource);
        if (!problem_.empty() || target == nullptr || attribute.empty() ||
            catalog_.has_attribute(target->type, attribute)) {
            return;
        }
        problem_ = "Template error: resource " + std::string(resource) +
                   " does not support attribute type " + std::string(attribute) + " in Fn::GetAtt";
    }
    std::string problem_;

  private:
    const Template& template_;
    const TypeCatalog& catalog_;
};

void add_once(std::vector<std::string>& names, std::string_view name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

}  // namespace

base::Result<void> check_types(const Template& parsed, const TypeCatalog& catalog) {
    std::vector<std::string> unknown;
    for (const Resource& resource : parsed.resources) {
        if (!catalog.has_type(resource.type)) add_once(unknown, resource.type);
    }
    if (!unknown.empty()) {
        return invalid("Template format error: Unrecognized resource types: " + bracketed(unknown));
    }
    Attributes attributes(parsed, catalog);
    for (const Resource& resource : parsed.resources) {
        visit_references(resource.properties, Place::values, attributes);
        visit_references(resource.metadata, Place::values, attributes);
        if (!attributes.problem_.empty()) return invalid(attributes.problem_, resource.logical_id);
    }
    for (const Output& output : parsed.outputs) {
        visit_references(output.value, Place::values, attributes);
        if (output.export_name) visit_references(*output.export_name, Place::values, attributes);
        if (!attributes.problem_.empty()) return invalid(attributes.problem_, output.name);
    }
    return base::ok();
}

Summary summarize(const Template& parsed) {
    Summary summary;
    std::vector<std::string> iam;
    bool has_names = false;
    for (const Resource& resource : parsed.resources) {
        add_once(summary.resource_types, resource.type);
        const auto found =
            std::find_if(std::begin(iam_types), std::end(iam_types),
                         [&](const IamType& type) { return type.type == resource.type; });
        if (found == std::end(iam_types)) continue;
        add_once(iam, resource.type);
        has_names = has_names || (!found->name_property.empty() &&
                                  resource.properties.contains(found->name_property));
    }
    if (!iam.empty()) {
        summary.capabilities.emplace_back(has_names ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM");
        summary.capabilities_reason =
            "The following resource(s) require capabilities: " + bracketed(iam);
    }
    if (!parsed.transforms.empty()) {
        summary.capabilities.emplace_back("CAPABILITY_AUTO_EXPAND");
        if (summary.capabilities_reason.empty()) {
            summary.capabilities_reason =
                "The following transform(s) require capabilities: " + bracketed(parsed.transforms);
        }
    }
    return summary;
}

}  // namespace stack_template
