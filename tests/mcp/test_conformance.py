"""The official conformance suite, both pinned versions, against the build with its fixtures; and
against the build without them, where a baseline lists what cannot be shown without a fixture."""

import re

import pytest

from mcp_server import HERE, McpServer, run_node


def run_suite(version, url, folder, *arguments):
    suite = HERE / f"conformance-{version}" / "node_modules" / "@modelcontextprotocol" / "conformance"
    return run_node(folder, str(suite / "dist" / "index.js"), "server", "--url", url, *arguments)


@pytest.fixture(scope="module")
def fixtures_server():
    with McpServer("--mcp-auth", "off", "--conformance-fixtures",
                   program="datastack-mcp-conformance") as server:
        yield server


def test_active_suite_of_0_1_16(fixtures_server, tmp_path):
    code, output = run_suite("0.1.16", fixtures_server.url, tmp_path)
    assert code == 0, output[-4000:]
    assert len(re.findall("^✓", output, re.M)) == 30, output[-4000:]
    assert "✗" not in output


@pytest.mark.parametrize("revision, required", [("2025-11-25", 30), ("2026-07-28", 37)])
def test_requirements(fixtures_server, tmp_path, revision, required):
    code, output = run_suite("0.2.0-alpha.12", fixtures_server.url, tmp_path,
                             "--requirements", revision)
    assert code == 0, output[-4000:]
    summary, not_scored = output.split("=== SUMMARY ===")[1].split("Not scored", 1)
    passed = set(re.findall(r"^✓ ([\w-]+):", summary, re.M))
    unscored = set(re.findall(r"^  [✓✗] ([\w-]+) ", not_scored, re.M))
    assert len(passed - unscored) == required, output[-4000:]
    # What the revision does not require, and is not an extension, passes too.
    for scenario in re.findall(r"^  ✗ ([\w-]+) ", not_scored, re.M):
        assert scenario.startswith("tasks-"), output[-4000:]


@pytest.mark.parametrize("revision", ["2025-11-25", "2026-07-28"])
def test_release_build_against_its_baseline(tmp_path, revision):
    """A scenario that fails and is not listed, or is listed and passes, fails this."""
    with McpServer("--mcp-auth", "off") as server:
        code, output = run_suite("0.2.0-alpha.12", server.url, tmp_path, "--requirements", revision,
                                 "--expected-failures", str(HERE / f"baseline-{revision}.yml"))
    assert code == 0, output[-4000:]


def test_release_build_has_no_fixtures():
    import subprocess
    from mcp_server import BIN
    done = subprocess.run([str(BIN / "datastack-mcp"), "--conformance-fixtures"], capture_output=True,
                          text=True, timeout=10)
    assert done.returncode == 2 and "without the fixtures" in done.stderr
    assert b"test_simple_text" not in (BIN / "datastack-mcp").read_bytes()
