"""The light curve that an annotated alert must carry, from its packet as fastavro reads it.

Written from the published rules (README, "What goes out"), not from the program: the packet's points up to the alert's
time, one an exposure (band, time to the bit): the alert's own detection, else a detection, else forced photometry, else an
upper limit; of rival detections the nearest to the alert's position, else the highest id, else the
larger values. Of a public alert only public
points.
"""

import math
import struct

import numpy as np

NO_VALUE = (-999.0, -99999.0)
PIXEL_SCALE, REFERENCE_RADIUS = 1.0127, 1.4
UNKNOWN = (math.nan, math.nan)
EARLIEST, LATEST = 47892, 88069
FATAL = {"61", "63", "64", "65", "255"}
CODES = {"55", "56", "57", "58", "59", "60", "61", "62", "63", "64", "65", "255"}
NO_QUALITY = {"isNegative", "dipoleFitAttempted"}
RANK = {"detection": 0, "forced": 1, "upper-limit": 2}


def full_name(schema):
    name = schema["name"]
    return name if "." in name or not schema.get("namespace") else schema["namespace"] + "." + name


def finite(value):
    return value is not None and math.isfinite(value)


def known(value):
    """A ZTF value, None for null, NaN and the sentinels."""
    return value if finite(value) and value not in NO_VALUE else None


def njy(magnitude):
    with np.errstate(over="ignore"):
        flux = np.power(10.0, (31.4 - np.float64(magnitude)) / 2.5)
    return flux if np.isfinite(flux) else np.float64(math.nan)


def positive(value):
    return value if finite(value) and value >= 0 else math.nan


def flux_of_magnitude(magnitude, sigma):
    flux = njy(magnitude)
    return flux, flux * sigma * math.log(10) / 2.5


def point(mjd, band, difference, total):
    names = ("flux", "fluxErr", "totalFlux", "totalFluxErr")
    values = {name: float(value) if finite(value) else None for name, value in zip(names, (*difference, *total))}
    return {"mjd": mjd, "band": band or "", **values}


def ztf_band(fid):
    return {1: "g", 2: "r", 3: "i"}.get(fid, f"fid{fid}")


def ztf_total(difference, row, scale):
    magnitude, distance = known(row.get("magnr")), known(row.get("distnr"))
    if magnitude is None or distance is None or not 0 <= distance * scale <= REFERENCE_RADIUS:
        return UNKNOWN
    reference = flux_of_magnitude(magnitude, positive(known(row.get("sigmagnr"))))
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


def separation(center, other):
    """In the plane that touches the sky at the alert: some packets of the shared data have an alert's position moved by
    their source, tens of degrees from its history's, where another measure would order rivals otherwise."""
    across = math.remainder(other[0] - center[0], 360) * math.cos(math.radians(center[1]))
    return math.hypot(across, other[1] - center[1])


def bits(value):
    """Larger values first, where two rows of one exposure say different things and nothing else tells them apart."""
    (number,) = struct.unpack(">Q", struct.pack(">d", math.nan if value is None else value))
    return number


def single(value):
    return None if value is None else float(np.float32(value))


def made(kind, base, number_=0, place=None, score=None, score_kind=None, flags=(), program=None, withdrawn=False):
    return {
        **base, "kind": kind, "score": single(score), "scoreKind": score_kind if score is not None else None,
        "flags": sorted(flags), "programId": program, "id": number_, "place": place, "withdrawn": withdrawn,
    }


def limit(mjd, band, flux, program=None):
    base = {"mjd": mjd, "band": band, "flux": float(flux), "fluxErr": None, "totalFlux": None, "totalFluxErr": None}
    return made("upper-limit", base, program=program)


def measured(base):
    return base["flux"] is not None or base["totalFlux"] is not None


def ztf_points(packet):
    candidate = packet["candidate"]
    for row in packet["prv_candidates"] or []:
        program = row.get("programid")
        if known(row.get("magpsf")) is not None:
            if row.get("candid") == packet["candid"]:
                continue
            yield made("detection", ztf_detection(row), row.get("candid") or 0, (row.get("ra"), row.get("dec")),
                       known(row.get("rb")), "real-bogus", program=program)
        elif row.get("forcediffimflux") is None and finite(known(row["diffmaglim"])) and finite(njy(row["diffmaglim"])):
            yield limit(row["jd"] - 2400000.5, ztf_band(row["fid"]), njy(row["diffmaglim"]), program)
    deep, score = known(candidate.get("drb")), known(candidate.get("rb"))
    yield made("detection", ztf_detection(candidate), packet["candid"], (candidate["ra"], candidate["dec"]),
               *((deep, "deep-real-bogus") if deep is not None else (score, "real-bogus")),
               program=candidate.get("programid"))
    for row in (packet["prv_candidates"] or []) + (packet.get("fp_hists") or []):
        base = ztf_forced(row)
        codes = {code.strip() for code in str(row.get("procstatus") or "0").split(",")}
        if base and not codes & FATAL:
            yield made("forced", base, flags=[f"procstatus{code}" for code in codes & CODES],
                       program=row.get("programid"))


def lsst_points(packet):
    source = packet["diaSource"]
    alert_id = packet.get("diaSourceId", source["diaSourceId"])

    def base(row):
        # Forced photometry of exactly 0 has no template to subtract.
        none = "diaForcedSourceId" in row and row["psfFlux"] == 0
        return point(row["midpointMjdTai"], row["band"],
                     (math.nan, math.nan) if none else (row["psfFlux"], positive(row["psfFluxErr"])),
                     (row.get("scienceFlux"), positive(row.get("scienceFluxErr"))))

    def flags(row):
        return [name for name, value in row.items() if value is True and name not in NO_QUALITY]

    def detection(row, number_):
        score = row.get("reliability") if finite(row.get("reliability")) else None
        return made("detection", base(row), number_, (row["ra"], row["dec"]), score, "reliability", flags(row),
                    withdrawn=finite(row.get("timeWithdrawnMjdTai")))

    for row in packet["prvDiaSources"] or []:
        if row["diaSourceId"] != alert_id:
            yield detection(row, row["diaSourceId"])
    yield {**detection(source, alert_id), "withdrawn": False}
    for row in packet["prvDiaForcedSources"] or []:
        if measured(base(row)):
            yield made("forced", base(row), row.get("diaForcedSourceId") or 0,
                       withdrawn=finite(row.get("timeWithdrawnMjdTai")))
    for row in packet.get("prvDiaNondetectionLimits") or []:
        yield limit(row["midpointMjdTai"], row["band"], 5 * row["diaNoise"])


def elasticc_points(packet):
    source, scale = packet["diaSource"], 10 ** ((31.4 - 27.5) / 2.5)

    def scaled(value):
        return math.nan if value is None else value * scale

    def base(row):
        return point(row["midPointTai"], row["filterName"],
                     (scaled(row["psFlux"]), positive(scaled(row["psFluxErr"]))),
                     (math.nan, math.nan) if (row.get("totFlux"), row.get("totFluxErr")) == (-1, 1)
                     else (scaled(row.get("totFlux")), positive(scaled(row.get("totFluxErr")))))

    for row in packet["prvDiaSources"] or []:
        if row["diaSourceId"] != source["diaSourceId"]:
            yield made("detection", base(row), row["diaSourceId"], (row["ra"], row["decl"]))
    yield made("detection", base(source), source["diaSourceId"], (source["ra"], source["decl"]))
    for row in packet["prvDiaForcedSources"] or []:
        yield made("forced", base(row), row.get("diaForcedSourceId") or 0)
    for row in packet.get("prvDiaNondetectionLimits") or []:
        yield limit(row["midPointTai"], row["filterName"], 5 * scaled(row["diaNoise"]))


def light_curve(schema, packet, newest=200):
    """The points as the output has them, `quality` flattened."""
    name = full_name(schema)
    if name == "ztf.alert":
        source, points = packet["candidate"], ztf_points(packet)
        mjd, alert_id, place = source["jd"] - 2400000.5, packet["candid"], (source["ra"], source["dec"])
        private = source.get("programid") in (2, 3)
    elif name.startswith("lsst."):
        source, points, private = packet["diaSource"], lsst_points(packet), False
        alert_id = packet.get("diaSourceId", source["diaSourceId"])
        mjd, place = source["midpointMjdTai"], (source["ra"], source["dec"])
    else:
        source, points, private = packet["diaSource"], elasticc_points(packet), False
        mjd, alert_id, place = source["midPointTai"], source["diaSourceId"], (source["ra"], source["decl"])
    exposures = {}
    for one in points:
        usable = EARLIEST <= one["mjd"] < LATEST and (measured(one) or one["withdrawn"])
        if usable and one["mjd"] <= mjd and (private or one["programId"] not in (2, 3)):
            exposures.setdefault((one["mjd"], one["band"]), []).append(one)

    def order(one):
        far = math.inf
        if one["place"] and finite(one["place"][0]) and finite(one["place"][1]):
            far = separation(place, one["place"])
        return RANK[one["kind"]], not (one["kind"] == "detection" and one["id"] == alert_id), far, -one["id"], [
            -bits(one[name]) for name in ("flux", "fluxErr", "totalFlux", "totalFluxErr")
        ]

    curve = []
    for key in sorted(exposures, key=lambda key: (key[0], key[1] or "")):
        rivals = [one for one in exposures[key] if not one["withdrawn"]]
        if rivals:
            curve.append(min(rivals, key=order))
    hidden = ("id", "place", "withdrawn")
    return [{name: value for name, value in one.items() if name not in hidden} for one in curve[-newest:]]


def differences(want, have):
    """What differs of two light curves, `have` as the output has it."""
    if len(want) != len(have):
        yield f"{len(have)} points instead of {len(want)}"
    for index, (a, b) in enumerate(zip(want, have)):
        b = {**b, **b["quality"]}
        b["flags"] = sorted(b["flags"])
        for name, value in a.items():
            other = b[name]
            if name in ("flux", "fluxErr", "totalFlux", "totalFluxErr") and value is not None and other is not None:
                # Powers of ten by another library; a total may nearly cancel.
                same = abs(value - other) <= 1e-11 * abs(value) + (1e-6 if name == "totalFlux" else 0)
            else:
                same = (value or None) == (other or None) if name == "band" else value == other
            if not same:
                yield f"[{index}].{name}: {other!r} instead of {value!r}"
