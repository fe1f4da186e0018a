"""Nested stacks through the real CLI: made, changed, rolled back, and gone with their parent."""

import pytest
from botocore.exceptions import ClientError

from cdk_cli import Cdk, physical_ids, stack_status


@pytest.fixture
def cdk(server, tmp_path):
    return Cdk(server, tmp_path / "cdk", app="nested")


def nested_stacks(server):
    """name -> description, of the live ones"""
    stacks = server.client("cloudformation").describe_stacks()["Stacks"]
    return {each["StackName"]: each for each in stacks if "ParentId" in each}


def streams(server):
    found = server.client("logs").describe_log_streams(logGroupName="/nested/group")["logStreams"]
    return [each["logStreamName"] for each in found]


def inner_value(server):
    return server.client("ssm").get_parameter(Name="/nested/inner")["Parameter"]["Value"]


def test_nested(cdk, server):
    outputs = cdk.outputs()["Nesting"]
    assert outputs == {"InnerParameter": "/nested/inner", "StreamName": "first"}
    assert inner_value(server) == "/nested/group", "the parameter went two floors down"
    children = nested_stacks(server)
    assert len(children) == 2
    root = {each["RootId"] for each in children.values()}
    assert root == {server.client("cloudformation").describe_stacks(StackName="Nesting")["Stacks"][
        0]["StackId"]}
    assert all(name.startswith("Nesting-") for name in children)
    assert "no changes" in cdk.deploy().text
    assert cdk("diff", "--fail").returncode == 0

    cdk.deploy(stream="second")
    assert streams(server) == ["second"]
    assert nested_stacks(server).keys() == children.keys(), "updated, not replaced"

    failed = cdk.deploy(stream="third", variant="broken", check=False)
    assert failed.returncode != 0 and "The specified log group does not exist" in failed.text
    assert stack_status(server, "Nesting") == "UPDATE_ROLLBACK_COMPLETE"
    assert streams(server) == ["second"]
    assert nested_stacks(server).keys() == children.keys()

    cdk.destroy()
    assert nested_stacks(server) == {} and stack_status(server, "Nesting") is None
    with pytest.raises(ClientError, match="ParameterNotFound"):
        inner_value(server)


def test_failed_nested_create_leaves_nothing(cdk, server):
    failed = cdk.deploy(variant="broken", check=False)
    assert failed.returncode != 0 and "The specified log group does not exist" in failed.text
    assert stack_status(server, "Nesting") == "ROLLBACK_COMPLETE"
    assert nested_stacks(server) == {}
    assert server.client("logs").describe_log_groups(logGroupNamePrefix="/nested")["logGroups"] == []
    cdk.deploy()
    assert "/nested/group" in physical_ids(server, "Nesting").values()
    assert inner_value(server) == "/nested/group"
