"""What must hold of a data set before it is written. A rule that is broken stops everything and says where."""

import math

import numpy as np

import bands
from features import ALLOWED, FORBIDDEN, NONE
from model import TOTAL


class RuleBroken(Exception):
    """Says which object breaks which rule."""


def _hold(condition, message):
    if not condition:
        raise RuleBroken(message)


def check_numbers(items, spectra, selected):
    """The counts that the READMEs of the shared data give, but for 13 test uploads and their spectra."""

    def count(folder, **fixed):
        return sum(
            item.folder == folder and all(getattr(item, name) == value for name, value in fixed.items()) for item in items
        )

    trimodal = sum(item.folder == "transients" and item.kind != "" for item in items)
    found = {
        "stars": [count("stars")] + [count("stars", split=split) for split in ("train", "val", "test")],
        "transients": [trimodal, sum(row.image == "spectra-transients.fits" for row in spectra)],
        "spectra only": [count("transients") - trimodal, sum(row.image == "spectra-only.fits" for row in spectra)],
        "ztf_labelled": [count("ztf_labelled")],
        "ZTF BTS": [count("transients-bts")],
        "labelled alerts selected, their objects": [len(selected), len({item.names[0] for item in selected})],
    }
    wanted = {
        "stars": [11776, 9420, 1178, 1178],
        "transients": [1277, 3918],
        "spectra only": [4373 - 13, 5090 - 13],
        "ztf_labelled": [6896],
        "ZTF BTS": [2289],
        "labelled alerts selected, their objects": [137, 118],
    }
    for name, numbers in wanted.items():
        _hold(found[name] == numbers, f"{name}: {found[name]} instead of {numbers}: other data than those described?")


def check_names(items):
    """An object stands once; no name breaks the unquoted photometry table."""
    seen = set()
    for item in items:
        _hold(item.key not in seen, f"{item.key} stands twice")
        seen.add(item.key)
        _hold(not set(item.name) & set(',"\n\r/'), f"{item.key}: a comma, quote, slash or line break in a name")


def check_splits(items, fixed, altered):
    """One cluster is on one side; stars keep their split; folds are by cluster; labelled alerts never test; about a
    tenth each of the rest is val and test."""
    side, fold, has_alert = {}, {}, {}
    free = {}
    for item in items:
        _hold(item.split in ("train", "val", "test"), f"{item.key}: split '{item.split}'")
        _hold(side.setdefault(item.cluster, item.split) == item.split, f"cluster {item.cluster} is in two splits")
        _hold(fold.setdefault(item.cluster, item.fold) == item.fold, f"cluster {item.cluster} is in two folds")
        _hold(
            has_alert.setdefault(item.cluster, item.alerts) == item.alerts,
            f"cluster {item.cluster} is in part marked as one of labelled alerts",
        )
        if item.folder == "stars":
            _hold(item.split == fixed[item.name], f"{item.key} is in {item.split}, fixed is {fixed[item.name]}")
        elif item.folder == "alerts":
            _hold(item.alerts == 1 and item.split == "train", f"{item.key}: an alert in {item.split}")
        free.setdefault(item.cluster, set()).add(item.folder)
    for item in altered:
        _hold(has_alert.get(item.cluster, 1) == 1, f"{item.key}: cluster of an altered alert is not marked")
    names = {item.name for item in items if item.folder == "alerts"}
    _hold(not names & {item.name for item in altered}, "an altered packet is among the alerts")
    for item in items:
        if item.extra.get("altered") == "1":
            _hold(not item.kind and not item.features, f"{item.key}: an altered packet gives points or features")
    dealt = [cluster for cluster, folders in free.items() if "stars" not in folders and not has_alert[cluster]]
    for split in ("val", "test"):
        share = sum(side[cluster] == split for cluster in dealt)
        _hold(abs(share - len(dealt) / 10) <= 1 + len(dealt) / 500, f"{split} holds {share} of {len(dealt)} clusters, not a tenth")


def check_folds(items, folds):
    """Every transient is in a fold, every cluster in one; the folds have the same size to some clusters, for of twins
    (`splits`) one seat is empty."""
    sizes = {}
    for item in items:
        sizes.setdefault(folds[item.cluster], set()).add(item.cluster)
    sizes = sorted(len(clusters) for clusters in sizes.values())
    _hold(len(sizes) == 5 and sizes[-1] - sizes[0] <= 1 + sum(sizes) / 100, f"folds of the transients by clusters: {sizes}")


def check_features(items):
    """Only what is on the list is an input, each a number or NONE."""
    _hold(not FORBIDDEN & set(ALLOWED), f"allowed and forbidden: {sorted(FORBIDDEN & set(ALLOWED))}")
    for item in items:
        for name, value in item.features.items():
            _hold(name in ALLOWED, f"{item.key}: '{name}' is not on the list of features (Tools/datasets/features.py)")
            _hold(value == NONE or math.isfinite(float(value)), f"{item.key}: {name} is '{value}'")


def check_points(item, curve):
    """Times ascend, fluxes are numbers, errors positive or unknown, limits without error, bands known."""
    _hold(len(curve.mjd) > 0, f"{item.key}: a light curve without points")
    _hold(bool(np.all(np.diff(curve.mjd) >= 0)), f"{item.key}: times do not ascend")
    _hold(bool(np.all((curve.mjd > 10000) & (curve.mjd < 70000))), f"{item.key}: a time that is no MJD")
    _hold(bool(np.all(np.isfinite(curve.flux))), f"{item.key}: a flux that is no number")
    _hold(bool(np.all(~(curve.error <= 0))), f"{item.key}: an error that is not positive")
    limit = curve.limit == 1
    _hold(bool(np.all(curve.flux[limit] > 0)), f"{item.key}: an upper limit that is not positive")
    _hold(bool(np.all(np.isnan(curve.error[limit]))), f"{item.key}: an upper limit with an error")
    _hold(item.kind != TOTAL or bool(np.all(curve.flux > 0)), f"{item.key}: a total flux that is not positive")
    for band in set(curve.band):
        _hold(band in bands.ALL and len(band) <= 8, f"{item.key}: band '{band}' is not listed, or its name too long")


def check_spectra(rows, images):
    """Rows exist; a spectrum that is not the star's own is marked; no other is shared."""
    sizes = {image.name: image.flux.shape[0] for image in images}
    owners = {}
    for row in rows:
        _hold(0 <= row.row < sizes[row.image], f"{row.item.key}: no row {row.row} in {row.image}")
        owners.setdefault((row.image, row.row), []).append(row)
    for rows in owners.values():
        _hold(len(rows) == 1 or all(row.shared for row in rows), f"{rows[0].item.key}: a spectrum of two objects")
