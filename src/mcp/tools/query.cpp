#include "mcp/tools/query.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace mcp::tools {

namespace json = boost::json;

namespace {

constexpr std::int64_t progress_period_ms = 200;
constexpr std::int64_t page_rows_max = 1'000;  // of GetQueryResults
constexpr std::size_t result_pages_max = 100;  // of one call
constexpr std::string_view cursor_purpose = "query results";
// What the status line and the notices may need of a text.
constexpr std::size_t row_characters_max = text_characters_max - 4'000;

// Where the next rows are: a page of GetQueryResults and how many of its rows were given already.
struct Place {
    std::string token;
    std::int64_t skip = 0;
};

std::string seal_place(const Context& context, const std::string& id, const Place& place) {
    return context.seal(cursor_purpose, json::serialize(json::array{id, place.token, place.skip}));
}

std::optional<Place> open_place(const Context& context, const std::string& id,
                                const std::string& cursor) {
    if (cursor.empty()) return Place{};
    const auto plain = context.open(cursor_purpose, cursor);
    if (!plain) return std::nullopt;
    boost::system::error_code problem;
    const json::value value = json::parse(*plain, problem);
    if (problem || !value.is_array() || value.get_array().size() != 3) return std::nullopt;
    const json::array& parts = value.get_array();
    if (!parts[0].is_string() || parts[0].get_string() != id) return std::nullopt;
    if (!parts[1].is_string() || !parts[2].is_int64()) return std::nullopt;
    return Place{std::string(parts[1].get_string()), parts[2].get_int64()};
}

// Follows one execution until it is done, its time is up, or nobody wants it; then reads.
// The answer keeps the context; nothing here touches it after `done`.
class Runner : public std::enable_shared_from_this<Runner> {
  public:
    Runner(Context& context, std::int64_t rows, std::int64_t wait_ms, QueryDone done)
        : context_(context),
          backend_(context.backend()),
          started_ns_(context.clock().monotonic_ns()),
          rows_(std::clamp<std::int64_t>(rows, 1, rows_max)),
          wait_ms_(wait_ms),
          done_(std::move(done)) {}

    void start(const QueryRequest& request) {
        stop_at_end_ = request.stop_at_end;
        json::object input{{"QueryString", request.sql},
                           {"ClientRequestToken", context_.seal("query token", "query")}};
        if (!request.database.empty()) {
            input["QueryExecutionContext"] = json::object{{"Database", request.database}};
        }
        if (!request.parameters.empty()) {
            json::array parameters;
            for (const std::string& one : request.parameters)
                parameters.emplace_back(one);
            input["ExecutionParameters"] = std::move(parameters);
        }
        backend_.call("athena", "StartQueryExecution", std::move(input),
                      [self = shared_from_this()](aws::Reply<json::object> reply) {
                          if (!reply) return self->fail(describe(reply.error()));
                          self->follow(text_at(reply.value(), "QueryExecutionId"), {});
                      });
    }
    void follow(std::string id, Place place) {
        output_.query_id = std::move(id);
        place_ = std::move(place);
        // By the backend and the id alone: the context may be gone when this runs.
        if (wait_ms_ > 0) {
            context_.when_cancelled([&backend = backend_, id = output_.query_id] {
                backend.call("athena", "StopQueryExecution", {{"QueryExecutionId", id}},
                             [](aws::Reply<json::object>) {});
            });
        }
        poll();
    }

  private:
    void finish() {
        if (output_.truncated) output_.notices.emplace_back(how_to_narrow);
        if (cut_cells_ > 0) {
            output_.notices.push_back(plural(cut_cells_, "cell") +
                                      " cut, at \"…\": select parts "
                                      "with substr(), or read the linked results.csv.");
        }
        auto done = std::move(done_);
        done(std::move(output_), "");
    }
    void fail(std::string problem) {
        auto done = std::move(done_);
        done(std::move(output_), std::move(problem));
    }

    // ---- the wait ----

    void poll() {
        backend_.call("athena", "GetQueryExecution", {{"QueryExecutionId", output_.query_id}},
                      [self = shared_from_this()](aws::Reply<json::object> reply) {
                          self->looked(std::move(reply));
                      });
    }
    void looked(aws::Reply<json::object> reply) {
        if (!reply) {
            return fail(describe(reply.error()) +
                        "\nThere is no such query, or it is forgotten: run it again.");
        }
        const json::object* status = read_status(reply.value(), output_);
        if (status == nullptr) return fail("Athena did not say how the query is.");
        const json::object* execution = object_at(reply.value(), "QueryExecution");
        has_header_ = text_at(*execution, "StatementType") == "DML";
        if (output_.state == "SUCCEEDED") return read();
        if (output_.state == "FAILED" || output_.state == "CANCELLED") {
            const std::string reason = cut(text_at(*status, "StateChangeReason"), 4'000);
            return fail("The query " + output_.query_id + " " +
                        (output_.state == "FAILED" ? "failed" : "was cancelled") +
                        (reason.empty() ? "." : ": " + reason));
        }
        wait();
    }
    void wait() {
        const std::int64_t elapsed_ms = (context_.clock().monotonic_ns() - started_ns_) / 1'000'000;
        if (elapsed_ms >= wait_ms_ || context_.is_cancelled()) {
            if (stop_at_end_) return stop();
            output_.notices.push_back("Still " + output_.state +
                                      ". Call get_query_results with this query_id; "
                                      "with cancel=true to stop it.");
            return finish();
        }
        // Short queries are answered as JSON; of long ones nobody wants every look.
        if (elapsed_ms - progress_ms_ >= progress_period_ms) {
            progress_ms_ = elapsed_ms;
            context_.progress(static_cast<double>(elapsed_ms), static_cast<double>(wait_ms_),
                              output_.state);
        }
        const std::int64_t delay_ms =
            std::min(std::clamp(elapsed_ms / 12, poll_ms_min, poll_ms_max), wait_ms_ - elapsed_ms);
        context_.executor().after(delay_ms, [self = shared_from_this()] { self->poll(); });
    }

    // Whether it worked does not matter to the answer: a query that has just ended is no longer
    // billed either.
    void stop() {
        backend_.call("athena", "StopQueryExecution", {{"QueryExecutionId", output_.query_id}},
                      [self = shared_from_this()](aws::Reply<json::object>) {
                          self->output_.notices.push_back("It took too long and was stopped.");
                          self->finish();
                      });
    }

    // ---- the rows ----

    void read() {
        const bool first = place_.token.empty();
        // One more than asked for, so that it is known whether there are more.
        const std::int64_t wanted = place_.skip + rows_ + 1 -
                                    static_cast<std::int64_t>(output_.rows.size()) +
                                    (first && has_header_ ? 1 : 0);
        json::object input{{"QueryExecutionId", output_.query_id},
                           {"MaxResults", std::min(wanted, page_rows_max)}};
        if (!first) input["NextToken"] = place_.token;
        backend_.call("athena", "GetQueryResults", std::move(input),
                      [self = shared_from_this()](aws::Reply<json::object> reply) {
                          if (!reply) return self->fail(describe(reply.error()));
                          self->took(reply.value());
                      });
    }
    void took(const json::object& answer) {
        const json::object* set = object_at(answer, "ResultSet");
        if (set == nullptr) return fail("Athena gave no result.");
        if (output_.columns.empty()) take_columns(*set);
        const json::array& rows = array_at(*set, "Rows");
        std::size_t from = place_.token.empty() && has_header_ && !rows.empty() ? 1 : 0;
        from += static_cast<std::size_t>(place_.skip);
        for (std::size_t i = from; i < rows.size(); ++i) {
            if (static_cast<std::int64_t>(output_.rows.size()) == rows_ || !add(rows[i])) {
                output_.truncated = true;
                output_.next_cursor = seal_place(context_, output_.query_id, place_);
                if (static_cast<std::int64_t>(output_.rows.size()) < rows_) {
                    output_.notices.push_back(
                        "The rows are long: fewer than max_rows fit. Select fewer columns, or "
                        "cut them with substr().");
                }
                return finish();
            }
            ++place_.skip;
        }
        const std::string token = text_at(answer, "NextToken");
        if (token.empty()) return finish();
        place_ = {token, 0};
        if (++pages_ == result_pages_max) {
            output_.truncated = true;
            output_.next_cursor = seal_place(context_, output_.query_id, place_);
            return finish();
        }
        read();
    }
    void take_columns(const json::object& set) {
        const json::object* metadata = object_at(set, "ResultSetMetadata");
        if (metadata == nullptr) return;
        for (const json::value& item : array_at(*metadata, "ColumnInfo")) {
            const json::object* column = item.if_object();
            if (column == nullptr) continue;
            output_.columns.push_back({cut(text_at(*column, "Name")), text_at(*column, "Type")});
        }
    }
    // False: no more characters left. One row always fits, its cells cut shorter if they must.
    bool add(const json::value& item) {
        const std::size_t columns = std::max<std::size_t>(1, output_.columns.size());
        std::size_t length = 0;
        std::int64_t cut_cells = 0;
        ResultRow cells = make_cells(item, cell_characters_max, length, cut_cells);
        if (length > row_characters_max) {
            const std::size_t share = row_characters_max / columns / 2;
            cells = make_cells(item, std::max<std::size_t>(4, share), length, cut_cells);
        }
        if (!output_.rows.empty() && characters_ + length > row_characters_max) return false;
        characters_ += length;
        cut_cells_ += cut_cells;
        output_.rows.push_back(std::move(cells));
        return true;
    }
    ResultRow make_cells(const json::value& item, std::size_t characters_max, std::size_t& length,
                         std::int64_t& cut_cells) const {
        ResultRow cells;
        length = 2;
        cut_cells = 0;
        const json::object* row = item.if_object();
        for (const json::value& datum : row != nullptr ? array_at(*row, "Data") : json::array()) {
            if (cells.size() == output_.columns.size()) break;
            std::optional<std::string> text;
            const json::object* cell = datum.if_object();
            if (cell != nullptr && cell->contains("VarCharValue")) {
                const std::string whole = text_at(*cell, "VarCharValue");
                text = cut(whole, characters_max);
                if (characters(whole) > characters_max) ++cut_cells;
            }
            cells.push_back(typed_cell(text, output_.columns[cells.size()].type));
            // Escapes of JSON are in it already.
            length += characters(cells.back().json) + 3;
        }
        cells.resize(output_.columns.size(), shape::Document{"null"});
        return cells;
    }

    Context& context_;
    Backend& backend_;
    const std::int64_t started_ns_;
    const std::int64_t rows_;
    const std::int64_t wait_ms_;
    bool stop_at_end_ = false;
    std::int64_t progress_ms_ = 0;  // when it was last told
    QueryDone done_;
    QueryOutput output_;
    Place place_;
    bool has_header_ = false;
    std::size_t pages_ = 0;
    std::size_t characters_ = 0;
    std::int64_t cut_cells_ = 0;
};

}  // namespace

const json::object* read_status(const json::object& answer, QueryOutput& output) {
    const json::object* execution = object_at(answer, "QueryExecution");
    const json::object* status = execution != nullptr ? object_at(*execution, "Status") : nullptr;
    if (status == nullptr) return nullptr;
    output.state = text_at(*status, "State");
    if (const json::object* statistics = object_at(*execution, "Statistics")) {
        output.stats = QueryStats{integer_at(*statistics, "EngineExecutionTimeInMillis"),
                                  integer_at(*statistics, "TotalExecutionTimeInMillis"),
                                  integer_at(*statistics, "DataScannedInBytes")};
    }
    return status;
}

void run_statement(Context& context, QueryRequest request, QueryDone done) {
    std::make_shared<Runner>(context, request.rows, request.wait_ms, std::move(done))
        ->start(request);
}

void fetch_results(Context& context, ResultRequest request, QueryDone done) {
    auto place = open_place(context, request.query_id, request.cursor);
    if (!place) return done({}, bad_cursor);
    std::make_shared<Runner>(context, request.rows, request.wait_ms, std::move(done))
        ->follow(std::move(request.query_id), std::move(*place));
}

}  // namespace mcp::tools
