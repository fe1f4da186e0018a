"""Queries and their answers, through the API, the engine process and real objects."""

import gzip
import json
import pathlib
import time

import pytest

HERE = pathlib.Path(__file__).parent
BUCKET = "semantics"
JSON_SERDE = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"

EVENTS = {
    ("2024", "01"): [
        {"id": "e1", "ts": "2024-01-15T10:00:00Z", "kind": "start", "n": 1, "f": 1.5, "flag": True,
         "d": "2024-01-15", "dec": 12.3, "tags": ["a", "b"], "attributes": {"k": "v", "n": 1},
         "nested": {"x": 3, "y": {"z": "deep"}}},
        {"id": "e2", "ts": "2024-01-15T11:30:00Z", "kind": "stop", "n": "4", "raw": {"a": {"b": 7}},
         "tags": [], "nested": {"x": 4}},
        {"id": "e3", "ts": "2024-01-15T11:00:00.5Z", "kind": "start", "n": 5, "tags": ["z"],
         "nested": {"x": 5, "y": None}},
    ],
    ("2024", "02"): [{"id": "e4", "ts": "2024-02-01T00:00:00Z", "kind": "pause", "n": 9,
                      "tags": ["c"]}],
    ("2025", "01"): [{"id": "e5", "ts": "2025-01-31T23:59:59Z", "kind": "start", "n": 15,
                      "tags": ["d", "e"]}],
    ("2025", "02"): [{"id": "e6", "ts": "2025-02-01T00:00:00Z", "kind": None}],
}


def cases(name):
    for line in (HERE / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split(" => ", 1)


class Athena:
    def __init__(self, client):
        self.client = client

    def execution(self, query):
        started = self.client.start_query_execution(
            QueryString=query, QueryExecutionContext={"Database": "semantics"},
            ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"})
        while True:
            execution = self.client.get_query_execution(
                QueryExecutionId=started["QueryExecutionId"])["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return execution
            time.sleep(0.005)

    def answer(self, query):
        """The rows without the header, or "!CODE: …"."""
        execution = self.execution(query)
        if execution["Status"]["State"] != "SUCCEEDED":
            return "!" + execution["Status"]["StateChangeReason"]
        rows = self.client.get_query_results(
            QueryExecutionId=execution["QueryExecutionId"])["ResultSet"]["Rows"]
        return [[cell.get("VarCharValue", "NULL") for cell in row["Data"]] for row in rows[1:]]

    def check(self, query, expected):
        got = self.answer(query)
        if expected.startswith("!"):
            assert isinstance(got, str) and got.startswith(expected + ":"), (query, got)
        else:
            assert got == [expected.split(" | ")], query

    def do(self, statement):
        execution = self.execution(statement)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return execution


@pytest.fixture(scope="module")
def athena(tmp_path_factory):
    import boto3

    from conftest import Server

    server = Server(tmp_path_factory.mktemp("semantics") / "data").start()
    access, secret = server.keys()
    options = {"endpoint_url": server.endpoint, "region_name": "us-west-2",
               "aws_access_key_id": access, "aws_secret_access_key": secret}
    s3 = boto3.client("s3", **options)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    made = Athena(boto3.client("athena", **options))
    make_tables(made, s3)
    yield made
    server.stop()


def make_tables(athena, s3):
    def put(key, text):
        body = gzip.compress(text.encode()) if key.endswith(".gz") else text.encode()
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    athena.do("CREATE DATABASE semantics")
    for (year, month), rows in EVENTS.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        put(f"events/year={year}/month={month}/part.gz", text)
        put(f"events/year={year}/month={month}/_SUCCESS", "not data")
    columns = ("id string, ts string, kind string, n int, f double, flag boolean, d date, "
               "dec decimal(10,2), tags array<string>, attributes map<string,string>, "
               "nested struct<x:int,y:struct<z:string>>, raw string")
    athena.do(f"CREATE EXTERNAL TABLE events ({columns}) PARTITIONED BY (year string, month string) "
              f"{JSON_SERDE} LOCATION 's3://{BUCKET}/events/'")
    athena.do("MSCK REPAIR TABLE events")

    names = {"start": "Began", "stop": "Ended", "pause": "Held", "other": "Else"}
    put("names/plain", "".join(json.dumps({"Kind": kind, "label-text": label}) + "\n"
                               for kind, label in names.items()))
    athena.do(f"CREATE EXTERNAL TABLE names (kind string, label string) {JSON_SERDE} WITH "
              "SERDEPROPERTIES ('mapping.label'='label-text') "
              f"LOCATION 's3://{BUCKET}/names/'")
    athena.do(f"CREATE EXTERNAL TABLE empty_table (a int) {JSON_SERDE} LOCATION 's3://{BUCKET}/no/'")
    put("strict/bad", '{"n": 1}\nnot json\n')
    athena.do(f"CREATE EXTERNAL TABLE strict_events (n int) {JSON_SERDE} "
              f"LOCATION 's3://{BUCKET}/strict/'")
    for p, day, rows in ((5, "2024-02-01", 1), (6, "2024-01-31", 1), (7, "2024-02-29", 2)):
        put(f"typed/p={p}/dp={day}/rows", '{"a": 1}\n' * rows)
    athena.do("CREATE EXTERNAL TABLE typed (a int) PARTITIONED BY (p int, dp date) "
              f"{JSON_SERDE} LOCATION 's3://{BUCKET}/typed/'")
    athena.do("MSCK REPAIR TABLE typed")


@pytest.mark.quick
def test_expressions(athena):
    for query, expected in cases("semantics.txt"):
        athena.check(query, expected)


@pytest.mark.quick
def test_tables(athena):
    for query, expected in cases("tables.txt"):
        athena.check(query, expected)


def test_a_partition_filter_reads_only_the_matching_objects(athena):
    def scanned(query):
        return athena.do(query)["Statistics"]["DataScannedInBytes"]

    whole = scanned("SELECT count(id) FROM events")
    part = scanned("SELECT count(id) FROM events WHERE year = '2025' AND month = '02'")
    none = scanned("SELECT count(id) FROM events WHERE year = '1999'")
    assert 0 < part < whole / 3
    assert none == 0
