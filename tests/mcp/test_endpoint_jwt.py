"""Tokens of an authorization server: on `datastack serve` with the key set as a file, on `datastack-mcp`
with the key set over HTTP."""

import http.server
import json
import socket
import ssl
import subprocess
import threading
import time

import pytest

from conftest import Server
from mcp_http import Caller, Issuer, base64_url
from mcp_server import McpServer

SETTINGS = ("--mcp-issuer", Issuer.NAME, "--mcp-audience", Issuer.AUDIENCE)


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def server(tmp_path_factory, issuer):
    place = tmp_path_factory.mktemp("jwt")
    (place / "keys.json").write_text(issuer.key_set())
    running = Server(place / "data", "--mcp-jwks", str(place / "keys.json"), *SETTINGS).start()
    for name in ("one", "two"):
        running.client("glue").create_database(DatabaseInput={"Name": name})
    yield running
    running.stop()


def status_of(server, token):
    return Caller(server.port, token).modern("server/discover")[0]


def test_a_good_token_is_let_in(server, issuer):
    assert status_of(server, issuer.token()) == 200
    assert status_of(server, issuer.token(aud=["other", Issuer.AUDIENCE])) == 200
    assert Caller(server.port, issuer.token()).ask("list_databases")["databases"]


def test_bad_tokens_are_not(server, issuer, tmp_path):
    good = issuer.token()
    head, claims, signature = good.split(".")
    unsigned = {"alg": "none", "typ": "JWT"}
    public = issuer.key_set().encode()
    import hashlib
    import hmac
    confused = base64_url(json.dumps({"alg": "HS256", "kid": "k1"}).encode()) + "." + claims
    confused += "." + base64_url(hmac.new(public, confused.encode(), hashlib.sha256).digest())
    printed = server.datastack("env").stdout.split("DATASTACK_MCP_TOKEN='")[1].split("'")[0]
    for token, why in (
            (issuer.token(seconds=-31), "expired"), (issuer.token(nbf=2 ** 40), "not valid yet"),
            (issuer.token(aud="other"), "another audience"), (issuer.token(iss="https://x"), "another issuer"),
            (issuer.token(sub=None), "who"), (issuer.token(exp=None), "when it ends"),
            (base64_url(json.dumps(unsigned).encode()) + f".{claims}.", "RS256"), (confused, "RS256"),
            (f"{head}.{claims}.", "not signed"), (f"{head}.{claims}.{signature[:-4]}AAAA", "not signed"),
            (Issuer(tmp_path).token(), "not signed"), (Issuer(tmp_path, "k2").token(), "not signed"),
            (printed, "malformed"), ("x" * 17_000, "too long"), ("a.b.c", "malformed")):
        status, answer, headers = Caller(server.port, token).modern("server/discover")
        assert status == 401, why
        assert why in answer["error"]["message"] and why in headers["WWW-Authenticate"], answer
        assert 'error="invalid_token"' in headers["WWW-Authenticate"]
    assert status_of(server, good) == 200


def test_clients_are_told_where_tokens_come_from(server):
    status, _, headers = Caller(server.port).modern("server/discover")
    url = f"http://127.0.0.1:{server.port}/.well-known/oauth-protected-resource/mcp"
    assert status == 401 and f'resource_metadata="{url}"' in headers["WWW-Authenticate"]
    assert "error" not in headers["WWW-Authenticate"]
    for path in ("/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"):
        status, body, headers = Caller(server.port).send("GET", path)
        metadata = json.loads(body)
        assert status == 200 and headers["Content-Type"] == "application/json"
        assert metadata["resource"] == f"http://127.0.0.1:{server.port}/mcp"
        assert metadata["authorization_servers"] == [Issuer.NAME]
        assert metadata["bearer_methods_supported"] == ["header"]
    assert Caller(server.port).send("POST", "/.well-known/oauth-protected-resource", "{}")[0] == 405
    assert Caller(server.port).send("GET", "/ping")[0] == 200


def test_callers_do_not_share_cursors_and_sessions(server, issuer):
    ann, bob = (Caller(server.port, issuer.token(sub=name)) for name in ("ann", "bob"))
    cursor = ann.ask("list_databases", limit=1)["next_cursor"]
    assert "cursor" in bob.fails("list_databases", limit=1, cursor=cursor)
    # a new token of the same subject is the same caller
    again = Caller(server.port, issuer.token(sub="ann", seconds=100))
    assert again.ask("list_databases", limit=1, cursor=cursor)["databases"]
    session = ann.initialize()
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert ann.post(ask, Mcp_Session_Id=session)[0] == 200
    assert bob.post(ask, Mcp_Session_Id=session)[0] == 404
    assert bob.send("DELETE", Mcp_Session_Id=session)[0] == 404
    assert ann.post(ask, Mcp_Session_Id=session)[0] == 200


def test_a_printed_configuration_has_no_token(server):
    text = server.datastack("mcp", "config", "http", "--mcp-jwks", "/k", *SETTINGS).stdout
    assert "headers" not in json.loads(text)["mcpServers"]["datastack"]


class KeySetServer:
    """Answers what it is told to, and counts."""

    def __init__(self, certificate=None, host="localhost"):
        owner = self
        self.host = host
        self.answer = (200, "{}")
        self.asked = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                owner.asked += 1
                status, text = owner.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https" if certificate else "http"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"{self.scheme}://{self.host}:{self.server.server_port}/jwks.json"


@pytest.fixture
def key_server():
    running = KeySetServer()
    yield running
    running.server.shutdown()


KEYS = {"AWS_ACCESS_KEY_ID": "AKNOBODY", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-west-2",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}


def test_keys_over_http(key_server, issuer):
    key_server.answer = (200, issuer.key_set())
    with McpServer("--mcp-jwks", key_server.url, *SETTINGS, environment=KEYS) as server:
        assert status_of(server, issuer.token(iss="https://x")) == 401
        assert key_server.asked == 0  # nobody makes us ask with nonsense
        calls = [threading.Thread(target=status_of, args=(server, issuer.token())) for _ in range(8)]
        for call in calls:
            call.start()
        for call in calls:
            call.join()
        assert status_of(server, issuer.token()) == 200
        for _ in range(5):
            assert status_of(server, issuer.token(header={"kid": "made up"})) == 401
        assert key_server.asked == 1
        assert not any("DATASTACK_MCP_TOKEN" in line for line in server.lines)


@pytest.mark.parametrize("answer", [(500, ""), (302, ""), (200, "<html>"), (200, "{}"),
                                    (200, " " * 300_000)])
def test_no_keys_let_nobody_in(key_server, issuer, answer):
    key_server.answer = answer
    with McpServer("--mcp-jwks", key_server.url, *SETTINGS, environment=KEYS) as server:
        status, message, _ = Caller(server.port, issuer.token()).modern("server/discover")
        assert status == 401 and "cannot be read now" in message["error"]["message"]
    assert any("key set" in line for line in server.lines)


def test_keys_over_tls(issuer, tmp_path):
    """The certificate must be good, and the host's."""
    def certificate(name, subject):
        files = (str(tmp_path / f"{name}.pem"), str(tmp_path / f"{name}.key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-out",
                        files[0], "-keyout", files[1], "-subj", "/CN=test", "-addext",
                        f"subjectAltName={subject}"], check=True, capture_output=True)
        return files
    named, address = certificate("named", "DNS:localhost"), certificate("address", "IP:127.0.0.1")
    for files, bundle, host, status in (
            (named, named, "localhost", 200), (address, address, "127.0.0.1", 200),
            (named, address, "localhost", 401),  # nobody vouches for it
            (named, named, "127.0.0.1", 401), (address, address, "localhost", 401)):  # another's
        keys = KeySetServer(files, host)
        keys.answer = (200, issuer.key_set())
        with McpServer("--mcp-jwks", keys.url, *SETTINGS,
                       environment={**KEYS, "AWS_CA_BUNDLE": bundle[0]}) as server:
            assert status_of(server, issuer.token()) == status, server.lines
        keys.server.shutdown()


def test_keys_that_never_come(issuer, tmp_path):
    """A stop does not wait for them."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        server = Server(tmp_path / "data", "--mcp-jwks",
                        f"http://127.0.0.1:{silent.getsockname()[1]}/", *SETTINGS).start()
        answers = []
        asked = threading.Thread(target=lambda: answers.append(status_of(server, issuer.token())))
        asked.start()
        time.sleep(0.3)
        assert status_of(server, issuer.token(aud="other")) == 401  # those who need none do not wait
        assert not answers
        started = time.monotonic()
        server.stop()
        asked.join()
        assert answers == [500] and time.monotonic() - started < 4


def test_hosted_with_tokens(key_server, issuer):
    """Behind a platform: its pings come through, requests need the token."""
    key_server.answer = (200, issuer.key_set())
    with McpServer("--hosted", "--listen", "0.0.0.0:0", environment={
            **KEYS, "DATASTACK_MCP_JWKS": key_server.url, "DATASTACK_MCP_ISSUER": Issuer.NAME,
            "DATASTACK_MCP_AUDIENCE": Issuer.AUDIENCE,
            "DATASTACK_MCP_RESOURCE": "https://agents.example/mcp"}) as server:
        server.port = int(server.lines[-1].split(":")[2].split("/")[0])
        nobody = Caller(server.port)
        assert nobody.send("GET", "/ping")[0] == 200
        for path in ("/mcp", "/mcp/"):
            status, body, _ = nobody.send("POST", path, json.dumps(
                {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": None}))
            assert status == 200 and json.loads(body)["result"] == {}
        status, _, headers = nobody.modern("tools/list")
        assert status == 401
        assert ('resource_metadata="https://agents.example/.well-known/oauth-protected-resource/mcp"'
                in headers["WWW-Authenticate"])
        assert Caller(server.port, issuer.token()).modern("tools/list")[0] == 200
