"""`cdk bootstrap`: not needed here, and it works; before and after a deploy, twice, and taken away."""

import pytest

from cdk_cli import Cdk, REAL_APP, physical_ids, stack_status
from conftest import ACCOUNT, REGION

ASSETS = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
VERSION = "/cdk-bootstrap/hnb659fds/version"


@pytest.fixture
def cdk(server, tmp_path):
    return Cdk(server, tmp_path / "cdk", app="changes")


def test_bootstrap_then_deploy_then_bootstrap(cdk, server):
    first = cdk("bootstrap")
    assert "bootstrapped" in first.text and "no changes" not in first.text
    assert stack_status(server, "CDKToolkit") == "CREATE_COMPLETE"
    made = physical_ids(server, "CDKToolkit")
    assert made["StagingBucket"] == ASSETS
    outputs = server.client("cloudformation").describe_stacks(StackName="CDKToolkit")["Stacks"][0][
        "Outputs"]
    version = server.client("ssm").get_parameter(Name=VERSION)["Parameter"]["Value"]
    assert {each["OutputKey"]: each["OutputValue"] for each in outputs}["BootstrapVersion"] == version
    roles = {each["RoleName"] for each in server.client("iam").list_roles()["Roles"]}
    for kind in ("deploy-role", "file-publishing-role", "image-publishing-role", "lookup-role",
                 "cfn-exec-role"):
        assert f"cdk-hnb659fds-{kind}-{ACCOUNT}-{REGION}" in roles
    encryption = server.client("s3").get_bucket_encryption(Bucket=ASSETS)
    assert encryption["ServerSideEncryptionConfiguration"]["Rules"]

    assert "no changes" in cdk("bootstrap").text
    cdk.deploy()
    assert stack_status(server, "Changes") == "CREATE_COMPLETE"
    server.kill()
    server.start()
    assert "no changes" in cdk("bootstrap").text


def test_bootstrap_after_a_deploy_adopts_what_is_there(cdk, server):
    cdk.deploy()
    objects = server.client("s3").list_objects_v2(Bucket=ASSETS)["Contents"]
    assert objects, "the template is an asset"
    cdk("bootstrap")
    assert stack_status(server, "CDKToolkit") == "CREATE_COMPLETE"
    after = server.client("s3").list_objects_v2(Bucket=ASSETS)["Contents"]
    assert {each["Key"] for each in objects} <= {each["Key"] for each in after}
    assert "no changes" in cdk.deploy().text


def test_another_region_needs_no_bootstrap(cdk, server):
    cdk.environment.update(AWS_REGION="eu-central-1", AWS_DEFAULT_REGION="eu-central-1")
    cdk.deploy()
    assert stack_status(server, "Changes") is None, "not in this region"
    import boto3
    access, secret = server.keys()
    there = boto3.client("cloudformation", endpoint_url=server.endpoint, region_name="eu-central-1",
                         aws_access_key_id=access, aws_secret_access_key=secret)
    assert there.describe_stacks(StackName="Changes")["Stacks"][0]["StackStatus"] == (
        "CREATE_COMPLETE")


def test_bootstrap_takes_the_real_app(server, tmp_path):
    cdk = Cdk(server, tmp_path / "real", app=REAL_APP)
    assert "bootstrapped" in cdk("bootstrap").text
