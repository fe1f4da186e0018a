#include "services/cloudformation/ssm.h"

#include <boost/json/object.hpp>

#include "base/mutex.h"

namespace cloudformation {

namespace {

// Several calls whose answers come together.
struct Fetch {
    base::Mutex mutex;
    SsmLookup::Found found GUARDED_BY(mutex);
    std::size_t open GUARDED_BY(mutex) = 0;
    base::UniqueFunction<void(SsmLookup::Found)> done GUARDED_BY(mutex);

    void answered(const std::string& name, const aws::Reply<boost::json::object>& reply) {
        base::UniqueFunction<void(SsmLookup::Found)> finish;
        SsmLookup::Found all;
        {
            base::MutexLock lock(mutex);
            if (reply) {
                found.values[name] = value_of(reply.value());
            } else if (reply.error().code == "ParameterNotFound" ||
                       reply.error().code == "ParameterVersionNotFound") {
                found.missing.insert(name);
            } else {
                found.fault = reply.error();
            }
            if (--open > 0) return;
            all = std::move(found);
            finish = std::move(done);
        }
        finish(std::move(all));
    }

    static std::string value_of(const boost::json::object& output) {
        const boost::json::value* parameter = output.if_contains("Parameter");
        if (parameter == nullptr || !parameter->is_object()) return "";
        const boost::json::value* value = parameter->get_object().if_contains("Value");
        return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
    }
};

}  // namespace

base::Result<std::string> SsmLookup::ssm_parameter(const std::string& name) {
    if (const auto found = values_.find(name); found != values_.end()) return found->second;
    if (missing_.contains(name)) {
        return base::Error{base::ErrorKind::not_found,
                           "Parameter " + name + " cannot be found in SSM Parameter Store", name};
    }
    wanted_.insert(name);
    return base::Error{base::ErrorKind::unavailable, "an SSM parameter is not fetched yet", name};
}

void SsmLookup::add(Found found) {
    values_.merge(found.values);
    missing_.merge(found.missing);
    wanted_.clear();
}

void fetch_ssm_parameters(aws::InternalClient& client, const aws::Call& call,
                          std::set<std::string> names,
                          base::UniqueFunction<void(SsmLookup::Found)> done) {
    auto fetch = std::make_shared<Fetch>();
    {
        base::MutexLock lock(fetch->mutex);
        fetch->done = std::move(done);
        fetch->open = names.size();
    }
    for (const std::string& name : names) {
        client.call(
            "ssm", "GetParameter", {{"Name", name}}, call,
            [fetch, name](aws::Reply<boost::json::object> reply) { fetch->answered(name, reply); });
    }
}

}  // namespace cloudformation
