"""nodejs functions against the real binary, with the CDK's own custom resource handlers as they are
published in aws-cdk-lib (the pinned development dependency of consolidated-data-stack)."""

import io
import json
import time
import zipfile

import pytest

from conftest import ACCOUNT, REGION, ROOT

HANDLERS = ROOT / "consolidated-data-stack/node_modules/aws-cdk-lib/custom-resource-handlers/dist"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/custom-resource"

pytestmark = pytest.mark.skipif(not HANDLERS.exists(),
                                reason="npm ci in consolidated-data-stack has not run")


def package(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zip_file:
        for name, text in files.items():
            zip_file.writestr(name, text)
    return out.getvalue()


def create(server, name, files, handler="index.handler", runtime="nodejs20.x", **settings):
    client = server.client("lambda")
    client.create_function(FunctionName=name, Runtime=runtime, Handler=handler, Role=ROLE,
                           Code={"ZipFile": package(files)}, **{"Timeout": 30, **settings})
    return client


def create_cdk_handler(server, name, handler, **settings):
    source = HANDLERS / handler / "index.js"
    return create(server, name, {"index.js": source.read_text()}, **settings)


@pytest.fixture(scope="module")
def answers(shared_server):
    """The bucket that custom resources answer into, as CloudFormation's does."""
    s3 = shared_server.client("s3", signature_version="s3v4")
    s3.create_bucket(Bucket="custom-resource-answers",
                     CreateBucketConfiguration={"LocationConstraint": REGION})
    return s3


def run(server, answers, function, request_type, properties, **more):
    """Invoke with an event of CloudFormation's; what the handler put to the ResponseURL."""
    key = f"{function}|{request_type}|{time.time_ns()}"
    url = answers.generate_presigned_url(
        "put_object", Params={"Bucket": "custom-resource-answers", "Key": key}, ExpiresIn=60)
    assert url.startswith("http://127.0.0.1:")
    event = {"RequestType": request_type, "ResponseURL": url, "StackId": f"arn:aws:cloudformation:"
             f"{REGION}:{ACCOUNT}:stack/s/1", "RequestId": "11111111-2222-4333-8444-555555555555",
             "LogicalResourceId": "Thing", "ResourceType": "Custom::Thing",
             "ResourceProperties": {"ServiceToken": "arn", **properties}, **more}
    answer = server.client("lambda", read_timeout=60).invoke(
        FunctionName=function, Payload=json.dumps(event))
    assert "FunctionError" not in answer, answer["Payload"].read()
    told = answers.get_object(Bucket="custom-resource-answers", Key=key)["Body"].read()
    return json.loads(told)


def test_auto_delete_objects(shared_server, answers):
    create_cdk_handler(shared_server, "auto-delete", "aws-s3/auto-delete-objects-handler",
                       MemorySize=128, Timeout=900)
    s3 = shared_server.client("s3", signature_version="s3v4")
    s3.create_bucket(Bucket="full", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="full", VersioningConfiguration={"Status": "Enabled"})
    for i in range(5):
        s3.put_object(Bucket="full", Key="same", Body=str(i))
        s3.put_object(Bucket="full", Key=f"different/{i} ü", Body=b"x")
    s3.delete_object(Bucket="full", Key="same")
    made = run(shared_server, answers, "auto-delete", "Create", {"BucketName": "full"})
    assert made["Status"] == "SUCCESS" and made["LogicalResourceId"] == "Thing"
    physical = made["PhysicalResourceId"]
    changed = run(shared_server, answers, "auto-delete", "Update", {"BucketName": "full"},
                  PhysicalResourceId=physical, OldResourceProperties={"BucketName": "full"})
    assert changed["Status"] == "SUCCESS"
    # Not tagged: not touched.
    s3.put_bucket_tagging(Bucket="full", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    kept = run(shared_server, answers, "auto-delete", "Delete", {"BucketName": "full"},
               PhysicalResourceId="full")
    assert kept["Status"] == "SUCCESS"
    assert len(s3.list_object_versions(Bucket="full")["Versions"]) == 10
    s3.put_bucket_tagging(Bucket="full", Tagging={"TagSet": [
        {"Key": "aws-cdk:auto-delete-objects", "Value": "true"}]})
    gone = run(shared_server, answers, "auto-delete", "Delete", {"BucketName": "full"},
               PhysicalResourceId="full")
    assert gone["Status"] == "SUCCESS", gone
    listed = s3.list_object_versions(Bucket="full")
    assert "Versions" not in listed and "DeleteMarkers" not in listed
    s3.delete_bucket(Bucket="full")
    # A bucket that is gone is as good as an empty one.
    assert run(shared_server, answers, "auto-delete", "Delete", {"BucketName": "full"},
               PhysicalResourceId="full")["Status"] == "SUCCESS"


def test_auto_delete_objects_tells_its_failure(shared_server, answers):
    create_cdk_handler(shared_server, "auto-delete-fails", "aws-s3/auto-delete-objects-handler")
    told = run(shared_server, answers, "auto-delete-fails", "Delete", {}, PhysicalResourceId="p")
    assert told["Status"] == "FAILED"
    assert "No BucketName was provided." in told["Reason"]


def test_log_retention(shared_server, answers):
    create_cdk_handler(shared_server, "log-retention", "aws-logs/log-retention-handler",
                       runtime="nodejs22.x")
    logs = shared_server.client("logs")
    properties = {"LogGroupName": "/kept/for/a/week", "RetentionInDays": "7"}
    assert run(shared_server, answers, "log-retention", "Create", properties)["Status"] == "SUCCESS"
    group = logs.describe_log_groups(logGroupNamePrefix="/kept/for/a/week")["logGroups"][0]
    assert group["retentionInDays"] == 7
    del properties["RetentionInDays"]
    told = run(shared_server, answers, "log-retention", "Update", properties,
               PhysicalResourceId="/kept/for/a/week", OldResourceProperties={})
    assert told["Status"] == "SUCCESS"
    group = logs.describe_log_groups(logGroupNamePrefix="/kept/for/a/week")["logGroups"][0]
    assert "retentionInDays" not in group
    told = run(shared_server, answers, "log-retention", "Delete",
               {**properties, "RemovalPolicy": "destroy"}, PhysicalResourceId="/kept/for/a/week")
    assert told["Status"] == "SUCCESS"
    assert not logs.describe_log_groups(logGroupNamePrefix="/kept/for/a/week")["logGroups"]


def test_entrypoint_of_custom_resource_provider(shared_server, answers):
    """CustomResourceProvider lays the user's index.js beside the entrypoint."""
    entrypoint = (HANDLERS / "core/nodejs-entrypoint-handler/index.js").read_text()
    create(shared_server, "provider", {
        "__entrypoint__.js": entrypoint,
        "index.js": "exports.handler = async (event) => ({ PhysicalResourceId: 'mine', "
                    "Data: { Doubled: event.ResourceProperties.N * 2 } });"},
        handler="__entrypoint__.handler", MemorySize=128)
    told = run(shared_server, answers, "provider", "Create", {"N": "21"})
    assert (told["Status"], told["PhysicalResourceId"], told["Data"]) == (
        "SUCCESS", "mine", {"Doubled": 42})


def test_a_handler_that_follows_the_url(shared_server, answers):
    create(shared_server, "follows", {"index.mjs": """
        export const handler = async (event) => {
            const answer = await fetch(event.ResponseURL, { method: 'PUT',
                body: JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'f' }) });
            return answer.status;
        };"""})
    assert run(shared_server, answers, "follows", "Create", {})["PhysicalResourceId"] == "f"


def test_the_sdk_calls_us(shared_server):
    """With the function's own temporary credentials, in its own account and region."""
    client = create(shared_server, "who", {"index.mjs": """
        import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
        import { KinesisClient, CreateStreamCommand, ListStreamsCommand }
            from '@aws-sdk/client-kinesis';
        import { NodeHttpHandler } from '@smithy/node-http-handler';
        export const handler = async () => {
            const kinesis = new KinesisClient({ requestHandler: new NodeHttpHandler() });
            await kinesis.send(new CreateStreamCommand({ StreamName: 'from-node' }));
            const listed = await kinesis.send(new ListStreamsCommand({}));
            const who = await new STSClient().send(new GetCallerIdentityCommand({}));
            return { account: who.Account, streams: listed.StreamNames };
        };"""})
    told = json.loads(client.invoke(FunctionName="who")["Payload"].read())
    assert told["account"] == ACCOUNT, told
    assert "from-node" in told["streams"]


def test_what_the_invoker_is_told_without_node(tmp_path):
    from conftest import Server
    running = Server(tmp_path / "data", "--node", "/nowhere/node").start()
    try:
        client = create(running, "f", {"index.js": "exports.handler = async () => 1;"})
        answer = client.invoke(FunctionName="f")
        assert answer["FunctionError"] == "Unhandled"
        assert "/nowhere/node does not exist" in json.loads(answer["Payload"].read())["errorMessage"]
    finally:
        running.stop()


INLINE = """
const answer = require('cfn-response');
exports.handler = async (event, context) => {
    const { Mode, N } = event.ResourceProperties;
    console.log(event.RequestType, Mode);
    if (Mode === 'fail' && event.RequestType !== 'Delete') {
        return answer.send(event, context, answer.FAILED, {});
    }
    await answer.send(event, context, answer.SUCCESS, { Doubled: N * 2 }, 'thing');
};
"""


def stack_template(mode, n):
    """A function whose source is in the template, and a resource that it makes."""
    return json.dumps({
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {
                "Version": "2012-10-17", "Statement": [{
                    "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole"}]}}},
            "Maker": {"Type": "AWS::Lambda::Function", "Properties": {
                "Runtime": "nodejs20.x", "Handler": "index.handler", "Timeout": 30,
                "Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Code": {"ZipFile": INLINE}}},
            "Thing": {"Type": "Custom::Thing", "Properties": {
                "ServiceToken": {"Fn::GetAtt": ["Maker", "Arn"]}, "Mode": mode, "N": n}}},
        "Outputs": {"Doubled": {"Value": {"Fn::GetAtt": ["Thing", "Doubled"]}},
                    "Thing": {"Value": {"Ref": "Thing"}}}})


def test_a_custom_resource_with_inline_source(shared_server):
    stacks = shared_server.client("cloudformation")

    def deploy(call, outcome, **arguments):
        call(StackName="inline", Capabilities=["CAPABILITY_IAM"], **arguments)
        deadline = time.monotonic() + 60
        while True:
            stack = stacks.describe_stacks(StackName="inline")["Stacks"][0]
            if stack["StackStatus"] == outcome:
                return {out["OutputKey"]: out["OutputValue"] for out in stack["Outputs"]}
            assert stack["StackStatus"].endswith("IN_PROGRESS"), (
                stack, stacks.describe_stack_events(StackName="inline")["StackEvents"])
            assert time.monotonic() < deadline, stack
            time.sleep(0.1)

    made = deploy(stacks.create_stack, "CREATE_COMPLETE", TemplateBody=stack_template("work", 4))
    assert made == {"Doubled": "8", "Thing": "thing"}
    changed = deploy(stacks.update_stack, "UPDATE_COMPLETE", TemplateBody=stack_template("work", 5))
    assert changed["Doubled"] == "10"
    rolled_back = deploy(stacks.update_stack, "UPDATE_ROLLBACK_COMPLETE",
                         TemplateBody=stack_template("fail", 6))
    assert rolled_back["Doubled"] == "10"
    events = stacks.describe_stack_events(StackName="inline")["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events
               if event["ResourceStatus"] == "UPDATE_FAILED"]
    assert any("See the details in CloudWatch Log Stream" in reason for reason in reasons), reasons
    stacks.delete_stack(StackName="inline")
    stacks.get_waiter("stack_delete_complete").wait(StackName="inline", WaiterConfig={"Delay": 1})
    assert not shared_server.client("lambda").list_functions()["Functions"] or all(
        not function["FunctionName"].startswith("inline-")
        for function in shared_server.client("lambda").list_functions()["Functions"])
