"""The optional fourth stack: cdk deploy makes a runtime whose tools read the pipeline that the other three
made, as the role that it gets; without the context there is none."""

import pytest

from agentcore import invoke, ok, programs, run_query, wait_for
from cdk_cli import Cdk, REAL_APP, physical_ids, stack_status


@pytest.fixture(scope="module")
def cdk(shared_server, tmp_path_factory):
    return Cdk(shared_server, tmp_path_factory.mktemp("cdk"), app=REAL_APP)


def test_the_fourth_stack(shared_server, cdk):
    server = shared_server
    outputs = cdk.outputs(mcp="true")
    assert set(outputs) >= {"AcmeMcpStack", "AcmeDataLakeStack"}
    arn = outputs["AcmeMcpStack"]["RuntimeArn"]
    assert stack_status(server, "AcmeMcpStack") == "CREATE_COMPLETE"
    assert physical_ids(server, "AcmeMcpStack")["Runtime"].startswith("acme_telemetry_mcp-")
    server.client("lambda").invoke(FunctionName="acme-data-generator")
    server.datastack("flush")
    assert run_query(server, arn, "SELECT COUNT(*) FROM acme_telemetry.streaming_events") == [[1000]]
    # in the work group of the lake, which says where results go
    athena = server.client("athena")
    newest = athena.list_query_executions(WorkGroup="acme-telemetry", MaxResults=1)["QueryExecutionIds"][0]
    execution = athena.get_query_execution(QueryExecutionId=newest)["QueryExecution"]
    assert "/athena-results/" in execution["ResultConfiguration"]["OutputLocation"]
    assert len(programs(server)) == 1
    # another tag is another version in place
    changed = cdk.outputs(mcp="true", mcpImageTag="v2")
    assert changed["AcmeMcpStack"]["RuntimeArn"] == arn
    ok(invoke(server, arn, "ping"))
    cdk("destroy", "AcmeMcpStack", "--force", "--exclusively", mcp="true")
    assert stack_status(server, "AcmeMcpStack") is None
    assert invoke(server, arn, "ping")[0] == 404
    wait_for(lambda: not programs(server))
