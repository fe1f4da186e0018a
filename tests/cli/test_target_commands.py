"""Every command of Query Examples, Logs and Manual Testing of the target, as written there, with the
distribution's AWS CLI v2 and again with boto3."""

import json
import re

import pytest

from conftest import ACCOUNT, REGION, query_rows, wait_for_query

BUCKET = f"acme-telemetry-data-{ACCOUNT}-{REGION}"
BATCH_EVENTS = 1000
RESULTS = f"OutputLocation=s3://{BUCKET}/athena-results/"

TOTAL = """-- Total events
SELECT COUNT(*) FROM acme_telemetry.streaming_events;"""
BY_TYPE = """-- Events by type
SELECT event_type, COUNT(*) as count
FROM acme_telemetry.streaming_events
GROUP BY event_type
ORDER BY count DESC;"""
BY_DATE = """-- Events by date
SELECT SUBSTR(event_timestamp, 1, 10) as date, COUNT(*) as count
FROM acme_telemetry.streaming_events
GROUP BY SUBSTR(event_timestamp, 1, 10)
ORDER BY date DESC;"""
ENGAGEMENT = """-- Content engagement
SELECT title_type, AVG(watch_duration_seconds) as avg_duration,
       AVG(completion_percentage) as avg_completion
FROM acme_telemetry.streaming_events
GROUP BY title_type;"""

pytestmark = pytest.mark.quick


def cli_query(stack, sql):
    """Header and rows, through the AWS CLI alone."""
    started = stack.aws_json("athena", "start-query-execution", "--query-string", sql,
                             "--region", REGION)
    query_id = started["QueryExecutionId"]
    wait_for_query(stack.client("athena"), query_id)
    results = stack.aws_json("athena", "get-query-results", "--query-execution-id", query_id,
                             "--region", REGION)
    rows = [[cell.get("VarCharValue") for cell in row["Data"]]
            for row in results["ResultSet"]["Rows"]]
    return rows[0], rows[1:]


def check_by_type(rows, total):
    counts = {kind: int(count) for kind, count in rows}
    assert set(counts) <= {"start", "pause", "resume", "stop", "complete"}
    assert sum(counts.values()) == total
    assert list(counts.values()) == sorted(counts.values(), reverse=True)


def check_engagement(rows):
    assert {row[0] for row in rows} <= {"movie", "series", "documentary"}
    for _, duration, completion in rows:
        assert 0 <= float(duration) < 6 * 3600
        assert 0 <= float(completion) <= 100


def test_up_showed_the_main_job(stack):
    text = stack.first_output
    assert "1,000 events made" in text
    for title in ("Total events", "Events by type", "Events by date", "Content engagement"):
        assert title in text
    assert f"s3://{BUCKET}/telemetry/year=" in text


def test_query_examples_cli(stack):
    header, rows = cli_query(stack, TOTAL)
    total = int(rows[0][0])
    assert header == ["_col0"] and total >= BATCH_EVENTS and total % BATCH_EVENTS == 0
    header, rows = cli_query(stack, BY_TYPE)
    assert header == ["event_type", "count"]
    check_by_type(rows, total)
    header, rows = cli_query(stack, BY_DATE)
    assert header == ["date", "count"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", row[0]) for row in rows)
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    assert sum(int(row[1]) for row in rows) == total
    header, rows = cli_query(stack, ENGAGEMENT)
    assert header == ["title_type", "avg_duration", "avg_completion"]
    check_engagement(rows)


def test_query_examples_boto3(stack):
    athena = stack.client("athena")
    total = int(query_rows(athena, TOTAL)[0][0])
    check_by_type(query_rows(athena, BY_TYPE), total)
    assert sum(int(row[1]) for row in query_rows(athena, BY_DATE)) == total
    check_engagement(query_rows(athena, ENGAGEMENT))


def test_logs_tail(stack):
    for name in ("acme-data-generator", "acme-data-producer"):
        lines = stack.aws("logs", "tail", f"/aws/lambda/{name}", "--region", REGION, "--since",
                          "10m").stdout.splitlines()
        text = "\n".join(lines)
        for word in ("INIT_START", "START RequestId", "END RequestId", "REPORT RequestId",
                     "Billed Duration"):
            assert word in text, text
        assert "[$LATEST]" in lines[0]
    delivery = stack.aws("logs", "tail", "/aws/firehose/acme-data-kinesis-to-s3", "--region",
                         REGION, "--since", "10m").stdout
    assert "DestinationDelivery" in delivery and f"{BUCKET}" in delivery


def test_logs_boto3(stack):
    logs = stack.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/lambda/acme-data-generator",
                                    filterPattern='"REPORT RequestId"')["events"]
    assert events and all("REPORT RequestId" in event["message"] for event in events)


def test_invoke_generator(stack):
    done = stack.aws("lambda", "invoke", "--function-name", "acme-data-generator", "--region",
                     REGION, "/dev/stdout")
    # The payload first, then the CLI's own JSON, on one stream.
    decoder = json.JSONDecoder()
    payload, end = decoder.raw_decode(done.stdout)
    answer = json.loads(done.stdout[end:])
    assert payload["generated"] == BATCH_EVENTS
    assert payload["sent"] == BATCH_EVENTS and payload["failed"] == 0
    assert answer["StatusCode"] == 200 and "FunctionError" not in answer


def test_describe_stream_summary(stack):
    for summary in (
            stack.aws_json("kinesis", "describe-stream-summary", "--stream-name",
                           "acme-telemetry-stream", "--region", REGION),
            stack.client("kinesis").describe_stream_summary(StreamName="acme-telemetry-stream")):
        described = summary["StreamDescriptionSummary"]
        assert described["StreamStatus"] == "ACTIVE"
        assert described["StreamModeDetails"]["StreamMode"] == "ON_DEMAND"
        assert described["RetentionPeriodHours"] == 24
        assert described["EncryptionType"] == "KMS" and described["KeyId"] == "alias/aws/kinesis"
        assert described["OpenShardCount"] == 4


def test_list_lake(stack):
    lines = stack.aws("s3", "ls", f"s3://{BUCKET}/telemetry/", "--recursive").stdout.splitlines()
    assert lines
    key = (r"telemetry/year=\d{4}/month=\d\d/day=\d\d/hour=\d\d/acme-data-kinesis-to-s3-1-"
           r"\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9a-f-]{36}\.gz")
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d+ " + key, line), line
    listed = stack.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="telemetry/")["Contents"]
    assert [entry["Key"] for entry in listed] == [line.split()[-1] for line in lines]


def test_repair_partitions(stack):
    started = stack.aws_json("athena", "start-query-execution", "--query-string",
                             "MSCK REPAIR TABLE acme_telemetry.streaming_events",
                             "--result-configuration", RESULTS, "--region", REGION)
    execution = wait_for_query(stack.client("athena"), started["QueryExecutionId"])
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    assert execution["StatementType"] == "DDL"
    assert execution["ResultConfiguration"]["OutputLocation"] == (
        f"s3://{BUCKET}/athena-results/{started['QueryExecutionId']}.txt")


def test_repair_finds_hours_that_the_producer_did_not_register(stack):
    s3 = stack.client("s3")
    athena = stack.client("athena")
    line = json.dumps({"event_id": "by-hand", "event_type": "start"}) + "\n"
    s3.put_object(Bucket=BUCKET, Key="telemetry/year=2001/month=02/day=03/hour=04/hand.json",
                  Body=line.encode())
    count = "SELECT COUNT(*) FROM acme_telemetry.streaming_events WHERE year = '2001'"
    assert query_rows(athena, count) == [["0"]]
    started = athena.start_query_execution(
        QueryString="MSCK REPAIR TABLE acme_telemetry.streaming_events",
        ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/athena-results/"})
    wait_for_query(athena, started["QueryExecutionId"])
    assert query_rows(athena, count) == [["1"]]
    s3.delete_object(Bucket=BUCKET, Key="telemetry/year=2001/month=02/day=03/hour=04/hand.json")
