// The tables of rows.h: keys, reading, and the events' order. Any thread; no state of its own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "meta_store/meta_store.h"
#include "services/cloudformation/names.h"
#include "services/cloudformation/rows.h"

namespace cloudformation {

// Older ones of a stack are dropped.
inline constexpr std::uint64_t events_max = 2'000;

using ResourceRows = std::map<std::string, ResourceRow>;

struct Tables {
    explicit Tables(meta_store::MetaStore& store);

    meta_store::Table<StackRow> stacks;
    meta_store::Table<NameRow> names;
    meta_store::Table<TemplateRow> templates;
    meta_store::Table<ResourceRow> resources;
    meta_store::Table<OwnerRow> owners;
    meta_store::Table<OperationRow> operations;
    meta_store::Table<EventRow> events;
    meta_store::Table<ChangeSetRow> change_sets;
    meta_store::Table<ExportRow> exports;
    meta_store::Table<ImportRow> imports;

    // Keys: a stack, something of a stack, something of an account and region.
    static meta_store::Key at(const StackKey& stack);
    static meta_store::Key at(const StackKey& stack, std::string_view part);
    static meta_store::Key at(const std::string& account, const std::string& region,
                              std::string_view part);
    static meta_store::Key owner_at(const StackKey& stack, const std::string& type,
                                    const std::string& physical_id);
    static meta_store::Key event_at(const StackKey& stack, std::uint64_t sequence);

    base::Result<ResourceRows> resources_of(const StackKey& stack) const;
    base::Result<std::vector<ChangeSetRow>> change_sets_of(const StackKey& stack) const;
    // Text of a template that must be there.
    base::Result<std::string> template_text(const StackKey& stack, const std::string& id) const;
    // All stacks of an account and region, newest first.
    base::Result<std::vector<StackRow>> stacks_of(const std::string& account,
                                                  const std::string& region) const;
    // Names of the stacks that import an export.
    base::Result<std::vector<std::string>> importers_of(const std::string& account,
                                                        const std::string& region,
                                                        const std::string& export_name) const;

    struct EventPage {
        std::vector<EventRow> events;  // newest first
        std::optional<std::uint64_t> next_sequence;
    };
    // At most `count` events; from the newest, or from `sequence` downwards.
    base::Result<EventPage> events_page(const StackKey& stack,
                                        std::optional<std::uint64_t> sequence,
                                        std::size_t count) const;
    // Everything of a stack that is being forgotten, but for its names, owners and exports.
    base::Result<void> erase_stack(meta_store::Changes& changes, const StackKey& stack) const;
};

// Gives a stack's events their order, ids and times. Not for several threads at once.
class EventWriter {
  public:
    // Goes on behind the newest event that is stored.
    static base::Result<EventWriter> open(const Tables& tables, StackKey stack,
                                          const base::Clock& clock, base::Random& random);

    // `event` needs no id and no time.
    void add(meta_store::Changes& changes, EventRow event);

  private:
    EventWriter(const Tables& tables, StackKey stack, const base::Clock& clock,
                base::Random& random)
        : tables_(&tables), stack_(std::move(stack)), clock_(&clock), random_(&random) {}

    const Tables* tables_;
    StackKey stack_;
    const base::Clock* clock_;
    base::Random* random_;
    std::uint64_t next_sequence_ = 0;
    base::Timestamp last_;  // times never step back
};

}  // namespace cloudformation
