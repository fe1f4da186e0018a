#include "mcp/jwt_authorization.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "mcp/token_testing.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/virtual_clock.h"

namespace {

namespace json = boost::json;
using mcp::JwtAuthorization;
using mcp::testing::Issuer;
using mcp::testing::key_set;

class JwtAuthorizationTest : public ::testing::Test {
  protected:
    mcp::KeySource source() {
        return [this](const std::atomic<bool>&) -> base::Result<std::string> {
            ++readings_;
            if (keys_.empty()) return base::Error{base::ErrorKind::unavailable, "down", ""};
            return keys_;
        };
    }
    std::string token(const Issuer& issuer, const std::string& subject = "ann") const {
        return issuer.sign({{"iss", "https://issuer.example"},
                            {"aud", "https://here.example/mcp"},
                            {"sub", subject},
                            {"exp", clock_.now().ms / 1000 + 200'000}});
    }
    static wire::RequestHead head(const std::string& authorization,
                                  const std::string& host = "here.example") {
        wire::RequestHead out;
        out.headers.add("Host", host);
        if (!authorization.empty()) out.headers.add("Authorization", authorization);
        return out;
    }
    // What a transport does: wait if need be, then ask. "" is a refusal.
    std::string caller(const std::string& text) {
        const wire::RequestHead request = head("Bearer " + text);
        base::Task then = [this] { ++resumed_; };
        waited_ = authorization_.must_wait(request, "10.0.0.1:50312", then);
        executor_.run_until_idle();
        auto found = authorization_.caller_of(request);
        reason_ = found ? "" : found.error().message;
        return found ? found.value() : "";
    }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::RecordingLog log_;
    const Issuer first_ = Issuer::ec("k1");
    const Issuer second_ = Issuer::ec("k2");
    std::string keys_ = key_set({&first_});
    int readings_ = 0;
    int resumed_ = 0;
    bool waited_ = false;
    std::string reason_;
    JwtAuthorization authorization_{{{"https://issuer.example", "https://here.example/mcp"}, ""},
                                    source(),
                                    clock_,
                                    executor_,
                                    log_};
};

TEST_F(JwtAuthorizationTest, TheFirstTokenWaitsForTheKeys) {
    EXPECT_EQ(caller(token(first_)), "jwt:ann");
    EXPECT_TRUE(waited_);
    EXPECT_EQ(resumed_, 1);
    EXPECT_EQ(caller(token(first_, "bob")), "jwt:bob");
    EXPECT_FALSE(waited_);
    EXPECT_EQ(readings_, 1);
}

TEST_F(JwtAuthorizationTest, RotatedKeysAreReadAtMostOnceInAWhile) {
    EXPECT_EQ(caller(token(first_)), "jwt:ann");
    keys_ = key_set({&second_});
    EXPECT_EQ(caller(token(second_)), "");
    EXPECT_FALSE(waited_);  // read just now
    EXPECT_EQ(reason_, "the token is not signed by the issuer");
    clock_.advance_ms(JwtAuthorization::refetch_ms);
    EXPECT_EQ(caller(token(second_)), "jwt:ann");
    EXPECT_TRUE(waited_);
    EXPECT_EQ(readings_, 2);
    EXPECT_EQ(caller(token(first_)), "");  // it is gone
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(caller(token(Issuer::ec("made up"))), "");
    EXPECT_EQ(readings_, 2);
}

TEST_F(JwtAuthorizationTest, NonsenseReadsNothing) {
    for (const std::string& text : {std::string(), std::string("x"), std::string("a.b.c"),
                                    first_.sign({{"iss", "https://other"}})}) {
        EXPECT_EQ(caller(text), "");
        EXPECT_FALSE(waited_);
    }
    const wire::RequestHead none = head("");
    base::Task then = [] {};
    EXPECT_FALSE(authorization_.must_wait(none, "10.0.0.1:50312", then));
    EXPECT_EQ(authorization_.caller_of(none).error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(authorization_.caller_of(head("Basic YTpi")).error().kind,
              base::ErrorKind::not_found);
    EXPECT_EQ(readings_, 0);
}

TEST_F(JwtAuthorizationTest, ASourceThatIsDown) {
    EXPECT_EQ(caller(token(first_)), "jwt:ann");
    keys_ = "";
    // In the background, and with the old keys, for a day.
    clock_.advance_ms(JwtAuthorization::refresh_ms);
    EXPECT_EQ(caller(token(first_)), "jwt:ann");
    EXPECT_FALSE(waited_);
    EXPECT_EQ(readings_, 2);
    clock_.advance_ms(JwtAuthorization::keys_age_ms_max - JwtAuthorization::refresh_ms);
    EXPECT_EQ(caller(token(first_)), "");
    EXPECT_TRUE(waited_);
    EXPECT_EQ(reason_, "the keys of the issuer cannot be read now");
    keys_ = key_set({&first_});
    clock_.advance_ms(JwtAuthorization::refetch_ms);
    EXPECT_EQ(caller(token(first_)), "jwt:ann");
}

TEST_F(JwtAuthorizationTest, SoManyMayWait) {
    const wire::RequestHead request = head("Bearer " + token(first_));
    int resumed = 0;
    int next = 1;
    const auto waits = [&](std::size_t peer) {
        base::Task then = [&resumed] { ++resumed; };
        return authorization_.must_wait(
            request, "10.0.0." + std::to_string(peer) + ":1" + std::to_string(next++), then);
    };
    for (std::size_t i = 0; i < JwtAuthorization::waiting_max; ++i)
        EXPECT_TRUE(waits(i / JwtAuthorization::waiting_of_peer_max));
    EXPECT_FALSE(waits(200));
    executor_.run_until_idle();
    EXPECT_EQ(resumed, static_cast<int>(JwtAuthorization::waiting_max));
    EXPECT_EQ(readings_, 1);
}

// The issuer has a new key, and somebody sends tokens of keys that there are none of.
TEST_F(JwtAuthorizationTest, MadeUpKeysLeaveRoomForAGenuineClient) {
    EXPECT_EQ(caller(token(first_)), "jwt:ann");
    keys_ = key_set({&second_});
    clock_.advance_ms(JwtAuthorization::refetch_ms);
    std::size_t waiting = 0;
    for (std::size_t i = 0; i < JwtAuthorization::waiting_max; ++i) {
        const Issuer made_up = Issuer::ec("made up " + std::to_string(i));
        base::Task then = [] {};
        if (authorization_.must_wait(head("Bearer " + token(made_up)), "10.0.0.66:50312", then))
            ++waiting;
    }
    EXPECT_EQ(waiting, JwtAuthorization::waiting_of_peer_max);
    EXPECT_EQ(caller(token(second_)), "jwt:ann");
    EXPECT_TRUE(waited_);
    EXPECT_EQ(resumed_, 2);
    // Read just now: nobody waits for the next reading.
    base::Task then = [] {};
    EXPECT_FALSE(authorization_.must_wait(head("Bearer " + token(Issuer::ec("made up"))),
                                          "10.0.0.67:50312", then));
}

TEST_F(JwtAuthorizationTest, NobodyWaitsForEver) {
    const wire::RequestHead request = head("Bearer " + token(first_));
    // A reading that never begins; those who wait are answered without it, and later ones wait
    // anew.
    class Lazy final : public base::Executor {
      public:
        explicit Lazy(sim::SeededExecutor& inner) : inner_(inner) {}
        void post(base::Task task) override {
            if (std::exchange(first_, false)) return;
            inner_.post(std::move(task));
        }
        base::TimerId after(std::int64_t delay_ms, base::Task task) override {
            return inner_.after(delay_ms, std::move(task));
        }
        bool cancel(base::TimerId timer) override { return inner_.cancel(timer); }

      private:
        sim::SeededExecutor& inner_;
        bool first_ = true;
    };
    Lazy lazy(executor_);
    const JwtAuthorization slow{
        {{"https://issuer.example", "https://here.example/mcp"}, ""}, source(), clock_, lazy, log_};
    const auto wait = [&] {
        base::Task then = [this] { ++resumed_; };
        EXPECT_TRUE(slow.must_wait(request, "10.0.0.1:50312", then));
    };
    wait();
    executor_.run_for_ms(JwtAuthorization::waiting_ms_max - 1);
    EXPECT_EQ(resumed_, 0);
    wait();
    executor_.run_for_ms(1);
    EXPECT_EQ(resumed_, 2);
    wait();
    executor_.run_for_ms(JwtAuthorization::waiting_ms_max - 1);
    EXPECT_EQ(resumed_, 2);
    executor_.run_for_ms(1);
    EXPECT_EQ(resumed_, 3);
    EXPECT_EQ(slow.caller_of(request).error().message, "the keys of the issuer cannot be read now");
}

TEST_F(JwtAuthorizationTest, AStopDropsWhoWaits) {
    const auto held = std::make_shared<int>(0);
    base::Task then = [held] { ++*held; };
    EXPECT_TRUE(authorization_.must_wait(head("Bearer " + token(first_)), "10.0.0.1:50312", then));
    EXPECT_EQ(held.use_count(), 2);
    authorization_.stop();
    EXPECT_EQ(held.use_count(), 1);
    executor_.run_until_idle();
    EXPECT_EQ(*held, 0);
    EXPECT_FALSE(
        authorization_.must_wait(head("Bearer " + token(second_)), "10.0.0.1:50312", then));
}

TEST_F(JwtAuthorizationTest, MetadataAndChallenge) {
    const base::Error none{base::ErrorKind::not_found, "", ""};
    EXPECT_EQ(authorization_.challenge(head(""), none),
              "Bearer realm=\"datastack\", resource_metadata="
              "\"https://here.example/.well-known/oauth-protected-resource/mcp\"");
    const base::Error wrong{base::ErrorKind::invalid, "the token has expired", ""};
    EXPECT_NE(authorization_.challenge(head(""), wrong)
                  .find("error=\"invalid_token\", error_description=\"the token has expired\""),
              std::string::npos);
    const json::object metadata = json::parse(authorization_.metadata(head(""))).as_object();
    EXPECT_EQ(metadata.at("resource"), "https://here.example/mcp");
    EXPECT_EQ(metadata.at("authorization_servers"), json::array{"https://issuer.example"});
    // An audience that is no URL: by the Host that was asked, unless it is none.
    const JwtAuthorization named{
        {{"https://issuer.example", "api"}, ""}, source(), clock_, executor_, log_};
    const auto resource = [&named](const std::string& host) {
        return std::string(
            json::parse(named.metadata(head("", host))).as_object().at("resource").as_string());
    };
    EXPECT_EQ(resource("localhost:4566"), "http://localhost:4566/mcp");
    EXPECT_EQ(resource("evil\", x=\""), "http://localhost/mcp");
}

TEST(AuthorizationSettings, WhatGoesTogether) {
    sim::VirtualClock clock;
    sim::SeededExecutor executor{1, clock};
    sim::RecordingLog log;
    sim::CrashFileSystem files;
    const auto make = [&](const mcp::AuthorizationSettings& settings) {
        return mcp::make_authorization(settings, {files, clock, executor, log});
    };
    wire::RequestHead request;
    EXPECT_EQ(make({.on = false}).value()->caller_of(request).value(), "anyone");
    EXPECT_FALSE(make({.token = "secret"}).value()->caller_of(request));
    EXPECT_FALSE(make({.token = ""}));
    request.headers.add("Authorization", "bearer secret");
    EXPECT_EQ(make({.token = "secret"}).value()->caller_of(request).value(), "token");
    for (const char* token : {"secre", "secrets", "Secret"}) {
        EXPECT_EQ(make({.token = token}).value()->caller_of(request).error().kind,
                  base::ErrorKind::invalid);
    }
    const mcp::AuthorizationSettings whole{
        .jwks = "/keys.json", .issuer = "https://issuer.example", .audience = "api"};
    EXPECT_TRUE(make(whole));
    auto settings = whole;
    settings.on = false;
    EXPECT_FALSE(make(settings));
    for (std::string mcp::AuthorizationSettings::*member :
         {&mcp::AuthorizationSettings::jwks, &mcp::AuthorizationSettings::issuer,
          &mcp::AuthorizationSettings::audience}) {
        settings = whole;
        settings.*member = "";
        EXPECT_FALSE(make(settings));
    }
    settings = whole;
    settings.resource = "here.example/mcp";
    EXPECT_FALSE(make(settings));
    for (const char* good :
         {"https://issuer.example/keys", "https://issuer.example:8443/k?x=1", "https://[::1]:1/",
          "http://localhost:8080/jwks.json", "http://127.0.0.1:1/k", "relative/keys.json"}) {
        settings = whole;
        settings.jwks = good;
        EXPECT_TRUE(make(settings)) << good;
    }
    for (const char* bad : {"http://issuer.example/keys", "ftp://issuer.example/", "https://",
                            "https://a@b/", "https://a:0/", "https://a:99999/", "https://a:1x/",
                            "https://[::1/", "https://a/\r\nX: y", "http://localhost.evil.example/",
                            "http://127.evil.example/k", "https://a/#f"}) {
        settings = whole;
        settings.jwks = bad;
        EXPECT_FALSE(make(settings)) << bad;
    }
}

TEST(KeySourceTest, AFileIsReadEachTime) {
    sim::CrashFileSystem files;
    const auto source = mcp::make_key_source("/keys.json", files).value();
    const std::atomic<bool> stopped{false};
    EXPECT_FALSE(source(stopped));
    ASSERT_TRUE(base::replace_file(files, "/keys.json", "{}"));
    EXPECT_EQ(source(stopped).value(), "{}");
    ASSERT_TRUE(base::replace_file(files, "/keys.json", std::string(300'000, ' ')));
    EXPECT_FALSE(source(stopped));
}

}  // namespace
