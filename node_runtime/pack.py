#!/usr/bin/env python3
"""Packs what nodejs functions run with into one zip, the same bytes for the same input: what node
loads of node_modules (no type declarations, no code for browsers and bundlers, no native sources),
our bootstrap as @datastack/node-runtime, and our client where aws-lambda-ric looks for its native
addon.  pack.py OUT.zip FOLDER"""

import pathlib
import sys
import zipfile

SKIPPED = {"dist-es", "dist-types", "dist-esm", "deps", "scripts", "src", "nothing", "node-gyp", "node-addon-api", ".bin",
           "browser", "test", "benchmarks"}
KEPT = {".js", ".cjs", ".mjs"}
KEPT_NAMES = ("package.json", "LICENSE", "NOTICE", "THIRD-PARTY-LICENSES")
# Where require("./rapid-client.node") of both versions of the client looks.
ADDONS = ("aws-lambda-ric/dist/rapid-client.node", "aws-lambda-ric-4/rapid-client.node")


def kept(relative):
    if SKIPPED & set(relative.parts[:-1]) or relative.name.startswith("."):
        return False
    return relative.suffix in KEPT or relative.name.startswith(KEPT_NAMES)


def contents(folder):
    modules = folder / "node_modules"
    files = {}
    for path in modules.rglob("*"):
        relative = path.relative_to(modules)
        if path.is_file() and kept(relative):
            files[str(relative)] = path.read_bytes()
    for path in (folder / "runtime").iterdir():
        files[f"@datastack/node-runtime/{path.name}"] = path.read_bytes()
    for addon in ADDONS:
        assert f"{addon.split('/')[0]}/package.json" in files, "npm ci has not run: ./dev setup"
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
