// Firehose's Prefix and ErrorOutputPrefix: text with !{namespace:value} expressions, checked when
// the delivery stream is made and evaluated for each object.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "services/firehose/java_time_format.h"

namespace firehose {

inline constexpr std::size_t evaluated_prefix_chars_max = 512;
inline constexpr std::size_t random_string_chars = 11;

class Prefix {
  public:
    // errors  invalid: the message is the fault's
    static base::Result<Prefix> compile(std::string_view text);

    bool has_expressions() const { return expressions_ != 0; }
    bool has_timestamp() const { return timestamps_ != 0; }
    bool has_error_output_type() const { return error_types_ != 0; }

    // `time` is the arrival of the object's oldest record; `error_output_type` for error prefixes.
    std::string evaluate(const LocalTime& time, base::Random& random,
                         std::string_view error_output_type = {}) const;

  private:
    struct Part {
        enum class What : std::uint8_t { literal, timestamp, random_string, error_type } what;
        std::string literal;
        std::optional<JavaTimeFormat> format;
    };
    base::Result<void> add_expression(std::string_view name, std::string_view value);

    std::vector<Part> parts_;
    std::size_t expressions_ = 0;
    std::size_t timestamps_ = 0;
    std::size_t error_types_ = 0;
};

// Both prefixes of a destination and the rules between them: what AWS refuses at creation.
struct Prefixes {
    Prefix prefix;        // with yyyy/MM/dd/HH/ appended when it has no timestamp
    Prefix error_prefix;  // the same
};
base::Result<Prefixes> compile_prefixes(const std::string& prefix,
                                        const std::string& error_output_prefix);

// "<name>-<version>-yyyy-MM-dd-HH-mm-ss-<uuid>"
std::string make_object_name(const std::string& stream_name, std::int64_t version,
                             const LocalTime& time, base::Random& random);

}  // namespace firehose
