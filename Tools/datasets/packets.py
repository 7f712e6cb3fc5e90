"""Labelled alerts of ../shared/data/alerts/ztf: each packet as it went out is one object, by ztf_labelled/alert_labels.csv.

Packets that their source has altered (altered_packets.csv) give no points and no features: times in them are false, in
some positions and catalogue distances too. Those of them that the alert model is measured on stand in the list all the
same, marked, so that it is complete. Alerts without a label are left out, since labels of some are kept apart for an
outside check.
"""

import csv
import math

import fastavro
import numpy as np

import features
import photometry
from features import NONE
from model import DIFFERENCE, Curve, Item, Part

BANDS = {1: "ztf_g", 2: "ztf_r", 3: "ztf_i"}
PIXEL = 1.0127  # arcsec, as in Sources/Survey/ZTF: `distnr` is in pixels
HISTORY = 31.0  # days that a packet tells of; a few of the shared packets hold older points
REAL = 0.55  # `rb` below which a row of the history is no detection, as in Sources/Sky/QualityRule.swift
OWN = 1.4  # arcsec within which a source of the reference image is the object itself, as in Sources/Survey/ZTF
NAN = float("nan")


def read(folder, data):
    """(labelled alerts, altered ones for the clusters alone)."""
    with open(data / "ztf_labelled" / "altered_packets.csv", newline="") as file:
        altered = {row["candid"] for row in csv.DictReader(file)}
    with open(data / "ztf_labelled" / "alert_labels.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    # `packet_falsified` knows those whose own time and place are false, not those where the history's times are.
    if wrong := [row["candid"] for row in rows if row["packet_falsified"] == "1" and row["candid"] not in altered]:
        raise ValueError(f"alert_labels.csv calls packets falsified that altered_packets.csv does not know: {wrong[:3]}")
    clean = [row for row in rows if row["candid"] not in altered]
    packets = _packets(folder, {int(row["candid"]) for row in clean})
    if missing := [row["candid"] for row in clean if int(row["candid"]) not in packets]:
        raise ValueError(f"{folder}: no packet for {len(missing)} labelled alerts, {missing[0]} the first")
    items, others = [], []
    for row in rows:
        item = _item(row, packets.get(int(row["candid"])))
        (items if row["packet_falsified"] == "0" else others).append(item)
    curves = [(item, curve(packets[int(item.name)])) for item in items if item.kind]
    return Part(items, curves), others


def _packets(folder, wanted):
    """candid -> packet, of the first file by name that holds it."""
    found = {}
    for path in sorted(folder.glob("**/*.avro")):
        with open(path, "rb") as file:
            for packet in fastavro.reader(file):
                if packet["candid"] in wanted:
                    found.setdefault(packet["candid"], packet)
    return found


def _item(row, packet):
    moves = row["label_coarse"] == "asteroid"
    strength = row["label_strength"] + (", in conflict" if row["label_conflict"] == "1" else "")
    return Item(
        folder="alerts",
        name=row["candid"],
        label=row["label_coarse"],
        survey="ZTF packets",
        source=row["source_repo"],
        kind=DIFFERENCE if packet else "",
        quality=strength,
        ra=float(row["ra_used"]),
        dec=float(row["dec_used"]),
        moves=moves,
        names=(row["objectId"],),
        features=context(packet) if packet else {},
        extra={"survey_object": row["objectId"], "altered": str(int(packet is None))},
    )


def curve(packet):
    """The alert and the history of its packet: nothing later than the alert, nothing older than 31 days.

    What the stream sees of it: a row with `magpsf` is a detection with the sign of `isdiffpos`, and none where its score of
    quality is too low; any other an upper limit of `diffmaglim` (5 sigma). Of several detections of one exposure the nearest to
    the alert's position counts. Each row has its own source of the reference image, with which its flux is a total one. Forced
    photometry (`fp_hists`) is not taken: few of the packets have it."""
    alert = packet["candidate"]
    exposures = {}
    for point in [alert, *(packet.get("prv_candidates") or [])]:
        after = point["jd"] - alert["jd"]
        if after <= 1e-6 and after >= -HISTORY:
            exposures.setdefault((round(after, 5), point["fid"]), []).append(point)
    points = []
    for (after, fid), rows in exposures.items():
        mjd = rows[0]["jd"] - 2400000.5
        detections = [row for row in rows if row.get("magpsf") is not None and row.get("sigmapsf")]
        if detections:
            chosen = detections[0] if detections[0] is alert else min(detections, key=lambda row: _distance(row, alert))
            if chosen is alert or chosen.get("rb") is None or chosen["rb"] >= REAL:
                points.append((mjd, BANDS[fid], *_detection(chosen)))
        elif (limit := rows[0].get("diffmaglim") or NAN) > 0:
            points.append((mjd, BANDS[fid], float(photometry.flux(limit)), NAN, 1, NAN, NAN))
    mjd, band, *numbers = zip(*sorted(points, key=lambda point: (point[0], point[1])))
    return Curve(np.array(mjd), list(band), *map(np.array, numbers))


def _detection(row):
    """(flux, error, 0, total flux, its error) in nJy."""
    flux = float(photometry.flux(row["magpsf"]))
    error = float(photometry.flux_error(flux, row["sigmapsf"]))
    change = flux if row["isdiffpos"] in ("t", "1") else -flux
    magnitude, distance, sigma = row.get("magnr"), row.get("distnr"), row.get("sigmagnr")
    if magnitude is None or distance is None or magnitude <= -900 or not 0 <= distance * PIXEL <= OWN:
        return change, error, 0, NAN, NAN
    reference = float(photometry.flux(magnitude))
    known = sigma is not None and sigma >= 0
    spread = math.hypot(error, float(photometry.flux_error(reference, sigma))) if known else NAN
    return change, error, 0, reference + change, spread


def _distance(row, alert):
    """Degrees, about, from the alert's position; a row without a position is far."""
    if row.get("ra") is None or row.get("dec") is None:
        return 180.0
    east = (row["ra"] - alert["ra"] + 180) % 360 - 180
    return math.hypot(east * math.cos(math.radians(alert["dec"])), row["dec"] - alert["dec"])


def context(packet):
    """Features of the packet. -999 is NONE (looked for, nothing there); a field that is absent or null is not told."""
    alert = packet["candidate"]
    told = features.of_position(alert["ra"], alert["dec"])

    def number(field):
        """None where the packet does not tell, NONE where it found nothing."""
        value = alert.get(field)
        if value is None or value != value:
            return None
        return NONE if value <= -900 else value

    def put(name, value, digits=4):
        if value is not None:
            told[name] = round(value, digits) if isinstance(value, float) else value

    def group(distance, scale, **fields):
        """A source near the alert: its distance, and what is known of it where there is one."""
        there = number(fields[distance])
        put(distance, there if there in (None, NONE) else there * scale)
        for name, field in fields.items():
            if name != distance and there is not None:
                value = NONE if there == NONE else number(field)
                put(name, None if there != NONE and value == NONE else value)

    group("ref_distance", PIXEL, ref_distance="distnr", ref_mag="magnr", ref_chi="chinr", ref_sharp="sharpnr")
    group(
        "ps_distance", 1, ps_distance="distpsnr1", ps_score="sgscore1", ps_g_mag="sgmag1", ps_r_mag="srmag1",
        ps_i_mag="simag1", ps_z_mag="szmag1",
    )  # fmt: skip
    group("ps2_distance", 1, ps2_distance="distpsnr2", ps2_score="sgscore2")
    for score in ("ps_score", "ps2_score"):
        # Exactly 0.5 stands for a source without a score; Sources/Survey/README.md.
        if told.get(score) == 0.5 or (told.get(score, NONE) != NONE and not 0 <= told[score] <= 1):
            del told[score]
    put("ps_count", number("nmtchps"))
    group("gaia_distance", 1, gaia_distance="neargaia", gaia_mag="maggaia")
    group("gaia_bright_distance", 1, gaia_bright_distance="neargaiabright", gaia_bright_mag="maggaiabright")
    if (near := told.get("gaia_distance")) is not None:
        put("phot_g_mean_mag", told.get("gaia_mag") if near != NONE and near <= 1.5 else NONE)
    put("real_bogus", number("drb"))
    put("detection_count", number("ndethist"))
    put("coverage_count", number("ncovhist"))
    if (first := number("jdstarthist")) not in (None, NONE):
        put("age", alert["jd"] - first)
    if (magnitude := told.get("ref_mag")) is not None:
        put("alert_minus_ref", NONE if magnitude == NONE else alert["magpsf"] - magnitude)
        near = magnitude != NONE and told["ref_distance"] < 1.5
        put("flux_ratio", -0.4 * (alert["magpsf"] - magnitude) if near else NONE)
    if any(value != NONE and not math.isfinite(value) for value in told.values()):
        raise ValueError(f"alert {packet['candid']}: a feature that is no number: {told}")
    return told
