"""Our descriptions against botocore's models. Every difference is either a bug or stands, with its
reason, in model_differences.txt beside this file ('*' there stands for anything); a line there that
matches no difference any more fails too, unless it begins with '~': there versions of botocore
differ. An older botocore than the one the descriptions were written by knows less than we do; with
it only those differences count that would break its clients."""

import json
import pathlib
import re
import subprocess

import botocore
import botocore.session
import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DESCRIBE = ROOT / "build" / "bin" / "describe_models"

# The descriptions follow the models of this version.
MODELS = (1, 43)
OLDER = tuple(int(part) for part in botocore.__version__.split(".")[:2]) < MODELS

# Our folder -> botocore's service.
SERVICES = {"lambda": "lambda", "sts": "sts", "identity": "sts", "s3": "s3", "kinesis": "kinesis",
            "firehose": "firehose", "glue": "glue", "athena": "athena", "logs": "logs",
            "events": "events", "cloudformation": "cloudformation", "kms": "kms", "ssm": "ssm",
            "ecr": "ecr", "iam": "iam", "cloudwatch": "cloudwatch",
            # control and data plane sign with one name
            "bedrockagentcore": "bedrock-agentcore-control bedrock-agentcore"}
# botocore's type -> ours that may stand for it.
TYPES = {
    "boolean": {"boolean"}, "integer": {"integer", "long"}, "long": {"long", "integer"},
    "float": {"double"}, "double": {"double"}, "string": {"string"}, "character": {"string"},
    "blob": {"blob", "string", "stream"}, "timestamp": {"timestamp"}, "list": {"list"},
    "map": {"map"}, "structure": {"structure"},
}
# S3 carries these as text in headers, queries and XML; its operations read them themselves, to
# answer in S3's own words.
TEXT_IN_XML = {"boolean", "integer", "long", "timestamp"}
PROTOCOLS = {"json_1_0": ("json", "1.0"), "json_1_1": ("json", "1.1"), "query": ("query", None),
             "rest_xml": ("rest-xml", None), "rest_json": ("rest-json", None)}


def describe():
    out = subprocess.run([str(DESCRIBE)], capture_output=True, text=True, check=True).stdout
    return json.loads(out)


def models_of(name):
    """Those of them that this botocore knows."""
    session = botocore.session.get_session()
    known = set(session.get_available_services())
    return [session.get_service_model(one) for one in SERVICES[name].split() if one in known]


class Comparison:
    def __init__(self):
        self.differences = []
        self.xml = False

    def differ(self, where, what, wider=False):
        """`wider`: we take, or answer, more than the model says."""
        if not (wider and OLDER):
            self.differences.append(f"{where}: {what}")

    def service(self, ours):
        self.xml = ours["protocol"] == "rest_xml"
        where = ours["id"]
        models = models_of(where)
        if not models:
            self.differ(where, "botocore does not know it", wider=True)
            return
        theirs = models[0]
        metadata = theirs.metadata
        protocol, version = PROTOCOLS[ours["protocol"]]
        if protocol not in metadata.get("protocols", [metadata["protocol"]]):
            self.differ(where, f"protocol {protocol}, botocore {metadata['protocol']}")
        if version and metadata.get("jsonVersion") != version:
            self.differ(where, f"JSON {version}, botocore {metadata.get('jsonVersion')}")
        if ours.get("targetPrefix", "") != metadata.get("targetPrefix", ""):
            self.differ(where, f"target prefix {ours.get('targetPrefix')}",
                        wider="targetPrefix" not in metadata)
        if ours["signingName"] != theirs.signing_name:
            self.differ(where, f"signing name {ours['signingName']}")
        if protocol == "query" and ours["apiVersion"] != metadata["apiVersion"]:
            self.differ(where, f"api version {ours['apiVersion']}")
        for operation in ours["operations"]:
            knows = next((one for one in models if operation["name"] in one.operation_names), theirs)
            self.operation(f"{where}.{operation['name']}", operation, knows, protocol)

    def operation(self, where, ours, service, protocol):
        if ours["name"] not in service.operation_names:
            self.differ(where, "botocore does not know it", wider=True)
            return
        theirs = service.operation_model(ours["name"])
        if protocol.startswith("rest"):
            self.http(where, ours, theirs, protocol)
        self.structure(f"{where}.input", ours["input"], theirs.input_shape, True, ())
        self.structure(f"{where}.output", ours["output"], theirs.output_shape, False, ())

    def http(self, where, ours, theirs, protocol):
        if ours["http"]["method"] != theirs.http["method"]:
            self.differ(where, f"method {ours['http']['method']}")
        # The names of labels are ours alone; what is around them is on the wire.
        our_path, their_path = (re.sub(r"\{\w+", "{", uri.partition("?")[0].rstrip("/"))
                                for uri in (ours["http"]["uri"], theirs.http["requestUri"]))
        if our_path != their_path:
            self.differ(where, f"path {our_path}, botocore {their_path}")
        if protocol == "rest-json" and theirs.http.get("responseCode", 200) != ours["http"]["status"]:
            self.differ(where, f"status {ours['http']['status']}, botocore "
                               f"{theirs.http.get('responseCode')}")

    def structure(self, where, ours, theirs, is_input, inside):
        their_members = theirs.members if theirs is not None else {}
        required = set(theirs.required_members) if theirs is not None else set()
        for name, member in ours["members"].items():
            here = f"{where}.{name}"
            if name not in their_members:
                self.differ(here, "botocore does not know it", wider=True)
                continue
            self.member(here, name, member, their_members[name], is_input, inside)
            if is_input and (name in required) != member.get("required", False):
                ours_requires = member.get("required", False)
                self.differ(here, "required" if ours_requires else "not required",
                            wider=not ours_requires)
        if is_input:
            for name, shape in their_members.items():
                if name not in ours["members"] and shape.serialization.get("location") != "payload" \
                        and not getattr(shape, "serialization", {}).get("streaming") \
                        and "deprecated" not in shape.metadata:
                    self.differ(f"{where}.{name}", "ignored")

    def member(self, where, name, ours, theirs, is_input, inside):
        serialization = theirs.serialization
        location = serialization.get("location", "body")
        our_location = ours.get("location", "body")
        if our_location not in (location, "payload"):
            self.differ(where, f"location {our_location}, botocore {location}")
        wire_name = ours.get("wireName", name)
        their_name = serialization.get("name", name)
        same = wire_name == their_name if our_location == "body" \
            else wire_name.lower() == their_name.lower()
        # The element of a flattened list is named by the list's member in some models.
        if theirs.type_name == "list" and ours.get("flattened"):
            same = same or wire_name == theirs.member.serialization.get("name")
        if our_location not in ("payload", "statusCode", "uri") and not same:
            self.differ(where, f"on the wire {wire_name}, botocore {their_name}")
        if is_input:
            self.constraints(where, ours, theirs)
        self.shape(where, ours["shape"], theirs, is_input, inside)

    def constraints(self, where, ours, theirs):
        for bound in ("min", "max"):
            if bound in ours and bound in theirs.metadata and \
                    ours[bound] != theirs.metadata[bound]:
                wider = (ours[bound] < theirs.metadata[bound]) == (bound == "min")
                self.differ(where, f"{bound} {ours[bound]}, botocore {theirs.metadata[bound]}",
                            wider)
        enum = getattr(theirs, "enum", None) or getattr(getattr(theirs, "member", None), "enum", None)
        if "values" in ours and enum:
            for value in sorted(set(enum) - set(ours["values"])):
                self.differ(where, f"value {value} is not accepted")
            for value in sorted(set(ours["values"]) - set(enum)):
                self.differ(where, f"value {value} is unknown to botocore", wider=True)

    def shape(self, where, ours, theirs, is_input, inside):
        if ours["type"] == "recursive" or theirs.name in inside:
            return
        if ours["type"] == "document":
            return  # kept whole, to be refused or handed back as it came
        if self.xml and ours["type"] == "string" and theirs.type_name in TEXT_IN_XML:
            return
        if ours["type"] not in TYPES[theirs.type_name]:
            self.differ(where, f"type {ours['type']}, botocore {theirs.type_name}")
            return
        inside = (*inside, theirs.name)
        if ours["type"] == "structure":
            self.structure(where, ours, theirs, is_input, inside)
        elif ours["type"] == "list":
            self.shape(f"{where}[]", ours["element"], theirs.member, is_input, inside)
        elif ours["type"] == "map":
            self.shape(f"{where}{{}}", ours["element"], theirs.value, is_input, inside)


def accepted_differences():
    lines = (HERE / "model_differences.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def matcher(line):
    return re.compile(re.escape(line).replace(r"\*", ".*"))


@pytest.mark.quick
def test_descriptions_are_botocores():
    comparison = Comparison()
    for service in describe():
        comparison.service(service)
    found = comparison.differences
    accepted = {line: matcher(line.removeprefix("~")) for line in accepted_differences()}
    new = [one for one in found if not any(m.fullmatch(one) for m in accepted.values())]
    gone = [line for line, m in accepted.items() if not line.startswith("~")
            and not any(m.fullmatch(one) for one in found)]
    assert not new, "differs from botocore:\n" + "\n".join(new)
    assert OLDER or not gone, "in model_differences.txt, but no difference:\n" + "\n".join(gone)


@pytest.mark.quick
def test_the_comparison_sees_differences():
    """A canary: a description with mistakes is told apart."""
    ours = {"id": "sts", "signingName": "sts", "protocol": "query", "targetPrefix": "",
            "apiVersion": "2011-06-15", "operations": [
                {"name": "AssumeRole", "http": {"method": "POST", "uri": "/", "status": 200},
                 "input": {"type": "structure", "members": {
                     "RoleArn": {"shape": {"type": "long"}},
                     "RoleSessionName": {"shape": {"type": "string"}, "required": True, "min": 1},
                     "Nonsense": {"shape": {"type": "string"}}}},
                 "output": {"type": "structure", "members": {}}}]}
    comparison = Comparison()
    comparison.service(ours)
    found = "\n".join(comparison.differences)
    assert "RoleArn: type long, botocore string" in found
    assert "DurationSeconds: ignored" in found
    if not OLDER:
        assert "RoleArn: not required" in found
        assert "RoleSessionName: min 1, botocore 2" in found
        assert "Nonsense: botocore does not know it" in found
