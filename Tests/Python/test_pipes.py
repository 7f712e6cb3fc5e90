"""Packets from standard input, pipes and FIFOs are read as those of files are."""

import os
import subprocess
import threading

import pytest


@pytest.fixture(scope="module")
def packet(alerts):
    return alerts.of("ztf/packets")[0]


def decoded(trifid, packet, *words):
    outcome = trifid("decode", *words, packet)
    assert outcome.status == 0
    return outcome.out


@pytest.mark.parametrize("name", ["-", "/dev/stdin", "/dev/fd/0"])
@pytest.mark.parametrize("words", [(), ("--raw",)])
def test_standard_input(trifid, packet, name, words):
    outcome = trifid("decode", *words, name, stdin=open(packet, "rb").read())
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == decoded(trifid, packet, *words)


def test_a_file_as_standard_input(trifid, packet):
    with open(packet, "rb") as file:
        out = subprocess.run([trifid.binary, "decode", "-"], stdin=file, capture_output=True, check=True).stdout
    assert out.decode() == decoded(trifid, packet)


def test_process_substitution(trifid, packet):
    script = f"{trifid.binary} decode <(cat {packet}) <(cat {packet})"
    out = subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout
    assert out.decode() == 2 * decoded(trifid, packet)


def test_a_fifo(trifid, packet, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    threading.Thread(target=lambda: fifo.write_bytes(open(packet, "rb").read()), daemon=True).start()
    outcome = trifid("decode", fifo)
    assert (outcome.status, outcome.out) == (0, decoded(trifid, packet))


def test_a_pipe_without_end_is_refused(trifid):
    with open("/dev/zero", "rb") as zeros:
        done = subprocess.run([trifid.binary, "decode", "-"], stdin=zeros, capture_output=True, timeout=120)
    assert done.returncode == 1
    assert b"trifid decode: -: cannot be read: larger than 268435456 bytes" in done.stderr


def test_annotate(trifid, model, packet):
    outcome = trifid("annotate", "--model", model, "-", stdin=open(packet, "rb").read())
    assert outcome.status == 0 and len(outcome.lines) == 1


def test_play(trifid, kafka, packet):
    topic = kafka.create(f"pipe-{os.getpid()}-{os.urandom(4).hex()}", partitions=1)
    outcome = trifid(
        "play", "--brokers", kafka.address, "--topic", topic, "--json", "-", "/nowhere", stdin=open(packet, "rb").read()
    )
    assert outcome.status == 1 and "/nowhere: cannot be read: No such file" in outcome.err
    assert outcome.json["messages"] == 1 and outcome.json["unreadable"] == 1
