"""`trifid demo`: the whole broker on a simulated sky, and what it leaves behind."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

TIMEOUT = 120

pytestmark = pytest.mark.skipif(
    not shutil.which("initdb") and not list(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    reason="no PostgreSQL server programs",
)


@pytest.fixture
def place(tmp_path):
    """A TMPDIR of our own, short enough for a unix socket and open to the user that the database runs as."""
    folder = pathlib.Path(f"/tmp/trifid-test-{os.getpid()}")
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def processes(folder):
    """All processes that run in a folder: by their arguments, or by the TMPDIR that they have inherited."""
    found = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = entry.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            if not command or int(entry.name) == os.getpid():
                continue
            environment = entry.joinpath("environ").read_bytes().split(b"\0")
            if f"{folder}/" in command or f"TMPDIR={folder}".encode() in environment:
                found[int(entry.name)] = command
    return found


def wait_until(condition, what, limit=TIMEOUT):
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def wait_for_none(folder):
    wait_until(lambda: not processes(folder), f"left behind: {processes(folder)}", 30)


@contextlib.contextmanager
def running(trifid, place, *arguments):
    """A demonstration whose output goes to a file."""
    log = place / "output"
    with open(log, "wb") as output:
        demo = trifid.start(
            "demo", *arguments, env={"TMPDIR": str(place)}, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
    try:
        yield demo, log.read_text
    finally:
        demo.kill()
        demo.wait()
        wait_for_none(place)


def test_it_ends_after_so_many_alerts_and_the_audit_closes(trifid, place):
    done = trifid("demo", "--alerts", "200", env={"TMPDIR": str(place)}, timeout=TIMEOUT)
    assert done.status == 0, done.err
    assert "The audit is closed: consumed 206 = annotated 200 + duplicates 4 + dead letters 2" in done.out
    assert "the first annotated alert is out" in done.err
    assert not processes(place)
    assert list(place.iterdir()) == []


def test_it_runs_with_the_model_that_is_named(trifid, place):
    stars = pathlib.Path(__file__).resolve().parents[2] / "Config" / "models" / "stars"
    done = trifid("demo", "--alerts", "20", "--rate", "0", "--model", str(stars), env={"TMPDIR": str(place)}, timeout=TIMEOUT)
    assert done.status == 0, done.err
    assert "Model stars " in done.err
    done = trifid("demo", "--model", str(place / "nowhere"), env={"TMPDIR": str(place)}, timeout=TIMEOUT)
    assert done.status != 0 and "nowhere/model.json: does not exist" in done.err
    assert not processes(place)


def test_json_is_the_only_output_and_adds_up(trifid, place):
    done = trifid(
        "demo", "--alerts", "600", "--rate", "0", "--seed", "7", "--json", env={"TMPDIR": str(place)}, timeout=TIMEOUT
    )
    assert done.status == 0, done.err
    audit = done.json
    assert audit["closed"] is True and audit["open"] == 0 and audit["faults"] == []
    assert audit["annotated"] == 600
    assert audit["consumed"] == audit["sent"] == 619
    assert audit["consumed"] == audit["annotated"] + audit["duplicates"] + audit["deadLetters"]
    assert audit["duplicates"] == audit["repeated"] == 12
    assert audit["deadLetters"] == audit["unreadable"] > 0
    assert audit["spectra"] > 0 and audit["metadata"] > 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(trifid, place, number):
    with running(trifid, place) as (demo, output):
        wait_until(lambda: "the first annotated alert is out" in output() or demo.poll() is not None, output())
        time.sleep(1)
        demo.send_signal(number)
        assert demo.wait(TIMEOUT) == 0, output()
        assert "The audit is closed" in output()
        assert not processes(place)
        assert [path.name for path in place.iterdir()] == ["output"]


def test_a_signal_during_the_start_stops_it_too(trifid, place):
    with running(trifid, place) as (demo, output):
        wait_until(lambda: "embedded Kafka at" in output(), output())
        demo.send_signal(signal.SIGINT)
        assert demo.wait(TIMEOUT) == 0, output()
        assert not processes(place)
        assert [path.name for path in place.iterdir()] == ["output"]


def test_a_second_signal_ends_it_at_once_and_leaves_no_process(trifid, place):
    with running(trifid, place, "--rate", "0") as (demo, output):
        wait_until(lambda: "the first annotated alert is out" in output(), output())
        demo.send_signal(signal.SIGINT)
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(10) in (0, 128 + signal.SIGINT, 128 + signal.SIGTERM)
        wait_for_none(place)


def test_kill_leaves_no_process_and_the_next_start_removes_the_folder(trifid, place):
    with running(trifid, place) as (demo, output):
        wait_until(lambda: "the first annotated alert is out" in output(), output())
        assert any("embedded-kafka" in command for command in processes(place).values())
        assert any("postgres" in command for command in processes(place).values())
        demo.kill()
        demo.wait()
        wait_for_none(place)
    assert len(list(place.glob("trifid-demo-*"))) == 1
    done = trifid("demo", "--alerts", "1", env={"TMPDIR": str(place)}, timeout=TIMEOUT)
    assert done.status == 0, done.err
    assert list(place.glob("trifid-demo-*")) == []


def test_a_named_folder_stays_and_is_not_used_twice(trifid, place):
    folder = place / "mine"
    done = trifid("demo", "--alerts", "20", "--folder", folder, env={"TMPDIR": str(place)}, timeout=TIMEOUT)
    assert done.status == 0, done.err
    assert {"postgres", "trifid.log"} <= {path.name for path in folder.iterdir()}
    assert not processes(place)
    again = trifid("demo", "--alerts", "20", "--folder", folder, env={"TMPDIR": str(place)})
    assert again.status == 3
    assert "is not empty" in again.err


def test_help_says_what_it_does_not_prove(trifid):
    done = trifid("demo", "--help")
    assert done.status == 0
    assert "proves no exactly-once" in " ".join(done.out.split())
