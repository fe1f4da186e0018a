// Where keys come from: the order, the shared files, what is refused, and keys that end.
#include "credentials.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "profile.h"
#include "sim/virtual_clock.h"
#include "this_machine.h"

namespace client {
namespace {

using base::Error;
using base::ErrorKind;

TEST(Profiles, OneOfAFile) {
    const char* text =
        "# keys\n"
        "[default]\r\n"
        "aws_access_key_id = AKIADEFAULT\r\n"
        "AWS_SECRET_ACCESS_KEY=abc#def ; mine\n"
        "s3 =\n"
        "    max_concurrent_requests = 20\n"
        "nonsense\n"
        "[ other ]\n"
        "aws_access_key_id=AKIAOTHER\n";
    const Profile found = read_profile(text, ProfileFile::credentials, "default");
    EXPECT_EQ(found, (Profile{{"aws_access_key_id", "AKIADEFAULT"},
                              {"aws_secret_access_key", "abc#def"},
                              {"s3", ""}}));
    EXPECT_EQ(read_profile(text, ProfileFile::credentials, "other").at("aws_access_key_id"),
              "AKIAOTHER");
    EXPECT_TRUE(read_profile(text, ProfileFile::credentials, "none").empty());
    EXPECT_TRUE(read_profile("", ProfileFile::credentials, "default").empty());
}

TEST(Profiles, TheConfigFileSaysProfile) {
    const char* text = "[default]\nregion=a\n[profile x]\nregion=b\n[y]\nregion=c\n[profilez]\n";
    EXPECT_EQ(read_profile(text, ProfileFile::config, "default").at("region"), "a");
    EXPECT_EQ(read_profile(text, ProfileFile::config, "x").at("region"), "b");
    EXPECT_TRUE(read_profile(text, ProfileFile::config, "y").empty());
    EXPECT_TRUE(read_profile(text, ProfileFile::config, "z").empty());
}

struct Credentials : ::testing::Test {
    base::Result<AwsEnvironment> find() {
        return find_aws_environment({[this](const std::string& name) {
                                         const auto found = variables.find(name);
                                         return found == variables.end()
                                                    ? std::nullopt
                                                    : std::optional<std::string>(found->second);
                                     },
                                     [this](const std::string& path) {
                                         const auto found = files.find(path);
                                         return found == files.end()
                                                    ? std::nullopt
                                                    : std::optional<std::string>(found->second);
                                     },
                                     clock,
                                     {"athena", "monitoring"},
                                     trust,
                                     "us-west-2"});
    }
    std::string problem() {
        auto found = find();
        return found ? "" : found.error().message;
    }
    std::map<std::string, std::string> variables = {{"AWS_EC2_METADATA_DISABLED", "true"},
                                                    {"HOME", "/home/ann"}};
    std::map<std::string, std::string> files;
    sim::VirtualClock clock;
    bool trust = false;
};

TEST_F(Credentials, NothingAtAllSaysWhatToSet) {
    const std::string text = problem();
    for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_PROFILE", "datastack env"})
        EXPECT_NE(text.find(name), std::string::npos) << text;
}

TEST_F(Credentials, TheEnvironmentBeforeTheProfile) {
    files["/home/ann/.aws/credentials"] =
        "[default]\naws_access_key_id=P\naws_secret_access_key=ps\n[x]\naws_access_key_id=X\n"
        "aws_secret_access_key=xs\naws_session_token=xt\n";
    files["/home/ann/.aws/config"] =
        "[default]\nregion=eu-west-1\n[profile x]\nendpoint_url=http://127.0.0.1:4566\n";
    variables["AWS_ACCESS_KEY_ID"] = "E";
    EXPECT_EQ(problem(), "the environment has no AWS_SECRET_ACCESS_KEY");
    variables["AWS_SECRET_ACCESS_KEY"] = "es";
    auto found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found.value().credentials->get(nullptr).value().access_key_id, "E");
    EXPECT_EQ(found.value().settings.region, "eu-west-1");
    EXPECT_EQ(found.value().settings.endpoint_of("monitoring"),
              "https://monitoring.eu-west-1.amazonaws.com");
    variables.erase("AWS_ACCESS_KEY_ID");
    variables.erase("AWS_SECRET_ACCESS_KEY");
    variables["AWS_PROFILE"] = "x";
    found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found.value().source, "the profile x");
    EXPECT_EQ(found.value().credentials->get(nullptr).value().session_token, "xt");
    EXPECT_FALSE(found.value().credentials->renew());
    EXPECT_EQ(found.value().settings.region, "us-west-2") << "an endpoint has a region of its own";
    EXPECT_EQ(found.value().settings.endpoint_of("athena"), "http://127.0.0.1:4566");
    variables["AWS_ENDPOINT_URL_CLOUDWATCH"] = "http://127.0.0.1:1";
    EXPECT_EQ(find().value().settings.endpoint_of("monitoring"), "http://127.0.0.1:1");
    variables["AWS_ENDPOINT_URL_ATHENA"] = "ftp://x";
    EXPECT_EQ(find().error().kind, ErrorKind::invalid);
}

TEST_F(Credentials, KeysOfTwoFilesAreNotMixed) {
    files["/home/ann/.aws/credentials"] =
        "[default]\naws_access_key_id=C\naws_secret_access_key=cs\n";
    files["/home/ann/.aws/config"] =
        "[default]\naws_access_key_id=F\naws_secret_access_key=fs\naws_session_token=ft\n"
        "region=eu-west-1\nendpoint_url=http://127.0.0.1:4566\n";
    auto found = find();
    ASSERT_TRUE(found);
    auto keys = found.value().credentials->get(nullptr).value();
    EXPECT_EQ(keys.access_key_id, "C");
    EXPECT_EQ(keys.secret_access_key, "cs");
    EXPECT_EQ(keys.session_token, "") << "the other file's, of other keys";
    EXPECT_EQ(found.value().settings.region, "eu-west-1");
    EXPECT_EQ(found.value().settings.endpoint_of("athena"), "http://127.0.0.1:4566");
    files["/home/ann/.aws/credentials"] = "[default]\nregion=eu-west-2\n";
    found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found.value().credentials->get(nullptr).value().session_token, "ft");
    EXPECT_EQ(found.value().settings.region, "eu-west-2");
    // Half a pair is none, whatever the other file has.
    files["/home/ann/.aws/credentials"] = "[default]\naws_access_key_id=C\n";
    EXPECT_FALSE(find());
}

TEST_F(Credentials, AProfileWithoutKeysIsNamed) {
    variables["AWS_PROFILE"] = "sso";
    EXPECT_NE(problem().find("there is no profile 'sso'"), std::string::npos);
    files["/elsewhere"] = "[profile sso]\nsso_start_url = https://x\n";
    variables["AWS_CONFIG_FILE"] = "/elsewhere";
    EXPECT_NE(problem().find("export-credentials --profile sso"), std::string::npos);
}

TEST_F(Credentials, KeysWithoutARegion) {
    variables["AWS_ACCESS_KEY_ID"] = "E";
    variables["AWS_SECRET_ACCESS_KEY"] = "es";
    EXPECT_NE(problem().find("no AWS region. Set AWS_REGION"), std::string::npos);
    variables["AWS_DEFAULT_REGION"] = "cn-north-1";
    EXPECT_EQ(find().value().settings.endpoint_of("athena"),
              "https://athena.cn-north-1.amazonaws.com.cn");
}

TEST_F(Credentials, ContainersAndInstancesAreNotAskedAtTheStart) {
    variables["AWS_REGION"] = "us-east-1";
    variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/x";
    EXPECT_EQ(find().value().source, "the container's role");
    variables.erase("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    variables.erase("AWS_EC2_METADATA_DISABLED");
    trust = true;
    EXPECT_EQ(find().value().source, "the instance's role");
}

TEST_F(Credentials, ContainersMayNotSendUsElsewhere) {
    const auto url_of = [](const char* name, const char* value) {
        auto found = find_container([&](const std::string& asked) {
            return asked == name ? std::optional<std::string>(value) : std::nullopt;
        });
        return found && found.value() ? found.value()->url : "";
    };
    const char* full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    for (const char* good :
         {"http://localhost:80/x", "http://127.0.0.1/x", "http://[::1]:9/", "https://host/x",
          "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1"}) {
        EXPECT_EQ(url_of(full, good), good);
    }
    for (const char* bad : {"http://host/x", "http://169.254.169.254/", "http://localhost.evil/",
                            "http://127.evil.example/", "http://127.0.0.1.evil.example/", "x",
                            "http://127.0.0.1/\r\nX: y"}) {
        EXPECT_EQ(url_of(full, bad), "") << bad;
    }
    const char* relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    EXPECT_EQ(url_of(relative, "/v2/x"), "http://169.254.170.2/v2/x");
    EXPECT_EQ(url_of(relative, "@evil/x"), "");
}

TEST(FetchedKeys, TheirJson) {
    auto found =
        read_credentials(R"({"Code":"Success","AccessKeyId":"A","SecretAccessKey":"S","Token":"T",)"
                         R"("Expiration":"2026-01-01T01:00:00Z"})");
    ASSERT_TRUE(found);
    EXPECT_EQ(found.value().keys.session_token, "T");
    EXPECT_EQ(found.value().ends->ms, 1'767'229'200'000);
    EXPECT_FALSE(read_credentials(R"({"AccessKeyId":"A","SecretAccessKey":"S"})").value().ends);
    for (const char* bad :
         {"", "[]", "{}", R"({"AccessKeyId":"A"})", R"({"AccessKeyId":1,"SecretAccessKey":"S"})",
          R"({"AccessKeyId":"A","SecretAccessKey":"S","Expiration":"soon"})"}) {
        EXPECT_FALSE(read_credentials(bad)) << bad;
    }
    auto code = read_credentials(R"({"Code":"AssumeRoleUnauthorizedAccess"})");
    EXPECT_EQ(code.error().context, "AssumeRoleUnauthorizedAccess");
}

TEST(FetchedKeys, AreFetchedAgainBeforeTheyEnd) {
    sim::VirtualClock clock;
    int fetches = 0;
    bool works = true;
    FetchedCredentials source(
        [&](const std::atomic<bool>*) -> base::Result<TimedCredentials> {
            ++fetches;
            if (!works) return Error{ErrorKind::unavailable, "no route", ""};
            return TimedCredentials{{"A" + std::to_string(fetches), "S", "T"},
                                    base::Timestamp{clock.now().ms + 3'600'000}};
        },
        clock);
    const auto key = [&] { return source.get(nullptr).value().access_key_id; };
    EXPECT_EQ(key(), "A1");
    EXPECT_EQ(key(), "A1");
    clock.advance_ms(3'600'000 - FetchedCredentials::margin_ms - 1);
    EXPECT_EQ(key(), "A1");
    clock.advance_ms(1);
    EXPECT_EQ(key(), "A2");
    // It fails while the old ones still hold: they serve, and it is tried again, but not always.
    works = false;
    clock.advance_ms(3'600'000 - FetchedCredentials::margin_ms);
    EXPECT_EQ(key(), "A2");
    EXPECT_EQ(key(), "A2");
    EXPECT_EQ(fetches, 3);
    clock.advance_ms(FetchedCredentials::pause_ms);
    EXPECT_EQ(key(), "A2");
    EXPECT_EQ(fetches, 4);
    clock.advance_ms(FetchedCredentials::margin_ms);
    EXPECT_EQ(source.get(nullptr).error().message, "no route");
    works = true;
    EXPECT_EQ(source.get(nullptr).error().message, "no route") << "not asked for each call";
    clock.advance_ms(FetchedCredentials::failure_ms);
    EXPECT_EQ(key(), "A6");
    // Refused by a service: others are fetched, once for all who saw it at the same time.
    EXPECT_TRUE(source.renew());
    EXPECT_EQ(key(), "A6");
    clock.advance_ms(FetchedCredentials::pause_ms);
    EXPECT_TRUE(source.renew());
    EXPECT_EQ(key(), "A7");
}

TEST(FetchedKeys, AFailureIsEverybodysWhoWaits) {
    sim::VirtualClock clock;
    std::atomic<int> fetches{0};
    std::atomic<bool> silent{true};
    FetchedCredentials source(
        [&](const std::atomic<bool>*) -> base::Result<TimedCredentials> {
            ++fetches;
            while (silent)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return Error{ErrorKind::unavailable, "timed out", ""};
        },
        clock);
    std::vector<std::future<std::string>> callers;
    for (int i = 0; i < 4; ++i) {
        callers.push_back(
            std::async(std::launch::async, [&] { return source.get(nullptr).error().message; }));
    }
    while (fetches == 0)
        std::this_thread::yield();
    silent = false;
    for (auto& caller : callers)
        EXPECT_EQ(caller.get(), "timed out");
    EXPECT_EQ(fetches, 1) << "not one after another";
}

TEST(FetchedKeys, AStopEndsTheFetchAndTheWaitForIt) {
    sim::VirtualClock clock;
    std::atomic<int> fetches{0};
    std::atomic<bool> stopped{false};
    FetchedCredentials source(
        [&](const std::atomic<bool>* stop) -> base::Result<TimedCredentials> {
            ++fetches;
            if (stop == nullptr) return TimedCredentials{{"A", "S", "T"}, std::nullopt};
            while (!*stop)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return Error{ErrorKind::unavailable, "stopped", ""};
        },
        clock);
    const auto ask = [&](const std::atomic<bool>* stop) {
        return std::async(std::launch::async, [&source, stop] {
            auto keys = source.get(stop);
            return keys ? keys.value().access_key_id : keys.error().message;
        });
    };
    auto first = ask(&stopped);
    while (fetches == 0)
        std::this_thread::yield();
    auto second = ask(&stopped);
    auto last = ask(nullptr);  // that stops a query, and needs keys even now
    stopped = true;
    EXPECT_EQ(first.get(), "stopped");
    EXPECT_EQ(last.get(), "A") << "what was stopped is not everybody's failure";
    const std::string got = second.get();
    EXPECT_TRUE(got == "stopped" || got == "A") << got;
    EXPECT_EQ(fetches, 2);
}

TEST(ThisMachine, ByNumbersNotByPrefixes) {
    for (const char* host : {"localhost", "::1", "127.0.0.1", "127.255.0.9"})
        EXPECT_TRUE(is_this_machine(host)) << host;
    for (const char* host : {"", "127.", "127.1", "127.evil.example", "127.0.0.1.evil.example",
                             "127.0.0.256", "128.0.0.1", "1127.0.0.1", "127.0.0.1 ", "localhost.",
                             "localhost.evil.example", "::2", "0.0.0.0"})
        EXPECT_FALSE(is_this_machine(host)) << host;
    EXPECT_FALSE(is_this_machine(std::string_view("127.0.0.1\0.evil.example", 23)));
    for (const char* listen : {"127.0.0.1:4566", "localhost:0", "[::1]:80"})
        EXPECT_TRUE(is_loopback_address(listen)) << listen;
    for (const char* listen : {"127.box.example:8000", "localhost", "localhostile:80", "0.0.0.0:80",
                               ":80", "[::]:80", "::1:80", "[127.0.0.1]:80", "10.0.0.1:127", ""})
        EXPECT_FALSE(is_loopback_address(listen)) << listen;
}

}  // namespace
}  // namespace client
