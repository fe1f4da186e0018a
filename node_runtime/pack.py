#!/usr/bin/env python3
"""Packs what nodejs functions run with into one zip, the same bytes for the same input: what node
loads of the packages (no type declarations, no code for browsers and bundlers, no native sources),
our bootstrap as @datastack/node-runtime, and our client where aws-lambda-ric looks for its native
addon.  pack.py OUT.zip FOLDER"""

import json
import pathlib
import sys
import zipfile

# AWS's client is one file; its dependencies build the native addon, which we do not.
CLIENTS = ("aws-lambda-ric", "aws-lambda-ric-4")
# Where require("./rapid-client.node") of both versions of the client looks.
ADDONS = ("aws-lambda-ric/dist/rapid-client.node", "aws-lambda-ric-4/rapid-client.node")
SKIPPED = {"node_modules", "dist-es", "dist-types", "deps", "scripts", "src", "test", "benchmarks"}
KEPT = {".js", ".cjs", ".mjs"}
KEPT_NAMES = ("package.json", "LICENSE", "NOTICE", "THIRD-PARTY-LICENSES")


def needed(packages):
    """The folders, below ours, of all packages that node may load; `packages` is the lock file's."""
    found = set()
    waiting = [("", name) for name in packages[""]["dependencies"]]
    while waiting:
        user, name = waiting.pop()
        # As node searches: in the folder of the user, then in those above it.
        while f"{user}/node_modules/{name}".lstrip("/") not in packages:
            assert user, f"{name} is not in the lock file"
            user = user.rpartition("node_modules/")[0].rstrip("/")
        folder = f"{user}/node_modules/{name}".lstrip("/")
        if folder not in found:
            found.add(folder)
            if name not in CLIENTS:
                waiting += [(folder, other) for other in packages[folder].get("dependencies", {})]
    return sorted(found)


def kept(relative):
    if SKIPPED & set(relative.parts[:-1]):
        return False
    return relative.suffix in KEPT or relative.name.startswith(KEPT_NAMES)


def contents(folder):
    files = {}
    packages = json.loads((folder / "package-lock.json").read_text())["packages"]
    for package in needed(packages):
        assert (folder / package).is_dir(), f"{package} is not installed: run ./dev setup"
        for path in (folder / package).rglob("*"):
            if path.is_file() and kept(path.relative_to(folder / package)):
                files[str(path.relative_to(folder / "node_modules"))] = path.read_bytes()
    for path in (folder / "runtime").iterdir():
        files[f"@datastack/node-runtime/{path.name}"] = path.read_bytes()
    for addon in ADDONS:
        files[f"{addon}/package.json"] = b'{"main": "index.cjs"}\n'
        files[f"{addon}/index.cjs"] = b"module.exports = require('@datastack/node-runtime/rapid_client.cjs');\n"
    return files


def main():
    out, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    temporary = out.with_suffix(".part")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, data in sorted(contents(folder).items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that the mode counts
            entry.external_attr = 0o100644 << 16
            package.writestr(entry, data)
    temporary.rename(out)


main()
