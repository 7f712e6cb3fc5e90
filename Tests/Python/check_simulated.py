#!/usr/bin/env python3
"""Checks a folder of simulated packets (`trifid simulate --packets DIR`) with libraries that are not ours.

    check_simulated.py DIR [--schemas Schemas]

Each file is an Avro object container or a Confluent-framed message. fastavro reads it, its own validator checks every
value against the schema, and where there are cutouts they must be FITS images of the survey's size. The writer's
schema of a ZTF packet must be that of Schemas/ztf. Needs fastavro and numpy; prints one line and exits 0 if all is well.
"""
import argparse
import collections
import gzip
import io
import json
import math
import pathlib
import struct
import sys

import fastavro
import numpy
from fastavro.schema import to_parsing_canonical_form
from fastavro.validation import validate

LIMITS = {"int": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}


def records(path, schemas):
    data = path.read_bytes()
    if data[:4] == b"Obj\x01":
        reader = fastavro.reader(io.BytesIO(data))
        yield from ((reader.writer_schema, record) for record in reader)
        return
    assert data[0] == 0, f"{path}: neither a container nor a framed message"
    identity = struct.unpack(">i", data[1:5])[0]
    name = f"lsst.v{identity // 100}_{identity % 100}.alert.avsc"
    schema = fastavro.parse_schema(json.loads((schemas / "lsst" / name).read_text()))
    stream = io.BytesIO(data[5:])
    record = fastavro.schemaless_reader(stream, schema)
    assert not stream.read(), f"{path}: bytes are left over"
    yield schema, record


def image(stamp):
    """The pixels of the first image of a FITS file."""
    data = gzip.decompress(stamp) if stamp[:2] == b"\x1f\x8b" else stamp
    assert len(data) % 2880 == 0, f"a FITS file of {len(data)} bytes"
    cards = {}
    place = 0
    while True:
        card = data[place : place + 80].decode("ascii")
        place += 80
        if card.startswith("END"):
            break
        cards[card[:8].strip()] = card[10:].split("/")[0].strip()
    start = -(-place // 2880) * 2880
    assert cards["SIMPLE"] == "T" and cards["BITPIX"] == "-32" and cards["NAXIS"] == "2", cards
    shape = (int(cards["NAXIS2"]), int(cards["NAXIS1"]))
    pixels = numpy.frombuffer(data, ">f4", shape[0] * shape[1], start).reshape(shape)
    assert numpy.isfinite(pixels).all(), "a pixel is not finite"
    return pixels


def check_ztf(record):
    candidate = record["candidate"]
    assert record["candid"] == candidate["candid"]
    assert len(record["objectId"]) == 12 and record["objectId"].startswith("ZTF")
    missing = [name for name, value in candidate.items() if value is None]
    assert not missing, f"candidate lacks {missing}"
    assert 0 <= candidate["ra"] < 360 and -90 <= candidate["dec"] <= 90
    assert candidate["sigmapsf"] <= 1.0857362 / 5 + 1e-6, "less than five standard deviations"
    assert candidate["jdstarthist"] <= candidate["jd"]
    assert candidate["ndethist"] <= candidate["ncovhist"]
    times = [row["jd"] for row in record["prv_candidates"] or []]
    assert times == sorted(times) and all(candidate["jd"] - 30 < t < candidate["jd"] for t in times)
    for name in ("cutoutScience", "cutoutTemplate", "cutoutDifference"):
        if record[name]:
            pixels = image(record[name]["stampData"])
            assert pixels.shape == (63, 63), pixels.shape
    if record["cutoutDifference"] and candidate["drb"] > 0.5 and candidate["magpsf"] < 18:
        middle = image(record["cutoutDifference"]["stampData"])[28:35, 28:35]
        peak = middle.max() if candidate["isdiffpos"] == "t" else -middle.min()
        assert peak > 20, f"no source in the difference image: {peak}"
    return record["candid"], record["objectId"], candidate["jd"]


def check_lsst(record):
    source = record["diaSource"]
    assert record["diaSourceId"] == source["diaSourceId"]
    assert math.isclose(source["snr"], abs(source["psfFlux"]) / source["psfFluxErr"], rel_tol=1e-5)
    if record["ssSource"]:
        assert source["diaObjectId"] == 0 and record["diaObject"] is None
        assert source["ssObjectId"] == record["ssSource"]["ssObjectId"] != 0
        identity = f"sso:{source['ssObjectId']}"
    else:
        identity = record["diaObject"]["diaObjectId"]
        assert source["diaObjectId"] == identity
    for row in record["prvDiaSources"] or []:
        assert row["midpointMjdTai"] < source["midpointMjdTai"] and row["diaObjectId"] == identity
    for name in ("cutoutScience", "cutoutTemplate", "cutoutDifference"):
        if record[name]:
            assert image(record[name]).shape == (30, 30)
    return record["diaSourceId"], identity, source["midpointMjdTai"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    default = pathlib.Path(__file__).resolve().parents[2] / "Schemas"
    parser.add_argument("--schemas", type=pathlib.Path, default=default)
    options = parser.parse_args()

    ztf = to_parsing_canonical_form(json.loads((options.schemas / "ztf" / "ztf.v4_02.alert.avsc").read_text()))
    seen = set()
    measurements = {}
    count = collections.Counter()
    for path in sorted(options.folder.iterdir()):
        for schema, record in records(path, options.schemas):
            validate(record, schema, raise_errors=True)
            survey = "ztf" if schema["name"].startswith("ztf") else "lsst"
            if survey == "ztf":
                assert to_parsing_canonical_form(schema) == ztf, f"{path}: another schema"
            alert, identity, _ = (check_ztf if survey == "ztf" else check_lsst)(record)
            assert (survey, alert) not in seen, f"{path}: {alert} came before"
            seen.add((survey, alert))
            count[survey] += 1
            count["history"] += remember(measurements, survey, record, path)
    if not seen:
        sys.exit(f"{options.folder}: no packets")
    print(f"{count['ztf']} ZTF and {count['lsst']} LSST packets are well; {count['history']} measurements agree")


def remember(measurements, survey, record, path):
    """One measurement has the same values in every packet that holds it; returns how many were seen before."""
    if survey == "ztf":
        rows = [record["candidate"]] + [r for r in record["prv_candidates"] or [] if r["candid"] is not None]
        facts = [(r["candid"], (record["objectId"], r["jd"], r["magpsf"], r["ra"], r["isdiffpos"])) for r in rows]
    else:
        rows = [record["diaSource"]] + (record["prvDiaSources"] or [])
        facts = [(r["diaSourceId"], (r["diaObjectId"], r["midpointMjdTai"], r["psfFlux"], r["ra"])) for r in rows]
    known = 0
    for identity, values in facts:
        before = measurements.setdefault(identity, values)
        assert before == values, f"{path}: measurement {identity} is {values}, was {before}"
        known += before is not values
    return known


if __name__ == "__main__":
    main()
