#include "http_client.h"

#include <charconv>

namespace client {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t receive_bytes = 64 * 1024;

Error not_http(const std::string& what) {
    return {ErrorKind::invalid, "the answer is not HTTP: " + what, ""};
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::string write_request(const HttpRequest& request) {
    std::string out = request.method + " " + request.target + " HTTP/1.1\r\n";
    for (const wire::Header& header : request.headers.fields()) {
        out += header.name + ": " + header.value + "\r\n";
    }
    out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n";
    out += request.body;
    return out;
}

}  // namespace

base::Result<HttpAnswer> HttpClient::request(const HttpRequest& request) {
    const bool reused = connection_ != nullptr;
    auto answer = exchange(request);
    if (!answer && reused && !answer_begun_ && answer.error().message != "timed out") {
        answer = exchange(request);
    }
    if (!answer || closes_) connection_.reset();
    return answer;
}

base::Result<HttpAnswer> HttpClient::exchange(const HttpRequest& request) {
    answer_begun_ = false;
    closes_ = false;
    if (connection_ == nullptr) {
        if (target_.tls && tls_ == nullptr) {
            TRY(made, TlsContext::open());
            tls_ = std::move(made);
        }
        TRY(opened, Connection::open(target_, {timeouts_.connect_ms, timeouts_.stopped, tls_}));
        connection_ = std::move(opened);
    }
    input_.clear();
    auto sent = connection_->send(write_request(request));
    auto answer = sent ? read_head() : base::Result<HttpAnswer>(sent.error());
    if (answer && answer.value().status == 100) answer = read_head();
    if (answer) {
        auto body = read_body(request, answer.value());
        if (!body) answer = body.error();
    }
    if (!answer) connection_.reset();
    return answer;
}

base::Result<void> HttpClient::receive_more() {
    const std::size_t have = input_.size();
    input_.resize(have + receive_bytes);
    auto got = connection_->receive({input_.data() + have, receive_bytes}, timeouts_.receive_ms);
    input_.resize(have + (got ? got.value() : 0));
    if (!got) return got.error();
    if (got.value() == 0) {
        return Error{ErrorKind::unavailable, "the server closed the connection", target_.host};
    }
    answer_begun_ = true;
    return base::ok();
}

base::Result<std::string> HttpClient::read_line() {
    for (;;) {
        const auto end = input_.find("\r\n");
        if (end != std::string::npos) {
            std::string line = input_.substr(0, end);
            input_.erase(0, end + 2);
            return line;
        }
        if (input_.size() > answer_head_bytes_max) return not_http("a line is too long");
        TRY_VOID(receive_more());
    }
}

base::Result<HttpAnswer> HttpClient::read_head() {
    HttpAnswer answer;
    TRY(status_line, read_line());
    if (!status_line.starts_with("HTTP/1.") || status_line.size() < 12 || status_line[8] != ' ') {
        return not_http("no status line");
    }
    const char* digits = status_line.data() + 9;
    if (std::from_chars(digits, digits + 3, answer.status).ptr != digits + 3) {
        return not_http("no status");
    }
    std::size_t bytes = 0;
    for (;;) {
        TRY(line, read_line());
        if (line.empty()) break;
        bytes += line.size();
        const auto colon = line.find(':');
        if (colon == std::string::npos || bytes > answer_head_bytes_max) {
            return not_http("a bad header");
        }
        answer.headers.add(line.substr(0, colon),
                           std::string(trim(std::string_view(line).substr(colon + 1))));
    }
    closes_ = wire::equals_ignoring_case(answer.headers.get("connection"), "close");
    return answer;
}

base::Result<void> HttpClient::read_body(const HttpRequest& request, HttpAnswer& answer) {
    const int status = answer.status;
    if (request.method == "HEAD" || status == 204 || status == 304 || status < 200) {
        return base::ok();
    }
    if (wire::equals_ignoring_case(answer.headers.get("transfer-encoding"), "chunked")) {
        return read_chunked(request, answer);
    }
    const std::string_view length_text = answer.headers.get("content-length");
    std::size_t length = 0;
    const auto parsed =
        std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
    if (length_text.empty() || parsed.ec != std::errc()) return not_http("no length");
    if (length > request.answer_bytes_max)
        return Error{ErrorKind::limit, "the answer is too large", ""};
    while (input_.size() < length) {
        TRY_VOID(receive_more());
    }
    answer.body = input_.substr(0, length);
    input_.erase(0, length);
    return base::ok();
}

base::Result<void> HttpClient::read_chunked(const HttpRequest& request, HttpAnswer& answer) {
    for (;;) {
        TRY(size_line, read_line());
        std::size_t size = 0;
        const auto parsed =
            std::from_chars(size_line.data(), size_line.data() + size_line.size(), size, 16);
        if (parsed.ec != std::errc() || parsed.ptr == size_line.data()) {
            return not_http("a bad chunk");
        }
        if (size > request.answer_bytes_max - answer.body.size()) {
            return Error{ErrorKind::limit, "the answer is too large", ""};
        }
        while (input_.size() < size + 2) {
            if (size == 0) break;
            TRY_VOID(receive_more());
        }
        if (size > 0) {
            answer.body.append(input_, 0, size);
            input_.erase(0, size + 2);
            continue;
        }
        for (;;) {  // trailers
            TRY(line, read_line());
            if (line.empty()) return base::ok();
        }
    }
}

}  // namespace client
