#include "mcp/testing.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace mcp::testing {

namespace json = boost::json;

bool RecordingOutlet::send(const json::object& message) {
    if (readable) sent.push_back(message);
    return readable;
}

void RecordingOutlet::finish(const json::object& response, int http_status) {
    responses.push_back(response);
    status = http_status;
}

void RecordingOutlet::go() {
    readable = false;
    for (base::Task& task : std::exchange(gone_tasks, {}))
        task();
}

void NoBackend::call(std::string_view, std::string_view, json::object, Done done) {
    done(aws::Fault("ServiceUnavailable", "none", 503));
}
void NoBackend::read_object(std::string, std::string, std::uint64_t, std::uint64_t, ReadDone done) {
    done(aws::Fault("ServiceUnavailable", "none", 503));
}

Bench::Bench(Catalog catalog, ServerOptions options, Backend* services)
    : server(std::move(options),
             {services != nullptr ? *services : backend, clock, executor, random, log, metrics,
              "0123456789abcdef0123456789abcdef"},
             std::move(catalog)) {}

std::shared_ptr<RecordingOutlet> Bench::ask(std::string_view method, json::object params,
                                            std::string caller) {
    json::value& meta = params["_meta"];
    if (!meta.is_object()) meta.emplace_object();
    meta.get_object()[meta_key::protocol_version] = stateless_version;
    if (!meta.get_object().contains(meta_key::client_capabilities)) {
        meta.get_object()[meta_key::client_capabilities] = json::object();
    }
    Message message;
    message.id = 1;
    message.method = method;
    message.params = std::move(params);
    auto outlet = std::make_shared<RecordingOutlet>();
    server.run({std::move(message), Era::stateless, nullptr, std::move(caller)}, outlet);
    executor.run_until_idle();
    return outlet;
}

std::shared_ptr<RecordingOutlet> Bench::ask(const std::shared_ptr<Session>& session,
                                            std::string_view method, json::object params,
                                            json::value id) {
    Message message;
    message.id = std::move(id);
    message.method = method;
    message.params = std::move(params);
    auto outlet = std::make_shared<RecordingOutlet>();
    server.run({std::move(message), Era::session, session, "a"}, outlet);
    executor.run_until_idle();
    return outlet;
}

std::shared_ptr<Session> Bench::open(json::object capabilities) {
    auto session = server.open_session("a");
    EXPECT_NE(session, nullptr);
    ask(session, "initialize",
        {{"protocolVersion", "2025-11-25"}, {"capabilities", std::move(capabilities)}});
    return session;
}

json::object result_of(const RecordingOutlet& outlet) {
    if (outlet.responses.size() != 1) {
        ADD_FAILURE() << outlet.responses.size() << " responses";
        return {};
    }
    const json::object* result = find_object(outlet.responses[0], "result");
    if (result == nullptr) ADD_FAILURE() << json::serialize(outlet.responses[0]);
    return result != nullptr ? *result : json::object();
}

int code_of(const RecordingOutlet& outlet) {
    if (outlet.responses.size() != 1) return 0;
    const json::object* error = find_object(outlet.responses[0], "error");
    return error != nullptr ? static_cast<int>(error->at("code").as_int64()) : 0;
}

}  // namespace mcp::testing
