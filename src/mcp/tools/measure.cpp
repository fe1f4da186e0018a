// How much a table holds, or of it what a query wants. One listing of everything below the table
// is tried first; of a large table only the folders of partitions that are wanted are listed.
#include <algorithm>
#include <deque>
#include <map>

#include "mcp/tools/partitions.h"

namespace mcp::tools {

namespace json = boost::json;

namespace {

struct Before {
    bool operator()(const std::vector<std::string>& a, const std::vector<std::string>& b) const {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), natural_less);
    }
};

// A folder to list: a partition's, with all below it; or one above, with its folders.
struct Folder {
    Location at;
    std::vector<std::string> values = {};  // of the partition; none: by each object's key
    bool whole = false;
    std::size_t depth = 0;
};

struct Measure : std::enable_shared_from_this<Measure> {
    Measure(Context& c, std::string n, CatalogTable t, Location r, PartitionWanted w,
            base::UniqueFunction<void(TableSize)> d)
        : context(c),
          database(std::move(n)),
          table(std::move(t)),
          root(std::move(r)),
          wanted(std::move(w)),
          done(std::move(d)) {}

    void begin() {
        if (wanted && !table.partition_keys.empty() && !table.is_projected()) {
            return ask_catalog("");
        }
        list_all_objects();
    }

    // ---- the partitions of the catalog ----

    void ask_catalog(const std::string& page) {
        json::object input{
            {"DatabaseName", database}, {"TableName", table.name}, {"ExcludeColumnSchema", true}};
        if (!page.empty()) input["NextToken"] = page;
        context.backend().call("glue", "GetPartitions", std::move(input),
                               [self = shared_from_this()](aws::Reply<json::object> reply) {
                                   self->took_partitions(std::move(reply));
                               });
    }
    void took_partitions(aws::Reply<json::object> reply) {
        if (!reply) return give_up(describe(reply.error()));
        for (const json::value& item : array_at(reply.value(), "Partitions")) {
            if (const json::object* row = item.if_object()) add_partition(*row);
        }
        const std::string page = text_at(reply.value(), "NextToken");
        if (page.empty()) return know_partitions();
        if (++registered_pages == registered_pages_max || context.is_cancelled()) {
            size.complete = false;
            return know_partitions();
        }
        step(context, registered_pages,
             [self = shared_from_this(), page] { self->ask_catalog(page); });
    }
    void add_partition(const json::object& row) {
        std::vector<std::string> values;
        for (const json::value& value : array_at(row, "Values")) {
            if (value.is_string()) values.emplace_back(value.get_string());
        }
        if (values.size() != table.partition_keys.size()) return;
        size.registered = size.registered.value_or(0) + 1;
        if (!wanted(filter_values(values))) return;
        const json::object* storage = object_at(row, "StorageDescriptor");
        auto place = parse_location(storage != nullptr ? text_at(*storage, "Location") : "");
        if (!place) {
            size.complete = false;
            return;
        }
        // The listing of the root passes over what is hidden there; a partition's own does not.
        const bool usual = place->bucket == root.bucket &&
                           partition_values_of(table, root, place->prefix + "x") == values &&
                           !is_hidden(std::string_view(place->prefix).substr(root.prefix.size()));
        elsewhere = elsewhere || !usual;
        folders.push_back({std::move(*place), std::move(values), true});
    }
    void know_partitions() {
        if (!size.registered) size.registered = 0;
        size.pruned = static_cast<std::size_t>(*size.registered) > folders.size();
        if (folders.empty()) return finish();
        // What lies in places of its own is not told by the keys of objects.
        if (elsewhere) return next_folder();
        list_all_objects();
    }

    // ---- everything at once ----

    void list_all_objects() { list(root, false, &Measure::took_page); }
    void took_page(const json::object& page) {
        add_objects(page, root, {});
        ++pages;
        if (token.empty()) {
            size.pruned = false;
            return finish();
        }
        if (pages == 1 && folders_are_better()) return go_down();
        if (pages == object_pages_max) {
            size.complete = false;
            return finish();
        }
        again([](Measure& self) { self.list_all_objects(); });
    }

    bool folders_are_better() const {
        if (!wanted || table.partition_keys.empty()) return false;
        if (table.is_projected()) return true;
        return size.pruned && folders.size() <= folder_listings_max;
    }

    // ---- folder by folder ----

    // The first page is kept: when there are too many folders, the listing goes on from there.
    void go_down() {
        kept = std::exchange(partitions, {});
        kept_token = std::exchange(token, "");
        if (folders.empty()) {
            folders.push_back({root});
            size.pruned = true;
        }
        next_folder();
    }
    void next_folder() {
        if (folders.empty() || context.is_cancelled()) return finish();
        if (listings == folder_listings_max) return too_many_folders();
        ++listings;
        list(folders.front().at, !folders.front().whole, &Measure::took_folder);
    }
    void took_folder(const json::object& page) {
        const Folder& folder = folders.front();
        add_objects(page, folder.at, folder.values);
        std::vector<Folder> below;
        for (const json::value& item : array_at(page, "CommonPrefixes")) {
            const json::object* row = item.if_object();
            const std::string prefix = row != nullptr ? text_at(*row, "Prefix") : "";
            if (prefix.size() <= folder.at.prefix.size()) continue;
            if (is_hidden(prefix.substr(folder.at.prefix.size()))) continue;
            // The first object in it would have these.
            auto values = first_values(table, root, prefix + "x");
            if (!wanted(filter_values(values))) continue;
            const bool whole = values.size() == table.partition_keys.size() ||
                               folder.depth > table.partition_keys.size() + 2;
            if (values.size() < table.partition_keys.size()) values.clear();
            below.push_back({{root.bucket, prefix}, std::move(values), whole, folder.depth + 1});
        }
        if (token.empty()) folders.pop_front();
        folders.insert(folders.end(), below.begin(), below.end());
        again([](Measure& self) { self.next_folder(); });
    }
    void too_many_folders() {
        if (kept_token.empty()) {
            size.complete = false;
            return finish();
        }
        size.pruned = false;
        partitions = std::move(kept);
        token = std::move(kept_token);
        list_all_objects();
    }

    // ---- both ----

    void again(void (*next)(Measure&)) {
        step(context, pages + listings, [self = shared_from_this(), next] { next(*self); });
    }
    void list(const Location& at, bool one_level, void (Measure::*then)(const json::object&)) {
        json::object input{{"Bucket", at.bucket}, {"Prefix", at.prefix}};
        if (one_level) input["Delimiter"] = "/";
        if (!token.empty()) input["ContinuationToken"] = token;
        context.backend().call("s3", "ListObjectsV2", std::move(input),
                               [self = shared_from_this(), then](aws::Reply<json::object> reply) {
                                   if (!reply) return self->give_up(describe(reply.error()));
                                   self->token = text_at(reply.value(), "NextContinuationToken");
                                   (self.get()->*then)(reply.value());
                               });
    }
    void add_objects(const json::object& page, const Location& below,
                     const std::vector<std::string>& values) {
        for (const json::value& item : array_at(page, "Contents")) {
            const json::object* row = item.if_object();
            const std::string key = row != nullptr ? text_at(*row, "Key") : "";
            if (!key.starts_with(below.prefix) || key.ends_with('/')) continue;
            if (is_hidden(key.substr(below.prefix.size()))) continue;
            auto its = values.empty() ? partition_values_of(table, root, key) : values;
            add(key, integer_at(*row, "Size"), std::move(its));
        }
    }
    void add(const std::string& key, std::int64_t bytes,
             std::optional<std::vector<std::string>> values) {
        PartitionBytes& into = partitions[values ? *values : std::vector<std::string>{}];
        if (values) into.values = std::move(*values);
        into.bytes += bytes;
        ++into.objects;
        if (into.largest_key.empty() || bytes > into.largest_bytes) {
            into.largest_key = key;
            into.largest_bytes = bytes;
        }
    }
    void give_up(std::string problem) {
        size.problem = std::move(problem);
        size.complete = false;
        finish();
    }
    void finish() {
        if (context.is_cancelled()) size.complete = false;
        for (auto& [values, partition] : partitions) {
            size.bytes += partition.bytes;
            size.objects += partition.objects;
            size.partitions.push_back(std::move(partition));
        }
        done(std::move(size));
    }

    Context& context;
    const std::string database;
    const CatalogTable table;
    const Location root;
    PartitionWanted wanted;  // none: everything is
    base::UniqueFunction<void(TableSize)> done;
    std::map<std::vector<std::string>, PartitionBytes, Before> partitions;
    std::map<std::vector<std::string>, PartitionBytes, Before> kept;
    std::deque<Folder> folders;
    TableSize size;
    std::string token;  // of the listing under way
    std::string kept_token;
    bool elsewhere = false;
    std::size_t registered_pages = 0;
    std::size_t pages = 0;
    std::size_t listings = 0;
};

}  // namespace

void measure_table(Context& context, const CatalogTable& table,
                   base::UniqueFunction<void(TableSize)> done) {
    measure_wanted(context, "", table, {}, std::move(done));
}

void measure_wanted(Context& context, const std::string& database, const CatalogTable& table,
                    PartitionWanted wanted, base::UniqueFunction<void(TableSize)> done) {
    auto root = root_of(table);
    if (!root) {
        TableSize none;
        none.complete = false;
        none.problem = "The table has no location in S3.";
        return done(std::move(none));
    }
    std::make_shared<Measure>(context, database, table, std::move(*root), std::move(wanted),
                              std::move(done))
        ->begin();
}

}  // namespace mcp::tools
