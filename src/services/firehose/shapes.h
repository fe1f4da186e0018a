// Shapes that several Firehose operations share. Source: the service model 2015-08-04.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "aws/operation.h"

namespace firehose {

inline constexpr const char* name_pattern = "[a-zA-Z0-9_.-]+";
inline constexpr const char* role_arn_pattern = R"(arn:.*:iam::\d{12}:role/[a-zA-Z_0-9+=,.@\-_/]+)";
inline constexpr const char* bucket_arn_pattern = R"(arn:.*:s3:::[\w\.\-]{1,255})";
inline constexpr const char* stream_arn_pattern =
    R"(arn:.*:kinesis:[a-zA-Z0-9\-]+:\d{12}:stream/[a-zA-Z0-9_.-]+)";

// The operation's member that names the delivery stream.
template <class Input>
constexpr auto name_member(std::string Input::*pointer) {
    return aws::member("DeliveryStreamName", pointer,
                       {.required = true, .min = 1, .max = 64, .pattern = name_pattern});
}

struct Tag {
    std::string key;
    std::optional<std::string> value;
    static constexpr auto members() {
        return std::tuple{aws::member("Key", &Tag::key, {.required = true, .min = 1, .max = 128}),
                          aws::member("Value", &Tag::value, {.min = 0, .max = 256})};
    }
};

struct RecordShape {
    base::Blob data;
    static constexpr auto members() {
        return std::tuple{aws::member("Data", &RecordShape::data,
                                      {.required = true, .min = 0, .max = 1'024'000})};
    }
};

struct BufferingHintsShape {
    std::optional<std::int32_t> size_mbs;
    std::optional<std::int32_t> interval_seconds;
    static constexpr auto members() {
        using S = BufferingHintsShape;
        return std::tuple{
            aws::member("SizeInMBs", &S::size_mbs, {.min = 1, .max = 128}),
            aws::member("IntervalInSeconds", &S::interval_seconds, {.min = 0, .max = 900})};
    }
};

struct KmsEncryption {
    std::string key_arn;
    static constexpr auto members() {
        return std::tuple{aws::member("AWSKMSKeyARN", &KmsEncryption::key_arn,
                                      {.required = true, .min = 1, .max = 512})};
    }
};

struct EncryptionConfiguration {
    std::optional<std::string> none;
    std::optional<KmsEncryption> kms;
    static constexpr auto members() {
        using S = EncryptionConfiguration;
        return std::tuple{aws::member("NoEncryptionConfig", &S::none, {.values = "NoEncryption"}),
                          aws::member("KMSEncryptionConfig", &S::kms)};
    }
};

struct CloudWatchLoggingOptions {
    std::optional<bool> enabled;
    std::optional<std::string> log_group_name;
    std::optional<std::string> log_stream_name;
    static constexpr auto members() {
        using S = CloudWatchLoggingOptions;
        return std::tuple{aws::member("Enabled", &S::enabled),
                          aws::member("LogGroupName", &S::log_group_name,
                                      {.min = 0, .max = 512, .pattern = R"([\.\-_/#A-Za-z0-9]*)"}),
                          aws::member("LogStreamName", &S::log_stream_name,
                                      {.min = 0, .max = 512, .pattern = "[^:*]*"})};
    }
};

struct ProcessorParameter {
    std::string name;
    std::string value;
    static constexpr auto members() {
        return std::tuple{
            aws::member(
                "ParameterName", &ProcessorParameter::name,
                {.required = true,
                 .values = "LambdaArn, NumberOfRetries, MetadataExtractionQuery, "
                           "JsonParsingEngine, RoleArn, BufferSizeInMBs, BufferIntervalInSeconds, "
                           "SubRecordType, Delimiter, CompressionFormat, DataMessageExtraction"}),
            aws::member("ParameterValue", &ProcessorParameter::value,
                        {.required = true, .min = 1, .max = 5120})};
    }
};

struct Processor {
    std::string type;
    std::optional<std::vector<ProcessorParameter>> parameters;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Type", &Processor::type,
                        {.required = true,
                         .values = "RecordDeAggregation, Decompression, CloudWatchLogProcessing, "
                                   "Lambda, MetadataExtraction, AppendDelimiterToRecord"}),
            aws::member("Parameters", &Processor::parameters)};
    }
};

struct ProcessingConfiguration {
    std::optional<bool> enabled;
    std::optional<std::vector<Processor>> processors;
    static constexpr auto members() {
        using S = ProcessingConfiguration;
        return std::tuple{aws::member("Enabled", &S::enabled),
                          aws::member("Processors", &S::processors)};
    }
};

// DataFormatConversion and DynamicPartitioning: only whether they are on is read; on is refused.
struct OptionalFeature {
    std::optional<bool> enabled;
    static constexpr auto members() {
        return std::tuple{aws::member("Enabled", &OptionalFeature::enabled)};
    }
};

// The members of S3DestinationConfiguration, which the extended one has too.
struct S3Fields {
    std::optional<std::string> role_arn;
    std::optional<std::string> bucket_arn;
    std::optional<std::string> prefix;
    std::optional<std::string> error_output_prefix;
    std::optional<BufferingHintsShape> buffering_hints;
    std::optional<std::string> compression_format;
    std::optional<EncryptionConfiguration> encryption;
    std::optional<CloudWatchLoggingOptions> logging;

    template <class S>
    static constexpr auto s3_members(bool required) {
        return std::tuple{
            aws::member("RoleARN", &S::role_arn,
                        {.required = required, .min = 1, .max = 512, .pattern = role_arn_pattern}),
            aws::member(
                "BucketARN", &S::bucket_arn,
                {.required = required, .min = 1, .max = 2048, .pattern = bucket_arn_pattern}),
            aws::member("Prefix", &S::prefix, {.min = 0, .max = 1024}),
            aws::member("ErrorOutputPrefix", &S::error_output_prefix, {.min = 0, .max = 1024}),
            aws::member("BufferingHints", &S::buffering_hints),
            aws::member("CompressionFormat", &S::compression_format,
                        {.values = "UNCOMPRESSED, GZIP, ZIP, Snappy, HADOOP_SNAPPY"}),
            aws::member("EncryptionConfiguration", &S::encryption),
            aws::member("CloudWatchLoggingOptions", &S::logging)};
    }
};

struct ExtendedS3Fields : S3Fields {
    std::optional<ProcessingConfiguration> processing;
    std::optional<std::string> backup_mode;
    std::optional<OptionalFeature> format_conversion;
    std::optional<OptionalFeature> dynamic_partitioning;
    std::optional<std::string> file_extension;
    std::optional<std::string> custom_time_zone;

    template <class S>
    static constexpr auto extended_members(bool required) {
        return std::tuple_cat(
            s3_members<S>(required),
            std::tuple{
                aws::member("ProcessingConfiguration", &S::processing),
                aws::member("S3BackupMode", &S::backup_mode, {.values = "Disabled, Enabled"}),
                aws::member("DataFormatConversionConfiguration", &S::format_conversion),
                aws::member("DynamicPartitioningConfiguration", &S::dynamic_partitioning),
                aws::member("FileExtension", &S::file_extension,
                            {.min = 0, .max = 128, .pattern = R"(^$|\.[0-9a-z!\-_.*'()]+)"}),
                aws::member("CustomTimeZone", &S::custom_time_zone,
                            {.min = 0, .max = 50, .pattern = "^$|[a-zA-Z/_]+"})});
    }
};

// In requests that make a destination, and in those that change one.
struct S3Configuration : S3Fields {
    static constexpr auto members() { return s3_members<S3Fields>(true); }
};
struct S3Update : S3Fields {
    static constexpr auto members() { return s3_members<S3Fields>(false); }
};
struct ExtendedS3Configuration : ExtendedS3Fields {
    static constexpr auto members() { return extended_members<ExtendedS3Fields>(true); }
};
struct ExtendedS3Update : ExtendedS3Fields {
    static constexpr auto members() { return extended_members<ExtendedS3Fields>(false); }
};

}  // namespace firehose
