// The official TypeScript SDK's clients against a running `datastack`, connected as the printed
// configurations of `datastack mcp config` say. CONFIGS, EVENTS and BARE come from the Python side.
import assert from "node:assert/strict";
import test from "node:test";

import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as OldHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const configs = JSON.parse(process.env.CONFIGS);
const bare = JSON.parse(process.env.BARE);
const total = Number(process.env.EVENTS);
const info = { name: "datastack-tests", version: "1.0.0" };

function transport({ command, args, env, url, headers }, Stdio, Http) {
    if (command) return new Stdio({ command, args, env: { ...bare, ...env }, stderr: "inherit" });
    return new Http(new URL(url), { requestInit: { headers } });
}

async function check(client) {
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map((tool) => tool.name).sort(), [
        "column_values", "describe_table", "explain_query", "get_query_results", "list_databases",
        "list_tables", "run_query", "search_catalog", "stream_status"]);
    for (const tool of tools) {
        assert.ok(tool.annotations.readOnlyHint && tool.outputSchema && tool.description, tool.name);
    }
    // The clients check structured content against the output schema.
    const call = (name, args) => client.callTool({ name, arguments: args });
    const counted = await call("run_query", { sql: "SELECT COUNT(*) AS n FROM streaming_events", database: "acme_telemetry" });
    assert.ok(!counted.isError, JSON.stringify(counted.content));
    assert.deepEqual(counted.structuredContent.rows, [[total]]);
    assert.match(counted.content[0].text, new RegExp(`${total}`));
    const described = await call("describe_table", { database: "acme_telemetry", table: "streaming_events" });
    assert.ok(!described.isError, JSON.stringify(described.content));
    const wrong = await call("run_query", { sql: "SELECT nope FROM acme_telemetry.streaming_events" });
    assert.ok(wrong.isError && /nope/.test(wrong.content[0].text), JSON.stringify(wrong.content));
}

for (const [name, config] of Object.entries(configs)) {
    const entry = (config.mcpServers ?? config.servers).datastack;
    const http = entry.url !== undefined;
    test(`${name}, the old SDK over ${http ? "HTTP" : "stdio"}`, async (t) => {
        const client = new OldClient(info);
        await client.connect(transport(entry, OldStdio, OldHttp));
        t.after(() => client.close());
        assert.equal(client.getServerVersion().name, "datastack");
        await check(client);
    });
    test(`${name}, the new SDK over ${http ? "HTTP" : "stdio"}`, async (t) => {
        const client = new Client(info, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
        await client.connect(transport(entry, StdioClientTransport, StreamableHTTPClientTransport));
        t.after(() => client.close());
        assert.equal(client.getNegotiatedProtocolVersion(), "2026-07-28");
        await check(client);
    });
    if (http && entry.headers) {
        test(`${name}, without its token`, async () => {
            const client = new OldClient(info);
            await assert.rejects(client.connect(transport({ url: entry.url }, OldStdio, OldHttp)), /401|[Uu]nauthorized|token/);
        });
    }
}
