"""S3 through boto3: what SDKs do by themselves (checksums, chunked bodies, multipart, retries,
presigned URLs) against the real binary."""

import base64
import hashlib
import io
import random
import urllib.error
import urllib.request
import zlib

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import REGION

MIB = 1024 * 1024
pytestmark = pytest.mark.quick


def pattern(size, seed=1):
    return random.Random(seed).randbytes(size)


def code_of(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"]


@pytest.fixture(scope="module")
def s3(shared_server):
    client = shared_server.client("s3", signature_version="s3v4")
    client.create_bucket(Bucket="sdk-bucket",
                         CreateBucketConfiguration={"LocationConstraint": REGION})
    return client


def test_objects_of_all_sizes(s3):
    for size in (0, 1, 65536, MIB, MIB + 1, 9 * MIB):
        body = pattern(size)
        put = s3.put_object(Bucket="sdk-bucket", Key="sizes/object", Body=body)
        assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
        got = s3.get_object(Bucket="sdk-bucket", Key="sizes/object")
        assert got["ContentLength"] == size
        assert got["Body"].read() == body
        head = s3.head_object(Bucket="sdk-bucket", Key="sizes/object")
        assert head["ContentLength"] == size


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksums_are_returned_and_verified(s3, algorithm):
    body = pattern(300_000)
    put = s3.put_object(Bucket="sdk-bucket", Key="sums", Body=body, ChecksumAlgorithm=algorithm)
    got = s3.get_object(Bucket="sdk-bucket", Key="sums", ChecksumMode="ENABLED")
    assert got["Body"].read() == body  # botocore compares while it reads
    assert got["Checksum" + algorithm] == put["Checksum" + algorithm]
    wrong = base64.b64encode(zlib.crc32(b"other").to_bytes(4, "big")).decode()
    assert code_of(s3.put_object, Bucket="sdk-bucket", Key="sums", Body=body,
                   ChecksumCRC32=wrong) == "BadDigest"


def test_a_stream_without_length_is_sent_chunked_with_a_trailer(s3):
    """Over plain http botocore signs every chunk of an unseekable body."""
    class Stream(io.RawIOBase):
        def __init__(self, data):
            self.data = io.BytesIO(data)

        def readable(self):
            return True

        def readinto(self, out):
            return self.data.readinto(out)

    body = pattern(3 * MIB, 2)
    s3.upload_fileobj(io.BufferedReader(Stream(body)), "sdk-bucket", "streamed")
    assert s3.get_object(Bucket="sdk-bucket", Key="streamed")["Body"].read() == body


def test_upload_and_download_file_use_multipart(s3, tmp_path):
    body = pattern(21 * MIB, 3)
    source = tmp_path / "source"
    source.write_bytes(body)
    s3.upload_file(str(source), "sdk-bucket", "multipart", ExtraArgs={"Metadata": {"a": "b"}})
    head = s3.head_object(Bucket="sdk-bucket", Key="multipart")
    assert head["ETag"].endswith('-3"')
    assert head["Metadata"] == {"a": "b"}
    target = tmp_path / "target"
    s3.download_file("sdk-bucket", "multipart", str(target))
    assert target.read_bytes() == body
    part = s3.get_object(Bucket="sdk-bucket", Key="multipart", PartNumber=3)
    assert part["PartsCount"] == 3
    assert part["Body"].read() == body[16 * MIB:]
    assert not s3.list_multipart_uploads(Bucket="sdk-bucket").get("Uploads")


def test_multipart_by_hand_over_a_restart(server):
    client = server.client("s3")
    client.create_bucket(Bucket="restarted",
                         CreateBucketConfiguration={"LocationConstraint": REGION})
    upload = client.create_multipart_upload(Bucket="restarted", Key="k")["UploadId"]
    first, last = pattern(5 * MIB, 4), b"the end"
    parts = [client.upload_part(Bucket="restarted", Key="k", UploadId=upload, PartNumber=1,
                                Body=first)]
    server.kill()
    server.start()
    client = server.client("s3")
    parts.append(client.upload_part(Bucket="restarted", Key="k", UploadId=upload, PartNumber=2,
                                    Body=last))
    listed = client.list_parts(Bucket="restarted", Key="k", UploadId=upload)["Parts"]
    assert [part["Size"] for part in listed] == [5 * MIB, 7]
    client.complete_multipart_upload(
        Bucket="restarted", Key="k", UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": n + 1, "ETag": part["ETag"]}
                                   for n, part in enumerate(parts)]})
    server.kill()
    server.start()
    assert server.client("s3").get_object(Bucket="restarted", Key="k")["Body"].read() == first + last
    names = [bucket["Name"] for bucket in server.client("s3").list_buckets()["Buckets"]]
    assert "restarted" in names


def test_copy_uses_parts_for_large_objects(s3):
    body = pattern(12 * MIB, 5)
    s3.put_object(Bucket="sdk-bucket", Key="from here", Body=body, ContentType="text/plain")
    s3.copy({"Bucket": "sdk-bucket", "Key": "from here"}, "sdk-bucket", "to/there",
            Config=TransferConfig(multipart_threshold=6 * MIB, multipart_chunksize=6 * MIB))
    got = s3.get_object(Bucket="sdk-bucket", Key="to/there")
    assert got["Body"].read() == body
    assert got["ETag"].endswith('-2"')
    s3.copy_object(CopySource="sdk-bucket/from here", Bucket="sdk-bucket", Key="to/here")
    assert s3.get_object(Bucket="sdk-bucket", Key="to/here")["ContentType"] == "text/plain"


def test_listing_in_pages_with_odd_keys(s3):
    keys = [f"list/{name}" for name in ("a b", "a+b", "ä/1", "ä/2", "&<>\"'", "%41", "z")]
    for key in keys:
        s3.put_object(Bucket="sdk-bucket", Key=key, Body=b"x")
    found = []
    for page in s3.get_paginator("list_objects_v2").paginate(
            Bucket="sdk-bucket", Prefix="list/", PaginationConfig={"PageSize": 2}):
        found += [item["Key"] for item in page.get("Contents", [])]
    assert found == sorted(keys, key=lambda key: key.encode())
    rolled = s3.list_objects_v2(Bucket="sdk-bucket", Prefix="list/", Delimiter="/")
    assert [item["Prefix"] for item in rolled["CommonPrefixes"]] == ["list/ä/"]
    old = s3.list_objects(Bucket="sdk-bucket", Prefix="list/", MaxKeys=3)
    assert old["IsTruncated"] and len(old["Contents"]) == 3
    deleted = s3.delete_objects(Bucket="sdk-bucket",
                                Delete={"Objects": [{"Key": key} for key in keys]})
    assert sorted(item["Key"] for item in deleted["Deleted"]) == sorted(keys)
    assert s3.list_objects_v2(Bucket="sdk-bucket", Prefix="list/")["KeyCount"] == 0


def test_conditions_and_ranges(s3):
    etag = s3.put_object(Bucket="sdk-bucket", Key="c", Body=b"0123456789")["ETag"]
    if "IfNoneMatch" in s3.meta.service_model.operation_model("PutObject").input_shape.members:
        assert code_of(s3.put_object, Bucket="sdk-bucket", Key="c", Body=b"x",
                       IfNoneMatch="*") == "PreconditionFailed"
    assert code_of(s3.get_object, Bucket="sdk-bucket", Key="c", IfNoneMatch=etag) == "304"
    assert code_of(s3.get_object, Bucket="sdk-bucket", Key="c",
                   IfMatch='"other"') == "PreconditionFailed"
    assert s3.get_object(Bucket="sdk-bucket", Key="c", Range="bytes=-3")["Body"].read() == b"789"
    assert code_of(s3.get_object, Bucket="sdk-bucket", Key="c",
                   Range="bytes=10-") == "InvalidRange"
    assert code_of(s3.get_object, Bucket="sdk-bucket", Key="none") == "NoSuchKey"
    assert code_of(s3.head_object, Bucket="sdk-bucket", Key="none") == "404"


def test_presigned_urls(s3):
    put = s3.generate_presigned_url("put_object", {"Bucket": "sdk-bucket", "Key": "signed url"})
    request = urllib.request.Request(put, data=b"by url", method="PUT")
    assert urllib.request.urlopen(request).status == 200
    get = s3.generate_presigned_url("get_object", {
        "Bucket": "sdk-bucket", "Key": "signed url",
        "ResponseContentDisposition": "attachment; filename=\"x\""})
    with urllib.request.urlopen(get) as answer:
        assert answer.read() == b"by url"
        assert answer.headers["Content-Disposition"] == "attachment; filename=\"x\""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(get.replace("signed%20url", "other"))
    assert refused.value.code == 403


def test_what_we_do_not_have_is_a_clear_501(s3):
    for call, arguments in ((s3.get_bucket_cors, {}), (s3.get_bucket_website, {}),
                            (s3.get_bucket_notification_configuration, {}),
                            (s3.get_bucket_logging, {}), (s3.put_bucket_acl, {"ACL": "private"})):
        with pytest.raises(ClientError) as refused:
            call(Bucket="sdk-bucket", **arguments)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
        assert refused.value.response["Error"]["Code"] == "NotImplemented"
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket="sdk-bucket", Key="t", Body=b"x", WebsiteRedirectLocation="/x")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_virtual_host_style(shared_server, s3):
    """The bucket in the host name, as SDKs do it for names that resolve."""
    s3.put_object(Bucket="sdk-bucket", Key="virtual/key", Body=b"hosted")
    access, secret = shared_server.keys()
    virtual = boto3.client("s3", endpoint_url=f"http://localhost:{shared_server.port}",
                           region_name=REGION, aws_access_key_id=access,
                           aws_secret_access_key=secret,
                           config=Config(signature_version="s3v4",
                                         s3={"addressing_style": "virtual"}))
    url = virtual.generate_presigned_url("get_object", {"Bucket": "sdk-bucket",
                                                        "Key": "virtual/key"})
    host = f"sdk-bucket.localhost:{shared_server.port}"
    assert host in url
    request = urllib.request.Request(url.replace(host, f"127.0.0.1:{shared_server.port}"),
                                     headers={"Host": host})
    assert urllib.request.urlopen(request).read() == b"hosted"


def test_what_was_acknowledged_outlives_a_kill(server):
    """What was acknowledged before SIGKILL is there after it, whole."""
    client = server.client("s3")
    client.create_bucket(Bucket="killed",
                         CreateBucketConfiguration={"LocationConstraint": REGION})
    bodies = {f"k{n}": pattern(size, n) for n, size in enumerate([10, 70_000, MIB, 4 * MIB])}
    for key, body in bodies.items():
        client.put_object(Bucket="killed", Key=key, Body=body)
    server.kill()
    server.start()
    client = server.client("s3")
    for key, body in bodies.items():
        assert client.get_object(Bucket="killed", Key=key)["Body"].read() == body
    assert client.list_buckets()["Owner"]["ID"]
    headers = client.head_bucket(Bucket="killed")["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-bucket-region"] == REGION
