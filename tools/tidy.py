#!/usr/bin/env python3
"""Rules of the source tree that a compiler does not check. Prints each breach as path:line: what,
exits 1 when there is one. The rules and why they stand are in CONTRIBUTING.md; tools/tidy_test.py
breaks each of them once.

usage: tidy.py [--headers] [--root DIRECTORY]
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
CPP = ("src/*", "functions/*", "sql_worker/*", "bench/*", "fuzz/*")

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 100

# Folder -> floor. A file includes its own folder, base/ and lower floors.
FLOORS = {
    "base": 0, "os": 1, "sim": 1,
    "wire": 2, "segment_log": 2, "meta_store": 2, "object_store": 2, "athena_sql": 2,
    "stack_template": 2, "sql_engine": 2, "aws": 2,
    "services": 3, "server": 4, "mcp": 4, "console": 4, "app": 5,
}
# What may be included sideways, on the same floor.
SIDEWAYS = {
    "meta_store": {"wire"},
    "object_store": {"wire", "segment_log", "meta_store"},
    "stack_template": {"wire"},
    "sql_engine": {"wire", "athena_sql"},
    "aws": {"wire"},
    "mcp": {"server"},
}
# Folders of functions/ that src/ shares, and by whom.
SHARED_FUNCTIONS = {"client": {"app", "mcp"}, "generator": {"app"}}
# What the functions include of src/, so that they stay small; the client library has no kernel but
# sockets.
FUNCTIONS_INCLUDE = {"client": {"base", "wire"}}
FUNCTIONS_INCLUDE_ELSE = {"base", "wire", "os"}
# Floor 2 folders know files and clocks by interface only; the kernel is os/'s.
BANNED_OUTSIDE_OS = re.compile(
    r"^\s*#include <(?:unistd|fcntl|dirent|signal|spawn|sched|poll|sys/\w+|netinet/\w+|arpa/inet|fstream|"
    r"filesystem|random|linux/\w+)(?:\.h)?>|"
    r"(?<![\w.>])::(?:open|openat|creat|read|write|pread|pwrite|fsync|fdatasync|socket|fork|execve|mkdir|"
    r"unlink|rename|getrandom|clock_gettime)\(|"
    r"std::this_thread::sleep|std::chrono::(?:system|steady|high_resolution)_clock|std::random_device|"
    r"\bstd::rand\b|\btime\(nullptr\)|\b(?:fopen|getenv|setenv|popen|usleep|nanosleep)\(")
BANNED_EVERYWHERE = re.compile(r"\bstd::regex\b|\bthrow\b")
# Clang's thread-safety analysis sees base::Mutex and its lock only.
BANNED_OUTSIDE_BASE = re.compile(
    r"\bstd::(?:(?:recursive_|shared_|timed_)*mutex|lock_guard|unique_lock|scoped_lock|shared_lock|"
    r"condition_variable\w*)\b")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")

INCLUDE = re.compile(r'^\s*#include "([^"]+)"')

breaches = []


def breach(path, line, what):
    breaches.append(f"{path.relative_to(ROOT)}:{line}: {what}")


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT,
                            capture_output=True, text=True, check=True).stdout.split()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


LITERALS = r'R"(?P<tag>\w*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\''
COMMENTS = r"//[^\n]*|/\*.*?\*/"


def strip_comments(text):
    """Comments and literals blanked, lines kept."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(f"{COMMENTS}|{LITERALS}", blank, text, flags=re.S)


def comments_of(text):
    """(line, text) of each comment."""
    for match in re.finditer(f"(?P<comment>{COMMENTS})|{LITERALS}", text, flags=re.S):
        if match.group("comment"):
            yield text.count("\n", 0, match.start()) + 1, match.group("comment")


def is_test(path):
    return re.search(r"(_test|testing)\.(cpp|h)$", path.name) is not None


def check_includes(path, lines):
    parts = path.relative_to(SRC).parts
    own = parts[0]
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target = match.group(1).split("/")
        folder = target[0]
        if folder == "functions" and own in SHARED_FUNCTIONS.get(target[1], ()):
            continue
        if folder not in FLOORS:
            if "/" in match.group(1) or not (path.parent / match.group(1)).exists():
                breach(path, number, f"include by its path below src/: {match.group(1)}")
            continue
        if is_test(path) and folder in ("sim", "os", "aws", "server"):
            continue
        if folder == own:
            if own == "services" and len(target) > 2 and target[1] not in (parts[1], "ports"):
                breach(path, number, f"services never include each other: {match.group(1)}")
            continue
        if folder == "base" or folder in SIDEWAYS.get(own, ()):
            continue
        if own not in ("app",) and folder in ("os", "sim"):
            if own in ("server",) and folder == "os":
                continue
            breach(path, number, f"{folder}/ comes in through constructors, not includes")
        elif FLOORS[folder] >= FLOORS[own]:
            breach(path, number, f"{own} (floor {FLOORS[own]}) includes {folder} (floor {FLOORS[folder]})")


def check_function_includes(path, lines):
    allowed = FUNCTIONS_INCLUDE.get(path.relative_to(ROOT).parts[1], FUNCTIONS_INCLUDE_ELSE)
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        folder = match.group(1).split("/")[0] if match else None
        if folder in FLOORS and folder not in allowed and not (is_test(path) and folder == "sim"):
            breach(path, number, f"functions include {', '.join(sorted(allowed))} here, not {folder}")


def check_banned(path, text):
    code = strip_comments(text)
    own = path.relative_to(SRC).parts[0]
    for number, line in enumerate(code.splitlines(), 1):
        found = BANNED_EVERYWHERE.search(line)
        if found:
            breach(path, number, f"not in this tree: {found.group(0).strip()}")
        if is_test(path):
            continue
        found = BANNED_OUTSIDE_BASE.search(line)
        if found and own != "base":
            breach(path, number, f"base/mutex.h instead of {found.group(0).strip()}")
        found = BANNED_OUTSIDE_OS.search(line)
        if found and own not in ("os", "app"):
            breach(path, number, f"only os/ and app/ talk to the kernel: {found.group(0).strip()}")


SCOPE = re.compile(r"(?:template\s*<[^{}]*>\s*)?(?:inline\s+)?(?:namespace|class|struct|enum|union)\b|extern$")


def functions(code):
    """(first line, last line) of each function of stripped code: a block in a namespace or class
    whose text before the brace has a parameter list. Counts its signature and initializer list."""
    blocks = []  # (is a scope, header start, is a function), one for each open brace
    begin = 0  # of the statement we are in
    parentheses = 0
    # Spaces instead of directives and continued macros: their braces need not match.
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), code,
                  flags=re.M)
    for at, character in enumerate(code):
        inside = bool(blocks) and not blocks[-1][0]
        if character in "()" and not inside:
            parentheses += 1 if character == "(" else -1
        elif character == ";" and not inside and parentheses == 0:
            begin = at + 1
        elif character == "{":
            header = re.sub(r"^(?:\s|(?:public|private|protected)\s*:)+", "", code[begin:at])
            start = at - len(header)
            scope = not inside and parentheses == 0 and SCOPE.match(header.strip()) is not None
            function = not inside and parentheses == 0 and not scope and "(" in header and not re.search(
                r"=\s*$", header)
            blocks.append((scope, start, function))
            if scope:
                begin = at + 1
        elif character == "}" and blocks:
            scope, start, function = blocks.pop()
            if blocks and not blocks[-1][0] or parentheses > 0:
                continue
            # `Foo() : a_{1}, b_(2) {}`: a member of the initializer list, the body is yet to come.
            if function and re.match(r"\s*[,{]", code[at + 1:at + 200]):
                continue
            begin = at + 1
            if function:
                yield code.count("\n", 0, start) + 1, code.count("\n", 0, at) + 1


def check_sizes(path, text, lines):
    if len(lines) > FILE_LINES_MAX:
        breach(path, len(lines), f"{len(lines)} lines, at most {FILE_LINES_MAX}: split it")
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS_MAX and "http" not in line and not is_test(path):
            breach(path, number, f"{len(line)} columns, at most {LINE_COLUMNS_MAX}")
    for number, comment in comments_of(text):
        found = UNFINISHED.search(comment)
        if found:
            breach(path, number, f"not in this tree: {found.group(0)}")
    if not is_test(path):
        for first, last in functions(strip_comments(text)):
            if last - first + 1 > FUNCTION_LINES_MAX:
                breach(path, first, f"a function of {last - first + 1} lines, at most {FUNCTION_LINES_MAX}")


# folder of a service -> (what it holds, the macro that lists it, the line that makes one)
LISTS = {
    "operations": ("operation", r"OPERATIONS", r"^constinit const aws::Operation (\w+)"),
    "resources": ("resource", r"RESOURCES", r"^constinit const aws::ResourceType (\w+)_resource\b"),
}


# folder of the MCP server -> what it holds, by its list; catalog.h beside them has the lists
MCP_LISTS = {
    "tools": {"TOOLS": "Tool"},
    "resources": {"RESOURCES": "Resource", "TEMPLATES": "ResourceTemplate"},
    "prompts": {"PROMPTS": "Prompt"},
}


def check_list(folder, header, kind, macro, pattern):
    """What the files of `folder` make is what the header's list names."""
    text = header.read_text().replace("\\\n", " ") if header.exists() else ""
    defined = re.findall(rf"^#define \w*{macro}\(X\)(.*)$", text, re.M)
    listed = set(re.findall(r"\bX\((\w+)\)", " ".join(defined)))
    made = set()
    for path in folder.glob("*.cpp"):
        if not is_test(path):
            made.update(re.findall(pattern, path.read_text(), re.M))
    for name in sorted(made - listed):
        breach(header, 1, f"{kind} {name} is not in the list")
    for name in sorted(listed - made):
        breach(header, 1, f"{kind} {name} is listed and has no file")


def check_lists():
    for folder in sorted(set(SRC.glob("services/*/operations")) | set(SRC.glob("services/*/resources"))):
        check_list(folder, folder.parent / f"{folder.parent.name}.h", *LISTS[folder.name])
    for name, lists in MCP_LISTS.items():
        folder = SRC / "mcp" / name
        for macro, made in lists.items():
            check_list(folder, folder / "catalog.h", made.lower(), macro, rf"^constinit const {made} (\w+)")


def check_readmes():
    folders = {p.parent for p in tracked("src/*.h", "src/*.cpp", "functions/*.cpp", "sql_worker/*.cpp")}
    for folder in sorted(folders):
        if folder.name in ("operations", "resources", "src"):
            continue
        if not (folder / "README.md").exists():
            breach(folder / "README.md", 1, "each folder says what it is")


def check_links():
    for path in tracked("*.md"):
        text = re.sub(r"```.*?```", lambda m: re.sub(r"[^\n]", " ", m.group(0)), path.read_text(), flags=re.S)
        for number, line in enumerate(text.splitlines(), 1):
            for target in re.findall(r"\]\(([^)\s#]+)", line):
                if not re.match(r"\w+:", target) and not (path.parent / target).exists():
                    breach(path, number, f"a link to nothing: {target}")


def compile_alone(header):
    """What the compiler says about a file that includes this header only; "" when it compiles."""
    done = subprocess.run(
        ["clang++-14", "-std=c++20", "-fsyntax-only", "-DFMT_HEADER_ONLY", "-Isrc", "-x", "c++", "-"],
        input=f'#include "{header.relative_to(SRC)}"\n', capture_output=True, text=True, cwd=ROOT)
    return (done.stderr.splitlines() or ["?"])[0] if done.returncode != 0 else ""


def check_headers_self_contained():
    """Every header compiles alone. Slow (a compiler run for each): only with --headers."""
    headers = [p for p in tracked("src/*.h") if p.name != "precompiled.h"]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, said in zip(headers, pool.map(compile_alone, headers)):
            if said:
                breach(header, 1, f"does not compile alone: {said}")


def check_tree():
    for path in tracked("src/*.h", "src/*.cpp"):
        if path.name == "precompiled.h":
            continue
        text = path.read_text()
        check_includes(path, text.splitlines())
        check_banned(path, text)
        if path.suffix == ".h" and "#pragma once" not in text:
            breach(path, 1, "a header needs #pragma once")
        if path.suffix == ".h" and not text.startswith("//"):
            breach(path, 1, "a header opens with what it is and why")
    for path in tracked(*(folder + suffix for folder in CPP for suffix in (".h", ".cpp"))):
        text = path.read_text()
        check_sizes(path, text, text.splitlines())
        if path.is_relative_to(ROOT / "functions"):
            check_function_includes(path, text.splitlines())
    check_lists()
    check_readmes()
    check_links()


def main():
    global ROOT, SRC
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--headers", action="store_true", help="compile each header alone, too")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help="another tree than ours")
    arguments = parser.parse_args()
    ROOT = arguments.root.resolve()
    SRC = ROOT / "src"
    check_tree()
    if arguments.headers:
        check_headers_self_contained()
    for line in breaches:
        print(line)
    print(f"tidy: {len(breaches)} breaches" if breaches else "tidy: clean")
    sys.exit(1 if breaches else 0)


main()
