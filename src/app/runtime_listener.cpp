#include "app/runtime_listener.h"

namespace app {

server::BodyPlan RuntimeListener::plan(server::Exchange&) {
    server::BodyPlan plan;
    plan.body_bytes_max = lambda::runtime_body_bytes_max + 1;
    return plan;
}

void RuntimeListener::run(std::shared_ptr<server::Exchange> exchange) {
    api_.handle(exchange->head(), std::move(exchange->body()),
                [exchange](wire::Response response) { exchange->respond(std::move(response)); });
}

std::unique_ptr<wire::BodySink> RuntimeListener::open(std::shared_ptr<server::Exchange>) {
    return nullptr;  // plan() never asks for a stream
}

wire::Response RuntimeListener::refuse(server::Exchange* exchange, server::RefusalReason reason,
                                       int status, const base::Error&) {
    if (exchange != nullptr && reason == server::RefusalReason::body_too_large) {
        // The invocation is over: its caller hears why, from a body of just too many bytes.
        api_.handle(exchange->head(), std::string(lambda::runtime_body_bytes_max + 1, ' '),
                    [](const wire::Response&) {});
    }
    wire::Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = R"({"errorType":"InvalidRequest","errorMessage":"refused"})";
    return response;
}

void RuntimeListener::observe(server::Exchange&, wire::Response&) {}

}  // namespace app
