"""A field whose type cannot be read costs the field: it is said once a schema, and counted."""

import copy
import io
import json
import re

import fastavro
import pytest
from subscriber import read_alerts

MISSING = "candidate.rb: the writer's type array"


@pytest.fixture(scope="module")
def odd(alerts):
    """Real packets whose real/bogus score has become a list: (version of the schema, alert, container)."""
    messages = []
    for schema, packet in alerts.packets(*alerts.of("ztf/packets")[:80]):
        schema = copy.deepcopy(schema)
        schema.pop("__fastavro_parsed__", None)
        candidate = next(field["type"] for field in schema["fields"] if field["name"] == "candidate")
        for field in candidate["fields"]:
            if field["name"] == "rb":
                field["type"] = {"type": "array", "items": "float"}
                field.pop("default", None)
        file = io.BytesIO()
        fastavro.writer(file, schema, [{**packet, "candidate": {**packet["candidate"], "rb": [0.5]}}])
        messages.append((schema.get("version", ""), packet["candid"], file.getvalue()))
    return messages


@pytest.mark.parametrize("command", ["decode", "annotate"])
def test_a_command_says_it_once_and_goes_on(trifid, odd, tmp_path, command):
    first, *_ = odd
    same = [entry for entry in odd if entry[0] == first[0]][:3]
    files = [tmp_path / f"{number}.avro" for number in range(3)]
    for path, (_, _, message) in zip(files, same, strict=True):
        path.write_bytes(message)
    outcome = trifid(command, *files)
    assert outcome.status == 0, outcome.err
    assert [int(document["alertId"]) for document in outcome.lines] == [alert for _, alert, _ in same]
    (line,) = [line for line in outcome.err.splitlines() if "cannot be read" in line]
    assert line.startswith(f"trifid {command}: {files[0]}: fields of ztf.alert") and MISSING in line


def test_a_stream_logs_it_once_and_counts_it(make_stream, odd):
    """More than one thread decodes a batch of several megabytes."""
    stream = make_stream({"workers": {"threads": 2}, "batch": {"wait": "500 ms"}})
    stream.kafka.create(stream.topic, 1)
    stream.kafka.produce(stream.topic, [(None, message) for _, _, message in odd])
    worker = stream.worker()
    stream.wait_consumed()
    assert len(read_alerts(stream.outputs())) == len(odd)
    events = [json.loads(line) for line in worker.said("cannot be read: its alerts lack them")]
    assert sorted(event["version"] for event in events) == sorted({version for version, _, _ in odd})
    for event in events:
        assert event["level"] == "warning" and event["schema"] == "ztf.alert" and MISSING in event["fields"]
    status, text = worker.get("/metrics")
    assert status == 200
    assert re.search(rf"^trifid_unreadable_fields_total {len(events)}$", text, re.MULTILINE), text
    worker.stop()
