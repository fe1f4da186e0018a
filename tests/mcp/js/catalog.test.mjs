// Tools, resources, prompts and completions of a running stack, as the official TypeScript SDK's
// clients of both families of revisions see them. URL_OF_SERVER and TOKEN come from the Python side.
import assert from "node:assert/strict";
import test from "node:test";

import Ajv2020 from "ajv/dist/2020.js";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const url = new URL(process.env.URL_OF_SERVER);
const headers = process.env.TOKEN ? { Authorization: `Bearer ${process.env.TOKEN}` } : {};
const options = { requestInit: { headers } };
const info = { name: "datastack-tests", version: "1.0.0" };
const database = "acme_telemetry";
const table = "streaming_events";
const page = `catalog://${database}/${table}`;
const stream = "acme-telemetry-stream";

const clients = {
    "the session era": {
        unknown: -32002,
        connect: async () => {
            const client = new OldClient(info);
            await client.connect(new OldHttp(url, options));
            return client;
        },
    },
    "the stateless era": {
        unknown: -32602,
        connect: async () => {
            const client = new Client(info, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
            await client.connect(new StreamableHTTPClientTransport(url, options));
            return client;
        },
    },
};

// One call of each tool, with data behind it.
const query = `SELECT event_type, count(*) AS n, CAST(9007199254740993 AS bigint) AS big FROM ${table} GROUP BY 1 ORDER BY 1`;
const calls = (queryId) => ({
    list_databases: {},
    list_tables: { database },
    search_catalog: { query: "watch duration" },
    describe_table: { database, table },
    column_values: { database, table, column: "device_type" },
    explain_query: { database, sql: query },
    run_query: { database, sql: query, max_rows: 2 },
    get_query_results: { query_id: queryId },
    stream_status: { stream },
});

for (const [name, { connect, unknown }] of Object.entries(clients)) {
    test(name, async (t) => {
        const client = await connect();
        t.after(() => client.close());

        await t.test("what each tool returns is what its outputSchema says", async () => {
            const { tools } = await client.listTools();
            const ajv = new Ajv2020({ strict: false, validateFormats: false });
            const first = await client.callTool({ name: "run_query", arguments: { database, sql: "SELECT 1" } });
            const wanted = calls(first.structuredContent.query_id);
            assert.deepEqual(tools.map((tool) => tool.name).sort(), Object.keys(wanted).sort());
            for (const tool of tools) {
                assert.match(tool.name, /^[a-z_]+$/);
                assert.ok(tool.title && tool.description, tool.name);
                assert.equal(tool.annotations.readOnlyHint, true, tool.name);
                assert.equal(tool.annotations.destructiveHint, false, tool.name);
                assert.equal(tool.annotations.openWorldHint, false, tool.name);
                assert.equal(tool.annotations.idempotentHint, tool.name !== "run_query", tool.name);
                assert.ok(ajv.validate(tool.inputSchema, wanted[tool.name]), `${tool.name}: ${ajv.errorsText()}`);
                assert.ok(!ajv.validate(tool.inputSchema, { no_such_argument: 1 }), tool.name);
                const result = await client.callTool({ name: tool.name, arguments: wanted[tool.name] });
                assert.ok(!result.isError, `${tool.name}: ${result.content[0].text}`);
                assert.ok(tool.outputSchema, tool.name);
                assert.ok(ajv.validate(tool.outputSchema, result.structuredContent),
                    `${tool.name}: ${ajv.errorsText()} ${JSON.stringify(result.structuredContent)}`);
                assert.ok(!ajv.validate(tool.outputSchema, {}), tool.name);
            }
        });

        await t.test("describes the table with its size, its rows and how it knows", async () => {
            const { structuredContent: found } = await client.callTool(
                { name: "describe_table", arguments: { database, table } });
            assert.ok(found.bytes > 0 && found.objects > 0);
            assert.equal(found.time_column, "event_timestamp");
            assert.match(found.newest_partition, /^year=\d{4}\/month=\d\d\/day=\d\d\/hour=\d\d$/);
            assert.equal(found.partition_keys.length, 4);
            assert.equal(found.sample_rows.length, 3);
            const { structuredContent: counted } = await client.callTool(
                { name: "run_query", arguments: { database, sql: `SELECT count(*) FROM ${table}` } });
            const rows = counted.rows[0][0];
            assert.ok(rows > 0 && found.row_estimate > rows * 0.5 && found.row_estimate < rows * 2,
                `${found.row_estimate} of ${rows}: ${found.row_estimate_basis}`);
            const { structuredContent: example } = await client.callTool(
                { name: "run_query", arguments: { sql: found.example_query } });
            assert.equal(example.state, "SUCCEEDED");
            assert.ok(example.rows.length > 0);
        });

        await t.test("links to the whole result of a query, and reads it", async () => {
            const result = await client.callTool({ name: "run_query", arguments: { database, sql: query, max_rows: 1 } });
            assert.equal(result.structuredContent.truncated, true);
            assert.equal(result.structuredContent.rows[0][2], "9007199254740993");
            const link = result.content.find((block) => block.type === "resource_link");
            assert.equal(link.uri, `query://${result.structuredContent.query_id}/results.csv`);
            const { contents } = await client.readResource({ uri: link.uri });
            assert.equal(contents[0].mimeType, "text/csv");
            const lines = contents[0].text.trim().split("\n");
            assert.equal(lines[0], '"event_type","n","big"');
            assert.ok(lines.length > 2);
            const rest = await client.callTool({ name: "get_query_results", arguments: {
                query_id: result.structuredContent.query_id, cursor: result.structuredContent.next_cursor, max_rows: 1000 } });
            assert.equal(rest.structuredContent.rows.length, lines.length - 2);
            const shown = await client.callTool({ name: "run_query", arguments: { sql: "SHOW DATABASES" } });
            const text = shown.content.find((block) => block.type === "resource_link");
            assert.match((await client.readResource({ uri: text.uri })).contents[0].text, /acme_telemetry/);
        });

        await t.test("reads a result of megabytes, and is told when it is too large", async () => {
            const run = async (rows) => (await client.callTool({ name: "run_query", arguments: { max_rows: 1, sql:
                `SELECT lpad(CAST(a * 100 + b AS varchar), 500, 'x') AS c FROM UNNEST(sequence(0, ${rows / 100 - 1})) AS s(a) ` +
                "CROSS JOIN UNNEST(sequence(1, 100)) AS t(b)" } })).structuredContent.query_id;
            const { contents } = await client.readResource({ uri: `query://${await run(8000)}/results.csv` });
            const lines = contents[0].text.trimEnd().split("\n");
            assert.equal(lines.length, 8001);
            assert.deepEqual(lines.slice(1).map((line) => line.length).filter((length) => length !== 502), []);
            await assert.rejects(client.readResource({ uri: `query://${await run(9000)}/results.csv` }),
                { code: -32603, message: /4\.0 MiB.*get_query_results.*s3:/ });
        });

        await t.test("lists resources and reads them", async () => {
            const { resources } = await client.listResources();
            assert.deepEqual(resources.map((one) => one.uri).slice(0, 2), ["docs://sql-dialect", page]);
            const { resourceTemplates } = await client.listResourceTemplates();
            assert.deepEqual(resourceTemplates.map((one) => one.uriTemplate),
                ["catalog://{database}/{table}", "query://{id}/results.csv"]);
            const dialect = (await client.readResource({ uri: "docs://sql-dialect" })).contents[0];
            assert.equal(dialect.mimeType, "text/markdown");
            assert.match(dialect.text, /date_trunc/);
            const text = (await client.readResource({ uri: page })).contents[0].text;
            assert.match(text, /\| event_type \| varchar \| start, pause, resume, stop, complete \|/);
            assert.match(text, /newest partition: year=\d{4}\/month=/);
        });

        await t.test("refuses resources that are not there by the era's code", async () => {
            const near = await client.readResource({ uri: `catalog://${database}/streaming_event` }).catch((error) => error);
            assert.equal(near.code, unknown);
            assert.match(near.message, /streaming_events/);
            for (const uri of ["file:///etc/passwd", "query://00000000-0000-0000-0000-000000000000/results.csv", "nothing"]) {
                await assert.rejects(client.readResource({ uri }), { code: unknown }, uri);
            }
            await assert.rejects(client.listResources({ cursor: "forged" }), { code: -32602 });
        });

        await t.test("has prompts that bring the catalog along", async () => {
            const { prompts } = await client.listPrompts();
            assert.deepEqual(prompts.map((one) => one.name), ["explore_dataset", "investigate"]);
            const explore = await client.getPrompt({ name: "explore_dataset", arguments: { database, table } });
            assert.equal(explore.messages[0].content.type, "text");
            assert.equal(explore.messages[1].content.resource.uri, page);
            const question = "How long do people watch on each device?";
            const investigate = await client.getPrompt({ name: "investigate", arguments: { question } });
            assert.ok(investigate.messages[0].content.text.includes(`> ${question}`));
            assert.equal(investigate.messages[1].content.resource.uri, page);
            await assert.rejects(client.getPrompt({ name: "explore_dataset", arguments: {} }), { code: -32602 });
            await assert.rejects(client.getPrompt({ name: "explore_dataset", arguments: { database: "acme" } }),
                { code: -32602, message: /acme_telemetry/ });
            await assert.rejects(client.getPrompt({ name: "nothing" }), { code: -32602 });
        });

        await t.test("completes names", async () => {
            const complete = async (ref, name, value, settled = {}) => (await client.complete({
                ref, argument: { name, value }, context: { arguments: settled } })).completion;
            const prompt = { type: "ref/prompt", name: "investigate" };
            const template = { type: "ref/resource", uri: "catalog://{database}/{table}" };
            assert.deepEqual((await complete(prompt, "database", "acme")).values, [database]);
            assert.deepEqual((await complete(template, "table", "st", { database })).values, [table]);
            const columns = await complete(prompt, "column", "title", { database, table });
            assert.deepEqual(columns, { values: ["title_id", "title_type"], total: 2, hasMore: false });
            await assert.rejects(complete(prompt, "nothing", ""), { code: -32602 });
        });

        await t.test("declares what it sends, and no more", async () => {
            const { tools, resources, prompts, completions } = client.getServerCapabilities();
            assert.deepEqual([tools, resources, prompts, completions], [{}, {}, {}, {}]);
            assert.match(client.getInstructions(), /untrusted data/);
        });
    });
}
