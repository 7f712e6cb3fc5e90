#!/usr/bin/env python3
"""Compares `trifid decode` with an independent reading of the same files by fastavro and numpy.

    compare_decode.py PROGRAM FILE... [--schemas DIR] [--arguments "decode"]

PROGRAM is run once over all FILEs and must print one JSON object an alert, in order. Every field of the alert is
recomputed here from the packet as fastavro reads it; times, ids, flags and counts must be equal, fluxes within 1e-11.
Needs fastavro and numpy. Exit status 0 only if everything agrees.
"""
import argparse
import io
import json
import math
import os
import re
import struct
import subprocess
import sys

import fastavro
import numpy as np

REFERENCE_RADIUS = 1.4
SOLAR_SYSTEM_RADIUS = 5.0
PIXEL_SCALE = 1.0127
NO_VALUE = (-999.0, -99999.0)


# ---- reading

def load_schema(folder, schema_id):
    """The LSST schema of a registry id (major x 100 + minor) from one file, or from files that name each other."""
    major, minor = divmod(schema_id, 100)
    name = f"lsst.v{major}_{minor}.alert.avsc"
    whole = os.path.join(folder, name)
    split = os.path.join(folder, str(major), str(minor), name)
    return fastavro.schema.load_schema(whole if os.path.exists(whole) else split)


def packets(path, schemas):
    """Yields (writer schema, record) of a container or of a framed message."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] == b"Obj\x01":
        reader = fastavro.reader(io.BytesIO(data))
        for record in reader:
            yield reader.writer_schema, record
    elif data[:1] == b"\x00":
        (schema_id,) = struct.unpack(">i", data[1:5])
        schema = load_schema(schemas, schema_id)
        yield schema, fastavro.schemaless_reader(io.BytesIO(data[5:]), schema, None)
    else:
        raise ValueError(f"{path}: neither a container nor a framed message")


# ---- values

def finite(value):
    return value is not None and math.isfinite(value)


def known(value):
    """A ZTF value, None for null, NaN and the sentinels."""
    return value if finite(value) and value not in NO_VALUE else None


def number(value):
    """A flux as JSON has it: null where unknown."""
    return float(value) if finite(value) else None


def njy(magnitude):
    """The flux of an AB magnitude; NaN where it is no finite number."""
    with np.errstate(over="ignore"):
        flux = np.power(10.0, (31.4 - np.float64(magnitude)) / 2.5)
    return flux if np.isfinite(flux) else np.float64(math.nan)


def positive(value):
    return value if finite(value) and value >= 0 else math.nan


def text(value):
    if value is None or value == "" or value.lower() in ("null", "none", "nan", "-999", "-999.0"):
        return None
    return value


def flux_of_magnitude(magnitude, sigma):
    flux = njy(magnitude)
    return flux, flux * sigma * math.log(10) / 2.5


def point(mjd, band, difference, total):
    return {"mjd": mjd, "band": band or None, "flux": number(difference[0]), "fluxErr": number(difference[1]),
            "totalFlux": number(total[0]), "totalFluxErr": number(total[1])}


UNKNOWN = (math.nan, math.nan)


# ---- ZTF

def ztf_total(difference, row, scale):
    magnitude, distance = known(row.get("magnr")), known(row.get("distnr"))
    if magnitude is None or distance is None or not 0 <= distance * scale <= REFERENCE_RADIUS:
        return UNKNOWN
    sigma = known(row.get("sigmagnr"))
    reference = flux_of_magnitude(magnitude, positive(sigma))
    return reference[0] + difference[0], math.sqrt(reference[1] ** 2 + difference[1] ** 2)


def ztf_detection(row):
    sign = {"t": 1, "T": 1, "1": 1, "f": -1, "F": -1, "0": -1}.get((row.get("isdiffpos") or "?")[0])
    difference = UNKNOWN
    if sign is not None:
        flux, error = flux_of_magnitude(row["magpsf"], positive(known(row["sigmapsf"])))
        difference = (sign * flux, error)
    return point(row["jd"] - 2400000.5, ztf_band(row["fid"]), difference, ztf_total(difference, row, PIXEL_SCALE))


def ztf_forced(row):
    counts, zero = known(row.get("forcediffimflux")), known(row.get("magzpsci"))
    if counts is None or zero is None:
        return None
    difference = (counts * njy(zero), positive(known(row["forcediffimfluxunc"])) * njy(zero))
    return point(row["jd"] - 2400000.5, ztf_band(row["fid"]), difference, ztf_total(difference, row, 1.0))


def ztf_band(fid):
    return {1: "g", 2: "r", 3: "i"}.get(fid, f"fid{fid}")


def ztf(schema, packet):
    candidate = packet["candidate"]
    detections, limits, forced = [], [], []
    for row in packet["prv_candidates"] or []:
        if known(row.get("magpsf")) is not None:
            if row.get("candid") != packet["candid"]:
                detections.append(ztf_detection(row))
        elif row.get("forcediffimflux") is None and known(row["diffmaglim"]) is not None \
                and finite(njy(row["diffmaglim"])):
            limits.append({"mjd": row["jd"] - 2400000.5, "band": ztf_band(row["fid"]),
                           "limit": float(njy(row["diffmaglim"]))})
    detections.append(ztf_detection(candidate))
    for row in (packet["prv_candidates"] or []) + (packet.get("fp_hists") or []):
        value = ztf_forced(row)
        if value:
            forced.append(value)

    def distance(value):
        value = known(value)
        return value if value is not None and value >= 0 else None

    star, reference, solar = distance(candidate.get("distpsnr1")), distance(candidate.get("distnr")), None
    solar_distance = distance(candidate.get("ssdistnr"))
    if solar_distance is not None and solar_distance <= SOLAR_SYSTEM_RADIUS and text(candidate.get("ssnamenr")):
        solar = {"name": text(candidate["ssnamenr"]), "distance": solar_distance,
                 "magnitude": known(candidate.get("ssmagnr"))}
    score = candidate.get("sgscore1", candidate.get("sgscore"))
    return {
        "survey": "ztf", "alertId": str(packet["candid"]), "objectId": packet["objectId"], "ra": candidate["ra"],
        "dec": candidate["dec"], "mjd": candidate["jd"] - 2400000.5, "timeScale": "utc-start",
        "band": ztf_band(candidate["fid"]), "detections": detections, "forced": forced, "upperLimits": limits,
        "quality": {"realBogus": known(candidate.get("rb")), "deepRealBogus": known(candidate.get("drb")),
                    "reliability": None, "signalToNoise": single(known(candidate.get("scorr")))},
        "context": {
            "nearestStar": None if star is None else {"distance": star, "starGalaxyScore": known(score)},
            "referenceSource": None if reference is None else {
                "distance": single(reference * PIXEL_SCALE), "magnitude": known(candidate.get("magnr"))},
            "gaiaDistance": distance(candidate.get("neargaia")), "extendedness": None, "solarSystem": solar},
        "schemaVersion": packet.get("schemavsn") or schema.get("version"),
    }


def single(value):
    return None if value is None else float(np.float32(value))


# ---- LSST and ELAsTiCC

def unpacked_designation(name):
    """The Minor Planet Center's packed provisional designations, as real packets hold them: K20S88J is 2020 SJ88."""
    packed = re.fullmatch(r"([IJKL])(\d\d)([A-HJ-Y])([0-9A-Za-z])(\d)([A-HJ-Z])", name)
    if not packed:
        return name
    century, year, half, tens, units, letter = packed.groups()
    ten = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".index(tens)
    return f"{'IJKL'.index(century) + 18}{year} {half}{letter}{10 * ten + int(units) or ''}"


def lsst(schema, packet):
    source = packet["diaSource"]
    alert_id = packet.get("diaSourceId", source["diaSourceId"])

    def measured(row):
        return point(row["midpointMjdTai"], row["band"],
                     (row["psfFlux"], positive(row["psfFluxErr"])),
                     (row.get("scienceFlux"), positive(row.get("scienceFluxErr"))))

    def valid(row):
        return row.get("timeWithdrawnMjdTai") is None

    detections = [measured(row) for row in packet["prvDiaSources"] or []
                  if valid(row) and row["diaSourceId"] != alert_id] + [measured(source)]
    forced = [measured(row) for row in packet["prvDiaForcedSources"] or [] if valid(row)]
    forced = [row for row in forced if row["flux"] is not None or row["totalFlux"] is not None]
    limits = [{"mjd": row["midpointMjdTai"], "band": row["band"], "limit": 5 * row["diaNoise"]}
              for row in packet.get("prvDiaNondetectionLimits") or []]
    object_id, solar_id = source["diaObjectId"] or 0, source["ssObjectId"] or 0
    solar = None
    if solar_id:
        ss = packet.get("ssSource") or {}
        orbit = packet.get("mpc_orbits") or packet.get("MPCORB") or {}
        name = ss.get("designation") or orbit.get("designation") or orbit.get("mpcDesignation") or str(solar_id)
        name = unpacked_designation(name)
        separation = ss.get("ephOffset")
        if separation is None and ss.get("residualRa") is not None:
            separation = 3600 * math.hypot(
                ss["residualRa"] * math.cos(math.radians(source["dec"])), ss["residualDec"])
        magnitude = ss.get("ephVmag", ss.get("predictedVMagnitude"))
        solar = {"name": name, "distance": single(separation), "magnitude": magnitude if magnitude else None}
    version = re.fullmatch(r"lsst\.v(\d+)_(\d+)\.alert", full_name(schema))
    return {
        "survey": "lsst", "alertId": str(alert_id),
        "objectId": str(object_id) if object_id else f"sso:{solar_id}" if solar_id else f"source:{alert_id}",
        "ra": source["ra"], "dec": source["dec"], "mjd": source["midpointMjdTai"], "timeScale": "tai-middle",
        "band": source["band"], "detections": detections, "forced": forced, "upperLimits": limits,
        "quality": {"realBogus": None, "deepRealBogus": None, "reliability": number(source["reliability"]),
                    "signalToNoise": number(source["snr"])},
        "context": {"nearestStar": None, "referenceSource": None, "gaiaDistance": None,
                    "extendedness": number(source["extendedness"]), "solarSystem": solar},
        "schemaVersion": ".".join(version.groups()),
    }


def full_name(schema):
    name = schema["name"]
    return name if "." in name or not schema.get("namespace") else schema["namespace"] + "." + name


def elasticc(schema, packet):
    source = packet["diaSource"]
    scale = 10 ** ((31.4 - 27.5) / 2.5)

    def scaled(value):
        return math.nan if value is None else value * scale

    def measured(row):
        return point(row["midPointTai"], row["filterName"], (scaled(row["psFlux"]), positive(scaled(row["psFluxErr"]))),
                     (scaled(row.get("totFlux")), positive(scaled(row.get("totFluxErr")))))

    detections = [measured(row) for row in packet["prvDiaSources"] or []
                  if row["diaSourceId"] != source["diaSourceId"]] + [measured(source)]
    return {
        "survey": "elasticc", "alertId": str(source["diaSourceId"]),
        "objectId": str(source["diaObjectId"]) if source["diaObjectId"] else f"source:{source['diaSourceId']}",
        "ra": source["ra"], "dec": source["decl"], "mjd": source["midPointTai"], "timeScale": "tai-middle",
        "band": source["filterName"], "detections": detections,
        "forced": [measured(row) for row in packet["prvDiaForcedSources"] or []],
        "upperLimits": [{"mjd": row["midPointTai"], "band": row["filterName"], "limit": 5 * scaled(row["diaNoise"])}
                        for row in packet.get("prvDiaNondetectionLimits") or []],
        "quality": {"realBogus": None, "deepRealBogus": None, "reliability": None,
                    "signalToNoise": number(source["snr"])},
        "context": {"nearestStar": None, "referenceSource": None, "gaiaDistance": None, "extendedness": None,
                    "solarSystem": None},
        "schemaVersion": re.fullmatch(r"elasticc\.v([\d_]+)\.alert", full_name(schema)).group(1).replace("_", "."),
    }


def expected(schema, packet):
    name = full_name(schema)
    alert = (ztf if name == "ztf.alert" else lsst if name.startswith("lsst.") else elasticc)(schema, packet)
    lists = ("detections", "forced", "upperLimits")
    for key in lists:
        alert[key].sort(key=lambda row: row["mjd"])
    flags = []
    if alert["context"]["solarSystem"]:
        flags.append("solar-system")
    if any(row["mjd"] > alert["mjd"] for key in lists for row in alert[key]):
        flags.append("history-after-alert")
    alert["flags"] = flags
    return alert


# ---- comparing

FLUXES = {"flux", "fluxErr", "totalFlux", "totalFluxErr", "limit"}


def differences(path, want, have, key=None):
    if isinstance(want, dict) and isinstance(have, dict):
        if set(want) != set(have):
            yield f"{path}: keys {sorted(set(want) ^ set(have))}"
        for name in want.keys() & have.keys():
            yield from differences(f"{path}.{name}", want[name], have[name], name)
    elif isinstance(want, list) and isinstance(have, list):
        if len(want) != len(have):
            yield f"{path}: {len(have)} instead of {len(want)}"
        for row, (a, b) in enumerate(zip(want, have)):
            yield from differences(f"{path}[{row}]", a, b)
    elif key in FLUXES and want is not None and have is not None:
        scale = 1e-11 * abs(want)
        if key == "totalFlux":
            scale += 1e-6  # reference and difference may nearly cancel
        if abs(want - have) > scale:
            yield f"{path}: {have!r} instead of {want!r}"
    elif key == "distance" and want is not None and have is not None:
        if abs(want - have) > 1e-6 * abs(want):
            yield f"{path}: {have!r} instead of {want!r}"
    elif want != have:
        yield f"{path}: {have!r} instead of {want!r}"


def compare(command, files, schemas=None):
    """Runs `command` over all files at once; returns the alerts as they should be and the lines that tell what differs.

    The lists of points are left out of what is returned, their lengths put in their place.
    """
    if schemas:
        command = [*command, "--schemas", str(schemas)]
    output = subprocess.run([*command, *map(str, files)], stdout=subprocess.PIPE, check=False)
    lines = iter(output.stdout.splitlines())
    alerts, found = [], []
    for path in files:
        for schema, packet in packets(path, schemas):
            line = next(lines, None)
            if line is None:
                found.append(f"{path}: the program printed {len(alerts)} alerts only")
                break
            want, have = expected(schema, packet), json.loads(line)
            found += differences(f"{os.path.basename(path)} {want['alertId']}", want, have)
            alerts.append(want | {key: len(want[key]) for key in ("detections", "forced", "upperLimits")})
    rest = sum(1 for _ in lines)
    if rest:
        found.append(f"{rest} lines more than there are alerts")
    if output.returncode:
        found.append(f"the program ended with status {output.returncode}")
    return alerts, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--schemas", help="folder of LSST schemas by major and minor version")
    parser.add_argument("--arguments", default="decode", help="arguments before the files")
    options = parser.parse_args()
    command = [options.program] + options.arguments.split()
    alerts, found = compare(command, options.files, options.schemas)
    print("\n".join(found[:100]), end="\n" if found else "")
    points = sum(alert[key] for alert in alerts for key in ("detections", "forced", "upperLimits"))
    print(f"{len(alerts)} alerts with {points} points compared, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
