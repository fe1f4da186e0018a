"""Who am I, and what clients are told when they are nobody or ask for what is not there: through
boto3, over all four protocols."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import ACCOUNT, REGION


def stranger(server, service):
    return boto3.client(service, endpoint_url=server.endpoint, region_name=REGION,
                        aws_access_key_id="AKIASTRANGER", aws_secret_access_key="x",
                        config=Config(retries={"max_attempts": 0}))


@pytest.mark.quick
def test_root_is_shown(shared_server):
    answer = shared_server.client("sts").get_caller_identity()
    assert answer["Account"] == ACCOUNT
    assert answer["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert answer["UserId"] == ACCOUNT
    assert answer["ResponseMetadata"]["RequestId"]


@pytest.mark.quick
@pytest.mark.parametrize("service, call, code", [
    ("sts", "get_caller_identity", "InvalidClientTokenId"),
    ("kinesis", "list_streams", "UnrecognizedClientException"),
    ("lambda", "list_functions", "UnrecognizedClientException"),
    ("s3", "list_buckets", "InvalidAccessKeyId"),
])
def test_an_unknown_key_is_told_where_keys_are(shared_server, service, call, code):
    with pytest.raises(ClientError) as refused:
        getattr(stranger(shared_server, service), call)()
    assert refused.value.response["Error"]["Code"] == code
    assert "datastack env" in refused.value.response["Error"]["Message"]


@pytest.mark.quick
@pytest.mark.parametrize("service, call, arguments, words", [
    ("sts", "get_federation_token", {"Name": "bob"}, "GetFederationToken of sts"),
    ("kinesis", "merge_shards", {"StreamName": "s", "ShardToMerge": "a", "AdjacentShardToMerge": "b"},
     "MergeShards of kinesis"),
    ("lambda", "list_layers", {}, "of lambda"),
    ("s3", "get_bucket_website", {"Bucket": "some-bucket"}, "website of s3"),
    ("dynamodb", "list_tables", {}, "DynamoDB"),
    ("sqs", "list_queues", {}, "sqs"),
])
def test_what_is_not_there_is_named_and_not_retried(shared_server, service, call, arguments, words):
    client = shared_server.client(service, retries={"max_attempts": 3, "mode": "standard"})
    with pytest.raises(ClientError) as refused:
        getattr(client, call)(**arguments)
    response = refused.value.response
    assert response["Error"]["Code"] == "NotImplemented"
    # Older SDKs reach SQS by its Query protocol, newer ones by JSON with another spelling.
    assert words.lower() in response["Error"]["Message"].lower()
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert response["ResponseMetadata"]["RetryAttempts"] == 0


@pytest.mark.quick
def test_validation_is_in_awss_words(shared_server):
    client = shared_server.client("kinesis", parameter_validation=False)
    with pytest.raises(ClientError) as refused:
        client.create_stream(StreamName="a b", ShardCount=0)
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith("2 validation errors detected: Value ")
    assert "Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular " \
           "expression pattern: " in error["Message"]
    assert "Value '0' at 'shardCount' failed to satisfy constraint: Member must have value greater " \
           "than or equal to 1" in error["Message"]
