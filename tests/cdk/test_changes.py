"""Updates through the real CLI: in place, by replacement, added and removed resources, a failure with
rollback, the deploy after it, and what cannot be deployed at all."""

import pytest
from botocore.exceptions import ClientError

from cdk_cli import Cdk, call_count, physical_ids, stack_events, stack_status


@pytest.fixture(scope="module")
def cdk(shared_server, tmp_path_factory):
    return Cdk(shared_server, tmp_path_factory.mktemp("cdk"), app="changes")


@pytest.fixture
def server(shared_server):
    return shared_server


@pytest.fixture
def deployed(cdk, server):
    """The stack as it is without context, whatever the test before left behind."""
    cdk.deploy()
    return physical_ids(server, "Changes")


def groups(server):
    found = server.client("logs").describe_log_groups(logGroupNamePrefix="/changes/")["logGroups"]
    return {each["logGroupName"]: each.get("retentionInDays") for each in found}


def parameter(server):
    return server.client("ssm").get_parameter(Name="/changes/value")["Parameter"]["Value"]


def ids(server, kind):
    """logical id of `kind` -> physical id"""
    return {name: value for name, value in physical_ids(server, "Changes").items()
            if name.startswith(kind)}


def test_events_of_a_create(cdk, server):
    cdk.destroy()
    cdk.deploy()
    histories = {}
    for event in stack_events(server, "Changes"):
        histories.setdefault(event["LogicalResourceId"], []).append(event["ResourceStatus"])
    assert histories.pop("Changes") == ["REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS",
                                        "CREATE_COMPLETE"]
    assert histories and all(
        history == ["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]
        for history in histories.values()), histories
    assert set(histories) == set(physical_ids(server, "Changes"))


def test_update_in_place(cdk, server, deployed):
    cdk.deploy(retention="30", value="two")
    assert stack_status(server, "Changes") == "UPDATE_COMPLETE"
    assert physical_ids(server, "Changes") == deployed, "nothing was replaced"
    assert groups(server) == {"/changes/first": 30}
    assert parameter(server) == "two"


def test_update_by_replacement(cdk, server, deployed):
    diff = cdk("diff", name="second")
    assert "replace" in diff.text.lower()
    cdk.deploy(name="second")
    assert groups(server) == {"/changes/second": 7}, "the old one is gone"
    assert ids(server, "Role") == {name: value for name, value in deployed.items()
                                   if name.startswith("Role")}
    events = [(each["LogicalResourceId"][:5], each["ResourceStatus"])
              for each in stack_events(server, "Changes")]
    made = len(events) - events[::-1].index(("Group", "UPDATE_COMPLETE"))
    gone = len(events) - events[::-1].index(("Group", "DELETE_COMPLETE"))
    assert made < gone, "the new one is made before the old one goes"


def test_added_and_removed(cdk, server, deployed):
    cdk.deploy(extra="yes")
    assert "/changes/extra" in groups(server)
    cdk.deploy()
    assert "/changes/extra" not in groups(server)


def test_no_change_makes_no_change_set(cdk, server, deployed):
    before = call_count(server, "CreateChangeSet")
    assert "no changes" in cdk.deploy().text
    assert call_count(server, "CreateChangeSet") == before
    assert cdk("diff", "--fail").returncode == 0


def test_failed_update_rolls_back(cdk, server, deployed):
    failed = cdk.deploy(variant="broken", retention="30", value="two", check=False)
    assert failed.returncode != 0
    assert "The specified log group does not exist" in failed.text
    assert stack_status(server, "Changes") == "UPDATE_ROLLBACK_COMPLETE"
    assert physical_ids(server, "Changes") == deployed
    assert groups(server) == {"/changes/first": 7} and parameter(server) == "one"
    cdk.deploy(value="three")
    assert stack_status(server, "Changes") == "UPDATE_COMPLETE" and parameter(server) == "three"


def test_failed_replacement_rolls_back(cdk, server, deployed):
    failed = cdk.deploy(variant="broken", name="second", check=False)
    assert failed.returncode != 0
    assert groups(server) == {"/changes/first": 7}, "the new one is gone, the old one stays"
    assert physical_ids(server, "Changes") == deployed


def test_failed_create_leaves_nothing(server, cdk):
    cdk.destroy()
    failed = cdk.deploy(variant="broken", check=False)
    assert failed.returncode != 0
    assert stack_status(server, "Changes") == "ROLLBACK_COMPLETE"
    assert groups(server) == {}
    with pytest.raises(ClientError, match="ParameterNotFound"):
        parameter(server)
    assert [each["RoleName"] for each in server.client("iam").list_roles()["Roles"]
            if each["RoleName"].startswith("Changes-")] == []
    # The CLI deletes what is left of it and makes the stack anew.
    cdk.deploy()
    assert stack_status(server, "Changes") == "CREATE_COMPLETE"


def test_unknown_type_and_property_are_refused_by_name(cdk, server, deployed):
    failed = cdk.deploy(variant="unknown-type", check=False)
    assert failed.returncode != 0 and "AWS::Imaginary::Thing" in failed.text
    failed = cdk.deploy(variant="unknown-property", check=False)
    assert failed.returncode != 0 and "Colour" in failed.text
    assert physical_ids(server, "Changes") == deployed


def test_a_name_that_is_taken(cdk, server):
    cdk.destroy()
    logs = server.client("logs")
    logs.create_log_group(logGroupName="/changes/first")
    try:
        failed = cdk.deploy(check=False)
        assert failed.returncode != 0 and "already exists" in failed.text
        assert groups(server) == {"/changes/first": None}, "not ours, so it stays"
    finally:
        logs.delete_log_group(logGroupName="/changes/first")
    cdk.deploy()


def test_destroy(cdk, server, deployed):
    cdk.destroy()
    assert stack_status(server, "Changes") is None
    assert groups(server) == {}
    arn = [each for each in server.client("cloudformation").list_stacks()["StackSummaries"]
           if each["StackName"] == "Changes"][0]["StackId"]
    gone = server.client("cloudformation").describe_stacks(StackName=arn)["Stacks"][0]
    assert gone["StackStatus"] == "DELETE_COMPLETE"


def test_direct_method(cdk, server):
    """Without change sets: CreateStack, UpdateStack."""
    cdk.deploy("--method", "direct")
    cdk.deploy("--method", "direct", value="direct")
    assert parameter(server) == "direct"
    cdk.destroy()
