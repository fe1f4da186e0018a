// MSCK REPAIR TABLE: registers the folders k=v/… below the table's location that the catalog lacks.
// It lists folders level by level, never the objects in them, and removes nothing.
#include <algorithm>
#include <unordered_set>

#include "athena_sql/lexer.h"
#include "services/athena/s3_location.h"
#include "services/athena/statements.h"

namespace athena {

namespace {

class Repair {
  public:
    Repair(const StatementContext& context, const ports::Table& table, Location where)
        : context_(context), table_(table), where_(std::move(where)) {}

    Done<StatementOutput> run() {
        const auto known =
            context_.catalog.list_partitions(context_.scope, table_.database, table_.name);
        if (!known) return catalog_failure(known.error());
        for (const ports::Partition& partition : known.value()) {
            known_.insert(partition_path(table_.partition_keys, partition.values));
        }
        TRY_VOID(walk(where_.prefix, 0));
        StatementOutput out;
        if (missing_.empty()) return out;
        out.text = "Partitions not in metastore:";
        std::string added;
        for (const ports::Partition& partition : missing_) {
            const std::string path = partition_path(table_.partition_keys, partition.values);
            out.text += "\t" + table_.name + ":" + path;
            added += "Repair: Added partition to metastore " + table_.name + ":" + path + "\n";
        }
        out.text += "\n" + added;
        for (std::size_t begin = 0; begin < missing_.size(); begin += repair_batch_partitions) {
            if (context_.cancelled.load()) return cancelled_failure();
            const auto end = std::min(begin + repair_batch_partitions, missing_.size());
            const std::vector<ports::Partition> batch(
                missing_.begin() + static_cast<std::ptrdiff_t>(begin),
                missing_.begin() + static_cast<std::ptrdiff_t>(end));
            const auto stored = context_.catalog.add_partitions(context_.scope, table_.database,
                                                                table_.name, batch);
            if (!stored) return catalog_failure(stored.error());
        }
        return out;
    }

  private:
    // Folders of key number `level` directly below `prefix`.
    Done<void> walk(const std::string& prefix, std::size_t level) {
        if (level == table_.partition_keys.size()) {
            if (!known_.insert(partition_path(table_.partition_keys, values_)).second) {
                return base::ok();
            }
            missing_.push_back({values_, "s3://" + where_.bucket + "/" + prefix});
            return base::ok();
        }
        object_store::ListRequest page{.prefix = prefix, .delimiter = "/"};
        while (true) {
            if (context_.cancelled.load()) return cancelled_failure();
            const auto answer = context_.objects.list(where_.bucket, page);
            if (!answer) return internal_failure(answer.error().describe());
            for (const std::string& folder : answer.value().common_prefixes) {
                if (++folders_ > repair_folders_max) {
                    return semantic_failure("The table's location has more than " +
                                            std::to_string(repair_folders_max) + " folders");
                }
                const std::string_view name = std::string_view(folder).substr(
                    prefix.size(), folder.size() - prefix.size() - 1);
                const auto equals = name.find('=');
                if (equals == std::string_view::npos) continue;
                const std::string key = athena_sql::to_lower(name.substr(0, equals));
                if (key != athena_sql::to_lower(table_.partition_keys[level].name)) continue;
                values_.push_back(unescape_path(name.substr(equals + 1)));
                auto deeper = walk(folder, level + 1);
                values_.pop_back();
                if (!deeper) return deeper.error();
            }
            if (!answer.value().truncated) return base::ok();
            page.start_after = answer.value().next_start_after;
        }
    }

    const StatementContext& context_;
    const ports::Table& table_;
    Location where_;
    std::unordered_set<std::string> known_;
    std::vector<std::string> values_;
    std::vector<ports::Partition> missing_;
    std::size_t folders_ = 0;
};

}  // namespace

Done<StatementOutput> repair_table(const StatementContext& context,
                                   const athena_sql::RepairTable& statement) {
    TRY(table, require_table(context, statement.name));
    if (table.partition_keys.empty()) {
        return semantic_failure("[Error 10241]: Table is not a partitioned table: " + table.name);
    }
    auto where = parse_location(table.location);
    if (!where)
        return semantic_failure("The table's location is not an S3 path: " + table.location);
    const auto bucket = context.objects.find_bucket(where->bucket);
    if (!bucket || bucket.value().account != context.scope.account) {
        return ddl_failure("MetaException", "The bucket " + where->bucket +
                                                " does not exist or access to it is denied");
    }
    return Repair(context, table, std::move(*where)).run();
}

}  // namespace athena
