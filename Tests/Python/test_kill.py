"""Workers, PostgreSQL and Kafka are killed while alerts flow; then only the topics are read.

Every alert of the input is out once: no id twice, no position twice, nothing missing, nothing that was not sent.
"""

import random
import threading
import time
import uuid

import pytest
from stream import wait_until
from subscriber import check_once_in_order, position, read_alerts


class Flow:
    """Sends messages at a steady rate in the background, and at the end what is left at once."""

    def __init__(self, stream, messages, rate):
        self.hurry = threading.Event()
        self.thread = threading.Thread(target=self._send, args=(stream, messages, rate), daemon=True)
        self.thread.start()

    def _send(self, stream, messages, rate):
        producer = stream.kafka.producer()
        step = max(1, rate // 10)
        for first in range(0, len(messages), step):
            stream.kafka.produce(stream.topic, messages[first : first + step], producer)
            self.hurry.wait(step / rate)

    def end(self):
        self.hurry.set()
        self.thread.join(120)
        assert not self.thread.is_alive()


@pytest.fixture(scope="module")
def files(alerts):
    """2,000 alerts and more of many objects, a few of them in two files."""
    return alerts.of("ztf/packets") + alerts.of("ztf/bulk")[5:16]


@pytest.fixture(scope="module")
def sent(alerts, files):
    return alerts.identities(*files)


@pytest.fixture(scope="module")
def messages(trifid, kafka, files, sent):
    """(key, value) of each alert as `trifid play` sends it, in order."""
    topic = f"recorded-{uuid.uuid4().hex[:8]}"
    outcome = trifid("play", "--brokers", kafka.address, "--topic", topic, "--partitions", "1", *files)
    assert outcome.status == 0, outcome.err
    recorded = [(message.key(), message.value()) for message in kafka.read(topic)]
    assert [key.decode() for key, _ in recorded] == [entry.object for entry in sent]
    return recorded


@pytest.fixture
def chance(request):
    seed = random.randrange(1 << 32)
    print(f"the seed of {request.node.name} is {seed}")
    return random.Random(seed)


def check_topics(stream, sent):
    """Reads the input and the outputs, nothing else."""
    messages = stream.outputs()
    records = read_alerts(messages)
    check_once_in_order(messages, records)
    assert {(r["survey"], r["alertId"]) for r in records} == {(e.survey, e.alert) for e in sent}
    assert stream.outputs("deadletters") == []
    there = {(m.topic(), m.partition(), m.offset()): m for m in stream.kafka.read(stream.topic)}
    assert len(there) == len(sent)
    for record in records:
        assert there[position(record)].key() == record["objectId"].encode()
        assert there[position(record)].timestamp()[1] == _milliseconds(record["input"]["timestamp"])


def _milliseconds(time):
    return round(time.timestamp() * 1000)


def check_audit(stream, sent):
    report = stream.audit()
    distinct = len({(entry.survey, entry.alert) for entry in sent})
    assert report["consumed"] == len(sent)
    assert report["annotated"] == distinct
    assert report["duplicates"] == len(sent) - distinct


def test_a_worker_killed_five_times(make_stream, messages, sent, chance):
    stream = make_stream({"batch": {"alerts": 64}})
    stream.kafka.create(stream.topic)
    flow = Flow(stream, messages, rate=80)
    for _ in range(5):
        worker = stream.worker()
        wait_until(lambda: worker.counts.get("consumed", 0) > 0, 60, "the first batch after a start")
        time.sleep(chance.uniform(0, 1.5))
        worker.check_alive()
        worker.kill()
    worker = stream.worker()
    flow.end()
    stream.wait_consumed()
    worker.stop()
    check_topics(stream, sent)
    check_audit(stream, sent)


def test_the_audit_closes_at_any_time_while_the_stream_runs(make_stream, messages, sent):
    stream = make_stream({"batch": {"alerts": 16}})
    stream.kafka.create(stream.topic)
    worker = stream.worker()
    flow = Flow(stream, messages, rate=200)
    wait_until(lambda: worker.counts.get("consumed", 0) > 0, 60, "the first batch")
    # The topic of what is not public grows meanwhile: it is compared once the stream is at rest.
    consumed = [stream.audit(public=True)["consumed"] for _ in range(4)]
    assert consumed == sorted(consumed) and consumed[0] < len(sent)
    flow.end()
    stream.wait_consumed()
    worker.stop()
    check_audit(stream, sent)


def test_one_of_two_workers_is_killed(make_stream, messages, sent, chance):
    stream = make_stream()
    stream.kafka.create(stream.topic)
    one, two = stream.worker("one"), stream.worker("two")
    wait_until(lambda: all(w.counts.get("partitions") == 2 for w in (one, two)), 60, "two partitions for each")
    flow = Flow(stream, messages, rate=200)
    wait_until(lambda: all(w.counts.get("consumed", 0) > 0 for w in (one, two)), 60, "work by both")
    assert stream.audit(public=True)["consumed"] > 0, "an audit in full flow"
    time.sleep(chance.uniform(0, 2))
    one.kill()
    flow.end()
    stream.wait_consumed()
    wait_until(lambda: two.counts.get("partitions") == 4, 30, "all partitions for the one that is left")
    two.stop()
    check_topics(stream, sent)
    check_audit(stream, sent)


def test_postgres_is_killed_and_comes_back(make_stream, own_postgres, messages, sent, chance):
    stream = make_stream(postgres=own_postgres)
    stream.kafka.create(stream.topic)
    worker = stream.worker()
    flow = Flow(stream, messages, rate=200)
    wait_until(lambda: worker.counts.get("consumed", 0) > 0, 60, "the first batch")
    time.sleep(chance.uniform(0, 2))
    own_postgres.kill()
    wait_until(lambda: not worker.is_ready(), 30, "the worker's word that it is not ready")
    own_postgres.start()
    flow.end()
    stream.wait_consumed()
    wait_until(worker.is_ready, 30, "the worker's readiness")
    worker.stop()
    check_topics(stream, sent)
    check_audit(stream, sent)


def test_kafka_is_killed_and_comes_back(make_stream, own_kafka, messages, sent, chance):
    """The input stands there before, since what a sender does when its Kafka crashes is not the question here."""
    stream = make_stream({"batch": {"alerts": 16}}, kafka=own_kafka)
    own_kafka.create(stream.topic)
    own_kafka.produce(stream.topic, messages)
    worker = stream.worker()
    wait_until(lambda: worker.counts.get("consumed", 0) > 0, 60, "the first batch")
    time.sleep(chance.uniform(0, 0.5))
    own_kafka.kill()
    assert worker.counts["consumed"] < len(sent), "all was done before Kafka was killed"
    own_kafka.start()
    stream.wait_consumed()
    worker.stop()
    check_topics(stream, sent)
    check_audit(stream, sent)
