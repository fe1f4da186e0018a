#include "services/cloudformation/tables.h"

#include <algorithm>

#include "base/ids.h"
#include "wire/timestamp.h"

namespace cloudformation {

Tables::Tables(meta_store::MetaStore& store)
    : stacks(store, "cloudformation.stacks"),
      names(store, "cloudformation.names"),
      templates(store, "cloudformation.templates"),
      resources(store, "cloudformation.resources"),
      owners(store, "cloudformation.owners"),
      operations(store, "cloudformation.operations"),
      events(store, "cloudformation.events"),
      change_sets(store, "cloudformation.change_sets"),
      exports(store, "cloudformation.exports"),
      imports(store, "cloudformation.imports") {}

meta_store::Key Tables::at(const StackKey& stack) {
    return {stack.account, stack.region, stack.uuid};
}

meta_store::Key Tables::at(const StackKey& stack, std::string_view part) {
    return {stack.account, stack.region, stack.uuid, part};
}

meta_store::Key Tables::at(const std::string& account, const std::string& region,
                           std::string_view part) {
    return {account, region, part};
}

meta_store::Key Tables::owner_at(const StackKey& stack, const std::string& type,
                                 const std::string& physical_id) {
    return {stack.account, stack.region, type, physical_id};
}

meta_store::Key Tables::event_at(const StackKey& stack, std::uint64_t sequence) {
    meta_store::Key key = at(stack);
    key.add_number(~sequence);
    return key;
}

base::Result<ResourceRows> Tables::resources_of(const StackKey& stack) const {
    ResourceRows rows;
    TRY_VOID(resources.scan(at(stack), [&](std::string_view, ResourceRow& row) {
        std::string id = row.logical_id;
        rows.emplace(std::move(id), std::move(row));
        return true;
    }));
    return rows;
}

base::Result<std::vector<ChangeSetRow>> Tables::change_sets_of(const StackKey& stack) const {
    std::vector<ChangeSetRow> rows;
    TRY_VOID(change_sets.scan(at(stack), [&](std::string_view, ChangeSetRow& row) {
        rows.push_back(std::move(row));
        return true;
    }));
    return rows;
}

base::Result<std::string> Tables::template_text(const StackKey& stack,
                                                const std::string& id) const {
    TRY(row, templates.get(at(stack, id)));
    if (!row) return base::Error{base::ErrorKind::internal, "a stack's template is gone", id};
    return std::move(row->body);
}

base::Result<std::vector<StackRow>> Tables::stacks_of(const std::string& account,
                                                      const std::string& region) const {
    std::vector<StackRow> rows;
    TRY_VOID(stacks.scan({account, region}, [&](std::string_view, StackRow& row) {
        rows.push_back(std::move(row));
        return true;
    }));
    std::ranges::sort(rows, [](const StackRow& a, const StackRow& b) {
        return a.created != b.created ? a.created > b.created : a.id < b.id;
    });
    return rows;
}

base::Result<std::vector<std::string>> Tables::importers_of(const std::string& account,
                                                            const std::string& region,
                                                            const std::string& export_name) const {
    std::vector<std::string> found;
    TRY_VOID(imports.scan(at(account, region, export_name), [&](std::string_view, ImportRow& row) {
        found.push_back(std::move(row.stack_name));
        return true;
    }));
    std::ranges::sort(found);
    return found;
}

base::Result<Tables::EventPage> Tables::events_page(const StackKey& stack,
                                                    std::optional<std::uint64_t> sequence,
                                                    std::size_t count) const {
    EventPage page;
    const meta_store::Key from = event_at(stack, sequence.value_or(~std::uint64_t{0}));
    TRY_VOID(events.scan(
        at(stack),
        [&](std::string_view key, EventRow& row) {
            if (page.events.size() == count) {
                meta_store::KeyReader reader(key);
                reader.text(), reader.text(), reader.text();
                page.next_sequence = ~reader.number();
                return false;
            }
            page.events.push_back(std::move(row));
            return true;
        },
        &from));
    return page;
}

base::Result<void> Tables::erase_stack(meta_store::Changes& changes, const StackKey& stack) const {
    stacks.erase(changes, at(stack));
    operations.erase(changes, at(stack));
    const auto erase_all = [&](const auto& table) -> base::Result<void> {
        const std::string low = table.key(at(stack));
        return table.store().scan(low, meta_store::after_prefix(low),
                                  [&](std::string_view key, std::string_view) {
                                      changes.erase(std::string(key));
                                      return true;
                                  });
    };
    TRY_VOID(erase_all(templates));
    TRY_VOID(erase_all(resources));
    TRY_VOID(erase_all(events));
    TRY_VOID(erase_all(change_sets));
    return base::ok();
}

base::Result<EventWriter> EventWriter::open(const Tables& tables, StackKey stack,
                                            const base::Clock& clock, base::Random& random) {
    EventWriter writer(tables, std::move(stack), clock, random);
    TRY_VOID(tables.events.scan(Tables::at(writer.stack_),
                                [&](std::string_view key, const EventRow& newest) {
                                    meta_store::KeyReader reader(key);
                                    reader.text(), reader.text(), reader.text();
                                    writer.next_sequence_ = ~reader.number() + 1;
                                    writer.last_ = newest.time;
                                    return false;
                                }));
    return writer;
}

void EventWriter::add(meta_store::Changes& changes, EventRow event) {
    // Each event has a millisecond of its own: clients sort by time.
    last_ = {std::max(last_.ms + 1, clock_->now().ms)};
    event.time = last_;
    // Stacks' events have a uuid; two events of a resource may share a millisecond, so theirs ends
    // in one's beginning.
    const std::string unique = base::make_uuid(*random_);
    event.id =
        event.type == "AWS::CloudFormation::Stack" && event.physical_id.ends_with(stack_.uuid)
            ? unique
            : event.logical_id + "-" + event.status + "-" + wire::format_iso8601_ms(last_) + "-" +
                  unique.substr(0, 8);
    tables_->events.put(changes, Tables::event_at(stack_, next_sequence_), event);
    if (next_sequence_ >= events_max) {
        tables_->events.erase(changes, Tables::event_at(stack_, next_sequence_ - events_max));
    }
    ++next_sequence_;
}

}  // namespace cloudformation
