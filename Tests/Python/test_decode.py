"""`trifid decode` is held against a second reading of the packets by fastavro and numpy, on every real file."""

import json

import compare_decode
import pytest
from schema_packets import SCHEMAS, PacketMaker


def test_every_alert_of_every_real_packet(trifid, alerts):
    read, found = compare_decode.compare([trifid.binary, "decode"], alerts.all, alerts.schemas)
    assert not found, "\n".join(found[:30])
    assert len(read) == 8293
    by_survey = {}
    for alert in read:
        by_survey.setdefault(alert["survey"], set()).add(alert["alertId"])
    wire = {str(entry.alert) for entry in alerts.identities(*alerts.of("lsst/wire_confluent"))}
    bulk = {str(e.alert) for e in alerts.identities(*alerts.of("lsst/bulk")) if e.survey == "lsst"}
    assert len(by_survey["ztf"]) == 3028
    assert len(by_survey["elasticc"]) == 4509
    assert len(bulk) == 490 and len(wire) == 8
    assert by_survey["lsst"] == bulk | wire
    assert sum(len(ids) for ids in by_survey.values()) == 8034
    assert sum(1 for alert in read if alert["objectId"].startswith("sso:")) >= 35


@pytest.mark.parametrize("version", [(7, 0), (8, 0), (11, 0), (11, 1)], ids=lambda version: "v{}.{}".format(*version))
def test_packets_made_from_schemas(trifid, tmp_path, version):
    maker = PacketMaker(*version)
    packets = [maker.packet(number, solar_system=number == 3) for number in range(4)]
    container, *framed = [tmp_path / f"{number}.avro" for number in range(5)]
    container.write_bytes(maker.container(*packets))
    for path, packet in zip(framed, packets):
        path.write_bytes(maker.framed(packet))
    read, found = compare_decode.compare([trifid.binary, "decode"], [container, *framed], SCHEMAS)
    assert not found, "\n".join(found[:30])
    assert len(read) == 8
    assert {alert["schemaVersion"] for alert in read} == {"{}.{}".format(*version)}
    assert all(alert["detections"] > 1 and alert["forced"] > 1 for alert in read)


def test_one_bad_file_does_not_stop_the_rest(trifid, alerts, tmp_path):
    good = alerts.of("ztf/packets")[:2]
    bad = tmp_path / "bad.avro"
    bad.write_bytes(b"neither a container nor a framed message")
    missing = tmp_path / "missing.avro"
    cut = tmp_path / "cut.avro"
    cut.write_bytes(good[0].read_bytes()[:-1000])
    for words in (["decode"], ["decode", "--raw"]):
        outcome = trifid(*words, good[0], bad, missing, cut, good[1])
        assert outcome.status == 1
        lines = outcome.err.splitlines()
        assert [str(path) in line for path, line in zip((bad, missing, cut), lines, strict=True)] == [True] * 3
        names = [document["objectId"] for document in outcome.lines]
        assert names == [path.name.split("_")[0] for path in good]


@pytest.mark.parametrize("words", [["decode"], ["decode", "--raw"], ["annotate"]], ids=" ".join)
def test_a_file_that_cannot_be_read_is_named_once_with_the_systems_reason(trifid, tmp_path, words):
    missing = tmp_path / "missing.avro"
    outcome = trifid(*words, missing, tmp_path)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.splitlines() == [
        f"trifid {words[0]}: {missing}: cannot be read: No such file or directory",
        f"trifid {words[0]}: {tmp_path}: cannot be read: Is a directory",
    ]


def test_bytes_after_a_framed_record_are_told_with_and_without_raw(trifid, tmp_path):
    maker = PacketMaker(11, 1)
    path = tmp_path / "long.avro"
    path.write_bytes(maker.framed(maker.packet(0, solar_system=False)) + b"abc")
    outcomes = [trifid(*words, "--schemas", SCHEMAS, path) for words in (["decode"], ["decode", "--raw"])]
    for outcome in outcomes:
        assert (outcome.status, outcome.out) == (1, "")
        assert f"{path}: decode: the message goes on for 3 bytes after the record" in outcome.err
    assert outcomes[0].err == outcomes[1].err


def test_ids_are_text_where_they_would_not_fit_a_number(trifid, alerts):
    path = alerts.of("ztf/packets")[0]
    line = trifid("decode", path).out
    document = json.loads(line)
    assert document["alertId"] == str(alerts.identities(path)[0].alert)
    assert int(document["alertId"]) > 2**53
    raw = json.loads(trifid("decode", "--raw", path).out)
    assert raw["candid"] == int(document["alertId"])
