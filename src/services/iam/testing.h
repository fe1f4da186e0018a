// IAM over a store in memory and a stepped clock, called through the wire.
#pragma once

#include <gtest/gtest.h>

#include "aws/testing.h"
#include "services/iam/iam.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "wire/uri.h"

namespace iam {

inline constexpr const char* trust_lambda =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
    R"({"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
inline constexpr const char* allow_puts =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kinesis:Put*","Resource":"*"}})";

class IamTest : public testing::Test {
  protected:
    using Parameters = std::vector<std::pair<std::string, std::string>>;

    IamTest() { start(); }
    ~IamTest() override { stop(); }

    void start() {
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, files_, executor_, log_);
        ASSERT_TRUE(opened.has_value());
        store_ = std::move(opened.value());
        iam_ = std::make_unique<Iam>(*store_, clock_, random_);
        harness_ = std::make_unique<aws::testing::Harness>(model, iam_.get());
    }
    void stop() {
        executor_.drop_all();
        harness_.reset();
        iam_.reset();
        store_.reset();
    }
    void restart() {
        stop();
        start();
    }

    aws::testing::Answer call(const std::string& action, const Parameters& parameters) {
        std::string form = "Action=" + action + "&Version=2010-05-08";
        for (const auto& [name, value] : parameters)
            form += "&" + name + "=" + wire::percent_encode(value);
        return harness_->query(form);
    }
    // "" for a 200, otherwise "Code: message".
    std::string outcome(const std::string& action, const Parameters& parameters) {
        const auto answer = call(action, parameters);
        if (answer.status == 200) return "";
        return answer.error_code() + ": " + element(answer, "Message");
    }
    // The text of the first element of that name, with XML's entities undone.
    static std::string element(const aws::testing::Answer& answer, const std::string& name) {
        const auto all = elements(answer, name);
        return all.empty() ? "" : all.front();
    }
    static std::vector<std::string> elements(const aws::testing::Answer& answer,
                                             const std::string& name) {
        std::vector<std::string> found;
        const std::string open = "<" + name + ">";
        for (auto at = answer.body.find(open); at != std::string::npos;
             at = answer.body.find(open, at + 1)) {
            const auto begin = at + open.size();
            std::string text =
                answer.body.substr(begin, answer.body.find("</" + name + ">", begin) - begin);
            for (const auto& [entity, character] : std::vector<std::pair<std::string, std::string>>{
                     {"&quot;", "\""}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}) {
                for (auto i = text.find(entity); i != std::string::npos; i = text.find(entity, i)) {
                    text.replace(i, entity.size(), character);
                    i += character.size();
                }
            }
            found.push_back(std::move(text));
        }
        return found;
    }
    std::string make_role(const std::string& name, const Parameters& more = {}) {
        Parameters parameters = {{"RoleName", name}, {"AssumeRolePolicyDocument", trust_lambda}};
        parameters.insert(parameters.end(), more.begin(), more.end());
        return outcome("CreateRole", parameters);
    }
    std::string make_policy(const std::string& name, const Parameters& more = {}) {
        Parameters parameters = {{"PolicyName", name}, {"PolicyDocument", allow_puts}};
        parameters.insert(parameters.end(), more.begin(), more.end());
        return outcome("CreatePolicy", parameters);
    }
    static std::string arn(const std::string& policy) {
        return "arn:aws:iam::000000000000:policy/" + policy;
    }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::SeededRandom random_{1};
    sim::RecordingLog log_;
    sim::CrashFileSystem files_{nullptr, false};
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<Iam> iam_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

}  // namespace iam
