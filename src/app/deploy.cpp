#include "app/deploy.h"

#include <unistd.h>

#include <algorithm>
#include <set>

#include "wire/uri.h"
#include "wire/xml.h"

namespace app {

namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* change_set_name = "datastack-up";
constexpr useconds_t poll_us_first = 1'000;
constexpr useconds_t poll_us_max = 50'000;

struct StackState {
    std::string stack_id;
    std::string stack_status;
    static constexpr auto members() {
        using S = StackState;
        return std::tuple{shape::member("StackId", &S::stack_id),
                          shape::member("StackStatus", &S::stack_status)};
    }
};
struct Stacks {
    std::vector<StackState> stacks;
    static constexpr auto members() { return std::tuple{shape::member("Stacks", &Stacks::stacks)}; }
};
struct Template {
    std::string body;
    static constexpr auto members() {
        return std::tuple{shape::member("TemplateBody", &Template::body)};
    }
};
struct ChangeSet {
    std::string status;
    std::string reason;
    static constexpr auto members() {
        using S = ChangeSet;
        return std::tuple{shape::member("Status", &S::status),
                          shape::member("StatusReason", &S::reason)};
    }
};
struct Event {
    std::string event_id;
    std::string logical_id;
    std::string physical_id;
    std::string type;
    std::string status;
    std::string reason;
    std::string stack_id;
    static constexpr auto members() {
        using S = Event;
        return std::tuple{shape::member("EventId", &S::event_id),
                          shape::member("LogicalResourceId", &S::logical_id),
                          shape::member("PhysicalResourceId", &S::physical_id),
                          shape::member("ResourceType", &S::type),
                          shape::member("ResourceStatus", &S::status),
                          shape::member("ResourceStatusReason", &S::reason),
                          shape::member("StackId", &S::stack_id)};
    }
};
struct Events {
    std::vector<Event> events;
    std::string next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("StackEvents", &Events::events),
                          shape::member("NextToken", &Events::next_token)};
    }
};
struct Nothing {
    static constexpr auto members() { return std::tuple{}; }
};

bool ends_with(const std::string& status, std::string_view end) {
    return status.ends_with(end);
}

// Waits longer each time, so that quick work is seen quickly and slow work costs little.
class Pause {
  public:
    void wait() {
        ::usleep(pause_us_);
        pause_us_ = std::min(pause_us_ * 2, poll_us_max);
    }
    void reset() { pause_us_ = poll_us_first; }

  private:
    useconds_t pause_us_ = poll_us_first;
};

class Deployer {
  public:
    Deployer(Api& api, base::FileSystem& files, const DeployObserver& observer)
        : api_(api), files_(files), observer_(observer) {}

    base::Result<void> deploy(const AssemblyStack& stack) {
        observer_.begin(stack);
        for (const AssemblyAsset& asset : stack.assets) {
            TRY_VOID(prepare_bucket(asset));
            TRY_VOID(publish(asset));
        }
        TRY(state, settled(stack.name));
        if (must_go_first(state.stack_status)) {
            TRY_VOID(remove(stack.name, state.stack_id));
            state = {};
        }
        const bool is_new =
            state.stack_status.empty() || state.stack_status == "REVIEW_IN_PROGRESS";
        if (!is_new) {
            TRY(current, call<Template>("GetTemplate", {{"StackName", stack.name},
                                                        {"TemplateStage", "Original"}}));
            if (current.body == stack.template_text) {
                observer_.end(stack, Deployed::unchanged);
                return base::ok();
            }
        }
        TRY(differs, make_change_set(stack, is_new));
        if (differs) {
            TRY_VOID(execute(stack));
        }
        observer_.end(stack, !differs ? Deployed::unchanged
                             : is_new ? Deployed::created
                                      : Deployed::updated);
        return base::ok();
    }

  private:
    using Parameters = std::vector<std::pair<std::string, std::string>>;

    template <class Output>
    base::Result<Output> call(const std::string& action, const Parameters& parameters) {
        TRY(text, api_.query(cloudformation_api, "2010-05-15", action, parameters));
        Output output;
        if (!text.empty()) {
            TRY_VOID(wire::decode_xml(text, shape::type_of<Output>(), &output));
        }
        return output;
    }

    // Taking the role that may publish is what makes the bucket, where nobody bootstrapped.
    base::Result<void> prepare_bucket(const AssemblyAsset& asset) {
        if (asset.role_arn.empty() || !prepared_.insert(asset.role_arn).second) return base::ok();
        TRY_VOID(api_.query(sts_api, "2011-06-15", "AssumeRole",
                            {{"RoleArn", asset.role_arn}, {"RoleSessionName", change_set_name}}));
        return base::ok();
    }

    // A name is that of the contents: what is there need not go again.
    base::Result<void> publish(const AssemblyAsset& asset) {
        const std::string key = wire::percent_encode(asset.key);
        TRY(listed, api_.rest(s3_api, "GET",
                              "/" + asset.bucket + "?list-type=2&max-keys=1&prefix=" + key, ""));
        if (listed.body.find("<Key>" + asset.key + "</Key>") != std::string::npos) {
            return base::ok();
        }
        TRY(contents, base::read_file(files_, asset.path, asset_bytes_max));
        TRY_VOID(api_.rest(s3_api, "PUT", "/" + asset.bucket + "/" + key, contents));
        return base::ok();
    }

    // Empty when there is no such stack.
    base::Result<StackState> describe(const std::string& name) {
        auto found = call<Stacks>("DescribeStacks", {{"StackName", name}});
        if (!found) {
            const bool missing = found.error().message.find("does not exist") != std::string::npos;
            return missing ? base::Result<StackState>(StackState()) : found.error();
        }
        if (found.value().stacks.empty()) return StackState();
        return std::move(found.value().stacks.front());
    }

    // Once whatever runs on it, perhaps since before a crash, is over.
    base::Result<StackState> settled(const std::string& name) {
        Pause pause;
        for (;;) {
            TRY(state, describe(name));
            const bool runs = ends_with(state.stack_status, "_IN_PROGRESS") &&
                              state.stack_status != "REVIEW_IN_PROGRESS";
            if (!runs) return state;
            pause.wait();
        }
    }

    // States of a stack that never came to be: it cannot be updated.
    static bool must_go_first(const std::string& status) {
        return status == "ROLLBACK_COMPLETE" || status == "ROLLBACK_FAILED" ||
               status == "CREATE_FAILED" || status == "DELETE_FAILED";
    }

    base::Result<void> remove(const std::string& name, const std::string& id) {
        TRY_VOID(call<Nothing>("DeleteStack", {{"StackName", name}}));
        TRY(state, settled(id));
        if (!state.stack_status.empty() && state.stack_status != "DELETE_COMPLETE") {
            return Error{ErrorKind::invalid,
                         "what is left of a failed " + name +
                             " cannot be deleted: the stack is in " + state.stack_status,
                         ""};
        }
        return base::ok();
    }

    // false: nothing would change
    base::Result<bool> make_change_set(const AssemblyStack& stack, bool is_new) {
        const Parameters which = {{"StackName", stack.name}, {"ChangeSetName", change_set_name}};
        if (!is_new) {
            TRY_VOID(call<Nothing>("DeleteChangeSet", which));
        }
        Parameters parameters = which;
        parameters.insert(parameters.end(),
                          {{"ChangeSetType", is_new ? "CREATE" : "UPDATE"},
                           {"TemplateURL", api_.endpoint() + "/" + stack.template_bucket + "/" +
                                               stack.template_key},
                           {"ImportExistingResources", is_new ? "true" : "false"},
                           {"Capabilities.member.1", "CAPABILITY_IAM"},
                           {"Capabilities.member.2", "CAPABILITY_NAMED_IAM"},
                           {"Capabilities.member.3", "CAPABILITY_AUTO_EXPAND"}});
        TRY_VOID(call<Nothing>("CreateChangeSet", parameters));
        Pause pause;
        for (;;) {
            TRY(change_set, call<ChangeSet>("DescribeChangeSet", which));
            if (change_set.status == "CREATE_COMPLETE") return true;
            if (change_set.status == "FAILED") {
                TRY_VOID(call<Nothing>("DeleteChangeSet", which));
                const bool empty =
                    change_set.reason.starts_with("The submitted information didn't contain") ||
                    change_set.reason.starts_with("No updates are to be performed");
                if (empty) return false;
                return Error{ErrorKind::invalid, stack.name + ": " + change_set.reason, ""};
            }
            pause.wait();
        }
    }

    base::Result<void> execute(const AssemblyStack& stack) {
        TRY_VOID(read_events(stack, false));
        TRY_VOID(call<Nothing>("ExecuteChangeSet",
                               {{"StackName", stack.name}, {"ChangeSetName", change_set_name}}));
        failure_.clear();
        Pause pause;
        std::string status;
        do {
            TRY(state, describe(stack.name));
            status = state.stack_status;
            TRY(news, read_events(stack, true));
            if (news) pause.reset();
            if (ends_with(status, "_IN_PROGRESS")) pause.wait();
        } while (ends_with(status, "_IN_PROGRESS"));
        if (status == "CREATE_COMPLETE" || status == "UPDATE_COMPLETE") return base::ok();
        return Error{ErrorKind::invalid,
                     stack.name + " could not be deployed (" +
                         (status.empty() ? "it is gone" : status) + ")" +
                         (failure_.empty() ? "" : ": " + failure_),
                     ""};
    }

    // Tells what has happened since the last call. true: something has
    base::Result<bool> read_events(const AssemblyStack& stack, bool tell) {
        std::vector<Event> news;
        std::string token;
        bool known = false;
        do {  // the newest first
            Parameters parameters = {{"StackName", stack.name}};
            if (!token.empty()) parameters.emplace_back("NextToken", token);
            auto page = call<Events>("DescribeStackEvents", parameters);
            if (!page) return page.error();
            for (Event& event : page.value().events) {
                known = known || seen_.contains(event.event_id);
                if (!known) news.push_back(std::move(event));
            }
            token = page.value().next_token;
        } while (!token.empty() && !known);
        std::reverse(news.begin(), news.end());
        for (const Event& event : news) {
            seen_.insert(event.event_id);
            if (tell) take(stack, event);
        }
        return !news.empty();
    }

    void take(const AssemblyStack& stack, const Event& event) {
        if (event.physical_id == event.stack_id) return;  // the stack itself
        const bool failed = ends_with(event.status, "_FAILED");
        // Those that were only interrupted by another failure say so; that one counts.
        const bool cancelled = event.reason == "Resource creation cancelled" ||
                               event.reason == "Resource update cancelled";
        if (failed && !cancelled && failure_.empty()) {
            failure_ = event.logical_id + " (" + event.type + "): " + event.reason;
        }
        observer_.event(
            stack, {event.logical_id, event.physical_id, event.type, event.status, event.reason});
    }

    Api& api_;
    base::FileSystem& files_;
    const DeployObserver& observer_;
    std::set<std::string> seen_;      // ids of events
    std::set<std::string> prepared_;  // roles
    std::string failure_;
};

}  // namespace

base::Result<void> deploy(Api& api, const std::vector<AssemblyStack>& stacks,
                          base::FileSystem& files, const DeployObserver& observer) {
    for (const AssemblyStack& stack : stacks) {
        Deployer deployer(api, files, observer);
        TRY_VOID(deployer.deploy(stack));
    }
    return base::ok();
}

}  // namespace app
