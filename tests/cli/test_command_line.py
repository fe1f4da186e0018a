"""The program's own verbs, as a user types them."""

import json
import os
import re
import signal
import subprocess
import time

import pytest

from conftest import BINARY, Server, free_port

pytestmark = pytest.mark.quick


def test_env_is_shell_that_points_clients_here(server):
    script = f'eval "$({BINARY} env --listen 127.0.0.1:{server.port} --data-dir {server.directory})"; env'
    lines = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True,
                           env={**os.environ, "AWS_PROFILE": "mine", "AWS_SESSION_TOKEN": "x"}).stdout
    environment = dict(line.split("=", 1) for line in lines.splitlines() if "=" in line)
    assert environment["AWS_ENDPOINT_URL"] == server.endpoint
    assert (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) == server.keys()
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "us-west-2"
    assert environment["AWS_PAGER"] == "" and "127.0.0.1" in environment["NO_PROXY"]
    assert "AWS_PROFILE" not in environment and "AWS_SESSION_TOKEN" not in environment


def test_aws_runs_the_cli_whatever_its_version(server):
    done = subprocess.run([str(BINARY), "aws", "--listen", f"127.0.0.1:{server.port}", "--data-dir",
                           str(server.directory), "sts", "get-caller-identity"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Account"] == "000000000000"


def test_sql_forms(stack):
    query = "SELECT 1 AS one, CAST(NULL AS varchar) AS nothing, 'a\"b' AS text"
    table = stack.datastack("sql", query).stdout
    assert "│ one │ nothing │ text │" in table and "NULL" in table
    row = json.loads(stack.datastack("sql", query, "--json").stdout)
    assert row == {"one": "1", "nothing": None, "text": 'a"b'}
    assert stack.datastack("sql", query, "--csv").stdout == '"one","nothing","text"\n"1",,"a""b"\n'


def test_sql_errors_say_what_and_where(stack):
    done = stack.datastack("sql", "SELECT nope FROM acme_telemetry.streaming_events", check=False)
    assert done.returncode == 1
    assert "COLUMN_NOT_FOUND: line 1:8" in done.stderr and "nope" in done.stderr
    done = stack.datastack("sql", "SELEC 1", check=False)
    assert done.returncode == 1 and "line 1:1" in done.stderr


def test_generate_backfills_lake_and_stream(stack):
    before = json.loads(stack.datastack(
        "sql", "SELECT COUNT(*) AS n FROM acme_telemetry.streaming_events", "--json").stdout)
    stack.datastack("generate", "--events", "5000", "--hours", "3", "--seed", "42")
    stack.datastack("generate", "--events", "1500", "--to", "stream", "--seed", "43")
    stack.datastack("flush")
    after = json.loads(stack.datastack(
        "sql", "SELECT COUNT(*) AS n FROM acme_telemetry.streaming_events", "--json").stdout)
    assert int(after["n"]) - int(before["n"]) >= 6500


def test_status_names_what_there_is(stack):
    status = json.loads(stack.datastack("status", "--json").stdout)
    assert status["streams"] == ["acme-telemetry-stream"]
    assert status["delivery streams"] == ["acme-data-kinesis-to-s3"]
    assert set(status["functions"]) == {"acme-data-generator", "acme-data-producer"}
    assert status["rules"] == ["acme-data-generator-schedule"]


def test_a_second_server_on_the_directory_is_refused(server):
    done = subprocess.run([str(BINARY), "serve", "--listen", f"127.0.0.1:{free_port()}",
                           "--data-dir", str(server.directory)], capture_output=True, text=True)
    assert done.returncode == 1
    assert "another" in done.stderr or "lock" in done.stderr.lower(), done.stderr


def test_a_taken_port_is_named(server, tmp_path):
    done = subprocess.run([str(BINARY), "serve", "--listen", f"127.0.0.1:{server.port}",
                           "--data-dir", str(tmp_path / "other")], capture_output=True, text=True)
    assert done.returncode == 1 and str(server.port) in done.stderr


def test_verbs_without_a_server_say_what_to_do(tmp_path):
    done = subprocess.run([str(BINARY), "sql", "SELECT 1", "--data-dir", str(tmp_path / "none")],
                          capture_output=True, text=True)
    assert done.returncode == 1 and "datastack serve" in done.stderr


def test_wrong_command_lines_exit_2():
    assert subprocess.run([str(BINARY), "nonsense"], capture_output=True).returncode == 2
    assert subprocess.run([str(BINARY), "serve", "--nonsense"], capture_output=True).returncode == 2


def test_version_and_completion():
    assert re.match(r"datastack \d+\.\d+\.\d+", subprocess.run(
        [str(BINARY), "version"], capture_output=True, text=True, check=True).stdout)
    script = subprocess.run([str(BINARY), "completion", "bash"], capture_output=True, text=True,
                            check=True).stdout
    done = subprocess.run(["bash", "-c", script + "\nCOMP_WORDS=(datastack ver); COMP_CWORD=1; "
                           "_datastack; echo ${COMPREPLY[@]}"], capture_output=True, text=True)
    assert done.stdout.split() == ["verify", "version"]


def test_backup_verify_restore(tmp_path):
    first = Server(tmp_path / "data").start()
    kinesis = first.client("kinesis")
    kinesis.create_stream(StreamName="kept", ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName="kept")
    kinesis.put_record(StreamName="kept", Data=b"precious", PartitionKey="k")
    first.client("s3").create_bucket(
        Bucket="kept-bucket", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    first.client("s3").put_object(Bucket="kept-bucket", Key="k", Body=b"x" * 3_000_000)
    running = first.datastack("backup", str(tmp_path / "early"), check=False)
    assert running.returncode == 1 and "stop it first" in running.stderr
    first.stop()

    assert "everything reads back" in first.datastack("verify").stdout
    first.datastack("backup", str(tmp_path / "backup"))
    again = first.datastack("backup", str(tmp_path / "backup"), check=False)
    assert again.returncode == 1 and "not empty" in again.stderr

    second = Server(tmp_path / "restored")
    subprocess.run([str(BINARY), "restore", str(tmp_path / "backup"), "--data-dir",
                    str(second.directory)], check=True, capture_output=True)
    second.start()
    shard = second.client("kinesis").get_shard_iterator(
        StreamName="kept", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")
    records = second.client("kinesis").get_records(ShardIterator=shard["ShardIterator"])["Records"]
    assert [record["Data"] for record in records] == [b"precious"]
    body = second.client("s3").get_object(Bucket="kept-bucket", Key="k")["Body"].read()
    assert body == b"x" * 3_000_000
    second.stop()


def test_verify_reports_damage(tmp_path):
    running = Server(tmp_path / "data").start()
    kinesis = running.client("kinesis")
    kinesis.create_stream(StreamName="s", ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName="s")
    for _ in range(3):
        kinesis.put_record(StreamName="s", Data=b"y" * 1000, PartitionKey="k")
    running.stop()
    segment = next(running.directory.glob("streams/*/*.segment"))
    damaged = bytearray(segment.read_bytes())
    position = damaged.find(b"\x00" * 64)  # behind the records, in what was preallocated
    middle = (position if position > 0 else len(damaged)) // 2
    damaged[middle] ^= 0x55
    segment.write_bytes(bytes(damaged))
    done = running.datastack("verify", check=False)
    assert done.returncode == 1 and "DAMAGED" in done.stdout, done.stdout


def test_interrupt_stops_cleanly(tmp_path):
    running = Server(tmp_path / "data").start()
    started = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=20) == 0
    assert time.monotonic() - started < 15
