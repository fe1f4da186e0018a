"""Runtimes of Bedrock AgentCore with a CustomJWTAuthorizer: clients bring a token of the issuer whose
discovery document the runtime names, and no signature."""

import contextlib
import http.client
import http.server
import json
import threading
import urllib.parse

import pytest

from agentcore import NEW_ERA, TRUST, call, ok, programs, settings, wait_for
from mcp_http import Caller, Issuer


@contextlib.contextmanager
def publishing(issuer):
    """The issuer's documents over HTTP on this machine."""
    class Documents(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            self.server.seen.append(self.path)
            text = self.server.documents.get(self.path, "").encode()
            self.send_response(200 if text else 404)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Documents)
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    server.seen = []
    server.documents = {
        "/.well-known/openid-configuration": json.dumps({"issuer": server.url,
                                                         "jwks_uri": server.url + "/keys"}),
        "/keys": issuer.key_set()}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def published(issuer):
    with publishing(issuer) as server:
        yield server


@pytest.fixture(scope="module")
def runtimes(stack):
    stack.client("iam").create_role(RoleName="agent", AssumeRolePolicyDocument=json.dumps(TRUST))

    def make(name, url, *audience, **more):
        made = ok(call(stack, "PUT", "/runtimes/", settings(
            agentRuntimeName=name, authorizerConfiguration={"customJWTAuthorizer": {
                "discoveryUrl": url + "/.well-known/openid-configuration",
                "allowedAudience": list(audience)}}, **more)), 202)
        return made["agentRuntimeArn"]
    return make


@pytest.fixture(scope="module")
def runtime(runtimes, published):
    return runtimes("by_token", published.url, "other", "datastack",
                    requestHeaderConfiguration={"requestHeaderAllowlist": ["Mcp-Method"]})


def invoke(server, arn, token, method="ping", params=None, query="", **headers):
    path = f"/runtimes/{urllib.parse.quote(arn, safe='')}/invocations{query}"
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    status, data, got = Caller(server.port, token).send(
        "POST", path, body, Content_Type="application/json", Accept="application/json", **headers)
    return status, json.loads(data), got


def test_a_token_of_the_issuer_opens_the_runtime(stack, issuer, published, runtime):
    token = issuer.token(iss=published.url)
    status, answer, headers = invoke(stack, runtime, token)
    assert status == 200 and answer["result"] == {}
    assert len(headers["X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"]) == 36
    status, answer, _ = invoke(stack, runtime, token, "tools/call", {
        "name": "run_query", "arguments": {"sql": "SELECT 42"}, "_meta": NEW_ERA}, "?qualifier=DEFAULT")
    assert answer["result"]["structuredContent"]["rows"] == [[42]]
    status, answer, _ = invoke(stack, runtime, token, "tools/list", {"_meta": NEW_ERA}, Mcp_Method="ping")
    assert status == 400 and answer["error"]["code"] == -32020, "the list of headers is passed on"
    assert published.seen.count("/keys") <= 2, "keys are kept, for each audience"
    assert len(programs(stack)) == 1


ENDLESS = ("SELECT SUM(LENGTH(a.event_id || b.event_id || c.event_id)) AS endless FROM "
           "acme_telemetry.streaming_events a, acme_telemetry.streaming_events b, "
           "acme_telemetry.streaming_events c, acme_telemetry.streaming_events d")


def wait_for_endless(server, state):
    def newest():
        athena = server.client("athena")
        for query in athena.list_query_executions(WorkGroup="primary", MaxResults=5)["QueryExecutionIds"]:
            got = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if got["Query"].startswith(ENDLESS):
                return got["Status"]["State"]
        return None
    wait_for(lambda: newest() == state)


def test_a_client_that_vanishes_cancels_its_query(stack, issuer, published, runtime):
    client = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)
    client.request("POST", f"/runtimes/{urllib.parse.quote(runtime, safe='')}/invocations", json.dumps({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
            "name": "run_query", "arguments": {"sql": ENDLESS, "wait_s": 50}, "_meta": NEW_ERA}}), {
        "Authorization": f"Bearer {issuer.token(iss=published.url)}", "Content-Type": "application/json",
        "Accept": "application/json"})
    wait_for_endless(stack, "RUNNING")
    client.close()
    wait_for_endless(stack, "CANCELLED")
    assert invoke(stack, runtime, issuer.token(iss=published.url))[0] == 200, "others may go on"


def test_other_tokens_do_not(stack, issuer, published, runtime, tmp_path):
    stranger = Issuer(tmp_path)
    for token in (issuer.token(), issuer.token(iss=published.url, aud="somebody"),
                  issuer.token(iss=published.url, seconds=-60), stranger.token(iss=published.url),
                  issuer.token(iss=published.url)[:-4] + "AAAA", "nonsense"):
        status, answer, headers = invoke(stack, runtime, token)
        assert status == 401 and answer["message"], answer
        assert headers["WWW-Authenticate"].startswith("Bearer")
    # nor does a signature, nor a token where a signature is wanted
    status, body, _ = call(stack, "POST", f"/runtimes/{urllib.parse.quote(runtime, safe='')}/invocations",
                           {"jsonrpc": "2.0", "id": 1, "method": "ping"})
    assert status == 403 and b"Authorization method mismatch" in body
    plain = ok(call(stack, "PUT", "/runtimes/", settings(agentRuntimeName="by_signature")), 202)
    status, answer, _ = invoke(stack, plain["agentRuntimeArn"], issuer.token(iss=published.url))
    assert status == 403 and "Authorization method mismatch" in answer["message"]


def test_what_is_not_there(stack, issuer, published, runtime):
    token = issuer.token(iss=published.url)
    assert invoke(stack, runtime + "x", token)[0] == 404
    assert invoke(stack, "nonsense", token)[0] == 400
    assert invoke(stack, runtime, token, query="?qualifier=other")[0] == 404
    assert invoke(stack, runtime, token, X_Amzn_Bedrock_AgentCore_Runtime_Session_Id="short")[0] == 400
    # MCP and the services are as they were beside it
    assert Caller(stack.port).send("GET", "/ping")[0] == 200
    assert Caller(stack.port).send("POST", "/runtimes/x/invocations", "{}")[0] == 403


@pytest.mark.parametrize("documents", [
    {"/.well-known/openid-configuration": ""}, {"/.well-known/openid-configuration": "[]"},
    {"/.well-known/openid-configuration": json.dumps({"issuer": "https://other.example",
                                                      "jwks_uri": "http://127.0.0.1:9/keys"})},
    {"/.well-known/openid-configuration": "FILE"}, {"/keys": "{}"}])
def test_issuers_that_lie(stack, issuer, runtimes, documents, request):
    with publishing(issuer) as published:
        for path, text in documents.items():
            if text == "FILE":
                text = json.dumps({"issuer": published.url, "jwks_uri": "/etc/passwd"})
            published.documents[path] = text
        arn = runtimes(f"lied_to_{abs(hash(request.node.name)) % 10**9}", published.url, "datastack")
        status, answer, _ = invoke(stack, arn, issuer.token(iss=published.url))
        assert status == 401 and "keys of the issuer" in answer["message"], answer


def test_a_change_is_seen_at_once(stack, issuer, runtimes, published):
    arn = runtimes("changing", published.url, "datastack")
    token = issuer.token(iss=published.url)
    assert invoke(stack, arn, token)[0] == 200
    ok(call(stack, "PUT", f"/runtimes/{arn.rsplit('/', 1)[1]}/", settings(
        authorizerConfiguration={"customJWTAuthorizer": {
            "discoveryUrl": published.url + "/.well-known/openid-configuration",
            "allowedAudience": ["another"]}})), 202)
    assert invoke(stack, arn, token)[0] == 401
    assert invoke(stack, arn, issuer.token(iss=published.url, aud="another"))[0] == 200
    wait_for(lambda: len(programs(stack)) <= 2)
