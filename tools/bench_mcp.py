"""The figures of the MCP server, for bench.py: what its answers take beside `datastack serve` and as
`datastack-mcp` over the wire, and what the program alone costs."""

import json
import os
import pathlib
import resource
import shutil
import socket
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build" / "bin"
VERSION = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {}}
STREAMS = 1000
EVENTS = 20_000
QUERY = ("SELECT event_type, COUNT(*) AS n FROM acme_telemetry.streaming_events "
         "WHERE year = '{year}' GROUP BY event_type")


class Wire:
    """One kept connection."""

    def __init__(self, port, token):
        self.port = port
        self.token = token
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def request(self, method, params, name=None):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method,
                           "params": {**params, "_meta": META}}).encode()
        head = (f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Accept: application/json, text/event-stream\r\nAuthorization: Bearer {self.token}\r\n"
                f"MCP-Protocol-Version: {VERSION}\r\nMcp-Method: {method}\r\n")
        if name:
            head += f"Mcp-Name: {name}\r\n"
        self.socket.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def answer(self):
        got = self.socket.recv(1 << 20)
        while b"\r\n\r\n" not in got:
            got += self.socket.recv(1 << 20)
        head, _, body = got.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields[b"content-length"])
        while len(body) < length:
            body += self.socket.recv(1 << 20)
        return body

    def call(self, method, params=None, name=None):
        """(milliseconds, result)."""
        started = time.perf_counter()
        self.request(method, params or {}, name)
        body = self.answer()
        took = (time.perf_counter() - started) * 1000
        message = json.loads(body)
        if "result" not in message or message["result"].get("isError"):
            raise SystemExit(f"{method} {name}: {body[:2000]}")
        return took, message["result"]

    def tool(self, name, **arguments):
        return self.call("tools/call", {"name": name, "arguments": arguments}, name)


def p50(times):
    return round(statistics.median(times), 2)


def environment_of(server):
    out = subprocess.run([str(BIN / "datastack"), "env", "--listen", f"127.0.0.1:{server.port}",
                          "--data-dir", str(server.directory)], capture_output=True, text=True,
                         check=True).stdout
    pairs = (line.removeprefix("export ").split("=", 1) for line in out.splitlines()
             if line.startswith("export ") and not line.startswith("export PATH"))
    return {**os.environ, **{name: value.strip("'") for name, value in pairs}}


class Alone:
    """datastack-mcp against a server, over HTTP."""

    def __init__(self, environment, free_port, program="datastack-mcp", flags=()):
        self.port = free_port()
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [str(BIN / program), "--listen", f"127.0.0.1:{self.port}", *flags], env=environment,
            stderr=subprocess.PIPE, text=True)
        self.process.stderr.readline()
        self.ready_ms = (time.perf_counter() - started) * 1000

    def stop(self):
        self.process.terminate()
        self.process.wait()


def answers(show, title, port, token):
    wire = Wire(port, token)
    year = time.strftime("%Y", time.gmtime())
    table = {"database": "acme_telemetry", "table": "streaming_events"}
    for _ in range(3):  # the engine's process starts, connections open
        wire.tool("describe_table", **table)
        wire.tool("run_query", sql=QUERY.format(year=year))
    lists = [wire.call("tools/list")[0] for _ in range(300)]
    described = [wire.tool("describe_table", **table)[0] for _ in range(20)]
    over, beyond, whole = [], [], []
    for _ in range(20):
        took, result = wire.tool("run_query", sql=QUERY.format(year=year))
        stats = result["structuredContent"]["stats"]
        whole.append(took)
        over.append(took - stats["engine_ms"])
        beyond.append(took - stats["total_ms"])
    show(title, tools_list_p50_ms=p50(lists), describe_table_p50_ms=p50(described),
         run_query_p50_ms=p50(whole), run_query_over_engine_p50_ms=p50(over),
         run_query_over_athena_p50_ms=p50(beyond))


def streams(show, title, memory, process, port, token):
    """1,000 clients that listen, and what they cost."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, STREAMS + 500), hard))
    before = memory(process.pid)
    held = []
    for _ in range(STREAMS):
        wire = Wire(port, token)
        wire.request("subscriptions/listen", {"notifications": {"resourcesListChanged": True}})
        held.append(wire)
    for wire in held:
        got = b""
        while b"acknowledged" not in got:
            got += wire.socket.recv(65536)
    time.sleep(0.5)
    after = memory(process.pid)
    show(title, streams=len(held), before_MiB=before["VmRSS"], with_streams_MiB=after["VmRSS"],
         streams_MiB=after["VmRSS"] - before["VmRSS"])
    for wire in held:
        wire.socket.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def alone(show, memory, environment, free_port):
    """The program by itself: its size, its start, its memory."""
    ready, rss = [], {}
    for _ in range(15):
        program = Alone(environment, free_port)
        ready.append(program.ready_ms)
        if len(ready) == 15:
            time.sleep(0.5)
            rss = memory(program.process.pid)
        program.stop()
    first = []
    hello = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "bench", "version": "1"}}}) + "\n"
    for _ in range(15):
        started = time.perf_counter()
        process = subprocess.Popen([str(BIN / "datastack-mcp"), "--stdio"], env=environment,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process.stdin.write(hello)
        process.stdin.flush()
        process.stdout.readline()
        first.append((time.perf_counter() - started) * 1000)
        process.stdin.close()
        process.wait()
    show("datastack-mcp alone", size_MB=round((BIN / "datastack-mcp").stat().st_size / 1e6, 2),
         ready_p50_ms=p50(ready), stdio_first_answer_p50_ms=p50(first), idle_MiB=rss)


def bench_mcp(make_server, memory, free_port, show):
    server = make_server("mcp")
    shutil.rmtree(server.directory, ignore_errors=True)
    place = ["--listen", f"127.0.0.1:{server.port}", "--data-dir", str(server.directory)]
    subprocess.run([str(BIN / "datastack"), "up", "--once", *place], check=True,
                   stdout=subprocess.DEVNULL)
    with make_server("mcp", keep=True) as server:
        place = ["--listen", f"127.0.0.1:{server.port}", "--data-dir", str(server.directory)]
        subprocess.run([str(BIN / "datastack"), "generate", "--events", str(EVENTS), *place],
                       check=True, stdout=subprocess.DEVNULL)
        environment = environment_of(server)
        token = environment["DATASTACK_MCP_TOKEN"]
        answers(show, "MCP at /mcp of datastack serve", server.port, token)
        alone(show, memory, environment, free_port)
        program = Alone(environment, free_port)
        answers(show, "MCP by datastack-mcp, over the wire", program.port, token)
        used = memory(program.process.pid)
        show("datastack-mcp after that", memory_MiB=used)
        program.stop()
        # Ours have nothing to listen to, their streams end at once; the suite's fixtures change.
        program = Alone(environment, free_port, "datastack-mcp-conformance",
                        ["--conformance-fixtures"])
        streams(show, "listen streams", memory, program.process, program.port, token)
        program.stop()
