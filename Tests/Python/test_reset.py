"""A worker dies at one of the two commits of a batch, and then the offsets of its group are moved or lost; what went out is
read from the topics alone.

Every alert of the input goes out, and none twice, wherever an operator sets the offsets.
"""

import collections

import pytest
from between_commits import kill_behind_both_commits, kill_between_commits
from kafka_cluster import OwnKafka
from stream import is_dead_letter
from subscriber import read_alerts

BATCH = 30


class NotOnce(AssertionError):
    """Alerts have not gone out, or have more than once."""


def fails_today(reason):
    """Marks a test that fails by `NotOnce`, and by nothing else."""
    return pytest.mark.xfail(strict=True, raises=NotOnce, reason=reason)


@pytest.fixture(scope="module")
def kafka(kafka_program, tmp_path_factory):
    """A Kafka that these tests may suspend."""
    own = OwnKafka(kafka_program, tmp_path_factory.mktemp("kafka"))
    yield own
    own.kill()  # nobody needs what it holds


@pytest.fixture(scope="module")
def batches(alerts):
    """Three batches, each a list of ((survey, alert), message); no alert twice."""
    files = alerts.of("ztf/packets")[: 3 * BATCH]
    known = [
        ((entry.survey, entry.alert), (entry.object.encode(), path.read_bytes()))
        for path, entry in zip(files, alerts.identities(*files), strict=True)
    ]
    assert len(dict(known)) == 3 * BATCH
    return [known[first : first + BATCH] for first in range(0, len(known), BATCH)]


@pytest.fixture
def stream(make_stream):
    """Batches wait to be full. A member outlasts its Kafka's standstill, and is dismissed where it is not wanted."""
    stream = make_stream({
        "batch": {"alerts": BATCH, "wait": "30s"},
        "kafka": {"properties": {"session.timeout.ms": 60_000}},
    })
    stream.kafka.create(stream.topic)
    return stream


def messages(batch):
    return [message for _, message in batch]


def run_to_the_end(stream):
    worker = stream.worker()
    stream.wait_consumed(60)
    worker.stop()


def reset(stream, to):
    stream.kafka.dismiss_members(stream.group)
    stream.kafka.move_group(stream.group, stream.topic, to)


def lost_and_doubled(stream, *batches):
    """The alerts of the batches that have not gone out, and those that have more than once."""
    messages = stream.kafka.read(*(f"{stream.prefix}.{name}" for name in ("alerts", "private", "deadletters")))
    assert not any(map(is_dead_letter, messages))
    out = collections.Counter((record["survey"], record["alertId"]) for record in read_alerts(messages))
    sent = {alert for batch in batches for alert, _ in batch}
    assert out.keys() <= sent
    return sent - out.keys(), {alert for alert, count in out.items() if count > 1}


def check_once(stream, *batches):
    """Every alert of the batches has gone out once."""
    lost, doubled = lost_and_doubled(stream, *batches)
    if lost or doubled:
        alerts = sum(map(len, batches))
        raise NotOnce(f"of {alerts} alerts {len(lost)} have not gone out, {len(doubled)} have more than once")


@fails_today(
    "a start takes the group's offsets for what was published: alerts in doubt that are skipped are replays ever after"
)
def test_what_was_skipped_in_doubt_goes_out_after_a_reset_back(stream, postgres, batches):
    earlier, doubtful, later = batches
    stream.kafka.produce(stream.topic, messages(earlier))
    run_to_the_end(stream)
    kill_between_commits(stream, postgres, messages(doubtful))
    reset(stream, "end")
    stream.kafka.produce(stream.topic, messages(later))
    run_to_the_end(stream)
    assert lost_and_doubled(stream, earlier, later) == (set(), set())
    reset(stream, "beginning")
    run_to_the_end(stream)
    check_once(stream, *batches)


@fails_today(
    "marks follow Kafka's commit by up to a second, and a start raises them from offsets that the reset has moved"
)
def test_a_reset_back_after_a_kill_behind_both_commits_doubles_nothing(stream, postgres, batches):
    kill_behind_both_commits(stream, postgres, messages(batches[0]))
    assert lost_and_doubled(stream, batches[0]) == (set(), set())
    reset(stream, "beginning")
    run_to_the_end(stream)
    check_once(stream, batches[0])


@pytest.mark.parametrize("kill", [
    kill_between_commits,
    pytest.param(kill_behind_both_commits, marks=fails_today(
        "where the group's offsets are gone, nothing says that batches without a mark were published"
    )),
])
def test_offsets_that_expire_after_a_kill_lose_and_double_nothing(stream, postgres, batches, kill):
    kill(stream, postgres, messages(batches[0]))
    stream.kafka.dismiss_members(stream.group)
    stream.kafka.forget_group(stream.group)
    run_to_the_end(stream)
    check_once(stream, batches[0])


@fails_today(
    "what is skipped keeps its ids, so that its double counts as the duplicate of an alert that never went out"
)
def test_an_alert_sent_again_behind_a_skip_over_its_first_goes_out(stream, postgres, batches):
    kill_between_commits(stream, postgres, messages(batches[0]))
    reset(stream, "end")
    stream.kafka.produce(stream.topic, messages(batches[0]))
    run_to_the_end(stream)
    check_once(stream, batches[0])
    reset(stream, "beginning")
    run_to_the_end(stream)
    check_once(stream, batches[0])
