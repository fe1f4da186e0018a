// CompleteMultipartUpload: the parts of an upload become one object without being copied.
#include <algorithm>

#include "base/ids.h"
#include "object_store/index.h"
#include "object_store/uploads.h"

namespace object_store {

namespace {

// The state of one completion over its attempts.
struct Completing {
    std::shared_ptr<Core> core;
    std::string bucket;
    std::string key;
    std::string upload_id;
    Completion completion;
    base::Timestamp now;
    std::uint64_t layout_id = 0;
    ObjectInfo info;  // the answer

    ~Completing() {
        if (layout_id != 0) core->ids.settle(layout_id);
    }
    base::Result<void> plan(Plan& plan);
    base::Result<bool> is_repeated(Plan& plan, const Bucket& found);
    base::Result<LayoutRow> take_parts(Plan& plan, wire::Checksum& md5_of_md5s);
};

std::string from_hex(std::string_view hex) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1])));
    }
    return bytes;
}

base::Error bad_part(std::int32_t number) {
    return {base::ErrorKind::out_of_range, "a part does not exist or has another etag",
            std::to_string(number)};
}

// The upload is gone: a client that got no answer completes again what is already complete.
base::Result<bool> Completing::is_repeated(Plan& plan, const Bucket& found) {
    TRY(upload, plan.read(core->environment.store, upload_key(found, key, upload_id)));
    if (upload) return false;
    TRY(row, get_row<ObjectRow>(core->environment.store, object_key(found, key)));
    if (row && row->layout) {
        TRY(layout, core->layout(static_cast<std::uint64_t>(*row->layout)));
        if (layout && layout->upload == upload_id) {
            info = to_info(key, std::move(*row));
            return true;
        }
    }
    return base::Error{base::ErrorKind::not_found, "there is no such upload", "upload"};
}

// The listed parts as a layout; their rows go, their bytes get the layout as owner.
base::Result<LayoutRow> Completing::take_parts(Plan& plan, wire::Checksum& md5_of_md5s) {
    LayoutRow layout{upload_id, {}};
    std::int32_t before = 0;
    for (const CompletedPart& part : completion.parts) {
        if (part.number <= before) {
            return base::Error{base::ErrorKind::invalid, "parts are not in ascending order",
                               "order"};
        }
        before = part.number;
        const std::string at = part_key(upload_id, part.number);
        TRY(raw, plan.read(core->environment.store, at));
        if (!raw) return bad_part(part.number);
        TRY(row, decode<PartRow>(*raw));
        if (row.etag != part.etag) return bad_part(part.number);
        const bool last = &part == &completion.parts.back();
        if (!last && static_cast<std::uint64_t>(row.extent.size) < completion.part_bytes_min) {
            return base::Error{base::ErrorKind::limit, "a part is too small",
                               std::to_string(part.number)};
        }
        md5_of_md5s.update(from_hex(row.etag));
        if (row.extent.position) {
            plan.changes.put(place_key(static_cast<segment_log::Position>(*row.extent.position)),
                             encode(PlaceRow{{layout_key(layout_id)}, row.extent.size}));
        }
        plan.changes.erase(at);
        layout.extents.push_back(row.extent);
    }
    return layout;
}

base::Result<void> Completing::plan(Plan& plan) {
    TRY(found, require_bucket(*core, plan, bucket));
    TRY(repeated, is_repeated(plan, found));
    if (repeated) {
        plan.changes = {};
        return base::ok();
    }
    const std::string at = upload_key(found, key, upload_id);
    TRY(upload, get_row<UploadRow>(core->environment.store, at));
    if (!upload) return base::Error{base::ErrorKind::not_found, "the upload ended", "upload"};
    if (layout_id == 0) {
        TRY(id, core->ids.allocate());
        layout_id = id;
    }
    const auto md5 = wire::Checksum::make(wire::ChecksumKind::md5);
    TRY(layout, take_parts(plan, *md5));
    ObjectRow row;
    for (const ExtentRow& extent : layout.extents)
        row.size += extent.size;
    row.etag = md5->finish_hex() + "-" + std::to_string(layout.extents.size());
    row.modified = now;
    row.type = upload->type;
    row.headers = upload->headers;
    row.checksums = completion.checksums;
    row.checksum_type = completion.checksum_type;
    row.layout = static_cast<std::int64_t>(layout_id);
    row.sealed = std::all_of(layout.extents.begin(), layout.extents.end(),
                             [](const ExtentRow& extent) { return extent.encrypted(); });
    row.tags = upload->tags;
    plan.changes.put(layout_key(layout_id), encode(layout));
    plan.changes.erase(at);
    // Parts that were uploaded and not listed.
    Garbage rest{Garbage::Kind::upload, 0, upload_id};
    plan.changes.put(rest.key(), {});
    plan.garbage.push_back(std::move(rest));
    TRY_VOID(replace_object(*core, plan, found, key, completion.condition, row));
    info = to_info(key, std::move(row));
    return base::ok();
}

}  // namespace

void complete_upload(const std::shared_ptr<Core>& core, const std::string& bucket,
                     const std::string& key, const std::string& upload_id, Completion completion,
                     base::UniqueFunction<void(base::Result<ObjectInfo>)> done) {
    auto state = std::make_shared<Completing>();
    state->core = core;
    state->bucket = bucket;
    state->key = key;
    state->upload_id = upload_id;
    state->completion = std::move(completion);
    state->now = core->environment.clock.now();
    run_transaction(
        core,
        [state](Plan& plan) -> base::Result<void> {
            const auto& parts = state->completion.parts;
            if (parts.empty() || parts.size() > static_cast<std::size_t>(part_number_max)) {
                return base::Error{base::ErrorKind::invalid, "1 to 10000 parts make an object",
                                   "parts"};
            }
            if (state->upload_id.size() != upload_id_digits) {
                return base::Error{base::ErrorKind::not_found, "no such upload", "upload"};
            }
            return state->plan(plan);
        },
        {},
        [state, done = std::move(done)](base::Result<void> result) mutable {
            if (!result) return done(result.error());
            done(std::move(state->info));
        });
}

}  // namespace object_store
