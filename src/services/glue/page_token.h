// Paging over the rows of a meta_store table: a page ends at a number of items or bytes, and the
// token is the key of the next row, in base64, good only under the same parent.
#pragma once

#include "services/glue/glue.h"
#include "wire/base64.h"

namespace glue {

// Reads rows under the key `under`, beginning where `token` says.
//   wanted(key)       whether the row of this key (without table prefix) is in the list; asked
//                     before the row is decoded
//   make(key, row)    the item of a row
//   errors            invalid (a token that is not ours), corrupt, io
template <class Item, class Row, class Wanted, class Make>
base::Result<Page<Item>> read_page(const meta_store::Table<Row>& table,
                                   const meta_store::Key& under,
                                   const std::optional<std::string>& token, std::size_t items_max,
                                   Wanted&& wanted, Make&& make) {
    const std::string low = table.key(under);
    const std::size_t prefix = low.size() - under.encoded().size();
    std::string from = low;
    if (token) {
        auto decoded = wire::decode_base64(*token);
        if (!decoded || !decoded.value().starts_with(under.encoded())) {
            return base::Error{base::ErrorKind::invalid, "Invalid NextToken.", *token};
        }
        from = low.substr(0, prefix) + decoded.value();
    }
    Page<Item> page;
    std::size_t bytes = 0;
    std::optional<base::Error> failed;
    TRY_VOID(table.store().scan(
        from, meta_store::after_prefix(low), [&](std::string_view at, std::string_view stored) {
            const std::string_view key = at.substr(prefix);
            if (!wanted(key)) return true;
            if (page.items.size() == items_max ||
                (!page.items.empty() && bytes + stored.size() > page_bytes_max)) {
                page.next_token = wire::encode_base64(key);
                return false;
            }
            bytes += stored.size();
            Row row;
            auto decoded = meta_store::decode_row(shape::type_of<Row>(), stored, &row);
            if (!decoded) {
                failed = decoded.error();
                return false;
            }
            page.items.push_back(make(key, row));
            return true;
        }));
    if (failed) return *failed;
    return page;
}

}  // namespace glue
