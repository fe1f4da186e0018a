"""stream_status tells rates right after traffic, in process and over the wire."""

import pytest

from mcp_http import Caller, token_of
from mcp_server import McpServer

STREAM = "acme-telemetry-stream"
WINDOW_S = 300


@pytest.fixture(params=["endpoint", "datastack-mcp"])
def caller(request, stack):
    if request.param == "endpoint":
        yield Caller(stack.port, token_of(stack))
        return
    access, secret = stack.keys()
    with McpServer("--mcp-auth", "off", environment={
            "AWS_ENDPOINT_URL": stack.endpoint, "AWS_ACCESS_KEY_ID": access,
            "AWS_SECRET_ACCESS_KEY": secret}) as program:
        yield Caller(program.port)


@pytest.mark.quick
def test_rates_after_generate(stack, caller):
    before = caller.ask("stream_status", stream=STREAM)
    generated = 5_000
    stack.datastack("generate", "--events", str(generated), "--to", "stream")
    stack.datastack("flush")
    after = caller.ask("stream_status", stream=STREAM)
    # A mean over five minutes and the one under way; the first batch may have left the window.
    rate = after["records_per_second"]
    least = generated / (WINDOW_S + 60)
    assert least <= rate <= before["records_per_second"] * 1.3 + generated / WINDOW_S
    assert after["bytes_per_second"] > 100 * rate
    assert 0 <= after["delivery_lag_seconds"] < 300
    assert not [notice for notice in after["notices"] if "Rates" in notice], after["notices"]
