"""Bedrock AgentCore: a runtime of datastack-mcp, its tools through InvokeAgentRuntime, and what happens when
it changes, crashes or goes; by API and by CloudFormation."""

import json
import os
import pathlib
import signal
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pytest

from agentcore import (IMAGE, NEW_ERA, TRUST, call, invoke, ok, port_of, programs, run_query, settings,
                       wait_for)
from conftest import ACCOUNT, REGION


@pytest.fixture(scope="module")
def role(stack):
    stack.client("iam").create_role(RoleName="agent", AssumeRolePolicyDocument=json.dumps(TRUST))
    return f"arn:aws:iam::{ACCOUNT}:role/agent"


@pytest.fixture(scope="module")
def runtime(stack, role):
    made = ok(call(stack, "PUT", "/runtimes/", settings(
        agentRuntimeName="telemetry", clientToken=str(uuid.uuid4()),
        requestHeaderConfiguration={"requestHeaderAllowlist": ["Mcp-Method", "Mcp-Name"]})), 202)
    got = ok(call(stack, "GET", f"/runtimes/{made['agentRuntimeId']}/"))
    assert got["status"] == "READY" and got["roleArn"] == role
    return made["agentRuntimeArn"]


def test_tools_through_the_platform(stack, runtime):
    assert ok(invoke(stack, runtime, "ping")) == {"jsonrpc": "2.0", "id": 1, "result": {}}
    tools = ok(invoke(stack, runtime, "tools/list", {"_meta": NEW_ERA}))["result"]["tools"]
    assert len(tools) == 9
    # the old family of revisions, without sessions
    old = ok(invoke(stack, runtime, "initialize", {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}))
    assert old["result"]["protocolVersion"] == "2025-11-25"
    assert run_query(stack, runtime, "SELECT COUNT(*) FROM acme_telemetry.streaming_events")[0][0] >= 1000
    assert len(programs(stack)) == 1, "one process for all"


def test_headers_and_sessions(stack, runtime):
    session = "s" * 33
    status, _, headers = invoke(stack, runtime, "ping",
                                X_Amzn_Bedrock_AgentCore_Runtime_Session_Id=session, Mcp_Session_Id="any")
    assert status == 200 and headers["X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"] == session
    # Those of the list are passed on: a wrong one is refused by the program, and its answer passes unchanged.
    status, body, _ = invoke(stack, runtime, "tools/list", {"_meta": NEW_ERA}, Mcp_Method="tools/call")
    assert status == 400 and json.loads(body)["error"]["code"] == -32020
    assert invoke(stack, runtime, "tools/list", {"_meta": NEW_ERA}, MCP_Protocol_Version="2026-07-28",
                  Mcp_Method="tools/list")[0] == 200
    # as an event stream, whole
    status, body, headers = call(
        stack, "POST", f"/runtimes/{urllib.parse.quote(runtime, safe='')}/invocations",
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
            "name": "run_query", "arguments": {"sql": "SELECT 7"}, "_meta": {**NEW_ERA, "progressToken": 1}}},
        Accept="application/json, text/event-stream")
    assert status == 200 and b"[[7]]" in body.replace(b" ", b"")


def test_only_the_platform_reaches_a_program(stack, runtime):
    ok(invoke(stack, runtime, "ping"))
    process, = programs(stack)
    owner = pathlib.Path(f"/proc/{process}").stat().st_uid
    assert owner == os.getuid() if os.getuid() else 58_000 <= owner < 58_256
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": NEW_ERA}})
    for headers in ({}, {"Authorization": "Bearer guess"}):
        asked = urllib.request.Request(f"http://127.0.0.1:{port_of(process)}/mcp", message.encode(), {
            "Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked, timeout=10)
        assert refused.value.code == 401
    assert len(ok(invoke(stack, runtime, "tools/list", {"_meta": NEW_ERA}))["result"]["tools"]) == 9


def test_what_is_not_there(stack, runtime):
    assert invoke(stack, runtime, "ping", query="?qualifier=other")[0] == 404
    assert invoke(stack, runtime + "x", "ping")[0] == 404
    assert invoke(stack, runtime.replace(ACCOUNT, "1" * 12), "ping")[0] == 404
    status, body, _ = call(stack, "PUT", "/runtimes/", settings(agentRuntimeName="telemetry"))
    assert status == 409 and b"telemetry" in body
    status, body, headers = call(stack, "PUT", "/runtimes/", settings(
        agentRuntimeName="other", roleArn=f"arn:aws:iam::{ACCOUNT}:role/nobody"))
    assert status == 400 and b"trust policy" in body
    assert headers["x-amzn-errortype"].startswith("ValidationException")


def test_a_program_that_dies_is_started_again(stack, runtime):
    def tool(name, **arguments):
        return ok(invoke(stack, runtime, "tools/call", {
            "name": name, "arguments": arguments, "_meta": NEW_ERA}))["result"]["structuredContent"]

    page = tool("run_query", sql="SELECT * FROM (VALUES 1, 2, 3) t(n) ORDER BY n", max_rows=2)
    first, = programs(stack)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: first not in programs(stack))
    ok(invoke(stack, runtime, "ping"))
    second, = programs(stack)
    assert second != first
    rest = tool("get_query_results", query_id=page["query_id"], cursor=page["next_cursor"])
    assert page["rows"] + rest["rows"] == [[1], [2], [3]], "cursors outlive the process"


def test_changes_and_the_end(stack, role):
    made = ok(call(stack, "PUT", "/runtimes/", settings(agentRuntimeName="changing")), 202)
    arn, path = made["agentRuntimeArn"], f"/runtimes/{made['agentRuntimeId']}/"
    before = set(programs(stack))
    ok(invoke(stack, arn, "ping"))
    first, = set(programs(stack)) - before
    assert "arn:aws:iam" not in pathlib.Path(f"/proc/{first}/environ").read_text()
    for ours in ("DATASTACK_MCP_TOKEN", "AWS_ACCESS_KEY_ID"):
        status, body, _ = call(stack, "PUT", path, settings(environmentVariables={ours: "not mine"}))
        assert status == 400 and ours.encode() in body, body
    changed = ok(call(stack, "PUT", path, settings(environmentVariables={
        "DATASTACK_MCP_WORKGROUP": "other"})), 202)
    assert changed["agentRuntimeVersion"] == "2"
    wait_for(lambda: first not in programs(stack))
    ok(invoke(stack, arn, "ping"))
    second, = set(programs(stack)) - before
    environment = pathlib.Path(f"/proc/{second}/environ").read_text()
    assert "DATASTACK_MCP_WORKGROUP=other" in environment and "AWS_ACCESS_KEY_ID=ASIA" in environment
    assert ok(call(stack, "DELETE", path), 202)["status"] == "DELETING"
    wait_for(lambda: second not in programs(stack))
    assert invoke(stack, arn, "ping")[0] == 404


TEMPLATE = {
    "Parameters": {"Idle": {"Type": "Number", "Default": 60}},
    "Resources": {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "Runtime": {"Type": "AWS::BedrockAgentCore::Runtime", "Properties": {
            "AgentRuntimeName": "of_a_stack", "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "AgentRuntimeArtifact": {"ContainerConfiguration": {"ContainerUri": IMAGE}},
            "NetworkConfiguration": {"NetworkMode": "PUBLIC"}, "ProtocolConfiguration": "MCP",
            "LifecycleConfiguration": {"IdleRuntimeSessionTimeout": {"Ref": "Idle"}},
            "Tags": {"team": "acme"}}}},
    "Outputs": {"Id": {"Value": {"Ref": "Runtime"}},
                "Arn": {"Value": {"Fn::GetAtt": ["Runtime", "AgentRuntimeArn"]}},
                "Version": {"Value": {"Fn::GetAtt": ["Runtime", "AgentRuntimeVersion"]}}}}


def outputs(server, name):
    stack = server.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return stack["StackStatus"], {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}


def test_a_stack_with_a_runtime(stack):
    cloudformation = stack.client("cloudformation")
    given = {"StackName": "agents", "TemplateBody": json.dumps(TEMPLATE),
             "Capabilities": ["CAPABILITY_IAM"]}
    cloudformation.create_stack(**given)
    wait_for(lambda: outputs(stack, "agents")[0] == "CREATE_COMPLETE")
    made = outputs(stack, "agents")[1]
    assert made["Id"].startswith("of_a_stack-") and made["Version"] == "1"
    assert made["Arn"] == f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:runtime/{made['Id']}"
    assert run_query(stack, made["Arn"], "SELECT 42") == [[42]]
    cloudformation.update_stack(**given, Parameters=[{"ParameterKey": "Idle", "ParameterValue": "120"}])
    wait_for(lambda: outputs(stack, "agents")[0] == "UPDATE_COMPLETE")
    assert outputs(stack, "agents")[1]["Version"] == "2"
    assert outputs(stack, "agents")[1]["Id"] == made["Id"], "changed in place"
    got = ok(call(stack, "GET", f"/runtimes/{made['Id']}/"))
    assert got["lifecycleConfiguration"]["idleRuntimeSessionTimeout"] == 120
    tags = ok(call(stack, "GET", f"/tags/{urllib.parse.quote(made['Arn'], safe='')}"))["tags"]
    assert tags["team"] == "acme"
    cloudformation.delete_stack(StackName="agents")
    wait_for(lambda: call(stack, "GET", f"/runtimes/{made['Id']}/")[0] == 404)


def test_the_end_of_the_server_ends_its_programs(stack, runtime):
    ok(invoke(stack, runtime, "ping"))
    running = programs(stack)
    assert running
    stack.stop()
    wait_for(lambda: not programs(stack))
    # What was made is there after a restart.
    stack.start()
    ok(invoke(stack, runtime, "ping"))
