#include "services/lambda/lambda.h"

#include "base/ids.h"
#include "services/lambda/faults.h"
#include "services/lambda/policy.h"
#include "services/lambda/zip.h"
#include "wire/sigv4.h"
#include "wire/uri.h"

namespace lambda {
namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(LAMBDA_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(LAMBDA_RESOURCES)};

constexpr std::int64_t code_url_seconds = 600;

meta_store::Key key_of(const FunctionRow& row) {
    return {row.account, row.region, row.name};
}

}  // namespace

const aws::ServiceModel model = {.id = "lambda",
                                 .signing_name = "lambda",
                                 .target_prefix = "",
                                 .api_version = "2015-03-31",
                                 .protocol = aws::Protocol::rest_json,
                                 .operations = operations,
                                 .validation_code = "ValidationException",
                                 .resources = resources};

Lambda::Lambda(Options options, Environment environment)
    : options_(std::move(options)),
      env_(std::move(environment)),
      rows_(env_.store, "lambda.functions"),
      code_(options_.directory + "/code", env_.objects, env_.child_files, env_.random,
            env_.executor, env_.log),
      node_(options_.node, options_.directory, env_.files, env_.child_files),
      meters_(env_.publisher, env_.clock) {
    RunnerOptions runner_options = options_.runner;
    runner_options.directory = options_.directory + "/run";
    runner_options.hidden_directory = options_.hidden_directory;
    runner_ = std::make_unique<Runner>(
        std::move(runner_options),
        Runner::Environment{code_, node_, env_.spawner, env_.child_files, env_.logs, env_.clock,
                            env_.random, env_.executor, env_.log, env_.metrics,
                            env_.issue_credentials});
    queue_ = std::make_unique<AsyncQueue>(
        options_.async,
        AsyncQueue::Environment{env_.store, env_.clock, env_.executor, env_.log, env_.metrics,
                                [this](const QueuedRow& row) { meters_.dropped(row); }},
        [this](const QueuedRow& row, std::string payload, OutcomeDone done) {
            run_queued(row, std::move(payload), std::move(done));
        });
}

Lambda::~Lambda() {
    stop();
}

void Lambda::set_addresses(std::string endpoint_url, std::string runtime_address) {
    runner_->set_addresses(std::move(endpoint_url), std::move(runtime_address));
}

base::Result<void> Lambda::start() {
    std::set<std::string> code_ids;
    {
        base::MutexLock lock(mutex_);
        TRY_VOID(rows_.scan({}, [&](std::string_view, FunctionRow& row) NO_THREAD_SAFETY_ANALYSIS {
            code_ids.insert(row.code_id);
            Place place{row.account, row.region, row.name};
            functions_[std::move(place)] = std::make_shared<const FunctionRow>(std::move(row));
            return true;
        }));
    }
    TRY_VOID(env_.child_files.claim_directory(options_.directory, 0711));
    started_ = true;
    TRY_VOID(code_.start(code_ids));
    if (!env_.spawner.separate_users() && !env_.spawner.restricts_files()) {
        env_.log.warn("functions run with all rights of this server: not root, no Landlock");
    }
    TRY_VOID(runner_->start());
    return queue_->start();
}

void Lambda::stop() {
    queue_->stop();
    runner_->stop();
    if (!std::exchange(started_, false)) return;
    if (auto removed = env_.child_files.remove_tree(options_.directory); !removed) {
        env_.log.warn("cannot remove the functions' directory",
                      {{"error", removed.error().describe()}});
    }
}

void Lambda::run_queued(const QueuedRow& row, std::string payload, OutcomeDone done) {
    const auto function = find(FunctionName{row.account, row.region, row.name, {}});
    if (!function) return done(function.error());
    if (function.value()->id != row.function_id) {
        return done(faults::function_not_found(function.value()->arn()));
    }
    meters_.waited(row);
    run(function.value(), {row.request_id, std::move(payload), {}, std::move(done)});
}

std::string Lambda::new_request_id() {
    return base::make_uuid(env_.random);
}

aws::Reply<Lambda::FunctionRef> Lambda::find(const FunctionName& name) const {
    if (!name.qualifier.empty() && name.qualifier != "$LATEST") {
        return faults::function_not_found(name.arn());
    }
    base::MutexLock lock(mutex_);
    const auto found = functions_.find({name.account, name.region, name.name});
    if (found == functions_.end()) return faults::function_not_found(name.arn());
    return found->second;
}

aws::Reply<Lambda::FunctionRef> Lambda::find(std::string_view name, const aws::Call& call,
                                             std::string_view qualifier) const {
    TRY(parsed, parse_function_name(name, call, qualifier));
    return find(parsed);
}

std::vector<Lambda::FunctionRef> Lambda::list(const std::string& account, const std::string& region,
                                              const std::string& after,
                                              std::size_t count_max) const {
    std::vector<FunctionRef> out;
    base::MutexLock lock(mutex_);
    for (auto at = functions_.upper_bound({account, region, after});
         at != functions_.end() && out.size() < count_max; ++at) {
        if (std::get<0>(at->first) != account || std::get<1>(at->first) != region) break;
        out.push_back(at->second);
    }
    return out;
}

// Write the row and show it. With change_mutex_ held.
aws::Reply<Lambda::FunctionRef> Lambda::store(FunctionRow row, bool fresh) {
    row.modified = env_.clock.now();
    row.revision_id = base::make_uuid(env_.random);
    meta_store::Changes changes;
    if (fresh) {
        changes.require_absent(rows_.key(key_of(row)));
    } else {
        changes.require_present(rows_.key(key_of(row)));
    }
    rows_.put(changes, key_of(row), row);
    if (auto committed = env_.store.commit(std::move(changes)); !committed) {
        return faults::translate(committed.error());
    }
    auto shown = std::make_shared<const FunctionRow>(std::move(row));
    base::MutexLock lock(mutex_);
    functions_[{shown->account, shown->region, shown->name}] = shown;
    return FunctionRef(shown);
}

aws::Reply<Lambda::FunctionRef> Lambda::create(FunctionRow row, std::string_view zip) {
    base::MutexLock change_lock(change_mutex_);
    {
        base::MutexLock lock(mutex_);
        if (functions_.contains({row.account, row.region, row.name})) {
            return faults::function_exists(row.name);
        }
        if (functions_.size() >= functions_max) {
            return faults::code_storage_exceeded("There are " + std::to_string(functions_max) +
                                                 " functions already.");
        }
    }
    TRY(package, code_.save(row.account, row.region, row.name, zip));
    row.id = base::make_hex_id(env_.random, 32);
    row.generation = 1;
    row.code_id = package.id;
    row.code_sha256 = package.sha256;
    row.code_bytes = package.bytes;
    const FunctionRow copy = row;
    auto stored = store(std::move(row), true);
    if (!stored) code_.remove(copy);
    return stored;
}

aws::Reply<void> Lambda::remove(const FunctionName& name) {
    base::MutexLock change_lock(change_mutex_);
    TRY(function, find(name));
    meta_store::Changes changes;
    rows_.erase(changes, key_of(*function));
    if (auto committed = env_.store.commit(std::move(changes)); !committed) {
        return faults::translate(committed.error());
    }
    {
        base::MutexLock lock(mutex_);
        functions_.erase({function->account, function->region, function->name});
    }
    runner_->remove(function->id);
    queue_->drop_function(function->id);
    meters_.forget(*function);
    code_.remove(*function);
    return base::ok();
}

aws::Reply<Lambda::FunctionRef> Lambda::change(const FunctionName& name,
                                               const std::string& revision_id, What what,
                                               const Change& apply) {
    base::MutexLock change_lock(change_mutex_);
    TRY(function, find(name));
    if (!revision_id.empty() && revision_id != function->revision_id) {
        return faults::precondition_failed();
    }
    FunctionRow row = *function;
    TRY_VOID(apply(row));
    if (what == What::settings) ++row.generation;
    TRY(stored, store(std::move(row), false));
    if (what == What::settings) runner_->replace(stored);
    return stored;
}

aws::Reply<Lambda::FunctionRef> Lambda::change_code(const FunctionName& name,
                                                    const std::string& revision_id,
                                                    std::string_view zip, const Change& apply) {
    FunctionRow before;
    auto changed = change(name, revision_id, What::settings, [&](FunctionRow& row) {
        before = row;
        if (auto applied = apply(row); !applied) return applied;
        auto package = code_.save(row.account, row.region, row.name, zip);
        if (!package) return aws::Reply<void>(package.error());
        row.code_id = package.value().id;
        row.code_sha256 = package.value().sha256;
        row.code_bytes = package.value().bytes;
        return aws::Reply<void>(base::ok());
    });
    if (changed.has_value()) code_.remove(before);
    return changed;
}

aws::Reply<std::string_view> Lambda::zip_of(const CodeSource& source, const FunctionName& name,
                                            std::string& holder) const {
    if (source.bytes && (source.bucket || source.key || source.version)) {
        return faults::invalid_parameter(
            "Please do not provide other FunctionCode parameters when providing a ZipFile.");
    }
    if (source.bytes) return std::string_view(source.bytes->bytes);
    if (!source.bucket || !source.key) {
        return faults::invalid_parameter("Please provide a source for function code.");
    }
    const auto bucket = env_.objects.find_bucket(*source.bucket);
    if (!bucket) {
        return bucket.error().kind == base::ErrorKind::not_found
                   ? faults::no_such_code(
                         "NoSuchBucket. S3 Error Message: The specified bucket does not exist")
                   : faults::translate(bucket.error());
    }
    if (bucket.value().account != name.account) {
        return faults::code_access_denied(*source.bucket + "/" + *source.key);
    }
    if (bucket.value().region != name.region) {
        return faults::no_such_code(
            "PermanentRedirect. S3 Error Message: The bucket is in this region: " +
            bucket.value().region + ". Please use this region to retry the request");
    }
    auto read = read_object(source);
    if (!read) return read.error();
    holder = std::move(read.value());
    return std::string_view(holder);
}

aws::Reply<std::string> Lambda::read_object(const CodeSource& source) const {
    auto reader = source.version
                      ? env_.objects.open_version(*source.bucket, *source.key, *source.version)
                      : env_.objects.open_object(*source.bucket, *source.key);
    if (!reader) {
        switch (reader.error().kind) {
            case base::ErrorKind::not_found:
            case base::ErrorKind::invalid:  // a delete marker
                return faults::no_such_code(
                    source.version
                        ? "NoSuchVersion. S3 Error Message: The specified version does not exist."
                        : "NoSuchKey. S3 Error Message: The specified key does not exist.");
            default:
                return faults::translate(reader.error());
        }
    }
    const std::uint64_t size = reader.value()->info().size_bytes;
    if (size > zip_bytes_max) return faults::unzipped_too_large(unzipped_bytes_max);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    const auto count = reader.value()->read_at(0, bytes);
    if (!count) return faults::translate(count.error());
    if (count.value() != bytes.size()) {
        return faults::service_exception("The object with the code ends early.");
    }
    return bytes;
}

std::string Lambda::code_url(const FunctionRow& function, const aws::Call& call) const {
    // Signed by the packages' owner: only this one object can be read with it.
    FunctionRow owner = function;
    owner.account = code_account;
    const Credentials credentials = env_.issue_credentials(owner);
    wire::sigv4::OutgoingRequest request;
    request.method = "GET";
    request.path = "/" + CodeStore::bucket_name(function.region) + "/" +
                   wire::percent_encode(CodeStore::object_key(function), true);
    const auto scheme = call.endpoint.find("://");
    request.headers.add(
        "Host", scheme == std::string::npos ? call.endpoint : call.endpoint.substr(scheme + 3));
    wire::sigv4::presign(
        request,
        {credentials.access_key_id, credentials.secret_access_key, credentials.session_token},
        {function.region, "s3", env_.clock.now()}, code_url_seconds);
    return call.endpoint + request.path + "?" + request.query;
}

void Lambda::run(FunctionRef function, Invocation invocation) {
    // A data directory may come from another machine.
    if (function->architecture != machine_architecture) {
        return invocation.done(
            faults::invalid_parameter("The function is built for " + function->architecture +
                                      "; this machine runs x86_64 functions only."));
    }
    meters_.watch(*function, invocation);
    runner_->invoke(std::move(function), std::move(invocation));
}

void Lambda::queue(const FunctionRow& function, std::string request_id, std::string payload,
                   base::UniqueFunction<void(aws::Reply<void>)> done) {
    meters_.received(function);
    queue_->add(function, std::move(request_id), std::move(payload), std::move(done));
}

// The function, when the caller may invoke it.
aws::Reply<Lambda::FunctionRef> Lambda::allowed(const std::string& function_arn,
                                                const aws::Caller& caller) {
    aws::Call call;
    call.caller = caller;
    // The region is the arn's own: rules and streams name functions of theirs only.
    const auto lambda_part = function_arn.find(":lambda:");
    if (lambda_part != std::string::npos) {
        const auto begin = lambda_part + 8;
        call.region = function_arn.substr(begin, function_arn.find(':', begin) - begin);
    }
    TRY(function, find(function_arn, call));
    if (!caller.service_principal.empty() && !policy_allows(function->statements, caller)) {
        return faults::access_denied(caller.service_principal, function->arn());
    }
    return function;
}

void Lambda::invoke_async(const std::string& function_arn, std::string payload,
                          const aws::Caller& caller,
                          base::UniqueFunction<void(aws::Reply<void>)> done) {
    auto function = allowed(function_arn, caller);
    aws::Reply<void> refused = base::ok();
    if (!function) {
        refused = function.error();
    } else if (payload.size() > invoke_event_bytes_max) {
        refused = faults::request_too_large(invoke_event_bytes_max, "InvokeFunction");
    }
    if (!refused) {
        return env_.executor.post([refused, done = std::move(done)]() mutable { done(refused); });
    }
    queue(*function.value(), new_request_id(), std::move(payload), std::move(done));
}

void Lambda::invoke(const std::string& function_arn, std::string payload, const aws::Caller& caller,
                    base::UniqueFunction<void(aws::Reply<ports::InvokeResult>)> done) {
    auto function = allowed(function_arn, caller);
    if (!function) {
        return env_.executor.post([fault = function.error(), done = std::move(done)]() mutable {
            done(std::move(fault));
        });
    }
    OutcomeDone finished = [this, done = std::move(done)](aws::Reply<Outcome> outcome) mutable {
        env_.executor.post([outcome = std::move(outcome), done = std::move(done)]() mutable {
            if (!outcome) return done(std::move(outcome.error()));
            done(ports::InvokeResult{200, std::move(outcome.value().payload),
                                     std::move(outcome.value().function_error)});
        });
    };
    run(function.value(), {new_request_id(), std::move(payload), {}, std::move(finished)});
}

}  // namespace lambda
