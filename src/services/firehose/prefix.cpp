#include "services/firehose/prefix.h"

#include "base/ids.h"

namespace firehose {
namespace {

base::Error bad(std::string message) {
    return {base::ErrorKind::invalid, std::move(message), ""};
}

std::string make_random_string(base::Random& random) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string text;
    for (std::size_t i = 0; i < random_string_chars; ++i) {
        text.push_back(alphabet[random.next_u64() % alphabet.size()]);
    }
    return text;
}

// Where an expression's value ends: the first } outside of quotes.
std::size_t find_end(std::string_view text, std::size_t from) {
    bool quoted = false;
    for (std::size_t i = from; i < text.size(); ++i) {
        if (text[i] == '\'') quoted = !quoted;
        if (text[i] == '}' && !quoted) return i;
    }
    return std::string_view::npos;
}

constexpr std::string_view default_time_prefix = "!{timestamp:yyyy/MM/dd/HH/}";

}  // namespace

base::Result<Prefix> Prefix::compile(std::string_view text) {
    Prefix prefix;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find("!{", at);
        if (open != at) {
            const std::size_t end = open == std::string_view::npos ? text.size() : open;
            prefix.parts_.push_back(
                {Part::What::literal, std::string(text.substr(at, end - at)), {}});
            at = end;
            continue;
        }
        const std::size_t close = find_end(text, open + 2);
        const std::size_t colon = text.find(':', open + 2);
        if (close == std::string_view::npos || colon == std::string_view::npos || colon > close) {
            return bad("The sequence !{ can only appear in !{namespace:value} expressions: " +
                       std::string(text.substr(open, 64)));
        }
        TRY_VOID(prefix.add_expression(text.substr(open + 2, colon - open - 2),
                                       text.substr(colon + 1, close - colon - 1)));
        at = close + 1;
    }
    return prefix;
}

base::Result<void> Prefix::add_expression(std::string_view name, std::string_view value) {
    ++expressions_;
    if (name == "timestamp") {
        auto format = JavaTimeFormat::compile(value);
        if (!format) {
            return bad("Invalid timestamp format '" + std::string(value) +
                       "': " + format.error().message);
        }
        if (value.empty()) return bad("The timestamp expression has no format.");
        ++timestamps_;
        parts_.push_back({Part::What::timestamp, {}, std::move(format.value())});
        return base::ok();
    }
    if (name == "firehose" && value == "random-string") {
        parts_.push_back({Part::What::random_string, {}, {}});
        return base::ok();
    }
    if (name == "firehose" && value == "error-output-type") {
        ++error_types_;
        parts_.push_back({Part::What::error_type, {}, {}});
        return base::ok();
    }
    if (name == "partitionKeyFromQuery" || name == "partitionKeyFromLambda") {
        return bad("The expression !{" + std::string(name) + ":" + std::string(value) +
                   "} needs dynamic partitioning, which is not supported here.");
    }
    return bad("Unknown expression !{" + std::string(name) + ":" + std::string(value) + "}.");
}

std::string Prefix::evaluate(const LocalTime& time, base::Random& random,
                             std::string_view error_output_type) const {
    std::string out;
    for (const Part& part : parts_) {
        switch (part.what) {
            case Part::What::literal:
                out += part.literal;
                break;
            case Part::What::timestamp:
                out += part.format->format(time);
                break;
            case Part::What::random_string:
                out += make_random_string(random);
                break;
            case Part::What::error_type:
                out += error_output_type;
                break;
        }
    }
    return out;
}

base::Result<Prefixes> compile_prefixes(const std::string& prefix,
                                        const std::string& error_output_prefix) {
    Prefixes prefixes;
    TRY(first, Prefix::compile(prefix));
    TRY(error, Prefix::compile(error_output_prefix));
    if (first.has_error_output_type()) {
        return bad("Prefix cannot contain !{firehose:error-output-type}");
    }
    if (first.has_expressions() && error_output_prefix.empty()) {
        return bad("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions");
    }
    if (error.has_expressions() && !error.has_error_output_type()) {
        return bad(
            "ErrorOutputPrefix must contain at least one instance of "
            "!{firehose:error-output-type} when it contains expressions");
    }
    // Longest moment in mind: what is too long once is too long always, near enough.
    const LocalTime sample{{1'767'225'599'999}, 0, "UTC", "UTC"};
    struct Zeros final : base::Random {
        void fill(std::span<char> out) override { std::fill(out.begin(), out.end(), '\0'); }
    } zeros;
    prefixes.prefix = std::move(first);
    if (!prefixes.prefix.has_timestamp()) {
        TRY(with_time, Prefix::compile(prefix + std::string(default_time_prefix)));
        prefixes.prefix = std::move(with_time);
    }
    prefixes.error_prefix = std::move(error);
    if (!prefixes.error_prefix.has_timestamp()) {
        TRY(with_time, Prefix::compile(error_output_prefix + std::string(default_time_prefix)));
        prefixes.error_prefix = std::move(with_time);
    }
    for (const Prefix* one : {&prefixes.prefix, &prefixes.error_prefix}) {
        if (one->evaluate(sample, zeros, "processing-failed").size() > evaluated_prefix_chars_max) {
            return bad(
                "Prefix and ErrorOutputPrefix must not be longer than 512 characters after "
                "evaluation");
        }
    }
    return prefixes;
}

std::string make_object_name(const std::string& stream_name, std::int64_t version,
                             const LocalTime& time, base::Random& random) {
    static const JavaTimeFormat format =
        std::move(JavaTimeFormat::compile("yyyy-MM-dd-HH-mm-ss").value());
    return stream_name + "-" + std::to_string(version) + "-" + format.format(time) + "-" +
           base::make_uuid(random);
}

}  // namespace firehose
