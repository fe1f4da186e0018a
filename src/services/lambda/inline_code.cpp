#include "services/lambda/inline_code.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace lambda {
namespace {

constexpr std::string_view cfn_response = R"js('use strict';
// send(event, context, SUCCESS or FAILED, data, physicalResourceId, noEcho) answers CloudFormation
// for a custom resource. Await it, or return and let it end the invocation.
exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';

exports.send = (event, context, status, data, physicalResourceId, noEcho) => {
    const body = JSON.stringify({
        Status: status,
        Reason: `See the details in CloudWatch Log Stream: ${context.logStreamName}`,
        PhysicalResourceId: physicalResourceId || context.logStreamName,
        StackId: event.StackId,
        RequestId: event.RequestId,
        LogicalResourceId: event.LogicalResourceId,
        NoEcho: noEcho || false,
        Data: data,
    });
    console.log('Response body:\n', noEcho ? '(not shown: NoEcho)' : body);
    const url = new URL(event.ResponseURL);
    const client = url.protocol === 'http:' ? require('http') : require('https');
    return new Promise((resolve) => {
        const finish = () => resolve(context.done ? context.done() : undefined);
        const request = client.request(url, {
            method: 'PUT',
            headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) },
        }, (response) => {
            console.log(`Status code: ${response.statusCode}`);
            response.resume();
            finish();
        });
        request.on('error', (error) => {
            console.log(`send(..) failed executing request: ${error.message}`);
            finish();
        });
        request.end(body);
    });
};
)js";

void add_file(archive* writer, const char* name, std::string_view bytes) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         &archive_entry_free);
    archive_entry_set_pathname(entry.get(), name);
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 315'532'800, 0);  // 1980, a zip's beginning
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    archive_write_header(writer, entry.get());
    archive_write_data(writer, bytes.data(), bytes.size());
}

}  // namespace

std::string zip_inline_source(std::string_view source) {
    std::string out(source.size() + cfn_response.size() + 64 * 1024, '\0');
    std::size_t used = 0;
    const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(),
                                                             &archive_write_free);
    archive_write_set_format_zip(writer.get());
    // The headers of a small zip, and bytes that cannot be compressed, fit in the room there is.
    archive_write_open_memory(writer.get(), out.data(), out.size(), &used);
    add_file(writer.get(), "cfn-response.js", cfn_response);
    add_file(writer.get(), "index.js", source);
    archive_write_close(writer.get());
    out.resize(used);
    return out;
}

}  // namespace lambda
