"""The official Inspector's command line against a running `datastack`, over stdio and HTTP."""

import json

import pytest

from mcp_http import token_of
from mcp_server import HERE, run_node

INSPECTOR = (HERE / "inspector" / "node_modules" / "@modelcontextprotocol" / "inspector" / "clients"
             / "launcher" / "build" / "index.js")
COUNT = "SELECT COUNT(*) AS n FROM acme_telemetry.streaming_events"


@pytest.fixture(scope="module")
def configs(stack, tmp_path_factory):
    folder = tmp_path_factory.mktemp("inspector")
    for name in ("inspector", "http", "claude-code"):
        (folder / f"{name}.json").write_text(stack.datastack("mcp", "config", name).stdout)
    return folder


def inspect(folder, *arguments):
    code, output = run_node(folder, str(INSPECTOR), "--cli", *arguments, environment={
        "HOME": str(folder)}, timeout=60)
    return code, output


def first_json(output):
    return json.JSONDecoder().raw_decode(output, output.index("{"))[0]


def check(folder, *target):
    code, output = inspect(folder, *target, "--method", "tools/list")
    assert code == 0, output
    tools = first_json(output)["tools"]
    assert len(tools) == 9 and all(tool["outputSchema"] for tool in tools)
    code, output = inspect(folder, *target, "--method", "tools/call", "--tool-name", "run_query",
                           "--tool-arg", f"sql={COUNT}")
    assert code == 0, output
    result = first_json(output)
    assert result["structuredContent"]["rows"][0][0] >= 1000, result
    code, output = inspect(folder, *target, "--method", "tools/call", "--tool-name", "run_query",
                           "--tool-arg", "sql=SELECT 1; DROP TABLE x")
    assert "behind the ';'" in output, output


@pytest.mark.parametrize("name", ["inspector", "http"])
def test_by_the_printed_configuration(configs, name):
    check(configs, "--config", str(configs / f"{name}.json"), "--server", "datastack")


def test_by_url_and_header(stack, configs):
    url = stack.endpoint + "/mcp"
    check(configs, url, "--transport", "http", "--header", f"Authorization: Bearer {token_of(stack)}")
    code, output = inspect(configs, url, "--transport", "http", "--method", "tools/list", "--header",
                           "Authorization: Bearer wrong")
    assert code != 0, output
