// Every fault that ECR answers with, in AWS's words, and the translation of base::Error.
#pragma once

#include <string>
#include <utility>

#include "aws/fault.h"

namespace ecr::faults {

// "… the repository with name 'x' … in the registry with id '000000000000'"
inline std::string place(const std::string& name, const std::string& registry) {
    return "the repository with name '" + name + "' in the registry with id '" + registry + "'";
}

inline aws::Fault invalid_parameter(std::string message) {
    return {"InvalidParameterException", std::move(message)};
}
inline aws::Fault not_found(const std::string& name, const std::string& registry) {
    return {"RepositoryNotFoundException", "The repository with name '" + name +
                                               "' does not exist in the registry with id '" +
                                               registry + "'"};
}
inline aws::Fault already_exists(const std::string& name, const std::string& registry) {
    return {"RepositoryAlreadyExistsException", "The repository with name '" + name +
                                                    "' already exists in the registry with id '" +
                                                    registry + "'"};
}
inline aws::Fault no_lifecycle_policy(const std::string& name, const std::string& registry) {
    return {"LifecyclePolicyNotFoundException",
            "Lifecycle policy does not exist for " + place(name, registry)};
}
inline aws::Fault no_policy(const std::string& name, const std::string& registry) {
    return {"RepositoryPolicyNotFoundException",
            "Repository policy does not exist for " + place(name, registry)};
}
inline aws::Fault no_image(const std::string& image, const std::string& name,
                           const std::string& registry) {
    return {"ImageNotFoundException", "The image with imageId {" + image +
                                          "} does not exist within " + place(name, registry)};
}
inline aws::Fault invalid_tag(std::string message) {
    return {"InvalidTagParameterException", std::move(message)};
}
inline aws::Fault too_many_tags() {
    return {"TooManyTagsException", "A repository has at most 50 tags."};
}

// What the store below says.
inline aws::Fault from(const base::Error& error) {
    return {"ServerException", error.describe(), 500};
}

}  // namespace ecr::faults
