#!/usr/bin/env python3
"""Records docs/mcp-transcript.md: an agent's conversation with the MCP server of a running stack,
each request as it was sent and each answer as it was received.

    datastack generate --events 24000 --to lake --hours 48    # for more than one partition
    eval "$(datastack env)"; tools/record_mcp.py > docs/mcp-transcript.md

What is left out is marked with ⟨…⟩, texts stand below their answer, and JSON is broken into lines;
nothing else is changed."""

import json
import os
import sys
import urllib.request

VERSION = "2026-07-28"
STRING_CHARACTERS_MAX = 400
LIST_ENTRIES_MAX = 6
JSON_COLUMNS_MAX = 110
TEXT_LINES_MAX = 40
LINE_COLUMNS_MAX = 220


class Server:
    """Requests of the stateless era over HTTP."""

    def __init__(self, endpoint, token):
        self.url = endpoint.rstrip("/") + "/mcp"
        self.token = token
        self.count = 0

    def call(self, method, params):
        self.count += 1
        meta = {"io.modelcontextprotocol/protocolVersion": VERSION,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "transcript", "version": "1"}}
        body = {"jsonrpc": "2.0", "id": self.count, "method": method,
                "params": {**params, "_meta": meta}}
        headers = {"Content-Type": "application/json",
                   "Accept": "application/json, text/event-stream",
                   "MCP-Protocol-Version": VERSION, "Mcp-Method": method}
        name = params.get("name") or params.get("uri")
        if name:
            headers["Mcp-Name"] = name
        secret = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = urllib.request.Request(self.url, json.dumps(body).encode(), {**headers, **secret})
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read().decode()
        if not text.startswith("{"):  # an event stream: the answer is its last message
            text = [line[5:] for line in text.splitlines() if line.startswith("data:")][-1]
        return headers, body, json.loads(text)


def left_out(count, what):
    return f"⟨{count:,} more {what}{'' if count == 1 else 's'}⟩"


def shortened(value, entries_max=LIST_ENTRIES_MAX):
    if isinstance(value, str) and len(value) > STRING_CHARACTERS_MAX:
        left = len(value) - STRING_CHARACTERS_MAX
        return value[:STRING_CHARACTERS_MAX] + left_out(left, "character")
    if isinstance(value, list):
        short = [shortened(one, entries_max) for one in value[:entries_max]]
        if len(value) > entries_max:
            short.append(left_out(len(value) - entries_max, "entry").replace("entrys", "entries"))
        return short
    if isinstance(value, dict):
        return {name: shortened(one, entries_max) for name, one in value.items()}
    return value


def pretty(value, indent=0):
    """JSON: what fits is on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= JSON_COLUMNS_MAX or not value or not isinstance(value, (dict, list)):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{inner}{json.dumps(name, ensure_ascii=False)}: {pretty(one, indent + 2)}"
                 for name, one in value.items()]
        return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"
    parts = [inner + pretty(one, indent + 2) for one in value]
    return "[\n" + ",\n".join(parts) + "\n" + " " * indent + "]"


def block(kind, text):
    fence = "````" if "```" in text else "```"
    print(f"{fence}{kind}\n{text}\n{fence}\n")


def print_text(text):
    lines = [line if len(line) <= LINE_COLUMNS_MAX
             else line[:LINE_COLUMNS_MAX] + left_out(len(line) - LINE_COLUMNS_MAX, "character")
             for line in text.rstrip("\n").split("\n")]
    if len(lines) > TEXT_LINES_MAX:
        lines = lines[:TEXT_LINES_MAX] + [left_out(len(lines) - TEXT_LINES_MAX, "line")]
    block("text", "\n".join(lines))


class Transcript:
    def __init__(self, server):
        self.server = server

    def say(self, text):
        print(text + "\n")

    def step(self, method, entries_max=LIST_ENTRIES_MAX, **params):
        headers, body, answer = self.server.call(method, params)
        if body["id"] > 1:
            body["params"]["_meta"] = "⟨as in the first⟩"
        print("Sent:\n")
        block("http", "POST /mcp\n" + "\n".join(f"{k}: {v}" for k, v in headers.items()) + "\n\n"
              + pretty(body))
        texts = []
        visible = json.loads(json.dumps(answer))
        for place in ("content", "contents"):
            for part in visible.get("result", {}).get(place, []):
                if "text" in part:
                    texts.append(part["text"])
                    part["text"] = "⟨below⟩"
        print("Received:\n")
        block("json", pretty(shortened(visible, entries_max)))
        for text in texts:
            print("its text:\n")
            print_text(text)
        return answer.get("result", answer)

    def tool(self, name, **arguments):
        return self.step("tools/call", name=name, arguments=arguments)


def converse(talk):
    talk.say("## Who is there?")
    talk.step("server/discover")
    talk.step("tools/list", entries_max=1)
    talk.say("## Where is it?\n\nThe question: *on which devices do people watch longest, lately?*")
    found = talk.tool("search_catalog", query="device watch duration", limit=5)
    match = found["structuredContent"]["matches"][0]
    database, table = match["database"], match["table"]
    talk.say("## What does it look like?")
    described = talk.tool("describe_table", database=database, table=table)["structuredContent"]
    keys = dict(part.split("=", 1) for part in described["newest_partition"].split("/"))
    talk.say("## What would it read?\n\nFirst without a filter, then with the newest partition's.")
    everything = (f"SELECT device_type, title_type, count(*) AS events, "
                  f"avg(watch_duration_seconds) AS seconds FROM {table} "
                  f"GROUP BY 1, 2 ORDER BY seconds DESC")
    talk.tool("explain_query", database=database, sql=everything)
    where = " AND ".join(f"{name} = '{value}'" for name, value in keys.items())
    narrow = everything.replace(" GROUP BY", f" WHERE {where} GROUP BY")
    talk.tool("explain_query", database=database, sql=narrow)
    talk.say("## Run it, and page")
    run = talk.tool("run_query", database=database, sql=narrow, max_rows=5)["structuredContent"]
    talk.tool("get_query_results", query_id=run["query_id"], cursor=run["next_cursor"], max_rows=5)
    talk.step("resources/read", uri=f"query://{run['query_id']}/results.csv")
    talk.say("## A parameter, bound and never spliced")
    talk.tool("run_query", database=database, parameters=["'tv'"], format="csv",
              sql=f"SELECT count(*) AS events FROM {table} WHERE device_type = ? AND {where}")
    talk.say("## What goes wrong is said so that it can be put right")
    talk.tool("run_query", database=database, sql=f"SELECT devise_type FROM {table} WHERE {where}")
    talk.tool("run_query", database=database, sql=f"SELECT 1; DROP TABLE {table}")
    talk.tool("run_query", database=database, sql="SELECT * FROM read_text('/etc/passwd')")


def main():
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        sys.exit('no AWS_ENDPOINT_URL: eval "$(datastack env)" first')
    print("# An agent's conversation over MCP\n\n"
          "Recorded by [tools/record_mcp.py](../tools/record_mcp.py) on a stack that `datastack up` "
          "made: revision 2026-07-28, `POST /mcp`. The token is left out; ⟨…⟩ marks what is left "
          "out. What the tools are is in [mcp.md](mcp.md).\n")
    converse(Transcript(Server(endpoint, os.environ.get("DATASTACK_MCP_TOKEN", ""))))


if __name__ == "__main__":
    main()
