"""../shared/data/transients: 1,277 supernovae and tidal disruptions with light curve and spectra; beside them objects with
spectra alone, and 2,289 ZTF light curves of supernovae Ia."""

import collections
import csv
import gzip
import re

import numpy as np

import bands
import features
import photometry
from model import DIFFERENCE, Curve, Image, Item, Part, SpectrumRow

IMAGE, IMAGE_ONLY = "spectra-transients.fits", "spectra-only.fits"
TEST_UPLOAD = re.compile(r"test[_\d]", re.IGNORECASE)  # test_75_20171002: an upload to WISeREP to try it, no object
# Superluminous supernovae of ZTF whose names neither source gives the other's of (Chen et al. 2023, ApJ 943, 41). Their
# light curves agree, but with too few common nights to be found by that: of the points at common times 20 of 20 lie
# within 15 %, 13 of 14, 15 of 19, 8 of 10; the last three have no common time, and agree in magnitude and date.
ALIASES = {
    "SN2019kwu": "ZTF19aaruixj", "SN2019dlr": "ZTF19aaohuwc", "SN2019cwu": "ZTF19aapaeye", "SN2019kwq": "ZTF19aalbrph",
    "SN2019cdt": "ZTF19aanesgt", "SN2019aamp": "ZTF19aantokv", "SN2019otl": "ZTF19abkfshj",
}  # fmt: skip
NAN = float("nan")
THREE_SIGMA = 3  # an upper limit that the source says is of three errors


def read(folder):
    """The trimodal objects. The magnitudes are of what is on top of the host: difference fluxes with a positive sign."""
    with gzip.open(folder / "objects.csv.gz", "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    items = [_item(row) for row in rows]
    notes = []
    curves = _curves(folder, items, notes)
    spectra, image = _spectra(folder, "spectra", IMAGE, {item.name: item for item in items})
    return Part(items, curves, spectra, [image], notes)


def _item(row):
    ra, dec = (float(row["ra_deg"]), float(row["dec_deg"])) if row["ra_deg"] else (None, None)
    known = {"ebv_mw": row["ebv_mw"]} if row["ebv_mw"] else {}
    return Item(
        folder="transients",
        name=row["object"],
        label=row["class"],
        survey=row["phot_source"],
        source=row["phot_source"],
        kind=DIFFERENCE,
        subclass=row["subtype"],
        quality=f"votes {row['class_confidence']}",
        ra=ra,
        dec=dec,
        names=(row["object"], *(name for name in row["aliases"].split("|") if "<" not in name)),
        alias=ALIASES.get(row["object"], ""),
        features=features.of_position(ra, dec) | known,
    )


def _curves(folder, items, notes):
    """(item, curve) of every object with a point of a known band, sorted by time."""
    points = collections.defaultdict(list)
    unknown = collections.Counter()
    with gzip.open(folder / "photometry.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            band = bands.of_transient(row["band"], row["system"], row["instrument"])
            if band is None:
                unknown[f"{row['instrument']} {row['band']}".strip()] += 1
                continue
            error = float(row["e_mag"]) if row["e_mag"] else NAN
            limit = int(row["upper_limit"]) and (THREE_SIGMA if row["system"] == "SNANA-zp27.5" else 1)
            point = (float(row["mjd"]), band.name, float(row["mag"]), error, limit)
            points[row["object"]].append(point)
    if unknown:
        notes.append(
            f"transients: {sum(unknown.values())} points left out, of {len(unknown)} filters whose band is not known: "
            + ", ".join(f"{name} ({count})" for name, count in sorted(unknown.items()))
        )
    return [(item, magnitudes(points[item.name])) for item in items if points[item.name]]


def magnitudes(points):
    """A light curve of (mjd, band, magnitude, its error, 1 or THREE_SIGMA for an upper limit) in any order."""
    points = sorted(points, key=lambda point: (point[0], point[1], point[4], point[2]))
    mjd, band, magnitude, error, limit = zip(*points)
    limit = np.array(limit)
    flux, limit = photometry.at_five_sigma(photometry.flux(magnitude), limit == THREE_SIGMA), np.minimum(limit, 1)
    # An error of zero says that none is known.
    error = photometry.flux_error(flux, [e if e > 0 else NAN for e in error])
    return Curve(np.array(mjd), list(band), flux, np.where(limit == 1, NAN, error), limit)


def _spectra(folder, name, image, items):
    data = np.load(folder / f"{name}.npz")
    wave = data["wave"].astype(float)
    with gzip.open(folder / f"{name}_meta.csv.gz", "rt", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["object"] in items]
    spectra = [
        SpectrumRow(
            image, int(row["row"]), items[row["object"]], row["mjd"], row["source"], 0,
            "rest-frame" if row["deredshifted"] == "1" else "",
        )  # fmt: skip
        for row in rows
    ]
    flux = data["flux"].astype(np.float32)
    if len(rows) < len(flux):  # the rows of the image that are left
        left = sorted({spectrum.row for spectrum in spectra})
        place = {row: i for i, row in enumerate(left)}
        flux = flux[left]
        for spectrum in spectra:
            spectrum.row = place[spectrum.row]
    return spectra, Image(image, flux, None, wave[0], (wave[-1] - wave[0]) / (len(wave) - 1), "mixed")


def read_spectra_only(folder):
    """(objects with spectra and no points, test uploads that look like such). They have no position and are known by
    name."""
    with gzip.open(folder / "spectra_only_meta.csv.gz", "rt", newline="") as file:
        labels = {row["object"]: row["class"] for row in csv.DictReader(file)}
    items = {
        name: Item("transients", name, label, "spectra only", "transients/spectra_only", names=(name,))
        for name, label in labels.items()
    }
    tests = {name: items.pop(name) for name in sorted(items) if TEST_UPLOAD.match(name)}
    spectra, image = _spectra(folder, "spectra_only", IMAGE_ONLY, items)
    notes = [f"transients: {len(tests)} test uploads of WISeREP left out: {', '.join(tests)}"] if tests else []
    return Part(list(items.values()), [], spectra, [image], notes), list(tests.values())


def read_bts(folder):
    """ZTF light curves of supernovae Ia of the Bright Transient Survey; no positions, known by their names."""
    points = collections.defaultdict(list)
    names = {}
    with gzip.open(folder / "ztf_bts_ia_lightcurves.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            band = bands.of_transient(row["band"], "AB", "")
            names[row["ztfid"]] = row["object"]
            points[row["ztfid"]].append((float(row["mjd"]), band.name, float(row["mag"]), float(row["e_mag"]), 0))
    items = [
        Item(
            "transients-bts", name, "Ia", "ZTF BTS", "light-curve/test-data", DIFFERENCE, quality="spectroscopic",
            names=(name, names[name]),
        )  # fmt: skip
        for name in sorted(names)
    ]
    return Part(items, [(item, magnitudes(points[item.name])) for item in items])
