"""All real alerts through Kafka, PostgreSQL and back, read as a subscriber reads them."""

import pytest
from subscriber import check_once_in_order, read_alerts

MESSAGES = 8293
DISTINCT = 8034


@pytest.fixture(scope="module")
def sky(alerts, trifid, kafka, postgres, model, tmp_path_factory):
    """All real alerts played into one topic of 4 partitions and annotated; the stream at rest."""
    from stream import Stream

    stream = Stream(trifid, kafka, postgres.database(), model, tmp_path_factory.mktemp("sky"))
    assert stream.play(*alerts.all, schemas=alerts.schemas) == MESSAGES
    worker = stream.worker()
    stream.wait_consumed(180)
    worker.stop()
    yield stream
    stream.end()


@pytest.fixture(scope="module")
def expected(alerts):
    return {(e.survey, e.alert): e.object for e in alerts.identities(*alerts.all)}


@pytest.fixture(scope="module")
def published(sky):
    messages = sky.outputs()
    return messages, read_alerts(messages)


def test_the_audit_closes(sky):
    report = sky.audit()
    assert report["consumed"] == MESSAGES
    assert report["annotated"] == DISTINCT
    assert report["duplicates"] == MESSAGES - DISTINCT
    assert report["deadLetters"] == report["beyondRetention"] == report["conflicting"] == 0
    assert report["unproved"] == 0 and report["missing"] == report["extra"] == []
    assert len(report["partitions"]) == 4
    assert sum(partition["consumed"] for partition in report["partitions"]) == MESSAGES
    assert all(partition["consumed"] > 0 for partition in report["partitions"])


def test_a_subscriber_reads_each_alert_once_in_order(published, expected):
    messages, records = published
    assert len(expected) == DISTINCT
    assert {(r["survey"], r["alertId"]): r["objectId"] for r in records} == expected
    check_once_in_order(messages, records)


def test_the_ledger_says_the_same(sky, postgres, published):
    _, records = published
    rows = postgres.query(
        "SELECT outcome, count(*) FROM ledger GROUP BY 1 ORDER BY 2 DESC", sky.database
    )
    assert [int(count) for _, count in rows] == [DISTINCT, MESSAGES - DISTINCT]
    assert len(records) == DISTINCT


def test_the_answers_are_whole(published):
    _, records = published
    for record in records:
        assert record["schemaVersion"] == "1.2" and record["revision"] == 0
        assert "untrained" in record["flags"]
        answer, *others = record["classifications"]
        assert [other["decision"]["path"] for other in others] == [["solar-system"]] * (
            "solar-system" in record["flags"]
        )
        assert answer["state"] == "untrained" and answer["decision"] is None
        leaves = [answer["probabilities"][name] for name in LEAVES]
        assert abs(sum(leaves) - 1) < 1e-4 and min(leaves) >= 0
        assert len(answer["logits"]) == len(LEAVES)
        assert 0 <= record["anomaly"]["percentile"] <= 100
        assert len(record["neighbours"]) == 5
        similarities = [neighbour["similarity"] for neighbour in record["neighbours"]]
        assert similarities == sorted(similarities, reverse=True)
        assert record["photometry"]["detections"] >= 1
        assert ("solar-system" in record["flags"]) == (record["solarSystemObject"] is not None)
        assert record["cutoutScience"] is record["cutoutTemplate"] is record["cutoutDifference"] is None
        assert record["filters"] == record["crossmatches"] == []
        times = record["timestamps"]
        assert times["received"] <= times["decoded"] <= times["joined"] <= times["inferred"]


LEAVES = (
    "SN-Ia SN-Ibc SN-II SN-IIn SLSN TDE CV Microlensing EA EB EW RRAB RRC CEP DSCT HADS M SR ROT YSO AGN"
).split()


def test_an_untrained_model_routes_to_no_class_and_no_anomalies(sky):
    topics = sky.kafka.topics(sky.prefix)
    for counted in ("alerts", "private"):
        topics.remove(f"{sky.prefix}.{counted}")
    assert f"{sky.prefix}.class.SN-Ia" in topics and f"{sky.prefix}.anomalies" in topics
    assert sky.kafka.read(*topics) == []


def test_played_again_all_are_duplicates(sky, alerts, published):
    before = {(m.topic(), m.partition(), m.offset()) for m in published[0]}
    assert sky.play(*alerts.all, schemas=alerts.schemas) == MESSAGES
    worker = sky.worker()
    sky.wait_consumed(180)
    counts = worker.counts
    worker.stop()
    assert counts["consumed"] == counts["duplicates"] == MESSAGES
    assert counts["annotated"] == counts["deadLetters"] == counts["replays"] == 0
    assert {(m.topic(), m.partition(), m.offset()) for m in sky.outputs()} == before
    report = sky.audit()
    assert report["consumed"] == 2 * MESSAGES
    assert report["annotated"] == DISTINCT
    assert report["duplicates"] == 2 * MESSAGES - DISTINCT
    assert report["deadLetters"] == report["unproved"] == 0


def test_the_benchmark_audits_what_it_has_measured(trifid, kafka, postgres):
    words = ("--alerts", "60", "--layers", "1", "--brokers", kafka.address, "--postgres", postgres.database())
    done = trifid("bench", "stream", "--json", *words, timeout=120)
    assert done.status == 0, done.err
    (row,) = done.json["results"]
    assert row["audit"] == "closed" and row["alerts"] == 60 and row["rate"] > 0
