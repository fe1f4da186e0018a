"""/mcp of `datastack serve`: who is let in, both families of revisions through the SDK's clients, and
tools that run SQL on the pipeline as it is; `datastack mcp` as the clients' configurations start it."""

import json
import os
import socket
import subprocess
import time

import pytest

from conftest import BINARY, Server, free_port, make_stack, query_rows
from mcp_http import Caller, token_of
from mcp_server import HERE, run_node

COUNT = "SELECT COUNT(*) AS n FROM acme_telemetry.streaming_events"


@pytest.fixture(scope="module")
def running(stack):
    """The stack with more events than the first batch, all of them delivered, and no others coming
    while they are counted: the rule is due every five minutes."""
    stack.client("events").disable_rule(Name="acme-data-generator-schedule")
    stack.datastack("generate", "--events", "1500", "--to", "stream", "--seed", "7")
    stack.datastack("flush")
    return stack


@pytest.fixture(scope="module")
def caller(running):
    return Caller(running.port, token_of(running))


def events(server):
    return int(query_rows(server.client("athena"), COUNT)[0][0])


# ---- who is let in ----

def test_the_token_of_env_is_needed(running, caller):
    assert caller.modern("server/discover")[0] == 200
    status, answer, headers = Caller(running.port).modern("server/discover")
    assert status == 401 and "error" in answer
    assert headers["WWW-Authenticate"] == 'Bearer realm="datastack"'
    for wrong in (caller.token[:-1], caller.token + "A", caller.token.swapcase(), "x"):
        status, _, headers = Caller(running.port).modern("server/discover",
                                                         Authorization=f"Bearer {wrong}")
        assert status == 401 and 'error="invalid_token"' in headers["WWW-Authenticate"], wrong
    refused = Caller(running.port).send("GET", "/metrics")[1].decode().split(
        "\ndatastack_mcp_refused_tokens_total ")[1].split()[0]
    assert int(refused) >= 5
    # nor is it one of AWS's
    assert Caller(running.port).modern("server/discover", Authorization=running.keys()[1])[0] == 401


def test_health_needs_none(running):
    status, body, _ = Caller(running.port).send("GET", "/ping")
    assert status == 200 and json.loads(body)["status"] == "Healthy"
    # There is no authorization server to tell of.
    for path in ("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"):
        assert Caller(running.port).send("GET", path)[0] == 404


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"},
                                     {"Origin": "null"}, {"Host": "localhost.evil.example:4566"},
                                     {"Origin": "http://10.0.0.1"}])
def test_other_sites_are_refused(caller, headers):
    assert caller.modern("server/discover", **headers)[0] == 403
    assert caller.send("GET", "/ping", **headers)[0] == 403


def test_pages_of_this_machine_are_let_in(running, caller):
    assert caller.modern("server/discover", Origin="http://localhost:6274")[0] == 200
    assert caller.modern("server/discover", Host=f"localhost:{running.port}")[0] == 200


def test_buckets_may_be_called_like_our_pages(running):
    s3 = running.client("s3")
    for name in ("mcp", "ping"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
        s3.put_object(Bucket=name, Key="k", Body=name.encode())
        assert s3.get_object(Bucket=name, Key="k")["Body"].read() == name.encode()
        assert [found["Key"] for found in s3.list_objects_v2(Bucket=name)["Contents"]] == ["k"]
        s3.delete_object(Bucket=name, Key="k")
        s3.delete_bucket(Bucket=name)


# ---- what is asked ----

def test_tools_see_the_pipeline(running, caller):
    total = events(running)
    assert total >= 2500
    answer = caller.ask("run_query", sql=COUNT)
    assert answer["state"] == "SUCCEEDED" and answer["rows"] == [[total]]
    # what comes in later is there after its delivery
    running.datastack("generate", "--events", "500", "--to", "stream", "--seed", "8")
    running.datastack("flush")
    assert caller.ask("run_query", sql=COUNT)["rows"] == [[total + 500]]
    tables = caller.ask("list_tables", database="acme_telemetry")["tables"]
    assert [table["name"] for table in tables] == ["streaming_events"]
    found = caller.ask("describe_table", database="acme_telemetry", table="streaming_events")
    assert "event_type" in [column["name"] for column in found["columns"]]
    shards = caller.ask("stream_status", stream="acme-telemetry-stream")
    assert shards, shards


def test_sdk_clients_of_both_eras(running):
    """As the printed configurations say: the clients of both SDKs, over stdio and HTTP."""
    configs = {name: json.loads(running.datastack("mcp", "config", name).stdout)
               for name in ("claude-desktop", "claude-code", "cursor", "vscode", "windsurf",
                            "inspector", "http")}
    # Clients start programs without the variables that this shell has.
    bare = {name: value for name, value in os.environ.items()
            if not name.startswith(("AWS_", "DATASTACK_"))}
    done = run_node(HERE / "js", "--test", "endpoint.test.mjs", environment={
        "CONFIGS": json.dumps(configs), "EVENTS": str(events(running)), "BARE": json.dumps(bare)},
        timeout=300)
    assert done[0] == 0, done[1][-6000:]


def test_configurations_of_projects_have_no_secret(running):
    token, (_, secret) = token_of(running), running.keys()
    for name in ("claude-desktop", "claude-code", "cursor", "vscode", "windsurf", "inspector"):
        done = running.datastack("mcp", "config", name)
        assert token not in done.stdout and secret not in done.stdout, name
        assert not done.stderr, name
    done = running.datastack("mcp", "config", "http")
    assert token in done.stdout and "bearer token" in done.stderr
    own = ("--access-key-id", "AKMINE", "--secret-access-key", "mine")
    assert "secret access key" in running.datastack("mcp", "config", "cursor", *own).stderr


# ---- the program around it ----

def test_a_restart_keeps_the_token_and_the_cursors(tmp_path):
    server = Server(tmp_path / "data").start()
    glue = server.client("glue")
    for name in ("first", "second"):
        glue.create_database(DatabaseInput={"Name": name})
    caller = Caller(server.port, token_of(server))
    page = caller.ask("list_databases", limit=1)
    server.kill()
    server.start()
    assert token_of(server) == caller.token
    rest = caller.ask("list_databases", limit=1, cursor=page["next_cursor"])
    names = [one["name"] for answer in (page, rest) for one in answer["databases"]]
    assert names == ["first", "second"] or len(set(names)) == 2
    server.stop()
    other = Server(tmp_path / "other").start()
    assert token_of(other) != caller.token
    other.stop()


def test_a_stop_ends_streams_and_queries(tmp_path):
    server = make_stack(tmp_path / "data")
    caller = Caller(server.port, token_of(server))
    session = caller.initialize()
    stream = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    stream.sendall(f"GET /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {caller.token}\r\n"
                   f"Accept: text/event-stream\r\nMcp-Session-Id: {session}\r\n\r\n".encode())
    assert b"text/event-stream" in stream.recv(4096)
    table = "acme_telemetry.streaming_events"
    query = caller.start("run_query", {"wait_s": 50, "sql": (
        f"SELECT SUM(LENGTH(a.event_id || b.event_id || c.event_id)) FROM {table} a, {table} b, {table} c")},
        token="p")
    got = b""
    while b"RUNNING" not in got:
        got += query.recv(65536)
    started = time.monotonic()
    server.stop()
    assert time.monotonic() - started < 5
    rest = b""
    while more := stream.recv(4096):
        rest += more
    assert rest.endswith(b"0\r\n\r\n")  # whole, not cut off
    while more := query.recv(65536):
        got += more
    assert b'"isError":true' in got and got.endswith(b"0\r\n\r\n"), got[-300:]
    stream.close()
    query.close()


def test_keys_of_ones_own_make_the_token(tmp_path):
    flags = ("--access-key-id", "AKMINE", "--secret-access-key", "mine")
    server = Server(tmp_path / "data", *flags).start()
    printed = server.datastack("env", *flags).stdout
    token = printed.split("DATASTACK_MCP_TOKEN='")[1].split("'")[0]
    assert Caller(server.port, token).modern("server/discover")[0] == 200
    # A client starts the program without our variables: the keys come along.
    entry = json.loads(server.datastack("mcp", "config", "claude-desktop", *flags).stdout)[
        "mcpServers"]["datastack"]
    assert entry["env"] == {"DATASTACK_ACCESS_KEY_ID": "AKMINE",
                            "DATASTACK_SECRET_ACCESS_KEY": "mine"}
    server.stop()


def test_auth_off_lets_in_who_is_on_this_machine(tmp_path):
    server = Server(tmp_path / "data", "--mcp-auth", "off").start()
    assert Caller(server.port).modern("server/discover")[0] == 200
    assert Caller(server.port).modern("server/discover", Host="evil.example")[0] == 403
    assert Caller(server.port).modern("server/discover", Origin="https://evil.example")[0] == 403
    config = json.loads(server.datastack("mcp", "config", "http", "--mcp-auth", "off").stdout)
    assert "headers" not in config["mcpServers"]["datastack"]
    server.stop()
    assert "mcp-auth is off" in (tmp_path / "data.log").read_text()


@pytest.mark.parametrize("flags, said", [
    (("--listen", "0.0.0.0:0", "--mcp-auth", "off"), "loopback"),
    (("--listen", "127.box.example:0", "--mcp-auth", "off"), "loopback"),
    (("--access-key-id", "AKMINE"), "secret-access-key"),
    (("--mcp-jwks", "/keys.json"), "mcp-issuer"),
    (("--mcp-issuer", "https://issuer.example"), "mcp-jwks"),
    (("--mcp-jwks", "/k", "--mcp-issuer", "i", "--mcp-audience", "a", "--mcp-auth", "off"), "off"),
    (("--mcp-jwks", "http://issuer.example/k", "--mcp-issuer", "i", "--mcp-audience", "a"), "https"),
])
def test_settings_that_do_not_go_together(tmp_path, flags, said):
    listen = () if "--listen" in flags else ("--listen", f"127.0.0.1:{free_port()}")
    done = subprocess.run([str(BINARY), "serve", "--data-dir", str(tmp_path / "data"), *listen, *flags],
                          capture_output=True, text=True, timeout=20)
    assert done.returncode == 1 and said in done.stderr, done.stderr
    assert not (tmp_path / "data").exists()


def test_without_sessions(tmp_path):
    server = Server(tmp_path / "data", "--http-sessions", "off").start()
    caller = Caller(server.port, token_of(server))
    assert caller.initialize() is None
    status, answer, _ = caller.post({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert status == 200 and answer["result"]["tools"]
    server.stop()


def test_stdio_without_a_server_says_what_to_do(tmp_path):
    command = [str(BINARY), "mcp", "--stdio", "--data-dir", str(tmp_path / "data"), "--listen",
               f"127.0.0.1:{free_port()}"]
    nothing = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert nothing.returncode == 1 and "datastack serve" in nothing.stderr and not nothing.stdout
    server = Server(tmp_path / "data").start()  # it makes the keys
    server.stop()
    stopped = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert stopped.returncode == 1 and "datastack serve" in stopped.stderr and not stopped.stdout


def test_command_line(tmp_path):
    def run(*words):
        return subprocess.run([str(BINARY), "mcp", *words, "--data-dir", str(tmp_path)],
                              capture_output=True, text=True, timeout=20)
    for words in ((), ("config",), ("config", "emacs"), ("--stdio", "config", "cursor"), ("cursor",)):
        done = run(*words)
        assert done.returncode == 1 and "cursor" in done.stderr and not done.stdout, words
    for client in ("claude-desktop", "cursor"):  # before there are keys
        done = run("config", client)
        assert done.returncode == 1 and "datastack serve" in done.stderr and not done.stdout
    assert "config CLIENT" in run("--help").stdout
    script = subprocess.run([str(BINARY), "completion", "bash"], capture_output=True, text=True,
                            check=True).stdout
    done = subprocess.run(["bash", "-c", script + "\nCOMP_WORDS=(datastack mcp config cur); "
                           "COMP_CWORD=3; _datastack; echo ${COMPREPLY[@]}"], capture_output=True,
                          text=True)
    assert done.stdout.split() == ["cursor"]


def test_it_is_named_where_one_looks(running):
    url = running.endpoint + "/mcp"
    assert json.loads(running.datastack("status", "--json").stdout)["mcp"] == url
    log = (running.directory.parent / (running.directory.name + ".log")).read_text()
    assert url in log and "datastack mcp config" in log
    assert "/mcp" in running.first_output
