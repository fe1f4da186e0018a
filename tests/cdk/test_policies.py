"""What the functions call, recorded on the wire, against what their roles allow. Each function talks to
the server through a recorder of its own; each call becomes the actions and resources that IAM would
look at, and must be allowed by the role's policies; and each action that a policy allows must have
been needed, so that the policies stay as small as they are."""

import fnmatch
import http.client
import http.server
import json
import threading
import urllib.parse

import pytest

from cdk_cli import Cdk, REAL_APP
from conftest import ACCOUNT, REGION

FUNCTIONS = ("acme-data-generator", "acme-data-producer")
# What the Lambda service does under a function's role, and the function itself does not.
OF_THE_SERVICE = {"logs:CreateLogStream", "logs:PutLogEvents"}


class Recorder:
    """Passes everything on to the server, signatures and all, and remembers what was asked."""

    def __init__(self, target_port):
        self.calls = []
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                recorder.calls.append((self.command, self.path, dict(self.headers), body))
                upstream = http.client.HTTPConnection("127.0.0.1", target_port, timeout=60)
                upstream.putrequest(self.command, self.path, skip_host=True,
                                    skip_accept_encoding=True)
                for name, value in self.headers.items():
                    upstream.putheader(name, value)
                upstream.endheaders(body)
                answer = upstream.getresponse()
                content = answer.read()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                upstream.close()

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = pass_on

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def arn(service, resource):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def needs(method, path, headers, body):
    """(action, [resources]) of a call, by the Service Authorization Reference."""
    target = next((value for name, value in headers.items() if name.lower() == "x-amz-target"), "")
    if target == "Kinesis_20131202.PutRecords":
        return "kinesis:PutRecords", [arn("kinesis", f"stream/{json.loads(body)['StreamName']}")]
    if target in ("AWSGlue.GetTable", "AWSGlue.BatchCreatePartition"):
        asked = json.loads(body)
        table = asked.get("Name") or asked["TableName"]
        database = asked["DatabaseName"]
        return "glue:" + target.split(".")[1], [
            arn("glue", "catalog"), arn("glue", f"database/{database}"),
            arn("glue", f"table/{database}/{table}")]
    parts = path.split("/")
    if method == "POST" and parts[1:3] == ["2015-03-31", "functions"] and parts[4:] == [
            "invocations"]:
        return "lambda:InvokeFunction", [arn("lambda", "function:" + urllib.parse.unquote(parts[3]))]
    pytest.fail(f"a call that nobody wrote down: {method} {path} {target}")


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements_of(server, function):
    role = server.client("lambda").get_function_configuration(FunctionName=function)["Role"]
    name = role.rsplit("/", 1)[1]
    iam = server.client("iam")
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    found = []
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        found += as_list(document["Statement"])
    return found


def is_allowed(statements, action, resource):
    return any(statement["Effect"] == "Allow" and "Condition" not in statement
               and any(fnmatch.fnmatchcase(action.lower(), each.lower())
                       for each in as_list(statement["Action"]))
               and any(fnmatch.fnmatchcase(resource, each)
                       for each in as_list(statement["Resource"]))
               for statement in statements)


@pytest.fixture(scope="module")
def recorded(shared_server, tmp_path_factory):
    """function -> (calls as actions and resources, statements of its role)"""
    server = shared_server
    Cdk(server, tmp_path_factory.mktemp("cdk"), app=REAL_APP).deploy()
    client = server.client("lambda")
    recorders = {}
    for name in FUNCTIONS:
        recorders[name] = Recorder(server.port)
        variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=name, Environment={
            "Variables": {**variables, "AWS_ENDPOINT_URL": recorders[name].url}})
        client.get_waiter("function_updated_v2").wait(FunctionName=name)
    answer = client.invoke(FunctionName="acme-data-generator")
    payload = answer["Payload"].read()
    assert "FunctionError" not in answer, payload
    assert json.loads(payload)["sent"] == 1000
    found = {name: ([needs(*call) for call in recorder.calls], statements_of(server, name))
             for name, recorder in recorders.items()}
    for recorder in recorders.values():
        recorder.stop()
    return found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_call_is_allowed(recorded, function):
    calls, statements = recorded[function]
    assert calls, "the recorder saw the function"
    for action, resources in calls:
        for resource in resources:
            assert is_allowed(statements, action, resource), f"{action} on {resource}"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_permission_is_needed(recorded, function):
    calls, statements = recorded[function]
    allowed = {action for statement in statements for action in as_list(statement["Action"])}
    assert allowed - OF_THE_SERVICE == {action for action, _ in calls}
    used = {resource for _, resources in calls for resource in resources}
    for statement in statements:
        for resource in as_list(statement["Resource"]):
            if set(as_list(statement["Action"])) <= OF_THE_SERVICE:
                assert resource.endswith(f":log-group:/aws/lambda/{function}:log-stream:*")
            else:
                assert resource in used, "no wildcard, and nothing that is not used"


def test_the_matcher_can_say_no(recorded):
    _, statements = recorded["acme-data-producer"]
    for action, resource in (("kinesis:PutRecord", arn("kinesis", "stream/acme-telemetry-stream")),
                             ("kinesis:PutRecords", arn("kinesis", "stream/other")),
                             ("glue:DeleteTable", arn("glue", "catalog")),
                             ("logs:CreateLogGroup", arn("logs", "log-group:x"))):
        assert not is_allowed(statements, action, resource)
