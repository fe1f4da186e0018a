// Which operation a request asks for, told from its head alone, before the body is read: so that
// the server knows whom to ask, how large the body may be and whether it is streamed.
//
// A service is found by, in order: the prefix of X-Amz-Target, the credential scope (header or
// presigned query), the host name ("kinesis.us-west-2.localhost", "bucket.s3.localhost"), the path.
// Within it: JSON by X-Amz-Target, Query by Action, REST by method, path, query and headers (see
// rest_routing.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/protocol.h"

namespace aws {

// Query bodies before their Action is known.
inline constexpr std::uint64_t query_body_bytes_max = 1024 * 1024;

struct Route {
    const ServiceModel* model = nullptr;  // null: unknown
    void* service = nullptr;
    // Null when refused, and for Query requests whose Action is in the body.
    const Operation* operation = nullptr;
    Protocol protocol = Protocol::json_1_1;  // how to answer, refusals too
    PathParameters path;
    std::optional<Fault> refusal;  // answer this (after authentication); run nothing
    std::uint64_t body_bytes_max = 0;
    bool streamed = false;
};

class Router {
  public:
    // `model` and `service` outlive the router. Not for several threads; route() is, afterwards.
    void add(const ServiceModel& model, void* service);
    // Host names below which the first labels name a service or bucket; "localhost" and
    // "amazonaws.com" are known.
    void add_domain(std::string domain);

    Route route(const wire::RequestHead& head) const;

    struct Entry {
        const ServiceModel* model = nullptr;
        void* service = nullptr;
    };
    const std::vector<Entry>& entries() const { return entries_; }

  private:
    struct Host {
        std::string service;  // "s3", "kinesis"; "" when the host names none
        std::string bucket;   // what stands before it, "" when nothing
    };
    Host read_host(std::string_view host) const;
    const Entry* find_entry(const wire::RequestHead& head, const Host& host) const;
    const Entry* find_signing_name(std::string_view name) const;
    const Entry* find_by_path(const wire::RequestHead& head) const;
    void route_json(const wire::RequestHead& head, Route& route) const;
    void route_query(const wire::RequestHead& head, Route& route) const;

    std::vector<Entry> entries_;
    std::vector<std::string> domains_{"localhost", "amazonaws.com"};
};

// The service of the request's credential scope, from the Authorization header or the presigned
// query; "" when it has none.
std::string_view scope_service(const wire::RequestHead& head);

const Operation* find_operation(const ServiceModel& model, std::string_view name);
// The route's operation becomes `operation`.
void set_operation(Route& route, const Operation& operation);

}  // namespace aws
