#!/usr/bin/env python3
"""The benchmarks of the whole program, against the machine's own limits and against peers, in one run.
Prints one JSON line a figure; `./dev bench` runs it. Nothing here is a test: figures, not verdicts.

  bench.py [stream objects functions start deploy mcp big]   default: all but big (1,000,000 objects, 5 GiB of log)
"""

import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build" / "bin"
REGION = "us-west-2"
PACED_CALLS_PER_S = 410  # of 500 records: a little more than 200,000 records/s
# Where disks are measured must be a disk: /tmp may be memory.
PLACE = pathlib.Path(os.environ.get("DATASTACK_BENCH_DIR", ROOT / "build" / "bench-data"))


def show(figure, **values):
    print(json.dumps({"figure": figure, **values}), flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    found = dict(line.split(":", 1) for line in lines)
    return {name: int(found[name].split()[0]) // 1024 for name in ("VmHWM", "VmRSS", "RssAnon")}


class Server:
    def __init__(self, name, keep=False):
        self.directory = PLACE / name
        if not keep:
            shutil.rmtree(self.directory, ignore_errors=True)
        PLACE.mkdir(parents=True, exist_ok=True)
        self.port = free_port()

    def __enter__(self):
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [str(BIN / "datastack"), "serve", "--listen", f"127.0.0.1:{self.port}", "--data-dir",
             str(self.directory)], stdout=subprocess.DEVNULL)
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 0.2) as probe:
                    probe.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    if b'"ok"' in probe.recv(4096):
                        break
            except OSError:
                pass
            if time.perf_counter() - started > 60:
                raise SystemExit("datastack did not become ready")
            time.sleep(0.0005)
        self.ready_ms = (time.perf_counter() - started) * 1000
        access, secret = (self.directory / "keys" / "root").read_text().split()
        self.environment = {**os.environ, "AWS_ACCESS_KEY_ID": access,
                            "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": REGION}
        self.keys = (access, secret)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def client(self, service):
        import boto3
        return boto3.client(service, endpoint_url=f"http://127.0.0.1:{self.port}",
                            region_name=REGION, aws_access_key_id=self.keys[0],
                            aws_secret_access_key=self.keys[1])

    def load(self, mode, **options):
        command = [str(BIN / "load_generator"), mode, "--port", str(self.port), "--region", REGION]
        for name, value in options.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        out = subprocess.run(command, env=self.environment, capture_output=True, text=True,
                             check=True).stdout
        result = json.loads(out)
        if result["errors"]:
            raise SystemExit(f"{mode}: {result['first_error']}")
        return result


def fdatasync_ms(bytes_each=165_000, count=200):
    """One append and fdatasync of the size of a PutRecords call, preallocated: p50."""
    PLACE.mkdir(parents=True, exist_ok=True)
    path = PLACE / "sync"
    block = os.urandom(bytes_each)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.posix_fallocate(descriptor, 0, bytes_each * count)
    times = []
    for turn in range(count):
        started = time.perf_counter()
        os.pwrite(descriptor, block, turn * bytes_each)
        os.fdatasync(descriptor)
        times.append((time.perf_counter() - started) * 1000)
    os.close(descriptor)
    path.unlink()
    return statistics.median(times)


def bench_stream():
    before = fdatasync_ms()
    with Server("stream") as server:
        server.client("kinesis").create_stream(StreamName="bench")
        time.sleep(0.5)
        result = server.load("put-records", stream="bench", connections=16, seconds=8)
        used = memory(server.process.pid)
        # As fast as it goes, calls wait for each other; what one call takes shows at a steady rate.
        paced = server.load("put-records", stream="bench", connections=16, seconds=8,
                            calls_per_second=PACED_CALLS_PER_S)
    after = fdatasync_ms()
    sync_ms = max(before, after)
    # limits.md: 1.3 µs of CPU a record from the parts, one core each for generator and server
    show("PutRecords, durable, signed, encrypted, 500 x 330 B, 16 connections",
         records_per_s=result["records_per_s"], of_sum_of_parts=round(
             result["records_per_s"] / 770_000, 2), p50_ms=result["p50_ms"],
         p99_ms=result["p99_ms"], fdatasync_165kB_ms=round(sync_ms, 2),
         p99_in_fdatasyncs=round(result["p99_ms"] / sync_ms, 1), memory_MiB=used)
    show("the same at a steady rate", records_per_s=paced["records_per_s"], p50_ms=paced["p50_ms"],
         p99_ms=paced["p99_ms"], max_ms=paced["max_ms"],
         p99_in_fdatasyncs=round(paced["p99_ms"] / sync_ms, 1))


def bench_objects():
    with Server("objects") as server:
        s3 = server.client("s3")
        s3.create_bucket(Bucket="bench",
                         CreateBucketConfiguration={"LocationConstraint": REGION})
        put = server.load("put-object", bucket="bench", connections=32, seconds=6)
        store = subprocess.run([str(BIN / "meta_store_bench")], capture_output=True, text=True,
                               cwd=PLACE).stdout.splitlines()
        show("PutObject, durable, 1 KiB, 32 connections", objects_per_s=put["objects_per_s"],
             p50_ms=put["p50_ms"], p99_ms=put["p99_ms"],
             meta_store_same_run=[line for line in store if "/s" in line])
        s3.put_object(Bucket="bench", Key="large", Body=os.urandom(1 << 20))
        get = server.load("get-object", bucket="bench", key="large", connections=8, seconds=5)
        peer = nginx_get()
        show("GetObject, 1 MiB, 8 connections", objects_per_s=get["objects_per_s"],
             nginx_per_s=peer, of_nginx=round(get["objects_per_s"] / peer, 2) if peer else None)


def nginx_get():
    """The same bytes as a file, served by nginx, with the same load. None when it is not there."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if nginx is None:
        return None
    place = pathlib.Path(tempfile.mkdtemp(dir=PLACE))
    (place / "large").write_bytes(os.urandom(1 << 20))
    place.chmod(0o755)
    port = free_port()
    (place / "nginx.conf").write_text(
        f"daemon off; worker_processes 2; pid {place}/pid; error_log {place}/error.log;\n"
        f"{'user root;' if os.getuid() == 0 else ''}\n"
        f"events {{}} http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
        f"client_body_temp_path {place}/t1; proxy_temp_path {place}/t2; fastcgi_temp_path {place}/t3;\n"
        f"uwsgi_temp_path {place}/t4; scgi_temp_path {place}/t5;\n"
        f"server {{ listen 127.0.0.1:{port}; root {place}; }} }}\n")
    process = subprocess.Popen([nginx, "-p", str(place), "-c", str(place / "nginx.conf")],
                               stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        out = subprocess.run([str(BIN / "load_generator"), "get", "--port", str(port), "--path",
                              "/large", "--connections", "8", "--seconds", "5"],
                             capture_output=True, text=True, check=True).stdout
        return json.loads(out)["objects_per_s"]
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(place, ignore_errors=True)


def bench_functions():
    with Server("functions") as server:
        lam = server.client("lambda")
        body = (ROOT / "build/functions/acme-data-producer.zip").read_bytes()
        lam.create_function(FunctionName="bench", Runtime="provided.al2023", Handler="bootstrap",
                            Role="arn:aws:iam::000000000000:role/bench", Code={"ZipFile": body},
                            Timeout=30, Environment={"Variables": {
                                "STREAM_NAME": "s", "DATABASE_NAME": "d", "TABLE_NAME": "t"}})
        lam.get_waiter("function_active").wait(FunctionName="bench")
        cold = []
        for turn in range(10):
            lam.update_function_configuration(FunctionName="bench", Description=f"turn {turn}")
            lam.get_waiter("function_updated").wait(FunctionName="bench")
            started = time.perf_counter()
            answer = lam.invoke(FunctionName="bench", Payload=b'{"events":[]}')
            cold.append((time.perf_counter() - started) * 1000)
            answer["Payload"].read()
        warm = server.load("invoke", function="bench", payload='{"events":[]}', connections=1,
                           seconds=4)
        show("Invoke over the API", warm_p50_ms=warm["p50_ms"], warm_p99_ms=warm["p99_ms"],
             cold_p50_ms=round(statistics.median(cold), 1))


def bench_start():
    ready, idle = [], None
    for _ in range(9):
        with Server("start") as server:
            ready.append(server.ready_ms)
            if len(ready) == 9:
                time.sleep(2)
                idle = memory(server.process.pid)
    show("ready after exec, empty directory, warm cache", p50_ms=round(statistics.median(ready), 1),
         max_ms=round(max(ready), 1), idle_MiB=idle)
    cold = []
    for _ in range(5):
        if not drop_caches():
            return show("ready after exec, cold cache", skipped="only root can empty the page cache")
        with Server("start") as server:
            cold.append(server.ready_ms)
    show("ready after exec, cold cache", p50_ms=round(statistics.median(cold), 1),
         max_ms=round(max(cold), 1))


def drop_caches():
    """Program, libraries and data come from the disk next time. Whether that was possible."""
    os.sync()
    try:
        pathlib.Path("/proc/sys/vm/drop_caches").write_text("3\n")
    except OSError:
        return False
    return True


def bench_big():
    objects, log_bytes = 1_000_000, 5 << 30
    with Server("big", keep=True) as server:
        s3 = server.client("s3")
        try:
            s3.create_bucket(Bucket="bench",
                             CreateBucketConfiguration={"LocationConstraint": REGION})
            server.client("kinesis").create_stream(StreamName="bench")
            made = 0
            while made < objects:
                made += server.load("put-object", bucket="bench", connections=64, seconds=20,
                                    bytes=64)["calls"]
            sent = 0
            while sent < log_bytes:
                sent += server.load("put-records", stream="bench", connections=16,
                                    seconds=10)["calls"] * 500 * 330
        except s3.exceptions.BucketAlreadyOwnedByYou:
            pass
        s3.list_objects_v2(Bucket="bench", MaxKeys=1000)
        times = []
        for _ in range(20):
            started = time.perf_counter()
            s3.list_objects_v2(Bucket="bench", MaxKeys=1000)
            times.append((time.perf_counter() - started) * 1000)
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics") as answer:
            text = answer.read().decode()
        line = {name: value for name, value in (
            row.rsplit(" ", 1) for row in text.splitlines() if "ListObjectsV2" in row and (
                "_sum" in row or "_count" in row))}
        show("list 1,000 of 1,000,000 keys", client_p50_ms=round(statistics.median(times), 1),
             server_seconds=line)
    ready = []
    for _ in range(3):
        with Server("big", keep=True) as server:
            ready.append(server.ready_ms)
    show("ready with 1,000,000 objects and 5 GiB of log", ready_ms=[round(r) for r in ready])


def bench_deploy():
    import bench_deploy as figures
    figures.bench_deploy(Server, REGION, show)


def bench_mcp():
    import bench_mcp as figures
    figures.bench_mcp(Server, memory, free_port, show)


ALL = {"stream": bench_stream, "objects": bench_objects, "functions": bench_functions,
       "start": bench_start, "deploy": bench_deploy, "mcp": bench_mcp, "big": bench_big}

if __name__ == "__main__":
    for name in sys.argv[1:] or [name for name in ALL if name != "big"]:
        ALL[name]()
