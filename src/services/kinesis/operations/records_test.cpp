// Putting and getting records: routing, order, iterators, sizes.
#include <gtest/gtest.h>

#include <thread>

#include "os/thread_pool.h"
#include "services/kinesis/testing.h"
#include "wire/base64.h"

namespace kinesis {
namespace {

using testing::Got;
using testing::Stage;

std::string entry(const std::string& key, const std::string& data, const std::string& more = "") {
    return R"({"PartitionKey":")" + key + R"(","Data":")" + wire::encode_base64(data) + "\"" +
           more + "}";
}

TEST(PutRecord, IsAnsweredWhenItIsDurable) {
    Stage stage;
    stage.create_stream("s");
    const auto syncs = stage.files->call_count(sim::Call::sync_data);
    const auto answer = stage.call(
        "PutRecord", R"({"StreamName":"s","PartitionKey":"partitionKey","Data":"aGVsbG8="})");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_GT(stage.files->call_count(sim::Call::sync_data), syncs);
    EXPECT_EQ(answer.at("ShardId"), "shardId-000000000002");  // as Python's md5 says
    EXPECT_EQ(answer.at("EncryptionType"), "");
    const std::string number = answer.at("SequenceNumber");
    EXPECT_EQ(number.size(), 56U);
    EXPECT_EQ(stage.read_shard("s", 2), (std::vector<Got>{{number, "partitionKey", "hello", ""}}));
}

TEST(PutRecord, NothingIsReadableBeforeItIsDurable) {
    Stage stage;
    stage.create_stream("s", 1);
    std::string at = stage.iterator("s", 0, "TRIM_HORIZON");
    aws::testing::Answer put;
    stage.harness->start_json("PutRecord",
                              R"({"StreamName":"s","PartitionKey":"k","Data":"aGVsbG8="})", &put);
    EXPECT_EQ(put.status, 0);
    EXPECT_TRUE(stage.read(&at).empty() || put.status == 200);
    stage.executor.run_until_idle();
    EXPECT_EQ(put.status, 200);
    EXPECT_EQ(stage.read_shard("s", 0).size(), 1U);
}

TEST(PutRecord, ExplicitHashKeyWins) {
    Stage stage;
    stage.create_stream("s");
    const auto put = [&](const std::string& hash) {
        return stage.call("PutRecord",
                          R"({"StreamName":"s","PartitionKey":"partitionKey","Data":"",)"
                          R"("ExplicitHashKey":")" +
                              hash + "\"}");
    };
    EXPECT_EQ(put("0").at("ShardId"), "shardId-000000000000");
    EXPECT_EQ(put("85070591730234615865843651857942052863").at("ShardId"), "shardId-000000000000");
    EXPECT_EQ(put("85070591730234615865843651857942052864").at("ShardId"), "shardId-000000000001");
    EXPECT_EQ(put("340282366920938463463374607431768211455").at("ShardId"), "shardId-000000000003");
    EXPECT_EQ(put("340282366920938463463374607431768211456").at("message"),
              "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
              "Specified value was 340282366920938463463374607431768211456");
    EXPECT_EQ(put("01").error_code(), "ValidationException");
}

TEST(PutRecord, TakesSequenceNumberForOrdering) {
    Stage stage;
    stage.create_stream("s", 1);
    const std::string first = stage.put("s", "k", "1");
    const auto put = [&](const std::string& number) {
        return stage.call("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":"",)"
                                       R"("SequenceNumberForOrdering":")" +
                                           number + "\"}");
    };
    const auto second = put(first);
    ASSERT_EQ(second.status, 200) << second.body;
    EXPECT_GT(second.at("SequenceNumber"), first);
    EXPECT_EQ(put("7").at("message"),
              "ExclusiveMinimumSequenceNumber 7 used in PutRecord on stream s under account "
              "000000000000 is invalid.");
}

TEST(PutRecord, RefusesWhatIsTooLarge) {
    Stage stage;
    stage.create_stream("s", 1);
    const std::string key = "k";
    const auto put = [&](std::size_t size) {
        return stage.call("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":")" +
                                           wire::encode_base64(std::string(size, 'x')) + "\"}");
    };
    EXPECT_EQ(put(1024 * 1024 - 1).status, 200);  // with its key exactly the maximum
    EXPECT_EQ(put(1024 * 1024).at("message"),
              "1 validation error detected: Value at 'data' failed to satisfy constraint: Member "
              "must have length less than or equal to 1048576");
    ASSERT_EQ(stage
                  .call("UpdateMaxRecordSize",
                        R"({"StreamARN":"arn:aws:kinesis:us-west-2:000000000000:stream/s",)"
                        R"("MaxRecordSizeInKiB":10240})")
                  .status,
              200);
    EXPECT_EQ(put(10 * 1024 * 1024 - 1).status, 200);
    EXPECT_EQ(stage.read_shard("s", 0).size(), 2U);
}

TEST(PutRecord, PartitionKeysAreCountedInCharacters) {
    Stage stage;
    stage.create_stream("s", 1);
    std::string snowmen;
    for (int i = 0; i < 256; ++i)
        snowmen += "\u2603";
    stage.put("s", snowmen, "x");
    EXPECT_EQ(stage.read_shard("s", 0)[0].partition_key, snowmen);
    EXPECT_EQ(
        stage
            .call("PutRecord", R"({"StreamName":"s","Data":"","PartitionKey":")" + snowmen + "x\"}")
            .error_code(),
        "ValidationException");
    EXPECT_EQ(
        stage.call("PutRecord", R"({"StreamName":"s","Data":"","PartitionKey":""})").error_code(),
        "ValidationException");
}

TEST(PutRecords, AnswersInTheOrderSent) {
    Stage stage;
    stage.create_stream("s");
    std::string body = R"({"StreamName":"s","Records":[)";
    for (int i = 0; i < 500; ++i) {
        body += (i == 0 ? "" : ",") +
                entry("key-" + std::to_string(i), "data-" + std::to_string(i) + "\n");
    }
    const auto answer = stage.call("PutRecords", body + "]}");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.at("FailedRecordCount"), "0");
    std::map<std::string, std::string> numbers;  // by data
    for (int i = 0; i < 500; ++i) {
        const std::string at = "Records." + std::to_string(i) + ".";
        ASSERT_EQ(answer.at(at + "ErrorCode"), "");
        numbers["data-" + std::to_string(i) + "\n"] = answer.at(at + "SequenceNumber");
    }
    std::size_t total = 0;
    for (int shard = 0; shard < 4; ++shard) {
        const auto got = stage.read_shard("s", shard);
        total += got.size();
        for (std::size_t i = 0; i < got.size(); ++i) {
            EXPECT_EQ(numbers[got[i].data], got[i].sequence_number);
            if (i > 0) {
                // Growing, and in the order sent.
                EXPECT_LT(got[i - 1].sequence_number, got[i].sequence_number);
                EXPECT_LT(std::stoi(got[i - 1].data.substr(5)), std::stoi(got[i].data.substr(5)));
            }
        }
    }
    EXPECT_EQ(total, 500U);
}

TEST(PutRecords, TakesNoMoreThan500And10MiB) {
    Stage stage;
    stage.create_stream("s");
    std::string body = R"({"StreamName":"s","Records":[)";
    for (int i = 0; i < 501; ++i)
        body += (i == 0 ? "" : ",") + entry("k", "");
    EXPECT_TRUE(stage.refusal("PutRecords", body + "]}")
                    .ends_with("at 'records' failed to satisfy constraint: Member must have length "
                               "less than or equal to 500"));
    EXPECT_TRUE(stage.refusal("PutRecords", R"({"StreamName":"s","Records":[]})")
                    .ends_with("Member must have length greater than or equal to 1"));
    const std::string mib(1024 * 1024 - 1, 'x');
    std::string eleven = R"({"StreamName":"s","Records":[)";
    for (int i = 0; i < 10; ++i)
        eleven += entry("k", mib) + ",";
    EXPECT_EQ(stage.refusal("PutRecords", eleven + entry("k", "") + "]}"),
              "InvalidArgumentException: Records size exceeds 10 MB limit");
    eleven.pop_back();
    EXPECT_EQ(stage.refusal("PutRecords", eleven + "]}"), "accepted");
    EXPECT_EQ(stage.refusal("PutRecords", R"({"StreamName":"s","Records":[)" + entry("a", "ok") +
                                              "," + entry("b", mib + "y") + "]}"),
              "ValidationException: 1 validation error detected: Value at 'records.2.member.data' "
              "failed to satisfy constraint: Member must have length less than or equal to "
              "1048576");
}

TEST(PutRecords, NamesWhatIsMissing) {
    Stage stage;
    stage.create_stream("s");
    EXPECT_EQ(
        stage.refusal("PutRecords",
                      R"({"StreamName":"s","Records":[{"PartitionKey":"a"},{"Data":""}]})"),
        "ValidationException: 2 validation errors detected: Value null at "
        "'records.1.member.data' failed to satisfy constraint: Member must not be null; Value "
        "null at 'records.2.member.partitionKey' failed to satisfy constraint: Member must "
        "not be null");
    EXPECT_EQ(stage
                  .call("PutRecords", R"({"StreamName":"s","Records":[)" +
                                          entry("k", "", R"(,"ExplicitHashKey":"x")") + "]}")
                  .error_code(),
              "ValidationException");
    EXPECT_EQ(stage.call("PutRecords", "{\"StreamName\":").error_code(), "SerializationException");
    EXPECT_EQ(
        stage
            .call("PutRecords", R"({"StreamName":"s","Records":[{"PartitionKey":"k","Data":"!"}]})")
            .error_code(),
        "SerializationException");
}

TEST(PutRecords, FailsWholeWhenTheDiskDoes) {
    Stage stage;
    stage.create_stream("s", 1);
    stage.put("s", "k", "before");
    stage.files->inject({.call = sim::Call::sync_data, .times = 1});
    const auto answer =
        stage.call("PutRecords", R"({"StreamName":"s","Records":[)" + entry("k", "lost") + "]}");
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.error_code(), "InternalFailure");
    stage.put("s", "k", "after");
    std::vector<std::string> data;
    for (const auto& got : stage.read_shard("s", 0))
        data.push_back(got.data);
    EXPECT_EQ(data, (std::vector<std::string>{"before", "after"}));
}

TEST(PutRecords, ConcurrentCallsKeepOrderAndLoseNothing) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Stage stage(false, seed);
        stage.create_stream("s", 2);
        std::vector<aws::testing::Answer> answers(20);
        for (int i = 0; i < 20; ++i) {
            const std::string name = std::to_string(i);
            stage.harness->start_json("PutRecords",
                                      R"({"StreamName":"s","Records":[)" + entry("a", name + "a") +
                                          "," + entry("b", name + "b") + "," +
                                          entry("a", name + "c") + "]}",
                                      &answers[static_cast<std::size_t>(i)]);
            if (i % 3 == 0) stage.executor.run_one();
        }
        stage.executor.run_until_idle();
        std::map<std::string, int> seen;
        for (int shard = 0; shard < 2; ++shard) {
            std::string last;
            for (const auto& got : stage.read_shard("s", shard)) {
                EXPECT_LT(last, got.sequence_number);
                last = got.sequence_number;
                ++seen[got.sequence_number];
            }
        }
        std::size_t acknowledged = 0;
        for (const auto& answer : answers) {
            ASSERT_EQ(answer.status, 200);
            EXPECT_LT(answer.at("Records.0.SequenceNumber"), answer.at("Records.2.SequenceNumber"));
            for (int r = 0; r < 3; ++r) {
                const auto number = answer.at("Records." + std::to_string(r) + ".SequenceNumber");
                EXPECT_EQ(seen[number], 1) << number;
                ++acknowledged;
            }
        }
        EXPECT_EQ(seen.size(), acknowledged);
    }
}

TEST(PutRecords, NumbersNeverRepeatAcrossRestarts) {
    Stage stage;
    stage.create_stream("s", 1);
    std::string last;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 3; ++i) {
            const std::string number = stage.put("s", "k", "x");
            EXPECT_LT(last, number);
            last = number;
        }
        ASSERT_TRUE(stage.reopen()) << stage.error;
    }
    EXPECT_EQ(stage.read_shard("s", 0).size(), 15U);
}

TEST(GetShardIterator, AllTypes) {
    Stage stage;
    stage.create_stream("s", 1);
    std::vector<std::string> numbers;
    for (int i = 0; i < 5; ++i) {
        numbers.push_back(stage.put("s", "k", std::to_string(i)));
        stage.clock.advance_ms(1000);
    }
    const auto from = [&](const std::string& type, const std::string& more = "") {
        std::string at = stage.iterator("s", 0, type, more);
        std::string data;
        for (const auto& got : stage.read(&at))
            data += got.data;
        return data;
    };
    const auto number = [&](std::size_t i) {
        return R"(,"StartingSequenceNumber":")" + numbers[i] + "\"";
    };
    EXPECT_EQ(from("TRIM_HORIZON"), "01234");
    EXPECT_EQ(from("LATEST"), "");
    EXPECT_EQ(from("AT_SEQUENCE_NUMBER", number(2)), "234");
    EXPECT_EQ(from("AFTER_SEQUENCE_NUMBER", number(2)), "34");
    EXPECT_EQ(from("AFTER_SEQUENCE_NUMBER", number(4)), "");
    const std::string start = stage.call("ListShards", R"({"StreamName":"s"})")
                                  .at("Shards.0.SequenceNumberRange.StartingSequenceNumber");
    EXPECT_LT(start, numbers[0]);
    EXPECT_EQ(from("AT_SEQUENCE_NUMBER", R"(,"StartingSequenceNumber":")" + start + "\""), "01234");
    const auto time = [](double seconds) {
        return ",\"Timestamp\":" + std::to_string(1'767'225'600.0 + seconds);
    };
    EXPECT_EQ(from("AT_TIMESTAMP", time(0)), "01234");
    EXPECT_EQ(from("AT_TIMESTAMP", time(-1000)), "01234");
    EXPECT_EQ(from("AT_TIMESTAMP", time(1)), "1234");
    EXPECT_EQ(from("AT_TIMESTAMP", time(1.5)), "234");
    EXPECT_EQ(from("AT_TIMESTAMP", time(4.5)), "");
    // LATEST is fixed when it is asked for.
    std::string latest = stage.iterator("s", 0, "LATEST");
    stage.put("s", "k", "new");
    EXPECT_EQ(stage.read(&latest).size(), 1U);
}

TEST(GetShardIterator, RefusesWhatDoesNotFit) {
    Stage stage;
    stage.create_stream("s", 2);
    stage.create_stream("other", 2);
    const auto refusal = [&](const std::string& shard, const std::string& type,
                             const std::string& more = "") {
        return stage.refusal("GetShardIterator", R"({"StreamName":"s","ShardId":")" + shard +
                                                     R"(","ShardIteratorType":")" + type + "\"" +
                                                     more + "}");
    };
    const std::string zero = "shardId-000000000000";
    EXPECT_EQ(refusal("shardId-000000000002", "LATEST"),
              "ResourceNotFoundException: Shard shardId-000000000002 in stream s under account "
              "000000000000 does not exist");
    EXPECT_EQ(refusal("nonsense", "LATEST"),
              "ResourceNotFoundException: Could not find shard nonsense in stream s under account "
              "000000000000.");
    EXPECT_TRUE(refusal(zero, "NEWEST").starts_with("ValidationException: "));
    const std::string rule =
        "InvalidArgumentException: Must either specify (1) AT_SEQUENCE_NUMBER or "
        "AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no "
        "StartingSequenceNumber or (3) AT_TIMESTAMP and Timestamp. Request specified ";
    EXPECT_EQ(refusal(zero, "AT_SEQUENCE_NUMBER"),
              rule + "AT_SEQUENCE_NUMBER and no StartingSequenceNumber.");
    EXPECT_EQ(refusal(zero, "LATEST", R"(,"StartingSequenceNumber":"49")"),
              rule + "LATEST and also a StartingSequenceNumber.");
    EXPECT_EQ(refusal(zero, "AT_TIMESTAMP"), rule + "AT_TIMESTAMP and no Timestamp.");
    EXPECT_EQ(refusal(zero, "LATEST", R"(,"Timestamp":5)"), rule + "LATEST and also a Timestamp.");
    EXPECT_EQ(
        refusal(zero, "AT_TIMESTAMP", R"(,"Timestamp":1767225601)"),
        "InvalidArgumentException: The timestampInMillis parameter cannot be greater than the "
        "currentTimestampInMillis. timestampInMillis: 1767225601000, "
        "currentTimestampInMillis: 1767225600000");
    const auto at = [&](const std::string& number) {
        return refusal(zero, "AT_SEQUENCE_NUMBER",
                       R"(,"StartingSequenceNumber":")" + number + "\"");
    };
    EXPECT_EQ(at("12345"),
              "InvalidArgumentException: StartingSequenceNumber 12345 used in GetShardIterator on "
              "shard shardId-000000000000 in stream s under account 000000000000 is invalid.");
    EXPECT_TRUE(at("abc").starts_with("ValidationException: "));
    const auto put = [&](const std::string& stream, const std::string& hash) {
        return stage
            .call("PutRecord", R"({"StreamName":")" + stream +
                                   R"(","PartitionKey":"k","Data":"","ExplicitHashKey":")" + hash +
                                   "\"}")
            .at("SequenceNumber");
    };
    EXPECT_EQ(at(put("s", "340282366920938463463374607431768211455")),
              "InvalidArgumentException: Invalid StartingSequenceNumber. It encodes "
              "shardId-000000000001, while it was used in a call to a shard with "
              "shardId-000000000000");
    const std::string foreign = put("other", "0");
    EXPECT_EQ(at(foreign),
              "InvalidArgumentException: StartingSequenceNumber " + foreign +
                  " used in GetShardIterator on shard shardId-000000000000 in stream s "
                  "under account 000000000000 is invalid because it did not come from "
                  "this stream.");
}

TEST(GetRecords, IteratorsSurviveARestartAndExpire) {
    Stage stage;
    stage.create_stream("s", 1);
    std::string at = stage.iterator("s", 0, "LATEST");
    stage.put("s", "k", "x");
    ASSERT_TRUE(stage.reopen()) << stage.error;
    stage.clock.advance_ms(300'000);
    std::string copy = at;
    EXPECT_EQ(stage.read(&copy).size(), 1U);
    stage.clock.advance_ms(1);
    EXPECT_TRUE(stage.refusal("GetRecords", R"({"ShardIterator":")" + at + "\"}")
                    .starts_with("ExpiredIteratorException: Iterator expired. The iterator was "
                                 "created at time Thu Jan 01 00:00:00 UTC 2026 while right now it "
                                 "is Thu Jan 01 00:05:00 UTC 2026 which is"));
    EXPECT_EQ(stage.refusal("GetRecords", R"({"ShardIterator":"AAAA"})"),
              "InvalidArgumentException: Invalid ShardIterator.");
    // Another account cannot use it.
    stage.harness->set_caller({.account = "111111111111"});
    EXPECT_TRUE(stage.refusal("GetRecords", R"({"ShardIterator":")" + copy + "\"}")
                    .starts_with("ResourceNotFoundException: "));
}

TEST(GetRecords, PagesByLimitAndSaysHowFarBehind) {
    Stage stage;
    stage.create_stream("s", 2);
    const auto put = [&](const std::string& hash) {
        stage.call("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":"YQ==",)"
                                R"("ExplicitHashKey":")" +
                                    hash + "\"}");
        stage.clock.advance_ms(1000);
    };
    for (int i = 0; i < 5; ++i)
        put("0");
    // Another shard's records are no distance.
    for (int i = 0; i < 3; ++i)
        put("340282366920938463463374607431768211455");
    std::string at = stage.iterator("s", 0, "TRIM_HORIZON");
    const auto get = [&](int limit) {
        const auto answer =
            stage.call("GetRecords", R"({"ShardIterator":")" + at +
                                         "\",\"Limit\":" + std::to_string(limit) + "}");
        EXPECT_EQ(answer.status, 200) << answer.body;
        at = answer.at("NextShardIterator");
        return answer;
    };
    const auto first = get(2);
    EXPECT_NE(first.at("Records.1.SequenceNumber"), "");
    EXPECT_EQ(first.at("Records.2.SequenceNumber"), "");
    EXPECT_EQ(first.at("Records.0.ApproximateArrivalTimestamp"), "1767225600");
    EXPECT_EQ(first.at("MillisBehindLatest"), "6000");  // the third record's age
    const auto rest = get(3);
    EXPECT_NE(rest.at("Records.2.SequenceNumber"), "");
    EXPECT_EQ(rest.at("MillisBehindLatest"), "0");  // the last of its shard
    const auto none = get(1);
    EXPECT_EQ(none.at("Records"), "[]");
    EXPECT_EQ(none.at("MillisBehindLatest"), "0");
    EXPECT_NE(none.at("NextShardIterator"), "");
    EXPECT_TRUE(stage.refusal("GetRecords", R"({"ShardIterator":")" + at + R"(","Limit":10001})")
                    .starts_with("ValidationException: "));
}

TEST(GetRecords, GivesNoMoreThan10MiB) {
    Stage stage;
    stage.create_stream("s", 1);
    for (int i = 0; i < 12; ++i)
        stage.put("s", "k", std::string(1'000'000, 'x'));
    std::string at = stage.iterator("s", 0, "TRIM_HORIZON");
    const auto answer = stage.call("GetRecords", R"({"ShardIterator":")" + at + "\"}");
    EXPECT_NE(answer.at("Records.9.SequenceNumber"), "");
    EXPECT_EQ(answer.at("Records.10.SequenceNumber"), "");
    EXPECT_EQ(stage.read(&at).size(), 12U);
}

TEST(GetRecords, TakesTheArnOfItsStreamOnly) {
    Stage stage;
    stage.create_stream("s", 1);
    stage.create_stream("t", 1);
    const std::string at = stage.iterator("s", 0, "TRIM_HORIZON");
    const auto get = [&](const std::string& name) {
        return stage.refusal(
            "GetRecords", R"({"ShardIterator":")" + at +
                              R"(","StreamARN":"arn:aws:kinesis:us-west-2:000000000000:stream/)" +
                              name + "\"}");
    };
    EXPECT_EQ(get("s"), "accepted");
    EXPECT_EQ(get("t"), "InvalidArgumentException: Invalid ShardIterator.");
}

// Real threads and files of memory: the same promises without a seed.
TEST(Kinesis, ServesManyThreads) {
    sim::VirtualClock clock;
    os::ThreadPool executor(2);
    sim::SeededRandom random(1);
    sim::RecordingLog log;
    base::Metrics metrics;
    const segment_log::MasterKey master_key{"test", std::string(32, 'k')};
    sim::CrashFileSystem files(&clock, false);
    auto store = std::move(
        meta_store::MetaStore::open({.directory = "/data/meta"}, files, executor, log).value());
    Kinesis kinesis({.directory = "/data/streams"},
                    {files, clock, random, executor, log, metrics, master_key, *store});
    ASSERT_TRUE(kinesis.start().has_value());
    aws::testing::Harness maker(model, &kinesis);
    ASSERT_EQ(maker.json("CreateStream", R"({"StreamName":"s"})").status, 200);
    std::vector<std::thread> threads;
    std::atomic<int> acknowledged = 0;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            aws::testing::Harness harness(model, &kinesis);
            for (int i = 0; i < 50; ++i) {
                std::string body = R"({"StreamName":"s","Records":[)";
                for (int r = 0; r < 10; ++r) {
                    body += (r == 0 ? "" : ",") +
                            entry(std::to_string(t * 10'000 + i * 10 + r), "data");
                }
                if (harness.json("PutRecords", body + "]}").status == 200) acknowledged += 10;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(acknowledged, 2000);
    int read = 0;
    for (int shard = 0; shard < 4; ++shard) {
        std::string at =
            maker
                .json("GetShardIterator", R"({"StreamName":"s","ShardIteratorType":"TRIM_HORIZON",)"
                                          R"("ShardId":"shardId-00000000000)" +
                                              std::to_string(shard) + "\"}")
                .at("ShardIterator");
        const auto answer = maker.json("GetRecords", R"({"ShardIterator":")" + at + "\"}");
        while (!answer.at("Records." + std::to_string(read) + ".SequenceNumber").empty())
            break;
        for (int i = 0; !answer.at("Records." + std::to_string(i) + ".Data").empty(); ++i)
            ++read;
    }
    EXPECT_EQ(read, 2000);
    kinesis.stop();
    store->stop();
    executor.stop();
}

}  // namespace
}  // namespace kinesis
