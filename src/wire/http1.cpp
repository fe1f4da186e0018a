#include "wire/http1.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "wire/uri.h"

namespace wire::http1 {

namespace {

// Characters of methods and header names (RFC 9110 5.6.2).
constexpr std::array<bool, 256> make_token_table() {
    std::array<bool, 256> table{};
    for (int c = '0'; c <= '9'; ++c)
        table[static_cast<std::size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c)
        table[static_cast<std::size_t>(c)] = true;
    for (int c = 'A'; c <= 'Z'; ++c)
        table[static_cast<std::size_t>(c)] = true;
    for (const char c :
         {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'}) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}
constexpr auto token_table = make_token_table();

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return token_table[static_cast<unsigned char>(c)];
    });
}

// Visible characters, blanks, tabs and bytes above 127.
bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::optional<std::uint64_t> parse_number(std::string_view text, int base) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value, base);
    // from_chars takes a leading '-' for no unsigned type, and no '+' or blanks.
    if (text.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return value;
}

// Does the comma list of all fields of that name hold `token`?
bool list_holds(const Headers& headers, std::string_view name, std::string_view token) {
    for (const Header& field : headers.fields()) {
        if (!equals_ignoring_case(field.name, name)) continue;
        std::string_view rest = field.value;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(','), rest.size());
            if (equals_ignoring_case(trim(rest.substr(0, end)), token)) return true;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return false;
}

}  // namespace

void HeadParser::reset() {
    head_ = {};
    searched_ = 0;
    head_bytes_ = 0;
    http_1_0_ = false;
    expects_continue_ = false;
    refusal_ = {};
}

HeadParser::Progress HeadParser::refuse(int status, std::string_view reason) {
    refusal_ = {status, reason};
    return Progress::refused;
}

HeadParser::Progress HeadParser::parse(std::string_view buffer) {
    // RFC 9112 2.2: a server should ignore empty lines before the request line.
    std::size_t start = 0;
    while (buffer.substr(start, 2) == "\r\n")
        start += 2;
    const std::size_t from = std::max(start, searched_ < 3 ? 0 : searched_ - 3);
    const std::size_t end = buffer.find("\r\n\r\n", from);
    if (end == std::string_view::npos) {
        if (buffer.size() > limits_.head_bytes_max) {
            return refuse(431, "The request's head is too long.");
        }
        searched_ = buffer.size();
        return Progress::incomplete;
    }
    if (end + 4 > limits_.head_bytes_max) return refuse(431, "The request's head is too long.");
    head_bytes_ = end + 4;
    return parse_lines(buffer.substr(start, end + 2 - start));
}

HeadParser::Progress HeadParser::parse_lines(std::string_view text) {
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == 0 || text[end - 1] != '\r') {
            return refuse(400, "A line ends without carriage return.");
        }
        const std::string_view line = text.substr(0, end - 1);
        text.remove_prefix(end + 1);
        if (!(first ? parse_request_line(line) : parse_field(line))) return Progress::refused;
        first = false;
    }
    if (!check_framing() || !check_connection()) return Progress::refused;
    return Progress::complete;
}

bool HeadParser::parse_request_line(std::string_view line) {
    const auto bad = [this](int status, std::string_view reason) {
        refuse(status, reason);
        return false;
    };
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return bad(400, "The request line is not 'method target version'.");
    }
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method)) return bad(400, "The method is not a token.");
    if (version == "HTTP/1.0") {
        http_1_0_ = true;
    } else if (version != "HTTP/1.1") {
        const bool http = version.substr(0, 5) == "HTTP/";
        return bad(http ? 505 : 400, "The version is not HTTP/1.0 or HTTP/1.1.");
    }
    if (target.size() > limits_.target_bytes_max) return bad(414, "The target is too long.");
    const bool visible = std::all_of(target.begin(), target.end(), [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
    });
    if (target.empty() || !visible) return bad(400, "The target holds a control character.");
    head_.method = method;
    head_.target = target;
    return parse_target() || bad(400, "The target cannot be read.");
}

bool HeadParser::parse_target() {
    std::string_view target = head_.target;
    if (target == "*" && head_.method == "OPTIONS") {
        head_.path = "*";
        return true;
    }
    if (target.front() != '/') {
        // The absolute form, "http://host/path": what signatures see is the origin form.
        const std::size_t scheme = target.find("://");
        const bool http = scheme != std::string_view::npos &&
                          (equals_ignoring_case(target.substr(0, scheme), "http") ||
                           equals_ignoring_case(target.substr(0, scheme), "https"));
        if (!http) return false;
        const std::size_t path = target.find_first_of("/?", scheme + 3);
        std::string origin(path == std::string_view::npos ? "" : target.substr(path));
        if (origin.empty() || origin.front() != '/') origin.insert(0, 1, '/');
        head_.target = std::move(origin);
        target = head_.target;
    }
    if (target.find('#') != std::string_view::npos) return false;
    const TargetParts parts = split_target(target);
    auto path = percent_decode(parts.path);
    auto query = parse_query(parts.query, limits_.query_count_max);
    if (!path || !query || path->find('\0') != std::string::npos) return false;
    head_.path = std::move(*path);
    head_.query = std::move(*query);
    return true;
}

bool HeadParser::parse_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    std::string_view reason;
    int status = 400;
    if (head_.headers.fields().size() == limits_.header_count_max) {
        status = 431;
        reason = "There are too many headers.";
    } else if (!line.empty() && (line.front() == ' ' || line.front() == '\t')) {
        reason = "A header is folded over two lines.";
    } else if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        reason = "A header has no name, or its name is not a token.";
    } else if (!is_field_value(line.substr(colon + 1))) {
        reason = "A header's value holds a control character.";
    } else {
        head_.headers.add(std::string(line.substr(0, colon)),
                          std::string(trim(line.substr(colon + 1))));
        return true;
    }
    refuse(status, reason);
    return false;
}

bool HeadParser::check_framing() {
    const auto bad = [this](int status, std::string_view reason) {
        refuse(status, reason);
        return false;
    };
    const std::size_t lengths = head_.headers.count("content-length");
    const std::size_t codings = head_.headers.count("transfer-encoding");
    if (lengths > 1) return bad(400, "Content-Length is there more than once.");
    if (codings > 0) {
        if (lengths > 0)
            return bad(400, "Content-Length and Transfer-Encoding exclude each other.");
        if (http_1_0_) return bad(400, "HTTP/1.0 has no Transfer-Encoding.");
        if (codings > 1 ||
            !equals_ignoring_case(head_.headers.get("transfer-encoding"), "chunked")) {
            return bad(501, "The only Transfer-Encoding is chunked.");
        }
        head_.chunked = true;
    } else if (lengths == 1) {
        const std::string_view text = head_.headers.get("content-length");
        head_.content_length = parse_number(text, 10);
        if (!head_.content_length) return bad(400, "Content-Length is not a number.");
    }
    return true;
}

bool HeadParser::check_connection() {
    const std::size_t hosts = head_.headers.count("host");
    if (hosts > 1 || (hosts == 0 && !http_1_0_)) {
        refuse(400, "There must be exactly one Host header.");
        return false;
    }
    head_.keep_alive = http_1_0_ ? list_holds(head_.headers, "connection", "keep-alive")
                                 : !list_holds(head_.headers, "connection", "close");
    if (const std::string* expect = head_.headers.find("expect")) {
        if (!equals_ignoring_case(*expect, "100-continue")) {
            refuse(417, "The only expectation is 100-continue.");
            return false;
        }
        const bool has_body = head_.chunked || head_.content_length.value_or(0) > 0;
        expects_continue_ = !http_1_0_ && has_body;
    }
    return true;
}

bool ChunkedDecoder::refuse(int status, std::string_view reason) {
    refusal_ = {status, reason};
    return false;
}

std::optional<std::size_t> ChunkedDecoder::feed(
    std::string_view bytes, base::UniqueFunction<void(std::string_view)>& emit) {
    const std::size_t total = bytes.size();
    while (!bytes.empty() && state_ != State::done) {
        if (state_ == State::data) {
            const auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, bytes.size()));
            emit(bytes.substr(0, count));
            bytes.remove_prefix(count);
            chunk_left_ -= count;
            if (chunk_left_ == 0) state_ = State::data_end;
            continue;
        }
        const std::size_t end = bytes.find('\n');
        const std::size_t count = end == std::string_view::npos ? bytes.size() : end + 1;
        line_ += bytes.substr(0, count);
        bytes.remove_prefix(count);
        const std::size_t max = state_ == State::trailer
                                    ? limits_.trailer_bytes_max - trailer_bytes_
                                    : limits_.chunk_line_bytes_max;
        if (line_.size() > max) {
            refuse(431, "A line of the chunked body is too long.");
            return std::nullopt;
        }
        if (end == std::string_view::npos) break;
        const std::string line = std::exchange(line_, {});
        if (line.size() < 2 || line[line.size() - 2] != '\r') {
            refuse(400, "A line of the chunked body ends without carriage return.");
            return std::nullopt;
        }
        const std::string_view text = std::string_view(line).substr(0, line.size() - 2);
        bool taken = true;
        if (state_ == State::size_line) {
            taken = read_size(text);
        } else if (state_ == State::data_end) {
            taken = text.empty() || refuse(400, "A chunk is longer than its size.");
            state_ = State::size_line;
        } else {
            trailer_bytes_ += line.size();
            taken = read_trailer(text);
        }
        if (!taken) return std::nullopt;
    }
    return total - bytes.size();
}

bool ChunkedDecoder::read_size(std::string_view line) {
    // Extensions are allowed and mean nothing to us; blanks before the ';' are what old servers
    // send.
    const std::string_view size = trim(line.substr(0, line.find(';')));
    const auto count = size == line.substr(0, size.size()) ? parse_number(size, 16) : std::nullopt;
    if (!count || !is_field_value(line)) return refuse(400, "A chunk size is not a number.");
    chunk_left_ = *count;
    state_ = *count == 0 ? State::trailer : State::data;
    return true;
}

bool ChunkedDecoder::read_trailer(std::string_view line) {
    if (line.empty()) {
        state_ = State::done;
        return true;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
        !is_field_value(line.substr(colon + 1))) {
        return refuse(400, "A trailing header cannot be read.");
    }
    if (trailers_.fields().size() == limits_.header_count_max) {
        return refuse(431, "There are too many trailing headers.");
    }
    trailers_.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
    return true;
}

namespace {

// Headers that say where the message ends are written from ResponseFraming alone.
bool is_framing(std::string_view name) {
    return equals_ignoring_case(name, "content-length") ||
           equals_ignoring_case(name, "transfer-encoding") ||
           equals_ignoring_case(name, "connection");
}

void append_clean(std::string& out, std::string_view text) {
    for (const char c : text)
        out.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
}

}  // namespace

void append_response_head(std::string& out, const Response& response,
                          const ResponseFraming& framing) {
    out += "HTTP/1.1 ";
    out += std::to_string(response.status);
    out += ' ';
    out += reason_phrase(response.status);
    out += "\r\n";
    for (const Header& field : response.headers.fields()) {
        if (is_framing(field.name)) continue;
        append_clean(out, field.name);
        out += ": ";
        append_clean(out, field.value);
        out += "\r\n";
    }
    if (framing.content_length) {
        out += "Content-Length: ";
        out += std::to_string(*framing.content_length);
        out += "\r\n";
    }
    if (framing.chunked) out += "Transfer-Encoding: chunked\r\n";
    if (!framing.date.empty()) {
        out += "Date: ";
        out += framing.date;
        out += "\r\n";
    }
    if (!framing.keep_alive) {
        out += "Connection: close\r\n";
    } else if (framing.says_keep_alive) {
        out += "Connection: keep-alive\r\n";
    }
    out += "\r\n";
}

void append_chunk(std::string& out, std::string_view bytes) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof(digits), bytes.size(), 16).ptr;
    out.append(digits, end);
    out += "\r\n";
    out += bytes;
    out += "\r\n";
}

std::string_view reason_phrase(int status) {
    static constexpr std::pair<int, std::string_view> phrases[] = {
        {100, "Continue"},
        {101, "Switching Protocols"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {424, "Failed Dependency"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
        {507, "Insufficient Storage"},
    };
    for (const auto& [number, phrase] : phrases) {
        if (number == status) return phrase;
    }
    return "Unknown";
}

}  // namespace wire::http1
