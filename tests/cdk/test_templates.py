"""cfn-lint on every template that is synthesized here, as a template for AWS: the three stacks without
and with an environment, with the bucket that goes with its stack, and the apps of these tests. No
server is needed. cdk-nag's turn is in consolidated-data-stack/test/nag.test.ts."""

import json
import os
import pathlib
import re
import subprocess

import pytest

from cdk_cli import APP, APPS
from conftest import ROOT

LINT = ROOT / "build" / "python" / "bin" / "cfn-lint"
# Left out, and why:
LEFT_OUT = {
    # The Function construct names its role in DependsOn though it refers to it too: harmless, and
    # the library's, not ours.
    "W3005",
}
VARIANTS = {
    "env-agnostic": {},
    "env-bound": {"account": "123456789012", "region": "us-west-2"},
    "bucket-goes": {"bucketRemoval": "destroy"},
    "grown": {"batchSize": "1000000", "schedule": "cron(0 * * * ? *)", "bufferSizeMiB": "128",
              "bufferIntervalSeconds": "900", "retentionHours": "8760", "logRetentionDays": "3653"},
}


def lint(templates, *more):
    done = subprocess.run([str(LINT), "--format", "parseable", "--regions", "us-west-2",
                           "--ignore-checks", *sorted(LEFT_OUT), *more, "--", *map(str, templates)],
                          capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def synthesize(command, folder, out, context):
    """As the CLI runs the app, without the CLI."""
    configured = json.loads((APP / "cdk.json").read_text())["context"]
    environment = {**os.environ, "CDK_OUTDIR": str(out), "NODE_PATH": str(APP / "node_modules"),
                   "CDK_CONTEXT_JSON": json.dumps({**configured, **context})}
    done = subprocess.run(["node", *command], cwd=folder, env=environment, capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return sorted(pathlib.Path(out).rglob("*.template.json"))


@pytest.fixture(scope="module")
def assemblies(tmp_path_factory):
    place = tmp_path_factory.mktemp("assemblies")
    return {name: synthesize(["dist/bin/data_stack.js"], APP, place / name, context)
            for name, context in VARIANTS.items()}


def test_lint_of_the_three_stacks(assemblies):
    templates = [path for found in assemblies.values() for path in found]
    assert len(templates) == 3 * len(VARIANTS)
    assert lint(templates) == (0, "")


def test_lint_of_the_test_apps(tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    (package / "bootstrap").write_bytes(b"#!/bin/sh\n")
    templates = [path for app in ("changes", "nested", "custom_resource", "auto_delete",
                                  "large_asset")
                 for path in synthesize([f"{app}.js"], APPS, tmp_path / app,
                                        {"package": str(package)})]
    assert len(templates) >= 7, "nested ones too"
    # The provider framework and CDK's own functions choose their runtimes themselves.
    assert lint(templates, "W2531") == (0, "")


def test_lint_finds_what_is_wrong(assemblies, tmp_path):
    template = json.loads(assemblies["env-agnostic"][0].read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::KinesisFirehose::DeliveryStream":
            resource["DependsOn"] = ["Nobody"]
            resource["Properties"]["ExtendedS3DestinationConfiguration"]["Colour"] = "blue"
    broken = tmp_path / "broken.template.json"
    broken.write_text(json.dumps(template))
    code, text = lint([broken])
    assert code != 0 and "Nobody" in text and "Colour" in text


def test_the_build_has_the_same_templates(assemblies):
    """`datastack up` deploys what `cdk deploy` deploys: byte for byte, but for the functions' zips
    when the app was packaged before or after the build."""
    for path in assemblies["env-agnostic"]:
        built = (ROOT / "build" / "templates" / path.name).read_text()
        assert re.sub(r"[0-9a-f]{64}\.zip", "X.zip", built) == re.sub(
            r"[0-9a-f]{64}\.zip", "X.zip", path.read_text())


def test_no_template_needs_more_than_a_request_takes(assemblies):
    for found in assemblies.values():
        for path in found:
            assert path.stat().st_size < 51_200, "TemplateBody's limit"


def test_verbs_know_the_names(assemblies):
    """What `datastack up` and `generate` ask for by name is what the templates make."""
    header = (ROOT / "src" / "app" / "names.h").read_text()
    names = re.findall(r'constexpr const char\* \w+ = "([^"]+)";', header)
    assert len(names) == 5
    text = "".join(path.read_text() for path in assemblies["env-bound"])
    for name in names:
        assert f'"{name}"' in text, name
    prefix = re.search(r'return "([a-z-]+)" \+ account', header).group(1)
    assert f'"{prefix}123456789012-us-west-2"' in text


@pytest.mark.quick
def test_lock_file_and_pins():
    package = json.loads((APP / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    assert versions["aws-cdk"].startswith("2.")
    lock = (APP / "package-lock.json").read_text()
    for url in re.findall(r'"resolved": "([^"]+)"', lock):
        assert url.startswith("https://registry.npmjs.org/"), url
    entries = json.loads(lock)["packages"]
    assert all("integrity" in entry for name, entry in entries.items()
               if name and not entry.get("inBundle"))
