"""Magnitudes to fluxes, and points to text with no more digits than the data have."""

import math

import numpy as np

ERROR = math.log(10) / 2.5  # relative error of a flux, of a magnitude's error


def flux(magnitude):
    """Flux in nJy of an AB magnitude: 31.4 is one nJy. Of another system, the flux in units of its own zero point."""
    return 10 ** ((31.4 - np.asarray(magnitude, float)) / 2.5)


def flux_error(flux, magnitude_error):
    """Error of a flux in nJy from the error in magnitudes."""
    return np.abs(flux) * np.asarray(magnitude_error, float) * ERROR


def at_five_sigma(flux, is_limit_of_three):
    """Fluxes with limits of three errors turned into those of five, which packets and models mean by a limit."""
    return np.where(is_limit_of_three, np.asarray(flux, float) * (5 / 3), flux)


def text(value, digits):
    """A number with so many significant digits, without an exponent; empty for NaN."""
    if value != value:
        return ""
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    if places <= 0:
        return str(int(round(value, places)))
    shown = f"{value:.{places}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def lines(name, curve, kind):
    """The lines of photometry.csv of one object. Five digits of a flux are 0.05 mmag, less than any source prints."""
    start, kinds = name + ",", f",{kind},"
    totals = [",,"] * len(curve.band)
    if curve.total is not None:
        totals = [f",{text(f, 5)},{text(e, 3)}" for f, e in zip(curve.total.tolist(), curve.total_error.tolist())]
    return "".join(
        [
            f"{start}{t:.5f},{b}{kinds}{text(f, 5)},{text(e, 3)},{u}{more}\n"
            for t, b, f, e, u, more in zip(
                curve.mjd.tolist(), curve.band, curve.flux.tolist(), curve.error.tolist(), curve.limit.tolist(), totals
            )
        ]
    )
