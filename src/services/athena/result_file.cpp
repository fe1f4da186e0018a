#include "services/athena/result_file.h"

#include "wire/json.h"

namespace athena {

namespace {

void append_quoted(std::string& out, std::string_view value) {
    out += '"';
    for (std::size_t begin = 0; begin <= value.size();) {
        const auto quote = value.find('"', begin);
        if (quote == std::string_view::npos) {
            out += value.substr(begin);
            break;
        }
        out += value.substr(begin, quote - begin + 1);
        out += '"';
        begin = quote + 1;
    }
    out += '"';
}

struct Metadata {
    std::vector<ColumnRow> columns;
    static constexpr auto members() {
        return std::tuple{shape::member("columns", &Metadata::columns)};
    }
};

base::Error corrupt(std::uint64_t offset) {
    return {base::ErrorKind::corrupt, "The result object is not as it was written",
            "at byte " + std::to_string(offset)};
}

// Takes one CSV row off the front of `text`. nullopt: it does not end in `text`.
base::Result<std::optional<std::size_t>> take_csv_row(std::string_view text, ResultRow& row,
                                                      std::uint64_t offset) {
    std::size_t at = 0;
    while (true) {
        if (at >= text.size()) return std::optional<std::size_t>();
        if (text[at] == '"') {
            std::string value;
            ++at;
            while (true) {
                const auto quote = text.find('"', at);
                if (quote == std::string_view::npos || quote + 1 >= text.size()) {
                    return std::optional<std::size_t>();
                }
                value += text.substr(at, quote - at);
                at = quote + 1;
                if (text[at] != '"') break;
                value += '"';
                ++at;
            }
            row.emplace_back(std::move(value));
        } else {
            row.emplace_back();
        }
        if (text[at] == '\n') return std::optional<std::size_t>(at + 1);
        if (text[at] != ',') return corrupt(offset + at);
        ++at;
    }
}

base::Result<std::optional<std::size_t>> take_line(std::string_view text, ResultRow& row,
                                                   std::uint64_t) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::optional<std::size_t>();
    row.emplace_back(std::string(text.substr(0, end)));
    return std::optional<std::size_t>(end + 1);
}

template <class Take>
base::Result<ResultPage> read_page(const object_store::ObjectReader& reader, std::uint64_t offset,
                                   std::size_t rows_max, Take take) {
    const std::uint64_t size = reader.info().size_bytes;
    if (offset > size) return corrupt(offset);
    ResultPage page;
    std::string window;
    std::size_t used = 0;  // of the window
    std::uint64_t window_begin = offset;
    std::size_t page_bytes = 0;
    while (page.rows.size() < rows_max && page_bytes < result_page_bytes_target) {
        ResultRow row;
        const std::string_view rest = std::string_view(window).substr(used);
        std::size_t length = 0;
        if (!rest.empty()) {
            TRY(taken, take(rest, row, window_begin + used));
            length = taken.value_or(0);
        }
        if (length != 0) {
            page.rows.push_back(std::move(row));
            used += length;
            page_bytes += length;
            continue;
        }
        const std::uint64_t read_from = window_begin + window.size();
        if (read_from == size) {
            if (!rest.empty()) return corrupt(size);
            return page;
        }
        if (rest.size() > result_row_bytes_max) {
            return base::Error{base::ErrorKind::limit, "A row of the result is too large", ""};
        }
        window.erase(0, used);
        window_begin += used;
        used = 0;
        const std::size_t kept = window.size();
        // Doubling, so that a long row is not looked at again for every small piece.
        const std::size_t piece = std::max<std::size_t>(256 * 1024, kept);
        window.resize(kept + piece);
        TRY(count, reader.read_at(read_from, std::span(window).subspan(kept)));
        window.resize(kept + count);
        if (count == 0) return corrupt(read_from);
    }
    if (window_begin + used < size) page.next_offset = window_begin + used;
    return page;
}

}  // namespace

void append_csv_header(std::string& out, const std::vector<ColumnRow>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i != 0) out += ',';
        append_quoted(out, columns[i].name);
    }
    out += '\n';
}

void append_csv_row(std::string& out, const sql_engine::ResultBatch& batch, std::size_t row) {
    for (std::size_t column = 0; column < batch.column_count; ++column) {
        if (column != 0) out += ',';
        if (const auto cell = batch.cell(row, column)) append_quoted(out, *cell);
    }
    out += '\n';
}

std::string result_metadata(const ExecutionRow& row) {
    const Metadata metadata{row.columns};
    std::string out;
    wire::append_json(out, shape::type_of<Metadata>(), &metadata);
    return out;
}

base::Result<ResultPage> read_csv_page(const object_store::ObjectReader& reader,
                                       std::uint64_t offset, std::size_t rows_max) {
    return read_page(reader, offset, rows_max, take_csv_row);
}

base::Result<ResultPage> read_text_page(const object_store::ObjectReader& reader,
                                        std::uint64_t offset, std::size_t rows_max) {
    return read_page(reader, offset, rows_max, take_line);
}

}  // namespace athena
