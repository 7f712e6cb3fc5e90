"""../shared/data/stars: 11,776 variable stars of ASAS-3 and Hipparcos with the fixed split, as its README tells."""

import csv
import gzip

import numpy as np

import features
import photometry
from model import TOTAL, Curve, Image, Item, Part, SpectrumRow

BANDS = {"V": "asas_V", "Hp": "hip_Hp"}
METADATA = {
    "parallax_mas": "parallax",
    "parallax_err_mas": "parallax_error",
    "pmra_masyr": "pmra",
    "pmdec_masyr": "pmdec",
    "bv": "bv",
    "tycho2_vt": "tycho2_vt",
}
# A type published for the star itself. `class_typical` carries the label: never used.
OWN_TYPE = ("gcvs", "hip")
IMAGE = "spectra-stars.fits"


def read(folder):
    """Stars with use=1, their points, and spectra of the tiers T1 (the same star) and T2 (the star's published type)."""
    with gzip.open(folder / "metadata.csv.gz", "rt", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["use"] == "1"]
    items = [_item(row) for row in rows]
    spectra, image = _spectra(folder, rows, items)
    return Part(items, _Curves(folder, rows, items), spectra, [image])


def _item(row):
    ra, dec = (float(row["ra_deg"]), float(row["dec_deg"])) if row["ra_deg"] else (None, None)
    return Item(
        folder="stars",
        name=row["obj_id"],
        label=row["label"],
        survey=row["survey"],
        source=row["source"],
        kind=TOTAL,
        quality=row["label_quality"],
        ra=ra,
        dec=dec,
        radius=30.0,
        split=row["split"],
        features=features.of_position(ra, dec) | {to: row[column] for column, to in METADATA.items() if row[column]},
        extra={"period_ls": row["period_ls"]},
    )


class _Curves:
    """The points, decoded star by star."""

    def __init__(self, folder, rows, items):
        data = np.load(folder / "photometry.npz")
        self.offsets, self.steps, self.mag, self.error = (
            data[name] for name in ("offsets", "dt_1e5d", "mag_mmag", "err_mmag")
        )
        self.stars = [(item, int(row["phot_row"]), BANDS[row["band"]]) for row, item in zip(rows, items)]

    def __iter__(self):
        for item, row, band in self.stars:
            part = slice(self.offsets[row], self.offsets[row + 1])
            time = np.cumsum(self.steps[part].astype("i8"))  # (HJD - 2440000) in 1e-5 d
            order = np.argsort(time, kind="stable")
            flux = photometry.flux(self.mag[part][order] / 1000)
            error = photometry.flux_error(flux, self.error[part][order] / 1000)
            yield item, Curve(39999.5 + time[order] * 1e-5, [band] * len(flux), flux, error, np.zeros(len(flux), int))


def _spectra(folder, rows, items):
    data = np.load(folder / "spectra.npz")
    place = {name: row for row, name in enumerate(data["spec_id"].tolist())}
    with gzip.open(folder / "spectra_index.csv.gz", "rt", newline="") as file:
        source = {row["spec_id"]: row["source"] for row in csv.DictReader(file)}
    taken = []  # (item, spectrum, tier)
    for row, item in zip(rows, items):
        if row["template_sptype_src"].startswith(OWN_TYPE):
            taken.append((item, row["template_spec_id"], "T2"))
        taken += [(item, name, "T1") for name in row["same_object_spec_ids"].replace("|", " ").replace(";", " ").split()]
    used = sorted({place[name] for _, name, _ in taken})
    number = {row: i for i, row in enumerate(used)}
    wave = data["wavelength"].astype(float)
    image = Image(IMAGE, data["flux"][used], data["err"][used], wave[0], (wave[-1] - wave[0]) / (len(wave) - 1), "mixed")
    spectra = [
        SpectrumRow(IMAGE, number[place[name]], item, "", source[name], int(tier == "T2"), tier)
        for item, name, tier in taken
    ]
    return spectra, image
