"""The cap on what a query may scan, on tables with more objects than one listing shows: the newest
partition sorts last, and is the one that counts."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import REGION
from mcp_http import Caller, token_of

BUCKET = "many-objects"
OLD = 1_005  # one more page than the first
BIG = b'{"id":1}\n' * 90_000


def table(name, **more):
    columns = [{"Name": "id", "Type": "bigint"}]
    serde = {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}
    storage = {"Columns": columns, "Location": f"s3://{BUCKET}/t/", "SerdeInfo": serde,
               "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
               "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"}
    return {"Name": name, "TableType": "EXTERNAL_TABLE", "StorageDescriptor": storage,
            "PartitionKeys": [{"Name": "day", "Type": "string"}], "Parameters": more}


@pytest.fixture(scope="module")
def caller(shared_server):
    s3 = shared_server.client("s3", max_pool_connections=16)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda i: s3.put_object(Bucket=BUCKET, Key=f"t/day=a/{i:05}", Body=b"{}\n"),
                         range(OLD)))
    s3.put_object(Bucket=BUCKET, Key="t/day=b/x", Body=BIG)
    s3.put_object(Bucket=BUCKET, Key="apart/x", Body=BIG)
    glue = shared_server.client("glue")
    glue.create_database(DatabaseInput={"Name": "d"})
    glue.create_table(DatabaseName="d", TableInput=table("registered"))
    glue.create_table(DatabaseName="d", TableInput=table("projected", **{
        "projection.enabled": "true", "projection.day.type": "enum",
        "projection.day.values": "a,b,c"}))
    for day, place in {"a": "t/day=a/", "b": "t/day=b/", "c": "apart/"}.items():
        storage = {**table("")["StorageDescriptor"], "Location": f"s3://{BUCKET}/{place}"}
        glue.create_partition(DatabaseName="d", TableName="registered",
                              PartitionInput={"Values": [day], "StorageDescriptor": storage})
    return Caller(shared_server.port, token_of(shared_server))


@pytest.mark.parametrize("name", ["registered", "projected"])
def test_the_last_partition_is_measured(caller, name):
    sql = f"SELECT count(*) FROM d.{name} WHERE day = 'b'"
    refused = caller.fails("run_query", sql=sql, max_scan_bytes=1000)
    assert "791.0 KiB" in refused and "leaves nothing" not in refused, refused
    explained = caller.ask("explain_query", sql=sql)
    assert explained["estimated_bytes"] == len(BIG) and explained["warnings"] == []


def test_what_the_cap_allows_runs(caller):
    sql = "SELECT count(*) FROM d.registered WHERE day = 'b'"
    answer = caller.ask("run_query", sql=sql, max_scan_bytes=len(BIG))
    assert answer["rows"] == [[90_000]] and answer["notices"] == []
    assert answer["stats"]["scanned_bytes"] == len(BIG)


def test_a_partition_apart_counts_and_one_that_is_not_there_does_not(caller):
    sql = "SELECT count(*) FROM d.registered WHERE day = "
    assert "791.0 KiB" in caller.fails("run_query", sql=sql + "'c'", max_scan_bytes=1000)
    answer = caller.ask("run_query", sql=sql + "'x'", max_scan_bytes=1)
    assert answer["rows"] == [[0]]
    assert answer["notices"] == ["The filter leaves nothing of d.registered."]


def test_the_newest_partition_is_the_last(caller):
    found = caller.ask("column_values", database="d", table="registered", column="id")
    assert found["scope"] == "day=b" and found["rows"] == 90_000
