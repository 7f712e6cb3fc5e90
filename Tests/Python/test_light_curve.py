"""The light curve of what goes out equals an independent computation from the packets, value for value."""

import json

import pytest
from light_curve import differences, light_curve
from subscriber import in_container, read_alerts


def compare(pairs):
    """pairs of (schema, packet) and the published record; the number of points."""
    points, found = 0, []
    for (schema, packet), record in pairs:
        want, have = light_curve(schema, packet), record["lightCurve"]
        found += [f"{record['alertId']} {text}" for text in differences(want, have)]
        exposures = [(one["mjd"], one["band"]) for one in have]
        assert len(set(exposures)) == len(exposures), f"{record['alertId']}: an exposure stands twice"
        points += len(have)
    assert not found, "\n".join(found[:20]) + f"\n{len(found)} differences"
    return points


def test_every_real_packet(trifid, model, alerts):
    """All records of all real packets, by `annotate`, which says what the stream would send."""
    files = alerts.of("ztf/packets") + alerts.of("ztf/bulk") + alerts.of("lsst/packets") + alerts.of("lsst/bulk")
    files += alerts.of("lsst/wire_confluent")
    outcome = trifid("annotate", "--model", model, "--schemas", alerts.schemas, *files)
    assert outcome.status == 0, outcome.err
    records = [json.loads(line) for line in outcome.out.splitlines()]
    packets = list(alerts.packets(*files))
    assert len(records) == len(packets) > 3000
    assert compare(zip(packets, records)) > 50_000


def test_the_stream_sends_the_same(make_stream, alerts):
    files = alerts.of("ztf/packets")[:40] + alerts.of("lsst/packets")[:10] + alerts.of("lsst/wire_confluent")
    stream = make_stream()
    stream.play(*files, schemas=alerts.schemas)
    worker = stream.worker()
    stream.wait_consumed()
    worker.stop()
    records = {(record["survey"], record["alertId"]): record for record in read_alerts(stream.outputs())}
    pairs = []
    for identity, packet in zip(alerts.identities(*files), alerts.packets(*files)):
        pairs.append((packet, records[identity.survey, identity.alert]))
    assert compare(pairs) > 500
    report = stream.audit()
    assert report["compared"] > 0


@pytest.mark.parametrize("extent", ["none", "full"])
def test_the_operator_sets_how_much(make_stream, alerts, extent):
    files = alerts.of("lsst/packets")[:6]
    stream = make_stream({"output": {"lightCurve": extent}})
    stream.play(*files, schemas=alerts.schemas)
    worker = stream.worker()
    stream.wait_consumed()
    worker.stop()
    records = {record["alertId"]: record for record in read_alerts(stream.outputs())}
    for identity, (schema, packet) in zip(alerts.identities(*files), alerts.packets(*files)):
        have = records[identity.alert]["lightCurve"]
        if extent == "none":
            assert have is None
        else:
            assert not list(differences(light_curve(schema, packet, newest=100_000), have))
    stream.audit()


def test_old_readers_read_new_data_and_new_readers_old_data(make_stream, alerts):
    import io
    import pathlib

    import fastavro

    folder = pathlib.Path(__file__).resolve().parents[2] / "Schemas"
    old = json.loads((folder / "annotated_alert.v1_0.avsc").read_text())
    new = json.loads((folder / "annotated_alert.avsc").read_text())
    stream = make_stream()
    stream.play(*alerts.of("ztf/packets")[:3])
    worker = stream.worker()
    stream.wait_consumed()
    worker.stop()
    for message in stream.outputs():
        whole, _ = in_container(message.value())
        (narrow,) = fastavro.reader(io.BytesIO(message.value()), reader_schema=old)
        assert set(narrow) == {field["name"] for field in old["fields"]}
        assert {name: whole[name] for name in ("alertId", "photometry", "neighbours")} == {
            name: narrow[name] for name in ("alertId", "photometry", "neighbours")
        }
        buffer = io.BytesIO()
        fastavro.schemaless_writer(buffer, old, narrow)
        buffer.seek(0)
        again = fastavro.schemaless_reader(buffer, old, new)
        assert set(again) == {field["name"] for field in new["fields"]}
        assert again["lightCurve"] is None and again["quality"]["flags"] == [] and again["mjdTai"] is None
        assert again["alertId"] == whole["alertId"]
