#include "mcp/server.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "mcp/stdio_transport.h"
#include "mcp/testing.h"

namespace mcp {
namespace {

namespace json = boost::json;
using testing::Bench;
using testing::code_of;
using testing::result_of;

struct Input {
    std::int64_t count = 1;
    static constexpr auto members() {
        return std::tuple{member("count", &Input::count, {.min = 1, .max = 5})};
    }
};
struct Output {
    std::int64_t count = 0;
    std::optional<std::string> note;
    static constexpr auto members() {
        return std::tuple{member("count", &Output::count), member("note", &Output::note)};
    }
};

void run_echo(Context&, Input& input, ToolAnswer<Output> answer) {
    answer({input.count, std::nullopt}, "counted", {{"query://1/results.csv", "results.csv"}});
}
constinit const Tool echo = tool<&run_echo>("echo", {.title = "Echo", .description = "Echoes."});

void run_drop(Context&, Input&, ToolAnswer<Output>) {}
constinit const Tool drop = tool<&run_drop>("drop", {.description = "Forgets to answer."});

// Waits until it is cancelled or a second has passed, and reports on the way.
void run_slow(Context& context, const json::object&, RawAnswer answer) {
    auto held = std::make_shared<std::optional<RawAnswer>>(std::move(answer));
    const auto give = [held](const char* text) {
        if (!*held) return;
        RawAnswer taken = std::move(**held);
        held->reset();
        taken(tool_failure(text));
    };
    context.progress(1, 3, "begun");
    context.progress(1, 3, "not more than before");
    context.progress(2, 3, "");
    context.when_cancelled([give] { give("cancelled"); });
    context.executor().after(1000, [give] { give("done"); });
}
const Tool slow = [] {
    Tool made;
    made.name = "slow";
    made.options.description = "Takes a second.";
    made.run_raw = run_slow;
    return made;
}();

void run_ask(Context& context, const json::object&, RawAnswer answer) {
    auto held = std::make_shared<RawAnswer>(std::move(answer));
    context.ask_client("sampling/createMessage", {}, [held](std::optional<json::object> result) {
        (*held)(tool_failure(result ? json::serialize(*result) : "nothing"));
    });
}
const Tool asking = [] {
    Tool made;
    made.name = "asking";
    made.run_raw = run_ask;
    return made;
}();

void read_doc(Context&, ResourceAnswer answer) {
    const std::string uri = answer.uri();
    answer({{uri, "text/plain", "text"}});
}
constinit const Resource doc = {"docs://a", "a", {}, read_doc};

void read_item(Context&, const Variables& variables, ResourceAnswer answer) {
    const std::string uri = answer.uri();
    answer({{uri, "text/plain", variables.at("id")}});
}
void list_items(Context&, const std::string& from, ListAnswer answer) {
    if (from.empty()) return answer({{"item://1", "1"}}, "2");
    answer({{"item://2", "2"}}, "");
}
constinit const ResourceTemplate items = {"item://{id}", "item", {}, read_item, list_items};

Catalog catalog() {
    Catalog made;
    made.tools = {&echo, &drop, &slow, &asking};
    made.resources = {&doc};
    made.templates = {&items};
    made.instructions = "be careful";
    made.lists_change = true;
    made.resources_change = true;
    return made;
}

json::object call(const char* name, json::object arguments = {}) {
    return {{"name", name}, {"arguments", std::move(arguments)}};
}

std::string text_of(const json::object& result) {
    return std::string(result.at("content").at(0).at("text").as_string());
}

TEST(Server, TellsAboutItself) {
    Bench bench(catalog());
    const json::object found = result_of(*bench.ask("server/discover"));
    EXPECT_EQ(found.at("supportedVersions").at(0).as_string(), stateless_version);
    EXPECT_EQ(found.at("instructions"), "be careful");
    EXPECT_EQ(found.at("resultType"), "complete");
    EXPECT_EQ(found.at("_meta").at(meta_key::server_info).at("name"), "datastack");
    const auto session = bench.server.open_session("a");
    const auto init = [&](const char* version) {
        return result_of(*bench.ask(session, "initialize", {{"protocolVersion", version}}))
            .at("protocolVersion");
    };
    EXPECT_EQ(init("2025-06-18"), "2025-06-18");
    EXPECT_EQ(init("2026-07-28"), "2025-11-25");
    EXPECT_EQ(init("nonsense"), "2025-11-25");
    EXPECT_EQ(code_of(*bench.ask(session, "initialize", {{"protocolVersion", 1}})),
              error_code::invalid_params);
}

TEST(Server, KeepsTheErasApart) {
    Bench bench(catalog());
    const auto session = bench.open();
    EXPECT_EQ(code_of(*bench.ask("ping")), error_code::method_not_found);
    EXPECT_EQ(bench.ask("ping")->status, 404);
    EXPECT_EQ(code_of(*bench.ask(session, "server/discover")), error_code::method_not_found);
    EXPECT_EQ(bench.ask(session, "server/discover")->status, 200);
    EXPECT_FALSE(result_of(*bench.ask(session, "tools/list")).contains("resultType"));
    const json::object list = result_of(*bench.ask("tools/list"));
    EXPECT_TRUE(list.at("ttlMs").is_int64());
    EXPECT_EQ(list.at("cacheScope"), "public");
    EXPECT_EQ(code_of(*bench.ask("resources/read", {{"uri", "docs://none"}})),
              error_code::invalid_params);
    EXPECT_EQ(code_of(*bench.ask(session, "resources/read", {{"uri", "docs://none"}})),
              error_code::resource_not_found_old);
}

TEST(Server, CallsTools) {
    Bench bench(catalog());
    const json::object good = result_of(*bench.ask("tools/call", call("echo", {{"count", 3}})));
    EXPECT_EQ(json::serialize(good.at("structuredContent")), R"({"count":3,"note":null})");
    EXPECT_EQ(good.at("content").at(1).at("type"), "resource_link");
    // no arguments are empty arguments
    EXPECT_EQ(
        result_of(*bench.ask("tools/call", {{"name", "echo"}})).at("structuredContent").at("count"),
        1);
    const json::object bad = result_of(*bench.ask("tools/call", call("echo", {{"count", 9}})));
    EXPECT_EQ(bad.at("isError"), json::value(true));
    EXPECT_NE(text_of(bad).find("count"), std::string::npos);
    EXPECT_EQ(code_of(*bench.ask("tools/call", call("none"))), error_code::invalid_params);
    EXPECT_EQ(code_of(*bench.ask("tools/call", {{"name", "echo"}, {"arguments", "x"}})),
              error_code::invalid_params);
    EXPECT_EQ(code_of(*bench.ask("tools/call", call("drop"))), error_code::internal_error);
    EXPECT_EQ(bench.server.call_count(), 0U);
}

TEST(Server, ReportsProgressThatOnlyGrows) {
    Bench bench(catalog());
    json::object params = call("slow");
    params["_meta"] = json::object{{"progressToken", "t"}};
    const auto outlet = bench.ask("tools/call", params);
    bench.executor.run_for_ms(1000);
    EXPECT_EQ(text_of(result_of(*outlet)), "done");
    ASSERT_EQ(outlet->sent.size(), 2U);
    EXPECT_EQ(outlet->sent[0].at("params").at("progressToken"), "t");
    EXPECT_EQ(outlet->sent[1].at("params").at("progress"), 2.0);
    EXPECT_TRUE(bench.ask("tools/call", call("slow"))->sent.empty());
    bench.executor.run_for_ms(1000);
}

TEST(Server, ClientsThatLeaveCancel) {
    Bench bench(catalog());
    const auto outlet = bench.ask("tools/call", call("slow"));
    EXPECT_EQ(bench.server.call_count(), 1U);
    outlet->go();
    bench.executor.run_until_idle();
    EXPECT_TRUE(outlet->ended);
    EXPECT_EQ(bench.server.call_count(), 0U);
}

TEST(Server, NotificationsCancelInASession) {
    Bench bench(catalog());
    const auto session = bench.open();
    const auto cancel = [&](json::value id, const std::shared_ptr<Session>& where) {
        Message message;
        message.kind = Message::Kind::notification;
        message.method = "notifications/cancelled";
        message.params["requestId"] = std::move(id);
        bench.server.notified(where, message);
        bench.executor.run_until_idle();
    };
    const auto outlet = bench.ask(session, "tools/call", call("slow"), 7);
    cancel("7", session);     // another id
    cancel(7, bench.open());  // another session
    cancel(json::array(), session);
    EXPECT_EQ(bench.server.call_count(), 1U);
    // the id is taken as long as it runs
    EXPECT_EQ(code_of(*bench.ask(session, "ping", {}, 7)), error_code::invalid_request);
    cancel(7, session);
    EXPECT_EQ(bench.server.call_count(), 0U);
    EXPECT_TRUE(outlet->ended);
    EXPECT_EQ(code_of(*bench.ask(session, "ping", {}, 7)), 0);
}

TEST(Server, CursorsAreSealedForTheirCaller) {
    Bench bench(catalog(), {.page_entries_max = 2});
    const json::object first = result_of(*bench.ask("tools/list"));
    EXPECT_EQ(first.at("tools").as_array().size(), 2U);
    const json::value cursor = first.at("nextCursor");
    const json::object second = result_of(*bench.ask("tools/list", {{"cursor", cursor}}));
    EXPECT_EQ(second.at("tools").at(0).at("name"), "slow");
    EXPECT_FALSE(second.contains("nextCursor"));
    EXPECT_EQ(code_of(*bench.ask("tools/list", {{"cursor", cursor}}, "b")),
              error_code::invalid_params);
    EXPECT_EQ(code_of(*bench.ask("prompts/list", {{"cursor", cursor}})),
              error_code::invalid_params);
    std::string forged(cursor.as_string());
    forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
    for (const json::value& wrong :
         {json::value(forged), json::value(""), json::value(1), json::value(nullptr)}) {
        EXPECT_EQ(code_of(*bench.ask("tools/list", {{"cursor", wrong}})),
                  error_code::invalid_params);
    }
}

TEST(Server, ListsResourcesOfTemplatesPageByPage) {
    Bench bench(catalog());
    const json::object first = result_of(*bench.ask("resources/list"));
    EXPECT_EQ(first.at("resources").as_array().size(), 2U);
    EXPECT_EQ(first.at("cacheScope"), "private");
    const json::object second =
        result_of(*bench.ask("resources/list", {{"cursor", first.at("nextCursor")}}));
    EXPECT_EQ(second.at("resources").at(0).at("uri"), "item://2");
    EXPECT_FALSE(second.contains("nextCursor"));
    const json::object read = result_of(*bench.ask("resources/read", {{"uri", "item://x%20y"}}));
    EXPECT_EQ(read.at("contents").at(0).at("text"), "x y");
}

TEST(Server, CompletesOnlyArgumentsThatThereAre) {
    Bench bench(catalog());
    const auto complete = [&](const char* uri, const char* name) {
        return bench.ask("completion/complete",
                         {{"ref", json::object{{"type", "ref/resource"}, {"uri", uri}}},
                          {"argument", json::object{{"name", name}, {"value", ""}}}});
    };
    EXPECT_EQ(json::serialize(result_of(*complete("item://{id}", "id")).at("completion")),
              R"({"values":[],"hasMore":false,"total":0})");
    EXPECT_EQ(code_of(*complete("item://{id}", "other")), error_code::invalid_params);
    EXPECT_EQ(code_of(*complete("item://{nothing}", "id")), error_code::invalid_params);
}

TEST(Server, ListenStreamsGetWhatTheyAskedFor) {
    Bench bench(catalog(), {.subscriptions_max = 2});
    const auto listen = [&](json::object filter) {
        return bench.ask("subscriptions/listen", {{"notifications", std::move(filter)}});
    };
    const auto tools = listen({{"toolsListChanged", true}});
    const auto item = listen({{"resourceSubscriptions", json::array{"item://1", "nothing://"}}});
    EXPECT_EQ(tools->sent.at(0).at("method"), "notifications/subscriptions/acknowledged");
    EXPECT_EQ(item->sent.at(0)
                  .at("params")
                  .at("notifications")
                  .at("resourceSubscriptions")
                  .as_array()
                  .size(),
              1U);
    const auto third = listen({{"toolsListChanged", true}});
    EXPECT_EQ(third->status, 503);
    bench.server.notify_all("notifications/tools/list_changed", {});
    bench.server.notify_all("notifications/resources/updated", {{"uri", "item://1"}});
    bench.server.notify_all("notifications/resources/updated", {{"uri", "item://2"}});
    ASSERT_EQ(tools->sent.size(), 2U);
    ASSERT_EQ(item->sent.size(), 2U);
    EXPECT_EQ(item->sent[1].at("params").at("_meta").at(meta_key::subscription_id), 1);
    tools->go();
    bench.executor.run_until_idle();
    EXPECT_EQ(bench.server.subscription_count(), 1U);
    bench.server.stop();
    EXPECT_EQ(item->responses.size(), 1U);
    EXPECT_EQ(bench.server.call_count(), 0U);
}

TEST(Server, RefusesTooManyAtOnce) {
    Bench bench(catalog(), {.calls_max = 2});
    const auto first = bench.ask("tools/call", call("slow"));
    const auto second = bench.ask("tools/call", call("slow"));
    EXPECT_EQ(bench.ask("tools/list")->status, 503);
    bench.executor.run_for_ms(1000);
    EXPECT_EQ(bench.ask("tools/list")->status, 200);
}

TEST(Server, SessionsEndByNeedAndByAge) {
    Bench bench(catalog(), {.sessions_max = 2});
    const auto first = bench.open();
    bench.clock.advance_ms(1);
    const auto second = bench.open();
    EXPECT_EQ(bench.server.find_session(first->id(), "b"), nullptr);
    const auto busy = bench.ask(first, "tools/call", call("slow"));
    const auto third = bench.server.open_session("a");  // the idle one goes
    EXPECT_NE(bench.server.find_session(first->id(), "a"), nullptr);
    EXPECT_EQ(bench.server.find_session(second->id(), "a"), nullptr);
    const auto also_busy = bench.ask(third, "tools/call", call("slow"), 2);
    EXPECT_EQ(bench.server.open_session("a"), nullptr);
    bench.executor.run_for_ms(1000);
    bench.clock.advance_ms(4'000'000);
    EXPECT_NE(bench.server.open_session("a"), nullptr);
    EXPECT_EQ(bench.server.session_count(), 1U);
}

TEST(Server, AsksTheClientOnlyWhatItCan) {
    Bench bench(catalog());
    const auto mute = bench.open();
    EXPECT_EQ(text_of(result_of(*bench.ask(mute, "tools/call", call("asking")))), "nothing");
    EXPECT_EQ(text_of(result_of(*bench.ask("tools/call", call("asking")))), "nothing");
    const auto session = bench.open({{"sampling", json::object()}});
    const auto outlet = bench.ask(session, "tools/call", call("asking"));
    ASSERT_EQ(outlet->sent.size(), 1U);
    Message reply;
    reply.kind = Message::Kind::response;
    reply.id = outlet->sent[0].at("id");
    reply.result = json::object{{"a", 1}};
    EXPECT_FALSE(bench.server.answered(*mute, reply));
    EXPECT_TRUE(bench.server.answered(*session, reply));
    EXPECT_FALSE(bench.server.answered(*session, reply));
    EXPECT_EQ(text_of(result_of(*outlet)), R"({"a":1})");
    // and gives up
    const auto unanswered = bench.ask(session, "tools/call", call("asking"));
    bench.executor.run_for_ms(Call::question_timeout_ms);
    EXPECT_EQ(text_of(result_of(*unanswered)), "nothing");
}

TEST(Session, HasLimits) {
    Session session("s", "a");
    for (std::size_t i = 0; i < Session::subscriptions_max; ++i)
        EXPECT_TRUE(session.subscribe(std::to_string(i)));
    EXPECT_FALSE(session.subscribe("one more"));
    EXPECT_TRUE(session.subscribe("0"));
    int given_up = 0;
    for (std::size_t i = 0; i <= Session::questions_max; ++i) {
        Context::ClientDone done = [&](std::optional<json::object>) { ++given_up; };
        EXPECT_EQ(session.ask(done).empty(), i == Session::questions_max);
    }
    session.close();
    EXPECT_EQ(given_up, static_cast<int>(Session::questions_max));
}

TEST(Stdio, OneMessageALine) {
    Bench bench(catalog());
    std::vector<std::string> lines;
    bool readable = true;
    StdioTransport transport(bench.server, [&](std::string_view line) {
        lines.emplace_back(line);
        return readable;
    });
    const auto send = [&](std::string_view text) {
        lines.clear();
        // in pieces, as a pipe may give them
        for (std::size_t at = 0; at < text.size(); at += 7)
            transport.receive(text.substr(at, 7));
        bench.executor.run_until_idle();
        return lines.size();
    };
    EXPECT_EQ(send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n\n \n"), 1U);
    EXPECT_EQ(lines[0], "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
    EXPECT_EQ(send("nonsense\n"), 1U);
    EXPECT_NE(lines[0].find("-32700"), std::string::npos);
    EXPECT_EQ(send("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"server/discover\"}\n"), 1U);
    EXPECT_NE(lines[0].find("-32602"), std::string::npos);
    EXPECT_EQ(send("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":[]}\n"), 0U);
    // a line that is too long is one error, and the next line is read
    lines.clear();
    transport.receive(std::string(message_bytes_max, 'x'));
    EXPECT_TRUE(lines.empty());
    transport.receive(std::string(message_bytes_max, 'x') + "\n");
    EXPECT_EQ(lines.size(), 1U);
    EXPECT_EQ(send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n"), 1U);
    // the end cancels what runs
    send(
        "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/"
        "call\",\"params\":{\"name\":\"slow\"}}\n");
    EXPECT_EQ(bench.server.call_count(), 1U);
    transport.close();
    bench.executor.run_until_idle();
    EXPECT_EQ(bench.server.call_count(), 0U);
    EXPECT_EQ(bench.server.session_count(), 0U);
}

}  // namespace
}  // namespace mcp
