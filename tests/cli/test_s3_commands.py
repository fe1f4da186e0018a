"""aws s3 …: the distribution's AWS CLI v2 does its listing, copying and syncing here."""

import random
import urllib.request

from conftest import REGION

MIB = 1024 * 1024

def test_make_copy_list_sync_presign_remove(shared_server, tmp_path):
    aws = shared_server.aws
    aws("s3", "mb", "s3://cli-bucket", "--region", REGION)
    assert "cli-bucket" in aws("s3", "ls").stdout

    large = tmp_path / "tree" / "deep" / "large.bin"
    large.parent.mkdir(parents=True)
    large.write_bytes(random.Random(1).randbytes(17 * MIB))
    (tmp_path / "tree" / "a file.txt").write_text("hello")
    (tmp_path / "tree" / "empty").write_bytes(b"")

    aws("s3", "cp", str(large), "s3://cli-bucket/large.bin")
    aws("s3", "cp", "s3://cli-bucket/large.bin", str(tmp_path / "back.bin"))
    assert (tmp_path / "back.bin").read_bytes() == large.read_bytes()
    streamed = aws("s3", "cp", "-", "s3://cli-bucket/stdin.txt", stdin="from stdin")
    assert streamed.returncode == 0
    assert aws("s3", "cp", "s3://cli-bucket/stdin.txt", "-").stdout == "from stdin"

    out = aws("s3", "sync", str(tmp_path / "tree"), "s3://cli-bucket/tree/").stdout
    assert out.count("upload:") == 3
    assert aws("s3", "sync", str(tmp_path / "tree"), "s3://cli-bucket/tree/").stdout == ""
    listed = aws("s3", "ls", "s3://cli-bucket/tree/").stdout
    assert "PRE deep/" in listed and "a file.txt" in listed
    recursive = aws("s3", "ls", "--recursive", "--summarize", "s3://cli-bucket/").stdout
    assert "Total Objects: 5" in recursive
    aws("s3", "sync", "s3://cli-bucket/tree/", str(tmp_path / "copy"))
    assert (tmp_path / "copy" / "deep" / "large.bin").read_bytes() == large.read_bytes()

    aws("s3", "cp", "s3://cli-bucket/large.bin", "s3://cli-bucket/copied.bin")
    aws("s3", "mv", "s3://cli-bucket/copied.bin", "s3://cli-bucket/moved.bin")
    assert "moved.bin" in aws("s3", "ls", "s3://cli-bucket/").stdout
    url = aws("s3", "presign", "s3://cli-bucket/stdin.txt").stdout.strip()
    assert urllib.request.urlopen(url).read() == b"from stdin"

    refused = aws("s3", "rb", "s3://cli-bucket", check=False)
    assert refused.returncode != 0 and "BucketNotEmpty" in refused.stderr
    out = aws("s3", "rm", "--recursive", "s3://cli-bucket/").stdout
    assert out.count("delete:") == 6
    aws("s3", "rb", "s3://cli-bucket")
    assert "cli-bucket" not in aws("s3", "ls").stdout


def test_s3api_says_what_is_wrong(shared_server):
    aws = shared_server.aws
    missing = aws("s3api", "get-object", "--bucket", "absent-bucket", "--key", "k", "/dev/null",
                  check=False)
    assert "NoSuchBucket" in missing.stderr
    lacking = aws("s3", "ls", "s3://absent-bucket", check=False)
    assert "NoSuchBucket" in lacking.stderr
