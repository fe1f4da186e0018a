"""The pinned CDK CLI, in an environment as `eval "$(datastack env)"` makes it."""

import json
import os
import pathlib
import re
import subprocess
import time

from conftest import BINARY, ROOT

APP = ROOT / "consolidated-data-stack"
APPS = pathlib.Path(__file__).resolve().parent / "apps"
CDK_SECONDS_MAX = 120
REAL_APP = "node dist/bin/data_stack.js"


def shell_environment(server):
    """The environment of a shell that ran eval "$(datastack env)", with nothing of AWS before."""
    plain = {name: value for name, value in os.environ.items()
             if not name.startswith(("AWS_", "CDK_", "DATASTACK_"))}
    plain.update(DATASTACK_LISTEN=f"127.0.0.1:{server.port}",
                 DATASTACK_DATA_DIR=str(server.directory))
    out = subprocess.run(["bash", "-c", f'set -e; eval "$({BINARY} env)"; env -0'], env=plain,
                         capture_output=True, timeout=30, check=True).stdout.decode()
    return dict(line.split("=", 1) for line in out.split("\0") if line)


class Cdk:
    """Runs `cdk` for one app against one server. `place` is a folder of the test's own: assemblies
    and the CLI's caches go there."""

    def __init__(self, server, place, app="changes"):
        self.server = server
        self.place = pathlib.Path(place)
        self.place.mkdir(parents=True, exist_ok=True)
        self.folder = APP if app == REAL_APP else APPS
        self.app = app if app == REAL_APP else f"node {app}.js"
        self.environment = shell_environment(server)
        self.environment.update(CDK_HOME=str(self.place / "home"),
                                NODE_PATH=str(APP / "node_modules"), CI="true")

    def __call__(self, verb, *arguments, check=True, output="cdk.out", **context):
        command = ["cdk", verb, *arguments, "--app", self.app, "--output",
                   str(self.place / output)]
        return self.run(command, check=check, **context)

    def run(self, command, check=True, **context):
        for name, value in context.items():
            command += ["--context", f"{name}={value}"]
        done = subprocess.run(command, cwd=self.folder, env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=CDK_SECONDS_MAX)
        done.text = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
        if check:
            assert done.returncode == 0, f"{' '.join(command)}\n{done.text}"
        return done

    def deploy(self, *arguments, check=True, **context):
        return self("deploy", "--all", "--require-approval", "never", *arguments, check=check,
                    **context)

    def destroy(self, *arguments, check=True, **context):
        return self("destroy", "--all", "--force", *arguments, check=check, **context)

    def synthesize(self, output="cdk.out", **context):
        """A cloud assembly, which later commands take without running the app again."""
        self("synth", "--quiet", output=output, **context)
        return self.place / output

    def outputs(self, **context):
        """Of a deploy, by stack."""
        path = self.place / "outputs.json"
        self.deploy("--outputs-file", str(path), **context)
        return json.loads(path.read_text())


def call_count(server, operation):
    """How often an operation was asked for since the server started."""
    import urllib.request
    with urllib.request.urlopen(server.endpoint + "/metrics") as answer:
        text = answer.read().decode()
    found = re.findall(r'^\w*requests\w*\{[^}]*operation="' + operation + r'"[^}]*\} (\d+)', text,
                       flags=re.M)
    return sum(map(int, found))


def stack_status(server, name):
    """Of a live stack; None when there is none."""
    from botocore.exceptions import ClientError
    try:
        return server.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0][
            "StackStatus"]
    except ClientError as error:
        assert f"Stack with id {name} does not exist" in str(error)
        return None


def stack_events(server, name):
    pages = server.client("cloudformation").get_paginator("describe_stack_events").paginate(
        StackName=name)
    return [event for page in pages for event in page["StackEvents"]][::-1]


def physical_ids(server, name):
    """Logical id -> physical id."""
    listed = server.client("cloudformation").describe_stack_resources(StackName=name)
    return {each["LogicalResourceId"]: each["PhysicalResourceId"]
            for each in listed["StackResources"]}


def wait_until(what, seconds=30):
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
    return found
