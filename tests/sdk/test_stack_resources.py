"""Stacks of the data path's resource types, with boto3 against the real binary: made, changed in place,
replaced, deleted."""

import json
import time

import pytest

REGION, ACCOUNT = "us-west-2", "000000000000"


def template(**changes):
    """One resource of each type. `changes` are properties by logical id, over what is here."""
    resources = {
        "Stream": ("AWS::Kinesis::Stream", {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}),
        "Database": ("AWS::Glue::Database", {
            "CatalogId": {"Ref": "AWS::AccountId"}, "DatabaseInput": {"Name": "acme"}}),
        "Table": ("AWS::Glue::Table", {
            "CatalogId": {"Ref": "AWS::AccountId"}, "DatabaseName": {"Ref": "Database"},
            "TableInput": {
                "Name": "events", "TableType": "EXTERNAL_TABLE",
                "Parameters": {"classification": "json"},
                "PartitionKeys": [{"Name": "day", "Type": "string"}],
                "StorageDescriptor": {
                    "Columns": [{"Name": "n", "Type": "int"}], "Location": "s3://lake/events/",
                    "SerdeInfo": {"SerializationLibrary":
                                  "org.openx.data.jsonserde.JsonSerDe"}}}}),
        "Group": ("AWS::Logs::LogGroup", {"LogGroupName": "/aws/firehose/x",
                                          "RetentionInDays": 14}),
        "LogStream": ("AWS::Logs::LogStream", {"LogGroupName": {"Ref": "Group"},
                                               "LogStreamName": "DestinationDelivery"}),
        "Delivery": ("AWS::KinesisFirehose::DeliveryStream", {
            "DeliveryStreamType": "KinesisStreamAsSource",
            "KinesisStreamSourceConfiguration": {
                "KinesisStreamARN": {"Fn::GetAtt": ["Stream", "Arn"]},
                "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/delivery"},
            "ExtendedS3DestinationConfiguration": {
                "BucketARN": "arn:aws:s3:::lake", "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/delivery",
                "Prefix": "events/day=!{timestamp:dd}/", "ErrorOutputPrefix": "errors/",
                "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 5},
                "CloudWatchLoggingOptions": {"Enabled": True, "LogGroupName": {"Ref": "Group"},
                                             "LogStreamName": {"Ref": "LogStream"}}}}),
        "Rule": ("AWS::Events::Rule", {
            "ScheduleExpression": "rate(5 minutes)", "State": "ENABLED",
            "Targets": [{"Id": "Target0",
                         "Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"}]}),
        "WorkGroup": ("AWS::Athena::WorkGroup", {
            "Name": "team", "RecursiveDeleteOption": True, "WorkGroupConfiguration": {
                "EnforceWorkGroupConfiguration": True,
                "ResultConfiguration": {"OutputLocation": "s3://lake/results/"}}}),
        "Query": ("AWS::Athena::NamedQuery", {
            "Name": "total", "Database": {"Ref": "Database"}, "WorkGroup": {"Ref": "WorkGroup"},
            "QueryString": "SELECT count(*) FROM events"}),
    }
    body = {"Resources": {
        name: {"Type": kind, "Properties": {**properties, **changes.get(name, {})}}
        for name, (kind, properties) in resources.items()}}
    body["Outputs"] = {name: {"Value": {"Fn::GetAtt": path.split(".")}} for name, path in {
        "DeliveryArn": "Delivery.Arn", "RuleArn": "Rule.Arn", "GroupArn": "Group.Arn",
        "QueryId": "Query.NamedQueryId"}.items()}
    body["Outputs"]["Table"] = {"Value": {"Ref": "Table"}}
    return json.dumps(body)


def wait(cloudformation, stack_id, wanted):
    deadline = time.monotonic() + 20
    while True:
        stack = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            assert stack["StackStatus"] == wanted, cloudformation.describe_stack_events(
                StackName=stack_id)["StackEvents"]
            return
        assert time.monotonic() < deadline, stack
        time.sleep(0.02)


def describe(cloudformation, name="data"):
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    ids = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in
           cloudformation.describe_stack_resources(StackName=name)["StackResources"]}
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}, ids


@pytest.fixture
def made(server):
    server.client("s3").create_bucket(
        Bucket="lake", CreateBucketConfiguration={"LocationConstraint": REGION})
    cloudformation = server.client("cloudformation")
    cloudformation.create_stack(StackName="data", TemplateBody=template(),
                                Tags=[{"Key": "owner", "Value": "me"}])
    wait(cloudformation, "data", "CREATE_COMPLETE")
    return cloudformation


def test_a_stack_of_the_data_path(made, server):
    athena, glue, logs = server.client("athena"), server.client("glue"), server.client("logs")
    events, firehose = server.client("events"), server.client("firehose")
    outputs, ids = describe(made)
    assert outputs["Table"] == "events"
    assert outputs["GroupArn"] == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/firehose/x:*"
    assert outputs["DeliveryArn"].endswith(":deliverystream/" + ids["Delivery"])
    assert outputs["QueryId"] == ids["Query"]
    assert events.list_tags_for_resource(ResourceARN=outputs["RuleArn"])["Tags"] == \
        [{"Key": "owner", "Value": "me"}]
    assert athena.get_named_query(NamedQueryId=ids["Query"])["NamedQuery"]["WorkGroup"] == "team"

    made.update_stack(StackName="data", TemplateBody=template(
        Table={"TableInput": {"Name": "events", "Parameters": {"classification": "csv"}}},
        Group={"RetentionInDays": 30}, Rule={"ScheduleExpression": "rate(1 hour)", "Targets": []},
        WorkGroup={"State": "DISABLED", "WorkGroupConfiguration": {
            "BytesScannedCutoffPerQuery": 50_000_000}},
        Delivery={"ExtendedS3DestinationConfiguration": {
            "BucketARN": "arn:aws:s3:::lake", "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/delivery",
            "CompressionFormat": "GZIP"}}), Tags=[{"Key": "owner", "Value": "you"}])
    wait(made, "data", "UPDATE_COMPLETE")
    _, after = describe(made)
    assert after == ids, "all of it in place"
    assert glue.get_table(DatabaseName="acme", Name="events")["Table"]["Parameters"] == \
        {"classification": "csv"}
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 30
    assert events.list_targets_by_rule(Rule=ids["Rule"])["Targets"] == []
    group = athena.get_work_group(WorkGroup="team")["WorkGroup"]
    assert group["State"] == "DISABLED"
    assert group["Configuration"]["BytesScannedCutoffPerQuery"] == 50_000_000
    assert group["Configuration"]["ResultConfiguration"] == {}
    destination = firehose.describe_delivery_stream(DeliveryStreamName=ids["Delivery"])[
        "DeliveryStreamDescription"]["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert (destination["CompressionFormat"], destination["Prefix"]) == ("GZIP", "")

    made.update_stack(StackName="data", TemplateBody=template(
        Query={"QueryString": "SELECT 2"}, LogStream={"LogStreamName": "other"}))
    wait(made, "data", "UPDATE_COMPLETE")
    _, replaced = describe(made)
    changed = {name for name in ids if ids[name] != replaced[name]}
    assert changed == {"Query", "LogStream"}
    assert athena.list_named_queries(WorkGroup="team")["NamedQueryIds"] == [replaced["Query"]]

    stack_id = made.describe_stacks(StackName="data")["Stacks"][0]["StackId"]
    made.delete_stack(StackName="data")
    wait(made, stack_id, "DELETE_COMPLETE")
    assert [one["Name"] for one in athena.list_work_groups()["WorkGroups"]] == ["primary"]
    assert glue.get_databases()["DatabaseList"] == []
    assert events.list_rules()["Rules"] == []
    assert firehose.list_delivery_streams()["DeliveryStreamNames"] == []
    assert logs.describe_log_groups()["logGroups"] == []


def test_what_cannot_be_made_rolls_back_with_its_reason(made, server):
    made.create_stack(StackName="second", TemplateBody=template())
    wait(made, "second", "ROLLBACK_COMPLETE")
    failed = [one for one in made.describe_stack_events(StackName="second")["StackEvents"]
              if one["ResourceStatus"] == "CREATE_FAILED"]
    reasons = " ".join(one.get("ResourceStatusReason", "") for one in failed)
    assert "already exists" in reasons, failed
    # What belongs to the first stack is untouched.
    assert server.client("glue").get_table(DatabaseName="acme", Name="events")
    assert server.client("athena").get_work_group(WorkGroup="team")
