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


def point(mjd, band, difference, total, *, id=None, score=None, kind=None, flags=(), withdrawn=False, program=None):
    return {"id": str(id) if id else None, "mjd": mjd, "band": band or None, "flux": number(difference[0]),
            "fluxErr": number(difference[1]), "totalFlux": number(total[0]), "totalFluxErr": number(total[1]),
            "score": score, "scoreKind": kind if score is not None else None, "flags": list(flags),
            "withdrawn": withdrawn, "programId": program, "chosen": True}


def limit(mjd, band, value, program=None):
    return {"mjd": mjd, "band": band, "limit": value, "programId": program, "chosen": True}


def plausible(mjd):
    return finite(mjd) and 47892 <= mjd < 88069


def has_flux(row):
    return row["flux"] is not None or row["totalFlux"] is not None


def separation(center, ra, dec):
    """Degrees, infinite where the row has no position."""
    if not finite(ra) or not finite(dec):
        return math.inf
    return math.hypot(math.remainder(ra - center[0], 360) * math.cos(math.radians(center[1])), dec - center[1])


UNKNOWN = (math.nan, math.nan)


# ---- ZTF

def ztf_total(difference, row, scale):
    magnitude, distance = known(row.get("magnr")), known(row.get("distnr"))
    if magnitude is None or distance is None or not 0 <= distance * scale <= REFERENCE_RADIUS:
        return UNKNOWN
    sigma = known(row.get("sigmagnr"))
    reference = flux_of_magnitude(magnitude, positive(sigma))
    return reference[0] + difference[0], math.sqrt(reference[1] ** 2 + difference[1] ** 2)


def ztf_program(row):
    return row.get("programid")


def ztf_detection(row, score, kind, symbol_id):
    sign = {"t": 1, "T": 1, "1": 1, "f": -1, "F": -1, "0": -1}.get((row.get("isdiffpos") or "?")[0])
    difference = UNKNOWN
    if sign is not None:
        flux, error = flux_of_magnitude(row["magpsf"], positive(known(row["sigmapsf"])))
        difference = (sign * flux, error)
    return point(row["jd"] - 2400000.5, ztf_band(row["fid"]), difference, ztf_total(difference, row, PIXEL_SCALE),
                 id=symbol_id, score=score, kind=kind, program=ztf_program(row))


PROCSTATUS = (55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 255)
PROCSTATUS_FATAL = {61, 63, 64, 65, 255}


def ztf_forced(row):
    counts, zero = known(row.get("forcediffimflux")), known(row.get("magzpsci"))
    if counts is None or zero is None:
        return None
    codes = {int(code) for code in re.findall(r"\d+", row.get("procstatus") or "")}
    if codes & PROCSTATUS_FATAL:
        return None
    difference = (counts * njy(zero), positive(known(row["forcediffimfluxunc"])) * njy(zero))
    return point(row["jd"] - 2400000.5, ztf_band(row["fid"]), difference, ztf_total(difference, row, 1.0),
                 flags=[f"procstatus{code}" for code in PROCSTATUS if code in codes], program=ztf_program(row))


def ztf_band(fid):
    return {1: "g", 2: "r", 3: "i"}.get(fid, f"fid{fid}")


def ztf_context(candidate, rows):
    def distance(value):
        value = known(value)
        return value if value is not None and value >= 0 else None

    nearest = []
    for number_ in "123":
        near = distance(candidate.get("distpsnr" + number_))
        if near is None:
            break
        score = known(candidate.get("sgscore" + number_))
        # Exactly 0.5 stands for a source without a score.
        nearest.append({"distance": near,
                        "starGalaxyScore": score if score is not None and 0 <= score <= 1 and score != 0.5 else None})

    def gaia(suffix):
        near = distance(candidate.get("neargaia" + suffix))
        return None if near is None else {"distance": near, "magnitude": known(candidate.get("maggaia" + suffix))}

    reference, solar = distance(candidate.get("distnr")), None
    solar_distance, star = distance(candidate.get("ssdistnr")), distance(candidate.get("distpsnr1"))
    name = text(candidate.get("ssnamenr"))
    if name and solar_distance is not None and solar_distance < SOLAR_SYSTEM_RADIUS \
            and (star is None or star > solar_distance) and rows <= 5 and (candidate.get("ndethist") or 0) <= 5:
        solar = {"name": unpacked_designation(name), "distance": solar_distance, "magnitude": known(candidate.get("ssmagnr"))}
    first = candidate.get("jdstarthist")
    return {
        "nearestSources": nearest,
        "referenceSource": None if reference is None else {
            "distance": single(reference * PIXEL_SCALE), "magnitude": known(candidate.get("magnr")),
            "chi": known(candidate.get("chinr")), "sharpness": known(candidate.get("sharpnr"))},
        "gaia": gaia(""), "brightGaia": gaia("bright"),
        "detectionCount": candidate.get("ndethist"), "coverageCount": candidate.get("ncovhist"),
        "firstDetectionMjd": None if first is None or not plausible(first - 2400000.5) else first - 2400000.5,
        "extendedness": None, "trail": None, "dipole": None, "solarSystem": solar}


def ztf(schema, packet):
    candidate = packet["candidate"]
    detections, limits, forced, unreadable, places = [], [], [], 0, {}
    for row in packet["prv_candidates"] or []:
        mjd = row["jd"] - 2400000.5
        if not plausible(mjd):
            unreadable += 1
        elif known(row.get("magpsf")) is not None:
            if row.get("candid") == packet["candid"]:
                continue
            detection = ztf_detection(row, known(row.get("rb")), "real-bogus", row.get("candid"))
            if has_flux(detection):
                detections.append(detection)
                places.setdefault(detection["id"], (row.get("ra"), row.get("dec")))
            else:
                unreadable += 1
        elif row.get("forcediffimflux") is None:
            value = known(row["diffmaglim"])
            if value is not None and finite(njy(value)):
                limits.append(limit(mjd, ztf_band(row["fid"]), float(njy(value)), ztf_program(row)))
            else:
                unreadable += 1
    rb, drb = known(candidate.get("rb")), known(candidate.get("drb"))
    score, kind = (drb, "deep-real-bogus") if drb is not None else (rb, "real-bogus")
    own = ztf_detection(candidate, score, kind, packet["candid"])
    detections.append(own)
    for row in (packet["prv_candidates"] or []) + (packet.get("fp_hists") or []):
        value = ztf_forced(row)
        if value and plausible(value["mjd"]) and value["flux"] is not None:
            forced.append(value)
        elif value:
            unreadable += 1
    distance = known(candidate.get("distnr"))
    at_reference = distance is not None and 0 <= distance * PIXEL_SCALE <= REFERENCE_RADIUS
    seconds = known(candidate.get("exptime")) or 30.0
    mjd = candidate["jd"] - 2400000.5
    return {
        "survey": "ztf", "alertId": str(packet["candid"]), "objectId": packet["objectId"], "ra": candidate["ra"],
        "dec": candidate["dec"], "mjd": mjd, "timeScale": "utc-start",
        # TAI - UTC: 36 s from July 2015 on, 37 s from 2017 on.
        "mjdTai": mjd + ((37 if mjd >= 57754 else 36) + seconds / 2) / 86400, "programId": ztf_program(candidate),
        "band": ztf_band(candidate["fid"]), "detections": detections, "forced": forced, "upperLimits": limits,
        "unreadableRows": unreadable, "places": places, "dubious": own["flux"] < 0 and not at_reference,
        "quality": {"realBogus": rb, "realBogusVersion": text(candidate.get("rbversion")), "deepRealBogus": drb,
                    "deepRealBogusVersion": text(candidate.get("drbversion")), "reliability": None,
                    "reliabilityVersion": None, "signalToNoise": single(known(candidate.get("scorr"))), "flags": []},
        "context": ztf_context(candidate, len(detections)),
        "schemaVersion": packet.get("schemavsn") or schema.get("version"),
    }


def single(value):
    return None if value is None else float(np.float32(value))


# ---- LSST and ELAsTiCC

# The order in which flags go out; the first ten make a detection bogus.
LSST_FLAGS = (
    "psfFlux_flag isDipole pixelFlags_bad shape_flag forced_PsfFlux_flag apFlux_flag centroid_flag "
    "pixelFlags_interpolated pixelFlags_cr forced_PsfFlux_flag_edge psfFlux_flag_edge psfFlux_flag_noGoodPixels "
    "forced_PsfFlux_flag_noGoodPixels apFlux_flag_apertureTruncated trail_flag_edge pixelFlags pixelFlags_crCenter "
    "pixelFlags_edge pixelFlags_nodata pixelFlags_nodataCenter pixelFlags_interpolatedCenter pixelFlags_offimage "
    "pixelFlags_saturated pixelFlags_saturatedCenter pixelFlags_suspect pixelFlags_suspectCenter pixelFlags_streak "
    "pixelFlags_streakCenter pixelFlags_injected pixelFlags_injectedCenter pixelFlags_injected_template "
    "pixelFlags_injected_templateCenter glint_trail").split()
BOGUS_FLAGS = set(LSST_FLAGS[:10])
BOGUS_BELOW = {"real-bogus": np.float32(0.55), "deep-real-bogus": np.float32(0.5), "reliability": np.float32(0.5)}
NO_QUALITY = dict.fromkeys(("realBogus", "realBogusVersion", "deepRealBogus", "deepRealBogusVersion", "reliability",
                            "reliabilityVersion", "signalToNoise")) | {"flags": []}
NO_CONTEXT = dict.fromkeys(("referenceSource", "gaia", "brightGaia", "detectionCount", "coverageCount",
                            "firstDetectionMjd", "extendedness", "trail", "dipole", "solarSystem")) | {
                                "nearestSources": []}

def unpacked_designation(name):
    """The Minor Planet Center's packed provisional designations, as real packets hold them: K20S88J is 2020 SJ88."""
    numbered = re.fullmatch(r"\((\d+)\).*", name)
    if numbered:
        return numbered.group(1)
    packed = re.fullmatch(r"([IJKL])(\d\d)([A-HJ-Y])([0-9A-Za-z])(\d)([A-HJ-Z])", name)
    if not packed:
        return name
    century, year, half, tens, units, letter = packed.groups()
    ten = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".index(tens)
    return f"{'IJKL'.index(century) + 18}{year} {half}{letter}{10 * ten + int(units) or ''}"


def lsst(schema, packet):
    source = packet["diaSource"]
    alert_id = packet.get("diaSourceId", source["diaSourceId"])

    def measured(row, kind="diaSourceId", own=False):
        flags = [] if kind != "diaSourceId" else [name for name in LSST_FLAGS if row.get(name)]
        withdrawn = row.get("timeWithdrawnMjdTai")
        return point(row["midpointMjdTai"], row["band"],
                     UNKNOWN if kind == "diaForcedSourceId" and row["psfFlux"] == 0
                     else (row["psfFlux"], positive(row["psfFluxErr"])),
                     (row.get("scienceFlux"), positive(row.get("scienceFluxErr"))),
                     id=row[kind], score=number(row.get("reliability")), kind="reliability", flags=flags,
                     withdrawn=not own and withdrawn is not None and not math.isnan(withdrawn))

    rows = [measured(row) for row in packet["prvDiaSources"] or [] if row["diaSourceId"] != alert_id]
    unreadable = sum(1 for row in rows if not plausible(row["mjd"]) or not (has_flux(row) or row["withdrawn"]))
    detections = [row for row in rows if plausible(row["mjd"]) and (has_flux(row) or row["withdrawn"])]
    detections.append(measured(source, own=True) | {"id": str(alert_id)})
    places = {str(row["diaSourceId"]): (row["ra"], row["dec"]) for row in packet["prvDiaSources"] or []}
    rows = [measured(row, "diaForcedSourceId") for row in packet["prvDiaForcedSources"] or []]
    unreadable += sum(1 for row in rows if not plausible(row["mjd"]))
    forced = [row for row in rows if plausible(row["mjd"]) and (has_flux(row) or row["withdrawn"])]
    limits = [limit(row["midpointMjdTai"], row["band"], 5 * row["diaNoise"])
              for row in packet.get("prvDiaNondetectionLimits") or []]
    object_ = packet.get("diaObject") or {}
    first = object_.get("firstDiaSourceMjdTai")

    def fit(name, names):
        if not finite(source.get(name + "Length")):
            return None
        values = {key: number(source.get(name + field)) for key, field in names.items()} | {
            "dataCount": source.get(name + "Ndata")}
        # Never filled: 0 stands for nothing.
        return values | {key: values[key] or None for key in ("fluxDifference", "dataCount") if key in values}

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
    count = object_.get("nDiaSources")
    version = re.fullmatch(r"lsst\.v(\d+)_(\d+)\.alert", full_name(schema))
    return {
        "survey": "lsst", "alertId": str(alert_id),
        "objectId": str(object_id) if object_id else f"sso:{solar_id}" if solar_id else f"source:{alert_id}",
        "ra": source["ra"], "dec": source["dec"], "mjd": source["midpointMjdTai"], "timeScale": "tai-middle",
        "mjdTai": source["midpointMjdTai"], "programId": None,
        "band": source["band"], "detections": detections, "forced": forced, "upperLimits": limits,
        "unreadableRows": unreadable, "places": places, "dubious": False,
        "quality": NO_QUALITY | {"reliability": number(source["reliability"]), "signalToNoise": number(source["snr"]),
                                 "reliabilityVersion": text(source.get("reliabilityVersion")),
                                 "flags": [name for name in LSST_FLAGS if source.get(name)]},
        "context": NO_CONTEXT | {
            # Packets made from the schema alone hold any integer: a negative count is none.
            "detectionCount": count if count is not None and count >= 0 else None,
            "firstDetectionMjd": first if plausible(first) else None,
            "extendedness": number(source["extendedness"]), "solarSystem": solar,
            "trail": fit("trail", {"flux": "Flux", "length": "Length", "angle": "Angle", "chi2": "Chi2"}),
            "dipole": fit("dipole", {"meanFlux": "MeanFlux", "fluxDifference": "FluxDiff", "length": "Length",
                                     "angle": "Angle", "chi2": "Chi2"})},
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

    def total(row):
        value, error = row.get("totFlux"), row.get("totFluxErr")
        return UNKNOWN if (value, error) == (-1, 1) else (scaled(value), positive(scaled(error)))

    def measured(row, kind="diaSourceId"):
        return point(row["midPointTai"], row["filterName"], (scaled(row["psFlux"]), positive(scaled(row["psFluxErr"]))),
                     total(row), id=row[kind])

    history = packet["prvDiaSources"] or []
    detections = [measured(row) for row in history
                  if row["diaSourceId"] != source["diaSourceId"]] + [measured(source)]
    return {
        "survey": "elasticc", "alertId": str(source["diaSourceId"]),
        "objectId": str(source["diaObjectId"]) if source["diaObjectId"] else f"source:{source['diaSourceId']}",
        "ra": source["ra"], "dec": source["decl"], "mjd": source["midPointTai"], "timeScale": "tai-middle",
        "mjdTai": source["midPointTai"], "programId": None,
        "band": source["filterName"], "detections": detections,
        "forced": [measured(row, "diaForcedSourceId") for row in packet["prvDiaForcedSources"] or []],
        "upperLimits": [limit(row["midPointTai"], row["filterName"], 5 * scaled(row["diaNoise"]))
                        for row in packet.get("prvDiaNondetectionLimits") or []],
        "unreadableRows": 0, "places": {str(row["diaSourceId"]): (row["ra"], row["decl"]) for row in history},
        "dubious": False,
        "quality": NO_QUALITY | {"signalToNoise": single(source["psFlux"] / source["psFluxErr"])},
        "context": NO_CONTEXT,
        "schemaVersion": re.fullmatch(r"elasticc\.v([\d_]+)\.alert", full_name(schema)).group(1).replace("_", "."),
    }


# ---- one exposure, one point

def rank(row):
    """Orders rivals of one kind that nothing else tells apart."""
    values = [row.get(key) for key in ("flux", "limit", "fluxErr", "totalFlux", "totalFluxErr")]
    return (int(row.get("id") or 0), [-math.inf if value is None else value for value in values])


def choose(alert, kind, rows):
    """Marks in each exposure the point that the packet chooses."""
    groups = {}
    for row in rows:
        groups.setdefault((row["band"], row["mjd"]), []).append(row)
    for rivals in groups.values():
        if len(rivals) == 1:
            continue

        def order(row):
            away = 0.0
            if kind == "detections":
                away = separation((alert["ra"], alert["dec"]), *alert["places"].get(row["id"], (None, None)))
            own = kind == "detections" and row["id"] == alert["alertId"]
            return (not row.get("withdrawn", False), own, -away, rank(row))

        best = max(rivals, key=order)
        for row in rivals:
            row["chosen"] = row is best


def light_curve(alert):
    """One point an exposure: the own detection, else a detection of good quality, else forced, else a limit."""
    exposures = {}
    for kind in ("upperLimits", "forced", "detections"):
        for row in alert[kind]:
            if row["mjd"] > alert["mjd"] or not row["chosen"] or row.get("withdrawn"):
                continue
            own = kind == "detections" and row["id"] == alert["alertId"]
            if kind == "detections" and not own:
                score = row["score"]
                if BOGUS_FLAGS & set(row["flags"]) or score is not None and score < BOGUS_BELOW[row["scoreKind"]]:
                    continue
            name = {"upperLimits": "upper-limit", "forced": "forced", "detections": "detection"}[kind]
            entry = {"mjd": row["mjd"], "band": row["band"], "kind": name}
            exposures[row["band"], row["mjd"]] = entry | ({} if name == "upper-limit" else {"id": row["id"]})
    return [exposures[key] for key in sorted(exposures, key=lambda key: (key[1], (key[0] or "")[::-1]))]


def galactic_latitude(ra, dec):
    ra, dec, pole = math.radians(ra - 192.85948), math.radians(dec), math.radians(27.12825)
    return math.degrees(math.asin(math.sin(dec) * math.sin(pole) + math.cos(dec) * math.cos(pole) * math.cos(ra)))


def expected(schema, packet):
    name = full_name(schema)
    alert = (ztf if name == "ztf.alert" else lsst if name.startswith("lsst.") else elasticc)(schema, packet)
    lists = ("detections", "forced", "upperLimits")
    for key in lists:
        alert[key].sort(key=lambda row: row["mjd"])
        choose(alert, key, alert[key])
    alert["lightCurve"] = light_curve(alert)
    alert["galacticLatitude"] = galactic_latitude(alert["ra"], alert["dec"])
    del alert["places"]
    flags = []
    if alert["context"]["solarSystem"]:
        flags.append("solar-system")
    if any(row["mjd"] > alert["mjd"] for key in lists for row in alert[key]):
        flags.append("history-after-alert")
    if alert.pop("dubious"):
        flags.append("dubious")
    if alert["unreadableRows"]:
        flags.append("history-unreadable")
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
    elif key in ("distance", "galacticLatitude", "mjdTai") and want is not None and have is not None:
        scale = {"distance": 1e-6 * abs(want), "galacticLatitude": 1e-9, "mjdTai": 1e-10}[key]
        if abs(want - have) > scale:
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
