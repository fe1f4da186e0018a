"""CloudFormation with boto3 against the real binary: every operation once, with real resource types, and
a kill in the middle of a deployment."""

import json
import time

import botocore.exceptions
import pytest

REGION = "us-west-2"
ACCOUNT = "000000000000"


def stream(name="cf-stream", **properties):
    return {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": name, **properties}}


def template(resources, **more):
    return json.dumps({"Resources": resources, **more})


def parameter(name, value="1"):
    return {"Type": "AWS::SSM::Parameter",
            "Properties": {"Name": name, "Type": "String", "Value": value}}


@pytest.fixture
def cf(shared_server):
    return shared_server.client("cloudformation")


def wait(cf, stack, *statuses, seconds=20):
    deadline = time.monotonic() + seconds
    while True:
        status = cf.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
            if statuses:
                assert status in statuses, (status, events(cf, stack))
            return status
        assert time.monotonic() < deadline, (status, events(cf, stack))
        time.sleep(0.01)


def events(cf, stack):
    pages = cf.get_paginator("describe_stack_events").paginate(StackName=stack)
    found = [event for page in pages for event in page["StackEvents"]]
    return [(e["LogicalResourceId"], e["ResourceStatus"], e.get("ResourceStatusReason", ""))
            for e in reversed(found)]


def message(error):
    return error.value.response["Error"]["Message"]


@pytest.mark.quick
def test_a_stack_lives(cf, shared_server):
    body = template({"Stream": stream(RetentionPeriodHours=24),
                     "Version": parameter("/cf/arn", {"Fn::GetAtt": ["Stream", "Arn"]})},
                    Description="a stream",
                    Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Stream", "Arn"]},
                                     "Export": {"Name": "cf-stream-arn"}}})
    assert cf.validate_template(TemplateBody=body)["Description"] == "a stream"
    summary = cf.get_template_summary(TemplateBody=body)
    assert summary["ResourceTypes"] == ["AWS::Kinesis::Stream", "AWS::SSM::Parameter"]
    stack = cf.create_stack(StackName="life", TemplateBody=body,
                            Tags=[{"Key": "team", "Value": "x"}])["StackId"]
    cf.get_waiter("stack_create_complete").wait(StackName="life", WaiterConfig={"Delay": 1})
    described = cf.describe_stacks(StackName=stack)["Stacks"][0]
    arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/cf-stream"
    assert described["Outputs"] == [{"OutputKey": "Arn", "OutputValue": arn,
                                     "ExportName": "cf-stream-arn"}]
    assert described["Tags"] == [{"Key": "team", "Value": "x"}]
    assert shared_server.client("ssm").get_parameter(Name="/cf/arn")["Parameter"]["Value"] == arn
    kinesis = shared_server.client("kinesis")
    assert kinesis.describe_stream_summary(StreamName="cf-stream")
    assert kinesis.list_tags_for_stream(StreamName="cf-stream")["Tags"] == [
        {"Key": "team", "Value": "x"}]
    assert json.dumps(cf.get_template(StackName="life")["TemplateBody"]) == json.dumps(
        json.loads(body))
    assert cf.describe_stack_resource(StackName="life", LogicalResourceId="Stream")[
        "StackResourceDetail"]["PhysicalResourceId"] == "cf-stream"
    assert len(cf.describe_stack_resources(StackName="life")["StackResources"]) == 2
    assert len(cf.list_stack_resources(StackName="life")["StackResourceSummaries"]) == 2
    assert "life" in [s["StackName"] for s in cf.list_stacks()["StackSummaries"]]
    assert cf.list_exports()["Exports"][0]["Value"] == arn

    user = template({"P": parameter("/cf/user", {"Fn::ImportValue": "cf-stream-arn"})})
    cf.create_stack(StackName="user", TemplateBody=user)
    wait(cf, "user", "CREATE_COMPLETE")
    assert cf.list_imports(ExportName="cf-stream-arn")["Imports"] == ["user"]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        cf.delete_stack(StackName="life")
    assert message(error) == "Export cf-stream-arn cannot be deleted as it is in use by user"

    with pytest.raises(botocore.exceptions.ClientError) as error:
        cf.update_stack(StackName="life", TemplateBody=body, Tags=[{"Key": "team", "Value": "x"}])
    assert message(error) == "No updates are to be performed."
    changed = body.replace('"RetentionPeriodHours": 24', '"RetentionPeriodHours": 48')
    cf.update_stack(StackName="life", TemplateBody=changed)
    wait(cf, "life", "UPDATE_COMPLETE")
    assert kinesis.describe_stream_summary(StreamName="cf-stream")["StreamDescriptionSummary"][
        "RetentionPeriodHours"] == 48
    cf.update_termination_protection(StackName="life", EnableTerminationProtection=True)
    cf.delete_stack(StackName="user")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        cf.delete_stack(StackName="life")
    assert "TerminationProtection is enabled" in message(error)
    cf.update_termination_protection(StackName="life", EnableTerminationProtection=False)
    wait(cf, [s for s in cf.list_stacks()["StackSummaries"] if s["StackName"] == "user"][0][
        "StackId"])
    cf.delete_stack(StackName="life")
    wait(cf, stack, "DELETE_COMPLETE")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        cf.describe_stacks(StackName="life")
    assert message(error) == "Stack with id life does not exist"
    assert "cf-stream" not in kinesis.list_streams()["StreamNames"]


def test_change_sets(cf):
    body = template({"P": parameter("/cf/changes")})
    made = cf.create_change_set(StackName="changes", ChangeSetName="first", ChangeSetType="CREATE",
                                TemplateBody=body, Tags=[], Parameters=[])
    # Debian's botocore does not know the member yet.
    known = cf.meta.service_model.operation_model("DescribeChangeSet").input_shape.members
    values = {"IncludePropertyValues": True} if "IncludePropertyValues" in known else {}
    described = cf.describe_change_set(ChangeSetName=made["Id"], **values)
    assert described["Status"] == "CREATE_COMPLETE"
    assert described["Changes"][0]["ResourceChange"]["Action"] == "Add"
    assert "TemplateBody" not in cf.get_template(StackName="changes")
    cf.execute_change_set(ChangeSetName=made["Id"])
    wait(cf, "changes", "CREATE_COMPLETE")
    cf.create_change_set(StackName="changes", ChangeSetName="none", TemplateBody=body)
    none = cf.describe_change_set(StackName="changes", ChangeSetName="none")
    assert none["Status"] == "FAILED"
    assert none["StatusReason"].startswith("The submitted information didn't contain changes.")
    cf.delete_change_set(StackName="changes", ChangeSetName="none")
    with pytest.raises(cf.exceptions.ChangeSetNotFoundException):
        cf.describe_change_set(StackName="changes", ChangeSetName="none")
    cf.create_change_set(StackName="changes", ChangeSetName="second",
                         TemplateBody=template({"P": parameter("/cf/changes", "2"),
                                                "Q": parameter("/cf/more")}))
    assert "second" in [s["ChangeSetName"]
                        for s in cf.list_change_sets(StackName="changes")["Summaries"]]
    changes = cf.describe_change_set(StackName="changes", ChangeSetName="second")["Changes"]
    assert sorted((c["ResourceChange"]["Action"], c["ResourceChange"]["LogicalResourceId"],
                   c["ResourceChange"].get("Replacement")) for c in changes) == [
        ("Add", "Q", None), ("Modify", "P", "False")]
    cf.execute_change_set(StackName="changes", ChangeSetName="second")
    wait(cf, "changes", "UPDATE_COMPLETE")
    cf.delete_stack(StackName="changes")


def test_failures_are_taken_back(cf, shared_server):
    body = template({"P": parameter("/cf/good"),
                     "Bad": {**stream("cf-bad", RetentionPeriodHours=100_000),
                             "DependsOn": "P"}})
    cf.create_stack(StackName="fails", TemplateBody=body)
    wait(cf, "fails", "ROLLBACK_COMPLETE")
    failed = [e for e in events(cf, "fails") if e[1] == "CREATE_FAILED"]
    assert failed[0][0] == "Bad" and "retention period" in failed[0][2]
    with pytest.raises(botocore.exceptions.ClientError):
        shared_server.client("ssm").get_parameter(Name="/cf/good")
    assert "cf-bad" not in shared_server.client("kinesis").list_streams()["StreamNames"]
    cf.delete_stack(StackName="fails")

    with pytest.raises(botocore.exceptions.ClientError) as error:
        cf.create_stack(StackName="unknown", TemplateBody=template(
            {"V": {"Type": "AWS::EC2::VPC", "Properties": {}}}))
    assert message(error) == ("Template format error: Unrecognized resource types: "
                              "[AWS::EC2::VPC]")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        cf.create_stack(StackName="unknown", TemplateBody=template({"S": stream(Shards=5)}))
    assert "extraneous key [Shards] is not permitted" in message(error)
    with pytest.raises(botocore.exceptions.ClientError) as error:
        cf.create_stack(StackName="unknown", TemplateBody=template(
            {"R": {"Type": "AWS::IAM::Role", "Properties": {
                "RoleName": "r", "AssumeRolePolicyDocument": {}}}}))
    assert error.value.response["Error"]["Code"] == "InsufficientCapabilitiesException"
    with pytest.raises(botocore.exceptions.ClientError) as error:
        cf.cancel_update_stack(StackName="nowhere")
    assert message(error) == "Stack [nowhere] does not exist"
    for operation in (cf.continue_update_rollback, cf.rollback_stack):
        with pytest.raises(botocore.exceptions.ClientError) as error:
            operation(StackName="nowhere")
        assert message(error) == "Stack [nowhere] does not exist"


def test_a_nested_stack_and_a_template_in_a_bucket(cf, shared_server):
    s3 = shared_server.client("s3")
    s3.create_bucket(Bucket="cf-templates",
                     CreateBucketConfiguration={"LocationConstraint": REGION})
    child = template({"P": parameter("/cf/child", {"Ref": "Value"})},
                     Parameters={"Value": {"Type": "String"}},
                     Outputs={"Name": {"Value": {"Ref": "P"}}})
    s3.put_object(Bucket="cf-templates", Key="child.json", Body=child.encode())
    parent = template({"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {
        "TemplateURL": f"https://s3.{REGION}.amazonaws.com/cf-templates/child.json",
        "Parameters": {"Value": "nested"}}}},
        Outputs={"Name": {"Value": {"Fn::GetAtt": ["Child", "Outputs.Name"]}}})
    s3.put_object(Bucket="cf-templates", Key="parent.json", Body=parent.encode())
    cf.create_stack(StackName="parent",
                    TemplateURL=f"{shared_server.endpoint}/cf-templates/parent.json")
    wait(cf, "parent", "CREATE_COMPLETE")
    assert cf.describe_stacks(StackName="parent")["Stacks"][0]["Outputs"][0][
        "OutputValue"] == "/cf/child"
    assert shared_server.client("ssm").get_parameter(Name="/cf/child")["Parameter"]["Value"] == "nested"
    cf.delete_stack(StackName="parent")


def test_five_hundred_resources(cf, shared_server):
    resources = {}
    for i in range(500):
        value = {"Ref": f"P{i - 25}"} if i >= 25 else "first"
        resources[f"P{i}"] = parameter(f"/cf/many/{i}", value)
    shared_server.client("s3").put_object(Bucket="cf-templates", Key="many.json",
                                   Body=template(resources).encode())
    url = f"{shared_server.endpoint}/cf-templates/many.json"
    begin = time.monotonic()
    cf.create_stack(StackName="many", TemplateURL=url)
    wait(cf, "many", "CREATE_COMPLETE")
    print(f"500 resources: {time.monotonic() - begin:.2f} s")
    assert shared_server.client("ssm").get_parameter(Name="/cf/many/499")["Parameter"]["Value"] == (
        "/cf/many/474")
    cf.delete_stack(StackName="many")


def test_a_custom_resource_without_its_function(cf):
    body = template({"C": {"Type": "Custom::Thing", "Properties": {
        "ServiceToken": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:nobody"}}})
    cf.create_stack(StackName="custom", TemplateBody=body)
    wait(cf, "custom", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
    failed = [e for e in events(cf, "custom") if e[1] == "CREATE_FAILED"]
    assert "nobody" in failed[0][2]


def test_a_kill_in_the_middle(server):
    cf = server.client("cloudformation")
    resources = {f"P{i}": {**parameter(f"/kill/{i}"),
                           **({"DependsOn": f"P{i - 1}"} if i else {})} for i in range(60)}
    body = template(resources)
    for i in range(4):
        name = f"kill{i}"
        cf.create_stack(StackName=name, TemplateBody=body.replace("/kill/", f"/{name}/"))
        time.sleep(0.01 * (i + 1))
        server.kill()
        server.start()
        wait(cf, name, "CREATE_COMPLETE")
        found = [e for e in events(cf, name) if e[1] == "CREATE_COMPLETE"]
        assert len(found) == 61
