// What a change set tells of a resource that stays: which properties differ, and why.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "stack_template/stack_template.h"

namespace stack_template {

// ResourceChangeDetail's ChangeSource; `to_string` gives CloudFormation's spelling.
enum class ChangeSource : std::uint8_t {
    resource_reference,   // "ResourceReference": Ref of a resource that is made or replaced
    parameter_reference,  // "ParameterReference": Ref of a parameter whose value differs
    resource_attribute,   // "ResourceAttribute": Fn::GetAtt of a resource that changes
    direct_modification,  // "DirectModification": the template's text differs
    automatic,            // "Automatic": nested stacks
};
std::string_view to_string(ChangeSource source);

struct ChangeCause {
    ChangeSource source = ChangeSource::direct_modification;
    std::string causing_entity;  // "Param", "Bucket", "Bucket.Arn"; "" for direct modifications
    // Static: the value after is known. Dynamic: it depends on something not made yet.
    bool is_dynamic = false;
    bool operator==(const ChangeCause&) const = default;
};

enum class ChangeKind : std::uint8_t { add, modify, remove };
std::string_view to_string(ChangeKind kind);  // "Add", "Modify", "Remove"

struct PropertyChange {
    std::string property;  // top-level name: "StreamModeDetails"
    // The deepest path at which all differences lie: "/Properties/StreamModeDetails/StreamMode"
    std::string path;
    ChangeKind kind = ChangeKind::modify;
    json::value before, after;  // resolved, of the whole property; null when absent
    std::vector<ChangeCause> causes;
};

struct PropertyTrees {
    const json::object& unresolved;  // Resource::properties
    const json::object& resolved;    // Evaluator::properties, may hold unknown_value
};

// Properties that differ, in the order of `after`, removed ones last. A property whose value after
// holds unknown_value counts as changed (with dynamic causes) unless `before` is nothing else.
//   parameters_changed  names whose bound values differ between the two
//   parsed              the template after: tells parameters from resources
// Two values are equal when CloudFormation would not tell them apart: 5 and "5", true and "true";
// lists in order, maps in any order.
std::vector<PropertyChange> compare(const PropertyTrees& before, const PropertyTrees& after,
                                    const std::set<std::string>& parameters_changed,
                                    const Template& parsed);

// That equality.
bool same_value(const json::value& left, const json::value& right);

// Parameters, resources and attributes that an unresolved value refers to, in all branches; each
// once, in order.
std::vector<ChangeCause> references_of(const json::value& unresolved, const Template& parsed);

}  // namespace stack_template
