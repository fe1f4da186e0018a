"""What the outside throws at the real server: AWS's error, and the server goes on. (Decoders have unit
tests and fuzzers of their own; this is the whole program.)"""

import gzip
import io
import json
import urllib.error
import urllib.request
import zipfile

import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT, REGION, query_rows, wait_for_query

BUCKET = f"acme-telemetry-data-{ACCOUNT}-{REGION}"


def alive(server):
    return server.client("sts").get_caller_identity()["Account"] == ACCOUNT


def fails(code, call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == code, caught.value
    return caught.value.response


def raw(server, body, headers, path="/"):
    request = urllib.request.Request(server.endpoint + path, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode()


def signed(server, service, target, body):
    """A signed JSON request with any body."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    request = AWSRequest("POST", server.endpoint + "/", data=body, headers={
        "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"})
    SigV4Auth(Credentials(*server.keys()), service, REGION).add_auth(request)
    return raw(server, body, dict(request.headers))


def test_malformed_json(shared_server):
    for body in (b"{", b"[]", b'"x"', b'{"StreamName": 1}', b"\xff\xfe", b"[" * 100_000):
        status, text = signed(shared_server, "kinesis", "Kinesis_20131202.CreateStream", body)
        assert status == 400 and "SerializationException" in text, (body[:20], status, text)
    assert alive(shared_server)


def test_unknown_members_are_ignored_and_wrong_values_named(shared_server):
    status, text = signed(shared_server, "kinesis", "Kinesis_20131202.ListStreams",
                          b'{"Nonsense": 1, "Limit": 10}')
    assert status == 200, text
    status, text = signed(shared_server, "kinesis", "Kinesis_20131202.ListStreams", b'{"Limit": 0}')
    assert status == 400 and "Value '0' at 'limit' failed to satisfy constraint" in text


def test_unknown_operations_and_services_are_501_by_name(shared_server):
    status, text = signed(shared_server, "kinesis", "Kinesis_20131202.SubscribeToShard", b"{}")
    assert status == 501 and "SubscribeToShard" in text
    status, text = signed(shared_server, "quicksight", "QuickSight_20180401.ListUsers", b"{}")
    assert status == 501
    fails("NotImplemented", shared_server.client("s3").put_bucket_website, Bucket="b" * 5,
          WebsiteConfiguration={"IndexDocument": {"Suffix": "x"}})


def test_signatures(shared_server):
    status, text = raw(shared_server, b"{}", {"X-Amz-Target": "Kinesis_20131202.ListStreams",
                                              "Content-Type": "application/x-amz-json-1.1"})
    assert status in (400, 403) and "MissingAuthenticationToken" in text, text
    access, _ = shared_server.keys()
    import boto3
    wrong = boto3.client("kinesis", endpoint_url=shared_server.endpoint, region_name=REGION,
                         aws_access_key_id=access, aws_secret_access_key="wrong")
    fails("InvalidSignatureException", wrong.list_streams)
    unknown = boto3.client("s3", endpoint_url=shared_server.endpoint, region_name=REGION,
                           aws_access_key_id="AKIANOBODY", aws_secret_access_key="x")
    response = fails("InvalidAccessKeyId", unknown.list_buckets)
    assert "datastack env" in response["Error"]["Message"]


def test_bad_archives(shared_server):
    lam = shared_server.client("lambda")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bootstrap", b"\0" * (300 << 20))
    escape = io.BytesIO()
    with zipfile.ZipFile(escape, "w") as archive:
        archive.writestr("../escape", b"x")
    for body in (b"not a zip", bomb.getvalue(), escape.getvalue()):
        with pytest.raises(ClientError) as caught:
            lam.create_function(FunctionName="bad", Runtime="provided.al2023", Handler="x",
                                Role=f"arn:aws:iam::{ACCOUNT}:role/r", Code={"ZipFile": body})
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400, caught.value
    assert alive(shared_server)


def make_function(server, name, script, **settings):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        info = zipfile.ZipInfo("bootstrap")
        info.external_attr = 0o755 << 16
        archive.writestr(info, script)
    lam = server.client("lambda", read_timeout=60)
    lam.create_function(FunctionName=name, Runtime="provided.al2023", Handler="x",
                        Role=f"arn:aws:iam::{ACCOUNT}:role/r", Code={"ZipFile": body.getvalue()},
                        **settings)
    lam.get_waiter("function_active").wait(FunctionName=name)
    return lam



@pytest.mark.parametrize("name, script, expected, settings", [
    ("crashes", "#!/bin/sh\nexit 7\n", "Runtime.ExitError", {}),
    ("hangs", "#!/bin/sh\nwhile true; do sleep 1; done\n", "", {"Timeout": 1}),
    ("floods", "#!/bin/sh\nyes flood | head -c 50000000\nexit 1\n", "Runtime.ExitError", {}),
    ("allocates", "#!/usr/bin/perl\nmy @a; while (1) { push @a, 'x' x 1000000; }\n", "", {}),
    ("not-executable-format", "\0\1\2", "Runtime.InvalidEntrypoint", {}),
])
def test_functions_that_misbehave(shared_server, name, script, expected, settings):
    lam = make_function(shared_server, name, script, **settings)
    answer = lam.invoke(FunctionName=name)
    payload = json.loads(answer["Payload"].read())
    assert answer["FunctionError"] == "Unhandled"
    assert expected in payload.get("errorType", ""), payload
    assert alive(shared_server)


def test_a_rule_whose_target_is_gone(shared_server):
    lam = make_function(shared_server, "target", "#!/bin/sh\nexit 0\n")
    events = shared_server.client("events")
    rule = events.put_rule(Name="orphan", ScheduleExpression="rate(1 minute)")["RuleArn"]
    lam.add_permission(FunctionName="target", StatementId="s", Action="lambda:InvokeFunction",
                       Principal="events.amazonaws.com", SourceArn=rule)
    arn = lam.get_function(FunctionName="target")["Configuration"]["FunctionArn"]
    assert events.put_targets(Rule="orphan", Targets=[{"Id": "1", "Arn": arn}])[
        "FailedEntryCount"] == 0
    lam.delete_function(FunctionName="target")
    fails("ValidationException", events.delete_rule, Name="orphan")
    events.remove_targets(Rule="orphan", Ids=["1"])
    events.delete_rule(Name="orphan")
    for expression in ("rate(0 minutes)", "rate(5 minute)", "cron(* * * * *)", "every day"):
        fails("ValidationException", events.put_rule, Name="bad", ScheduleExpression=expression)


def test_bad_lines_in_an_object_fail_the_query_by_name(stack):
    s3, athena = stack.client("s3"), stack.client("athena")
    key = "telemetry/year=1999/month=01/day=01/hour=00/bad.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=gzip.compress(b'{"event_id":"a"}\n{"event_id":\n'))
    stack.datastack("sql", "MSCK REPAIR TABLE acme_telemetry.streaming_events")
    started = athena.start_query_execution(
        QueryString="SELECT event_id FROM acme_telemetry.streaming_events WHERE year = '1999'")
    status = wait_for_query(athena, started["QueryExecutionId"])["Status"]
    assert status["State"] == "FAILED"
    assert "HIVE_CURSOR_ERROR" in status["StateChangeReason"] and key in status["StateChangeReason"]
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"this is not gzip")
    started = athena.start_query_execution(
        QueryString="SELECT event_id FROM acme_telemetry.streaming_events WHERE year = '1999'")
    status = wait_for_query(athena, started["QueryExecutionId"])["Status"]
    assert status["State"] == "FAILED" and key in status["StateChangeReason"]
    s3.delete_object(Bucket=BUCKET, Key=key)
    assert query_rows(athena, "SELECT COUNT(*) FROM acme_telemetry.streaming_events "
                              "WHERE year = '1999'") == [["0"]]


def test_sql_reaches_no_files_and_no_settings(stack):
    for text in ("SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM '/etc/passwd'",
                 "SELECT getenv('HOME')", "SET memory_limit='1GB'", "COPY (SELECT 1) TO '/tmp/x'",
                 "ATTACH '/tmp/x'", "INSTALL httpfs", "PRAGMA database_list",
                 "SELECT * FROM duckdb_settings()"):
        done = stack.datastack("sql", text, check=False)
        assert done.returncode == 1, (text, done.stdout)
        assert "root:" not in done.stdout + done.stderr


def test_a_query_that_wants_all_memory_fails_alone(stack):
    digits = "(VALUES 0,1,2,3,4,5,6,7,8,9) t{}(x)"
    cross = " CROSS JOIN ".join(digits.format(n) for n in range(8))
    text = ("SELECT cardinality(array_agg(CAST(t0.x AS varchar) || CAST(t1.x AS varchar) || "
            f"'{'x' * 100}')) FROM {cross}")
    done = stack.datastack("sql", text, check=False)
    assert done.returncode == 1, done.stdout
    assert "MEMORY" in done.stderr or "ENGINE_PROCESS_LOST" in done.stderr, done.stderr
    assert query_rows(stack.client("athena"), "SELECT 1") == [["1"]]
