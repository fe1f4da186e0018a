"""CloudWatch through boto3, against the real binary: what clients put, and what the services measure
of themselves, also after a stop and after SIGKILL."""

import gzip
import json
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from botocore.exceptions import ClientError

from conftest import REGION


def minute(offset=0):
    now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
    return now + timedelta(minutes=offset)


def stat_query(identifier, namespace, name, stat, period=60, **dimensions):
    return {"Id": identifier, "MetricStat": {
        "Metric": {"Namespace": namespace, "MetricName": name,
                   "Dimensions": [{"Name": n, "Value": v} for n, v in dimensions.items()]},
        "Period": period, "Stat": stat}}


def values(cloudwatch, *queries, start=-10, end=2, **more):
    answer = cloudwatch.get_metric_data(MetricDataQueries=list(queries), StartTime=minute(start),
                                        EndTime=minute(end), ScanBy="TimestampAscending", **more)
    return {result["Id"]: result["Values"] for result in answer["MetricDataResults"]}


@pytest.mark.quick
def test_put_and_get(shared_server):
    cloudwatch = shared_server.client("cloudwatch")
    first, second = minute(-2), minute(-2) + timedelta(minutes=1)
    dimensions = [{"Name": "Host", "Value": "a"}, {"Name": "Zone", "Value": "1"}]
    cloudwatch.put_metric_data(Namespace="Acme/Put", MetricData=[
        {"MetricName": "Load", "Dimensions": dimensions, "Value": 1.5, "Unit": "Percent",
         "Timestamp": first},
        {"MetricName": "Load", "Dimensions": dimensions[::-1], "Values": [2.5, 3.5],
         "Counts": [1, 2], "Unit": "Percent", "Timestamp": first},
        {"MetricName": "Load", "Dimensions": dimensions, "Unit": "Percent",
         "Timestamp": second,
         "StatisticValues": {"SampleCount": 4, "Sum": 10, "Minimum": 1, "Maximum": 4}}])
    got = cloudwatch.get_metric_statistics(
        Namespace="Acme/Put", MetricName="Load", Dimensions=dimensions, StartTime=minute(-5),
        EndTime=minute(1), Period=60,
        Statistics=["Sum", "SampleCount", "Average", "Minimum", "Maximum"])
    assert got["Label"] == "Load"
    assert got["Datapoints"] == [
        {"Timestamp": first, "SampleCount": 4, "Average": 2.75, "Sum": 11, "Minimum": 1.5,
         "Maximum": 3.5, "Unit": "Percent"},
        {"Timestamp": second, "SampleCount": 4, "Average": 2.5, "Sum": 10, "Minimum": 1,
         "Maximum": 4, "Unit": "Percent"}]
    found = values(cloudwatch,
                   stat_query("p", "Acme/Put", "Load", "p50", Host="a", Zone="1"),
                   stat_query("s", "Acme/Put", "Load", "Sum", Host="a", Zone="1"),
                   {"Id": "e", "Expression": "s / SUM(s) * 100"})
    assert found["p"] == [2.5]
    assert found["s"] == [11, 10]
    assert found["e"] == pytest.approx([1100 / 21, 1000 / 21])
    listed = cloudwatch.list_metrics(Namespace="Acme/Put")["Metrics"]
    assert listed == [{"Namespace": "Acme/Put", "MetricName": "Load", "Dimensions": dimensions}]


@pytest.mark.quick
def test_refusals_are_aws_s(shared_server):
    cloudwatch = shared_server.client("cloudwatch")
    with pytest.raises(ClientError) as refused:
        cloudwatch.put_metric_data(Namespace="Acme", MetricData=[
            {"MetricName": "m", "Value": Decimal("NaN")}])
    assert refused.value.response["Error"] == {
        "Type": "Sender", "Code": "InvalidParameterValue",
        "Message": "The value NaN for parameter MetricData.member.1.Value is invalid."}
    with pytest.raises(cloudwatch.exceptions.InvalidParameterCombinationException) as refused:
        cloudwatch.get_metric_statistics(Namespace="Acme", MetricName="m", StartTime=minute(-3000),
                                         EndTime=minute(), Period=60, Statistics=["Sum"])
    assert "which exceeds the limit of 1,440" in str(refused.value)
    with pytest.raises(ClientError) as refused:
        values(cloudwatch, stat_query("Id", "Acme", "m", "Sum"))
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    with pytest.raises(ClientError) as refused:
        cloudwatch.put_metric_alarm(AlarmName="a", EvaluationPeriods=1, Threshold=1,
                                    ComparisonOperator="GreaterThanThreshold")
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


@pytest.mark.quick
def test_pages_through_the_paginators(shared_server):
    cloudwatch = shared_server.client("cloudwatch")
    for batch in range(2):
        cloudwatch.put_metric_data(Namespace="Acme/Pages", MetricData=[
            {"MetricName": f"m{batch}-{i:03}", "Value": i} for i in range(300)])
    names = [metric["MetricName"] for page in
             cloudwatch.get_paginator("list_metrics").paginate(Namespace="Acme/Pages")
             for metric in page["Metrics"]]
    assert names == [f"m{batch}-{i:03}" for batch in range(2) for i in range(300)]
    cloudwatch.put_metric_data(Namespace="Acme/Pages", MetricData=[
        {"MetricName": "long", "Value": i, "Timestamp": minute(-i)} for i in range(10)])
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[stat_query("a", "Acme/Pages", "long", "Sum"),
                           stat_query("b", "Acme/Pages", "long", "Maximum")],
        StartTime=minute(-20), EndTime=minute(2), MaxDatapoints=7)
    found = {"a": [], "b": []}
    for page in pages:
        for result in page["MetricDataResults"]:
            found[result["Id"]] += result["Values"]
    assert found == {"a": list(range(10)), "b": list(range(10))}


def signed(server, body, headers, path="/"):
    request = botocore.awsrequest.AWSRequest("POST", server.endpoint + path, data=body,
                                             headers=headers)
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(*server.keys()), "monitoring",
                            REGION).add_auth(request)
    done = urllib.request.Request(server.endpoint + path, data=body,
                                  headers=dict(request.headers.items()), method="POST")
    with urllib.request.urlopen(done, timeout=10) as answer:
        return answer.read()


@pytest.mark.quick
def test_json_and_compressed_bodies(shared_server):
    """As SDKs between the old and the new protocol send them."""
    target = {"X-Amz-Target": "GraniteServiceVersion20100801.PutMetricData",
              "Content-Type": "application/x-amz-json-1.0"}
    body = json.dumps({"Namespace": "Acme/Json", "MetricData": [
        {"MetricName": f"m{i}", "Value": i, "Dimensions": [{"Name": "Host", "Value": "a" * 200}]}
        for i in range(1000)]}).encode()
    signed(shared_server, gzip.compress(body), {**target, "Content-Encoding": "gzip"})
    signed(shared_server, body, target)
    cloudwatch = shared_server.client("cloudwatch")
    found = values(cloudwatch, stat_query("x", "Acme/Json", "m999", "Sum", Host="a" * 200))
    assert found == {"x": [1998]}


@pytest.mark.quick
def test_a_compressed_body_is_held_to_its_operation_s_limit(shared_server):
    def status(body, headers):
        try:
            signed(shared_server, gzip.compress(body), {**headers, "Content-Encoding": "gzip"})
        except urllib.error.HTTPError as refused:
            return refused.code
        return 200

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    named = {"X-Amz-Target": "GraniteServiceVersion20100801.PutMetricData",
             "Content-Type": "application/x-amz-json-1.0"}
    datum = b"&Namespace=Acme&MetricData.member.1.MetricName=m&MetricData.member.1.Value=1&Pad="
    assert status(b"Action=PutMetricData" + datum + b"x" * (2 << 20), form) == 200
    assert status(b"Action=PutMetricData" + datum + b"x" * (8 << 20), form) == 413
    assert status(b"Action=ListMetrics&Pad=" + b"x" * (2 << 20), form) == 413
    put = b'{"Namespace":"Acme","MetricData":[{"MetricName":"m","Value":1}]}'
    assert status(put + b" " * (7 << 20), named) == 200
    assert status(put + b" " * (64 << 20), named) == 413
    with pytest.raises(urllib.error.HTTPError) as refused:
        signed(shared_server, put + b" " * (2 << 20), named)
    assert refused.value.code == 413


@pytest.mark.quick
def test_many_filled_series_are_refused(shared_server):
    cloudwatch = shared_server.client("cloudwatch")
    none = {**stat_query("m", "Acme/None", "none", "Sum"), "ReturnData": False}
    with pytest.raises(ClientError) as refused:
        cloudwatch.get_metric_data(
            MetricDataQueries=[none, {"Id": "e", "Expression":
                                      f"SUM(FILL([{','.join(['m'] * 300)}],0))"}],
            StartTime=minute(-69 * 1440), EndTime=minute())
    assert "it computes too many points" in str(refused.value)


# ---- what the services measure ----

def put_records(server, stream, calls, records):
    kinesis = server.client("kinesis")
    for call in range(calls):
        answer = kinesis.put_records(StreamName=stream, Records=[
            {"Data": b"x" * 100, "PartitionKey": f"{call}-{i:04}"} for i in range(records)])
        assert answer["FailedRecordCount"] == 0


def of_stream(identifier, name, stat, stream):
    return stat_query(identifier, "AWS/Kinesis", name, stat, 3600, StreamName=stream)


@pytest.mark.quick
def test_a_stream_measures_itself_at_once(shared_server):
    kinesis = shared_server.client("kinesis")
    cloudwatch = shared_server.client("cloudwatch")
    kinesis.create_stream(StreamName="measured", ShardCount=1)
    put_records(shared_server, "measured", 4, 50)
    assert {"IncomingRecords", "IncomingBytes"} <= {
        metric["MetricName"] for metric in cloudwatch.list_metrics(
            Namespace="AWS/Kinesis",
            Dimensions=[{"Name": "StreamName", "Value": "measured"}])["Metrics"]}
    kinesis.put_record(StreamName="measured", Data=b"y" * 10, PartitionKey="k")
    shard = kinesis.list_shards(StreamName="measured")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName="measured", ShardId=shard,
                                          ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    assert len(kinesis.get_records(ShardIterator=iterator)["Records"]) == 201
    key_bytes = sum(len(f"{call}-{i:04}") for call in range(4) for i in range(50))
    found = values(
        cloudwatch,
        of_stream("records", "IncomingRecords", "Sum", "measured"),
        of_stream("bytes", "IncomingBytes", "Sum", "measured"),
        of_stream("calls", "PutRecords.Success", "SampleCount", "measured"),
        of_stream("most", "PutRecords.TotalRecords", "Maximum", "measured"),
        of_stream("throttled", "PutRecords.ThrottledRecords", "Sum", "measured"),
        of_stream("latency", "PutRecords.Latency", "p90", "measured"),
        of_stream("single", "PutRecord.Success", "Average", "measured"),
        of_stream("read", "GetRecords.Records", "Sum", "measured"),
        of_stream("age", "GetRecords.IteratorAgeMilliseconds", "Maximum", "measured"), start=-50)
    # An hour may begin in between.
    sums = {name: sum(points) for name, points in found.items()}
    assert sums["records"] == 201
    assert sums["bytes"] == 4 * 50 * 100 + key_bytes + 11
    assert sums["calls"] == 4
    assert sums["most"] in (50, 100)
    assert sums["throttled"] == 0
    assert 0 < sums["latency"] < 10_000
    assert sums["single"] == 1
    assert sums["read"] == 201
    assert 0 <= sums["age"] < 60_000


def test_a_stop_keeps_what_was_measured_and_a_kill_what_was_put(server):
    server.client("kinesis").create_stream(StreamName="s", ShardCount=1)
    put_records(server, "s", 3, 10)
    server.client("cloudwatch").put_metric_data(
        Namespace="Acme", MetricData=[{"MetricName": "m", "Value": 7}])
    server.stop()
    server.start()
    cloudwatch = server.client("cloudwatch")
    queries = [of_stream("measured", "IncomingRecords", "Sum", "s"),
               stat_query("put", "Acme", "m", "Sum", 3600)]
    found = values(cloudwatch, *queries, start=-50)
    assert {name: sum(points) for name, points in found.items()} == {"measured": 30, "put": 7}
    names = {metric["MetricName"] for metric in
             cloudwatch.list_metrics(Namespace="AWS/Kinesis")["Metrics"]}
    assert {"IncomingRecords", "IncomingBytes", "PutRecords.Latency"} <= names
    cloudwatch.put_metric_data(Namespace="Acme", MetricData=[{"MetricName": "m", "Value": 5}])
    server.kill()
    server.start()
    found = values(server.client("cloudwatch"), *queries, start=-50)
    assert {name: sum(points) for name, points in found.items()} == {"measured": 30, "put": 12}
