// Real threads: a pool of one, which everything must fit into, and a pool of many.
#include <chrono>
#include <thread>

#include "os/clock.h"
#include "os/thread_pool.h"
#include "services/cloudformation/testing.h"
#include "wire/uri.h"

namespace cloudformation {
namespace {

using namespace testing;  // NOLINT: words of testing.h

class Threads : public ::testing::TestWithParam<int> {
  protected:
    Threads() {
        auto meta = meta_store::MetaStore::open({.directory = "/meta"}, files_, pool_, log_);
        EXPECT_TRUE(meta.has_value());
        store_ = std::move(meta.value());
        auto objects = object_store::ObjectStore::open(
            {.directory = "/objects"}, {files_, clock_, random_, pool_, log_, key_, *store_});
        EXPECT_TRUE(objects.has_value());
        objects_ = std::move(objects.value());
        client_.add(fake_model, &world_);
        stacks_ = std::make_unique<CloudFormation>(
            Environment{clock_, random_, pool_, log_, metrics_, *store_, *objects_, client_,
                        functions_, [](std::int64_t) { return wire::sigv4::Credentials{}; }});
        client_.add(model, stacks_.get());
        EXPECT_TRUE(stacks_->start().has_value());
        harness_ = std::make_unique<aws::testing::Harness>(model, stacks_.get());
    }
    ~Threads() override {
        stacks_->stop();
        objects_->stop();
        store_->stop();
        pool_.stop();
    }

    std::string wait(const std::string& name) {
        for (int i = 0; i < 20'000; ++i) {
            const auto answer = harness_->query(
                "Action=DescribeStacks&Version=2010-05-15&StackName=" + wire::percent_encode(name));
            const std::string status = element(answer.body, "StackStatus");
            if (!status.ends_with("_IN_PROGRESS")) return status;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return "too slow";
    }
    std::string act(const std::string& action, const std::string& text = "") {
        const auto answer =
            harness_->query("Action=" + action + "&Version=2010-05-15&StackName=s" +
                            (text.empty() ? "" : "&TemplateBody=" + wire::percent_encode(text)));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return element(answer.body, "StackId");
    }
    static std::string text(const std::string& value) {
        std::string list;
        for (int i = 0; i < 100; ++i) {
            const std::string id = "R" + std::to_string(i);
            list += (i == 0 ? "" : ",") +
                    thing(id, R"("Name":")" + id + R"(","Polls":1,"Value":)" +
                                  (i < 20 ? "\"" + value + "\""
                                          : R"({"Fn::GetAtt":["R)" + std::to_string(i - 20) +
                                                R"(","Value"]})"));
        }
        return R"({"Resources":{)" + list + "}}";
    }

    os::SystemClock clock_;
    os::ThreadPool pool_{static_cast<std::size_t>(GetParam())};
    sim::CrashFileSystem files_{nullptr, false};
    sim::SeededRandom random_{1};
    sim::RecordingLog log_;
    base::Metrics metrics_;
    segment_log::MasterKey key_{"test", std::string(32, 'k')};
    World world_;
    FakeFunctions functions_;
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<object_store::ObjectStore> objects_;
    aws::InternalClient client_{log_};
    std::unique_ptr<CloudFormation> stacks_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

TEST_P(Threads, DeployUpdateAndDelete) {
    const std::string id = act("CreateStack", text("1"));
    EXPECT_EQ(wait("s"), "CREATE_COMPLETE");
    act("UpdateStack", text("2"));
    EXPECT_EQ(wait("s"), "UPDATE_COMPLETE");
    {
        base::MutexLock lock(world_.mutex);
        EXPECT_EQ(world_.things.size(), 100u);
        EXPECT_EQ(world_.things["R99"].value, "2");
    }
    act("DeleteStack");
    EXPECT_EQ(wait(id), "DELETE_COMPLETE");
    base::MutexLock lock(world_.mutex);
    EXPECT_EQ(world_.things.size(), 0u);
}

TEST_P(Threads, StopInTheMiddle) {
    act("CreateStack", text("1"));
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    stacks_->stop();
    stacks_->stop();
}

INSTANTIATE_TEST_SUITE_P(Of, Threads, ::testing::Values(1, 8));

}  // namespace
}  // namespace cloudformation
