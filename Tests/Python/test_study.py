"""A study as an astronomer does it: a small grid, killed and gone on with, and what its tables say."""

import json
import signal
import time

import pytest
import training_sets

STUDY = """\
name: tiny
variants:
  recipe: {{recipe: {recipe}}}
seeds: [1, 2]
labels:
  - {{fraction: 0.3, draws: 2, steps: 60}}
  - {{fraction: 1, steps: 120}}
pretrained: [false, true]
modalities: [photometry, photometry+metadata]
samples: 300
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return training_sets.write(tmp_path_factory.mktemp("study") / "mine")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("file")
    recipe = training_sets.recipe(folder / "tiny.yaml", training_sets.TAXONOMY)
    (folder / "study.yaml").write_text(STUDY.format(recipe=recipe))
    return folder / "study.yaml"


@pytest.fixture(scope="module")
def whole(trifid, data, study, tmp_path_factory):
    """The folder of a study that ran without a stop."""
    run = tmp_path_factory.mktemp("whole") / "run"
    outcome = trifid("study", "--study", study, "--data", data, "--run", run)
    assert outcome.status == 0, outcome.err
    assert outcome.out == (run / "tables.md").read_text()
    assert outcome.err.count("cell ") == 12 and "cell 12 of 12, recipe, seed 2, 100 % of the labels" in outcome.err
    return run


def test_the_tables_say_what_the_answers_say(whole):
    tables = json.loads((whole / "tables.json").read_text())
    assert tables["cells"] == 12 and sorted(tables["classes"]) == ["AGN", "RRAB", "SN-Ia"]
    assert len(tables["rows"]) == 8 and len(tables["gains"]) == 4
    for row in tables["rows"]:
        start = "pretrained" if row["pretrained"] else "none"
        repeats = []
        for folder in sorted((whole / "cells").glob(f"*-labels{row['labels']:.1f}-*-{start}")):
            answers = [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]
            right, count = {}, {}
            for answer in answers:
                nodes = answer["probabilities"][row["modalities"]]
                said = max(tables["classes"], key=nodes.get)
                right[answer["label"]] = right.get(answer["label"], 0) + (said == answer["label"])
                count[answer["label"]] = count.get(answer["label"], 0) + 1
            repeats.append(sum(right[label] / count[label] for label in count) / len(count))
        assert row["objects"] == 36 and len(repeats) == row["repeats"]
        assert row["balancedAccuracy"]["mean"] == pytest.approx(sum(repeats) / len(repeats), abs=1e-12)
    # 120 steps with all labels tell the classes better than chance.
    assert max(row["balancedAccuracy"]["mean"] for row in tables["rows"]) > 0.5


def test_cells_keep_no_checkpoints(whole):
    names = {path.name for path in whole.rglob("*.safetensors")}
    assert "checkpoint.safetensors" not in names
    assert {path.parent.parent.name for path in whole.rglob("best.safetensors")} == {"pretraining"}


def test_a_study_that_is_killed_anywhere_goes_on_to_the_same_tables(trifid, data, study, whole, tmp_path):
    run = tmp_path / "run"
    arguments = ("study", "--study", study, "--data", data, "--run", run)
    process = trifid.start(*arguments)
    kills = 0
    for _ in range(60):
        time.sleep(0.4 + 0.15 * kills)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
        kills += 1
        process = trifid.start(*arguments, *(("--resume",) if (run / "study.yaml").exists() else ()))
    assert process.wait(timeout=180) == 0
    assert kills >= 3
    for name in ("tables.json", "tables.md"):
        assert (run / name).read_bytes() == (whole / name).read_bytes()


def test_a_stop_ends_in_order_and_says_how_to_go_on(trifid, data, study, tmp_path):
    run = tmp_path / "run"
    process = trifid.start("study", "--study", study, "--data", data, "--run", run, stderr=-1, text=True)
    while not list(run.glob("cells/*/answers.jsonl")) and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1 and "--resume goes on there" in err and not (run / "tables.md").exists()
    again = trifid("study", "--study", study, "--data", data, "--run", run)
    assert again.status == 1 and "holds a study already: --resume goes on with it" in again.err


def test_too_few_labels_name_the_class(trifid, data, study, tmp_path):
    recipe = study.parent / "tiny.yaml"
    outcome = trifid("finetune", "--recipe", recipe, "--data", data, "--run", tmp_path / "run", "--labels", "0.01")
    assert outcome.status == 1, outcome.err
    assert "1 % of the labels (draw 1) leave class AGN none of its" in outcome.err
    assert not (tmp_path / "run").exists()
