// Rows as the wire shows them, and the options that are refused by name.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/fault.h"
#include "services/cloudformation/rows.h"
#include "services/cloudformation/shapes.h"

namespace cloudformation {

// nullopt for "".
std::optional<std::string> optional_text(const std::string& text);

Stack to_stack(const StackRow& row);
StackSummary to_summary(const StackRow& row);
StackEvent to_event(const StackRow& stack, EventRow row);
StackResource to_resource(const StackRow& stack, const ResourceRow& row);
StackResourceSummary to_resource_summary(const ResourceRow& row);
ChangeSetSummary to_summary(const StackRow& stack, const ChangeSetRow& row);

// Options that requests have in common and that this server lacks: refused when they are used.
struct Unsupported {
    const std::optional<Names>* notification_arns = nullptr;
    const std::optional<RollbackConfiguration>* rollback = nullptr;
    std::vector<std::pair<const char*, bool>> others = {};  // name, whether it is there
};
aws::Reply<void> refuse(const Unsupported& options);

// A page of `items` from the position in `token` (what the page before has answered).
//   errors  ValidationError: the token is none of ours
template <class Item>
struct Page {
    std::vector<Item> items;
    std::optional<std::string> next_token;
};
aws::Reply<std::size_t> page_start(const std::optional<std::string>& token, std::size_t size);

template <class Item>
aws::Reply<Page<Item>> page_of(std::vector<Item> items, const std::optional<std::string>& token,
                               std::size_t page_max) {
    TRY(start, page_start(token, items.size()));
    Page<Item> page;
    for (std::size_t i = start; i < items.size(); ++i) {
        if (page.items.size() == page_max) {
            page.next_token = std::to_string(i);
            break;
        }
        page.items.push_back(std::move(items[i]));
    }
    return page;
}

inline constexpr std::size_t page_max = 100;
// DescribeStacks and DescribeChangeSet: everything that fits AWS's megabyte, and so here.
inline constexpr std::size_t large_page_max = 500;

}  // namespace cloudformation
