"""The figures of deployments, for bench.py: what the server takes for the three stacks, what the CDK
CLI takes around it, and a template of 500 resources."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
APP = ROOT / "consolidated-data-stack"
TEMPLATES = ROOT / "build" / "templates"
STACKS = ("AcmeKinesisStack", "AcmeDataLakeStack", "AcmeDataGenStack")
RUNS = 5


def publish(server, region, path, key):
    bucket = f"cdk-hnb659fds-assets-000000000000-{region}"
    # What the CLI does first, and what makes the bucket.
    server.client("sts").assume_role(
        RoleArn="arn:aws:iam::000000000000:role/cdk-hnb659fds-file-publishing-role-000000000000-"
        + region, RoleSessionName="bench")
    server.client("s3").put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
    return f"http://127.0.0.1:{server.port}/{bucket}/{key}"


def wait_for(ask, ends):
    while True:
        status = ask()
        if not status.endswith("_IN_PROGRESS") and status not in ("CREATE_PENDING",):
            if status not in ends:
                raise SystemExit(f"ended as {status}")
            return
        time.sleep(0.001)


def deploy_stack(client, name, **template):
    """Milliseconds from CreateChangeSet to the stack's last event, asked for every millisecond."""
    started = time.perf_counter()
    which = {"StackName": name, "ChangeSetName": "bench"}
    client.create_change_set(**which, ChangeSetType="CREATE", Capabilities=[
        "CAPABILITY_NAMED_IAM"], **template)
    wait_for(lambda: client.describe_change_set(**which)["Status"], ("CREATE_COMPLETE",))
    client.execute_change_set(**which)

    def status():
        found = client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        return "CREATE_IN_PROGRESS" if found == "REVIEW_IN_PROGRESS" else found

    wait_for(status, ("CREATE_COMPLETE",))
    return (time.perf_counter() - started) * 1000


def server_time(make_server, region, show):
    times = {name: [] for name in STACKS}
    for _ in range(RUNS):
        with make_server("deploy") as server:
            for path in TEMPLATES.glob("asset.*.zip"):
                publish(server, region, path, path.name.removeprefix("asset."))
            client = server.client("cloudformation")
            for name in STACKS:
                text = (TEMPLATES / f"{name}.template.json").read_text()
                times[name].append(deploy_stack(client, name, TemplateBody=text))
    medians = {name: round(statistics.median(each), 1) for name, each in times.items()}
    show("the three stacks, change set to last event, boto3's share included", stacks_ms=medians,
         total_ms=round(sum(medians.values()), 1),
         worst_total_ms=round(max(map(sum, zip(*times.values()))), 1))


def five_hundred(make_server, region, show):
    resources = {f"P{number}": {"Type": "AWS::SSM::Parameter", "Properties": {
        "Name": f"/bench/{number}", "Type": "String",
        "Value": "first" if number % 10 == 0 else {"Fn::GetAtt": [f"P{number - 1}", "Value"]}}}
        for number in range(500)}
    path = pathlib.Path(os.environ.get("DATASTACK_BENCH_DIR", ROOT / "build")) / "five-hundred.json"
    path.write_text(json.dumps({"Resources": resources}))
    times = []
    for _ in range(3):
        with make_server("deploy") as server:
            url = publish(server, region, path, "five-hundred.json")
            times.append(deploy_stack(server.client("cloudformation"), "Bench", TemplateURL=url))
    path.unlink()
    show("a template of 500 resources, 50 chains of 10", p50_ms=round(statistics.median(times), 1),
         max_ms=round(max(times), 1))


def cdk_environment(server, region, place):
    access, secret = server.keys
    return {**os.environ, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}",
            "AWS_ACCESS_KEY_ID": access, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region, "CDK_HOME": str(place / "cdk-home"), "CI": "true",
            "CDK_DISABLE_CLI_TELEMETRY": "1", "CDK_DISABLE_VERSION_CHECK": "1"}


def cdk_time(make_server, region, show):
    with make_server("deploy") as server:
        environment = cdk_environment(server, region, server.directory.parent)

        def cdk(*arguments):
            started = time.perf_counter()
            subprocess.run([str(APP / "node_modules/.bin/cdk"), *arguments, "--all", "--app",
                            str(TEMPLATES)], cwd=APP, env=environment, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return round(time.perf_counter() - started, 2)

        figures = {"deploy_s": cdk("deploy", "--require-approval", "never"),
                   "no_change_s": cdk("deploy", "--require-approval", "never"),
                   "diff_s": cdk("diff"), "destroy_s": cdk("destroy", "--force")}
    shutil.rmtree(server.directory.parent / "cdk-home", ignore_errors=True)
    show("the CDK CLI on a synthesized assembly, node's start included", **figures)


def up_time(make_server, show):
    """From exec to the line that says that the stacks are deployed, on an empty directory."""
    times = []
    for _ in range(RUNS):
        server = make_server("deploy")
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(ROOT / "build/bin/datastack"), "up", "--once", "--listen",
             f"127.0.0.1:{server.port}", "--data-dir", str(server.directory)],
            stdout=subprocess.PIPE, text=True)
        for line in process.stdout:
            if line.startswith("AcmeKinesisStack created"):
                times.append((time.perf_counter() - started) * 1000)
        process.wait()
    show("datastack up, empty directory, stacks deployed", p50_ms=round(statistics.median(times), 1),
         max_ms=round(max(times), 1))


def bench_deploy(make_server, region, show):
    server_time(make_server, region, show)
    up_time(make_server, show)
    five_hundred(make_server, region, show)
    cdk_time(make_server, region, show)
