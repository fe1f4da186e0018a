"""Athena's work groups, named queries and prepared statements, with boto3 against the real binary and
the real engine."""

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from conftest import wait_for_query

ROWS = 40_000


def run(athena, query, **more):
    started = athena.start_query_execution(QueryString=query, **more)
    return wait_for_query(athena, started["QueryExecutionId"])


def values(athena, execution):
    rows = athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])["ResultSet"]["Rows"]
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in rows[1:]]


def refused(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]


@pytest.fixture
def lake(server):
    """A table of two days of some 6 MB each."""
    s3, glue = server.client("s3"), server.client("glue")
    for bucket in ("lake", "results"):
        s3.create_bucket(Bucket=bucket,
                         CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    for day in ("01", "02"):
        lines = "".join(json.dumps({"n": n, "day_text": f"day {day}", "pad": "x" * 100}) + "\n"
                        for n in range(ROWS))
        s3.put_object(Bucket="lake", Key=f"events/day={day}/a.json", Body=lines.encode())
    glue.create_database(DatabaseInput={"Name": "acme"})
    glue.create_table(DatabaseName="acme", TableInput={
        "Name": "events", "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": "day", "Type": "string"}],
        "StorageDescriptor": {
            "Columns": [{"Name": "n", "Type": "int"}, {"Name": "day_text", "Type": "string"}],
            "Location": "s3://lake/events/",
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}}})
    for day in ("01", "02"):
        glue.create_partition(DatabaseName="acme", TableName="events", PartitionInput={
            "Values": [day], "StorageDescriptor": {"Location": f"s3://lake/events/day={day}/"}})
    return server.client("athena")


def make_group(athena, name="team", **configuration):
    athena.create_work_group(
        Name=name, Description="ours", Tags=[{"Key": "team", "Value": "lake"}],
        Configuration={"ResultConfiguration": {
            "OutputLocation": "s3://results/team/",
            "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"}}, **configuration})


def test_a_work_group_rules_its_queries(lake, server):
    make_group(lake, BytesScannedCutoffPerQuery=10_000_000)
    group = lake.get_work_group(WorkGroup="team")["WorkGroup"]
    assert group["Configuration"]["EnforceWorkGroupConfiguration"] is True
    assert group["Configuration"]["BytesScannedCutoffPerQuery"] == 10_000_000
    names = [one["Name"] for one in lake.list_work_groups()["WorkGroups"]]
    assert names == ["primary", "team"]

    narrow = run(lake, "SELECT count(*) FROM acme.events WHERE day = '01'", WorkGroup="team",
                 ResultConfiguration={"OutputLocation": "s3://lake/elsewhere/"})
    assert narrow["Status"]["State"] == "SUCCEEDED"
    assert narrow["ResultConfiguration"]["OutputLocation"].startswith("s3://results/team/")
    assert values(lake, narrow) == [[str(ROWS)]]
    wide = run(lake, "SELECT count(*) FROM acme.events", WorkGroup="team")
    assert wide["Status"]["State"] == "CANCELLED"
    assert wide["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"
    lake.update_work_group(WorkGroup="team", ConfigurationUpdates={
        "RemoveBytesScannedCutoffPerQuery": True})
    assert values(lake, run(lake, "SELECT count(*) FROM acme.events", WorkGroup="team")) == \
        [[str(2 * ROWS)]]

    ids = lake.list_query_executions(WorkGroup="team")["QueryExecutionIds"]
    assert len(ids) == 3 and wide["QueryExecutionId"] in ids
    assert lake.list_query_executions()["QueryExecutionIds"] == []
    got = lake.batch_get_query_execution(QueryExecutionIds=[*ids, "nobody"])
    assert {one["WorkGroup"] for one in got["QueryExecutions"]} == {"team"}
    assert [one["QueryExecutionId"] for one in got["UnprocessedQueryExecutionIds"]] == ["nobody"]

    server.kill()
    server.start()
    assert lake.get_work_group(WorkGroup="team")["WorkGroup"]["Description"] == "ours"
    assert lake.list_query_executions(WorkGroup="team")["QueryExecutionIds"] == ids
    assert "is not empty" in refused(lake.delete_work_group, WorkGroup="team")["Message"]
    lake.delete_work_group(WorkGroup="team", RecursiveDeleteOption=True)
    assert refused(lake.get_work_group, WorkGroup="team") == {
        "Code": "InvalidRequestException", "Message": "WorkGroup team is not found."}
    assert "was not found" in refused(lake.get_query_execution, QueryExecutionId=ids[0])["Message"]


def test_a_work_group_is_disabled_and_tagged(lake):
    make_group(lake)
    arn = "arn:aws:athena:us-west-2:000000000000:workgroup/team"
    lake.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}])
    lake.untag_resource(ResourceARN=arn, TagKeys=["team"])
    assert lake.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    lake.update_work_group(WorkGroup="team", State="DISABLED")
    error = refused(lake.start_query_execution, QueryString="SELECT 1", WorkGroup="team")
    assert error["Message"] == "WorkGroup team is disabled."
    for configuration in ({"RequesterPaysEnabled": True},
                          {"EngineVersion": {"SelectedEngineVersion": "PySpark engine version 3"}}):
        refused(lake.create_work_group, Name="other", Configuration=configuration)
    assert refused(lake.create_work_group, Name="team")["Message"] == "WorkGroup is already created"


def test_named_queries(lake):
    make_group(lake)
    token = str(uuid.uuid4())
    saved = {"Name": "totals", "Database": "acme", "WorkGroup": "team",
             "QueryString": "SELECT day, count(*) FROM events GROUP BY day ORDER BY day"}
    first = lake.create_named_query(ClientRequestToken=token, **saved)["NamedQueryId"]
    assert lake.create_named_query(ClientRequestToken=token, **saved)["NamedQueryId"] == first
    refused(lake.create_named_query, ClientRequestToken=token, **{**saved, "Name": "x"})
    assert lake.list_named_queries(WorkGroup="team")["NamedQueryIds"] == [first]
    assert lake.list_named_queries()["NamedQueryIds"] == []
    named = lake.get_named_query(NamedQueryId=first)["NamedQuery"]
    done = run(lake, named["QueryString"], WorkGroup=named["WorkGroup"],
               QueryExecutionContext={"Database": named["Database"]})
    assert values(lake, done) == [["01", str(ROWS)], ["02", str(ROWS)]]
    lake.update_named_query(NamedQueryId=first, Name="t", QueryString="SELECT 1")
    got = lake.batch_get_named_query(NamedQueryIds=[first, "nobody"])
    assert got["NamedQueries"][0]["QueryString"] == "SELECT 1"
    assert got["UnprocessedNamedQueryIds"][0]["NamedQueryId"] == "nobody"
    lake.delete_named_query(NamedQueryId=first)
    assert "was not found" in refused(lake.get_named_query, NamedQueryId=first)["Message"]


def test_prepared_statements_bind_parameters(lake):
    make_group(lake)
    lake.create_prepared_statement(
        StatementName="by_day", WorkGroup="team",
        QueryStatement="SELECT max(n) FROM acme.events WHERE day = ? AND n < ?")
    done = run(lake, "EXECUTE by_day USING '02', 10", WorkGroup="team")
    assert values(lake, done) == [["9"]]
    done = run(lake, "EXECUTE by_day", WorkGroup="team", ExecutionParameters=["'01'", "5"])
    assert values(lake, done) == [["4"]]
    done = run(lake, "SELECT ? || 'y'", WorkGroup="team", ExecutionParameters=["'x'' OR 1=1'"])
    assert values(lake, done) == [["x' OR 1=1y"]]
    listed = lake.list_prepared_statements(WorkGroup="team")["PreparedStatements"]
    assert [one["StatementName"] for one in listed] == ["by_day"]
    lake.delete_prepared_statement(StatementName="by_day", WorkGroup="team")
    error = refused(lake.get_prepared_statement, StatementName="by_day", WorkGroup="team")
    assert error["Code"] == "ResourceNotFoundException"
