"""How a worker starts, waits and refuses, and what its exit status says."""

import subprocess
import threading
import time

import confluent_kafka
import pytest
from kafka_cluster import free_port
from stream import Stream, wait_until
from subscriber import read_alerts


def nowhere():
    return f"127.0.0.1:{free_port()}"


def end(worker, status, *fragments, seconds=60):
    assert worker.wait_end(seconds) == status, "\n".join(worker.events[-20:])
    text = "\n".join(worker.events)
    for fragment in fragments:
        assert fragment in text


class Waiting:
    """What ends by itself after half a minute: begun before the other tests of this file, and looked at behind them."""

    def __init__(self, trifid, kafka, postgres, model, packet, folder):
        self.stream = Stream(trifid, kafka, postgres.database(), model, folder)
        kafka.create(self.stream.topic)
        self.holder = self.stream.worker().wait_ready()
        self.begin = time.monotonic()
        self.second = self.stream.worker()
        self.nowhere = nowhere()
        config = self.stream.config("elsewhere", {"kafka": {"brokers": [self.nowhere]}})
        self.without_kafka = {
            words[0]: trifid.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for words in (
                ["run", "--config", config],
                ["audit", "--config", config],
                ["play", "--brokers", self.nowhere, "--topic", "t", packet],
                ["tail", "--brokers", self.nowhere, "--limit", "1"],
            )
        }
        self.ended = {}
        self.thread = threading.Thread(target=self._collect, daemon=True)
        self.thread.start()

    def _collect(self):
        everything = {"second": self.second.process, **self.without_kafka}
        while len(self.ended) < len(everything) and time.monotonic() - self.begin < 120:
            for name, process in everything.items():
                if name not in self.ended and process.poll() is not None:
                    self.ended[name] = time.monotonic() - self.begin
            time.sleep(0.1)

    def end(self):
        self.stream.end()
        for process in self.without_kafka.values():
            process.kill()
            process.wait()


@pytest.fixture(scope="module", autouse=True)
def waiting(trifid, kafka, postgres, model, alerts, tmp_path_factory):
    waiting = Waiting(
        trifid, kafka, postgres, model, alerts.of("ztf/packets")[0], tmp_path_factory.mktemp("waiting")
    )
    yield waiting
    waiting.end()


@pytest.mark.parametrize("pattern", ["^{prefix}[.]alerts$", "^{prefix}[.]class[.]SN", "^.*$", "^{prefix}"])
def test_an_input_that_is_our_own_output_is_refused(make_stream, pattern):
    stream = make_stream()
    pattern = pattern.format(prefix=stream.prefix)
    worker = stream.worker(settings={"input": {"topics": [], "pattern": pattern}})
    end(worker, 3, "input", stream.prefix)


def test_a_pattern_reads_topics_that_come_later(make_stream, alerts):
    """ZTF opens a topic a night; our own outputs beside it are not read."""
    stream = make_stream({"kafka": {"properties": {"topic.metadata.refresh.interval.ms": 1000}}})
    stream.settings["input"] = {"pattern": f"^{stream.topic}_night[0-9]$"}
    first, second = f"{stream.topic}_night1", f"{stream.topic}_night2"
    files = alerts.of("ztf/packets")[:8]
    stream.kafka.create(first, 2)
    stream.kafka.produce(first, [(None, path.read_bytes()) for path in files[:4]])
    worker = stream.worker()
    wait_until(lambda: worker.counts.get("annotated") == 4, 60, "the first night")
    stream.kafka.create(second, 2)
    stream.kafka.produce(second, [(None, path.read_bytes()) for path in files[4:]])
    # One of the second night is of ZTF's program 3: it counts as private.
    wait_until(lambda: worker.counts.get("annotated", 0) + worker.counts.get("private", 0) == 8, 60, "the second night")
    worker.stop()
    report = stream.audit()
    assert report["annotated"] == 8
    assert {p["topic"] for p in report["partitions"]} == {first, second}


def test_a_successor_of_the_same_name_takes_over(make_stream, alerts):
    stream = make_stream()
    stream.kafka.create(stream.topic)
    first = stream.worker().wait_ready()
    second = stream.worker()
    time.sleep(1)
    first.stop()
    second.wait_ready()
    stream.play(*alerts.of("ztf/packets")[:3])
    stream.wait_consumed()
    second.stop()
    assert stream.audit()["annotated"] == 3


def test_another_group_or_cluster_on_the_same_database_is_refused(make_stream, postgres):
    stream = make_stream()
    stream.kafka.create(stream.topic)
    stream.worker().wait_ready().stop()
    other = stream.worker(settings={"kafka": {"group": "another"}})
    end(other, 3, "group", stream.group, "another")
    postgres.query("UPDATE meta SET cluster_id = 'elsewhere'", stream.database)
    end(stream.worker(), 3, "cluster", "elsewhere")


def test_latest_skips_nothing_after_a_crash(make_stream, alerts):
    """The first assignment decides where `latest` is, not the restart."""
    stream = make_stream({"input": {"from": "latest"}})
    files = alerts.of("ztf/packets")
    stream.play(*files[:5])
    worker = stream.worker().wait_ready()
    wait_until(lambda: worker.counts["partitions"] == 4, 30, "the assignment")
    worker.kill()
    stream.play(*files[5:12])
    again = stream.worker()
    stream.wait_consumed()
    again.stop()
    ids = {record["alertId"] for record in read_alerts(stream.outputs())}
    assert ids == {entry.alert for entry in alerts.identities(*files[5:12])}
    assert stream.audit()["consumed"] == 7


def test_a_topic_that_is_missing_is_told_and_read_when_it_comes(make_stream, alerts):
    stream = make_stream({"kafka": {"properties": {"topic.metadata.refresh.interval.ms": 1000}}})
    worker = stream.worker()
    wait_until(lambda: worker.said(stream.topic, "nknown"), 30, "a word on the missing topic")
    assert not worker.is_ready()
    stream.play(*alerts.of("ztf/packets")[:2])
    wait_until(lambda: worker.counts.get("annotated") == 2, 60, "the alerts of the topic")
    worker.stop()


def test_a_worker_without_partitions_is_a_spare_and_ready(make_stream, alerts):
    stream = make_stream()
    stream.kafka.create(stream.topic, 1)
    workers = [stream.worker(name) for name in ("one", "two")]

    def roles():
        return sorted(worker.counts.get("role", "") for worker in workers)

    wait_until(lambda: roles() == ["reading", "spare"], 60, "one reader and one spare worker")
    assert all(worker.is_ready() for worker in workers)
    stream.play(*alerts.of("ztf/packets")[:3])
    stream.wait_consumed()
    reader = next(worker for worker in workers if worker.counts["role"] == "reading")
    wait_until(lambda: reader.counts["lag"] == 0 and reader.counts["batchesInFlight"] == 0, 30, "no lag")
    for worker in workers:
        worker.stop()


def test_postgres_out_of_reach_ends_with_4(make_stream):
    stream = make_stream()
    host, port = nowhere().split(":")
    begin = time.monotonic()
    worker = stream.worker(settings={"postgres": {"url": f"postgresql://{host}:{port}/trifid"}})
    end(worker, 4, port)
    audit = stream.trifid("audit", "--config", stream.config(), "--set", f"postgres.url=postgresql://{host}:{port}/t")
    assert audit.status == 4 and port in audit.err
    assert time.monotonic() - begin < 60


def test_a_database_that_is_not_there_is_told(make_stream):
    stream = make_stream()
    url = stream.database.replace("dbname='t", "dbname='no")
    worker = stream.worker(settings={"postgres": {"url": url}})
    end(worker, worker.wait_end(60), "does not exist")
    assert worker.process.returncode in (3, 4)


def test_a_damaged_model_is_refused(make_stream, model, tmp_path):
    folder = tmp_path / "damaged"
    folder.mkdir()
    for path in model.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    weights = folder / "weights.safetensors"
    data = bytearray(weights.read_bytes())
    data[-5] ^= 1
    weights.write_bytes(data)
    stream = make_stream(model=folder)
    end(stream.worker(), 3, "weights.safetensors")


def test_no_model_and_no_input_are_refused(trifid):
    outcome = trifid("run")
    assert outcome.status == 3
    assert "model" in outcome.err or "input" in outcome.err


def test_a_second_worker_of_the_same_name_waits_and_names_the_holder(waiting):
    end(waiting.second, 3, "worker 1 of group", "already running", f"trifid {waiting.stream.group}/1")
    wait_until(lambda: "second" in waiting.ended, 10)
    assert 25 < waiting.ended["second"] < 60
    assert waiting.holder.is_ready()
    waiting.holder.stop()


@pytest.mark.parametrize("command", ["run", "audit", "play", "tail"])
def test_kafka_out_of_reach_ends_with_4(waiting, command):
    out, err = waiting.without_kafka[command].communicate(timeout=90)
    assert (waiting.without_kafka[command].returncode, out) == (4, b""), err
    assert waiting.nowhere in err.decode()
    wait_until(lambda: command in waiting.ended, 10)
    assert waiting.ended[command] < 75


def test_a_foreign_consumer_in_the_group_is_told_with_what_to_do(trifid, kafka, postgres, model, tmp_path):
    stream = Stream(trifid, kafka, postgres.database(), model, tmp_path)
    kafka.create(stream.topic)
    foreign = confluent_kafka.Consumer({
        "bootstrap.servers": kafka.address, "group.id": stream.group,
        "partition.assignment.strategy": "cooperative-sticky",
    })
    foreign.subscribe([stream.topic])
    wait_until(lambda: foreign.poll(0.2) or foreign.assignment(), what="the foreign consumer is in the group")
    worker = stream.worker()
    wait_until(
        lambda: foreign.poll(0.1) or worker.said("INCONSISTENT_GROUP_PROTOCOL", "give kafka.group a name"),
        what="the worker says why it is not taken in",
    )
    foreign.close()
    worker.wait_ready()
    stream.end()


def test_a_topic_that_cannot_be_is_refused(trifid, kafka, alerts):
    outcome = trifid("play", "--brokers", kafka.address, "--topic", "a/b", alerts.of("ztf/packets")[0])
    assert outcome.status == 3 and "a/b" in outcome.err
