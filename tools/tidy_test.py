#!/usr/bin/env python3
"""Breaks each rule of tools/tidy.py once, in a small tree of its own, and expects to be told: path,
line and reason. What must not be reported is in the clean tree."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TIDY = pathlib.Path(__file__).resolve().parent / "tidy.py"

LONG_BODY = "    ++count;\n" * 68

# A tree without a breach, with what looks like one to a careless rule.
CLEAN = {
    "src/base/README.md": "Values. See [the clock](clock.h) and [a page](https://example.com/none).\n",
    "src/base/clock.h": "// Time comes in through this.\n#pragma once\n\nnamespace base {}\n",
    "src/base/mutex.h": "// A lock that clang knows.\n#pragma once\nstd::mutex mutex_;\n",
    "src/os/README.md": "The kernel.\n",
    "src/os/clock.cpp": "#include <unistd.h>\n\n#include \"base/clock.h\"\nint x = ::open(name, 0);\n",
    "src/services/echo/README.md": "Says what it is told.\n",
    "src/services/echo/echo.h": "// An echo.\n#pragma once\n#define OPERATIONS(X) \\\n    X(repeat_it)\n"
                               "#define RESOURCES(X) X(mouth)\n",
    "src/services/echo/operations/repeat_it.cpp":
        '#include "services/echo/echo.h"\n\n'
        'constinit const aws::Operation repeat_it = aws::operation<&run>("RepeatIt");\n',
    "src/services/echo/operations/repeat_it_test.cpp":
        '#include "sim/clock.h"\nstd::mutex in_a_test;\nconst char* const pattern = "XXX"; // as given\n',
    "src/services/echo/resources/mouth.cpp":
        'constinit const aws::ResourceType mouth_resource =\n    aws::resource_type<Mouth>("AWS::Echo::Mouth");\n',
    "src/mcp/tools/README.md": "Tools.\n",
    "src/mcp/tools/catalog.h": "// Tools.\n#pragma once\n#define MCP_TOOLS(X) \\\n    X(look)\n",
    "src/mcp/tools/look.cpp": 'constinit const Tool look = tool<&run>("look", {});\n',
    "src/mcp/prompts/README.md": "Prompts.\n",
    "src/mcp/prompts/catalog.h": "// Prompts.\n#pragma once\n#define MCP_PROMPTS(X) X(ask)\n",
    "src/mcp/prompts/ask.cpp": 'constinit const Prompt ask =\n    prompt<&run>("ask", {});\n',
    # Literals and comments are not code, members in an initializer list are not its body.
    "src/base/text.cpp":
        "// We never throw and never call std::regex.\n"
        'const char* const text = "throw {{{ ::open(";\n'
        'const char* const raw = R"(throw std::mutex {{)";\n'
        "const int million = 1'000'000;\n"
        "struct Pair {\n    Pair() : first_{1}, second_(2) {}\n    int first_;\n    int second_;\n};\n",
    "src/base/exact.cpp": "void exact(int count) {\n" + LONG_BODY + "}\n",
}

# rule -> (path, content, line, what the report says)
BREACHES = {
    "upward include": ("src/base/up.cpp", '// x\n#include "os/clock.h"\n', 2, "comes in through constructors"),
    "floor": ("src/wire/up.cpp", '#include "services/echo/echo.h"\n', 1, "wire (floor 2) includes services (floor 3)"),
    "sideways": ("src/meta_store/side.cpp", '#include "segment_log/log.h"\n', 1, "meta_store (floor 2) includes"),
    "functions' floor": ("functions/client/up.cpp", '#include "aws/fault.h"\n', 1,
                         "functions include base, wire here, not aws"),
    "functions apart": ("src/mcp/batch.cpp", '#include "functions/generator/batch.h"\n', 1,
                        "include by its path below src/"),
    "services apart": ("src/services/other/other.cpp", '#include "services/echo/echo.h"\n', 1,
                       "services never include each other"),
    "unknown include": ("src/wire/odd.cpp", '#include "../base/clock.h"\n', 1, "include by its path below src/"),
    "kernel header": ("src/wire/kernel.cpp", "#include <unistd.h>\n", 1, "talk to the kernel"),
    "kernel call": ("src/wire/call.cpp", "int x = ::open(name, 0);\n", 1, "talk to the kernel"),
    "real clock": ("src/server/now.cpp", "auto now = std::chrono::steady_clock::now();\n", 1, "talk to the kernel"),
    "environment": ("src/aws/env.cpp", 'auto home = getenv("HOME");\n', 1, "talk to the kernel"),
    "throw": ("src/wire/bad.cpp", "void f() {\n    throw 1;\n}\n", 2, "not in this tree: throw"),
    "std::regex": ("src/wire/re.cpp", "std::regex r;\n", 1, "not in this tree: std::regex"),
    "unfinished": ("bench/late.cpp", "int x;  // TODO: more\n", 1, "not in this tree: TODO"),
    "bare mutex": ("src/server/lock.cpp", "std::lock_guard lock(mutex_);\n", 1, "base/mutex.h instead of"),
    "long file": ("functions/long.cpp", "int x;\n" * 601, 601, "601 lines, at most 600"),
    "long line": ("src/wire/wide.cpp", "int " + "x" * 100 + ";\n", 1, "105 columns, at most 100"),
    "long function": ("src/wire/function.cpp", "\nvoid f(int count) {\n" + LONG_BODY + "    ++count;\n}\n", 2,
                      "a function of 71 lines"),
    "long function, long signature": (
        "sql_worker/signature.cpp", "Reply<Row> Store::find(const Key& key,\n                       int count) {\n"
        + LONG_BODY + "}\n", 1, "a function of 71 lines"),
    "long member": ("src/wire/member.h", "// x\n#pragma once\nclass A {\n  public:\n    void f(int count) const {\n"
                    + LONG_BODY * 2 + "    }\n};\n", 5, "a function of 138 lines"),
    "long constructor": ("src/wire/constructor.cpp", "A::A() : x_{1}, y_{2} {\n" + LONG_BODY + "    ++count;\n}\n", 1,
                         "a function of 71 lines"),
    "header guard": ("src/wire/once.h", "// x\n", 1, "needs #pragma once"),
    "header's purpose": ("src/wire/mute.h", "#pragma once\n", 1, "opens with what it is"),
    "unlisted operation": ("src/services/echo/operations/more.cpp",
                           'constinit const aws::Operation more = aws::operation<&run>("More");\n', None,
                           "src/services/echo/echo.h:1: operation more is not in the list"),
    "operation without a file": ("src/services/echo/echo.h",
                                 "// x\n#pragma once\n#define OPERATIONS(X) X(repeat_it) X(vanish)\n"
                                 "#define RESOURCES(X) X(mouth)\n", 1,
                                 "operation vanish is listed and has no file"),
    "unlisted resource": ("src/services/echo/resources/voice.cpp",
                          'constinit const aws::ResourceType voice_resource = aws::resource_type<V>("V");\n', None,
                          "src/services/echo/echo.h:1: resource voice is not in the list"),
    "resource without a file": ("src/services/echo/echo.h",
                                "// x\n#pragma once\n#define OPERATIONS(X) X(repeat_it)\n"
                                "#define RESOURCES(X) X(mouth) X(gone)\n", 1,
                                "resource gone is listed and has no file"),
    "unlisted tool": ("src/mcp/tools/touch.cpp", 'constinit const Tool touch = tool<&run>("touch", {});\n', None,
                      "src/mcp/tools/catalog.h:1: tool touch is not in the list"),
    "prompt without a file": ("src/mcp/prompts/catalog.h",
                              "// x\n#pragma once\n#define MCP_PROMPTS(X) X(ask) X(beg)\n", 1,
                              "prompt beg is listed and has no file"),
    "no README": ("src/wire/lonely/file.h", "// x\n#pragma once\n", None,
                  "src/wire/lonely/README.md:1: each folder says what it is"),
    "dead link": ("docs/page.md", "x\n[gone](none.md)\n", 2, "a link to nothing: none.md"),
}
README_TOO = ("src/wire", "src/meta_store", "src/services/other", "src/server", "src/aws", "functions", "functions/client",
              "src/mcp", "sql_worker")


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.directory.name)
        self.addCleanup(self.directory.cleanup)
        subprocess.run(["git", "init", "-q", self.root], check=True)
        for path, content in CLEAN.items():
            self.write(path, content)

    def write(self, path, content):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(content)

    def tidy(self, *arguments):
        done = subprocess.run([sys.executable, TIDY, "--root", self.root, *arguments], capture_output=True, text=True)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout.splitlines()

    def test_a_clean_tree_is_clean(self):
        self.assertEqual(self.tidy(), (0, ["tidy: clean"]))

    def test_each_breach_is_reported_once_where_it_is(self):
        for rule, (path, content, line, what) in BREACHES.items():
            with self.subTest(rule):
                self.setUp()
                for folder in README_TOO:
                    self.write(folder + "/README.md", "A folder.\n")
                self.write(path, content)
                status, lines = self.tidy()
                self.assertEqual((status, lines[-1]), (1, "tidy: 1 breaches"), lines)
                self.assertIn(what, lines[0])
                if line is not None:
                    self.assertTrue(lines[0].startswith(f"{path}:{line}: "), lines[0])

    def test_a_header_that_needs_another_is_reported(self):
        self.write("src/base/needy.h", "// x\n#pragma once\ninline std::string text;\n")
        status, lines = self.tidy("--headers")
        self.assertEqual(status, 1)
        broken = [line for line in lines if line.startswith("src/base/needy.h:1: does not compile alone")]
        self.assertEqual(len(broken), 1, lines)


if __name__ == "__main__":
    unittest.main()
