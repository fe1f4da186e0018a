"""The writes and syncs of the real binary under load, recorded and replayed to every prefix: whatever
was acknowledged before the power cut is there after it. kill -9 cannot show this, because the kernel
keeps what a killed process wrote; here a forgotten fdatasync is a lost write."""

import os
import random
import shutil
import subprocess

import pytest

import replay
from conftest import ROOT, Server

POINTS_MAX = int(os.environ.get("DATASTACK_REPLAY_POINTS", "400"))


@pytest.fixture(scope="module")
def recorder(tmp_path_factory):
    library = tmp_path_factory.mktemp("recorder") / "recorder.so"
    subprocess.run(["gcc-12", "-O1", "-Wall", "-shared", "-fPIC", "-o", str(library),
                    str(ROOT / "tests" / "crash" / "recorder.c"), "-ldl", "-pthread"], check=True)
    return library


@pytest.fixture(scope="module")
def recorded(recorder, tmp_path_factory):
    """A record of a server under load, and what it acknowledged at which length of the record."""
    place = tmp_path_factory.mktemp("recorded")
    log = place / "record"
    server = Server(place / "data")
    (place / "data").mkdir(mode=0o700)
    os.environ.update(LD_PRELOAD=str(recorder), DATASTACK_RECORD_ROOT=str(place / "data"),
                      DATASTACK_RECORD_LOG=str(log))
    try:
        server.start()
    finally:
        for name in ("LD_PRELOAD", "DATASTACK_RECORD_ROOT", "DATASTACK_RECORD_LOG"):
            del os.environ[name]
    acks = []  # (length of the record, kind, what)

    def acknowledge(kind, what):
        acks.append((log.stat().st_size, kind, what))

    kinesis, s3, glue, logs = (server.client(name) for name in ("kinesis", "s3", "glue", "logs"))
    kinesis.create_stream(StreamName="s", ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName="s")
    s3.create_bucket(Bucket="replayed",
                     CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    acknowledge("bucket", "replayed")
    glue.create_database(DatabaseInput={"Name": "db"})
    acknowledge("database", "db")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="l")
    for turn in range(12):
        keys = [f"k{turn}-{n}" for n in range(5)]
        answer = kinesis.put_records(StreamName="s", Records=[
            {"Data": key.encode(), "PartitionKey": key} for key in keys])
        assert answer["FailedRecordCount"] == 0
        acknowledge("records", keys)
        size = 3_000_000 if turn == 5 else 700
        s3.put_object(Bucket="replayed", Key=f"o{turn}", Body=bytes([turn]) * size)
        acknowledge("object", (f"o{turn}", turn, size))
        glue.create_table(DatabaseName="db", TableInput={"Name": f"t{turn}"})
        acknowledge("table", f"t{turn}")
        logs.put_log_events(logGroupName="g", logStreamName="l", logEvents=[
            {"timestamp": 1_795_000_000_000 + turn, "message": f"m{turn}"}])
        acknowledge("log", f"m{turn}")
    s3.delete_object(Bucket="replayed", Key="o0")
    acknowledge("gone", "o0")
    server.kill()
    return log, acks


def missing(directory, acks):
    """What of `acks` a server on this directory does not have."""
    server = Server(directory)
    try:
        server.start()
    except AssertionError as refused:  # then nothing of it can be reached
        return [("server", str(refused))]
    lost = []
    try:
        kinesis, s3, glue, logs = (server.client(n) for n in ("kinesis", "s3", "glue", "logs"))
        records = set()
        wanted = {kind for _, kind, _ in acks}
        if "records" in wanted:
            try:
                for shard in ("shardId-000000000000", "shardId-000000000001"):
                    iterator = kinesis.get_shard_iterator(
                        StreamName="s", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
                    page = kinesis.get_records(ShardIterator=iterator["ShardIterator"])
                    records |= {record["Data"].decode() for record in page["Records"]}
            except kinesis.exceptions.ResourceNotFoundException:
                pass
        try:
            objects = {entry["Key"] for entry in
                       s3.list_objects_v2(Bucket="replayed").get("Contents", [])}
        except s3.exceptions.ClientError:
            objects = None
        messages = set()
        if "log" in wanted:
            messages = {event["message"] for event in
                        logs.filter_log_events(logGroupName="g")["events"]}
        deleted = {what for _, kind, what in acks if kind == "gone"}
        for _, kind, what in acks:
            there = {
                "bucket": lambda: objects is not None,
                "records": lambda: set(what) <= records,
                "object": lambda: what[0] in deleted or (objects is not None and what[0] in objects
                                                         and s3.get_object(
                    Bucket="replayed", Key=what[0])["Body"].read() == bytes([what[1]]) * what[2]),
                "gone": lambda: what not in (objects or ()),
                "log": lambda: what in messages,
                "database": lambda: glue.get_database(Name=what),
                "table": lambda: glue.get_table(DatabaseName="db", Name=what),
            }[kind]
            try:
                if not there():
                    lost.append((kind, what))
            except Exception as problem:  # whatever a client raises means that it is not there
                lost.append((kind, what, str(problem)))
    finally:
        server.kill()
    return lost


def check_prefixes(operations, acks, place, points, survivals):
    """The first loss found, or None."""
    for number in points:
        due = [ack for ack in acks if replay.prefix_of(operations, ack[0]) <= number]
        disk = replay.Disk(operations[:number])
        for seed in survivals:
            target = place / "disk"
            shutil.rmtree(target, ignore_errors=True)
            disk.lay_out(target, None if seed is None else random.Random(seed * 7919 + number))
            lost = missing(target, due)
            if lost:
                return number, seed, lost
    return None


def test_nothing_acknowledged_is_lost_at_any_prefix(recorded, tmp_path):
    log, acks = recorded
    operations = replay.read_record(log)
    first = replay.prefix_of(operations, acks[0][0])
    points = range(first, len(operations) + 1)
    if len(points) > POINTS_MAX:
        points = sorted(random.Random(1).sample(points, POINTS_MAX))
    print(len(operations), "operations,", len(points), "prefixes")
    loss = check_prefixes(operations, acks, tmp_path, points, [None])
    assert loss is None, loss
    some = sorted(random.Random(2).sample(list(points), min(40, len(points))))
    loss = check_prefixes(operations, acks, tmp_path, some, [1, 2])
    assert loss is None, loss


@pytest.mark.parametrize("files", [".segment", "/meta/", "/objects/"])
def test_a_forgotten_fdatasync_would_be_noticed(recorded, tmp_path, files):
    log, acks = recorded
    operations = replay.read_record(log, forget_syncs_of=files)
    assert check_prefixes(operations, acks, tmp_path, [len(operations)], [None]) is not None
