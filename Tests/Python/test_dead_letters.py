"""What cannot be read goes out with its original bytes and headers that say where it stood and why."""

import hashlib
import io
import re

import fastavro
import pytest
from subscriber import read_alerts

MEGABYTE = 1 << 20


def container(schema, *packets):
    file = io.BytesIO()
    fastavro.writer(file, schema, packets)
    return file.getvalue()


def headers(message):
    return {name: value.decode() for name, value in message.headers() or []}


@pytest.fixture(scope="module")
def packets(alerts):
    """Six real alerts, each (schema, packet)."""
    return list(alerts.packets(*alerts.of("ztf/packets")[:6]))


def bad_messages(packets):
    """name: (bytes, the code that it should get, the corrected bytes or None)."""
    good = [container(*entry) for entry in packets]
    (schema, packet) = packets[2]
    early = {**packet, "candidate": {**packet["candidate"], "jd": 2400000.5 + 40000}}
    (odd_schema, odd) = packets[5]
    nowhere = {**packets[3][1], "candidate": {**packets[3][1]["candidate"], "ra": 361.0}}
    return {
        "garbage": (b"this is not Avro at all", "frame.", good[0]),
        "wrong magic": (b"Obj\x02" + good[1][4:], "frame.", good[1]),
        "truncated": (good[1][:-1000], "frame.", None),
        "tombstone": (None, "frame.empty", None),
        "two records": (container(packets[4][0], packets[4][1], packets[4][1]), "frame.records", good[4]),
        "unknown id": (b"\0" + (99_999).to_bytes(4, "big") + b"body", "schema.unknown-schema-id", None),
        "before 1990": (container(schema, early), "time.out-of-range", good[2]),
        "ra 361": (container(packets[3][0], nowhere), "position.out-of-range", good[3]),
        "long object id": (container(odd_schema, {**odd, "objectId": "Z" * 3000}), "identity.object-id", good[5]),
        "object id with NUL": (container(odd_schema, {**odd, "objectId": "ZTF\0"}), "identity.object-id", None),
        "filter 70000": (
            container(odd_schema, {**odd, "candidate": {**odd["candidate"], "fid": 70_000}}),
            "photometry.out-of-range",
            None,
        ),
        "sign with NUL": (
            container(odd_schema, {**odd, "candidate": {**odd["candidate"], "isdiffpos": "\0" * MEGABYTE}}),
            "photometry.bad-value",
            None,
        ),
        "12 MB": (b"not Avro" + bytes(range(256)) * (12 * MEGABYTE // 256), "frame.", None),
    }


def test_dead_letters_and_their_corrected_re_sends(make_stream, packets):
    bad = bad_messages(packets)
    stream = make_stream()
    stream.kafka.create(stream.topic, 1, max_message_bytes=16 * MEGABYTE)
    stream.kafka.create(f"{stream.prefix}.deadletters", 2, max_message_bytes=8 * MEGABYTE)
    stream.kafka.produce(stream.topic, [(name, value) for name, (value, _, _) in bad.items()])
    worker = stream.worker()
    stream.wait_consumed()
    letters = {headers(message)["trifid.offset"]: message for message in stream.outputs("deadletters")}
    assert len(letters) == len(bad)
    for offset, (name, (value, code, _)) in enumerate(bad.items()):
        message = letters[str(offset)]
        told = headers(message)
        assert message.key() == name.encode()
        assert told["trifid.code"].startswith(code), (name, told)
        assert 20 < len(told["trifid.reason"].encode()) <= 1024 and "\0" not in told["trifid.reason"], name
        assert (told["trifid.topic"], told["trifid.partition"]) == (stream.topic, "0")
        assert told["trifid.length"] == str(len(value or b""))
        if name == "12 MB":
            assert told["truncated"] == "true"
            assert told["trifid.sha256"] == hashlib.sha256(value).hexdigest()
            assert message.value() == value[:65536]
        else:
            assert "truncated" not in told
            assert (message.value() or b"") == (value or b""), name
    assert stream.outputs() == []

    corrected = [good for _, _, good in bad.values() if good]
    stream.kafka.produce(stream.topic, [(None, good) for good in corrected])
    stream.wait_consumed()
    worker.stop()
    assert len(read_alerts(stream.outputs())) == len(corrected)
    report = stream.audit()
    assert report["deadLetters"] == len(bad)
    assert report["annotated"] == len(corrected)
    assert report["duplicates"] == 0


def test_a_framing_that_is_not_expected_is_a_dead_letter(make_stream, alerts):
    stream = make_stream({"input": {"framing": "confluent"}})
    stream.play(*alerts.of("ztf/packets")[:3])
    worker = stream.worker()
    stream.wait_consumed()
    worker.stop()
    letters = [headers(message) for message in stream.outputs("deadletters")]
    assert [told["trifid.code"] for told in letters] == ["frame.other-framing"] * 3
    assert all("set input.framing to auto or to container" in told["trifid.reason"] for told in letters)
    assert stream.audit()["deadLetters"] == 3


def test_single_objects_are_taken_where_they_are_expected_and_named_where_they_are_not(make_stream, alerts):
    files = alerts.of("lsst/wire_confluent")[:3]
    for framing, annotated in (("single-object", 3), ("confluent", 0)):
        stream = make_stream({"input": {"framing": framing}})
        stream.play(*files, framing="single-object")
        worker = stream.worker()
        stream.wait_consumed()
        worker.stop()
        assert len(read_alerts(stream.outputs())) == annotated
        letters = [headers(message) for message in stream.outputs("deadletters")]
        assert [told["trifid.code"] for told in letters] == ["frame.other-framing"] * (3 - annotated)
        assert all("set input.framing to auto or to single-object" in told["trifid.reason"] for told in letters)


def test_a_key_too_large_for_its_headers_does_not_block_the_stream(make_stream):
    """Key and value fill the input topic's limit: with its headers the dead letter would not fit."""
    stream = make_stream()
    stream.kafka.create(stream.topic, 1, max_message_bytes=1_000_000)
    stream.kafka.create(f"{stream.prefix}.deadletters", 1, max_message_bytes=1_000_000)
    stream.kafka.produce(stream.topic, [(b"k" * 999_850, b"not Avro"), (b"a key", b"not Avro either")])
    worker = stream.worker()
    stream.wait_consumed()
    worker.stop()
    first, second = stream.outputs("deadletters")
    assert (first.key(), first.value(), headers(first)["truncated"]) == (None, b"not Avro", "true")
    assert (second.key(), second.value()) == (b"a key", b"not Avro either")
    assert stream.audit()["deadLetters"] == 2


def test_an_answer_too_large_for_its_topic_is_shortened(make_stream, alerts):
    """Just below and at the size that a topic must take; above it cutouts, then the light curve are left out."""
    stream = make_stream({"output": {"cutouts": True}})
    topic = f"{stream.prefix}.alerts"
    stream.kafka.create(topic, 1, max_message_bytes=10_000)
    files = alerts.of("ztf/packets")[:6] + alerts.of("ztf/bulk")[:4]
    sent = stream.play(*files)
    worker = stream.worker()
    assert worker.wait_end() != 0
    text = "\n".join(worker.events)
    assert "max.message.bytes" in text and topic in text
    least = int(re.search(r"allowed: (\d+) or more", text)[1])
    stream.kafka.alter(topic, max_message_bytes=least - 1)
    assert stream.worker("2").wait_end() != 0
    stream.kafka.alter(topic, max_message_bytes=least)
    worker = stream.worker("3")
    stream.wait_consumed()
    worker.stop()
    assert stream.outputs("deadletters") == []
    records = read_alerts(stream.outputs(public=True))
    assert len(records) == stream.audit(public=True)["annotated"] <= sent
    stamped = [record for record in records if record["cutoutScience"]]
    shortened = [record for record in records if "shortened" in record["flags"]]
    assert len(shortened) >= 5 and not stamped
    assert any(record["lightCurve"] for record in shortened) or all(not r["lightCurve"] for r in shortened)


def test_an_answer_that_was_stored_when_its_topic_took_more_is_shortened(make_stream, alerts):
    """The limit falls while the stream runs: what the database has settled is refused by Kafka, and the next start sends it
    in the size that the topic takes by now; stored = published still."""
    stream = make_stream({"output": {"cutouts": True, "lightCurve": "full"}})
    topic = f"{stream.prefix}.alerts"
    stream.kafka.create(stream.topic, 1)
    stream.kafka.create(topic, 1, max_message_bytes=10_000)
    worker = stream.worker()
    assert worker.wait_end() != 0
    least = int(re.search(r"allowed: (\d+) or more", "\n".join(worker.events))[1])
    stream.kafka.alter(topic, max_message_bytes=8 * MEGABYTE)
    worker = stream.worker("2").wait_ready()
    stream.kafka.alter(topic, max_message_bytes=least)
    files = alerts.of("ztf/packets")[:6]
    sent = stream.play(*files)
    assert worker.wait_end() != 0
    assert stream.outputs(public=True) == []
    worker = stream.worker("2")
    stream.wait_consumed()
    republished = re.search(r'^trifid_republished_alerts_total (\d+)$', worker.get("/metrics")[1], re.MULTILINE)
    assert 1 <= int(republished[1]) <= sent
    worker.stop()
    records = read_alerts(stream.outputs(public=True))
    assert 4 <= len(records) <= sent
    assert all("shortened" in record["flags"] and not record["cutoutScience"] for record in records)
    report = stream.audit(public=True)
    assert report["annotated"] == len(records) and report["compared"] > 0 and not report["differing"]


def programs(packet, program, history=None):
    """The packet under another program, and its history too where asked."""
    rows = packet["prv_candidates"]
    if rows and history:
        rows = [{**row, "programid": history} for row in rows]
    return {**packet, "candidate": {**packet["candidate"], "programid": program}, "prv_candidates": rows}


def test_data_that_are_not_public_go_to_their_own_topic_alone(make_stream, packets):
    schemas, given = zip(*packets)
    sent = [programs(given[0], 1, history=2), programs(given[1], 2), programs(given[2], 3), programs(given[3], 1)]
    good = [container(schema, packet) for schema, packet in zip(schemas, sent)]
    wrong = {**given[4], "candidate": {**given[4]["candidate"], "ra": 400.0}}
    bad = [container(schemas[4], programs(wrong, program)) for program in (1, 2)]
    stream = make_stream()
    stream.kafka.create(stream.topic, 1)
    stream.kafka.produce(stream.topic, [(None, value) for value in [*good, *bad, good[1]]])
    worker = stream.worker()
    stream.wait_consumed()
    metrics = worker.get("/metrics")[1]

    def total(name):
        return sum(float(count) for count in re.findall(rf"^{name}\{{[^}}]*\}} (\S+)$", metrics, re.MULTILINE))

    # What anybody may scrape tells how much is private, and no more.
    assert total("trifid_messages_total") == 7
    assert (total("trifid_decisions_total"), total("trifid_dead_letters_total")) == (2, 1)
    worker.stop()
    public = {record["alertId"]: record for record in read_alerts(stream.outputs(public=True))}
    assert set(public) == {given[0]["candid"], given[3]["candid"]}
    first = public[given[0]["candid"]]
    assert [point["programId"] for point in first["lightCurve"]] == [1]
    assert first["photometry"]["detections"] == first["modalities"]["points"] == 1
    assert len(stream.outputs("deadletters", public=True)) == 1
    private = stream.outputs("private")
    assert sorted(bool(headers(message).get("trifid.code")) for message in private) == [False, False, True]
    report = stream.audit(public=True)
    assert (report["annotated"], report["private"], report["duplicates"], report["deadLetters"]) == (2, 3, 1, 1)
    assert report["consumed"] == 7


def test_a_batch_of_answers_may_be_larger_than_what_a_topic_takes(make_stream, alerts):
    """max.message.bytes is the limit of a batch too: many alerts that fit one by one all go out."""
    stream = make_stream({"output": {"cutouts": True}})
    stream.kafka.create(f"{stream.prefix}.alerts", 1, max_message_bytes=150_000)
    files = alerts.of("ztf/packets")[:60]
    sent = stream.play(*files)
    worker = stream.worker()
    stream.wait_consumed()
    worker.stop()
    assert stream.audit()["annotated"] == len(read_alerts(stream.outputs())) == sent
