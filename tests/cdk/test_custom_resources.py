"""Custom resources through the real CLI: a function that answers to the URL it is given, CDK's
provider framework, and autoDeleteObjects. They are nodejs functions and need the machine's node."""

import pytest
from botocore.exceptions import ClientError

from cdk_cli import Cdk, stack_events, stack_status


@pytest.fixture
def cdk(server, tmp_path):
    return Cdk(server, tmp_path / "cdk", app="custom_resource")


def asked(server):
    """What the function was asked for, in order."""
    logs = server.client("logs")
    lines = []
    for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/Custom-Handler")["logGroups"]:
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]:
            for kind in ("Create", "Update", "Delete"):
                if f"{kind} " in event["message"]:
                    lines.append((event["timestamp"], kind + event["message"].split(kind, 1)[1].rstrip()))
    return [line for _, line in sorted(lines)]


@pytest.mark.parametrize("provider", ["none", "framework"])
def test_custom_resource(cdk, server, provider):
    outputs = cdk.outputs(provider=provider)["Custom"]
    assert outputs == {"Greeting": "hello first, size 1", "ThingId": "thing-first"}
    outputs = cdk.outputs(provider=provider, size="2")["Custom"]
    assert outputs == {"Greeting": "hello first, size 2", "ThingId": "thing-first"}
    outputs = cdk.outputs(provider=provider, size="2", name="second")["Custom"]
    assert outputs["ThingId"] == "thing-second"
    # Numbers arrive as text, as on AWS; a new id makes CloudFormation delete the old thing.
    assert asked(server) == ["Create - first size 1 string",
                             "Update thing-first first size 2 string",
                             "Update thing-first second size 2 string",
                             "Delete thing-first first size 2 string"]
    failed = cdk.deploy(check=False, provider=provider, size="3", name="second", fail="update")
    assert failed.returncode != 0 and "the thing said no to Update" in failed.text
    assert stack_status(server, "Custom") == "UPDATE_ROLLBACK_COMPLETE"
    cdk.destroy(provider=provider)
    assert stack_status(server, "Custom") is None


def test_failing_create_rolls_back(cdk, server):
    failed = cdk.deploy(fail="create", check=False)
    assert failed.returncode != 0 and "the thing said no to Create" in failed.text
    assert stack_status(server, "Custom") == "ROLLBACK_COMPLETE"
    reasons = [each.get("ResourceStatusReason", "") for each in stack_events(server, "Custom")
               if each["ResourceStatus"] == "CREATE_FAILED"]
    assert any("the thing said no to Create" in reason for reason in reasons)
    cdk.deploy()
    assert stack_status(server, "Custom") == "CREATE_COMPLETE"


@pytest.mark.parametrize("versioned", ["no", "yes"])
def test_auto_delete_objects(server, tmp_path, versioned):
    cdk = Cdk(server, tmp_path / "cdk", app="auto_delete")
    bucket = cdk.outputs(versioned=versioned)["AutoDelete"]["BucketName"]
    s3 = server.client("s3")
    for number in range(25):
        s3.put_object(Bucket=bucket, Key=f"folder/{number % 20}", Body=b"x" * number)
    if versioned == "yes":
        s3.delete_object(Bucket=bucket, Key="folder/1")
    cdk.destroy(versioned=versioned)
    assert stack_status(server, "AutoDelete") is None
    with pytest.raises(ClientError):
        s3.head_bucket(Bucket=bucket)
