"""The benchmarks of the command line measure what they say, whatever the rate."""

import pytest

LENGTHS = [8, 16, 32, 64, 100, 200]


def test_infer_measures_every_length_on_one_and_two_threads(trifid):
    done = trifid("bench", "infer", "--layers", "1", "--rounds", "1", "--json", timeout=240)
    assert done.status == 0, done.err
    rows = done.json["results"]
    names = [f"length-{length}" for length in LENGTHS] + ["ztf-lengths"]
    assert [(row["case"], row["threads"]) for row in rows] == [(name, n) for name in names for n in (1, 2)]
    assert [row["meanLength"] for row in rows[:12:2]] == LENGTHS
    assert rows[-1]["alerts"] == "simulated ZTF alerts"
    assert all(row["rate"] > 0 and row["layers"] == 1 for row in rows)


@pytest.mark.parametrize("real", [False, True])
def test_decode_takes_the_packets_of_the_folder_or_simulates_them(trifid, request, real):
    words = ["--packets", request.getfixturevalue("shared") / "data/alerts"] if real else []
    done = trifid("bench", "decode", "--seconds", "0.1", "--json", *words, timeout=240)
    assert done.status == 0, done.err
    ztf, lsst = done.json["results"]
    assert (ztf["case"], lsst["case"]) == ("ztf-cutouts", "lsst-v10")
    assert ztf["packets"] == ("real ZTF packets with cutouts" if real else "simulated packets")
    assert all(row["rate"] > 0 and row["packetBytes"] > 1000 for row in (ztf, lsst))


def test_a_kafka_program_that_is_none_is_refused(trifid, tmp_path):
    done = trifid("bench", "stream", "--kafka", tmp_path / "kafka")
    assert done.status == 2 and "is no program that can be run" in done.err


def test_a_stream_without_a_kafka_says_how_to_give_one(trifid):
    done = trifid("bench", "stream")
    assert done.status == 2 and "--brokers" in done.err and "--kafka" in done.err
