"""Training as an astronomer does it: a data set of one's own, pre-training, fine-tuning, evaluation, and what goes wrong."""

import csv
import hashlib
import json
import re
import shutil
import signal
import time

import pytest
import training_sets
from conftest import ROOT

TAXONOMY = training_sets.TAXONOMY
SKY = ROOT / "Config" / "models" / "sky"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return training_sets.write(tmp_path_factory.mktemp("training") / "mine")


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    return training_sets.recipe(tmp_path_factory.mktemp("recipe") / "tiny.yaml", TAXONOMY)


@pytest.fixture(scope="module")
def trained(trifid, data, recipe, tmp_path_factory):
    """Pre-trained and fine-tuned: the run of the second."""
    folder = tmp_path_factory.mktemp("runs")
    first = trifid("pretrain", "--recipe", recipe, "--data", data, "--run", folder / "clip")
    assert first.status == 0, first.err
    second = trifid(
        "finetune", "--recipe", recipe, "--data", data, "--from", folder / "clip", "--run", folder / "tuned"
    )
    assert second.status == 0, second.err
    return folder / "tuned"


def weights(run):
    return hashlib.sha256((run / "model" / "weights.safetensors").read_bytes()).hexdigest()


def test_a_model_of_ones_own_data_tells_its_classes(trifid, data, trained):
    outcome = trifid("evaluate", "--model", trained / "model", "--data", data, "--split", "test", "--json")
    assert outcome.status == 0, outcome.err
    scores = outcome.json
    assert scores["n"] == 36 and scores["split"] == "test"
    assert scores["firstLevel"]["accuracy"] >= 0.85, scores["firstLevel"]
    assert set(scores["firstLevel"]["perClass"]) == {"transient", "variable-star", "AGN"}
    losses = [json.loads(line) for line in (trained / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in losses] == list(range(100, 1300, 100))
    assert losses[-1]["validation"] < 0.8 * losses[0]["validation"]
    assert {path.name for path in trained.iterdir()} >= {"recipe.yaml", "run.json", "log.jsonl", "model"}


def test_a_model_says_of_how_many_networks_and_what_calibration_it_is(trifid, trained):
    shown = trifid("model", "show", "--json", trained / "model").json
    assert shown["networks"] == 1 and shown["fold"] is None
    assert shown["calibration"]["byAlerts"] is False and "photometry" in shown["calibration"]["sets"]
    # Below each node of this tree stands one other: there is nothing to tell apart.
    assert [gate["below"] for gate in shown["calibration"]["gates"]] == [None]
    text = trifid("model", "show", trained / "model").out
    assert "gates       first level " in text and "networks    1\n" in text and "fold        none is left out\n" in text
    assert "sets of modalities, as training has left them" in text


def to_calibrate_by(folder, objects, alerts=0):
    """A data set all of whose objects validate, the last of them labelled alerts."""
    training_sets.write(folder, objects)
    with open(folder / "objects.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    with open(folder / "objects.csv", "w", newline="") as table:
        table = csv.DictWriter(table, ["object", "class", "node", "split", "folder"])
        table.writeheader()
        for number, row in enumerate(rows):
            table.writerow({**row, "split": "val", "folder": "alerts" if number >= objects - alerts else ""})
    return folder


def test_the_shares_of_a_stream_are_put_into_a_model_and_taken_out_again(trifid, trained, tmp_path):
    model = shutil.copytree(trained / "model", tmp_path / "model")
    data = to_calibrate_by(tmp_path / "mine", 60)

    def files():
        return [(model / name).read_bytes() for name in ("model.json", "card.md")]

    before = files()
    (tmp_path / "shares.yaml").write_text("transient: 0.1\n")
    done = trifid("calibrate", "--model", model, "--data", data, "--shares", tmp_path / "shares.yaml")
    assert done.status == 0 and "--fold-model" not in done.err, done.err
    told = done.json
    checksum = json.loads((model / "model.json").read_text())["checksum"]
    assert told["model"] == str(model) and told["version"].endswith("+" + checksum[:6])
    assert told["objects"] == 60 and told["alertShares"] is None
    assert set(told["shares"]) == {"SN-Ia", "RRAB", "AGN"}
    for side in ("calibrated", "expected"):
        assert sum(share[side] for share in told["shares"].values()) == pytest.approx(1, abs=1e-5)
    assert told["shares"]["SN-Ia"]["expected"] == pytest.approx(0.1)
    assert [gate["below"] for gate in told["gates"]] == [None]
    assert all(1 >= gate["gate"] >= gate["before"] > 0 for gate in told["gates"])
    card = (model / "card.md").read_text()
    assert "with these shares of the classes in per cent (`trifid calibrate --shares`): " in card and "SN-Ia 10" in card
    # And back, once and for all.
    for changed in (True, False):
        done = trifid("calibrate", "--model", model, "--shares", "calibrated")
        assert done.status == 0 and done.json == {"model": str(model), "shares": None, "changed": changed}
        assert files() == before


def test_shares_for_which_too_little_speaks_are_warned_of(trifid, trained, tmp_path):
    model = shutil.copytree(trained / "model", tmp_path / "model")
    manifest = json.loads((model / "model.json").read_text())
    manifest["decision"] = {"thresholds": [0.5], "branches": {}}
    (model / "model.json").write_text(json.dumps(manifest))
    assert trifid("model", "seal", model).status == 0
    data = to_calibrate_by(tmp_path / "mine", 9, alerts=3)
    done = trifid("calibrate", "--model", model, "--data", data, "--shares", "equal")
    assert done.status == 0, done.err
    assert all(share["expected"] == pytest.approx(1 / 3) for share in done.json["shares"].values())
    assert [(gate["before"], gate["gate"]) for gate in done.json["gates"]] == [(0.5, 1)]
    assert "was not calibrated by the data set's labelled alerts (--fold-model)" in done.err
    assert re.search("at these shares .*nothing", done.err), done.err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--model", "/nowhere", "--shares", "equal"], 3, "/nowhere/model.json: does not exist"),
        (["--model", SKY, "--shares", "/nowhere.yaml"], 1, "/nowhere.yaml: No such file or directory"),
        (["--model", "/nowhere", "--fold-model", SKY], 3, "/nowhere/model.json: does not exist"),
        (["--model", SKY, "--fold-model", "/nowhere"], 3, "/nowhere/model.json: does not exist"),
    ],
)
def test_what_is_not_there_to_calibrate_is_told_before_the_data_set_is_read(trifid, tmp_path, words, status, said):
    done = trifid("calibrate", *words, "--data", tmp_path / "none")
    assert done.status == status and said in done.err and "objects.csv" not in done.err, done.err


def test_a_check_holds_nodes_to_the_taxonomy_that_is_named(trifid, tmp_path):
    folder = training_sets.write(tmp_path / "mine", objects=9)
    description = (folder / "dataset.yaml").read_text()
    assert trifid("dataset", "check", folder).status == 0
    for file, status, words in [
        ("/nowhere.yaml", 1, "dataset.yaml, column taxonomy.file: /nowhere.yaml: No such file or directory"),
        (training_sets.TAXONOMY, 0, ""),
        (ROOT / "Config" / "taxonomies" / "stars.yaml", 1, "objects.csv, column node: 'AGN' of 'o2' and of 2 more is no node"),
    ]:
        (folder / "dataset.yaml").write_text(description + f"taxonomy: {{file: {file}}}\n")
        outcome = trifid("dataset", "check", folder)
        assert outcome.status == status and words in outcome.err, outcome.err


def test_the_one_fold_of_a_set_is_neither_trained_around_nor_tested(trifid, recipe, trained, tmp_path):
    folder = training_sets.write(tmp_path / "mine", objects=30)
    rows = (folder / "objects.csv").read_text().splitlines()
    rows = [rows[0] + ",fold"] + [row.rsplit(",", 1)[0] + ",fold,0" for row in rows[1:]]
    (folder / "objects.csv").write_text("\n".join(rows) + "\n")
    tuned = trifid("finetune", "--recipe", recipe, "--data", folder, "--fold", "0", "--run", tmp_path / "run")
    assert tuned.status == 1 and "simulated has 1 fold: one is tested, one chooses the weights" in tuned.err, tuned.err
    assert not (tmp_path / "run").exists()
    tested = trifid("evaluate", "--model", trained / "model", "--data", folder, "--fold", "0")
    assert tested.status == 1 and "simulated has 1 fold, which no model of this set" in tested.err, tested.err


def test_the_model_answers_in_the_stream(trifid, trained, tmp_path):
    assert trifid("simulate", "--packets", tmp_path / "packets", "-n", "20").status == 0
    files = sorted((tmp_path / "packets").rglob("*.avro"))
    outcome = trifid("annotate", "--model", trained / "model", *files)
    assert outcome.status == 0, outcome.err
    for answer in outcome.lines:
        classification = answer["classifications"][0]
        assert classification["state"] == "trained" and classification["classifier"] == "tiny"
        assert abs(sum(classification["probabilities"][node] for node in ("transient", "variable-star", "AGN")) - 1) < 1e-4
        assert answer["anomaly"]["percentile"] is not None and answer["neighbours"]


def test_a_run_that_is_killed_anywhere_goes_on_to_the_same_weights(trifid, data, recipe, trained, tmp_path):
    clip, run = trained.parent / "clip", tmp_path / "run"
    arguments = ("finetune", "--recipe", recipe, "--data", data, "--from", clip, "--run", run)
    process = trifid.start(*arguments)
    kills = 0
    for _ in range(40):
        time.sleep(0.5 + 0.1 * kills)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
        kills += 1
        process = trifid.start(*arguments, *(("--resume",) if (run / "run.json").exists() else ()))
    assert process.wait(timeout=120) == 0
    assert kills >= 3
    assert weights(run) == weights(trained)


def test_a_stop_ends_in_order_and_says_how_to_go_on(trifid, data, recipe, tmp_path):
    run = tmp_path / "run"
    process = trifid.start("finetune", "--recipe", recipe, "--data", data, "--run", run, stderr=-1, text=True)
    while not (run / "checkpoint.safetensors").exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "--resume goes on at step" in err


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"epoch: 30": "epochs: 30"}, "line 17: 'epochs' is no key of pretraining; it has averaging, balanced"),
        ({"[gal_b_abs]": "[redshift]"}, "simulated has no feature 'redshift', which the recipe lists: metadata.csv has gal_b_abs"),
        ({"layers: 1": "layers: 0"}, "model.layers is '0'; a whole number from 1 to 64 will do"),
    ],
)
def test_a_wrong_recipe_is_named_by_line_and_key(trifid, data, tmp_path, changes, words):
    recipe = training_sets.recipe(tmp_path / "wrong.yaml", TAXONOMY, **changes)
    outcome = trifid("pretrain", "--recipe", recipe, "--data", data, "--run", tmp_path / "run")
    assert outcome.status == 1 and words in outcome.err, outcome.err
    assert not (tmp_path / "run").exists()


def test_a_checkpoint_of_another_recipe_is_refused(trifid, data, trained, tmp_path):
    other = training_sets.recipe(tmp_path / "other.yaml", TAXONOMY, **{"width: 32": "width: 64"})
    outcome = trifid("finetune", "--recipe", other, "--data", data, "--run", trained, "--resume")
    assert outcome.status == 1 and "is a run of another recipe" in outcome.err


def test_what_is_no_number_is_refused_with_file_and_row(trifid, data, recipe, tmp_path):
    broken = training_sets.write(tmp_path / "broken", objects=9)
    rows = (broken / "metadata.csv").read_text().splitlines()
    rows[4] = rows[4].split(",")[0] + ",nan"
    (broken / "metadata.csv").write_text("\n".join(rows) + "\n")
    outcome = trifid("pretrain", "--recipe", recipe, "--data", broken, "--run", tmp_path / "run")
    assert outcome.status == 1 and "metadata.csv, row 5" in outcome.err, outcome.err
