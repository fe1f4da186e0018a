"""The TypeScript SDK's clients (js/clients.test.mjs), both families of revisions, stdio and HTTP."""

from mcp_server import BIN, HERE, McpServer, run_node


def test_typescript_sdk_clients():
    program = "datastack-mcp-conformance"
    with McpServer("--mcp-auth", "off", "--conformance-fixtures", program=program) as server:
        code, output = run_node(HERE / "js", "--test", "clients.test.mjs",
                                environment={"PROGRAM": str(BIN / program),
                                             "URL_OF_SERVER": server.url})
    assert code == 0, output[-6000:]
