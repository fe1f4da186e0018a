"""The nine tools answer the same wherever they run: on the main port, and in datastack-mcp over HTTP and
over stdio, which has nothing but AWS_ENDPOINT_URL and keys. And what that program meets alone: wrong keys,
a server that goes and comes back, throttling, clients that change their mind, keys that end."""

import contextlib
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest

from conftest import Server, make_stack
from mcp_http import META, Caller, token_of
from mcp_server import BIN, McpServer

TABLE = {"database": "acme_telemetry", "table": "streaming_events"}
EVENTS = "acme_telemetry.streaming_events"
STREAM = "acme-telemetry-stream"
# Billions of combinations: it does not end while a test runs.
ENDLESS = f"SELECT SUM(LENGTH(a.event_id) * b.completion_percentage * c.completion_percentage) FROM {EVENTS} a, {EVENTS} b, {EVENTS} c"


def only_keys(server, **more):
    access, secret = server.keys()
    return {"AWS_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": access,
            "AWS_SECRET_ACCESS_KEY": secret, **more}


class StdioCaller(Caller):
    """datastack-mcp --stdio, a message a line."""

    def __init__(self, environment, *command):
        self.process = subprocess.Popen([*(command or [str(BIN / "datastack-mcp")]), "--stdio"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment)
        self.id = 0

    def write(self, message):
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self.process.stdin.flush()

    def begin(self, method, params=None):
        self.id += 1
        self.write({"id": self.id, "method": method, "params": {**(params or {}), "_meta": META}})
        return self.id

    def answer_of(self, id):
        while True:
            line = self.process.stdout.readline()
            assert line, "the program ended"
            message = json.loads(line)
            if message.get("id") == id:
                return message

    def modern(self, method, params=None, **_):
        return 200, self.answer_of(self.begin(method, params)), {}

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=20) == 0
        self.process.stdout.close()


@contextlib.contextmanager
def alone(server, **more):
    """datastack-mcp over HTTP beside a server."""
    with McpServer("--mcp-auth", "off", only=only_keys(server, **more)) as running:
        yield Caller(running.port)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    server = make_stack(tmp_path_factory.mktemp("wire") / "data")
    server.datastack("generate", "--events", "4000", "--hours", "3", "--seed", "5")
    server.datastack("generate", "--events", "500", "--to", "stream", "--seed", "6")
    server.datastack("flush")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def callers(running):
    stdio = StdioCaller(only_keys(running))
    with alone(running) as over_http:
        yield {"main port": Caller(running.port, token_of(running)), "http": over_http, "stdio": stdio}
    stdio.close()


@pytest.fixture(params=["main port", "http", "stdio"])
def caller(callers, request):
    return callers[request.param]


# ---- the same tests, three times ----

def test_all_nine_tools_are_there(caller):
    names = [tool["name"] for tool in caller.modern("tools/list")[1]["result"]["tools"]]
    assert names == ["list_databases", "list_tables", "search_catalog", "describe_table",
                     "column_values", "explain_query", "run_query", "get_query_results",
                     "stream_status"]


def test_catalog(caller):
    databases = caller.ask("list_databases")["databases"]
    assert "acme_telemetry" in [one["name"] for one in databases]
    table, = caller.ask("list_tables", database="acme_telemetry")["tables"]
    assert table["name"] == "streaming_events"
    assert re.fullmatch(r"year=\d{4}/month=\d\d/day=\d\d/hour=\d\d", table["newest_partition"])
    found = json.dumps(caller.ask("search_catalog", query="event type"))
    assert "streaming_events" in found and "event_type" in found


def test_describe_table(caller):
    found = caller.ask("describe_table", **TABLE)
    assert {"event_id", "event_type"} <= {column["name"] for column in found["columns"]}
    assert [key["name"] for key in found["partition_keys"]] == ["year", "month", "day", "hour"]
    assert found["objects"] >= 4 and found["bytes"] > 10_000 and found["partitions"] >= 3
    assert len(found["sample_rows"]) == 3 and len(found["sample_rows"][0]) == len(found["sample_columns"])
    rows = caller.ask("run_query", sql=found["example_query"])
    assert rows["state"] == "SUCCEEDED" and 1 <= len(rows["rows"]) <= 10


def test_column_values(caller):
    found = caller.ask("column_values", **TABLE, column="event_type")
    values = [one["value"] for one in found["values"]]
    assert set(values) <= {"start", "pause", "resume", "stop", "complete"} and len(values) >= 3
    assert found["nulls"] == 0 and found["rows"] == sum(one["rows"] for one in found["values"])


def test_explain_query(caller):
    found = caller.ask("explain_query", sql=f"SELECT event_type FROM {EVENTS}")
    assert found["valid"] and found["estimated_bytes"] > 10_000 and found["warnings"]
    table, = found["tables"]
    assert table["partitions_read"] == table["partitions"] >= 3 and not table["partition_filter"]
    none = caller.ask("explain_query", sql=f"SELECT 1 FROM {EVENTS} WHERE year = '1999'")
    assert none["valid"] and none["estimated_bytes"] == 0
    wrong = caller.ask("explain_query", sql=f"SELECT event_typ FROM {EVENTS}")
    assert not wrong["valid"] and "event_type" in wrong["problem"]


def test_run_query_and_its_pages(caller):
    sql = f"SELECT event_id FROM {EVENTS} ORDER BY event_id LIMIT 30"
    page = caller.ask("run_query", sql=sql, max_rows=12)
    rows = page["rows"]
    assert page["state"] == "SUCCEEDED" and len(rows) == 12 and page["truncated"]
    while page["next_cursor"]:
        page = caller.ask("get_query_results", query_id=page["query_id"], max_rows=12,
                          cursor=page["next_cursor"])
        rows += page["rows"]
    assert len(rows) == 30 and rows == sorted(rows) and not page["truncated"]
    counted = caller.ask("run_query", sql=f"SELECT COUNT(*) FROM {EVENTS} WHERE event_type = ?",
                         parameters=["'start'"])
    assert counted["rows"][0][0] > 0


def test_stream_status(caller):
    found = caller.ask("stream_status", stream=STREAM)
    assert found["status"] == "ACTIVE" and found["open_shards"] >= 1
    assert found["deliveries"] and found["deliveries"][0]["last_object"], found


def test_mistakes_are_told(caller):
    assert "streaming_events" in caller.fails("describe_table", database="acme_telemetry",
                                              table="streaming_event")
    assert "acme_telemetry" in caller.fails("list_tables", database="acme_telemetr")
    assert STREAM in caller.fails("stream_status", stream="acme-telemetry-strean")
    for sql in ("SELECT 1; DROP TABLE x", "SELECT * FROM read_text('/etc/passwd')", f"DROP TABLE {EVENTS}"):
        caller.fails("run_query", sql=sql)
    assert caller.fails("get_query_results", query_id="no-such-query")


def state_of_newest(server):
    athena = server.client("athena")
    newest = athena.list_query_executions(MaxResults=1)["QueryExecutionIds"][0]
    execution = athena.get_query_execution(QueryExecutionId=newest)["QueryExecution"]
    return execution["Query"], execution["Status"]["State"]


def wait_for_endless(server, state, seconds=20):
    deadline = time.monotonic() + seconds
    while True:
        query, now = state_of_newest(server)
        if query == ENDLESS and now == state:
            return
        assert time.monotonic() < deadline, (query, now)
        time.sleep(0.05)


def test_a_query_is_cancelled_by_its_id(running, caller):
    query = caller.ask("run_query", sql=ENDLESS, wait_s=0)
    assert query["state"] in ("QUEUED", "RUNNING")
    stopped = caller.ask("get_query_results", query_id=query["query_id"], cancel=True)
    assert stopped["state"] in ("CANCELLED", "QUEUED", "RUNNING"), "it may take a moment"
    wait_for_endless(running, "CANCELLED")


def without_what_differs(value):
    """Without query ids, times, and cursors, which no two calls share."""
    if isinstance(value, dict):
        return {name: without_what_differs(one) for name, one in value.items()
                if name not in ("query_id", "stats", "next_cursor") and "seconds" not in name and
                "per_second" not in name and "lag" not in name}
    if isinstance(value, list):
        return [without_what_differs(one) for one in value]
    return value


@pytest.mark.parametrize("tool, arguments", [
    ("list_databases", {}),
    ("list_tables", {"database": "acme_telemetry"}),
    ("search_catalog", {"query": "event"}),
    ("describe_table", TABLE),
    ("column_values", {**TABLE, "column": "title_type"}),
    ("explain_query", {"sql": f"SELECT COUNT(*) FROM {EVENTS} WHERE hour = '01'"}),
    ("run_query", {"sql": f"SELECT event_type, COUNT(*) AS n FROM {EVENTS} GROUP BY 1 ORDER BY 1"}),
    ("run_query", {"sql": "SELECT CAST(1.5 AS DECIMAL(9,2)), 9007199254740993, NULL, 'ü|\n'"}),
    ("run_query", {"sql": "SHOW TABLES IN acme_telemetry"}),
    ("stream_status", {"stream": STREAM})])
def test_all_three_answer_the_same(callers, tool, arguments):
    answers = [without_what_differs(caller.ask(tool, **arguments)) for caller in callers.values()]
    assert all(answer == answers[0] for answer in answers)


# ---- what only a program alone meets ----

def test_who_goes_away_stops_the_query(running, callers):
    client = callers["http"].start("run_query", {"sql": ENDLESS, "wait_s": 50})
    wait_for_endless(running, "RUNNING")
    client.close()
    wait_for_endless(running, "CANCELLED")
    stdio = callers["stdio"]
    call = stdio.begin("tools/call", {"name": "run_query", "arguments": {"sql": ENDLESS, "wait_s": 50}})
    wait_for_endless(running, "RUNNING")
    stdio.write({"method": "notifications/cancelled", "params": {"requestId": call}})
    wait_for_endless(running, "CANCELLED")
    assert callers["stdio"].ask("list_databases")


@pytest.mark.parametrize("end", ["SIGTERM", "the end of stdin"])
def test_a_program_that_ends_stops_its_queries(running, end):
    caller = StdioCaller(only_keys(running))
    caller.begin("tools/call", {"name": "run_query", "arguments": {"sql": ENDLESS, "wait_s": 50}})
    wait_for_endless(running, "RUNNING")
    if end == "SIGTERM":
        caller.process.send_signal(signal.SIGTERM)
    caller.close()
    wait_for_endless(running, "CANCELLED")


def test_many_at_once(callers):
    """More calls than connections."""
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(
        callers["http"].ask("run_query", sql="SELECT 7")["rows"])) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[[7]]] * 40


def test_wrong_keys_are_told(running):
    with alone(running, AWS_SECRET_ACCESS_KEY="wrong") as caller:
        text = caller.fails("list_databases")
        assert "ignature" in text, text
        assert "ignature" in caller.fails("run_query", sql="SELECT 1")
    with alone(running, AWS_ACCESS_KEY_ID="AKIANOBODYNOBODYXX") as caller:
        assert "UnrecognizedClientException" in caller.fails("list_databases")


def test_a_server_that_goes_and_comes_back(tmp_path):
    server = Server(tmp_path / "data").start()
    server.client("glue").create_database(DatabaseInput={"Name": "here"})
    with alone(server) as caller:
        assert caller.ask("list_databases")["databases"][0]["name"] == "here"
        server.kill()
        for tool, arguments in (("list_databases", {}), ("run_query", {"sql": "SELECT 1"}),
                                ("stream_status", {"stream": "s"})):
            text = caller.fails(tool, **arguments)
            assert "ServiceUnavailable" in text and server.endpoint in text, text
        server.start()
        assert caller.ask("list_databases")["databases"][0]["name"] == "here"
        assert caller.ask("run_query", sql="SELECT 1")["rows"] == [[1]]
    server.stop()


class Between(http.server.BaseHTTPRequestHandler):
    """Hands requests on to a server, but says no to some of them first."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen += 1
        if self.server.throttled > 0:
            self.server.throttled -= 1
            status, data = 400, b'{"__type":"ThrottlingException","message":"Rate exceeded"}'
        else:
            onward = http.client.HTTPConnection("127.0.0.1", self.server.onward, timeout=30)
            onward.request("POST", self.path, body, dict(self.headers))
            answer = onward.getresponse()
            status, data = answer.status, answer.read()
            onward.close()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextlib.contextmanager
def serving(handler, **state):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    for name, value in state.items():
        setattr(server, name, value)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_throttled_calls_are_tried_again(running):
    with serving(Between, seen=0, throttled=2, onward=running.port) as (between, url):
        with alone(running, AWS_ENDPOINT_URL=url) as caller:
            assert caller.ask("list_tables", database="acme_telemetry")["tables"]
            assert between.seen >= 3 and between.throttled == 0
            between.throttled = 100
            assert "ThrottlingException" in caller.fails("list_databases")
            assert between.throttled > 80, "not for ever"


class SlowToStart(http.server.BaseHTTPRequestHandler):
    """An Athena that takes a second to give a query's id, and in which queries run for ever."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].partition(".")[2]
        self.server.asked.append(operation)
        answer = {}
        if operation == "StartQueryExecution":
            time.sleep(1)
            answer = {"QueryExecutionId": "00000000-0000-4000-8000-000000000000"}
        elif operation == "GetQueryExecution":
            answer = {"QueryExecution": {"Status": {"State": "RUNNING"}}}
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def test_a_query_that_is_being_started_is_stopped_too(running):
    """The program ends before it knows the query's id."""
    with serving(SlowToStart, asked=[]) as (athena, url):
        with alone(running, AWS_ENDPOINT_URL=url) as caller:
            asking = caller.start("run_query", {"sql": "SELECT 1", "wait_s": 50, "max_scan_bytes": 0})
            deadline = time.monotonic() + 10
            while "StartQueryExecution" not in athena.asked:
                assert time.monotonic() < deadline, athena.asked
                time.sleep(0.01)
        assert "StopQueryExecution" in athena.asked, athena.asked
        asking.close()


# ---- TLS ----

@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Of localhost, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                    str(folder / "key.pem"), "-out", str(folder / "certificate.pem")], check=True,
                   capture_output=True)
    return folder


def test_over_tls(running, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
    with serving(Between, seen=0, throttled=0, onward=running.port) as (between, url):
        between.socket = context.wrap_socket(between.socket, server_side=True)
        port = url.rsplit(":", 1)[1]
        trusted = {"SSL_CERT_FILE": str(certificate / "certificate.pem")}
        with alone(running, AWS_ENDPOINT_URL=f"https://localhost:{port}", **trusted) as caller:
            for _ in range(3):
                assert caller.ask("list_databases")["databases"]
        # another name than the certificate's, and nobody whom we trust
        with alone(running, AWS_ENDPOINT_URL=f"https://127.0.0.1:{port}", **trusted) as caller:
            assert "certificate" in caller.fails("list_databases")
        with alone(running, AWS_ENDPOINT_URL=f"https://localhost:{port}") as caller:
            assert "certificate" in caller.fails("list_databases")
        with alone(running, AWS_ENDPOINT_URL=f"https://localhost:{port}", SSL_CERT_FILE="/dev/null") as caller:
            assert "CA bundle" in caller.fails("list_databases")


# ---- keys ----

class Metadata(http.server.BaseHTTPRequestHandler):
    """What gives keys to containers (/keys, with a token) and instances (IMDSv2)."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self):
        good = self.path == "/latest/api/token" and self.headers["X-aws-ec2-metadata-token-ttl-seconds"]
        self.answer(200 if good else 400, "the-token")

    def do_GET(self):
        roles = "/latest/meta-data/iam/security-credentials/"
        given = self.headers["Authorization"] if self.path == "/keys" else self.headers[
            "X-aws-ec2-metadata-token"]
        if given != "the-token":
            return self.answer(401, "")
        if self.path == roles:
            return self.answer(200, "reader\n")
        if self.path not in ("/keys", roles + "reader"):
            return self.answer(404, "")
        self.server.given += 1
        access, secret = self.server.keys
        return self.answer(200, json.dumps({
            "Code": "Success", "AccessKeyId": access, "SecretAccessKey": secret,
            "Expiration": self.server.ends}))


def metadata(running, ends):
    return serving(Metadata, keys=running.keys(), ends=ends, given=0)


@pytest.mark.parametrize("kind", ["container", "instance"])
def test_keys_of_a_role(running, tmp_path, kind):
    (tmp_path / "token").write_text("the-token\n")
    with metadata(running, "2099-01-01T00:00:00Z") as (giver, url):
        environment = {"AWS_ENDPOINT_URL": running.endpoint}
        if kind == "container":
            environment.update(AWS_CONTAINER_CREDENTIALS_FULL_URI=url + "/keys",
                               AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(tmp_path / "token"))
        else:
            environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = url
        with McpServer("--mcp-auth", "off", only=environment) as program:
            caller = Caller(program.port)
            for _ in range(3):
                assert caller.ask("list_databases")["databases"]
            assert giver.given == 1
            # Those that have ended are not kept.
    with metadata(running, "2001-01-01T00:00:00Z") as (giver, url):
        if kind == "container":
            environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url + "/keys"
        else:
            environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = url
        with McpServer("--mcp-auth", "off", only=environment) as program:
            caller = Caller(program.port)
            caller.ask("list_databases")
            before = giver.given
            caller.ask("list_databases")
            assert giver.given > before
            giver.keys = ("AKIANOBODYNOBODYXX", "wrong")
            assert "UnrecognizedClientException" in caller.fails("list_databases")


def test_a_silent_giver_of_keys():
    """It is waited for once by all who need keys, and not at all by a program that ends."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/keys"
        with McpServer("--mcp-auth", "off", only={
                "AWS_REGION": "us-west-2", "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": url}) as program:
            caller = Caller(program.port)
            said = []
            started = time.monotonic()
            threads = [threading.Thread(target=lambda: said.append(caller.fails("list_databases")))
                       for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            # The fetch has 5 s: one, not four.
            assert time.monotonic() - started < 9
            assert len(said) == 4 and all("credentials" in text for text in said), said
            time.sleep(2.1)  # a failure is remembered for 2 s
            asking = caller.start("list_databases", {})
            time.sleep(0.3)
            started = time.monotonic()
            program.process.terminate()
            program.process.wait(timeout=15)
            assert time.monotonic() - started < 3
            asking.close()


def test_keys_of_a_profile(running, tmp_path):
    access, secret = running.keys()
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(
        f"[lake]\naws_access_key_id = {access}\naws_secret_access_key = {secret}\n")
    (tmp_path / ".aws" / "config").write_text(
        f"[profile lake]\nregion = us-west-2\nendpoint_url = {running.endpoint}\n")
    with McpServer("--mcp-auth", "off", only={"HOME": str(tmp_path), "AWS_PROFILE": "lake"}) as program:
        assert Caller(program.port).ask("list_databases")["databases"]


@pytest.mark.parametrize("environment, said", [
    ({"AWS_EC2_METADATA_DISABLED": "true"}, "Set AWS_ACCESS_KEY_ID"),
    ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9"}, "Set AWS_ACCESS_KEY_ID"),
    ({"AWS_ACCESS_KEY_ID": "a"}, "AWS_SECRET_ACCESS_KEY"),
    ({"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}, "Set AWS_REGION"),
    ({"AWS_PROFILE": "nobody"}, "no profile 'nobody'"),
    ({"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_ENDPOINT_URL": "localhost:1"},
     "not an endpoint"),
    ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/keys"}, "must be https"),
])
def test_it_does_not_start_without(environment, said):
    for flags in (["--stdio"], ["--listen", "127.0.0.1:0"]):
        done = subprocess.run([str(BIN / "datastack-mcp"), *flags], env=environment, capture_output=True,
                              text=True, timeout=20, stdin=subprocess.DEVNULL)
        assert done.returncode == 1 and said in done.stderr and not done.stdout, done.stderr


# ---- the program itself ----

def memory_kib(pid):
    status = open(f"/proc/{pid}/status", encoding="ascii").read()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1))


def test_small_and_static(running, tmp_path):
    program = BIN / "datastack-mcp"
    assert program.stat().st_size <= 15 * 1024 * 1024
    headers = subprocess.run(["readelf", "-lW", str(program)], capture_output=True, text=True,
                             check=True).stdout
    assert "INTERP" not in headers and "DYNAMIC" not in headers
    caller = StdioCaller(only_keys(running))
    for _ in range(5):
        caller.ask("describe_table", **TABLE)
        caller.ask("run_query", sql=f"SELECT * FROM {EVENTS} LIMIT 200", max_rows=200)
    assert memory_kib(caller.process.pid) <= 20 * 1024
    caller.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may change its root directory")
def test_in_an_empty_root_directory(running, tmp_path):
    """As in its image: the program and nothing else."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "datastack-mcp").write_bytes((BIN / "datastack-mcp").read_bytes())
    (root / "datastack-mcp").chmod(0o755)
    caller = StdioCaller(only_keys(running), shutil.which("chroot") or "/usr/sbin/chroot", "--userspec=65532:65532", str(root), "/datastack-mcp")
    assert caller.ask("run_query", sql="SELECT 1")["rows"] == [[1]]
    caller.close()
