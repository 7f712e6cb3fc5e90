"""Tools/studies: figures of labelled alerts by hand, and a survey that is kept for testing."""

import argparse
import csv
import sys
from pathlib import Path

import numpy as np
import pytest
import training_sets

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tools" / "studies"))

import labelled_alerts  # noqa: E402
import other_survey  # noqa: E402
import tree  # noqa: E402


def row(name, level, says, confidence, label="A", deepest="A"):
    rest = (1 - confidence) / 2
    levels = {node: confidence if node == says else rest for node in ("t", "v", "n")}
    return {
        "object": name, "level": level, "said": says, "confidence": confidence, "levels": levels, "label": label,
        "deepest": deepest,
    }  # fmt: skip


def test_figures_of_alerts_and_objects():
    table = [
        row("a", "t", "t", 0.9),
        row("a", "t", "v", 0.6),  # the object's mean is right
        row("b", "v", "v", 0.8, "B", "B"),
        row("c", "v", "n", 0.7, "A", "B"),
    ]
    found = labelled_alerts.figures(table)
    assert found["first level"] == 0.5
    # Of the surest three, two are right.
    assert found["surest 75 %"] == pytest.approx(2 / 3)
    assert found["first level, by object"] == pytest.approx(2 / 3)
    assert found["recall of t"] == 0.5 and found["recall of v"] == 0.5
    assert found["deepest node"] == 0.75
    # No class has three objects.
    assert np.isnan(found["macro-F1"])


@pytest.mark.parametrize(
    "wrong, count, expected",
    [
        ([], 19, 0.501),  # 1 of 20
        ([], 18, 1.1),  # too few to know
        ([0], 60, 0.501),  # 2 of 61
        ([59], 19 + 40, 0.501),
        ([0], 30, 1.1),  # the surest is wrong
    ],
)
def test_a_gate_allows_for_one_object_more(wrong, count, expected):
    confidences = np.linspace(0.999, 0.501, count)
    right = [place not in wrong for place in range(count)]
    assert labelled_alerts.gate(confidences, right, list(range(count))) == pytest.approx(expected)


def test_a_gate_ends_where_wrong_answers_begin():
    confidences = np.linspace(0.99, 0.5, 100)
    right = [place < 50 for place in range(100)]
    # (wrong + 1) / (decided + 1) <= 0.05: 51 decided with one wrong are too few for more.
    found = labelled_alerts.gate(confidences, right, list(range(100)))
    assert found == pytest.approx(confidences[50])


def test_a_survey_is_kept_for_testing(tmp_path):
    data = training_sets.write(tmp_path / "mine", objects=30)
    with open(data / "objects.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, entry in enumerate(rows):
        entry["survey"] = "south" if number % 4 == 0 else "north"
        entry["cluster"] = str(number // 2)
    count = other_survey.split(rows, "survey", "south", {"RRAB", "AGN"})
    tested = [entry for entry in rows if entry["split"] == "test"]
    assert count == len(tested) > 0
    assert all(entry["survey"] == "south" and entry["node"] in ("RRAB", "AGN") for entry in tested)
    # No other object of the survey teaches: RRAB and AGN alone are tested, and it has more.
    assert {entry["node"] for entry in rows if entry["survey"] == "south"} > {"RRAB", "AGN"}  # SN-Ia too
    assert not [entry for entry in rows if entry["survey"] == "south" and entry["split"] in ("train", "val")]
    assert [entry for entry in rows if entry["survey"] == "north" and entry["split"] == "train"]
    clusters = {entry["cluster"] for entry in tested}
    assert not [entry for entry in rows if entry["cluster"] in clusters and entry["split"] in ("train", "val")]
    with pytest.raises(SystemExit, match="no labelled object has 'west' in survey: there are north, south"):
        other_survey.split(rows, "survey", "west", None)
    with pytest.raises(SystemExit, match="has no column 'sky'"):
        other_survey.split(rows, "sky", "west", None)


def test_nodes_below_others():
    known = tree.Tree()
    assert known.below(["RRL", "AGN"]) == {"RRL", "RRAB", "RRC", "AGN"}
    assert known.level("RRAB") == "variable-star" and list(known.above("RRL")) == ["periodic", "variable-star"]
    assert known.deepest(["RRL", "RRAB", "AGN", "variable-star"]) == ["AGN", "RRAB"]


def test_what_cannot_be_asked_is_said_before(tmp_path):
    rows = {"1": {"fold": "0"}, "2": {"fold": "1"}}
    arguments = argparse.Namespace(models=["a"], packets=tmp_path, data=tmp_path)
    with pytest.raises(SystemExit, match="1 models for 2 folds"):
        labelled_alerts.check(arguments, rows)
    arguments.models, arguments.packets = ["a", "b"], None
    with pytest.raises(SystemExit, match="--packets is missing"):
        labelled_alerts.check(arguments, rows)
    with pytest.raises(SystemExit, match="has no packet of 1 of 1 alerts \\(7\\)"):
        labelled_alerts.files_of(tmp_path, {"7"})


def test_a_set_in_folds_cannot_teach_but_by_folds():
    rows = [{"object": f"o{n}", "survey": "s" if n else "t", "node": "AGN", "split": "fold", "fold": "1"} for n in range(4)]
    with pytest.raises(SystemExit, match="all in folds"):
        other_survey.split(rows, "survey", "t", None)
