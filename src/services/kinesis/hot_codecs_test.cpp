// The hand-written codecs are held to the description: what they accept decodes to the same values
// as by the generic decoder, what they write is what the generic encoder writes.
#include "services/kinesis/hot_codecs.h"

#include <gtest/gtest.h>

#include "sim/seeded_random.h"
#include "wire/base64.h"
#include "wire/json.h"

namespace kinesis {
namespace {

// True when the hot decoder took it. In any case it must not disagree with the generic one.
bool compare(const std::string& body) {
    PutRecordsInput hot;
    if (!decode_put_records(body, &hot).has_value()) return false;
    PutRecordsInput generic;
    wire::MissingMembers missing;
    const auto decoded =
        wire::decode_json(body, shape::type_of<PutRecordsInput>(), &generic, &missing);
    EXPECT_TRUE(decoded.has_value()) << body << "\n" << decoded.error().describe();
    EXPECT_TRUE(missing.empty()) << body;
    EXPECT_EQ(hot.stream_name, generic.stream_name) << body;
    EXPECT_EQ(hot.stream_arn, generic.stream_arn) << body;
    EXPECT_EQ(hot.records.size(), generic.records.size()) << body;
    if (hot.records.size() != generic.records.size()) return true;
    for (std::size_t i = 0; i < hot.records.size(); ++i) {
        EXPECT_EQ(hot.records[i].data, generic.records[i].data) << body;
        EXPECT_EQ(hot.records[i].partition_key, generic.records[i].partition_key) << body;
        EXPECT_EQ(hot.records[i].explicit_hash_key, generic.records[i].explicit_hash_key) << body;
    }
    return true;
}

std::string random_space(sim::SeededRandom& random) {
    static constexpr const char* spaces[] = {"", "", "", " ", "\n", "\t\r\n  "};
    return spaces[random.below(6)];
}

std::string random_body(sim::SeededRandom& random, std::size_t records_max) {
    const auto space = [&] { return random_space(random); };
    std::vector<std::string> members;
    if (random.below(4) != 0) members.push_back("\"StreamName\"" + space() + ":\"s-1\"");
    if (random.below(4) == 0) {
        members.push_back("\"StreamARN\":\"arn:aws:kinesis:us-west-2:000000000000:stream/s-1\"");
    }
    std::string records = "\"Records\":" + space() + "[";
    const std::size_t count = random.below(records_max + 1);
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::string> fields;
        fields.push_back("\"Data\":" + space() + "\"" +
                         wire::encode_base64(random.bytes(random.below(200))) + "\"");
        fields.push_back("\"PartitionKey\":\"k\u00e9y" + std::to_string(random.next_u64()) + "\"");
        if (random.below(3) == 0) {
            fields.push_back("\"ExplicitHashKey\":\"" + std::to_string(random.next_u64()) + "\"");
        }
        std::swap(fields[0], fields[random.below(fields.size())]);
        records += (i == 0 ? "{" : ",{") + space();
        for (std::size_t f = 0; f < fields.size(); ++f) {
            records += (f == 0 ? "" : ",") + space() + fields[f];
        }
        records += space() + "}";
    }
    members.push_back(records + "]");
    std::swap(members[0], members[random.below(members.size())]);
    std::string body = space() + "{";
    for (std::size_t m = 0; m < members.size(); ++m)
        body += (m == 0 ? "" : ",") + members[m];
    return body + space() + "}" + space();
}

TEST(DecodePutRecords, AgreesWithTheGenericDecoder) {
    sim::SeededRandom random(11);
    for (int i = 0; i < 300; ++i) {
        const std::string body = random_body(random, 5);
        EXPECT_TRUE(compare(body)) << body;  // all of these are the plain case
    }
    EXPECT_TRUE(compare(random_body(random, 500)));
}

TEST(DecodePutRecords, NeverAcceptsWhatTheGenericDecoderRefuses) {
    sim::SeededRandom random(12);
    for (int i = 0; i < 6000; ++i) {
        std::string body = random_body(random, 2);
        // Damage: bytes changed, cut, doubled.
        for (std::uint64_t n = 0; n <= random.below(3); ++n) {
            if (body.empty()) break;
            const std::size_t at = random.below(body.size());
            switch (random.below(5)) {
                case 0:
                    body[at] = static_cast<char>(random.below(256));
                    break;
                case 1:
                    body.erase(at, 1 + random.below(10));
                    break;
                case 2:
                    body.insert(at, 1, "\"\\{}[],:=0 n\x80"[random.below(13)]);
                    break;
                case 3:
                    body.resize(at);
                    break;
                default:
                    body.insert(at, body.substr(at, random.below(30)));
                    break;
            }
        }
        compare(body);
    }
}

TEST(DecodePutRecords, LeavesEverythingUnusualToTheGenericDecoder) {
    const char* bodies[] = {
        "",
        "{}",
        "[]",
        "null",
        R"({"StreamName":"s"})",
        R"({"Records":null,"StreamName":"s"})",
        R"({"Records":{},"StreamName":"s"})",
        R"({"Records":[null],"StreamName":"s"})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a"}],"StreamName":null})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a"}],"StreamName":7})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a"}],"Unknown":[1,{"x":tru}]})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a"}],"Records":[]})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a\n"}]})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"\u0061"}]})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a","PartitionKey":"b"}]})",
        R"({"Records":[{"Data":"YQ=","PartitionKey":"a"}]})",
        R"({"Records":[{"Data":"Y Q=","PartitionKey":"a"}]})",
        R"({"Records":[{"Data":"YR==","PartitionKey":"a"}]})",
        R"({"Records":[{"Data":"YQ=\u003d","PartitionKey":"a"}]})",
        R"({"Records":[{"D\u0061ta":"YQ==","PartitionKey":"a"}]})",
        R"({"Records":[{"PartitionKey":"a"}]})",
        R"({"Records":[{"Data":"YQ=="}]})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a"},]})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a",}]})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a"}]}})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a"}]} {})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a"}])",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a"})",
        R"({"Records":[{"Data":"YQ==","PartitionKey":"a)",
        "{\"Records\":[{\"Data\":\"YQ==\",\"PartitionKey\":\"\xff\"}]}",
        "{\"Records\":[{\"Data\":\"YQ==\",\"PartitionKey\":\"\x01\"}]}",
        "\xef\xbb\xbf{\"Records\":[]}",
    };
    for (const char* body : bodies)
        EXPECT_FALSE(compare(body)) << body;
}

TEST(DecodePutRecords, TakesLargeRecords) {
    const std::string data = wire::encode_base64(std::string(4 * 1024 * 1024, 'x'));
    const std::string body =
        R"({"StreamName":"s","Records":[{"PartitionKey":"a","Data":")" + data + "\"}]}";
    EXPECT_TRUE(compare(body));
    EXPECT_TRUE(compare(R"({"StreamName":"s","Records":[{"PartitionKey":"a","Data":""}]})"));
}

std::string random_text(sim::SeededRandom& random) {
    static constexpr const char* pieces[] = {"a",      "\"", "\\", "\n", "\x01", "\u00e9",
                                             "\u2603", "/",  "0",  " ",  "\x7f", "\xff"};
    std::string text;
    for (std::uint64_t i = random.below(12); i > 0; --i)
        text += pieces[random.below(12)];
    return text;
}

template <class Output>
std::string generic(const Output& output) {
    return wire::encode_json(output);
}

TEST(EncodePutRecords, WritesWhatTheGenericEncoderWrites) {
    sim::SeededRandom random(13);
    for (int i = 0; i < 300; ++i) {
        PutRecordsOutput output;
        output.failed_record_count = static_cast<std::int32_t>(random.next_u64());
        output.records.resize(random.below(4));
        for (auto& record : output.records) {
            if (random.below(2) != 0) record.sequence_number = random_text(random);
            if (random.below(2) != 0) record.shard_id = random_text(random);
            if (random.below(2) != 0) record.error_code = random_text(random);
            if (random.below(2) != 0) record.error_message = random_text(random);
        }
        if (random.below(2) != 0) output.encryption_type = random_text(random);
        std::string hot;
        encode_put_records(&output, hot);
        ASSERT_EQ(hot, generic(output));
    }
}

TEST(EncodeGetRecords, WritesWhatTheGenericEncoderWrites) {
    sim::SeededRandom random(14);
    for (int i = 0; i < 300; ++i) {
        GetRecordsOutput output;
        output.records.resize(random.below(4));
        for (auto& record : output.records) {
            record.sequence_number = random_text(random);
            record.approximate_arrival_timestamp.ms =
                static_cast<std::int64_t>(random.below(4'000'000'000'000));
            record.data.bytes = random.bytes(random.below(100));
            record.partition_key = random_text(random);
            if (random.below(2) != 0) record.encryption_type = random_text(random);
        }
        if (random.below(2) != 0) output.next_shard_iterator = random_text(random);
        output.millis_behind_latest = static_cast<std::int64_t>(random.below(1'000'000));
        std::string hot;
        encode_get_records(&output, hot);
        ASSERT_EQ(hot, generic(output));
    }
}

}  // namespace
}  // namespace kinesis
