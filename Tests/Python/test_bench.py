"""`trifid bench stream` keeps its own figure whatever the peer does."""

import json


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
