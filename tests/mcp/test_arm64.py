"""datastack-mcp for linux/arm64, as Bedrock AgentCore runs it: cross-built by ./dev arm64, run by qemu's
user-mode emulator against a real server."""

import base64
import http.client
import json
import shutil
import struct
import subprocess

import pytest

from conftest import ROOT, free_port
from mcp_http import Caller
from mcp_server import McpServer
from test_wire_tools import EVENTS, StdioCaller, only_keys

PROGRAM = ROOT / "build-arm64" / "bin" / "datastack-mcp"
EMULATOR = shutil.which("qemu-aarch64-static") or "qemu-aarch64-static"

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="./dev arm64 builds it")


def test_it_is_what_agentcore_runs():
    head = PROGRAM.read_bytes()[:64]
    machine, = struct.unpack_from("<H", head, 18)
    assert head[:4] == b"\x7fELF" and machine == 183, "AArch64"
    assert PROGRAM.stat().st_size <= 15 * 1024 * 1024
    headers = subprocess.run(["readelf", "-lW", str(PROGRAM)], capture_output=True, text=True, check=True).stdout
    assert "INTERP" not in headers and "DYNAMIC" not in headers
    done = subprocess.run([EMULATOR, str(PROGRAM), "--version"], capture_output=True, text=True, timeout=60,
                          env={})
    assert done.returncode == 0 and done.stdout.startswith("datastack-mcp "), done.stderr


def test_tools_over_the_wire(stack):
    caller = StdioCaller(only_keys(stack), EMULATOR, str(PROGRAM))
    found = caller.ask("describe_table", database="acme_telemetry", table="streaming_events")
    assert found["sample_rows"] and found["bytes"] > 0
    assert caller.ask("run_query", sql=f"SELECT COUNT(*) FROM {EVENTS}")["rows"][0][0] >= 1000
    # what is encoded and decoded byte by byte here, and in blocks on x86
    text = "ü|<\\\"\n" * 20
    answer = caller.ask("run_query", sql=f"SELECT '{text}', to_base64(to_utf8('{text}'))")
    assert answer["rows"] == [[text, base64.b64encode(text.encode()).decode()]]
    assert "SELECT" in caller.fails("run_query", sql="SELECT 1; DROP TABLE x")
    caller.close()


def test_hosted(stack):
    port = free_port()
    with McpServer("--hosted", "--listen", f"0.0.0.0:{port}", only=only_keys(stack),
                   command=[EMULATOR, str(PROGRAM)]) as program:
        program.port = port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/ping")
        assert json.loads(connection.getresponse().read())["status"] == "Healthy"
        connection.close()
        assert Caller(port).ask("list_databases")["databases"]
