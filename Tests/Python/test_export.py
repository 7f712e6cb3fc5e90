"""The photometry encoder in other hands: exported to ONNX, run by ONNX Runtime on the inputs that Trifid writes."""

import shutil
import subprocess
import sys

import fits_table
import numpy as np
import onnxruntime
import pytest
import safetensors.numpy
import training_sets
from conftest import ROOT
from safetensors import safe_open

TOOL = ROOT / "Tools/export/onnx_photometry.py"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return training_sets.write(tmp_path_factory.mktemp("export") / "mine", objects=60)


@pytest.fixture(scope="module")
def other_layout(trifid, data, tmp_path_factory):
    """A model of the layout that no shipped one has."""
    folder = tmp_path_factory.mktemp("other")
    layout = "layers: 2\n  norm: before\n  tokens: perceptron\n  positions: none"
    short = {"layers: 1": layout, "steps: 1200": "steps: 10", "epoch: 100": "epoch: 10"}
    recipe = training_sets.recipe(folder / "other.yaml", training_sets.TAXONOMY, **short)
    outcome = trifid("finetune", "--recipe", recipe, "--data", data, "--run", folder / "run")
    assert outcome.status == 0, outcome.err
    return folder / "run/model"


def export(*arguments):
    return subprocess.run([sys.executable, TOOL, *map(str, arguments)], capture_output=True, text=True)


def embedded(path, inputs):
    """What ONNX Runtime makes of the inputs, one light curve after another and in padded batches."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    with safe_open(inputs, framework="np") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        origin = file.metadata()
    lengths = tensors["lengths"].astype(int)
    ends = np.cumsum(lengths)
    assert len(tensors["rows"]) == ends[-1] and len(origin["channels"].split()) == tensors["rows"].shape[1]
    found = []
    for first in range(0, len(lengths), 7):
        batch = range(first, min(first + 7, len(lengths)))
        rows = np.zeros((len(batch), lengths[batch].max(), tensors["rows"].shape[1]), np.float32)
        mask = np.zeros(rows.shape[:2], np.float32)
        for place, curve in enumerate(batch):
            rows[place, : lengths[curve]] = tensors["rows"][ends[curve] - lengths[curve] : ends[curve]]
            mask[place, : lengths[curve]] = 1
        feed = {"rows": rows, "mask": mask}
        if "constants" in tensors:
            feed["constants"] = tensors["constants"][batch]
        found.append(session.run(["embedding"], feed)[0])
    return np.concatenate(found), origin


@pytest.mark.parametrize("model", ["sky", "stars", "other layout"])
def test_onnx_runtime_embeds_as_trifid_does(trifid, data, other_layout, tmp_path, model):
    folder = other_layout if model == "other layout" else ROOT / "Config/models" / model
    outcome = trifid(
        "embed", "--model", folder, "--data", data, "--split", "train",
        "--out", tmp_path / "e.fits", "--inputs", tmp_path / "inputs.safetensors",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    done = export(folder, tmp_path / "e.onnx")
    assert done.returncode == 0, done.stderr
    theirs, origin = embedded(tmp_path / "e.onnx", tmp_path / "inputs.safetensors")
    header, table = fits_table.read(tmp_path / "e.fits")
    ours = table["PHOTOMETRY"]
    assert origin["version"] == header["VERSION"]
    there = ~np.isnan(ours[:, 0])
    assert there.sum() >= 20 and len(theirs) == len(ours)
    assert np.abs(theirs[there] - ours[there]).max() < 1e-4
    # Not because all are alike.
    assert np.abs(ours[there] - ours[there].mean(axis=0)).max() > 0.05


def test_what_is_no_model_of_ours_is_refused_in_words(other_layout, tmp_path):
    def refused(words):
        done = export(tmp_path / "model", tmp_path / "e.onnx")
        assert done.returncode == 1 and "Traceback" not in done.stderr and words in done.stderr, done.stderr
        assert not (tmp_path / "e.onnx").exists()

    refused("model is not a model's folder")
    shutil.copytree(other_layout, tmp_path / "model")
    weights = tmp_path / "model/weights.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    refused("model is not a model's folder")
    tensors = safetensors.numpy.load(whole)
    del tensors["photometry_proj_pooled.weight"]
    safetensors.numpy.save_file(tensors, weights)
    refused("weights.safetensors lacks the tensor photometry_proj_pooled.weight")
