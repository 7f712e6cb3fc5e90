"""../shared/data/ztf_labelled: 6,896 light curves of many surveys, total or difference, as its README tells."""

import collections
import csv
import gzip

import numpy as np

import bands
import features
import photometry
from model import DIFFERENCE, Curve, Item, Part

NAN = float("nan")


def read(folder):
    """All objects, those that train nothing too."""
    with gzip.open(folder / "objects.csv.gz", "rt", newline="") as file:
        items = [_item(row) for row in csv.DictReader(file)]
    return Part(items, _curves(folder, items))


def _item(row):
    gaia = row["survey"] == "Gaia DR3"
    moves = row["class"] == "asteroid"
    ra, dec = (float(row["ra"]), float(row["dec"])) if row["ra"] else (None, None)
    return Item(
        folder="ztf_labelled",
        name=row["object"],
        label=row["class"],
        survey=row["survey"],
        source=row["source_repository"],
        kind=row["kind"],
        subclass=row["subclass"],
        quality=row["label_quality"],
        ra=ra,
        dec=dec,
        radius=60.0 if gaia else 2.0,
        coarse=gaia,
        moves=moves,
        names=(row["object"],),
        # The place of a moving object says nothing of it.
        features={} if moves else features.of_position(ra, dec),
    )


def _curves(folder, items):
    points = collections.defaultdict(list)
    with gzip.open(folder / "photometry.csv.gz", "rt", newline="") as file:
        for object, mjd, band, mag, e_mag, limit, njy, e_njy, sign, _ in csv.reader(file):
            points[object].append((mjd, band, mag, e_mag, limit, njy, e_njy, sign))
    return [(item, _curve(points[item.name], item)) for item in items]


def _curve(rows, item):
    mjd, band, mag, e_mag, limit, njy, e_njy, sign = zip(*rows)
    number = lambda column: np.array([float(text) if text else NAN for text in column])  # noqa: E731
    mjd, limit, flux, error = number(mjd), np.array(limit, int), photometry.flux(number(mag)), number(e_mag)
    given, given_error = number(njy), number(e_njy)
    error = photometry.flux_error(flux, error)
    # The tidal disruptions have measured fluxes, and limits where these are not three times their error. The limits are
    # kept as limits: only this class has such points, which would tell it.
    measured = (limit == 0) & np.isfinite(given)
    flux = np.where(measured, given, flux * np.where(np.array(sign) == "-1", -1.0, 1.0))
    flux = photometry.at_five_sigma(flux, (limit == 1) & np.isfinite(given))
    error = np.where(limit == 1, NAN, np.where(measured, given_error, error))
    if item.kind != DIFFERENCE and (flux < 0).any():
        raise ValueError(f"ztf_labelled: {item.name}: a total flux below zero")
    names = [bands.ALL[bands.LABELLED.get(name, name)].name for name in band]
    order = np.lexsort((flux, limit, np.array(names), mjd))
    return Curve(mjd[order], [names[i] for i in order], flux[order], error[order], limit[order])
