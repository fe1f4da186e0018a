#!/usr/bin/env python3
"""Records requests as botocore signs them, for src/wire/sigv4_recorded_test.cpp.

    python3 tests/recorded/sigv4/generate.py > tests/recorded/sigv4/cases.txt

Run again only to add cases: the point of a recording is that it does not follow our code.
"""
import datetime
from urllib.parse import quote, urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NOW = datetime.datetime(2026, 3, 1, 12, 0, 5)
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
KEY = "AKIDEXAMPLE"
TOKEN = "AQoEXAMPLEH4aoAH0gNCAPyJxz4BlCFFxWNE1OPTgk5TthT+FvwqnKwRcOIfrRh3c/LTo6UDdyJwOOvEVPvLXCrrrUtdnniCEXAMPLE=="

botocore.auth.get_current_datetime = lambda: NOW


class Streaming(botocore.auth.S3SigV4Auth):
    def __init__(self, mode, *args):
        super().__init__(*args)
        self.mode = mode

    def payload(self, request):
        return self.mode


def record(name, auth, method, url, headers=None, data=b"", token=None):
    request = AWSRequest(method=method, url=url, headers=headers or {}, data=data)
    request.context["payload_signing_enabled"] = True
    auth.add_auth(request)
    parts = urlsplit(request.url)
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    print(f"=== {name}")
    print(f"body {data.hex()}")
    print(f"{method} {target} HTTP/1.1")
    if "Host" not in request.headers:
        print(f"Host: {parts.netloc}")
    for key, value in request.headers.items():
        print(f"{key}: {value}")
    print()


def main():
    plain = Credentials(KEY, SECRET)
    temporary = Credentials(KEY, SECRET, TOKEN)
    for label, credentials in (("root", plain), ("token", temporary)):
        sigv4 = lambda service, region="us-west-2": botocore.auth.SigV4Auth(credentials, service, region)
        s3 = lambda: botocore.auth.S3SigV4Auth(credentials, "s3", "us-west-2")
        record(f"{label}: json", sigv4("kinesis"), "POST", "http://127.0.0.1:4566/",
               {"X-Amz-Target": "Kinesis_20131202.PutRecords", "Content-Type": "application/x-amz-json-1.1"},
               b'{"StreamName": "s"}')
        record(f"{label}: query", sigv4("sts", "us-east-1"), "POST", "http://localhost:4566/",
               {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
               b"Action=GetCallerIdentity&Version=2011-06-15")
        record(f"{label}: rest-json with an encoded path", sigv4("lambda"), "POST",
               "http://localhost:4566/2015-03-31/functions/" +
               quote("arn:aws:lambda:us-west-2:000000000000:function:a b", safe="") +
               "/invocations?Qualifier=%24LATEST", {"X-Amz-Invocation-Type": "Event"}, b"{}")
        record(f"{label}: rest-json with dots and slashes", sigv4("lambda"), "GET",
               "http://localhost:4566/a/./b/../c//d/", {})
        record(f"{label}: header values with blanks", sigv4("kinesis"), "POST", "http://h/",
               {"X-Amz-Meta-A": "  two   words \t here ", "X-Amz-Meta-Empty": ""}, b"x")
        record(f"{label}: s3 put", s3(), "PUT", "http://localhost:4566/bucket/a%20b/%C3%A9%2B~c.txt",
               {"x-amz-meta-k": "v", "Content-Type": "text/plain", "Expect": "100-continue"}, b"hello")
        record(f"{label}: s3 keys with dots and slashes", s3(), "GET",
               "http://localhost:4566/bucket//a/../b/./c%2Fd", {})
        record(f"{label}: s3 query", s3(), "GET",
               "http://localhost:4566/bucket?prefix=a%2Fb%20c&list-type=2&delimiter=%2F&max-keys=2&acl", {})
        record(f"{label}: s3 virtual host", s3(), "GET", "http://bucket.s3.localhost:4566/k?versionId=null", {})
        for mode in ("UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"):
            record(f"{label}: s3 {mode}", Streaming(mode, credentials, "s3", "us-west-2"), "PUT",
                   "http://localhost:4566/bucket/k",
                   {"x-amz-decoded-content-length": "5", "x-amz-trailer": "x-amz-checksum-crc32"}, b"")
        record(f"{label}: s3 presigned", botocore.auth.S3SigV4QueryAuth(credentials, "s3", "us-west-2", 900),
               "GET", "http://localhost:4566/bucket/a%20b%2Bc?response-content-type=text%2Fplain&x=a%2Fb", {})
        record(f"{label}: presigned elsewhere",
               botocore.auth.SigV4QueryAuth(credentials, "sts", "us-east-1", 60),
               "GET", "http://localhost:4566/?Action=GetCallerIdentity&Version=2011-06-15", {})


if __name__ == "__main__":
    main()
