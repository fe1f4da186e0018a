// Pages of lists that are short enough to be made whole: the marker is the key of the last item
// shown, in base64, so that what is made or deleted between two pages moves nothing.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/fault.h"
#include "services/iam/faults.h"
#include "wire/base64.h"

namespace iam {

inline constexpr std::int32_t page_default = 100;

template <class Item>
struct Page {
    std::vector<Item> items;
    bool truncated = false;
    std::optional<std::string> marker;
};

// The page of `items`, sorted by key_of(item), behind `marker`.
//   errors  ValidationError: not a marker
template <class Item, class KeyOf>
aws::Reply<Page<Item>> make_page(std::vector<Item> items, const std::optional<std::string>& marker,
                                 std::optional<std::int32_t> max_items, KeyOf key_of) {
    std::string after;
    if (marker) {
        auto decoded = wire::decode_base64(*marker);
        if (!decoded) return faults::invalid_marker();
        after = std::move(decoded.value());
    }
    Page<Item> page;
    const auto most = static_cast<std::size_t>(max_items.value_or(page_default));
    for (Item& item : items) {
        if (marker && key_of(item) <= after) continue;
        if (page.items.size() == most) {
            page.truncated = true;
            page.marker = wire::encode_base64(key_of(page.items.back()));
            break;
        }
        page.items.push_back(std::move(item));
    }
    return page;
}

}  // namespace iam
