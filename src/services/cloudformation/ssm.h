// SSM parameters that templates refer to. The template language asks for them as it goes, and an
// answer may take a call: a first pass collects the names, then they are fetched, then the pass is
// made again.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "aws/call.h"
#include "aws/internal_client.h"
#include "base/result.h"
#include "base/unique_function.h"
#include "stack_template/parameters.h"

namespace cloudformation {

// Not for several threads at once.
class SsmLookup final : public stack_template::ParameterSource {
  public:
    // not_found: there is none; unavailable: it has to be fetched first, see wanted().
    base::Result<std::string> ssm_parameter(const std::string& name) override;

    // Names that were asked for and are not known.
    const std::set<std::string>& wanted() const { return wanted_; }
    // What a fetch brought; nothing is wanted any more.
    struct Found {
        std::map<std::string, std::string> values;
        std::set<std::string> missing;
        std::optional<aws::Fault> fault;  // another failure than "there is none"
    };
    void add(Found found);

  private:
    std::map<std::string, std::string> values_;
    std::set<std::string> missing_;
    std::set<std::string> wanted_;
};

// `done` is called once, from any thread, possibly before this returns.
void fetch_ssm_parameters(aws::InternalClient& client, const aws::Call& call,
                          std::set<std::string> names,
                          base::UniqueFunction<void(SsmLookup::Found)> done);

}  // namespace cloudformation
