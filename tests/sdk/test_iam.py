"""IAM and STS through boto3 and the AWS CLI: roles, policies, and temporary credentials that really
sign requests to other services."""

import json
import time
import urllib.parse

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import ACCOUNT, REGION

OTHER = "123456789012"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
ALLOW = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Puts", "Effect": "Allow", "Action": ["kinesis:Put*"], "Resource": "*"}]}


def trust(principal, **condition):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def with_keys(server, service, credentials, **changes):
    keys = {**credentials, **changes}
    return boto3.client(service, endpoint_url=server.endpoint, region_name=REGION,
                        aws_access_key_id=keys["AccessKeyId"],
                        aws_secret_access_key=keys["SecretAccessKey"],
                        aws_session_token=keys["SessionToken"],
                        config=Config(retries={"max_attempts": 0},
                                      s3={"addressing_style": "path"}))


def refused(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture(scope="module")
def iam(shared_server):
    return shared_server.client("iam")


@pytest.fixture(scope="module")
def sts(shared_server):
    return shared_server.client("sts")


@pytest.mark.quick
def test_a_role_from_its_making_to_its_end(iam):
    document = trust({"Service": "lambda.amazonaws.com"})
    made = iam.create_role(RoleName="acme", Path="/team/", AssumeRolePolicyDocument=document,
                           Description="ours", Tags=[{"Key": "team", "Value": "data"}])["Role"]
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/team/acme"
    assert made["AssumeRolePolicyDocument"] == json.loads(document)  # botocore decodes it
    assert made["MaxSessionDuration"] == 3600
    assert made["CreateDate"].tzinfo is not None
    policy = iam.create_policy(PolicyName="puts", PolicyDocument=json.dumps(ALLOW))["Policy"]
    for arn in (policy["Arn"], BASIC):
        iam.attach_role_policy(RoleName="acme", PolicyArn=arn)
    iam.put_role_policy(RoleName="acme", PolicyName="inline", PolicyDocument=json.dumps(ALLOW))
    assert iam.get_role_policy(RoleName="acme", PolicyName="inline")["PolicyDocument"] == ALLOW
    assert {one["PolicyArn"] for one in iam.list_attached_role_policies(RoleName="acme")[
        "AttachedPolicies"]} == {policy["Arn"], BASIC}
    version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId="v1")["PolicyVersion"]
    assert version["Document"] == ALLOW
    assert iam.get_role(RoleName="acme")["Role"]["Tags"] == [{"Key": "team", "Value": "data"}]
    assert iam.update_role(RoleName="acme", MaxSessionDuration=7200) is not None
    assert refused(iam.delete_role, RoleName="acme") == ("DeleteConflict", 409)
    assert refused(iam.delete_policy, PolicyArn=policy["Arn"]) == ("DeleteConflict", 409)
    assert refused(iam.create_role, RoleName="ACME", AssumeRolePolicyDocument=document) == (
        "EntityAlreadyExists", 409)
    assert refused(iam.put_role_policy, RoleName="acme", PolicyName="bad",
                   PolicyDocument="{}") == ("MalformedPolicyDocument", 400)
    for arn in (policy["Arn"], BASIC):
        iam.detach_role_policy(RoleName="acme", PolicyArn=arn)
    iam.delete_role_policy(RoleName="acme", PolicyName="inline")
    iam.delete_role(RoleName="acme")
    iam.delete_policy(PolicyArn=policy["Arn"])
    assert refused(iam.get_role, RoleName="acme") == ("NoSuchEntity", 404)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_policy(PolicyArn=policy["Arn"])


@pytest.mark.quick
def test_paginators_and_waiters(iam):
    names = [f"page-{n:02}" for n in range(25)]
    for name in names:
        iam.create_role(RoleName=name, Path="/pages/",
                        AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}))
    iam.get_waiter("role_exists").wait(RoleName=names[0])
    pages = list(iam.get_paginator("list_roles").paginate(PathPrefix="/pages/",
                                                          PaginationConfig={"PageSize": 10}))
    assert [len(page["Roles"]) for page in pages] == [10, 10, 5]
    assert [role["RoleName"] for page in pages for role in page["Roles"]] == names
    for name in names:
        iam.delete_role(RoleName=name)


def test_credentials_of_a_role_sign_requests(shared_server, iam, sts):
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust(
        {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, StringEquals={"sts:ExternalId": "ticket"}))
    arn = f"arn:aws:iam::{ACCOUNT}:role/worker"
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="me") == ("AccessDenied", 403)
    taken = sts.assume_role(RoleArn=arn, RoleSessionName="me", ExternalId="ticket",
                            DurationSeconds=900)
    keys = taken["Credentials"]
    assert 890 < keys["Expiration"].timestamp() - time.time() <= 900
    role_id = iam.get_role(RoleName="worker")["Role"]["RoleId"]
    assert taken["AssumedRoleUser"] == {"AssumedRoleId": f"{role_id}:me",
                                        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/me"}
    who = with_keys(shared_server, "sts", keys).get_caller_identity()
    assert (who["Account"], who["Arn"], who["UserId"]) == (
        ACCOUNT, taken["AssumedRoleUser"]["Arn"], taken["AssumedRoleUser"]["AssumedRoleId"])
    s3 = with_keys(shared_server, "s3", keys)
    s3.create_bucket(Bucket="of-the-worker",
                     CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="of-the-worker", Key="a", Body=b"x" * 100_000)
    assert s3.get_object(Bucket="of-the-worker", Key="a")["Body"].read() == b"x" * 100_000
    kinesis = with_keys(shared_server, "kinesis", keys)
    kinesis.create_stream(StreamName="of-the-worker", ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName="of-the-worker")
    put = kinesis.put_record(StreamName="of-the-worker", Data=b"d", PartitionKey="k")
    assert put["SequenceNumber"]
    # The same account: its root sees what the role made.
    assert "of-the-worker" in shared_server.client("kinesis").list_streams()["StreamNames"]
    assert sts.get_access_key_info(AccessKeyId=keys["AccessKeyId"])["Account"] == ACCOUNT
    assert refused(with_keys(shared_server, "sts", keys).get_session_token) == (
        "AccessDenied", 403)


def test_credentials_that_were_tampered_with(shared_server, sts):
    arn = f"arn:aws:iam::{ACCOUNT}:role/cdk-hnb659fds-deploy-role-{ACCOUNT}-{REGION}"
    one, two = (sts.assume_role(RoleArn=arn, RoleSessionName="aws-cdk-root")["Credentials"]
                for _ in range(2))
    token = one["SessionToken"]
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1:]
    for changes in ({"SessionToken": changed}, {"SessionToken": two["SessionToken"]},
                    {"SessionToken": token[:-4]}, {"AccessKeyId": two["AccessKeyId"]}):
        for service, call, code in (("sts", "get_caller_identity", "InvalidClientTokenId"),
                                    ("kinesis", "list_streams", "UnrecognizedClientException"),
                                    ("s3", "list_buckets", "InvalidToken")):
            client = with_keys(shared_server, service, one, **changes)
            assert refused(getattr(client, call))[0] == code, changes
    wrong = with_keys(shared_server, "kinesis", one, SecretAccessKey=two["SecretAccessKey"])
    assert refused(wrong.list_streams)[0] == "InvalidSignatureException"
    unsigned = with_keys(shared_server, "sts", {**one, "SessionToken": None})
    assert refused(unsigned.get_caller_identity)[0] == "InvalidClientTokenId"


def test_bootstrap_roles_work_before_the_bootstrap_in_any_account(shared_server, iam, sts):
    for account, region in ((ACCOUNT, REGION), (OTHER, "eu-central-1")):
        name = f"cdk-hnb659fds-file-publishing-role-{account}-{region}"
        keys = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{name}",
                               RoleSessionName="aws-cdk-root")["Credentials"]
        who = with_keys(shared_server, "sts", keys).get_caller_identity()
        assert who["Account"] == account
        assert who["Arn"] == f"arn:aws:sts::{account}:assumed-role/{name}/aws-cdk-root"
        s3 = with_keys(shared_server, "s3", keys)
        bucket = f"cdk-hnb659fds-assets-{account}-{region}"
        s3.put_object(Bucket=bucket, Key="template.json", Body=b"{}")
        assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == region
    # What the other account makes is its own.
    other = with_keys(shared_server, "kinesis", keys)
    other.create_stream(StreamName="elsewhere", ShardCount=1)
    assert "elsewhere" not in shared_server.client("kinesis").list_streams()["StreamNames"]
    with_keys(shared_server, "iam", keys).create_role(
        RoleName="elsewhere", AssumeRolePolicyDocument=trust({"AWS": OTHER}))
    assert refused(iam.get_role, RoleName="elsewhere") == ("NoSuchEntity", 404)
    # Once the role exists its own trust policy decides.
    name = f"cdk-hnb659fds-lookup-role-{ACCOUNT}-{REGION}"
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    sts.assume_role(RoleArn=arn, RoleSessionName="aws-cdk-root")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": OTHER}))
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="aws-cdk-root") == (
        "AccessDenied", 403)
    iam.delete_role(RoleName=name)
    assert refused(sts.assume_role, RoleArn=f"arn:aws:iam::{ACCOUNT}:role/nobody",
                   RoleSessionName="me") == ("AccessDenied", 403)


def test_a_restart_keeps_roles_and_sessions(server):
    iam, sts = server.client("iam"), server.client("sts")
    iam.create_role(RoleName="kept", AssumeRolePolicyDocument=trust({"AWS": ACCOUNT}))
    iam.put_role_policy(RoleName="kept", PolicyName="p", PolicyDocument=json.dumps(ALLOW))
    before = iam.get_role(RoleName="kept")["Role"]
    keys = sts.assume_role(RoleArn=before["Arn"], RoleSessionName="me")["Credentials"]
    server.kill()
    server.start()
    iam = server.client("iam")
    assert iam.get_role(RoleName="kept")["Role"] == before
    assert iam.list_role_policies(RoleName="kept")["PolicyNames"] == ["p"]
    who = with_keys(server, "sts", keys).get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/kept/me"


def test_the_aws_cli(shared_server):
    aws = shared_server.aws_json
    made = aws("iam", "create-role", "--role-name", "cli", "--assume-role-policy-document",
               trust({"AWS": ACCOUNT}))
    assert made["Role"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/cli"
    shared_server.aws("iam", "attach-role-policy", "--role-name", "cli", "--policy-arn", BASIC)
    listed = aws("iam", "list-attached-role-policies", "--role-name", "cli")
    assert listed["AttachedPolicies"][0]["PolicyArn"] == BASIC
    assert "cli" in [role["RoleName"] for role in aws("iam", "list-roles")["Roles"]]
    taken = aws("sts", "assume-role", "--role-arn", made["Role"]["Arn"], "--role-session-name",
                "terminal")
    assert taken["AssumedRoleUser"]["Arn"].endswith(":assumed-role/cli/terminal")
    failed = shared_server.aws("iam", "get-role", "--role-name", "none", check=False)
    assert "(NoSuchEntity)" in failed.stderr
    assert "The role with name none cannot be found." in failed.stderr


def test_documents_come_back_percent_encoded(shared_server, iam):
    """As the wire has them, before botocore decodes."""
    document = trust({"AWS": ACCOUNT})
    iam.create_role(RoleName="raw", AssumeRolePolicyDocument=document)
    seen = []
    iam.meta.events.register("before-parse.iam.GetRole",
                             lambda response_dict, **_: seen.append(response_dict["body"]))
    iam.get_role(RoleName="raw")
    if not seen:
        pytest.skip("this botocore does not show what it parses")
    assert urllib.parse.quote(document, safe="-._~").encode() in seen[0]
