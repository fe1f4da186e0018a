"""What the stack measures of itself, with the distribution's AWS CLI v2: rates of the stream, of its
delivery and of its functions."""

import json
from datetime import datetime, timedelta, timezone

import pytest

EVENTS = 1000  # of the first batch
STREAM = "acme-telemetry-stream"
DELIVERY = "acme-data-kinesis-to-s3"


def times():
    now = datetime.now(timezone.utc)
    return [(now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            (now + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ")]


def statistics(stack, namespace, name, dimension, value, *names):
    """Sums over the hour of each statistic: a batch may fall into two periods."""
    start, end = times()
    out = stack.aws_json("cloudwatch", "get-metric-statistics", "--namespace", namespace,
                         "--metric-name", name, "--dimensions", f"Name={dimension},Value={value}",
                         "--start-time", start, "--end-time", end, "--period", "3600",
                         "--statistics", *names)
    assert out["Label"] == name
    return [sum(point[one] for point in out["Datapoints"]) for one in names]


@pytest.mark.quick
def test_the_first_batch_is_measured_end_to_end(stack):
    records, calls = statistics(stack, "AWS/Kinesis", "IncomingRecords", "StreamName", STREAM,
                                "Sum", "SampleCount")
    assert records == EVENTS
    assert calls == EVENTS / 500
    [size] = statistics(stack, "AWS/Kinesis", "IncomingBytes", "StreamName", STREAM, "Sum")
    assert size > EVENTS * 100
    [read] = statistics(stack, "AWS/Firehose", "DataReadFromKinesisStream.Records",
                        "DeliveryStreamName", DELIVERY, "Sum")
    assert read >= EVENTS
    [delivered] = statistics(stack, "AWS/Firehose", "DeliveryToS3.Records", "DeliveryStreamName",
                             DELIVERY, "Sum")
    assert delivered == EVENTS
    success, objects = statistics(stack, "AWS/Firehose", "DeliveryToS3.Success",
                                  "DeliveryStreamName", DELIVERY, "Sum", "SampleCount")
    assert success == objects >= 1
    for function in ("acme-data-generator", "acme-data-producer"):
        [ran] = statistics(stack, "AWS/Lambda", "Invocations", "FunctionName", function, "Sum")
        [errors] = statistics(stack, "AWS/Lambda", "Errors", "FunctionName", function, "Sum")
        [longest] = statistics(stack, "AWS/Lambda", "Duration", "FunctionName", function, "Maximum")
        assert ran == 1
        assert errors == 0
        assert 0 < longest < 60_000


@pytest.mark.quick
def test_get_metric_data_tells_rates(stack):
    start, end = times()
    metric = {"Namespace": "AWS/Kinesis", "MetricName": "IncomingRecords",
              "Dimensions": [{"Name": "StreamName", "Value": STREAM}]}
    queries = [{"Id": "records", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"},
                "ReturnData": False},
               {"Id": "rate", "Expression": "records / PERIOD(records)", "Label": "per second"},
               {"Id": "all", "Expression": "FILL(records, 0)"}]
    out = stack.aws_json("cloudwatch", "get-metric-data", "--start-time", start, "--end-time", end,
                         "--metric-data-queries", json.dumps(queries))
    rate, everything = out["MetricDataResults"]
    assert (rate["Id"], rate["Label"], rate["StatusCode"]) == ("rate", "per second", "Complete")
    assert sum(rate["Values"]) == pytest.approx(EVENTS / 60)
    assert len(everything["Values"]) >= 61
    assert sum(everything["Values"]) == EVENTS


def test_put_metric_data_and_list_metrics(stack):
    stack.aws("cloudwatch", "put-metric-data", "--namespace", "Acme/Cli", "--metric-name", "load",
              "--value", "2.5", "--unit", "Percent", "--dimensions", "Host=a")
    listed = stack.aws_json("cloudwatch", "list-metrics", "--namespace", "Acme/Cli")
    assert listed == {"Metrics": [{"Namespace": "Acme/Cli", "MetricName": "load",
                                   "Dimensions": [{"Name": "Host", "Value": "a"}]}]}
    [largest] = statistics(stack, "Acme/Cli", "load", "Host", "a", "Maximum")
    assert largest == 2.5
    refused = stack.aws("cloudwatch", "put-metric-data", "--namespace", "AWS/Kinesis",
                        "--metric-name", "m", "--value", "1", check=False)
    assert "(InvalidParameterValue)" in refused.stderr
    assert "The value AWS/Kinesis for parameter Namespace is invalid." in refused.stderr
