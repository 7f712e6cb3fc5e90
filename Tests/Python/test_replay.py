"""`trifid calibrate --replay`: what the archive holds, answered anew by a later calibration."""

import json
import math
import shutil

import pytest
from conftest import ROOT
from subscriber import read_alerts

SKY = ROOT / "Config" / "models" / "sky"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("replay")


def other(trifid, folder, change):
    """The shipped model with something changed in its `model.json`."""
    shutil.copytree(SKY, folder)
    manifest = json.loads((folder / "model.json").read_text())
    change(manifest)
    (folder / "model.json").write_text(json.dumps(manifest))
    done = trifid("model", "seal", folder)
    assert done.status == 0, done.err
    # A replay needs no weights.
    (folder / "weights.safetensors").unlink()
    return folder


def replay(trifid, stream, model, *more):
    done = trifid("calibrate", "--replay", "--model", model, "--config", stream.config(), *more)
    assert done.status == 0, done.err
    return {line["alertId"]: line for line in done.lines}, done.err


def softmax(logits, temperature):
    top = max(logits)
    powers = [math.exp((value - top) / temperature) for value in logits]
    return [power / sum(powers) for power in powers]


def test_stored_answers_are_calibrated_anew(make_stream, alerts, trifid, folder):
    stream = make_stream(model=SKY)
    files = alerts.of("ztf/packets")[:30]
    stream.play(*files)
    worker = stream.worker()
    stream.wait_consumed()
    worker.stop()
    stored = {str(record["alertId"]): record for record in read_alerts(stream.outputs())}
    assert len(stored) > 20

    # The calibration that they have: the same answers.
    answers, told = replay(trifid, stream, SKY)
    assert answers.keys() == stored.keys() and f"{len(stored)} alerts, 0 of them decided otherwise" in told
    for alert, answer in answers.items():
        first = stored[alert]["classifications"][0]
        assert answer["calibration"] == first["calibration"] != ""
        assert answer["points"] == stored[alert]["modalities"]["points"]
        decision = first["decision"] and first["decision"]["node"]
        assert answer["now"]["decision"] == answer["before"]["decision"] == decision
        for node, value in first["probabilities"].items():
            assert answer["now"]["probabilities"][node] == pytest.approx(value, abs=1e-6)

    # Another: temperatures of 3 everywhere, and gates that nothing passes.
    def cool(manifest):
        bins = len(manifest["calibration"]["pointBins"]) + 1
        manifest["calibration"]["temperatures"] = {"photometry": [3] * bins, "photometry+metadata": [3] * bins}
        manifest["calibration"].pop("before", None)
        manifest["decision"]["thresholds"] = [1.0]

    cooled = other(trifid, folder / "cooled", cool)
    answers, told = replay(trifid, stream, cooled)
    decided = sum(answer["before"]["decision"] is not None for answer in answers.values())
    assert decided > 0 and f"{len(stored)} alerts, {decided} of them decided otherwise" in told
    for alert, answer in answers.items():
        first = stored[alert]["classifications"][0]
        assert answer["now"]["decision"] is None and answer["now"]["version"] != first["version"]
        for node, value in zip(first["classes"], softmax(first["logits"], 3)):
            assert answer["now"]["probabilities"][node] == pytest.approx(value, abs=2e-6)

    # A stream with other shares of the classes: each class as many times as likely, and nothing without a second night decided.
    def common(manifest):
        classes = manifest["taxonomy"]["classes"]
        even = {name: 1 / len(classes) for name in classes}
        expected = {name: 0.7 ** number for number, name in enumerate(classes, 1)}
        expected = {name: value / sum(expected.values()) for name, value in expected.items()}
        open_gates = {"thresholds": [0.01], "branches": {}}
        manifest["calibration"]["shares"] = {
            "calibrated": even, "expected": expected, "expectedOfAlerts": expected, "decision": open_gates,
        }  # fmt: skip
        manifest["calibration"]["alertShares"] = even
        manifest["decision"] = open_gates

    answers, _ = replay(trifid, stream, other(trifid, folder / "common", common))
    for alert, answer in answers.items():
        first = stored[alert]["classifications"][0]
        products = [first["probabilities"][name] * 0.7 ** number for number, name in enumerate(first["classes"], 1)]
        for name, value in zip(first["classes"], products):
            assert answer["now"]["probabilities"][name] == pytest.approx(value / sum(products), abs=1e-5)
        assert (answer["now"]["decision"] is None) == ("unconfirmed" in stored[alert]["flags"])
    assert {True, False} == {"unconfirmed" in record["flags"] for record in stored.values()}

    # Some of the time, by the alerts' own time.
    middle = sorted(record["mjd"] for record in stored.values())[len(stored) // 2]
    early, _ = replay(trifid, stream, SKY, "--to", repr(middle))
    late, _ = replay(trifid, stream, SKY, "--from", repr(middle))
    assert early.keys() == {alert for alert, record in stored.items() if record["mjd"] < middle}
    assert early.keys() | late.keys() == stored.keys() and not early.keys() & late.keys()

    # A model of other classes says nothing of them.
    answers, told = replay(trifid, stream, ROOT / "Config" / "models" / "stars")
    assert answers == {} and f"left out: {len(stored)} of a model with other classes" in told


@pytest.mark.parametrize(
    "words, said",
    [
        (["--replay", "--data", "x"], "--replay goes without --data"),
        (["--from", "5", "--data", "x"], "--from and --to go with --replay"),
        (["--replay", "--from", "6", "--to", "5"], "--from 6.0 is not before --to 5.0"),
        ([], "--data"),
        (["--replay", "--shares", "equal"], "--replay goes without --data, --fold-model and --shares"),
        (["--shares", "equal"], "missing option --data"),
        (["--shares", "calibrated", "--data", "x"], "--shares calibrated goes without --data"),
        (["--shares", "equal", "--data", "x", "--fold-model", "y"], "--shares goes without --fold-model"),
    ],
)
def test_what_does_not_go_together_is_told(trifid, words, said):
    done = trifid("calibrate", "--model", SKY, *words)
    assert done.status == 2 and said in done.err
