"""kill -9 while batches are on their way, restart, twenty times; then everything acknowledged is in the
answer of SQL, every record of the stream is in exactly one object, and an event repeats only where its
PutRecords call got no answer."""

import collections
import gzip
import json
import random
import threading
import time
import uuid

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from conftest import ACCOUNT, REGION, make_stack, query_rows

BUCKET = f"acme-telemetry-data-{ACCOUNT}-{REGION}"
STREAM = "acme-telemetry-stream"
KILLS = 20
EVENTS_PER_CALL = 50


class Producer(threading.Thread):
    """Puts events until told to stop; remembers which calls were answered. Resends what got no
    answer, as a real producer does: those events may be there twice."""

    def __init__(self, server, seed):
        super().__init__()
        self.server = server
        self.random = random.Random(seed)
        self.stopping = threading.Event()
        self.acknowledged = set()
        self.unanswered = set()

    def run(self):
        client = self.server.client("kinesis", connect_timeout=1, read_timeout=5)
        while not self.stopping.is_set():
            ids = [str(uuid.UUID(int=self.random.getrandbits(128))) for _ in range(EVENTS_PER_CALL)]
            now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
            records = [{"Data": json.dumps({"event_id": i, "event_timestamp": now,
                                            "event_type": "start"}).encode() + b"\n",
                        "PartitionKey": i} for i in ids]
            for _ in range(2):  # once more when there was no answer
                try:
                    answer = client.put_records(StreamName=STREAM, Records=records)
                except (BotoCoreError, ClientError):
                    self.unanswered.update(ids)
                    time.sleep(0.05)
                    continue
                for identifier, result in zip(ids, answer["Records"]):
                    if "ErrorCode" not in result:
                        self.acknowledged.add(identifier)
                break


def stream_events(kinesis):
    """event_id -> sequence numbers, of everything in the stream."""
    found = collections.defaultdict(list)
    for shard in kinesis.list_shards(StreamName=STREAM)["Shards"]:
        iterator = kinesis.get_shard_iterator(StreamName=STREAM, ShardId=shard["ShardId"],
                                              ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        last = ""
        while True:
            page = kinesis.get_records(ShardIterator=iterator)
            for record in page["Records"]:
                assert record["SequenceNumber"] > last, "sequence numbers grow"
                last = record["SequenceNumber"]
                found[json.loads(record["Data"])["event_id"]].append(last)
            iterator = page["NextShardIterator"]
            if not page["Records"] and page["MillisBehindLatest"] == 0:
                break
    return found


def object_events(s3):
    """event_id -> number of lines, over all delivered objects."""
    counts = collections.Counter()
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="telemetry/"):
        for entry in page.get("Contents", []):
            body = s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read()
            for line in gzip.decompress(body).splitlines():
                counts[json.loads(line)["event_id"]] += 1
    return counts


def test_kill_during_batches(tmp_path):
    stack = make_stack(tmp_path / "data")
    seed = random.randrange(1 << 30)
    print("seed", seed)
    moments = random.Random(seed)
    acknowledged, unanswered = set(), set()
    for turn in range(KILLS):
        producer = Producer(stack, seed + turn)
        producer.start()
        try:  # a batch of the real functions meanwhile
            stack.client("lambda").invoke(FunctionName="acme-data-generator", InvocationType="Event")
        except (BotoCoreError, ClientError):
            pass
        time.sleep(moments.uniform(0.02, 0.4))
        if turn % 3 == 0:  # and a delivery that is under way
            threading.Thread(target=stack.datastack, args=("flush",), kwargs={"check": False}).start()
            time.sleep(moments.uniform(0, 0.05))
        stack.kill()
        producer.stopping.set()
        producer.join()
        acknowledged |= producer.acknowledged
        unanswered |= producer.unanswered
        stack.start()
    assert len(acknowledged) > KILLS * EVENTS_PER_CALL / 2, "the load ran"

    time.sleep(1.0)  # queued invocations run again and end
    stack.datastack("flush")
    in_stream = stream_events(stack.client("kinesis"))
    in_objects = object_events(stack.client("s3"))
    stack.client("athena")
    assert acknowledged <= set(in_stream), "acknowledged, and not in the stream"
    later = stream_events(stack.client("kinesis"))
    if {key: len(value) for key, value in later.items()} != {
            key: len(value) for key, value in in_stream.items()}:
        pytest.fail("the stream still grows: the comparison would be of two moments")
    assert {key: len(value) for key, value in in_stream.items()} == dict(in_objects), (
        "each record of the stream is in exactly one object")
    repeated = {key for key, value in in_stream.items() if len(value) > 1}
    assert {key for key in repeated if key in acknowledged} <= unanswered, (
        "an event repeats only where its call got no answer")

    stack.datastack("sql", "MSCK REPAIR TABLE acme_telemetry.streaming_events")
    in_sql = {row[0] for row in query_rows(
        stack.client("athena"), "SELECT DISTINCT event_id FROM acme_telemetry.streaming_events")}
    assert acknowledged <= in_sql
    assert in_sql == set(in_objects)
    stack.stop()
