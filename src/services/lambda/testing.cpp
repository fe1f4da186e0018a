#include "services/lambda/testing.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "os/network.h"
#include "services/lambda/inline_code.h"
#include "wire/base64.h"

namespace lambda::testing {
namespace {

// build/
std::filesystem::path build_directory() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path();
}

}  // namespace

void KeptLogs::write(const std::string& /*account*/, const std::string& /*region*/,
                     const std::string& group, const std::string& stream,
                     std::vector<ports::LogLine> lines) {
    base::MutexLock lock(mutex_);
    auto& streams = streams_[group];
    if (std::find(streams.begin(), streams.end(), stream) == streams.end()) {
        streams.push_back(stream);
    }
    std::size_t bytes = 0;
    for (const auto& line : lines) {
        text_[group] += line.message;
        bytes += line.message.size();
    }
    largest_batch_bytes_ = std::max(largest_batch_bytes_, bytes);
}

std::string KeptLogs::text(const std::string& group) const {
    base::MutexLock lock(mutex_);
    const auto found = text_.find(group);
    return found == text_.end() ? "" : found->second;
}

std::vector<std::string> KeptLogs::streams(const std::string& group) const {
    base::MutexLock lock(mutex_);
    const auto found = streams_.find(group);
    return found == streams_.end() ? std::vector<std::string>() : found->second;
}

std::size_t KeptLogs::largest_batch_bytes() const {
    base::MutexLock lock(mutex_);
    return largest_batch_bytes_;
}

std::string make_zip(const std::vector<ZipFile>& files) {
    std::string out(64 * 1024, '\0');
    for (const auto& file : files)
        out.resize(out.size() + file.bytes.size() + 4096);
    std::size_t used = 0;
    archive* writer = archive_write_new();
    archive_write_set_format_zip(writer);
    archive_write_open_memory(writer, out.data(), out.size(), &used);
    for (const auto& file : files) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, file.path.c_str());
        archive_entry_set_mode(entry, static_cast<mode_t>(file.mode));
        if (S_ISLNK(file.mode)) {
            archive_entry_set_symlink(entry, file.bytes.c_str());
        } else if (!S_ISDIR(file.mode)) {
            archive_entry_set_size(entry, static_cast<la_int64_t>(file.bytes.size()));
        }
        archive_write_header(writer, entry);
        if (S_ISREG(file.mode)) archive_write_data(writer, file.bytes.data(), file.bytes.size());
        archive_entry_free(entry);
    }
    archive_write_close(writer);
    archive_write_free(writer);
    out.resize(used);
    return out;
}

const std::string& test_function_zip() {
    static const std::string zip = [] {
        const auto path = build_directory() / "functions/function-test-bootstrap.zip";
        std::ifstream file(path, std::ios::binary);
        EXPECT_TRUE(file.good()) << "build the target `functions`: " << path;
        std::ostringstream bytes;
        bytes << file.rdbuf();
        return bytes.str();
    }();
    return zip;
}

// The runtime API behind a real HTTP server, as the app joins them.
class Stage::Listener final : public server::Handler {
  public:
    Listener(RuntimeApi& api, base::Executor& executor, const base::Clock& clock, base::Log& log,
             base::Metrics& metrics)
        : api_(api),
          network_(1),
          server_({.name = "runtime"}, {network_, executor, clock, log, metrics}, *this) {
        const auto port = server_.listen_tcp("127.0.0.1:0");
        EXPECT_TRUE(port.has_value());
        address_ = "127.0.0.1:" + std::to_string(port.has_value() ? port.value() : 0);
    }
    ~Listener() override { server_.stop(0); }
    const std::string& address() const { return address_; }

    server::BodyPlan plan(server::Exchange&) override {
        server::BodyPlan plan;
        plan.body_bytes_max = runtime_body_bytes_max + 1;
        plan.run_on_io_thread = true;
        return plan;
    }
    void run(std::shared_ptr<server::Exchange> exchange) override {
        const auto& head = exchange->head();
        std::string body = std::move(exchange->body());
        api_.handle(head, std::move(body), [exchange](wire::Response response) {
            exchange->respond(std::move(response));
        });
    }
    std::unique_ptr<wire::BodySink> open(std::shared_ptr<server::Exchange>) override {
        return nullptr;
    }
    wire::Response refuse(server::Exchange* exchange, server::RefusalReason reason, int status,
                          const base::Error&) override {
        if (exchange != nullptr && reason == server::RefusalReason::body_too_large) {
            api_.handle(exchange->head(), std::string(runtime_body_bytes_max + 1, ' '),
                        [](const wire::Response&) {});
        }
        wire::Response response;
        response.status = status;
        return response;
    }
    void observe(server::Exchange&, wire::Response&) override {}

  private:
    RuntimeApi& api_;
    os::Network network_;
    server::HttpServer server_;
    std::string address_;
};

Stage::Stage(Options options) : options_(std::move(options)) {
    static int count = 0;
    // Not below /tmp: each process gets one of its own.
    directory_ =
        "/var/tmp/lambda_test." + std::to_string(::getpid()) + "." + std::to_string(++count);
    std::filesystem::create_directories(directory_);
    ::chmod(directory_.c_str(), 0711);
    std::filesystem::create_directory(directory_ + "/data");
    ::chmod((directory_ + "/data").c_str(), 0700);
    std::ofstream(directory_ + "/data/secret") << "secret\n";
    auto spawner = os::Spawner::start();
    EXPECT_TRUE(spawner.has_value());
    spawner_ = std::move(spawner.value());
    EXPECT_TRUE(spawner_->open(directory_, log_).has_value());
    start();
}

Stage::~Stage() {
    stop();
    spawner_->stop();
    std::filesystem::remove_all(directory_);
}

void Stage::start() {
    pool_ = std::make_unique<os::ThreadPool>(2);
    auto store = meta_store::MetaStore::open({directory_ + "/data/meta"}, files_, *pool_, log_);
    ASSERT_TRUE(store.has_value()) << store.error().describe();
    store_ = std::move(store.value());
    auto objects = object_store::ObjectStore::open(
        {directory_ + "/data"}, {files_, clock_, random_, *pool_, log_, key_, *store_});
    ASSERT_TRUE(objects.has_value()) << objects.error().describe();
    objects_ = std::move(objects.value());
    options_.directory = directory_ + "/functions";
    options_.hidden_directory = directory_ + "/data";
    if (options_.node.package.empty()) {
        const char* path = std::getenv("PATH");
        options_.node.search_directories = directories_of_path(path != nullptr ? path : "");
        options_.node.package = build_directory() / "bin/datastack-node.zip";
    }
    lambda_ = std::make_unique<Lambda>(
        options_, Environment{*store_, *objects_, files_, *spawner_, child_files_, logs_, clock_,
                              random_, *pool_, log_, metrics_, [](const FunctionRow&) {
                                  return Credentials{"ASIATEST", "secret", "session"};
                              }});
    listener_ = std::make_unique<Listener>(lambda_->runtime_api(), *pool_, clock_, log_, metrics_);
    lambda_->set_addresses("http://127.0.0.1:4566", listener_->address());
    const auto started = lambda_->start();
    ASSERT_TRUE(started.has_value()) << started.error().describe();
    harness_ = std::make_unique<aws::testing::Harness>(model, lambda_.get());
}

void Stage::stop() {
    if (lambda_ == nullptr) return;
    lambda_->stop();
    listener_.reset();
    objects_->stop();
    store_->stop();
    pool_->stop();
    harness_.reset();
    lambda_.reset();
    objects_.reset();
    store_.reset();
    pool_.reset();
}

void Stage::restart() {
    stop();
    start();
}

aws::testing::Answer Stage::rest(std::string_view method, std::string_view target,
                                 std::string_view body, const aws::testing::HeaderList& headers) {
    return harness_->rest(method, target, body, headers);
}

aws::testing::Answer Stage::create_zip(const std::string& name, const std::string& zip,
                                       const std::string& settings) {
    std::string body =
        R"({"FunctionName": ")" + name + R"(", "Role": "arn:aws:iam::000000000000:role/r", )";
    if (settings.find("\"Handler\"") == std::string::npos) body += R"("Handler": "h", )";
    if (settings.find("\"Runtime\"") == std::string::npos) {
        body += R"("Runtime": "provided.al2023", )";
    }
    if (!settings.empty()) body += settings + ", ";
    body += R"("Code": {"ZipFile": ")" + wire::encode_base64(zip) + "\"}}";
    return rest("POST", "/2015-03-31/functions", body);
}

aws::testing::Answer Stage::create(const std::string& name, const std::string& settings) {
    return create_zip(name, test_function_zip(), settings);
}

aws::testing::Answer Stage::create_node(const std::string& name, const std::string& source,
                                        const std::string& settings) {
    std::string all = R"("Runtime": "nodejs20.x", "Handler": "index.handler")";
    if (settings.find("\"Timeout\"") == std::string::npos) all += R"(, "Timeout": 20)";
    if (!settings.empty()) all += ", " + settings;
    return create_zip(name, zip_inline_source(source), all);
}

aws::testing::Answer Stage::invoke(const std::string& name, const std::string& payload,
                                   const aws::testing::HeaderList& headers) {
    return rest("POST", "/2015-03-31/functions/" + name + "/invocations", payload, headers);
}

bool Stage::eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 1000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return condition();
}

const std::string& Stage::runtime_address() const {
    return listener_->address();
}

std::string Stage::log_text(const std::string& name) const {
    return logs_.text("/aws/lambda/" + name);
}

}  // namespace lambda::testing
