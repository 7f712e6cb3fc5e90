"""The benchmarks of the command line measure what they say, whatever the rate."""

import json

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


def test_train_measures_a_loss_that_falls(trifid):
    words = ["--layers", "1", "--batch", "8", "--steps", "4", "--json"]
    done = trifid("bench", "train", *words, timeout=240)
    assert done.status == 0, done.err
    rows = done.json["results"]
    assert [row["case"] for row in rows] == ["length-200", "ztf-lengths"]
    assert rows[0]["meanLength"] == 200 and 1 < rows[1]["meanLength"] < 200
    assert all(row["rate"] > 0 and row["batch"] == 8 and row["lastLoss"] < row["firstLoss"] for row in rows)


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


def bench(trifid, kafka, postgres, *words):
    return trifid(
        "bench", "stream", "--alerts", "20", "--layers", "1", "--json", "--brokers", kafka.address,
        "--postgres", postgres.database(), *words,
    )


def test_a_peer_that_fails_leaves_our_figure(trifid, kafka, postgres, tmp_path):
    script = tmp_path / "peer.py"
    script.write_text("import sys; sys.exit(3)\n")
    outcome = bench(trifid, kafka, postgres, "--peer", script)  # python3 is found in PATH
    assert outcome.status == 1
    assert f"{script} ended with status 3" in outcome.err
    assert "alerts/s" in outcome.out and '"peer"' not in outcome.out


def test_a_peer_that_answers_stands_beside_it(trifid, kafka, postgres, tmp_path):
    script = tmp_path / "peer.py"
    script.write_text("print('{\"rate\": 2.0}')\n")
    outcome = bench(trifid, kafka, postgres, "--peer", script)
    assert outcome.status == 0, outcome.err
    assert "peer" in json.dumps(outcome.json) and "ratio" in json.dumps(outcome.json)


def test_what_is_not_there_is_told_before_anything_is_measured(trifid):
    outcome = trifid("bench", "stream", "--peer", "/nowhere/peer.py")
    assert (outcome.status, outcome.out) == (2, "")
    assert "/nowhere/peer.py: No such file" in outcome.err
    outcome = trifid("bench", "stream", "--peer", __file__, "--python", "python-of-nowhere")
    assert (outcome.status, outcome.out) == (2, "")
    assert "python-of-nowhere" in outcome.err
