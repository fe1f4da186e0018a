"""Packages of functions through the real CLI: one over the 5 MiB at which it uploads in parts, changed
code, and what is no zip."""

import json
import os
import shutil
import zipfile

import pytest

from cdk_cli import Cdk, call_count, stack_status
from conftest import ROOT

FUNCTION = ROOT / "build" / "functions" / "function-test-bootstrap.zip"


@pytest.fixture
def package(tmp_path):
    """A folder with the test function and 8 MiB that do not compress."""
    folder = tmp_path / "package"
    with zipfile.ZipFile(FUNCTION) as archive:
        archive.extract("bootstrap", folder)
    (folder / "bootstrap").chmod(0o755)
    (folder / "ballast").write_bytes(b"first\n" + os.urandom(8 << 20))
    return folder


@pytest.fixture
def cdk(server, tmp_path):
    return Cdk(server, tmp_path / "cdk", app="large_asset")


def read_ballast(server):
    answer = server.client("lambda").invoke(
        FunctionName="large-asset", Payload=json.dumps({"do": "read", "path": "ballast"}).encode())
    return json.loads(answer["Payload"].read())


def test_package_over_5_mib_in_parts(cdk, server, package):
    cdk.deploy(package=package)
    assert call_count(server, "UploadPart") >= 2, "it went in parts"
    assert read_ballast(server) == "first"
    configuration = server.client("lambda").get_function_configuration(FunctionName="large-asset")
    assert configuration["CodeSize"] > 5 << 20

    uploads = call_count(server, "UploadPart")
    assert "no changes" in cdk.deploy(package=package).text
    assert call_count(server, "UploadPart") == uploads, "the asset is there already"

    (package / "ballast").write_bytes(b"second\n" + os.urandom(8 << 20))
    cdk.deploy(package=package)
    assert read_ballast(server) == "second"


def test_what_is_no_zip(cdk, server, package):
    failed = cdk.deploy(variant="not-a-zip", check=False)
    assert failed.returncode != 0
    assert "Could not unzip uploaded file" in failed.text
    assert stack_status(server, "LargeAsset") == "ROLLBACK_COMPLETE"
    shutil.rmtree(package / "nothing", ignore_errors=True)
    cdk.deploy(package=package)
    assert read_ballast(server) == "first"
