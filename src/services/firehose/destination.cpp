#include "services/firehose/destination.h"

#include "services/firehose/faults.h"

namespace firehose {
namespace {

aws::Fault unsupported(const std::string& what) {
    return faults::invalid_argument(what + " is not supported here.");
}

// Hints of zero seconds are for streams without processing; that is all of ours.
aws::Reply<void> apply_hints(const BufferingHintsShape& hints, DestinationRow& row) {
    if (hints.size_mbs.has_value() != hints.interval_seconds.has_value()) {
        return faults::invalid_argument(
            "BufferingHints must specify both SizeInMBs and IntervalInSeconds, or neither.");
    }
    if (hints.size_mbs) row.size_mib = *hints.size_mbs;
    if (hints.interval_seconds) row.interval_s = *hints.interval_seconds;
    return base::ok();
}

aws::Reply<void> apply_logging(const CloudWatchLoggingOptions& options, DestinationRow& row) {
    if (options.enabled) row.logging = *options.enabled;
    if (options.log_group_name) row.log_group = *options.log_group_name;
    if (options.log_stream_name) row.log_stream = *options.log_stream_name;
    if (row.logging && (row.log_group.empty() || row.log_stream.empty())) {
        return faults::invalid_argument(
            "LogGroupName and LogStreamName must be given when CloudWatchLoggingOptions are "
            "enabled.");
    }
    return base::ok();
}

aws::Reply<void> apply_processing(const ProcessingConfiguration& processing, DestinationRow& row) {
    row.append_delimiter = false;
    // Enabled is what AWS takes when it is not said.
    if (!processing.enabled.value_or(true) || !processing.processors) return base::ok();
    for (const auto& processor : *processing.processors) {
        if (processor.type != "AppendDelimiterToRecord") {
            return unsupported("The processor type " + processor.type);
        }
        if (processor.parameters) {
            for (const auto& parameter : *processor.parameters) {
                if (parameter.name != "Delimiter" ||
                    (parameter.value != "\\n" && parameter.value != "\n")) {
                    return unsupported("The parameter " + parameter.name + " = '" +
                                       parameter.value + "' of AppendDelimiterToRecord");
                }
            }
        }
        row.append_delimiter = true;
    }
    return base::ok();
}

bool allowed_in_tag(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                  (c >= '0' && c <= '9') || byte >= 0x80;
        if (!alphanumeric && std::string_view(" _.:/=+-@%").find(c) == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

}  // namespace

aws::Reply<void> apply_destination(const S3Fields& fields, DestinationRow& row) {
    if (fields.role_arn) row.role_arn = *fields.role_arn;
    if (fields.bucket_arn) row.bucket_arn = *fields.bucket_arn;
    if (fields.prefix) row.prefix = *fields.prefix;
    if (fields.error_output_prefix) row.error_output_prefix = *fields.error_output_prefix;
    if (fields.buffering_hints) {
        TRY_VOID(apply_hints(*fields.buffering_hints, row));
    }
    if (fields.compression_format) {
        const std::string& format = *fields.compression_format;
        if (format != "GZIP" && format != "UNCOMPRESSED") {
            return unsupported("CompressionFormat " + format);
        }
        row.compression = format;
    }
    if (fields.encryption && fields.encryption->kms) {
        return unsupported("KMSEncryptionConfig: this server has no KMS, and");
    }
    if (fields.logging) {
        TRY_VOID(apply_logging(*fields.logging, row));
    }
    return base::ok();
}

aws::Reply<void> apply_destination(const ExtendedS3Fields& fields, DestinationRow& row) {
    TRY_VOID(apply_destination(static_cast<const S3Fields&>(fields), row));
    if (fields.backup_mode == "Enabled") return unsupported("S3BackupMode Enabled");
    if (fields.format_conversion && fields.format_conversion->enabled.value_or(true)) {
        return unsupported("DataFormatConversionConfiguration");
    }
    if (fields.dynamic_partitioning && fields.dynamic_partitioning->enabled.value_or(true)) {
        return unsupported("DynamicPartitioningConfiguration");
    }
    if (fields.processing) {
        TRY_VOID(apply_processing(*fields.processing, row));
    }
    if (fields.file_extension) row.file_extension = *fields.file_extension;
    if (fields.custom_time_zone) row.time_zone = *fields.custom_time_zone;
    return base::ok();
}

ExtendedS3Configuration describe_destination(const DestinationRow& row) {
    ExtendedS3Configuration shown;
    shown.role_arn = row.role_arn;
    shown.bucket_arn = row.bucket_arn;
    shown.prefix = row.prefix;
    if (!row.error_output_prefix.empty()) shown.error_output_prefix = row.error_output_prefix;
    shown.buffering_hints = {static_cast<std::int32_t>(row.size_mib),
                             static_cast<std::int32_t>(row.interval_s)};
    shown.compression_format = row.compression;
    shown.encryption.emplace().none = "NoEncryption";
    auto& logging = shown.logging.emplace();
    logging.enabled = row.logging;
    if (!row.log_group.empty()) logging.log_group_name = row.log_group;
    if (!row.log_stream.empty()) logging.log_stream_name = row.log_stream;
    auto& processing = shown.processing.emplace();
    processing.enabled = row.append_delimiter;
    processing.processors.emplace();
    if (row.append_delimiter) {
        processing.processors->push_back({"AppendDelimiterToRecord", std::nullopt});
    }
    shown.backup_mode = "Disabled";
    if (!row.file_extension.empty()) shown.file_extension = row.file_extension;
    shown.custom_time_zone = row.time_zone.empty() ? "UTC" : row.time_zone;
    return shown;
}

aws::Reply<void> check_tags(const std::vector<Tag>& tags) {
    for (const auto& tag : tags) {
        if (tag.key.starts_with("aws:")) {
            return faults::invalid_argument(
                "Tag keys must not begin with aws:, which is reserved.");
        }
        if (!allowed_in_tag(tag.key) || !allowed_in_tag(tag.value.value_or(""))) {
            return faults::invalid_argument(
                "Some tags contain invalid characters. Valid characters: Unicode letters, digits, "
                "white space, _ . / = + - % @ :.");
        }
    }
    return base::ok();
}

}  // namespace firehose
