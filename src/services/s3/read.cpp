#include "services/s3/read.h"

#include <charconv>

#include "services/s3/faults.h"
#include "wire/timestamp.h"

namespace s3 {

namespace {

std::optional<std::uint64_t> to_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

// If-Range: the range counts only while the object is the one named.
bool if_range_holds(const aws::Call& call, const object_store::ObjectInfo& info) {
    const std::string_view wanted = call.header("If-Range");
    if (wanted.empty()) return true;
    if (wanted.front() == '"') return unquote(wanted) == info.etag;
    const auto date = wire::parse_http_date(wanted);
    return date && date.value() == whole_seconds(info.modified);
}

aws::Reply<void> select_part(const ReadInput& input, const object_store::ObjectInfo& info,
                             Decided& decided) {
    TRY(number, parse_part_number(*input.part_number));
    if (input.range) {
        return faults::invalid_request(
            "Cannot specify both Range header and partNumber query "
            "parameter.");
    }
    const auto index = static_cast<std::size_t>(number - 1);
    // An object that was not uploaded in parts is its own first part.
    const std::size_t count = std::max<std::size_t>(info.part_sizes.size(), 1);
    if (index >= count) {
        aws::Fault fault("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
        fault.members = {{"ActualPartCount", std::to_string(count)},
                         {"PartNumberRequested", *input.part_number}};
        return fault;
    }
    if (info.part_sizes.empty()) return base::ok();
    decided.output.parts_count = static_cast<std::int64_t>(count);
    decided.range = {0, info.part_sizes[index]};
    for (std::size_t i = 0; i < index; ++i)
        decided.range.offset += info.part_sizes[i];
    return base::ok();
}

void apply_overrides(const ReadInput& input, ContentHeaders& headers) {
    const auto apply = [](const Text& from, Text& to) {
        if (from) to = from;
    };
    apply(input.response_cache_control, headers.cache_control);
    apply(input.response_content_disposition, headers.content_disposition);
    apply(input.response_content_encoding, headers.content_encoding);
    apply(input.response_content_language, headers.content_language);
    apply(input.response_content_type, headers.content_type);
    apply(input.response_expires, headers.expires);
}

}  // namespace

aws::Reply<std::optional<ByteRange>> parse_range(const std::string& text, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    if (!text.starts_with(unit)) return std::optional<ByteRange>();
    const std::string_view spec = std::string_view(text).substr(unit.size());
    const std::size_t dash = spec.find('-');
    if (dash == std::string_view::npos) return std::optional<ByteRange>();
    const std::string_view first = spec.substr(0, dash);
    const std::string_view last = spec.substr(dash + 1);
    const auto end = to_number(last);
    if (!last.empty() && !end) return std::optional<ByteRange>();
    if (first.empty()) {
        if (!end) return std::optional<ByteRange>();
        if (*end == 0 || size == 0) return faults::invalid_range(text, size);
        const std::uint64_t length = std::min(*end, size);
        return std::optional(ByteRange{size - length, length});
    }
    const auto start = to_number(first);
    if (!start || (end && *end < *start)) return std::optional<ByteRange>();
    if (*start >= size) return faults::invalid_range(text, size);
    const std::uint64_t until = end && *end < size ? *end + 1 : size;
    return std::optional(ByteRange{*start, until - *start});
}

aws::Reply<ByteRange> parse_copy_range(const std::string& text, std::uint64_t size) {
    const auto malformed = [&] {
        return faults::invalid_argument(
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first "
            "and last are the zero-based offsets of the first and last bytes to copy",
            "x-amz-copy-source-range", text);
    };
    constexpr std::string_view unit = "bytes=";
    if (!text.starts_with(unit)) return malformed();
    const std::string_view spec = std::string_view(text).substr(unit.size());
    const std::size_t dash = spec.find('-');
    if (dash == std::string_view::npos) return malformed();
    const auto first = to_number(spec.substr(0, dash));
    const auto last = to_number(spec.substr(dash + 1));
    if (!first || !last || *last < *first) return malformed();
    if (*last >= size) {
        return faults::invalid_argument(
            "Range specified is not valid for source object of size: " + std::to_string(size),
            "x-amz-copy-source-range", text);
    }
    return ByteRange{*first, *last - *first + 1};
}

aws::Reply<Decided> decide_read(const aws::Call& call, const object_store::Bucket& bucket,
                                const ReadInput& input, const object_store::ObjectInfo& info) {
    Decided decided;
    decided.range = {0, info.size_bytes};
    ReadOutput& output = decided.output;
    output.etag = quote(info.etag);
    output.last_modified = whole_seconds(info.modified);
    static_cast<VersionHeader&>(output) = version_header(bucket, info.version_id);
    TRY(not_modified, check_read_conditions(input, info));
    if (not_modified != 0) {
        output.status = not_modified;
        return decided;
    }
    if (input.part_number) {
        TRY_VOID(select_part(input, info, decided));
    } else if (input.range && if_range_holds(call, info)) {
        TRY(range, parse_range(*input.range, info.size_bytes));
        if (range) {
            decided.range = *range;
            output.status = 206;
        }
    }
    if (input.part_number && decided.range.length > 0) output.status = 206;
    if (output.status == 206) {
        output.content_range = "bytes " + std::to_string(decided.range.offset) + "-" +
                               std::to_string(decided.range.offset + decided.range.length - 1) +
                               "/" + std::to_string(info.size_bytes);
    }
    static_cast<ContentHeaders&>(output) = to_content_headers(info);
    static_cast<EncryptionHeaders&>(output) = encryption_of(info);
    if (!info.tags.empty()) output.tag_count = static_cast<std::int64_t>(info.tags.size());
    apply_overrides(input, output);
    // A checksum is of the whole object: it says nothing about a part of it.
    const bool whole = decided.range == ByteRange{0, info.size_bytes};
    if (input.checksum_mode && whole) {
        if (*input.checksum_mode != "ENABLED") {
            return faults::invalid_request("Value for x-amz-checksum-mode header is invalid.");
        }
        static_cast<ChecksumHeaders&>(output) = to_headers(info.checksums, info.checksum_type);
    }
    return decided;
}

}  // namespace s3
