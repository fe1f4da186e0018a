// Operations called from inside the process, by name and with JSON, through the same validation as
// requests from outside: how CloudFormation makes resources. Streamed operations (PutObject's and
// GetObject's bodies) are not for it.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>

#include "aws/service.h"
#include "aws/validation.h"
#include "base/logging.h"

namespace aws {

class InternalClient {
  public:
    // Called once, from any thread, possibly before call() returns.
    using Done = base::UniqueFunction<void(Reply<boost::json::object>)>;

    explicit InternalClient(base::Log& log) : log_(log) {}

    // At start, before any call. `model` and `service` outlive the client.
    void add(const ServiceModel& model, void* service);

    // Run `operation` of `service` (ServiceModel::id). `call` says on whose behalf; its head is
    // replaced by an empty one. Any thread that may wait for disk.
    //   errors  the operation's faults; InternalFailure for an operation or member that does not
    //           exist, which is a mistake of the caller's
    void call(std::string_view service, std::string_view operation,
              const boost::json::object& input, Call call, Done done);

    // All resource types of all services by name; null when there is none.
    const ResourceType* find_resource_type(std::string_view name) const;
    std::vector<const ResourceType*> resource_types() const;

  private:
    struct Entry {
        const ServiceModel* model = nullptr;
        void* service = nullptr;
    };
    base::Log& log_;
    Validator validator_;
    std::map<std::string, Entry, std::less<>> services_;
    std::map<std::string, const ResourceType*, std::less<>> types_;
};

}  // namespace aws
