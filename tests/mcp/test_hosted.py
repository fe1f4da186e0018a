"""datastack-mcp --hosted: each promise that Bedrock AgentCore Runtime holds a container to."""

import http.client
import json
import socket
import subprocess
import time

import pytest

from conftest import free_port
from mcp_http import Caller
from mcp_server import BIN, NO_SERVICES, McpServer

PING = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
HOST = {"Host": "bedrock-agentcore.us-west-2.amazonaws.com"}


def hosted(*flags, **environment):
    port = free_port()
    program = McpServer("--hosted", "--listen", f"0.0.0.0:{port}", *flags,
                        only={**NO_SERVICES, **environment})
    program.port = port
    return program


@pytest.fixture(scope="module")
def running():
    with hosted() as program:
        yield program


@pytest.fixture
def caller(running):
    return Caller(running.port)


def test_it_listens_on_all_addresses_at_8000():
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", 8000))
        except OSError:
            pytest.fail("port 8000 is taken: this test needs it, because the platform prescribes it; "
                        "`ss -ltnp 'sport = :8000'` says by whom")
    with McpServer("--hosted", "--mcp-auth", "off", only=NO_SERVICES, listen=False) as program:
        assert program.lines[-1].startswith("http://0.0.0.0:8000/mcp")
        assert Caller(8000).send("GET", "/ping", **HOST)[0] == 200


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "127.box.example:0", "localhost.example:0"])
def test_alone_it_is_open_on_a_loopback_address_only(listen):
    done = subprocess.run([str(BIN / "datastack-mcp"), "--listen", listen, "--mcp-auth", "off"],
                          env=NO_SERVICES, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and "loopback" in done.stderr, done.stderr


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
@pytest.mark.parametrize("params", [{}, {"params": None}, {"params": {}}])
@pytest.mark.parametrize("session", [None, "x" * 40, "../../etc"])
def test_pings_of_the_platform(running, path, params, session):
    """Whenever they come, with whatever session, without a word about who asks."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    headers = {"Content-Type": "application/json", **HOST}
    if session:
        headers["Mcp-Session-Id"] = session
        headers["X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"] = session
    connection.request("POST", path, json.dumps({**PING, **params}), headers)
    answer = connection.getresponse()
    assert answer.status == 200
    assert json.loads(answer.read()) == {"jsonrpc": "2.0", "id": 7, "result": {}}
    connection.close()


def test_health(caller):
    status, body, headers = caller.send("GET", "/ping", **HOST)
    answer = json.loads(body)
    assert status == 200 and headers["Content-Type"].startswith("application/json")
    assert answer["status"] == "Healthy" and isinstance(answer["time_of_last_update"], int)
    assert abs(answer["time_of_last_update"] - time.time()) < 60


@pytest.mark.parametrize("session", ["a", "x" * 256, "00000000-0000-4000-8000-000000000000"])
def test_any_session_is_accepted(caller, session):
    named = {"Mcp_Session_Id": session, "X_Amzn_Bedrock_AgentCore_Runtime_Session_Id": session, **HOST}
    status, answer, _ = caller.post({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, **named)
    assert status == 200 and len(answer["result"]["tools"]) == 9
    assert caller.initialize(**named) is None, "none is given out"
    status, _, _ = caller.post({"jsonrpc": "2.0", "method": "notifications/initialized"}, **named)
    assert status == 202
    assert caller.modern("tools/list", **named)[0] == 200
    assert caller.send("DELETE", **named)[0] == 405 and caller.send("GET", **named)[0] == 405


@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_accept_may_be_missing(caller, accept):
    status, answer, headers = caller.post({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, Accept=accept,
                                          **HOST)
    assert status == 200 and answer["result"]["tools"]
    assert headers["Content-Type"] == "application/json"


def test_headers_that_the_platform_drops(caller):
    gone = {"MCP_Protocol_Version": None, "Mcp_Method": None, "Mcp_Name": None}
    call = {"name": "explain_query", "arguments": {"sql": "SELEC 1"}}
    for header in gone:
        assert caller.modern("tools/call", call, **{header: None}, **HOST)[0] == 200
    status, answer, _ = caller.modern("tools/call", call, **gone, **HOST)
    assert status == 200 and "result" in answer
    for wrong in ({"Mcp_Method": "tools/list"}, {"Mcp_Name": "run_query"}, {"MCP_Protocol_Version": "2025-11-25"}):
        status, answer, _ = caller.modern("tools/call", call, **{**gone, **wrong}, **HOST)
        assert status == 400 and answer["error"]["code"] == -32020, (wrong, answer)


def test_other_sites_are_refused_here_too(caller):
    assert caller.modern("tools/list", Origin="https://evil.example")[0] == 403


def test_a_token_that_was_given_is_asked_for():
    with hosted(DATASTACK_MCP_TOKEN="s3cret") as program:
        stranger, friend = Caller(program.port), Caller(program.port, "s3cret")
        for path in ("/mcp", "/mcp/"):
            status, _, _ = stranger.send("POST", path, json.dumps({**PING, "params": None}),
                                         Content_Type="application/json", **HOST)
            assert status == 200, "the health check never needs it"
        assert stranger.send("GET", "/ping", **HOST)[0] == 200
        assert stranger.modern("tools/list", **HOST)[0] == 401
        assert friend.modern("tools/list", **HOST)[0] == 200

