"""Fixtures of the end-to-end tests: the real binary on a free port and an empty directory, and the
real clients against it. `quick` marks what `./dev test --quick` runs."""

import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / "build" / "bin" / "datastack"
REGION = "us-west-2"
ACCOUNT = "000000000000"
READY_SECONDS_MAX = 20


def pytest_configure(config):
    config.addinivalue_line("markers", "quick: part of ./dev test --quick")


# Below the range that the kernel takes the ports of clients from: between a server's stop and its
# next start nobody else is given its port.
PORTS = range(10_000, 32_000)


def free_port():
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Server:
    """One datastack process. kill() is SIGKILL; start() again uses the same directory and port."""

    def __init__(self, directory, *flags):
        self.directory = pathlib.Path(directory)
        self.port = free_port()
        self.flags = list(flags)
        self.process = None
        self.log = open(self.directory.parent / (self.directory.name + ".log"), "ab")

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        command = [str(BINARY), "serve", "--listen", f"127.0.0.1:{self.port}", "--data-dir",
                   str(self.directory), *self.flags]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + READY_SECONDS_MAX
        while True:
            try:
                with urllib.request.urlopen(self.endpoint + "/health", timeout=1) as answer:
                    if answer.status == 200:
                        return self
            except OSError:
                pass
            assert self.process.poll() is None, f"datastack ended with {self.process.returncode}"
            assert time.monotonic() < deadline, "datastack did not become ready"
            time.sleep(0.005)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(timeout=30) == 0, "a clean stop exits 0"

    def keys(self):
        access, secret = (self.directory / "keys" / "root").read_text().split()
        return access, secret

    def environment(self):
        access, secret = self.keys()
        env = dict(os.environ)
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE"):
            env.pop(name, None)
        env.update(AWS_ACCESS_KEY_ID=access, AWS_SECRET_ACCESS_KEY=secret, AWS_REGION=REGION,
                   AWS_DEFAULT_REGION=REGION, AWS_ENDPOINT_URL=self.endpoint, AWS_PAGER="",
                   NO_PROXY="127.0.0.1,localhost", DATASTACK_LISTEN=f"127.0.0.1:{self.port}",
                   DATASTACK_DATA_DIR=str(self.directory))
        return env

    def aws(self, *arguments, check=True, text=True, stdin=None):
        """The AWS CLI v2 of the distribution, whose version may not know AWS_ENDPOINT_URL."""
        command = ["/usr/bin/aws", "--endpoint-url", self.endpoint, *arguments]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=text,
                              input=stdin, timeout=120)
        if check:
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def aws_json(self, *arguments):
        out = self.aws(*arguments, "--output", "json").stdout
        return json.loads(out) if out.strip() else None

    def datastack(self, *arguments, check=True):
        command = [str(BINARY), *arguments, "--listen", f"127.0.0.1:{self.port}", "--data-dir",
                   str(self.directory)]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True,
                              timeout=300)
        if check:
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def client(self, service, **config):
        import boto3
        from botocore.config import Config
        access, secret = self.keys()
        settings = {"retries": {"max_attempts": 1}, **config}
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION,
                            aws_access_key_id=access, aws_secret_access_key=secret,
                            config=Config(**settings))


@pytest.fixture
def server(tmp_path):
    """A fresh server for one test."""
    running = Server(tmp_path / "data").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory):
    """One server for all tests of a module."""
    running = Server(tmp_path_factory.mktemp("shared") / "data").start()
    yield running
    running.stop()


def make_stack(directory):
    """A server whose stack was made by `datastack up --once`, with its first batch delivered."""
    running = Server(directory)
    up = subprocess.run([str(BINARY), "up", "--once", "--listen", f"127.0.0.1:{running.port}",
                         "--data-dir", str(directory)], capture_output=True, text=True, timeout=120)
    assert up.returncode == 0, f"{up.stdout}\n{up.stderr}"
    running.first_output = up.stdout
    return running.start()


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """The target's three stacks with one delivered batch, shared by a module."""
    running = make_stack(tmp_path_factory.mktemp("stack") / "data")
    yield running
    running.stop()


def wait_for_query(athena, query_id, seconds=30):
    deadline = time.monotonic() + seconds
    while True:
        execution = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        if execution["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            return execution
        assert time.monotonic() < deadline, "the query did not end"
        time.sleep(0.02)


def query_rows(athena, sql, **options):
    """Rows of a SELECT as lists of text, without the header."""
    started = athena.start_query_execution(QueryString=sql, **options)
    execution = wait_for_query(athena, started["QueryExecutionId"])
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    rows = []
    pages = athena.get_paginator("get_query_results").paginate(
        QueryExecutionId=started["QueryExecutionId"])
    for page in pages:
        for row in page["ResultSet"]["Rows"]:
            rows.append([cell.get("VarCharValue") for cell in row["Data"]])
    return rows[1:]
