"""What a classifier may see beside light curve and spectrum: the whole list. Nothing else gets into metadata.csv.

Each name has its unit, its meaning and why it may be seen. `contrastive` is false for what derives from the light curve
or from the survey's own counting: it must stay out of contrastive pre-training, which would only find the light curve
again in it.
"""

import collections
import math

Feature = collections.namedtuple("Feature", "unit meaning reason contrastive")

# Looked for, nothing within the radius.
NONE = "none"

_CATALOGUE = "of a catalogue made without the label"
_SURROUNDINGS = "of the packet, known when the alert goes out"
_LIGHT_CURVE = "of the packet; derives from the light curve or the survey's counting"


def _known(unit, meaning, reason=_CATALOGUE):
    return Feature(unit, meaning, reason, True)


def _packet(unit, meaning):
    return Feature(unit, meaning, _SURROUNDINGS, True)


def _derived(unit, meaning):
    return Feature(unit, meaning, _LIGHT_CURVE, False)


ALLOWED = {
    "gal_b_abs": _known("deg", "absolute galactic latitude", "of the position alone"),
    "ebv_mw": _known("mag", "reddening E(B-V) of the Milky Way in this direction", "of the position alone"),
    "parallax": _known("mas", "parallax (Hipparcos)"),
    "parallax_error": _known("mas", "its error"),
    "pmra": _known("mas/yr", "proper motion in right ascension (Hipparcos)"),
    "pmdec": _known("mas/yr", "proper motion in declination (Hipparcos)"),
    "bv": _known("mag", "colour B-V (Hipparcos)"),
    "tycho2_vt": _known("mag", "magnitude V_T of Tycho-2"),
    "ref_distance": _packet("arcsec", "distance of the nearest source of the survey's reference image"),
    "ref_mag": _packet("mag", "its magnitude"),
    "ref_chi": _packet("", "chi of its PSF fit"),
    "ref_sharp": _packet("", "its sharpness, 0 for a star"),
    "ps_distance": _packet("arcsec", "distance of the nearest source of Pan-STARRS1, within 30"),
    "ps_score": _packet("", "its star/galaxy score, 1 for a star"),
    "ps_g_mag": _packet("mag", "its g magnitude"),
    "ps_r_mag": _packet("mag", "its r magnitude"),
    "ps_i_mag": _packet("mag", "its i magnitude"),
    "ps_z_mag": _packet("mag", "its z magnitude"),
    "ps2_distance": _packet("arcsec", "distance of the second nearest source of Pan-STARRS1, within 30"),
    "ps2_score": _packet("", "its star/galaxy score"),
    "ps_count": _packet("", "sources of Pan-STARRS1 within 30 arcsec"),
    "gaia_distance": _packet("arcsec", "distance of the nearest source of Gaia, within 90"),
    "gaia_mag": _packet("mag", "its G magnitude"),
    "gaia_bright_distance": _packet("arcsec", "distance of the nearest source of Gaia brighter than 14, within 90"),
    "gaia_bright_mag": _packet("mag", "its G magnitude"),
    "phot_g_mean_mag": _packet("mag", "G magnitude of a Gaia source within 1.5 arcsec"),
    "real_bogus": _derived("", "the survey's score that the detection is real (drb)"),
    "detection_count": _derived("", "detections at the place since the survey began, by its count"),
    "coverage_count": _derived("", "exposures of the place since the survey began, by its count"),
    "age": _derived("d", "time since the survey's first detection at the place"),
    "alert_minus_ref": _derived("mag", "difference magnitude of the alert minus the reference source's"),
    "flux_ratio": _derived("dex", "log of the alert's difference flux over the flux of a reference source within 1.5 arcsec"),
}

# Columns of the folders that carry the label or what was not known at the time, by README: none may become a feature.
FORBIDDEN = {
    "period_d", "period_src", "period_ls", "lksl", "group", "label_quality", "orig_class", "source", "source_id", "survey",
    "gcvs_name", "gcvs_type", "gcvs_period", "gcvs_sptype", "gcvs_sep_arcsec", "hip_sptype", "template_sptype",
    "template_sptype_src", "template_spec_id", "same_object_spec_ids", "class", "label", "subclass", "class_confidence",
    "subtype", "claimed_types", "redshift", "redshift_source", "host", "discovery_date", "max_date", "max_app_mag",
    "max_abs_mag", "n_phot_det", "n_phot_ul", "n_spec", "n_points", "n_detections", "n_epochs", "bands", "instrument",
    "label_source", "label_strength", "label_all", "label_conflict", "cdsxmatch", "vsx", "gcvs", "tns", "roid",
    "gaiaClass", "spicy_class", "x3hsp", "x4lac", "mangrove", "rf_snia_vs_nonia", "snn_snia_vs_nonia",
    "snn_sn_vs_all", "finkclass", "objectId", "candid",
}  # fmt: skip


def galactic_latitude(ra, dec):
    """In degrees; the pole at 192.85948, 27.12825 (J2000; Hipparcos, ESA SP-1200, vol. 1, 1.5.3), as in Sources/Sky."""
    dec, pole, angle = math.radians(dec), math.radians(27.12825), math.radians(ra - 192.85948)
    sine = math.sin(dec) * math.sin(pole) + math.cos(dec) * math.cos(pole) * math.cos(angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))


def of_position(ra, dec):
    """What a position gives; nothing without one."""
    return {} if ra is None else {"gal_b_abs": round(abs(galactic_latitude(ra, dec)), 2)}
