#include "aws/internal_client.h"

#include <atomic>

#include "aws/json_values.h"
#include "aws/resource_type.h"
#include "aws/routing.h"

namespace aws {

namespace {

// Some handlers look into the head; inside the process there is nothing in it.
const wire::RequestHead& empty_head() {
    static const wire::RequestHead head{};
    return head;
}

// Keeps what the handler's references point to until it has answered.
class Exchange final : public ResponseSink {
  public:
    Exchange(const Operation& operation, Call c, InternalClient::Done done, base::Log& log)
        : call(std::move(c)),
          input(operation.make_input()),
          operation_(operation),
          done_(std::move(done)),
          log_(log) {}

    void succeed(void* output) override {
        finish(to_json(operation_.output(), output).as_object());
    }
    void fail(Fault fault) override {
        if (fault.untranslated) {
            log_.error("untranslated error", {{"operation", std::string(operation_.name)},
                                              {"request_id", call.request_id},
                                              {"error", fault.message}});
        }
        finish(std::move(fault));
    }

    Call call;
    std::shared_ptr<void> input;

  private:
    void finish(Reply<boost::json::object> reply) {
        if (answered_.exchange(true)) return;
        auto done = std::move(done_);
        done(std::move(reply));
    }

    const Operation& operation_;
    InternalClient::Done done_;
    base::Log& log_;
    std::atomic<bool> answered_{false};
};

Fault mistake(std::string message) {
    return Fault("InternalFailure", std::move(message), 500);
}

}  // namespace

void InternalClient::add(const ServiceModel& model, void* service) {
    services_.emplace(std::string(model.id), Entry{&model, service});
    for (const ResourceType* type : model.resources) {
        types_.emplace(std::string(type->name), type);
    }
}

void InternalClient::call(std::string_view service, std::string_view operation_name,
                          const boost::json::object& input, Call call, Done done) {
    const std::string name = std::string(service) + " " + std::string(operation_name);
    const auto entry = services_.find(service);
    const Operation* operation =
        entry != services_.end() ? find_operation(*entry->second.model, operation_name) : nullptr;
    if (operation == nullptr) return done(mistake("there is no operation " + name));
    if (operation->run == nullptr) return done(mistake(name + " is streamed"));
    call.head = &empty_head();
    auto exchange = std::make_shared<Exchange>(*operation, std::move(call), std::move(done), log_);
    wire::MissingMembers missing;
    const auto problems =
        from_json(input, operation->input(), exchange->input.get(), JsonOptions{}, &missing);
    if (!problems.empty()) {
        return exchange->fail(
            mistake(name + ": " + problems.front().path + ": " + problems.front().message));
    }
    auto wrong = validator_.check(operation->input(), exchange->input.get(), missing);
    if (wrong.has_value()) {
        return exchange->fail(
            Fault(std::string(entry->second.model->validation_code), std::move(*wrong)));
    }
    operation->run(entry->second.service, exchange->call, exchange->input.get(), exchange);
}

const ResourceType* InternalClient::find_resource_type(std::string_view name) const {
    const auto found = types_.find(name);
    return found != types_.end() ? found->second : nullptr;
}

std::vector<const ResourceType*> InternalClient::resource_types() const {
    std::vector<const ResourceType*> types;
    for (const auto& [name, type] : types_) {
        types.push_back(type);
    }
    return types;
}

}  // namespace aws
