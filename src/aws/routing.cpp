#include "aws/routing.h"

#include <algorithm>

#include "aws/common_faults.h"
#include "aws/protocol_cbor.h"
#include "aws/rest_routing.h"
#include "wire/uri.h"

namespace aws {

namespace {

bool is_json(Protocol protocol) {
    return protocol == Protocol::json_1_0 || protocol == Protocol::json_1_1;
}

// The protocol in which to refuse a request whose service we do not know.
Protocol guess_protocol(const wire::RequestHead& head) {
    if (head.headers.find("x-amz-target") != nullptr) return Protocol::json_1_1;
    const std::string_view type = head.headers.get("content-type");
    if (type.starts_with("application/x-www-form-urlencoded")) return Protocol::query;
    if (type.starts_with("application/x-amz-json")) return Protocol::json_1_1;
    return Protocol::rest_json;
}

std::string_view without_port(std::string_view host) {
    if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
    return host.substr(0, host.find(':'));
}

bool is_region(std::string_view label) {
    // "us-west-2", "us-gov-east-1"
    return std::count(label.begin(), label.end(), '-') >= 2 && !label.empty() &&
           label.back() >= '0' && label.back() <= '9';
}

// Some Query services speak JSON and CBOR too, by their target prefix: their clients moved from one
// to the other.
Protocol asked_protocol(const wire::RequestHead& head, const ServiceModel& model) {
    if (model.target_prefix.empty()) return model.protocol;
    if (head.headers.get("smithy-protocol") == rpc_cbor_name) return rpc_cbor;
    return head.headers.find("x-amz-target") != nullptr ? Protocol::json_1_0 : model.protocol;
}

void route_cbor(const wire::RequestHead& head, Route& route) {
    const ServiceModel& model = *route.model;
    const std::string_view name = rpc_cbor_operation(head.path, model.target_prefix);
    const Operation* operation = find_operation(model, name);
    if (name.empty() || head.method != "POST") {
        route.refusal = no_operation(model.id, route.protocol);
    } else if (operation == nullptr) {
        route.refusal = not_implemented(model.id, name);
    } else {
        set_operation(route, *operation);
    }
}

}  // namespace

std::string_view scope_service(const wire::RequestHead& head) {
    std::string_view credential;
    const std::string_view authorization = head.headers.get("authorization");
    constexpr std::string_view marker = "Credential=";
    const std::size_t at = authorization.find(marker);
    if (at != std::string_view::npos) {
        credential = authorization.substr(at + marker.size());
        credential = credential.substr(0, credential.find_first_of(", "));
    } else if (const std::string* query = head.find_query("X-Amz-Credential")) {
        credential = *query;
    }
    // <access key id>/<date>/<region>/<service>/aws4_request, read from the end: an access key id
    // may hold slashes as far as we know.
    const std::size_t end = credential.rfind('/');
    if (end == std::string_view::npos || credential.substr(end) != "/aws4_request") return {};
    const std::size_t start = credential.rfind('/', end - 1);
    if (end == 0 || start == std::string_view::npos) return {};
    return credential.substr(start + 1, end - start - 1);
}

const Operation* find_operation(const ServiceModel& model, std::string_view name) {
    for (const Operation* operation : model.operations) {
        if (operation->name == name) return operation;
    }
    return nullptr;
}

void set_operation(Route& route, const Operation& operation) {
    route.operation = &operation;
    route.body_bytes_max = operation.options.body_bytes_max;
    route.streamed = operation.form == Form::streamed;
}

void Router::add(const ServiceModel& model, void* service) {
    entries_.push_back({&model, service});
}

void Router::add_domain(std::string domain) {
    domains_.push_back(std::move(domain));
}

Router::Host Router::read_host(std::string_view host_header) const {
    const std::string_view host = without_port(host_header);
    for (const std::string& domain : domains_) {
        if (host.size() <= domain.size() + 1 || !host.ends_with(domain) ||
            host[host.size() - domain.size() - 1] != '.') {
            continue;
        }
        std::string_view labels = host.substr(0, host.size() - domain.size() - 1);
        // "….us-west-2" before the domain says nothing new: the region is in the scope.
        const std::size_t last = labels.rfind('.');
        if (last != std::string_view::npos && is_region(labels.substr(last + 1))) {
            labels = labels.substr(0, last);
        }
        const std::size_t dot = labels.rfind('.');
        const std::string_view name =
            dot == std::string_view::npos ? labels : labels.substr(dot + 1);
        const bool known = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
            return entry.model->id == name || entry.model->signing_name == name;
        });
        Host read;
        if (known) {
            read.service = name;
            if (dot != std::string_view::npos) read.bucket = labels.substr(0, dot);
        } else {
            read.bucket = labels;
        }
        return read;
    }
    return {};
}

const Router::Entry* Router::find_signing_name(std::string_view name) const {
    if (name.empty()) return nullptr;
    for (const Entry& entry : entries_) {
        if (entry.model->signing_name == name || entry.model->id == name) return &entry;
    }
    return nullptr;
}

const Router::Entry* Router::find_by_path(const wire::RequestHead& head) const {
    const std::string* action = head.find_query("Action");
    const Entry* objects = nullptr;
    for (const Entry& entry : entries_) {
        switch (entry.model->protocol) {
            case Protocol::rest_json:
                if (knows_path(*entry.model, head.target)) return &entry;
                break;
            case Protocol::query:
                if (action != nullptr && find_operation(*entry.model, *action) != nullptr) {
                    return &entry;
                }
                break;
            case Protocol::rest_xml:
                objects = &entry;
                break;
            default:
                break;
        }
    }
    // Any other path is a bucket's, except where a body in a form asks for an Action.
    return guess_protocol(head) == Protocol::rest_json ? objects : nullptr;
}

const Router::Entry* Router::find_entry(const wire::RequestHead& head, const Host& host) const {
    if (const std::string* target = head.headers.find("x-amz-target")) {
        const std::string_view prefix = std::string_view(*target).substr(0, target->rfind('.'));
        for (const Entry& entry : entries_) {
            if (!entry.model->target_prefix.empty() && entry.model->target_prefix == prefix) {
                return &entry;
            }
        }
        const Entry* scope = find_signing_name(scope_service(head));
        return scope != nullptr && is_json(scope->model->protocol) ? scope : nullptr;
    }
    const std::string_view scope = scope_service(head);
    if (!scope.empty()) return find_signing_name(scope);
    if (!host.service.empty()) return find_signing_name(host.service);
    if (!host.bucket.empty()) return find_signing_name("s3");
    return find_by_path(head);
}

void Router::route_json(const wire::RequestHead& head, Route& route) const {
    const ServiceModel& model = *route.model;
    if (head.headers.get("content-type").starts_with("application/x-amz-cbor") ||
        head.headers.find("smithy-protocol") != nullptr) {
        route.refusal = cbor_not_implemented();
        return;
    }
    const std::string_view target = head.headers.get("x-amz-target");
    const std::size_t dot = target.rfind('.');
    if (dot == std::string_view::npos || target.substr(0, dot) != model.target_prefix) {
        route.refusal = no_operation(model.id, model.protocol);
        return;
    }
    const std::string_view name = target.substr(dot + 1);
    const Operation* operation = find_operation(model, name);
    if (operation == nullptr) {
        route.refusal = not_implemented(model.id, name);
        return;
    }
    set_operation(route, *operation);
}

void Router::route_query(const wire::RequestHead& head, Route& route) const {
    const std::string* action = head.find_query("Action");
    if (action == nullptr) {
        // It is in the form body.
        route.body_bytes_max = query_body_bytes_max;
        if (head.method != "POST") route.refusal = no_operation(route.model->id, Protocol::query);
        return;
    }
    const Operation* operation = find_operation(*route.model, *action);
    if (operation == nullptr) {
        route.refusal = not_implemented(route.model->id, *action);
        return;
    }
    set_operation(route, *operation);
}

Route Router::route(const wire::RequestHead& head) const {
    Route route;
    const Host host = read_host(head.headers.get("host"));
    const Entry* entry = find_entry(head, host);
    if (entry == nullptr) {
        route.protocol = guess_protocol(head);
        std::string_view name = head.headers.get("x-amz-target");
        name = name.substr(0, name.rfind('.'));
        if (name.empty()) name = scope_service(head);
        if (name.empty()) name = "that this request asks for";
        route.refusal = not_implemented(name, "");
        return route;
    }
    route.model = entry->model;
    route.service = entry->service;
    route.protocol = entry->model->protocol;
    switch (route.protocol) {
        case Protocol::json_1_0:
        case Protocol::json_1_1:
            route_json(head, route);
            break;
        case Protocol::query:
            route.protocol = asked_protocol(head, *route.model);
            if (route.protocol == Protocol::query) {
                route_query(head, route);
            } else if (route.protocol == rpc_cbor) {
                route_cbor(head, route);
            } else {
                route_json(head, route);
            }
            break;
        case Protocol::rest_json:
            route_rest(*route.model, head, "", route);
            break;
        case Protocol::rest_xml:
            route_rest(*route.model, head, host.bucket, route);
            break;
    }
    return route;
}

}  // namespace aws
