"""What a hostile or careless client of /mcp meets: on the release build, over real sockets."""

import http.client
import json
import socket
import time

import pytest

from mcp_server import McpServer

VERSION = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {}}


def post(server, body, path="/mcp", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    connection.request("POST", path, text, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, json.loads(data) if data else None, answer.headers


def modern(server, method, params=None, meta=META, **headers):
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**(params or {}), "_meta": meta}}
    named = {"MCP_Protocol_Version": VERSION, "Mcp_Method": method}
    named.update(headers)
    return post(server, message, **{k: v for k, v in named.items() if v is not None})


@pytest.fixture(scope="module")
def server():
    with McpServer("--mcp-auth", "off") as running:
        yield running


@pytest.fixture(scope="module")
def locked():
    with McpServer(environment={"DATASTACK_MCP_TOKEN": "s3cret"}) as running:
        yield running


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Host": "evil.example:80"},
                                     {"Origin": "https://evil.example"}, {"Origin": "null"},
                                     {"Origin": "http://93.184.216.34"},
                                     {"Origin": "http://localhost.evil.example"}])
def test_other_sites_are_refused(server, headers):
    assert modern(server, "server/discover", **headers)[0] == 403


@pytest.mark.parametrize("origin", ["http://localhost:6274", "http://127.0.0.1:1", "http://[::1]:9"])
def test_pages_of_this_machine_are_let_in(server, origin):
    assert modern(server, "server/discover", Origin=origin)[0] == 200


def test_other_content_types_are_refused(server):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"})
    assert post(server, body, Content_Type="text/plain")[0] == 415


@pytest.mark.parametrize("body, code", [
    ("{", -32700), ("", -32700), ("nope", -32700), (b"\xff\xfe{}", -32700), ("[" * 100 + "]" * 100, -32700),
    ("[]", -32600), ('[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600), ("1", -32600),
    ('{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
    ('{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600),
    ('{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600),
    ('{"jsonrpc":"2.0","id":1,"method":7}', -32600),
    ('{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', -32602)])
def test_what_is_no_message(server, body, code):
    status, answer, _ = post(server, body)
    assert status == 400 and answer["error"]["code"] == code, answer


def test_a_message_that_is_too_large(server):
    status, answer, _ = post(server, '{"jsonrpc":"2.0","id":1,"method":"' + "x" * (1 << 20) + '"}')
    assert status == 413 and "1048576" in answer["error"]["message"]


@pytest.mark.parametrize("change, status, code", [
    ({"MCP_Protocol_Version": None}, 400, -32020),
    ({"MCP_Protocol_Version": "2027-01-01"}, 400, -32020),
    ({"Mcp_Method": None}, 400, -32020),
    ({"Mcp_Method": "tools/call"}, 400, -32020),
    ({"Mcp_Method": "TOOLS/LIST"}, 400, -32020),
    ({"meta": {}}, 400, -32602),
    ({"meta": {"progressToken": 1}}, 400, -32602),
    ({"meta": {**META, "io.modelcontextprotocol/protocolVersion": 5}}, 400, -32602),
    ({"meta": {**META, "io.modelcontextprotocol/protocolVersion": "2099-01-01"},
      "MCP_Protocol_Version": "2099-01-01"}, 400, -32022),
])
def test_headers_and_meta_of_the_stateless_era(server, change, status, code):
    got, answer, _ = modern(server, "tools/list", **change)
    assert got == status and answer["error"]["code"] == code, answer


@pytest.mark.parametrize("method", ["initialize", "ping", "logging/setLevel", "resources/subscribe",
                                    "no/such"])
def test_methods_that_the_stateless_era_lacks(server, method):
    status, answer, _ = modern(server, method)
    assert status == 404 and answer["error"]["code"] == -32601 and answer["id"] == 1


def test_names_in_headers(server):
    call = {"name": "no_such_tool", "arguments": {}}
    assert modern(server, "tools/call", call)[1]["error"]["code"] == -32020
    assert modern(server, "tools/call", call, Mcp_Name="other")[1]["error"]["code"] == -32020
    # the right name, plain and as base64: only now is the tool looked for
    for name in ("no_such_tool", "=?base64?bm9fc3VjaF90b29s?="):
        assert modern(server, "tools/call", call, Mcp_Name=name)[1]["error"]["code"] == -32602


def test_a_progress_token_alone_is_no_new_era(server):
    status, answer, _ = post(server, {"jsonrpc": "2.0", "id": 1, "method": "tools/list",
                                      "params": {"_meta": {"progressToken": 1}}})
    assert status == 400 and "Mcp-Session-Id" in answer["error"]["message"]


def initialize(server, **headers):
    status, answer, got = post(server, {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
        **headers)
    assert status == 200, answer
    return got["Mcp-Session-Id"]


def test_sessions(server):
    session = initialize(server)
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert post(server, ask, Mcp_Session_Id=session)[0] == 200
    assert post(server, ask, Mcp_Session_Id=session[::-1])[0] == 404
    assert post(server, ask, Mcp_Session_Id=session, MCP_Protocol_Version="1999-01-01")[0] == 400
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("DELETE", "/mcp", headers={"Mcp-Session-Id": session})
    assert connection.getresponse().status == 204
    connection.close()
    assert post(server, ask, Mcp_Session_Id=session)[0] == 404


def test_forged_cursors(server):
    for cursor in ("AAAA", "", 7, "x" * 100_000):
        answer = modern(server, "tools/list", {"cursor": cursor})[1]
        assert answer["error"]["code"] == -32602


def test_a_token_is_needed(locked):
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    status, _, headers = post(locked, body)
    assert status == 401 and headers["WWW-Authenticate"].startswith("Bearer")
    for wrong in ("Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crett", "Basic s3cret", "s3cret"):
        assert post(locked, body, Authorization=wrong)[0] == 401, wrong
    initialize(locked, Authorization="Bearer s3cret")
    connection = http.client.HTTPConnection("127.0.0.1", locked.port, timeout=10)
    connection.request("GET", "/ping")
    answer = json.loads(connection.getresponse().read())
    assert answer["status"] == "Healthy" and abs(answer["time_of_last_update"] - time.time()) < 60
    connection.close()


def listen(port):
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    body = json.dumps({"jsonrpc": "2.0", "id": "l", "method": "subscriptions/listen", "params": {
        "_meta": META, "notifications": {"resourcesListChanged": True}}})
    client.sendall((f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    f"MCP-Protocol-Version: {VERSION}\r\nMcp-Method: subscriptions/listen\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
    got = b""
    while b"acknowledged" not in got:
        more = client.recv(65536)
        assert more, got
        got += more
    return client


def fixtures_server():
    """Where resources change, so that there is something to listen to."""
    return McpServer("--mcp-auth", "off", "--conformance-fixtures", program="datastack-mcp-conformance")


def test_clients_that_vanish_while_they_listen():
    with fixtures_server() as server:
        for _ in range(50):
            client = listen(server.port)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            client.close()
        assert modern(server, "server/discover")[0] == 200


def test_listening_to_what_never_changes_ends_at_once(server):
    status, answer, headers = modern(server, "subscriptions/listen", {
        "notifications": {"resourcesListChanged": True, "toolsListChanged": True}},
        Accept="application/json")
    assert status == 200 and answer["result"]["resultType"] == "complete", answer


def test_a_stop_ends_the_streams_as_whole():
    with fixtures_server() as running:
        client = listen(running.port)
        running.process.terminate()
        got = b""
        while more := client.recv(65536):
            got += more
    assert b'"id":"l"' in got and got.endswith(b"0\r\n\r\n"), got


def test_hosted():
    with McpServer("--hosted", "--listen", "0.0.0.0:0") as running:
        running.port = int(running.lines[-1].split(":")[2].split("/")[0])
        # the platform's health check, in all its spellings
        for path in ("/mcp", "/mcp/"):
            status, answer, _ = post(running, {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": None},
                                     path=path, Host="runtime.example", Mcp_Session_Id="x" * 40)
            assert status == 200 and answer["result"] == {}
        # headers that the platform drops may be absent, but must not be wrong
        assert modern(running, "tools/list", Mcp_Method=None, MCP_Protocol_Version=None)[0] == 200
        assert modern(running, "tools/list", Mcp_Method="tools/call")[0] == 400
        ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        assert post(running, ask, Mcp_Session_Id="whatever")[0] == 200
        assert post(running, ask, Origin="https://evil.example")[0] == 403
