"""Settings of buckets through boto3 and the AWS CLI: policies, encryption, lifecycle, versions, tags;
what the CDK's assets and its autoDeleteObjects put on the wire; all of it over a kill."""

import base64
import hashlib
import http.client
import json
import random

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from conftest import ACCOUNT, REGION

MIB = 1024 * 1024
LOCATION = {"LocationConstraint": REGION}


def code_of(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"]


@pytest.fixture(scope="module")
def s3(shared_server):
    return shared_server.client("s3", signature_version="s3v4")


@pytest.fixture
def bucket(s3, request):
    name = request.node.name.replace("_", "-")[:60]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=LOCATION)
    return name


def empty_as_the_cdk_does(s3, bucket):
    """The handler of CDK's Custom::S3AutoDeleteObjects, call by call."""
    try:
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        assert error.response["Error"]["Code"] == "NoSuchBucketPolicy"
        policy = {"Version": "2012-10-17", "Statement": []}
    policy["Statement"].append({"Principal": "*", "Effect": "Deny", "Action": ["s3:PutObject"],
                                "Resource": [f"arn:aws:s3:::{bucket}/*"]})
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    while True:
        listed = s3.list_object_versions(Bucket=bucket, MaxKeys=7)
        contents = listed.get("Versions", []) + listed.get("DeleteMarkers", [])
        if not contents:
            return
        answer = s3.delete_objects(Bucket=bucket, Delete={
            "Objects": [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in contents]})
        assert len(answer["Deleted"]) == len(contents) and not answer.get("Errors")
        if not listed["IsTruncated"]:
            return


@pytest.mark.quick
def test_versions_and_emptying_a_bucket(s3, bucket):
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    before = s3.put_object(Bucket=bucket, Key="a/1", Body=b"null version")
    assert "VersionId" not in before
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    large = random.Random(1).randbytes(2 * MIB)
    first = s3.put_object(Bucket=bucket, Key="a/1", Body=large)["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="a/1", Body=b"second")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="a/1")
    assert marker["DeleteMarker"]
    assert code_of(s3.get_object, Bucket=bucket, Key="a/1") == "NoSuchKey"
    assert code_of(s3.get_object, Bucket=bucket, Key="a/1",
                   VersionId=marker["VersionId"]) == "MethodNotAllowed"
    assert s3.get_object(Bucket=bucket, Key="a/1", VersionId=first)["Body"].read() == large
    ranged = s3.get_object(Bucket=bucket, Key="a/1", VersionId=first, Range="bytes=65530-65545")
    assert ranged["Body"].read() == large[65530:65546]
    assert s3.get_object(Bucket=bucket, Key="a/1", VersionId="null")["Body"].read() == b"null version"
    copied = s3.copy_object(Bucket=bucket, Key="b", CopySource={
        "Bucket": bucket, "Key": "a/1", "VersionId": second})
    assert copied["CopySourceVersionId"] == second
    for i in range(10):
        s3.put_object(Bucket=bucket, Key=f"many/{i}", Body=b"x")
        s3.delete_object(Bucket=bucket, Key=f"many/{i}")
    pages = list(s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": 4}))
    versions = [one for page in pages for one in page.get("Versions", [])]
    markers = [one for page in pages for one in page.get("DeleteMarkers", [])]
    assert len(pages) > 5 and len(versions) == 14 and len(markers) == 11
    latest = {one["Key"] for one in versions + markers if one["IsLatest"]}
    assert latest == {"a/1", "b"} | {f"many/{i}" for i in range(10)}
    rolled = s3.list_object_versions(Bucket=bucket, Delimiter="/")
    assert [one["Prefix"] for one in rolled["CommonPrefixes"]] == ["a/", "many/"]

    assert code_of(s3.delete_bucket, Bucket=bucket) == "BucketNotEmpty"
    empty_as_the_cdk_does(s3, bucket)
    s3.delete_bucket(Bucket=bucket)


@pytest.mark.quick
def test_policy(s3, bucket):
    assert code_of(s3.get_bucket_policy, Bucket=bucket) == "NoSuchBucketPolicy"
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Sid": "enforceSSL", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert s3.get_bucket_policy(Bucket=bucket)["Policy"] == policy
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is False
    s3.put_object(Bucket=bucket, Key="k", Body=b"nobody is locked out")
    assert code_of(s3.put_bucket_policy, Bucket=bucket, Policy="{") == "MalformedPolicy"
    s3.delete_bucket_policy(Bucket=bucket)
    assert code_of(s3.get_bucket_policy_status, Bucket=bucket) == "NoSuchBucketPolicy"


@pytest.mark.quick
def test_encryption(s3, bucket):
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    body = random.Random(2).randbytes(3 * MIB)
    assert s3.put_object(Bucket=bucket, Key="k", Body=body)["ServerSideEncryption"] == "AES256"
    assert s3.head_object(Bucket=bucket, Key="k")["ServerSideEncryption"] == "AES256"
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [{
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": True}]})
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["BucketKeyEnabled"] is True
    s3.delete_bucket_encryption(Bucket=bucket)
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", SSECustomerAlgorithm="AES256",
                      SSECustomerKey="0" * 32)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


@pytest.mark.quick
def test_encryption_under_a_key_of_kms(shared_server, s3, bucket):
    kms = shared_server.client("kms")
    key = kms.create_key(Description="objects")["KeyMetadata"]["Arn"]
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms",
                        SSEKMSKeyId=key, BucketKeyEnabled=True)
    assert (put["ServerSideEncryption"], put["SSEKMSKeyId"]) == ("aws:kms", key)
    head = s3.head_object(Bucket=bucket, Key="k")
    assert (head["SSEKMSKeyId"], head["BucketKeyEnabled"]) == (key, True)
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [{
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]})
    own = s3.put_object(Bucket=bucket, Key="d", Body=b"x")["SSEKMSKeyId"]
    assert own.startswith(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/") and own != key
    upload = s3.create_multipart_upload(Bucket=bucket, Key="m")
    assert upload["SSEKMSKeyId"] == own
    part = s3.upload_part(Bucket=bucket, Key="m", UploadId=upload["UploadId"], PartNumber=1,
                          Body=b"x")
    assert part["SSEKMSKeyId"] == own
    done = s3.complete_multipart_upload(Bucket=bucket, Key="m", UploadId=upload["UploadId"],
                                        MultipartUpload={"Parts": [{"PartNumber": 1,
                                                                    "ETag": part["ETag"]}]})
    assert done["ServerSideEncryption"] == "aws:kms"
    kms.disable_key(KeyId=key)
    assert code_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x", SSEKMSKeyId=key,
                   ServerSideEncryption="aws:kms") == "KMS.DisabledException"
    assert code_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x", SSEKMSKeyId="none",
                   ServerSideEncryption="aws:kms") == "KMS.NotFoundException"


@pytest.mark.quick
def test_lifecycle_public_access_ownership_tags_acl(s3, bucket):
    rules = [{"ID": "noncurrent", "Status": "Enabled", "Filter": {"Prefix": ""},
              "NoncurrentVersionExpiration": {"NoncurrentDays": 30}},
             {"ID": "abort", "Status": "Enabled", "Filter": {"And": {
                 "Prefix": "tmp/", "Tags": [{"Key": "a", "Value": "b"}],
                 "ObjectSizeGreaterThan": 10}}, "Expiration": {"Days": 1}}]
    assert code_of(s3.get_bucket_lifecycle_configuration,
                   Bucket=bucket) == "NoSuchLifecycleConfiguration"
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == rules
    rules[0]["Transitions"] = [{"Days": 1, "StorageClass": "GLACIER"}]
    assert code_of(s3.put_bucket_lifecycle_configuration, Bucket=bucket,
                   LifecycleConfiguration={"Rules": rules}) == "NotImplemented"
    s3.delete_bucket_lifecycle(Bucket=bucket)

    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(block.values()) and len(block) == 4
    s3.delete_public_access_block(Bucket=bucket)
    assert code_of(s3.get_public_access_block,
                   Bucket=bucket) == "NoSuchPublicAccessBlockConfiguration"
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)

    controls = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"] == controls
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls)

    tags = [{"Key": "team", "Value": "lake"}]
    assert code_of(s3.get_bucket_tagging, Bucket=bucket) == "NoSuchTagSet"
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1&b=2")
    assert s3.get_object(Bucket=bucket, Key="k")["TagCount"] == 2
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == tags
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []

    acl = s3.get_bucket_acl(Bucket=bucket)
    assert acl["Grants"][0]["Permission"] == "FULL_CONTROL"
    assert acl["Grants"][0]["Grantee"]["ID"] == acl["Owner"]["ID"]
    assert s3.get_object_acl(Bucket=bucket, Key="k")["Owner"] == acl["Owner"]


def signed(server, method, target, body=b"", headers=None):
    """A request as the JS SDK writes it: query flags with '=', a slash behind the bucket, one
    connection for each request; larger bodies wait for 100 Continue."""
    request = AWSRequest(method, server.endpoint + target, headers=headers or {}, data=body)
    S3SigV4Auth(Credentials(*server.keys()), "s3", REGION).add_auth(request)
    prepared = request.prepare()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in prepared.headers.items():
        if name.lower() not in ("host", "content-length"):
            connection.putheader(name, value if isinstance(value, str) else value.decode())
    connection.putheader("connection", "close")
    connection.putheader("content-length", str(len(body)))
    if headers and "Expect" in headers:
        connection.endheaders()
        first = connection.sock.recv(25)
        assert first == b"HTTP/1.1 100 Continue\r\n\r\n", first
        connection.send(body)
    else:
        connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, (target, answer.status, text)
    return answer, text


@pytest.mark.quick
def test_what_the_cdk_sends_for_its_assets(shared_server, s3):
    name = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
    if not any(one["Name"] == name for one in s3.list_buckets()["Buckets"]):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=LOCATION)
    key = hashlib.sha256(b"template").hexdigest() + ".json"
    answer, text = signed(shared_server, "GET", f"/{name}/?list-type=2&max-keys=1&prefix={key}")
    assert b"<KeyCount>0</KeyCount>" in text
    answer, text = signed(shared_server, "GET", f"/{name}/?location=")
    assert REGION.encode() in text
    answer, text = signed(shared_server, "GET", f"/{name}/?encryption=")
    assert b"<SSEAlgorithm>AES256</SSEAlgorithm>" in text

    def sum_of(data):
        return base64.b64encode(hashlib.sha256(data).digest()).decode()

    def checked(data, **more):
        return {"x-amz-sdk-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": sum_of(data),
                **more}

    template = b'{"Resources": {}}' * 100
    answer, _ = signed(shared_server, "PUT", f"/{name}/{key}?x-id=PutObject", template, checked(
        template, **{"content-type": "application/json", "x-amz-server-side-encryption": "AES256"}))
    assert answer.headers["x-amz-server-side-encryption"] == "AES256"
    assert answer.headers["x-amz-checksum-sha256"] == sum_of(template)
    _, text = signed(shared_server, "GET", f"/{name}/?list-type=2&max-keys=1&prefix={key}")
    assert f"<Size>{len(template)}</Size>".encode() in text

    zipped = random.Random(3).randbytes(7 * MIB)
    answer, text = signed(shared_server, "POST", f"/{name}/asset.zip?uploads=", b"", {
        "x-amz-checksum-algorithm": "SHA256", "x-amz-server-side-encryption": "AES256",
        "content-type": "application/zip"})
    upload = text.decode().split("<UploadId>")[1].split("<")[0]
    listed = ""
    for number, part in enumerate((zipped[:5 * MIB], zipped[5 * MIB:]), 1):
        answer, _ = signed(shared_server, "PUT",
                           f"/{name}/asset.zip?partNumber={number}&uploadId={upload}&x-id=UploadPart",
                           part, checked(part, Expect="100-continue"))
        assert answer.headers["x-amz-checksum-sha256"] == sum_of(part)
        listed += (f"<Part><ETag>&quot;{hashlib.md5(part).hexdigest()}&quot;</ETag>"
                   f"<ChecksumSHA256>{sum_of(part)}</ChecksumSHA256>"
                   f"<PartNumber>{number}</PartNumber></Part>")
    body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    answer, text = signed(shared_server, "POST", f"/{name}/asset.zip?uploadId={upload}", body)
    assert b"<ChecksumSHA256>" in text
    assert s3.get_object(Bucket=name, Key="asset.zip")["Body"].read() == zipped


@pytest.mark.quick
def test_boto3s_old_presigning_is_refused_with_a_hint(shared_server, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    url = shared_server.client("s3", signature_version="s3").generate_presigned_url(
        "get_object", {"Bucket": bucket, "Key": "k"})
    connection = http.client.HTTPConnection("127.0.0.1", shared_server.port, timeout=20)
    connection.request("GET", url.split(str(shared_server.port), 1)[1])
    answer = connection.getresponse()
    assert answer.status in (400, 403)
    assert b"s3v4" in answer.read()


def test_settings_and_versions_outlive_a_kill(server):
    s3 = server.client("s3")
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration=LOCATION)
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket="kept", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.put_bucket_lifecycle_configuration(Bucket="kept", LifecycleConfiguration={"Rules": [
        {"ID": "x", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}]})
    bodies = [random.Random(seed).randbytes(size) for seed, size in enumerate((10, MIB, 3 * MIB))]
    ids = [s3.put_object(Bucket="kept", Key="k", Body=body)["VersionId"] for body in bodies]
    s3.delete_object(Bucket="kept", Key="k")
    server.kill()
    server.start()
    s3 = server.client("s3")
    for version, body in zip(ids, bodies):
        assert s3.get_object(Bucket="kept", Key="k", VersionId=version)["Body"].read() == body
    assert s3.get_bucket_tagging(Bucket="kept")["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert s3.get_bucket_lifecycle_configuration(Bucket="kept")["Rules"][0]["ID"] == "x"
    # Nothing of an object is on the disk in the plain.
    piece = bodies[2][100_000:100_064]
    for path in (server.directory / "objects").rglob("*"):
        if path.is_file():
            assert piece not in path.read_bytes()
    server.kill()
    assert server.datastack("verify").returncode == 0
    server.start()


def test_the_aws_cli(shared_server):
    aws = shared_server.aws
    aws("s3", "mb", "s3://cli-versions")
    aws("s3api", "put-bucket-versioning", "--bucket", "cli-versions",
        "--versioning-configuration", "Status=Enabled")
    for text in ("one", "two"):
        aws("s3", "cp", "-", "s3://cli-versions/k", stdin=text)
    aws("s3", "rm", "s3://cli-versions/k")
    listed = shared_server.aws_json("s3api", "list-object-versions", "--bucket", "cli-versions")
    assert len(listed["Versions"]) == 2 and len(listed["DeleteMarkers"]) == 1
    assert aws("s3", "rb", "s3://cli-versions", "--force", check=False).returncode != 0
    objects = [{"Key": one["Key"], "VersionId": one["VersionId"]}
               for one in listed["Versions"] + listed["DeleteMarkers"]]
    aws("s3api", "delete-objects", "--bucket", "cli-versions",
        "--delete", json.dumps({"Objects": objects}))
    aws("s3", "rb", "s3://cli-versions")
