"""The three stacks through the target's deployment lines, and what comes after them: no change, diff,
growth, destroy and the way back; and `datastack up` and `cdk` in turn on the same stacks."""

import json
import re
import subprocess

import pytest

from cdk_cli import APP, Cdk, REAL_APP, call_count, physical_ids, shell_environment, stack_status
from conftest import ACCOUNT, BINARY, REGION, Server, query_rows, wait_for_query

BUCKET = f"acme-telemetry-data-{ACCOUNT}-{REGION}"
STACKS = ("AcmeKinesisStack", "AcmeDataLakeStack", "AcmeDataGenStack")
COUNT = "SELECT COUNT(*) FROM acme_telemetry.streaming_events"


@pytest.fixture(scope="module")
def server(shared_server):
    return shared_server


@pytest.fixture(scope="module")
def cdk(server, tmp_path_factory):
    return Cdk(server, tmp_path_factory.mktemp("cdk"), app=REAL_APP)


@pytest.fixture(scope="module")
def deployed(server, cdk):
    """The target's lines in a shell; `npm install` is what ./dev setup did."""
    lines = "npm run build\ncdk deploy --all\n"
    environment = {**shell_environment(server), "CDK_HOME": str(cdk.place / "home")}
    done = subprocess.run(["bash", "-e"], input=lines, cwd=APP, env=environment,
                          capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def run_batch(server):
    answer = server.client("lambda").invoke(FunctionName="acme-data-generator")
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    server.datastack("flush")
    return payload


def test_deployment_lines(deployed, server):
    for name in STACKS:
        assert f"✅  {name}" in deployed
        assert stack_status(server, name) == "CREATE_COMPLETE"
    assert f"AcmeDataLakeStack.BucketName = {BUCKET}" in deployed


def test_the_pipeline_runs(deployed, server):
    athena = server.client("athena")
    before = int(query_rows(athena, COUNT)[0][0])
    assert run_batch(server)["sent"] == 1000
    assert int(query_rows(athena, COUNT)[0][0]) == before + 1000, "visible without MSCK"
    started = athena.start_query_execution(
        QueryString="MSCK REPAIR TABLE acme_telemetry.streaming_events",
        ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/athena-results/"})
    assert wait_for_query(athena, started["QueryExecutionId"])["Status"]["State"] == "SUCCEEDED"
    assert int(query_rows(athena, COUNT)[0][0]) == before + 1000


def test_named_queries_answer_in_the_work_group(deployed, server):
    athena = server.client("athena")
    ids = athena.list_named_queries(WorkGroup="acme-telemetry")["NamedQueryIds"]
    queries = [athena.get_named_query(NamedQueryId=each)["NamedQuery"] for each in ids]
    assert {each["Name"] for each in queries} == {"total-events", "events-by-type",
                                                 "events-by-date", "content-engagement"}
    for query in queries:
        assert query_rows(athena, query["QueryString"], WorkGroup="acme-telemetry")
    results = server.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="athena-results/")
    assert results["KeyCount"] >= 4, "the work group's result location"


def test_settings_that_arrived(deployed, server):
    summary = server.client("kinesis").describe_stream_summary(
        StreamName="acme-telemetry-stream")["StreamDescriptionSummary"]
    assert summary["StreamModeDetails"]["StreamMode"] == "ON_DEMAND"
    assert summary["RetentionPeriodHours"] == 24 and summary["KeyId"] == "alias/aws/kinesis"
    s3 = server.client("s3")
    rules = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert {rule["ID"] for rule in rules} == {"query-results", "uploads-that-were-left"}
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    groups = server.client("logs").describe_log_groups()["logGroups"]
    retention = {each["logGroupName"]: each.get("retentionInDays") for each in groups}
    for name in ("/aws/lambda/acme-data-generator", "/aws/lambda/acme-data-producer",
                 "/aws/firehose/acme-data-kinesis-to-s3"):
        assert retention[name] == 7
    rule = server.client("events").describe_rule(Name="acme-data-generator-schedule")
    assert rule["ScheduleExpression"] == "rate(5 minutes)" and rule["State"] == "ENABLED"


def test_no_change_makes_no_change_set(deployed, cdk, server):
    before = call_count(server, "CreateChangeSet")
    text = cdk.deploy().text
    assert text.count("no changes") == 3
    assert call_count(server, "CreateChangeSet") == before


def test_diff_is_empty(deployed, cdk):
    diff = cdk("diff", "--fail")
    assert diff.text.count("There were no differences") == 3
    assert cdk("diff", "--fail", "--method", "template").returncode == 0


def test_growth_updates_in_place(deployed, cdk, server):
    before = {name: physical_ids(server, name) for name in STACKS}
    cdk.deploy(batchSize="2500", schedule="rate(1 minute)", bufferIntervalSeconds="120",
               retentionHours="48", logRetentionDays="30")
    assert {name: physical_ids(server, name) for name in STACKS} == before
    assert run_batch(server)["sent"] == 2500
    rule = server.client("events").describe_rule(Name="acme-data-generator-schedule")
    assert rule["ScheduleExpression"] == "rate(1 minute)"
    stream = server.client("kinesis").describe_stream_summary(StreamName="acme-telemetry-stream")
    assert stream["StreamDescriptionSummary"]["RetentionPeriodHours"] == 48
    delivery = server.client("firehose").describe_delivery_stream(
        DeliveryStreamName="acme-data-kinesis-to-s3")["DeliveryStreamDescription"]
    hints = delivery["Destinations"][0]["ExtendedS3DestinationDescription"]["BufferingHints"]
    assert hints == {"IntervalInSeconds": 120, "SizeInMBs": 5}
    cdk.deploy()
    assert run_batch(server)["sent"] == 1000


def test_a_stream_that_is_imported_cannot_go(deployed, cdk, server):
    failed = cdk("destroy", "AcmeKinesisStack", "--exclusively", "--force", check=False)
    assert failed.returncode != 0
    assert "cannot be deleted as it is in use by AcmeDataGenStack" in failed.text
    assert stack_status(server, "AcmeKinesisStack") in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def test_destroy_and_the_way_back(deployed, cdk, server):
    events = int(query_rows(server.client("athena"), COUNT)[0][0])
    cdk.destroy()
    assert all(stack_status(server, name) is None for name in STACKS)
    assert server.client("kinesis").list_streams()["StreamNames"] == []
    assert server.client("lambda").list_functions()["Functions"] == []
    assert server.client("firehose").list_delivery_streams()["DeliveryStreamNames"] == []
    assert server.client("events").list_rules()["Rules"] == []
    assert server.client("logs").describe_log_groups()["logGroups"] == []
    assert [each for each in server.client("iam").list_roles()["Roles"]
            if each["RoleName"].startswith("Acme")] == []
    assert [each["Name"] for each in server.client("glue").get_databases()["DatabaseList"]
            if each["Name"] == "acme_telemetry"] == []
    objects = server.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="telemetry/")
    assert objects["KeyCount"] > 0, "the bucket is retained"

    taken = cdk.deploy(check=False)
    assert taken.returncode != 0 and "already exists" in taken.text
    cdk.deploy("--import-existing-resources")
    assert all(stack_status(server, name) is not None for name in STACKS)
    server.datastack("sql", "MSCK REPAIR TABLE acme_telemetry.streaming_events")
    athena = server.client("athena")
    assert int(query_rows(athena, COUNT)[0][0]) == events, "the events of before"
    run_batch(server)
    assert int(query_rows(athena, COUNT)[0][0]) == events + 1000
    assert cdk("diff", "--fail").returncode == 0


def up_once(server):
    """`datastack up --once` on the directory of a server that is stopped meanwhile."""
    server.stop()
    done = subprocess.run([str(BINARY), "up", "--once", "--listen", f"127.0.0.1:{server.port}",
                           "--data-dir", str(server.directory)], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    server.start()
    return done.stdout


def test_up_and_cdk_are_the_same_stacks(tmp_path):
    server = Server(tmp_path / "data").start()
    try:
        text = up_once(server)
        assert "1,000 events made" in text
        cdk = Cdk(server, tmp_path / "cdk", app=REAL_APP)
        before = {name: physical_ids(server, name) for name in STACKS}
        assert cdk("diff", "--fail").returncode == 0, "nothing differs after up"
        assert cdk.deploy().text.count("no changes") == 3
        cdk.deploy(batchSize="1500")
        assert {name: physical_ids(server, name) for name in STACKS} == before
        text = up_once(server)
        assert re.search(r"AcmeDataGenStack.*updated", text) and "1,000 events made" in text
        assert {name: physical_ids(server, name) for name in STACKS} == before
        assert cdk.deploy().text.count("no changes") == 3
        assert "updated" not in up_once(server)
    finally:
        server.stop()
