"""A simulated data set as an astronomer would write one: stars that pulsate, supernovae, nuclei that flicker."""

import csv
import gzip
import pathlib

import numpy as np

TAXONOMY = pathlib.Path(__file__).parent / "training_classes.yaml"

RECIPE = """\
name: tiny
taxonomy: {taxonomy}
model:
  layers: 1
  width: 32
  feedForward: 64
  embedding: 32
  metadataWidth: 32
  points: 60
  quantiles: 4
  channels: [time, gap, flux, error, wavelength, detected]
  features: [gal_b_abs]
pretraining:
  steps: 120
  batch: 32
  rate: 1.0e-3
  epoch: 30
finetuning:
  steps: 1200
  batch: 32
  rate: 3.0e-3
  epoch: 100
  averaging: 0.95
  dropout: 0.1
examples:
  truncation: 0.5
  hiddenFeatures: 0.3
"""

DESCRIPTION = """\
name: simulated
bands:
  g: {wavelength: 480.0, system: AB}
  r: {wavelength: 640.0, system: AB}
features:
  gal_b_abs: {unit: deg, meaning: absolute galactic latitude}
"""


def flux(kind, times, random):
    """Difference or total flux in nJy at times in days."""
    if kind == "RRAB":
        phase = (times / random.uniform(0.4, 0.8)) % 1
        return 300_000 * (1 + 0.5 * np.exp(-4 * phase))
    if kind == "SN-Ia":
        rise = times - random.uniform(20, 40)
        return 90_000 * np.exp(-0.5 * (rise / np.where(rise < 0, 8, 25)) ** 2) + 2_000
    return 200_000 + 25_000 * np.cumsum(random.normal(size=len(times)) * np.sqrt(np.diff(times, prepend=times[0]) / 10))


def write(folder, objects=180, seed=1):
    """Writes the set; every fifth object is kept to test, every sixth to validate."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(seed)
    (folder / "dataset.yaml").write_text(DESCRIPTION)
    with (
        open(folder / "objects.csv", "w", newline="") as table,
        gzip.open(folder / "photometry.csv.gz", "wt", newline="") as points,
        open(folder / "metadata.csv", "w", newline="") as features,
    ):
        table, points, features = csv.writer(table), csv.writer(points), csv.writer(features)
        table.writerow(["object", "class", "node", "split"])
        points.writerow(["object", "mjd", "band", "kind", "flux", "flux_err", "upper_limit"])
        features.writerow(["object", "gal_b_abs"])
        for number in range(objects):
            kind = ["RRAB", "SN-Ia", "AGN"][number % 3]
            split = "test" if number % 5 == 4 else "val" if number % 6 == 5 else "train"
            table.writerow([f"o{number}", kind, kind, split])
            features.writerow([f"o{number}", round(abs(random.normal(10 if kind == "RRAB" else 50, 12)), 2)])
            times = np.sort(random.uniform(0, 100, random.integers(25, 60)))
            for time, value in zip(times, flux(kind, times, random)):
                error = 3_000.0
                points.writerow(
                    [
                        f"o{number}", round(60_000 + time, 5), "gr"[int(time * 7) % 2],
                        "difference" if kind == "SN-Ia" else "total", round(value + error * random.normal(), 1), error, 0,
                    ]
                )  # fmt: skip
    return folder


def recipe(path, taxonomy, **changes):
    """The recipe in a file, with texts replaced."""
    text = RECIPE.format(taxonomy=taxonomy)
    for old, new in changes.items():
        text = text.replace(old, new)
    path.write_text(text)
    return path
