"""A careless client of /mcp: it says exactly what a test tells it to, over real sockets."""

import base64
import http.client
import json
import socket
import subprocess

VERSION = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {}}


def token_of(server):
    """What `datastack env` prints."""
    lines = server.datastack("env").stdout.splitlines()
    return dict(line.removeprefix("export ").split("=", 1) for line in lines
                if line.startswith("export "))["DATASTACK_MCP_TOKEN"].strip("'")


class Caller:
    def __init__(self, port, token=None):
        self.port = port
        self.token = token

    def send(self, method, path="/mcp", body=None, timeout=60, **headers):
        """(status, body as bytes, headers). A header given as None is left out."""
        named = {"Authorization": f"Bearer {self.token}" if self.token else None}
        named.update({name.replace("_", "-"): value for name, value in headers.items()})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, {k: v for k, v in named.items() if v is not None})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def post(self, body, **headers):
        """(status, the last message of the answer, headers)."""
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        status, data, got = self.send("POST", body=text, **{
            "Content_Type": "application/json",
            "Accept": "application/json, text/event-stream", **headers})
        if (got["Content-Type"] or "").startswith("text/event-stream"):
            data = data.decode().rstrip("\n").split("data: ")[-1]
        return status, json.loads(data) if data else None, got

    def modern(self, method, params=None, meta=META, id=1, **headers):
        message = {"jsonrpc": "2.0", "id": id, "method": method,
                   "params": {**(params or {}), "_meta": meta}}
        named = {"MCP_Protocol_Version": VERSION, "Mcp_Method": method,
                 "Mcp_Name": (params or {}).get("name")}
        return self.post(message, **{**named, **headers})

    def tool(self, name, **arguments):
        """The result of a call that the protocol takes."""
        status, answer, _ = self.modern("tools/call", {"name": name, "arguments": arguments})
        assert status == 200 and "result" in answer, (status, answer)
        return answer["result"]

    def ask(self, name, **arguments):
        """Its structured content; it must have worked."""
        result = self.tool(name, **arguments)
        assert not result.get("isError"), result["content"]
        return result["structuredContent"]

    def fails(self, name, **arguments):
        """The text that a model reads of a call that did not work."""
        result = self.tool(name, **arguments)
        assert result.get("isError") is True, result
        return result["content"][0]["text"]

    def initialize(self, version="2025-11-25", **headers):
        """The session's id, None without one."""
        status, answer, got = self.post(
            {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
                "protocolVersion": version, "capabilities": {},
                "clientInfo": {"name": "t", "version": "1"}}}, **headers)
        assert status == 200 and answer["result"]["protocolVersion"] == version, (status, answer)
        return got["Mcp-Session-Id"]

    def raw(self, body, **headers):
        """A socket on which a POST was begun."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        named = {"Host": "localhost", "Content-Type": "application/json",
                 "Authorization": f"Bearer {self.token}", "Content-Length": str(len(body)),
                 **{name.replace("_", "-"): value for name, value in headers.items()}}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        client.sendall(f"POST /mcp HTTP/1.1\r\n{head}\r\n".encode() + body)
        return client

    def start(self, name, arguments, token=None, id=1):
        """A socket on which a tool of the stateless era runs."""
        meta = {**META, "progressToken": token} if token is not None else META
        body = json.dumps({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {
            "name": name, "arguments": arguments, "_meta": meta}}).encode()
        return self.raw(body, MCP_Protocol_Version=VERSION, Mcp_Method="tools/call", Mcp_Name=name)


# ---- tokens of an authorization server, signed by the openssl program ----

def base64_url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """An RSA key and what is signed with it."""
    NAME = "https://issuer.example"
    AUDIENCE = "datastack"

    def __init__(self, directory, key_id="k1"):
        self.key = directory / f"{key_id}.pem"
        self.key_id = key_id
        subprocess.run(["openssl", "genrsa", "-out", str(self.key), "2048"], check=True,
                       capture_output=True)

    def jwk(self):
        out = subprocess.run(["openssl", "rsa", "-in", str(self.key), "-noout", "-modulus"],
                             check=True, capture_output=True, text=True).stdout
        modulus = bytes.fromhex(out.strip().removeprefix("Modulus="))
        return {"kty": "RSA", "use": "sig", "kid": self.key_id, "alg": "RS256",
                "n": base64_url(modulus), "e": "AQAB"}

    def key_set(self):
        return json.dumps({"keys": [self.jwk()]})

    def token(self, seconds=300, header=None, **claims):
        import time
        now = int(time.time())
        parts = [{"alg": "RS256", "typ": "at+jwt", "kid": self.key_id, **(header or {})},
                 {"iss": self.NAME, "aud": self.AUDIENCE, "sub": "ann", "iat": now,
                  "exp": now + seconds, **claims}]
        text = ".".join(base64_url(json.dumps(part).encode()) for part in parts)
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(self.key)],
                                   input=text.encode(), check=True, capture_output=True).stdout
        return f"{text}.{base64_url(signature)}"
