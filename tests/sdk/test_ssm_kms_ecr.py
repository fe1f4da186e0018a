"""Parameter Store, KMS and ECR through boto3 and the AWS CLI, against the real binary, also after
SIGKILL."""

import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT, REGION, Server

BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"


def refused(code):
    class Refused:
        def __enter__(self):
            self.raises = pytest.raises(ClientError)
            self.caught = self.raises.__enter__()
            return self

        def __exit__(self, *what):
            swallowed = self.raises.__exit__(*what)
            if swallowed:
                assert self.caught.value.response["Error"]["Code"] == code, str(self.caught.value)
            return swallowed

        @property
        def message(self):
            return self.caught.value.response["Error"]["Message"]
    return Refused()


# ---- ssm ----

@pytest.mark.quick
def test_the_bootstrap_version_is_there_for_every_region(shared_server):
    ssm = shared_server.client("ssm")
    parameter = ssm.get_parameter(Name=BOOTSTRAP, WithDecryption=True)["Parameter"]
    assert parameter["Value"] == "33"
    done = shared_server.aws_json("ssm", "get-parameter", "--name", BOOTSTRAP, "--region",
                                  "eu-central-1")
    assert done["Parameter"]["Value"] == "33"
    assert done["Parameter"]["ARN"] == \
        f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter{BOOTSTRAP}"


def test_a_parameter_from_put_to_delete(shared_server):
    ssm = shared_server.client("ssm")
    with refused("ParameterNotFound"):
        ssm.get_parameter(Name="/e2e/a")
    assert ssm.put_parameter(Name="/e2e/a", Value="1", Type="String",
                             Tags=[{"Key": "k", "Value": "v"}])["Version"] == 1
    with refused("ParameterAlreadyExists") as again:
        ssm.put_parameter(Name="/e2e/a", Value="2", Type="String")
    assert again.message.startswith("The parameter already exists.")
    assert ssm.put_parameter(Name="/e2e/a", Value="2", Overwrite=True)["Version"] == 2
    ssm.label_parameter_version(Name="/e2e/a", ParameterVersion=1, Labels=["first"])
    assert ssm.get_parameter(Name="/e2e/a:first")["Parameter"]["Value"] == "1"
    assert [v["Value"] for v in ssm.get_parameter_history(Name="/e2e/a")["Parameters"]] == ["1", "2"]
    assert ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/e2e/a")["TagList"] == \
        [{"Key": "k", "Value": "v"}]
    ssm.delete_parameter(Name="/e2e/a")
    with refused("ParameterNotFound"):
        ssm.delete_parameter(Name="/e2e/a")


def test_parameters_are_paged_by_the_sdk(shared_server):
    ssm = shared_server.client("ssm")
    names = [f"/pages/p{i:02}" for i in range(23)]
    for name in names:
        ssm.put_parameter(Name=name, Value="v", Type="String")
    by_path = ssm.get_paginator("get_parameters_by_path").paginate(Path="/pages")
    assert [p["Name"] for page in by_path for p in page["Parameters"]] == names
    described = ssm.get_paginator("describe_parameters").paginate(
        ParameterFilters=[{"Key": "Path", "Values": ["/pages"]}], PaginationConfig={"PageSize": 5})
    assert [p["Name"] for page in described for p in page["Parameters"]] == names
    gone = ssm.delete_parameters(Names=names[:10])
    assert sorted(gone["DeletedParameters"]) == names[:10]


def test_a_secure_string_is_encrypted_by_kms(server):
    ssm, kms = server.client("ssm"), server.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    ssm.put_parameter(Name="/s/mine", Value="hush", Type="SecureString", KeyId=key)
    ssm.put_parameter(Name="/s/aws", Value="hush too", Type="SecureString")
    assert "hush" not in ssm.get_parameter(Name="/s/mine")["Parameter"]["Value"]
    server.kill()
    server.start()
    values = ssm.get_parameters(Names=["/s/mine", "/s/aws"], WithDecryption=True)["Parameters"]
    assert {v["Name"]: v["Value"] for v in values} == {"/s/mine": "hush", "/s/aws": "hush too"}
    assert kms.describe_key(KeyId="alias/aws/ssm")["KeyMetadata"]["KeyManager"] == "AWS"
    kms.disable_key(KeyId=key)
    with refused("InvalidKeyId"):
        ssm.get_parameter(Name="/s/mine", WithDecryption=True)
    # Nothing in the data directory holds a plaintext.
    for path in server.directory.rglob("*"):
        if path.is_file():
            assert b"hush" not in path.read_bytes(), path


# ---- kms ----

def test_a_key_encrypts_until_it_is_deleted(server):
    kms = server.client("kms")
    key = kms.create_key(Description="e2e", Tags=[{"TagKey": "k", "TagValue": "v"}])["KeyMetadata"]
    assert key["Arn"] == f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key['KeyId']}"
    kms.create_alias(AliasName="alias/e2e", TargetKeyId=key["KeyId"])
    context = {"purpose": "test"}
    blob = kms.encrypt(KeyId="alias/e2e", Plaintext=b"plain", EncryptionContext=context)
    if hasattr(kms, "rotate_key_on_demand"):  # newer than Debian's botocore
        kms.rotate_key_on_demand(KeyId=key["KeyId"])
    server.kill()
    server.start()
    opened = kms.decrypt(CiphertextBlob=blob["CiphertextBlob"], EncryptionContext=context)
    assert opened["Plaintext"] == b"plain"
    assert opened["KeyId"] == key["Arn"]
    with refused("InvalidCiphertextException"):
        kms.decrypt(CiphertextBlob=blob["CiphertextBlob"])
    data_key = kms.generate_data_key(KeyId="alias/e2e", KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"])["Plaintext"] == \
        data_key["Plaintext"]
    assert len(kms.generate_random(NumberOfBytes=24)["Plaintext"]) == 24
    kms.disable_key(KeyId=key["KeyId"])
    with refused("DisabledException"):
        kms.encrypt(KeyId="alias/e2e", Plaintext=b"x")
    answer = kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    assert answer["KeyState"] == "PendingDeletion"
    with refused("KMSInvalidStateException"):
        kms.encrypt(KeyId="alias/e2e", Plaintext=b"x")
    assert kms.cancel_key_deletion(KeyId=key["KeyId"])["KeyId"] == key["Arn"]


def test_keys_are_paged_by_the_sdk(shared_server):
    kms = shared_server.client("kms")
    made = {kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(5)}
    pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 2})
    assert made <= {k["KeyId"] for page in pages for k in page["Keys"]}


def test_what_kms_lacks_is_said(shared_server):
    kms = shared_server.client("kms")
    with refused("UnsupportedOperationException"):
        kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    with pytest.raises(ClientError) as lacking:
        kms.sign(KeyId="x", Message=b"m", SigningAlgorithm="ECDSA_SHA_256")
    assert lacking.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


# ---- ecr ----

def test_a_repository_is_a_record(server):
    ecr = server.client("ecr")
    made = ecr.create_repository(repositoryName="cdk/assets", imageTagMutability="IMMUTABLE",
                                 imageScanningConfiguration={"scanOnPush": True})["repository"]
    assert made["repositoryUri"] == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/cdk/assets"
    ecr.set_repository_policy(repositoryName="cdk/assets", policyText='{"Version":"2012-10-17"}')
    ecr.tag_resource(resourceArn=made["repositoryArn"], tags=[{"Key": "k", "Value": "v"}])
    server.kill()
    server.start()
    assert ecr.describe_repositories(repositoryNames=["cdk/assets"])["repositories"] == [made]
    assert ecr.get_repository_policy(repositoryName="cdk/assets")["policyText"] == \
        '{"Version":"2012-10-17"}'
    assert ecr.list_images(repositoryName="cdk/assets")["imageIds"] == []
    with refused("RepositoryAlreadyExistsException"):
        ecr.create_repository(repositoryName="cdk/assets")
    with refused("LifecyclePolicyNotFoundException"):
        ecr.get_lifecycle_policy(repositoryName="cdk/assets")
    with pytest.raises(ClientError) as lacking:
        ecr.get_authorization_token()
    assert lacking.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    ecr.delete_repository(repositoryName="cdk/assets", force=True)
    with refused("RepositoryNotFoundException"):
        ecr.describe_repositories(repositoryNames=["cdk/assets"])


# ---- by CloudFormation ----

TEMPLATE = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: {EnableKeyRotation: true, PendingWindowInDays: 7}
  Alias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: alias/stack, TargetKeyId: !Ref Key}
  Version:
    Type: AWS::SSM::Parameter
    Properties: {Name: /cdk-bootstrap/hnb659fds/version, Type: String, Value: "34"}
  Repository:
    Type: AWS::ECR::Repository
    Properties: {RepositoryName: stack/assets}
Outputs:
  Key: {Value: !GetAtt Key.Arn}
  Alias: {Value: !Ref Alias}
  Version: {Value: !GetAtt Version.Value}
  Uri: {Value: !GetAtt Repository.RepositoryUri}
"""


def test_a_stack_makes_and_removes_them(server):
    stacks, kms, ssm = (server.client(name) for name in ("cloudformation", "kms", "ssm"))
    stacks.create_stack(StackName="s", TemplateBody=TEMPLATE)
    stacks.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    outputs = {o["OutputKey"]: o["OutputValue"]
               for o in stacks.describe_stacks(StackName="s")["Stacks"][0]["Outputs"]}
    key = kms.describe_key(KeyId="alias/stack")["KeyMetadata"]
    assert outputs == {"Key": key["Arn"], "Alias": "alias/stack", "Version": "34",
                       "Uri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/stack/assets"}
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    assert ssm.get_parameter(Name=BOOTSTRAP)["Parameter"]["Value"] == "34"
    stacks.delete_stack(StackName="s")
    stacks.get_waiter("stack_delete_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert ssm.get_parameter(Name=BOOTSTRAP)["Parameter"]["Value"] == "33"
    assert server.client("ecr").describe_repositories()["repositories"] == []
