// What the tools share: reading answers of AWS, names that are nearly right, and texts that a
// model reads: tables whose cells are cut and cannot leave their place.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/fault.h"
#include "base/shape.h"
#include "mcp/registry.h"

namespace mcp::tools {

inline constexpr std::size_t text_characters_max = 40'000;  // of one result
inline constexpr std::size_t cell_characters_max = 500;
inline constexpr std::size_t line_characters_max = 200;     // of a description in a list
inline constexpr std::size_t list_characters_max = 32'000;  // of a page of a list, then it ends
inline constexpr std::size_t near_misses_max = 5;

// ---- reading ----

// "" / 0 / an empty array / null when the member is absent or of another type.
std::string text_at(const boost::json::object& from, std::string_view name);
std::int64_t integer_at(const boost::json::object& from, std::string_view name);
const boost::json::array& array_at(const boost::json::object& from, std::string_view name);
const boost::json::object* object_at(const boost::json::object& from, std::string_view name);

// "EntityNotFoundException: Table x not found"
std::string describe(const aws::Fault& fault);
bool is_not_found(const aws::Fault& fault);

// ---- names ----

// Without wildcards: is contained in `name`; with * and ?: is all of it. Case does not matter.
bool matches(std::string_view pattern, std::string_view name);
// Of `candidates` those that may have been meant, the likeliest first.
std::vector<std::string> near_misses(std::string_view wanted,
                                     const std::vector<std::string>& candidates);
// " Did you mean `a` or `b`?", or " There are: …" when none is near; "" without candidates.
std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& candidates);

// In the order of people: digits by their value, so that month=9 is before month=10.
bool natural_less(std::string_view a, std::string_view b);

// ---- texts ----

// At most `characters_max` code points, "…" at the end of what is cut; valid UTF-8.
std::string cut(std::string_view text, std::size_t characters_max = cell_characters_max);
std::size_t characters(std::string_view text);  // code points
// A cell of a markdown table: cut, on one line, its '|' escaped, control characters left out.
std::string markdown_cell(std::string_view text);
// "1.5 GiB"
std::string human_bytes(std::int64_t bytes);
std::string plural(std::int64_t count, std::string_view one);  // "1 row", "2 rows"

// | a | b | with its rule. Rows that no longer fit into `characters_max` are left out.
class MarkdownTable {
  public:
    explicit MarkdownTable(std::vector<std::string> headings,
                           std::size_t characters_max = text_characters_max - 2'000);
    // False: it did not fit, nor will anything after it.
    bool add(const std::vector<std::string>& cells);
    std::size_t rows() const { return rows_; }
    bool full() const { return full_; }
    const std::string& text() const { return text_; }

  private:
    const std::size_t characters_max_;
    std::string text_;
    std::size_t characters_ = 0;
    std::size_t rows_ = 0;
    bool full_ = false;
};

// ---- S3 ----

struct Location {
    std::string bucket;
    std::string prefix;  // "" or ending in '/'
};
// "s3://bucket/prefix"; nullopt: it is something else.
std::optional<Location> parse_location(std::string_view url);

// ---- paging over our own lists ----

// The page of `size` entries from `cursor` (sealed for `purpose`); "" is the first.
//   returns  where it begins; nullopt when the cursor is not ours
std::optional<std::size_t> open_cursor(const Context& context, std::string_view purpose,
                                       const std::string& cursor);
std::string make_cursor(const Context& context, std::string_view purpose, std::size_t from);
inline constexpr const char* bad_cursor =
    "The cursor is not one that this tool gave you. Leave it out to start from the beginning.";

// Every page of a listing of Glue or Kinesis: `member` of each answer, joined.
//   pages_max  after so many it stops; `complete` is then false
struct Listing {
    std::vector<boost::json::value> items;
    bool complete = true;
};
using ListingDone = base::UniqueFunction<void(aws::Reply<Listing>)>;
void list_all(Backend& backend, std::string service, std::string operation,
              boost::json::object input, std::string member, std::size_t pages_max,
              ListingDone done);

// Runs `task` here, but now and then on the executor: a loop whose steps are answered at once, one
// inside the other, would else nest as deep as it is long. `index` counts the steps.
void step(Context& context, std::size_t index, base::Task task);

}  // namespace mcp::tools
