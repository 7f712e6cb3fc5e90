"""What goes out by the operator's settings: cutouts, framing, and where a model that decides sends its alerts."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import fastavro
import pytest
from subscriber import SCHEMA_JSON, in_frame, read_alerts


def test_cutouts_are_the_packets_bytes(make_stream, alerts):
    files = alerts.of("ztf/packets")[:12] + alerts.of("lsst/packets")[:6] + alerts.of("lsst/wire_confluent")[:2]
    stream = make_stream({"output": {"cutouts": True}})
    assert stream.play(*files, schemas=alerts.schemas) == len(files)
    worker = stream.worker()
    stream.wait_consumed()
    worker.stop()
    sent = {}
    for entry, (_, packet) in zip(alerts.identities(*files), alerts.packets(*files)):
        stamps = [packet[f"cutout{name}"] for name in ("Science", "Template", "Difference")]
        sent[entry.survey, entry.alert] = [s["stampData"] if isinstance(s, dict) else s for s in stamps]
    records = read_alerts(stream.outputs())
    got = {
        (r["survey"], r["alertId"]): [r["cutoutScience"], r["cutoutTemplate"], r["cutoutDifference"]] for r in records
    }
    assert got == sent
    assert sum(len(stamp) for stamps in got.values() for stamp in stamps if stamp) > 500_000
    stream.audit()


class Registry:
    """A schema registry that keeps what it is given; `away` ids are answered with 503."""

    def __init__(self):
        self.schemas, self.subjects, self.away, self.asked = {}, {}, set(), []
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self, status, document):
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                registry.asked.append(self.path)
                match = re.fullmatch(r"/schemas/ids/(\d+)", self.path)
                number = int(match[1]) if match else None
                if number in registry.away:
                    self.answer(503, {"error_code": 50301, "message": "busy"})
                elif number in registry.schemas:
                    self.answer(200, {"schema": registry.schemas[number]})
                else:
                    self.answer(404, {"error_code": 40403, "message": "Schema not found"})

            def do_POST(self):
                subject = re.fullmatch(r"/subjects/([^/]+)/versions", self.path)[1]
                schema = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["schema"]
                number = registry.subjects.setdefault(subject, 70 + len(registry.subjects))
                registry.schemas[number] = schema
                self.answer(200, {"id": number})

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def registry():
    registry = Registry()
    yield registry
    registry.server.shutdown()
    registry.server.server_close()


def framed(number, schema, packet):
    import io

    file = io.BytesIO()
    file.write(b"\0" + number.to_bytes(4, "big"))
    fastavro.schemaless_writer(file, schema, packet)
    return file.getvalue()


def test_confluent_framing_with_a_registry(make_stream, alerts, registry):
    """In: ids that only the registry knows, one of which it cannot tell for a while. Out: the schema's id."""
    files = alerts.of("ztf/packets")[:6]
    packets = list(alerts.packets(*files))
    messages = []
    for index, (schema, packet) in enumerate(packets):
        number = 50_000 + index
        registry.schemas[number] = json.dumps(schema)
        messages.append((packet["objectId"], framed(number, schema, packet), 0))
    late = 50_003
    registry.away.add(late)
    stream = make_stream({"registry": {"url": registry.url}, "output": {"framing": "confluent"}})
    stream.kafka.create(stream.topic)
    stream.kafka.produce(stream.topic, messages)
    worker = stream.worker()
    from stream import wait_until

    wait_until(lambda: f"/schemas/ids/{late}" in registry.asked, 60, "the question for the late schema")
    registry.away.clear()
    stream.wait_consumed()
    worker.stop()
    assert stream.outputs("deadletters") == []
    out = [in_frame(message.value()) for message in stream.outputs()]
    assert {record["alertId"] for record, _ in out} == {packet["candid"] for _, packet in packets}
    assert len(out) == len(packets)
    (number,) = {number for _, number in out}
    assert registry.subjects == {f"{stream.prefix}.alerts-value": number}
    assert json.loads(registry.schemas[number]) == SCHEMA_JSON
    assert stream.audit()["annotated"] == len(packets)


@pytest.fixture
def decided_model(trifid, model, tmp_path):
    """A small model that is marked trained and decides for whatever it finds most likely."""
    folder = tmp_path / "decided"
    folder.mkdir()
    for path in model.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    manifest = json.loads((folder / "model.json").read_text())
    manifest["training"] = "trained"
    manifest["decision"]["thresholds"] = [0.01]
    (folder / "model.json").write_text(json.dumps(manifest))
    assert trifid("model", "show", folder).status == 3  # the checksum no longer fits
    outcome = trifid("model", "seal", folder)
    assert outcome.status == 0, outcome.err
    return folder


def test_a_trained_model_routes(make_stream, alerts, decided_model):
    percentile = 90
    files = alerts.of("ztf/packets") + alerts.of("lsst/packets") + [alerts.of("ztf/bulk")[0]]
    stream = make_stream({"annotation": {"anomalyPercentile": percentile}}, model=decided_model)
    sent = stream.play(*files, schemas=alerts.schemas)
    worker = stream.worker()
    stream.wait_consumed()
    worker.stop()
    records = read_alerts(stream.outputs())
    report = stream.audit()
    assert report["annotated"] == len(records) and report["consumed"] == sent
    expected = {}
    for record in records:
        answer = record["classifications"][0]
        assert answer["state"] == "trained" and "untrained" not in record["flags"]
        # A model that decides everything decides nothing about what may have moved on.
        assert (answer["decision"] is None) == ("unconfirmed" in record["flags"])
        path = answer["decision"]["path"] if answer["decision"] else []
        assert not path or path[-1] == answer["decision"]["node"]
        if {"bogus", "solar-system"} & set(record["flags"]) or record["programId"] in (2, 3):
            continue
        topics = [f"class.{node}" for node in path]
        if record["anomaly"]["percentile"] >= percentile:
            topics.append("anomalies")
        for topic in topics:
            expected.setdefault(f"{stream.prefix}.{topic}", set()).add((record["survey"], record["alertId"]))
    kept_back = [r for r in records if {"bogus", "solar-system"} & set(r["flags"])]
    assert {flag for record in kept_back for flag in record["flags"]} >= {"bogus", "solar-system"}
    assert {"unconfirmed" in record["flags"] for record in records} == {True, False}
    assert f"{stream.prefix}.anomalies" in expected and len(expected) >= 3
    others = [t for t in stream.kafka.topics(stream.prefix) if t.startswith((f"{stream.prefix}.class.", f"{stream.prefix}.anom"))]
    got = {}
    messages = stream.kafka.read(*others)
    for message, record in zip(messages, read_alerts(messages)):
        got.setdefault(message.topic(), []).append((record["survey"], record["alertId"]))
    assert {topic: sorted(ids) for topic, ids in got.items()} == {t: sorted(ids) for t, ids in expected.items()}
