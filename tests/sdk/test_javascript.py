"""The JavaScript SDK's tests (js/sdk.test.mjs) against a fresh server."""

import subprocess

from conftest import ROOT


def test_javascript_sdk(server):
    folder = ROOT / "tests" / "sdk" / "js"
    done = subprocess.run(["node", "--test", "sdk.test.mjs"], cwd=folder, env=server.environment(),
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
