// Who makes, changes and removes the resources of a type: steps of our services' operations
// (step_worker.h), a stack (nested_worker.h), or somebody's function (custom_worker.h).
#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "aws/fault.h"
#include "aws/resource_type.h"
#include "base/unique_function.h"

namespace cloudformation {

namespace json = boost::json;

struct Made {
    std::string physical_id;  // a custom resource may have chosen another than it was told
    json::object attributes;  // what Fn::GetAtt gives
    bool no_echo = false;
};

// Why a resource failed, in the words of events.
struct Failure {
    std::string reason;
    bool untouched = false;  // create: nothing was made, so nothing is to be removed
};

template <class T>
using Outcome =
    BOOST_OUTCOME_V2_NAMESPACE::basic_result<T, Failure,
                                             BOOST_OUTCOME_V2_NAMESPACE::policy::terminate>;
// Called once, from any thread; not at all when the engine stopped meanwhile.
template <class T>
using Done = base::UniqueFunction<void(Outcome<T>)>;

// Set: whoever waits for something gives up at its next look.
using Abandoned = std::shared_ptr<const std::atomic<bool>>;

// One resource: where it belongs, what it is, what it shall be.
struct Work {
    std::string type;
    aws::ResourceContext context;
    json::object properties;
    Abandoned abandoned;

    bool is_abandoned() const { return abandoned != nullptr && abandoned->load(); }
};

class ResourceWorker {
  public:
    virtual ~ResourceWorker() = default;

    // The physical id of a resource that is not made yet.
    virtual Outcome<std::string> identify(const Work& work) = 0;
    // Whether a change from `before` needs a new physical resource.
    virtual bool replaces(const std::string& type, const json::object& before,
                          const json::object& after) = 0;
    // Whether these properties can be made at all; those that hold unknown values are passed over.
    virtual Outcome<void> check(const Work& work) = 0;
    // Whether it is there. A type that cannot tell says no.
    virtual void exists(Work work, Done<bool> done) = 0;
    // `again`: an attempt before this one, which failed or ended in a crash, may have left some.
    virtual void create(Work work, bool again, Done<Made> done) = 0;
    virtual void update(Work work, json::object before, bool again, Done<Made> done) = 0;
    // What is there, of a resource that we did not make.
    virtual void adopt(Work work, Done<Made> done) = 0;
    virtual void remove(Work work, Done<void> done) = 0;
};

}  // namespace cloudformation
