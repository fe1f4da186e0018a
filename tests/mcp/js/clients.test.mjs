// The official TypeScript SDK's clients, of both families of revisions, over stdio and HTTP, against
// the build with the conformance fixtures. PROGRAM and URL come from the Python side.
import assert from "node:assert/strict";
import test from "node:test";

import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as OldHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CreateMessageRequestSchema, ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const program = process.env.PROGRAM;
const url = new URL(process.env.URL_OF_SERVER);
const info = { name: "datastack-tests", version: "1.0.0" };
const fixtures = { command: program, args: ["--stdio", "--conformance-fixtures"], stderr: "inherit", env: process.env };

const transports = {
    "the old SDK over stdio": () => new OldStdio(fixtures),
    "the old SDK over HTTP": () => new OldHttp(url),
};

for (const [name, make] of Object.entries(transports)) {
    test(name, async (t) => {
        const client = new OldClient(info, { capabilities: { sampling: {}, elicitation: {} } });
        client.setRequestHandler(CreateMessageRequestSchema, () => ({
            role: "assistant", model: "none", content: { type: "text", text: "forty-two" },
        }));
        client.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept", content: { username: "ann", email: "a@b.c" } }));
        await client.connect(make());
        t.after(() => client.close());

        await t.test("lists and calls", async () => {
            const { tools } = await client.listTools();
            assert.ok(tools.length > 20);
            const result = await client.callTool({ name: "test_simple_text" });
            assert.equal(result.content[0].text, "This is a simple text response for testing.");
        });
        await t.test("reports progress in order", async () => {
            const seen = [];
            await client.callTool({ name: "test_tool_with_progress" }, undefined, { onprogress: (p) => seen.push(p.progress) });
            assert.deepEqual(seen, [0, 50, 100]);
        });
        await t.test("asks the client", async () => {
            const sampled = await client.callTool({ name: "test_sampling", arguments: { prompt: "?" } });
            assert.match(sampled.content[0].text, /forty-two/);
            const elicited = await client.callTool({ name: "test_elicitation", arguments: { message: "who?" } });
            assert.match(elicited.content[0].text, /ann/);
        });
        await t.test("cancels", async () => {
            const stop = new AbortController();
            const call = client.callTool({ name: "test_tool_with_progress" }, undefined,
                { signal: stop.signal, onprogress: () => stop.abort("enough") });
            await assert.rejects(call);
            await client.ping();
        });
        await t.test("refuses by the protocol's codes", async () => {
            await assert.rejects(client.callTool({ name: "no_such_tool" }), { code: -32602 });
            await assert.rejects(client.readResource({ uri: "test://nothing" }), { code: -32002 });
            await assert.rejects(client.listTools({ cursor: "forged" }), { code: -32602 });
        });
        await t.test("reads resources and prompts", async () => {
            const read = await client.readResource({ uri: "test://template/7%2F8/data" });
            assert.equal(JSON.parse(read.contents[0].text).id, "7/8");
            const prompt = await client.getPrompt({ name: "test_prompt_with_arguments", arguments: { arg1: "a", arg2: "b" } });
            assert.match(prompt.messages[0].content.text, /arg1='a', arg2='b'/);
            const completed = await client.complete({
                ref: { type: "ref/prompt", name: "test_prompt_with_arguments" }, argument: { name: "arg1", value: "par" },
            });
            assert.deepEqual(completed.completion.values, ["paris", "park", "party"]);
        });
    });
}

test("a session ends with DELETE", async () => {
    const client = new OldClient(info);
    const transport = new OldHttp(url);
    await client.connect(transport);
    assert.ok(transport.sessionId);
    await transport.terminateSession();
    await client.close();
});

const modern = {
    "the new SDK over stdio": () => new StdioClientTransport(fixtures),
    "the new SDK over HTTP": () => new StreamableHTTPClientTransport(url),
};

for (const [name, make] of Object.entries(modern)) {
    test(name, async (t) => {
        const client = new Client(info, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
        await client.connect(make());
        t.after(() => client.close());
        await t.test("speaks the stateless revision", () => {
            assert.equal(client.getNegotiatedProtocolVersion(), "2026-07-28");
            assert.ok(client.getServerCapabilities().tools);
        });
        await t.test("lists and calls", async () => {
            const { tools } = await client.listTools();
            assert.ok(tools.length > 20);
            const result = await client.callTool({ name: "test_simple_text" });
            assert.equal(result.content[0].text, "This is a simple text response for testing.");
        });
        await t.test("reports progress in order", async () => {
            const seen = [];
            await client.callTool({ name: "test_tool_with_progress" }, { onprogress: (p) => seen.push(p.progress) });
            assert.deepEqual(seen, [0, 50, 100]);
        });
        await t.test("cancels, and the connection serves on", async () => {
            const stop = new AbortController();
            const call = client.callTool({ name: "test_tool_with_progress" },
                { signal: stop.signal, onprogress: () => stop.abort("enough") });
            await assert.rejects(call);
            assert.ok((await client.listTools()).tools.length > 20);
        });
        await t.test("refuses by the protocol's codes", async () => {
            await assert.rejects(client.callTool({ name: "no_such_tool" }), { code: -32602 });
            await assert.rejects(client.readResource({ uri: "test://nothing" }), { code: -32602 });
        });
    });
}
