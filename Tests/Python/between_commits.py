"""A batch has two commits, first the database's and then Kafka's: workers that die between them, or just behind them."""

import contextlib

from stream import wait_until


def stored(stream, postgres):
    """The number of annotated alerts that the database has committed."""
    return int(postgres.query("SELECT count(*) FROM annotations", stream.database)[0][0])


@contextlib.contextmanager
def between_commits(stream, postgres, messages):
    """Sends messages, as many as fill a batch, and yields their worker when the database has committed them and Kafka has
    not, which stands still until the end. Database and Kafka must be suspended in turn: the worker then has the messages
    before Kafka stops, and the database's word on them after it."""
    worker = stream.worker()
    wait_until(lambda: worker.counts.get("partitions") == 4, 60, "the worker's place in its partitions")
    before = stored(stream, postgres)
    with contextlib.ExitStack() as kafka:
        with postgres.suspended(stream.database):
            stream.kafka.produce(stream.topic, messages)
            wait_until(lambda: worker.counts.get("batchesInFlight") == 1, 60, "a full batch")
            kafka.enter_context(stream.kafka.suspended())
        wait_until(lambda: stored(stream, postgres) == before + len(messages), 60, "the database's commit")
        worker.check_alive()
        yield worker


def kill_between_commits(stream, postgres, messages):
    """kill -9 of a worker whose batch the database has committed and Kafka has not."""
    with between_commits(stream, postgres, messages) as worker:
        worker.kill()


def kill_behind_both_commits(stream, postgres, messages):
    """kill -9 of a worker whose batch both have committed, before it told the database of Kafka's commit."""
    with contextlib.ExitStack() as database:
        with between_commits(stream, postgres, messages) as worker:
            end_sessions = database.enter_context(postgres.suspended(stream.database))
        wait_until(lambda: stream.kafka.lag(stream.group, stream.topic) == 0, 60, "Kafka's commit")
        worker.check_alive()
        worker.kill()
        end_sessions()
