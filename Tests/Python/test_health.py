"""What stands still is told. Where a server holds the stream up, `/readyz` says so and the stream goes on by itself when it
can: to start the worker anew would mend nothing, and `/livez` is content. Where a thread of the worker hangs, `/livez` names it.
"""

import contextlib
import ctypes
import json
import os
import pathlib
import signal
import time

import pytest
from stream import wait_until

# Seconds in the place of minutes.
LIMITS = {
    "database": "4s", "lock": "2s", "kafka": "20s", "transaction": "20s", "claim": "1s", "stuck": "3s", "heartbeat": "25s",
}
STAGES = ("decode", "decide", "answer", "store", "publish")


@contextlib.contextmanager
def stopped(processes):
    """Processes that stand still."""
    assert processes
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


class HeldThread:
    """A thread of a process that stands still while the others run, as under a debugger (ptrace(2))."""

    SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
    WAIT_FOR_ALL = 0x40000000

    def __init__(self, number):
        self.number = number
        try:
            self._call(self.SEIZE)
        except PermissionError:
            pytest.skip("this machine lets nobody hold another process's thread (ptrace)")
        self._call(self.INTERRUPT)
        os.waitpid(number, self.WAIT_FOR_ALL)

    def release(self):
        self._call(self.DETACH)

    def _call(self, request):
        library = ctypes.CDLL(None, use_errno=True)
        if library.ptrace(request, self.number, None, None) < 0:
            raise OSError(ctypes.get_errno(), "ptrace")


def threads(worker):
    """The numbers of the worker's threads by name."""
    tasks = pathlib.Path(f"/proc/{worker.process.pid}/task").iterdir()
    return {(task / "comm").read_text().strip(): int(task.name) for task in tasks}


def sessions(postgres, stream, *uses):
    """The server processes of the worker's sessions: the one that holds its name (``), those of batches (`-decide`, `-store`)."""
    names = ", ".join(f"'trifid {stream.group}/1{use}'" for use in uses)
    rows = postgres.query(f"SELECT pid FROM pg_stat_activity WHERE application_name IN ({names})")
    assert len(rows) == len(uses)
    return [int(row[0]) for row in rows]


def complaints(worker, page):
    """What the page complains of: reasons by check; nothing where it answers 200."""
    status, text = worker.get(page)
    reasons = {reason["check"]: reason["reason"] for reason in json.loads(text)["reasons"]}
    assert (status == 200) == (not reasons)
    return reasons


def wait_unready(worker, check):
    """Waits until `/readyz` complains of so much; `/livez` is content all the while."""

    def reason():
        assert complaints(worker, "/livez") == {}
        return complaints(worker, "/readyz").get(check)

    return wait_until(reason, 60, f"a complaint of {check}")


@pytest.fixture
def files(alerts):
    return alerts.of("ztf/packets")[:9]


@pytest.fixture
def start(make_stream, files):
    """A stream that has published three alerts, and its worker."""

    def start(**options):
        stream = make_stream({"limits": LIMITS}, **options)
        # A server that takes a connection and says nothing.
        stream.settings["postgres"]["url"] += " connect_timeout=2"
        stream.play(*files[:3])
        worker = stream.worker()
        stream.wait_consumed()
        return stream, worker.wait_ready()

    return start


def finish(stream, worker, files):
    """The worker is ready, publishes what comes, and stops; nothing is lost and nothing doubled."""
    worker.wait_ready()
    stream.play(*files[6:])
    stream.wait_consumed()
    worker.stop()
    assert stream.audit()["consumed"] == len(files)


def test_a_batch_whose_server_process_stands_still_gets_another(start, postgres, files):
    stream, worker = start()
    with stopped(sessions(postgres, stream, "-decide", "-store")):
        stream.play(*files[3:6])
        assert "nothing was committed" in wait_unready(worker, "progress")
        stream.wait_consumed()
        assert worker.said("the stream starts again", "nor to the cancellation")
        worker.wait_ready()
    finish(stream, worker, files)


def test_a_worker_whose_name_is_held_by_its_own_former_session_waits_for_it(start, postgres, files):
    stream, worker = start()
    with stopped(sessions(postgres, stream, "")):
        stream.play(*files[3:6])
        wait_until(lambda: "former session" in wait_unready(worker, "stream"), 60, "a word on the former session")
        worker.check_alive()
    # Nothing is left to do: it is ready all the same.
    finish(stream, worker, files)


def test_a_server_that_stands_still_is_waited_for(start, own_postgres, files):
    stream, worker = start(postgres=own_postgres)
    postmaster = own_postgres.postmaster
    children = pathlib.Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    with stopped([postmaster, *map(int, children)]):
        stream.play(*files[3:6])
        wait_unready(worker, "stream")
        end = time.monotonic() + 15
        while time.monotonic() < end:
            wait_unready(worker, "stream")
            time.sleep(0.5)
    finish(stream, worker, files)


def test_a_statement_that_somebody_cancels_is_made_again(start, postgres, files):
    """A lock that is held makes a batch wait, so that there is something to cancel."""
    stream, worker = start()
    with postgres.transaction("LOCK TABLE objects", stream.database):
        stream.play(*files[3:6])
        wait_until(
            lambda: postgres.query(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                f" WHERE wait_event_type = 'Lock' AND application_name LIKE 'trifid {stream.group}/1-%'"
            ),
            what="a statement that waits",
        )
        wait_until(lambda: worker.said("the stream starts again", "57014"), what="the trouble")
    finish(stream, worker, files)


def test_a_thread_that_hangs_is_named(start, files):
    stream, worker = start()
    numbers = threads(worker)
    held = [HeldThread(numbers["trifid-decide"])]
    try:
        wait_until(lambda: complaints(worker, "/livez"), 60, "a complaint of what hangs")
        assert set(complaints(worker, "/livez")) == {"decide"}
        names = [f"trifid-{stage}" for stage in STAGES if stage != "decide"]
        held += [HeldThread(number) for number in (worker.process.pid, *(numbers[name] for name in names))]
        stream.play(*files[3:6])
        wait_until(lambda: set(complaints(worker, "/livez")) == {"poll", *STAGES}, 60, "a complaint of every thread")
    finally:
        for thread in held:
            thread.release()
    wait_until(lambda: complaints(worker, "/livez") == {}, 30, "a live worker")
    finish(stream, worker, files)


def test_limits_that_contradict_each_other_are_refused(trifid, make_stream):
    stream = make_stream({"limits": {**LIMITS, "heartbeat": "24s"}})
    outcome = trifid("run", "--config", stream.config())
    assert outcome.status == 3
    assert "limits.heartbeat: '24s' is less than 25s" in outcome.err and "limits.kafka, '20s'" in outcome.err
