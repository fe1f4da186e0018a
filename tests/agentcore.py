"""AgentCore's API for tests: requests that botocore signs and that are written by hand, because the
distribution's botocore is older than the service."""

import json
import os
import pathlib
import time
import urllib.error
import urllib.parse
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from conftest import ACCOUNT, REGION

IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/acme/datastack-mcp:1"
TRUST = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": {"Service": "bedrock-agentcore.amazonaws.com"},
    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT},
                  "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock-agentcore:{REGION}:{ACCOUNT}:*"}}}]}
NEW_ERA = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
           "io.modelcontextprotocol/clientCapabilities": {}}


def call(server, method, path, body=None, **headers):
    """(status, body as bytes, headers) of a signed request."""
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest(method=method, url=server.endpoint + path, data=data, headers={
        "Content-Type": "application/json", **named})
    SigV4Auth(Credentials(*server.keys()), "bedrock-agentcore", REGION).add_auth(request)
    sent = urllib.request.Request(request.url, data=data, method=method, headers=dict(request.headers))
    try:
        with urllib.request.urlopen(sent, timeout=60) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def ok(answer, status=200):
    assert answer[0] == status, answer
    return json.loads(answer[1]) if answer[1] else None


def settings(**more):
    return {"agentRuntimeArtifact": {"containerConfiguration": {"containerUri": IMAGE}},
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/agent",
            "networkConfiguration": {"networkMode": "PUBLIC"},
            "protocolConfiguration": {"serverProtocol": "MCP"}, **more}


def invoke(server, arn, method, params=None, query="?qualifier=DEFAULT", **headers):
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    path = f"/runtimes/{urllib.parse.quote(arn, safe='')}/invocations{query}"
    return call(server, "POST", path, message, Accept="application/json", **headers)


def run_query(server, arn, sql):
    answer = ok(invoke(server, arn, "tools/call", {"name": "run_query", "arguments": {"sql": sql},
                                                  "_meta": NEW_ERA}))
    return answer["result"]["structuredContent"]["rows"]


def programs(server):
    """Processes of datastack-mcp whose endpoint is this server."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if not entry.name.isdigit() or not (entry / "cmdline").read_bytes().startswith(
                    b"datastack-mcp\0--hosted"):
                continue
            if f"AWS_ENDPOINT_URL={server.endpoint}\0".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def port_of(pid):
    """Where a process listens, the only port that it has."""
    links = [os.readlink(entry) for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
    sockets = {link[len("socket:["):-1] for link in links if link.startswith("socket:[")}
    rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    port, = {int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and row[9] in sockets}
    return port


def wait_for(what, seconds=15):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.05)
