"""The function binaries as AWS would run them: fully static, in an empty root directory, talking TLS
to an endpoint that is only a name. FUNCTIONS names the directory with the built functions."""

import base64
import http.server
import json
import os
import pathlib
import shutil
import socket
import socketserver
import ssl
import struct
import subprocess
import tempfile
import threading
import unittest

FUNCTIONS = pathlib.Path(os.environ.get(
    "FUNCTIONS", pathlib.Path(__file__).resolve().parents[2] / "build" / "functions"))
NAME = "kinesis.stand-in.example"


class RuntimeApi(http.server.BaseHTTPRequestHandler):
    """Hands out one event, keeps the answer, then lets the function wait."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.server.event is None:
            self.server.release.wait(20)
            self.close_connection = True
            return
        body, self.server.event = self.server.event.encode(), None
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "request-1")
        self.send_header("Lambda-Runtime-Deadline-Ms", "99999999999999")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.answers.append((self.path, body.decode()))
        self.server.answered.set()


class Kinesis(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((dict(self.headers), body))
        answer = json.dumps({"FailedRecordCount": 0, "Records": [
            {"SequenceNumber": "49", "ShardId": "s"} for _ in body["Records"]]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


class NameServer(socketserver.BaseRequestHandler):
    """Answers every question for NAME with 127.0.0.1, everything else with no such name."""

    def handle(self):
        data, sock = self.request
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += 1 + data[at]
        kind = struct.unpack(">H", data[at + 1:at + 3])[0]
        question = data[12:at + 5]
        self.server.asked.append(".".join(labels))
        known = ".".join(labels).lower() == NAME
        answer = b""
        if known and kind == 1:
            answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton("127.0.0.1")
        flags = 0x8180 if known else 0x8183
        sock.sendto(data[:2] + struct.pack(">HHHHH", flags, 1, 1 if answer else 0, 0, 0) +
                    question + answer, self.client_address)


def serve(server):
    server.handle_error = lambda *_: None  # the function was killed, or distrusts us
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    return server


class StaticFunctions(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="functions_static."))
        self.addCleanup(shutil.rmtree, self.directory)
        self.root = self.directory / "root"
        (self.root / "etc").mkdir(parents=True)
        (self.root / "dev").mkdir()
        self.make_certificate()
        self.runtime = serve(http.server.ThreadingHTTPServer(("127.0.0.1", 0), RuntimeApi))
        self.runtime.daemon_threads = True
        self.runtime.event = json.dumps({"events": [{"event_id": "a"}, {"event_id": "b", "n": 100.0}]})
        self.runtime.answers = []
        self.runtime.answered = threading.Event()
        self.runtime.release = threading.Event()
        self.kinesis = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Kinesis)
        self.kinesis.daemon_threads = True
        self.kinesis.requests = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.directory / "cert.pem", self.directory / "key.pem")
        self.kinesis.socket = context.wrap_socket(self.kinesis.socket, server_side=True,
                                                  do_handshake_on_connect=False)
        serve(self.kinesis)
        for server in (self.runtime, self.kinesis):
            self.addCleanup(server.server_close)
            self.addCleanup(server.shutdown)

    def make_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=" + NAME, "-addext", "subjectAltName=DNS:" + NAME,
                        "-keyout", self.directory / "key.pem", "-out", self.directory / "cert.pem"],
                       check=True, capture_output=True)

    def run_producer(self, trust=True):
        shutil.copy(FUNCTIONS / "acme-data-producer" / "bootstrap", self.root / "bootstrap")
        environment = {
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d" % self.runtime.server_address[1],
            "AWS_ENDPOINT_URL_KINESIS": "https://%s:%d" % (NAME, self.kinesis.server_address[1]),
            "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_SESSION_TOKEN": "token", "AWS_REGION": "us-west-2", "STREAM_NAME": "stream"}
        if trust:
            shutil.copy(self.directory / "cert.pem", self.root / "ca.pem")
            environment["SSL_CERT_FILE"] = "/ca.pem"
        enter = ["/usr/sbin/chroot"]
        if os.geteuid() != 0:
            enter = ["/usr/bin/unshare", "--map-root-user"] + enter
        process = subprocess.Popen(enter + [str(self.root), "/bootstrap"], env=environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        answered = self.runtime.answered.wait(30)
        self.runtime.release.set()
        process.kill()
        log = process.communicate()[0]
        self.assertTrue(answered, log)
        return self.runtime.answers[0], log

    def check_sent(self):
        (path, body), log = self.run_producer()
        self.assertEqual(path, "/2018-06-01/runtime/invocation/request-1/response", body + log)
        self.assertEqual(json.loads(body), {"sent": 2, "failed": 0, "retried": 0})
        headers, request = self.kinesis.requests[0]
        self.assertEqual(headers["X-Amz-Target"], "Kinesis_20131202.PutRecords")
        self.assertEqual(headers["X-Amz-Security-Token"], "token")
        self.assertIn("Credential=ASIAEXAMPLE/", headers["Authorization"])
        self.assertIn("/us-west-2/kinesis/aws4_request", headers["Authorization"])
        self.assertEqual(base64.b64decode(request["Records"][1]["Data"]),
                         b'{"event_id": "b", "n": 100.0}\n')

    def test_name_from_hosts_file(self):
        (self.root / "etc" / "hosts").write_text("127.0.0.1 " + NAME + "\n")
        self.check_sent()

    def test_name_from_name_server(self):
        try:
            server = socketserver.ThreadingUDPServer(("127.0.0.99", 53), NameServer)
        except PermissionError:
            self.skipTest("port 53 is not ours to take")
        server.asked = []
        serve(server)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        (self.root / "etc" / "resolv.conf").write_text("nameserver 127.0.0.99\n")
        # As on Amazon Linux: plugins that a static binary must not load.
        (self.root / "etc" / "nsswitch.conf").write_text("hosts: myhostname resolve dns\n")
        self.check_sent()
        self.assertIn(NAME, server.asked)

    def test_untrusted_certificate_is_refused(self):
        (self.root / "etc" / "hosts").write_text("127.0.0.1 " + NAME + "\n")
        (self.root / "etc" / "ssl" / "certs").mkdir(parents=True)
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", self.root / "etc/ssl/certs/")
        (path, body), _ = self.run_producer(trust=False)
        self.assertTrue(path.endswith("/error"), body)
        self.assertIn("certificate", body)
        self.assertEqual(self.kinesis.requests, [])

    def test_no_bundle_is_refused(self):
        (self.root / "etc" / "hosts").write_text("127.0.0.1 " + NAME + "\n")
        (path, body), _ = self.run_producer(trust=False)
        self.assertTrue(path.endswith("/error"), body)
        self.assertIn("SSL_CERT_FILE", body)

    def test_all_are_static_and_small(self):
        for name in ("acme-data-generator", "acme-data-producer"):
            program = FUNCTIONS / name / "bootstrap"
            headers = subprocess.run(["readelf", "-l", "-d", program], capture_output=True,
                                     text=True, check=True).stdout
            self.assertNotIn("INTERP", headers, name)
            self.assertNotIn("NEEDED", headers, name)
            self.assertLess(program.stat().st_size, 8_000_000)
            # Under the size from which clients upload in parts.
            self.assertLess((FUNCTIONS / (name + ".zip")).stat().st_size, 5 * 1024 * 1024)

    def test_zips_are_deterministic(self):
        tool = pathlib.Path(__file__).resolve().parents[2] / "tools" / "make_zip.py"
        for name in ("acme-data-generator", "acme-data-producer"):
            again = self.directory / "again.zip"
            subprocess.run(["python3", tool, again, FUNCTIONS / name / "bootstrap"], check=True)
            self.assertEqual(again.read_bytes(), (FUNCTIONS / (name + ".zip")).read_bytes())


if __name__ == "__main__":
    unittest.main()
