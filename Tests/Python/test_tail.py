"""`trifid tail` reads as a subscriber does, and ends when it has what was asked for."""

import json

import pytest
from lonely_broker import lonely_broker
from subscriber import read_alerts


@pytest.fixture(scope="module")
def stream(trifid, kafka, postgres, model, alerts, tmp_path_factory):
    from stream import Stream

    stream = Stream(trifid, kafka, postgres.database(), model, tmp_path_factory.mktemp("tail"))
    stream.play(*alerts.of("ztf/packets")[:20])
    worker = stream.worker()
    stream.wait_consumed()
    worker.stop()
    yield stream
    stream.end()


def test_json_with_a_limit(stream, trifid):
    outcome = trifid("tail", "--config", stream.config(), "--from", "earliest", "--limit", "7", "--json")
    assert outcome.status == 0, outcome.err
    assert len(outcome.lines) == 7
    known = {str(record["alertId"]): record for record in read_alerts(stream.outputs())}
    for document in outcome.lines:
        record = known[document["alertId"]]
        assert set(document) == set(record)
        assert document["ra"] == record["ra"] and document["mjd"] == record["mjd"]
        assert document["input"]["offset"] == record["input"]["offset"]


def test_it_ends_where_nothing_comes(stream, trifid):
    outcome = trifid("tail", "--config", stream.config(), "--from", "earliest", "--seconds", "2", "--json")
    assert outcome.status == 0, outcome.err
    assert len(outcome.lines) == 20
    assert len({document["alertId"] for document in outcome.lines}) == 20


def test_a_table_for_people(stream, trifid):
    outcome = trifid("tail", "--config", stream.config(), "--from", "earliest", "--limit", "3")
    assert outcome.status == 0
    heading, *lines = outcome.out.splitlines()
    assert len(lines) == 3 and all("ZTF" in line for line in lines)
    assert "\x1b" not in outcome.out


def test_it_follows_what_comes(stream, trifid, alerts):
    import subprocess
    import time

    process = trifid.start(
        "tail", "--config", stream.config(), "--limit", "2", "--json", "--seconds", "60",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    time.sleep(4)
    stream.play(*alerts.of("ztf/packets")[20:22])
    worker = stream.worker()
    out, err = process.communicate(timeout=60)
    worker.stop()
    assert process.returncode == 0, err
    got = [int(json.loads(line)["alertId"]) for line in out.splitlines()]
    assert sorted(got) == sorted(entry.alert for entry in alerts.identities(*alerts.of("ztf/packets")[20:22]))


@pytest.mark.parametrize("start", ["earliest", "latest"])
def test_a_broker_that_advertises_an_unknown_host_is_an_error(trifid, start):
    with lonely_broker("trifid.alerts") as address:
        outcome = trifid("tail", "--brokers", address, "--from", start, "--seconds", "3")
    assert outcome.status == 4
    assert "nowhere.invalid" in outcome.err and "advertised.listeners" in outcome.err


def test_a_topic_that_is_not_there_is_told(trifid, kafka):
    outcome = trifid("tail", "--brokers", kafka.address, "--topic", "not-there-yet", "--seconds", "1")
    assert outcome.status == 0
    assert "no topic not-there-yet" in outcome.err
