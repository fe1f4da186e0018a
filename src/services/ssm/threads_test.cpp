// Several clients write one parameter at once: each makes a version of its own, none is lost.
#include <set>
#include <thread>

#include "services/ssm/testing.h"

namespace ssm {
namespace {

class SsmThreads : public SsmTest {};

TEST_F(SsmThreads, OverwritesMakeAVersionEach) {
    EXPECT_EQ(put("p", "0"), "");
    constexpr int threads = 4;
    constexpr int rounds = 10;
    std::array<std::set<std::string>, threads> versions;
    {
        std::vector<std::jthread> writers;
        for (int i = 0; i < threads; ++i) {
            writers.emplace_back([&, i] {
                aws::testing::Harness harness(model, ssm_.get());
                for (int round = 0; round < rounds; ++round) {
                    const auto answer = harness.json(
                        "PutParameter", name_body("p", R"(,"Value":"v","Overwrite":true)"));
                    versions[static_cast<std::size_t>(i)].insert(answer.at("Version"));
                }
            });
        }
    }
    std::set<std::string> all;
    for (const auto& some : versions)
        all.insert(some.begin(), some.end());
    EXPECT_EQ(all.size(), static_cast<std::size_t>(threads * rounds));
    EXPECT_EQ(call("GetParameter", name_body("p")).at("Parameter.Version"),
              std::to_string(threads * rounds + 1));
}

TEST_F(SsmThreads, OnlyOneMakesAParameter) {
    constexpr int threads = 8;
    std::array<int, threads> status{};
    {
        std::vector<std::jthread> writers;
        for (int& one : status) {
            writers.emplace_back([&] {
                aws::testing::Harness harness(model, ssm_.get());
                one = harness
                          .json("PutParameter", name_body("new", R"(,"Value":"v","Type":"String")"))
                          .status;
            });
        }
    }
    EXPECT_EQ(std::count(status.begin(), status.end(), 200), 1);
    EXPECT_EQ(std::count(status.begin(), status.end(), 400), threads - 1);
}

}  // namespace
}  // namespace ssm
