"""Writes the files of a data set, byte for byte the same at every run."""

import contextlib
import csv
import gzip
import io

import numpy as np
import yaml

import photometry


@contextlib.contextmanager
def table(path, columns):
    """A CSV file (RFC 4180 quotes, LF); yields a function that takes a row."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        yield writer.writerow


@contextlib.contextmanager
def points(path):
    """photometry.csv.gz; yields a function that takes (name, curve, kind)."""
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 5, file, mtime=0) as packed:
        with io.BufferedWriter(packed, 1 << 20) as out:
            out.write(b"object,mjd,band,kind,flux,flux_err,upper_limit,total_flux,total_flux_err\n")

            def add(name, curve, kind):
                out.write(photometry.lines(name, curve, kind).encode())

            yield add


def image(path, spectra):
    """A FITS file: the flux as primary image, a row a spectrum, and the extension ERROR where errors are known."""
    with open(path, "wb") as file:
        _hdu(file, spectra, spectra.flux, [("SIMPLE", True), ("BITPIX", -32)], [("EXTEND", True), ("BUNIT", "relative")])
        if spectra.error is not None:
            start = [("XTENSION", "IMAGE"), ("BITPIX", -32)]
            _hdu(file, spectra, spectra.error, start, [("PCOUNT", 0), ("GCOUNT", 1), ("EXTNAME", "ERROR")])


def _hdu(file, spectra, values, start, more):
    cards = [
        *start,
        ("NAXIS", 2),
        ("NAXIS1", values.shape[1]),
        ("NAXIS2", values.shape[0]),
        *more,
        ("CTYPE1", "WAVE"),
        ("CUNIT1", "Angstrom"),
        ("CRPIX1", 1.0),
        ("CRVAL1", float(spectra.start)),
        ("CDELT1", float(spectra.step)),
    ]
    header = "".join(_card(*card) for card in cards) + "END".ljust(80)
    file.write(header.ljust(-(-len(header) // 2880) * 2880).encode("ascii"))
    data = np.ascontiguousarray(values, dtype=">f4").tobytes()
    file.write(data.ljust(-(-len(data) // 2880) * 2880, b"\0"))


def _card(name, value):
    if isinstance(value, bool):
        text = "T" if value else "F"
    elif isinstance(value, str):
        return f"{name:8}= '{value:8}'".ljust(80)
    else:
        text = repr(value)
    return f"{name:8}= {text:>20}".ljust(80)


class _Plain(yaml.SafeDumper):
    """YAML without anchors, which Trifid's reader does not take."""

    def ignore_aliases(self, data):
        return True


def document(path, content):
    """A YAML file in the order of the mappings."""
    with open(path, "w", encoding="utf-8") as file:
        yaml.dump(content, file, _Plain, sort_keys=False, allow_unicode=True, width=110)
