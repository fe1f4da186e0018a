#include "app/stack.h"

#include <unistd.h>

#include <thread>

#include "app/admin/admin.h"
#include "app/agent_gate.h"
#include "app/agent_host.h"
#include "app/api.h"
#include "app/mcp_endpoint.h"
#include "app/runtime_listener.h"
#include "aws/credentials.h"
#include "aws/dispatcher.h"
#include "aws/internal_client.h"
#include "base/bytes.h"
#include "base/metrics.h"
#include "object_store/object_store.h"
#include "os/child_channel.h"
#include "os/child_files.h"
#include "os/log_file.h"
#include "os/network.h"
#include "os/spawner.h"
#include "os/thread_pool.h"
#include "server/pipeline.h"
#include "services/athena/athena.h"
#include "services/bedrockagentcore/bedrockagentcore.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudwatch/cloudwatch.h"
#include "services/ecr/ecr.h"
#include "services/events/events.h"
#include "services/firehose/firehose.h"
#include "services/glue/glue.h"
#include "services/iam/iam.h"
#include "services/identity/identity.h"
#include "services/kinesis/kinesis.h"
#include "services/kms/kms.h"
#include "services/lambda/lambda.h"
#include "services/logs/logs.h"
#include "services/s3/s3.h"
#include "services/ssm/ssm.h"
#include "sql_engine/process_engine.h"
#include "wire/sha256.h"

namespace app {

namespace {

constexpr std::size_t network_threads = 2;
constexpr std::size_t handler_threads_min = 8;  // they wait for the disk most of the time
constexpr int sql_threads = 2;
// The CDK looks again after 5 s at a stack that is not done at once.
constexpr std::int64_t stack_patience_ms = 2'000;

std::size_t handler_threads(const Settings& settings) {
    if (settings.threads > 0) return static_cast<std::size_t>(settings.threads);
    return std::max<std::size_t>(handler_threads_min, std::thread::hardware_concurrency() * 4);
}

base::LogLevel log_level(const std::string& name) {
    if (name == "debug") return base::LogLevel::debug;
    if (name == "info") return base::LogLevel::info;
    if (name == "warn") return base::LogLevel::warn;
    return base::LogLevel::error;
}

// Names the data directory to processes that outlive a crash, and their transient files.
std::string directory_mark(const std::string& path) {
    char* resolved = ::realpath(path.c_str(), nullptr);
    const std::string absolute = resolved != nullptr ? resolved : path;
    std::free(resolved);
    return wire::sha256_hex(absolute).substr(0, 16);
}

// Functions run as other users when we are root, so their files cannot lie in the data directory.
std::string functions_directory(const std::string& mark) {
    return "/var/tmp/datastack-" + std::to_string(::getuid()) + "-" + mark;
}

// Of work group primary. AWS's console proposes this name too.
std::string query_results_bucket(const std::string& account, const std::string& region) {
    return "aws-athena-query-results-" + account + "-" + region;
}
// Where the CDK puts templates and zips.
std::string cdk_assets_bucket(const std::string& account, const std::string& region) {
    return "cdk-hnb659fds-assets-" + account + "-" + region;
}
std::string query_results_location() {
    return "s3://" + query_results_bucket("{account}", "{region}") + "/";
}

base::ChildOptions sql_worker_options(const std::string& program_directory,
                                      const std::string& temporary_directory) {
    base::ChildOptions options;
    options.program = program_directory + "/datastack-sql";
    options.arguments = {"datastack-sql", temporary_directory, std::to_string(sql_threads)};
    options.working_directory = temporary_directory;
    options.files = base::ChildFileAccess{
        .read = {program_directory, "/lib", "/lib64", "/usr/lib", "/etc/ld.so.cache"},
        .write = {temporary_directory},
        .no_tcp = true};
    options.limits.open_files_max = 1024;
    return options;
}

lambda::NodeOptions node_options(const Settings& settings, const std::string& program_directory) {
    const char* path = std::getenv("PATH");
    return {settings.node, lambda::directories_of_path(path != nullptr ? path : ""),
            program_directory + "/datastack-node.zip"};
}

class StackImpl final : public Stack {
  public:
    StackImpl(const Settings& settings, StackEnvironment environment)
        : settings_(settings), env_(std::move(environment)), pool_(handler_threads(settings)) {}
    ~StackImpl() override { stop(); }

    const std::string& endpoint() const override { return endpoint_; }

    base::Result<void> start() {
        TRY_VOID(check_mcp_settings(settings_));
        TRY_VOID(open_ground());
        TRY_VOID(open_services());
        TRY_VOID(open_agents());
        TRY_VOID(listen_for_functions());
        TRY_VOID(start_services());
        add_services();
        TRY_VOID(add_mcp());
        TRY_VOID(listen());
        return start_callers();
    }

    void stop() override {
        if (std::exchange(stopped_, true)) return;
        // Who calls before who is called: the doors, then clocks and queries, then the pipeline
        // from its end to its beginning, then the stores.
        if (mcp_) mcp_->stop();  // what listens for ever would hold up the drain
        if (agent_gate_) agent_gate_->stop();
        if (server_) server_->stop(drain_ms);
        if (stacks_) stacks_->stop();
        if (events_) events_->stop();
        if (athena_) athena_->stop();
        if (engine_) engine_->stop();
        if (agent_host_) agent_host_->stop();
        if (lambda_) lambda_->stop();
        if (runtime_server_) runtime_server_->stop(0);
        if (firehose_) firehose_->stop();
        if (s3_) s3_->stop();
        if (kms_) kms_->stop();
        if (kinesis_) kinesis_->stop();
        if (logs_) logs_->stop();
        if (cloudwatch_) cloudwatch_->stop();
        if (objects_) objects_->stop();
        if (store_) store_->stop();
        if (network_) network_->stop();
        pool_.stop();
        env_.spawner.stop();
    }

  private:
    base::Result<void> open_ground();
    base::Result<void> open_services();
    base::Result<void> open_agents();
    void add_services();
    base::Result<void> add_mcp();
    base::Result<void> listen_for_functions();
    base::Result<void> start_services();
    base::Result<void> ensure_bucket(const std::string& name, const std::string& account,
                                     const std::string& region);
    base::Result<void> listen();
    base::Result<void> start_callers();
    server::PipelineOptions pipeline_options();
    // Of the root user: from the settings, else the one that was made.
    std::string root_secret() const {
        return settings_.access_key_id.empty() ? directory_->root_keys().secret_access_key
                                               : settings_.secret_access_key;
    }
    lambda::IssueCredentials issue_credentials();
    wire::sigv4::Credentials response_keys(std::int64_t ttl_ms) const;

    const Settings settings_;
    const StackEnvironment env_;
    bool stopped_ = false;
    std::string endpoint_;
    std::string runtime_address_;
    std::atomic<bool> ready_{false};

    // In the order in which they need each other; destroyed in the opposite one.
    std::unique_ptr<DataDirectory> directory_;
    std::unique_ptr<os::FileLog> log_;
    base::Metrics metrics_;
    os::ThreadPool pool_;
    os::ChildFiles child_files_;
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<object_store::ObjectStore> objects_;
    std::unique_ptr<aws::CredentialStore> credentials_;
    std::unique_ptr<cloudwatch::CloudWatch> cloudwatch_;
    std::unique_ptr<logs::Logs> logs_;
    std::unique_ptr<kinesis::Kinesis> kinesis_;
    std::unique_ptr<s3::S3> s3_;
    std::unique_ptr<glue::Glue> glue_;
    std::unique_ptr<iam::Iam> iam_;
    std::unique_ptr<kms::Kms> kms_;
    std::unique_ptr<ssm::Ssm> ssm_;
    std::unique_ptr<ecr::Ecr> ecr_;
    std::unique_ptr<AgentHost> agent_host_;
    std::unique_ptr<bedrockagentcore::AgentCore> agents_;
    std::unique_ptr<identity::Identity> identity_;
    std::unique_ptr<lambda::Lambda> lambda_;
    std::unique_ptr<firehose::Firehose> firehose_;
    std::unique_ptr<os::ChildChannelLauncher> sql_launcher_;
    std::unique_ptr<sql_engine::ProcessEngine> engine_;
    std::unique_ptr<athena::Athena> athena_;
    std::unique_ptr<events::Events> events_;
    std::unique_ptr<aws::InternalClient> client_;
    std::unique_ptr<cloudformation::CloudFormation> stacks_;
    std::unique_ptr<admin::Admin> admin_;
    std::unique_ptr<aws::Dispatcher> dispatcher_;
    std::unique_ptr<McpEndpoint> mcp_;
    std::unique_ptr<AgentGate> agent_gate_;
    std::unique_ptr<server::Pipeline> pipeline_;
    std::unique_ptr<RuntimeListener> runtime_listener_;
    std::unique_ptr<os::Network> network_;
    std::unique_ptr<server::HttpServer> server_;
    std::unique_ptr<server::HttpServer> runtime_server_;
};

base::Result<void> StackImpl::open_ground() {
    TRY(directory, DataDirectory::open(env_.files, env_.random, settings_.data_dir));
    directory_ = std::move(directory);
    TRY_VOID(directory_->folder("run"));
    TRY(log, os::FileLog::open({.path = directory_->path() + "/run/datastack.log",
                                .level = log_level(settings_.log_level)},
                               env_.files, env_.clock));
    log_ = std::move(log);
    TRY_VOID(env_.spawner.open(directory_mark(directory_->path()), *log_));
    const bool relaxed = settings_.durability == "relaxed";
    TRY(store, meta_store::MetaStore::open(
                   {.directory = directory_->path() + "/meta", .relaxed_durability = relaxed},
                   env_.files, pool_, *log_));
    store_ = std::move(store);
    TRY(objects, object_store::ObjectStore::open(
                     {.directory = directory_->path() + "/objects", .relaxed_durability = relaxed},
                     {env_.files, env_.clock, env_.random, pool_, *log_, directory_->master_key(),
                      *store_}));
    objects_ = std::move(objects);
    aws::RootKeys root = {directory_->root_keys().access_key_id,
                          directory_->root_keys().secret_access_key, root_account};
    if (!settings_.access_key_id.empty()) {
        root.access_key_id = settings_.access_key_id;
        root.secret_access_key = settings_.secret_access_key;
    }
    credentials_ = std::make_unique<aws::CredentialStore>(root, directory_->master_key().bytes,
                                                          env_.clock, env_.random);
    return base::ok();
}

lambda::IssueCredentials StackImpl::issue_credentials() {
    return [this](const lambda::FunctionRow& function) {
        ports::RoleRequest request;
        request.role_arn = function.role;
        const auto role = iam_->ask_role(request);
        const auto issued = credentials_->issue(function.account, function.role, function.name,
                                                lambda::credentials_seconds * 1000,
                                                role ? role.value().role_id : "");
        return lambda::Credentials{issued.access_key_id, issued.secret_access_key,
                                   issued.session_token};
    };
}

// For the URLs that custom resources answer to. With --auth off the key id names the account.
wire::sigv4::Credentials StackImpl::response_keys(std::int64_t ttl_ms) const {
    const std::string account = cloudformation::response_account;
    if (settings_.auth != "verify") return {account, account, ""};
    const auto keys = credentials_->issue_session(aws::root_caller(account, ""), ttl_ms);
    return {keys.access_key_id, keys.secret_access_key, keys.session_token};
}

base::Result<void> StackImpl::open_services() {
    const bool relaxed = settings_.durability == "relaxed";
    const std::string& data = directory_->path();
    cloudwatch_ = std::make_unique<cloudwatch::CloudWatch>(cloudwatch::Environment{
        env_.clock, env_.random, pool_, *log_, *store_, directory_->master_key().bytes});
    ports::MetricPublisher* const publisher = &cloudwatch_->publisher();
    kinesis_ = std::make_unique<kinesis::Kinesis>(
        kinesis::Options{data + "/streams", settings_.limits == "aws", relaxed},
        kinesis::Environment{env_.files, env_.clock, env_.random, pool_, *log_, metrics_,
                             directory_->master_key(), *store_, publisher});
    logs_ = std::make_unique<logs::Logs>(
        logs::Options{.directory = data + "/logs", .relaxed_durability = relaxed},
        logs::Environment{env_.files, env_.clock, env_.random, pool_, *log_, metrics_,
                          directory_->master_key(), *store_});
    glue_ = std::make_unique<glue::Glue>(*store_, env_.clock, env_.random);
    iam_ = std::make_unique<iam::Iam>(*store_, env_.clock, env_.random);
    kms_ = std::make_unique<kms::Kms>(
        kms::Environment{env_.clock, env_.random, pool_, *log_, directory_->master_key(), *store_});
    s3_ = std::make_unique<s3::S3>(*objects_, env_.clock, pool_, *log_, kms_.get());
    ssm_ = std::make_unique<ssm::Ssm>(ssm::Environment{env_.clock, *store_, *kms_});
    ecr_ = std::make_unique<ecr::Ecr>(ecr::Environment{env_.clock, *store_});
    identity_ = std::make_unique<identity::Identity>(identity::Identity{
        *credentials_, *iam_, env_.clock,
        [this](const std::string& account, const std::string& region) {
            return ensure_bucket(cdk_assets_bucket(account, region), account, region);
        }});
    lambda::Options lambda_options;
    lambda_options.directory = functions_directory(directory_mark(data));
    lambda_options.hidden_directory = data;
    lambda_options.node = node_options(settings_, env_.program_directory);
    lambda_ = std::make_unique<lambda::Lambda>(
        lambda_options, lambda::Environment{*store_, *objects_, env_.files, env_.spawner,
                                            child_files_, *logs_, env_.clock, env_.random, pool_,
                                            *log_, metrics_, issue_credentials(), publisher});
    firehose_ = std::make_unique<firehose::Firehose>(
        firehose::Options{data + "/delivery", relaxed},
        firehose::Environment{env_.files, env_.clock, env_.random, pool_, *log_, metrics_,
                              directory_->master_key(), *store_, *objects_, *kinesis_, *logs_,
                              publisher});
    TRY(temporary, directory_->folder("run/sql"));
    sql_launcher_ = std::make_unique<os::ChildChannelLauncher>(
        env_.spawner, sql_worker_options(env_.program_directory, temporary));
    engine_ = std::make_unique<sql_engine::ProcessEngine>(sql_engine::EngineOptions{},
                                                          *sql_launcher_, pool_, env_.clock, *log_);
    athena_ = std::make_unique<athena::Athena>(
        athena::Options{.output_location = query_results_location()},
        athena::Environment{*store_, *objects_, *glue_, *engine_, env_.clock, env_.random, pool_,
                            *log_, metrics_});
    events_ = std::make_unique<events::Events>(events::Environment{
        env_.clock, env_.random, pool_, *log_, metrics_, *store_, *lambda_, publisher});
    client_ = std::make_unique<aws::InternalClient>(*log_);
    stacks_ = std::make_unique<cloudformation::CloudFormation>(cloudformation::Environment{
        env_.clock, env_.random, pool_, *log_, metrics_, *store_, *objects_, *client_, *lambda_,
        [this](std::int64_t ttl_ms) { return response_keys(ttl_ms); }, stack_patience_ms});
    admin_ = std::make_unique<admin::Admin>(*firehose_);
    return base::ok();
}

// The MCP server beside us as Bedrock AgentCore runs it, with the keys of the runtime's role.
base::Result<void> StackImpl::open_agents() {
    TRY(directory, directory_->folder("run/agents"));
    agent_host_ = std::make_unique<AgentHost>(AgentHost::Environment{
        env_.spawner, env_.clock, pool_, env_.random, *log_,
        [this](const ports::AgentProgram& program) {
            ports::RoleRequest request;
            request.role_arn = program.role_arn;
            const auto role = iam_->ask_role(request);
            return credentials_->issue(program.account, program.role_arn, program.session_name,
                                       AgentHost::credentials_ms, role ? role.value().role_id : "");
        },
        [this](const ports::AgentProgram& program) {
            return wire::to_hex(wire::hmac_sha256(directory_->master_key().bytes,
                                                  "agent runtime " + program.account + "/" +
                                                      program.region + "/" + program.session_name));
        },
        env_.program_directory + "/datastack-mcp", directory});
    agents_ = std::make_unique<bedrockagentcore::AgentCore>(
        bedrockagentcore::Environment{env_.clock, env_.random, *store_, *iam_, *agent_host_});
    return base::ok();
}

server::PipelineOptions StackImpl::pipeline_options() {
    server::PipelineOptions options;
    options.authentication.verify = settings_.auth == "verify";
    options.authentication.root_account = root_account;
    options.authentication.default_region = settings_.region;
    options.guest = agent_gate_.get();
    options.is_for_guest = AgentGate::is_ours;
    options.health = [this] {
        return std::string(ready_ ? R"({"status":"ok"})" : R"({"status":"starting"})");
    };
    // The port is open a moment before the last service has started.
    options.admit = [this](const aws::Route&) -> std::optional<aws::Fault> {
        if (ready_) return std::nullopt;
        return aws::Fault("ServiceUnavailable", "The server is starting, try again.", 503);
    };
    return options;
}

void StackImpl::add_services() {
    dispatcher_ = std::make_unique<aws::Dispatcher>(
        env_.clock, *log_, metrics_,
        aws::DispatcherOptions{.access_log = settings_.log_level == "debug"});
    // For clients over the wire, and for CloudFormation in process.
    const auto add = [this](const aws::ServiceModel& model, void* service) {
        dispatcher_->add(model, service);
        client_->add(model, service);
    };
    add(identity::model, identity_.get());
    add(iam::model, iam_.get());
    add(kms::model, kms_.get());
    add(ssm::model, ssm_.get());
    add(ecr::model, ecr_.get());
    add(bedrockagentcore::model, agents_.get());
    add(cloudwatch::model, cloudwatch_.get());
    add(kinesis::model, kinesis_.get());
    add(s3::model, s3_.get());
    add(glue::model, glue_.get());
    add(lambda::model, lambda_.get());
    add(logs::model, logs_.get());
    add(firehose::model, firehose_.get());
    add(athena::model, athena_.get());
    add(events::model, events_.get());
    add(cloudformation::model, stacks_.get());
    add(admin::model, admin_.get());
}

// Beside the services, on the same port.
base::Result<void> StackImpl::add_mcp() {
    TRY(made, McpEndpoint::make(settings_,
                                {*client_, *objects_, env_.files, env_.clock, pool_, env_.random,
                                 *log_, metrics_, directory_->master_key().bytes, root_secret()}));
    mcp_ = std::move(made);
    agent_gate_ = std::make_unique<AgentGate>(AgentGate::Environment{
        *agents_, mcp_->handler(), env_.files, env_.clock, pool_, env_.random, *log_});
    pipeline_ = std::make_unique<server::Pipeline>(pipeline_options(), *dispatcher_, *credentials_,
                                                   env_.clock, env_.random, *log_, metrics_);
    return base::ok();
}

base::Result<void> StackImpl::listen_for_functions() {
    network_ = std::make_unique<os::Network>(network_threads);
    runtime_listener_ = std::make_unique<RuntimeListener>(lambda_->runtime_api());
    server::HttpOptions options;
    options.name = "runtime";
    // A warm function waits for its next invocation as long as it takes.
    options.idle_timeout_ms = base::day_ms;
    runtime_server_ = std::make_unique<server::HttpServer>(
        options, server::HttpServer::Environment{*network_, pool_, env_.clock, *log_, metrics_},
        *runtime_listener_);
    TRY(port, runtime_server_->listen_tcp("127.0.0.1:0"));
    runtime_address_ = "127.0.0.1:" + std::to_string(port);
    return base::ok();
}

base::Result<void> StackImpl::listen() {
    server_ = std::make_unique<server::HttpServer>(
        server::HttpOptions{},
        server::HttpServer::Environment{*network_, pool_, env_.clock, *log_, metrics_}, *pipeline_);
    auto port = server_->listen_tcp(settings_.listen);
    if (!port) {
        return base::Error{port.error().kind,
                           "cannot listen on " + settings_.listen + ": " + port.error().message +
                               "; --listen 127.0.0.1:0 takes a free port",
                           ""};
    }
    const auto colon = settings_.listen.rfind(':');
    endpoint_ =
        endpoint_url(settings_.listen.substr(0, colon) + ":" + std::to_string(port.value()));
    return base::ok();
}

base::Result<void> StackImpl::start_services() {
    TRY_VOID(ensure_bucket(query_results_bucket(root_account, settings_.region), root_account,
                           settings_.region));
    TRY_VOID(cloudwatch_->start());
    TRY_VOID(logs_->start());
    TRY_VOID(kms_->start());
    s3_->start();
    TRY_VOID(kinesis_->start());
    TRY_VOID(firehose_->start());
    TRY_VOID(athena_->start());
    return base::ok();
}

// A bucket that belongs to the server's own workings, made when it is not there.
base::Result<void> StackImpl::ensure_bucket(const std::string& name, const std::string& account,
                                            const std::string& region) {
    auto found = objects_->find_bucket(name);
    if (found) return base::ok();
    if (found.error().kind != base::ErrorKind::not_found) return found.error();
    object_store::Bucket bucket;
    bucket.name = name;
    bucket.account = account;
    bucket.region = region;
    bucket.created = env_.clock.now();
    auto made = objects_->create_bucket(bucket);
    if (!made && made.error().kind != base::ErrorKind::already_exists) return made.error();
    return base::ok();
}

// What calls us over the endpoint starts last, when the endpoint is known.
base::Result<void> StackImpl::start_callers() {
    lambda_->set_addresses(endpoint_, runtime_address_);
    agent_host_->set_endpoint(endpoint_);
    TRY_VOID(lambda_->start());
    TRY_VOID(events_->start());
    stacks_->set_endpoint(endpoint_);
    TRY_VOID(stacks_->start());
    ready_ = true;
    return base::ok();
}

}  // namespace

base::Result<std::unique_ptr<Stack>> Stack::open(const Settings& settings,
                                                 StackEnvironment environment) {
    auto stack = std::make_unique<StackImpl>(settings, std::move(environment));
    TRY_VOID(stack->start());
    return std::unique_ptr<Stack>(std::move(stack));
}

std::string find_program_directory() {
    char path[4096];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path - 1);
    return length > 0 ? base::parent_directory(std::string(path, static_cast<std::size_t>(length)))
                      : ".";
}

}  // namespace app
