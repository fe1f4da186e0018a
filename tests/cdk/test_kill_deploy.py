"""kill -9 at random moments of a deploy, restart: each stack comes to an end by itself, and `cdk
deploy` then succeeds with everything there. The change sets are those of the CLI. An operation
takes a small part of the CLI's seconds, so the moments are counted from when one is seen to run."""

import datetime
import random
import subprocess
import time

from cdk_cli import Cdk, REAL_APP, physical_ids, stack_status, wait_until
from conftest import ACCOUNT, REGION, query_rows

KILLS = 20
STACKS = ("AcmeKinesisStack", "AcmeDataLakeStack", "AcmeDataGenStack")
BUCKET = f"acme-telemetry-data-{ACCOUNT}-{REGION}"


def settled(server):
    """Whether no stack is on its way any more."""
    for name in STACKS:
        status = stack_status(server, name)
        if status is not None and status.endswith("_IN_PROGRESS") and (
                status != "REVIEW_IN_PROGRESS"):
            return False
    return True


def running(client):
    """How many stacks are on their way."""
    return sum(each["StackStatus"].endswith("_IN_PROGRESS")
               and each["StackStatus"] != "REVIEW_IN_PROGRESS"
               for each in client.describe_stacks()["Stacks"])


def wait_for_operation(client, process, number):
    """Until the number-th operation of the CLI's run begins, or the CLI ends."""
    seen = 0
    busy = False
    while process.poll() is None:
        now = running(client) > 0
        seen += now and not busy
        busy = now
        if seen == number:
            return


def went_on(server, killed):
    """Whether a stack has had events since that moment: its operation was under way then."""
    client = server.client("cloudformation")
    return any(client.describe_stack_events(StackName=each["StackId"])["StackEvents"][0][
        "Timestamp"] > killed for each in client.list_stacks()["StackSummaries"])


def test_kill_during_deploys(server, tmp_path):
    cdk = Cdk(server, tmp_path / "cdk", app=REAL_APP)
    assembly = cdk.synthesize(output="plain")
    grown = cdk.synthesize(output="grown", batchSize="2000", logRetentionDays="30",
                           bufferIntervalSeconds="120")
    seed = random.randrange(1 << 30)
    print("seed", seed)
    moments = random.Random(seed)
    resumed = 0

    def command(verb, which, *arguments):
        return ["cdk", verb, "--all", "--app", str(which), *arguments]

    deploy = ("--require-approval", "never", "--import-existing-resources")
    cdk.run(command("deploy", assembly, *deploy))
    for turn in range(KILLS):
        # Updates in both directions (one stack changes), deletions, creations (all three do).
        verb, which, operations = [("deploy", grown, 1), ("deploy", assembly, 1),
                                   ("destroy", assembly, 3), ("deploy", assembly, 3)][turn % 4]
        more = deploy if verb == "deploy" else ("--force",)
        process = subprocess.Popen(command(verb, which, *more), cwd=cdk.folder,
                                   env=cdk.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_operation(server.client("cloudformation"), process,
                           moments.randint(1, operations))
        time.sleep(moments.uniform(0, 0.03))
        server.kill()
        killed = datetime.datetime.now(datetime.timezone.utc)
        process.kill()
        process.wait()
        server.start()
        wait_until(lambda: settled(server), seconds=20)
        resumed += went_on(server, killed)
    print("killed in the middle of an operation:", resumed)
    assert resumed >= KILLS // 4, "the moments were in the middle"
    cdk.run(command("deploy", assembly, *deploy))
    assert all(stack_status(server, name).endswith("_COMPLETE") for name in STACKS)
    assert cdk("diff", "--fail").returncode == 0
    # Everything that a stack names is there, once, and works.
    for name in STACKS:
        assert all(physical_ids(server, name).values())
    roles = [each["RoleName"] for each in server.client("iam").list_roles()["Roles"]
             if each["RoleName"].startswith("AcmeDataGenStack-")]
    assert sorted(roles) == sorted(
        value for name, value in physical_ids(server, "AcmeDataGenStack").items() if "Role" in name)
    answer = server.client("lambda").invoke(FunctionName="acme-data-generator")
    assert "FunctionError" not in answer, answer["Payload"].read()
    server.datastack("flush")
    count = query_rows(server.client("athena"),
                       "SELECT COUNT(*) FROM acme_telemetry.streaming_events")
    assert int(count[0][0]) >= 1000
