"""What an astronomer reads after training: the page, its numbers counted again, early answers, embeddings."""

import json
import re
import xml.etree.ElementTree as xml

import fits_table
import numpy as np
import pytest
import training_sets

TAXONOMY = training_sets.TAXONOMY
NAMES = ["transient", "variable-star", "AGN"]
NODES = {"SN-Ia": "transient", "RRAB": "variable-star", "AGN": "AGN"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = training_sets.write(tmp_path_factory.mktemp("report") / "mine")
    rows = (folder / "objects.csv").read_text().splitlines()
    # Two surveys, and two objects of the test split without a label that trains anything.
    rows = [rows[0] + ",survey"] + [row + f",s<{number % 2}>" for number, row in enumerate(rows[1:])]
    rows += ["x0,?,,test,s<0>", "x1,?,,test,s<0>"]
    (folder / "objects.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture(scope="module")
def trained(trifid, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    recipe = training_sets.recipe(folder / "tiny.yaml", TAXONOMY, **{"steps: 1200": "steps: 300"})
    outcome = trifid("finetune", "--recipe", recipe, "--data", data, "--run", folder / "run")
    assert outcome.status == 0, outcome.err
    return folder / "run"


@pytest.fixture(scope="module")
def report(trifid, data, trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page") / "report"
    outcome = trifid("evaluate", "--model", trained / "model", "--data", data, "--report", folder)
    assert outcome.status == 0, outcome.err
    assert "36 objects; first level 0." in outcome.out
    return folder


@pytest.fixture(scope="module")
def answers(trifid, data, trained):
    """A function that gives the answers under a cut."""

    def ask(*options):
        outcome = trifid("evaluate", "--model", trained / "model", "--data", data, "--answers", *options)
        assert outcome.status == 0, outcome.err
        return outcome.lines

    return ask


def counted(answers):
    """Figures of the first level, from nothing but answers."""
    chances = np.array([[answer["probabilities"][name] for name in NAMES] for answer in answers])
    truth = np.array([NAMES.index(NODES[answer["label"]]) for answer in answers])
    best = chances.argmax(axis=1)
    confidence = chances.max(axis=1) / chances.sum(axis=1)
    right = best == truth
    order = np.argsort(confidence, kind="stable")
    edges = np.arange(16) * len(order) // 15
    bins = [order[low:high] for low, high in zip(edges, edges[1:]) if high > low]
    surest = np.lexsort((right, -confidence))
    risk = np.cumsum(~right[surest]) / np.arange(1, len(right) + 1)
    decided = np.array([answer["decision"] is not None for answer in answers])
    return {
        "n": len(answers),
        "accuracy": right.mean(),
        "balancedAccuracy": np.mean([right[truth == row].mean() for row in range(3)]),
        "nll": -np.log(chances[np.arange(len(truth)), truth] / chances.sum(axis=1)).mean(),
        "ece": sum(abs(right[part].sum() - confidence[part].sum()) for part in bins) / len(right),
        "confusion": [[int(((truth == row) & (best == column)).sum()) for column in range(3)] for row in range(3)],
        "bins": [(len(part), confidence[part].mean(), int(right[part].sum())) for part in bins],
        "area": risk.mean(),
        "risk": [risk[max(int(np.ceil(share / 100 * len(risk))), 1) - 1] for share in range(1, 101)],
        "decided": int(decided.sum()),
    }


def same(found, expected, names=("n", "accuracy", "balancedAccuracy", "nll", "ece")):
    for name in names:
        assert found[name] == pytest.approx(expected[name], abs=1e-6), name


def test_the_numbers_are_those_of_the_answers(report, answers):
    numbers = json.loads((report / "report.json").read_text())
    expected = counted(answers())
    first = numbers["levels"][0]
    assert numbers["n"] == 36 and numbers["leftOut"] == {"noLabel": 2}
    assert first["classes"] == NAMES and first["confusion"] == expected["confusion"]
    same(first, expected)
    assert [(part["n"], part["right"]) for part in first["reliability"]] == [(n, right) for n, _, right in expected["bins"]]
    assert [part["confidence"] for part in first["reliability"]] == pytest.approx([c for _, c, _ in expected["bins"]], abs=1e-6)
    assert first["riskCoverage"]["own"]["area"] == pytest.approx(expected["area"], abs=1e-6)
    assert first["riskCoverage"]["own"]["risk"] == pytest.approx(expected["risk"], abs=1e-6)
    assert numbers["decisions"][0]["decided"] == expected["decided"]
    assert 0 < first["eceExpected"] < 0.5
    assert [row["name"] for row in numbers["bySource"]["survey"]] == ["s<0>", "s<1>"]
    assert sum(row["figures"]["firstLevel"]["n"] for row in numbers["bySource"]["survey"]) == 36


def test_cuts_and_sets_are_those_that_can_be_asked_for(report, answers):
    numbers = json.loads((report / "report.json").read_text())
    assert [row["points"] for row in numbers["byPoints"]] == [1, 2, 4, 8, 16, 32, "all"]
    assert [row["days"] for row in numbers["byDays"]] == [1, 3, 7, 14, 30, 90, "all"]
    same(numbers["byPoints"][2]["all"]["firstLevel"], counted(answers("--points", "4")))
    same(numbers["byDays"][3]["all"]["firstLevel"], counted(answers("--days", "14")))
    alone = answers("--days", "14", "--modalities", "photometry")
    assert {answer["modalities"] for answer in alone} == {"photometry"}
    same(numbers["byDays"][3]["photometry"]["firstLevel"], counted(alone))
    assert numbers["byPoints"][0]["shortened"] == 36 and numbers["byPoints"][-1]["shortened"] == 0
    sets = {row["modalities"]: row for row in numbers["byModalities"]}
    assert set(sets) == {"photometry", "metadata", "photometry+metadata"}
    same(sets["metadata"]["having"]["firstLevel"], counted(answers("--modalities", "metadata")))
    # No cut may know what comes later: one point has no span, whatever the whole curve has.
    points = [answer["points"] for answer in answers("--points", "1")]
    assert points == [1] * 36


def test_the_page_is_whole(report):
    text = (report / "index.html").read_text()
    tree = xml.fromstring(text.removeprefix("<!DOCTYPE html>"))
    names = {element.get("id") for element in tree.iter() if element.get("id")}
    assert names >= {
        "set", "confusion", "classes", "class-plot", "points", "days", "modality-plot", "reliability", "ece", "risk",
        "gates", "source-survey", "search", "nearest", "retrieval", "method",
    }  # fmt: skip
    ns = "{http://www.w3.org/1999/xhtml}"
    svg = "{http://www.w3.org/2000/svg}"
    for figure in tree.iter(f"{ns}figure"):
        assert figure.find(f"{ns}figcaption").text
        for plot in figure.iter(f"{svg}svg"):
            labels = [t.text for t in plot.iter(f"{svg}text") if "label" in t.get("class")]
            assert labels and all(labels), figure.get("id")
            assert plot.get("aria-label")
    # Nothing from elsewhere, nothing that runs, and no text that became markup.
    assert not re.search(r"<script|src=|@import|url\(|<link", text)
    assert set(re.findall(r"https?://[^\"'< ]+", text)) == {"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"}
    assert "s&lt;0&gt;" in text and "s<0>" not in text
    assert "NaN" not in text and "inf" not in re.findall(r"[a-zA-Z]+", text)


def test_a_run_draws_its_losses(trained):
    drawing = (trained / "curves.svg").read_text()
    tree = xml.fromstring(drawing)
    looks = (trained / "log.jsonl").read_text().splitlines()
    dots = [e for e in tree.iter() if e.tag.endswith("circle")]
    assert len(dots) == 2 * len(looks) + 1 + 3
    assert "best: " in drawing and "validation" in drawing


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--answers", "--json"), "--answers prints a line an object and --json figures of all: give one"),
        (("--points", "3", "--days", "3"), "--points and --days both cut light curves: give one"),
        (("--report", "r", "--points", "3"), "--report has cuts and sets of modalities itself"),
        (("--modalities", "radio"), "'radio'"),
    ],
)
def test_options_that_do_not_go_together_are_refused(trifid, data, trained, options, words):
    outcome = trifid("evaluate", "--model", trained / "model", "--data", data, *options)
    assert outcome.status == 2 and words in outcome.err and outcome.out == "", outcome.err


def test_who_is_left_out_is_told(trifid, data, trained):
    outcome = trifid("evaluate", "--model", trained / "model", "--data", data)
    assert outcome.status == 0 and "left out: 2 no label that trains anything" in outcome.out
    hidden = trifid("evaluate", "--model", trained / "model", "--data", data, "--modalities", "spectrum")
    assert hidden.status == 1 and "36 nothing that the model can use" in hidden.err


def test_embeddings_are_a_table_that_others_read(trifid, data, trained, report, tmp_path):
    tables = {}
    for split in ("train", "test"):
        out = tmp_path / f"{split}[1].fits"
        outcome = trifid("embed", "--model", trained / "model", "--data", data, "--split", split, "--out", out)
        assert outcome.status == 0, outcome.err
        tables[split] = fits_table.read(out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["test[1].fits", "train[1].fits"]
    header, test = tables["test"]
    assert header["EXTNAME"] == "EMBEDDINGS" and header["MODEL"] == "tiny" and header["SPLIT"] == "test"
    assert len(test["OBJECT"]) == 36 and set(test["LABEL"]) == {b"RRAB", b"SN-Ia", b"AGN"}
    assert set(test["MODALITIES"]) == {b"photometry+metadata"}
    assert np.isnan(test["SPECTRUM"]).all()
    for name in ("JOINT", "PHOTOMETRY", "METADATA"):
        assert np.linalg.norm(test[name], axis=1) == pytest.approx(np.ones(36), abs=1e-4)
    mean = test["PHOTOMETRY"] + test["METADATA"]
    assert test["JOINT"] == pytest.approx(mean / np.linalg.norm(mean, axis=1, keepdims=True), abs=1e-4)

    # The report's figures from the two tables.
    train = tables["train"][1]
    numbers = json.loads((report / "report.json").read_text())["embeddings"]
    for space in ("joint", "photometry", "metadata"):
        found = next(row for row in numbers["classes"] if (row["embedding"], row["level"]) == (space, "first level"))
        near = train["LABEL"][(test[space.upper()] @ train[space.upper()].T).argmax(axis=1)]
        assert found["nearestNeighbour"]["accuracy"] == pytest.approx((near == test["LABEL"]).mean(), abs=1e-6)
        classes = sorted(set(train["LABEL"]))
        centroids = np.array([train[space.upper()][train["LABEL"] == name].mean(axis=0) for name in classes])
        centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
        near = np.array(classes)[(test[space.upper()] @ centroids.T).argmax(axis=1)]
        assert found["nearestCentroid"]["accuracy"] == pytest.approx((near == test["LABEL"]).mean(), abs=1e-6)
        assert found["references"] == len(train["LABEL"])
    search = next(row for row in numbers["retrieval"] if row["from"] == "photometry")
    similar = test["PHOTOMETRY"] @ test["METADATA"].T
    ranks = (similar >= np.diag(similar)[:, None]).sum(axis=1)
    assert [part["recall"] for part in search["recall"]] == pytest.approx([(ranks <= k).mean() for k in (1, 5, 10)], abs=1e-6)
    assert [part["chance"] for part in search["recall"]] == pytest.approx([k / 36 for k in (1, 5, 10)])


def test_a_table_that_cannot_be_written_leaves_nothing(trifid, data, trained, tmp_path):
    out = tmp_path / "missing" / "e.fits"
    outcome = trifid("embed", "--model", trained / "model", "--data", data, "--out", out)
    assert outcome.status == 1 and f"{out} cannot be written" in outcome.err
    assert list(tmp_path.iterdir()) == []
