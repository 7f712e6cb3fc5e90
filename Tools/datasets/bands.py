"""Bands: name (at most eight characters, as Trifid's), effective wavelength in nm, magnitude system.

A flux is 10**((31.4 - magnitude) / 2.5) in all systems, so that only bands on the AB system are in nJy; `ab_minus_vega` is
what turns the others into AB magnitudes, where it is known, and stands in dataset.yaml for people alone. Wavelengths and
zero points: the SVO Filter Profile Service (ZTF as in Sources/Survey/ZTF), Blanton & Roweis 2007 (AJ 133, 734, table 1:
AB minus Vega of U to Ks), Breeveld et al. 2011 (UVOT), Jarrett et al. 2011 (WISE). Good to some nm, which is what a
point's colour needs.
"""

import collections

Band = collections.namedtuple("Band", "name wavelength system ab_minus_vega")

AB, VEGA = "AB", "Vega-like"


def _ab(name, wavelength):
    return Band(name, wavelength, AB, None)


def _vega(name, wavelength, ab_minus_vega=None):
    return Band(name, wavelength, VEGA, ab_minus_vega)


ALL = {
    band.name: band
    for band in [
        _vega("asas_V", 545.0, 0.02), _vega("hip_Hp", 518.0),
        _ab("ztf_g", 474.648), _ab("ztf_r", 636.638), _ab("ztf_i", 782.903),
        _ab("sdss_u", 355.7), _ab("sdss_g", 470.2), _ab("sdss_r", 617.6), _ab("sdss_i", 749.0), _ab("sdss_z", 894.7),
        _vega("gaia_G", 621.8), _vega("ogle_I", 797.3, 0.45), _vega("crts_CV", 600.0),
        _vega("macho_V", 552.0), _vega("macho_R", 692.0),
        _ab("g.ztf", 474.648), _ab("r.ztf", 636.638), _ab("i.ztf", 782.903),
        _ab("g.ps", 481.1), _ab("r.ps", 615.6), _ab("u.sdss", 355.7), _ab("g.sdss", 470.2), _ab("r.sdss", 617.6),
        _ab("W2.uvot", 208.0), _ab("M2.uvot", 225.0), _ab("W1.uvot", 268.0), _ab("U.uvot", 349.0), _ab("B.uvot", 435.0),
        _ab("W1.wise", 3353.0), _ab("W2.wise", 4603.0),
        _ab("FUV", 154.0), _ab("NUV", 231.0), _ab("F125LP", 144.0), _ab("F150LP", 161.0), _ab("F225W", 237.0),
        # Of the published light curves of transients, by what the letters mean and not by instrument.
        _vega("U", 366.0, 0.79), _vega("B", 436.0, -0.09), _vega("V", 545.0, 0.02), _vega("R", 641.0, 0.21),
        _vega("I", 798.0, 0.45), _vega("J", 1235.0, 0.91), _vega("H", 1646.0, 1.39), _vega("K", 2160.0, 1.85),
        _ab("U_AB", 366.0), _ab("B_AB", 436.0), _ab("V_AB", 545.0), _ab("R_AB", 641.0), _ab("I_AB", 798.0),
        _ab("J_AB", 1235.0), _ab("H_AB", 1646.0), _ab("K_AB", 2160.0),
        _vega("uvw2", 208.0, 1.73), _vega("uvm2", 225.0, 1.69), _vega("uvw1", 268.0, 1.51),
        _ab("u", 355.7), _ab("g", 476.0), _ab("r", 621.0), _ab("i", 755.0), _ab("z", 880.0), _ab("Y", 1020.0),
        _ab("y", 962.0), _ab("w", 608.0), _ab("orange", 680.0), _ab("cyan", 530.0), _ab("G", 621.8), _ab("v", 384.0),
        _vega("clear", 600.0), _ab("gr", 550.0), _vega("pg", 430.0),
        _vega("I1", 3551.0, 2.79), _vega("I2", 4496.0, 3.26), _vega("W1", 3353.0, 2.70), _vega("W2", 4603.0, 3.34),
        _ab("F438W", 433.0), _ab("F475W", 475.0), _ab("F555W", 531.0), _ab("F625W", 626.0), _ab("F775W", 765.0),
        _ab("F814W", 804.0), _ab("F850LP", 915.0), _ab("F350LP", 585.0),
    ]
}  # fmt: skip

# Bands of ../shared/data/ztf_labelled whose names are too long for Trifid.
LABELLED = {"UVW2.uvot": "W2.uvot", "UVM2.uvot": "M2.uvot", "UVW1.uvot": "W1.uvot"}

# Letters of published light curves, by their usual meaning.
_LETTERS = {
    "U": "U", "B": "B", "V": "V", "R": "R", "I": "I", "J": "J", "H": "H", "K": "K", "u": "u", "g": "g", "r": "r",
    "i": "i", "z": "z", "y": "y", "Y": "Y", "w": "w", "orange": "orange", "cyan": "cyan", "G": "G", "v": "v",
    "Rc": "R", "R_c": "R", "Ic": "I", "Js": "J", "Ks": "K", "KS": "K", "V-9844": "V", "Z": "z", "Rs": "R", "b": "B",
    "u'": "u", "g'": "g", "r'": "r", "i'": "i", "z'": "z", "g_SDSS": "g", "r_SDSS": "r", "i_SDSS": "i", "z_SDSS": "z",
    "u.sdss": "u", "iP1": "i", "ii": "i", "ZTF_g": "ztf_g", "ZTF_r": "ztf_r", "ZTF_i": "ztf_i", "g.ztf": "ztf_g", "r.ztf": "ztf_r",
    "clear": "clear", "CLEAR": "clear", "Clear": "clear", "C": "clear", "gr": "gr", "g+r": "gr", "LSQGR": "gr",
    "pg": "pg", "B1pg": "pg", "Bj": "pg", "NUV": "NUV", "I1": "I1", "I2": "I2",
    "UVW2": "uvw2", "UVM2": "uvm2", "UVW1": "uvw1", "M2": "uvm2",
    "UVW2.uvot": "W2.uvot", "UVM2.uvot": "M2.uvot", "UVW1.uvot": "W1.uvot", "U.uvot": "U.uvot", "B.uvot": "B.uvot",
    "W1.wise": "W1.wise", "W2.wise": "W2.wise",
    "F125LP": "F125LP", "F150LP": "F150LP",
    "438": "F438W", "F438W": "F438W", "F475W": "F475W", "555": "F555W", "F555W": "F555W", "555W": "F555W",
    "625": "F625W", "F625W": "F625W", "F775W": "F775W", "814": "F814W", "814W": "F814W", "F814W": "F814W",
    "F850LP": "F850LP", "350LP": "F350LP",
}  # fmt: skip

# One letter a filter, other letters in each sample of the SALT3 training set (SNANA's way). The letters of KAIT and
# LOSS are B, V, R, I of one telescope after the other: of the same nights, the mean colours come out in that order.
# Those of PS1_LOWZ are the two periods of CfA4, U B V r i. The three V filters of the CSP are one band here.
_SALT3 = {
    "CSPDR3_anthony": dict(B="B", u="u", g="g", r="r", i="i", m="V", n="V", y="Y", Y="Y", j="J", J="J", H="H"),
    "Foundation_DJ17": dict(g="g", r="r", i="i", z="z"),
    "KAIT_DS15": dict(zip("ABCDIJKLabcdefgh", "BVRI" * 4)),
    "LOSS": dict(zip("EFGHIJKLMNOP", "BVRI" * 3)),
    "PS1_LOWZ_COMBINED_TEXT_DS17": dict(zip("BCDEFGHIJK", "UBVri" * 2)),
    "PS1s_LOWZ_JRK07_NOCFA_DS15": dict(U="U", B="B", V="V", R="R", I="I"),
    "SWIFT": dict(U="U", B="B", V="V"),
}


def of_transient(band, system, instrument):
    """The band of a point of ../shared/data/transients; None where what it measures is not known."""
    if system == "SNANA-zp27.5":
        if "-" in band:  # SNLS-g, Bessell-B/B, CFA3K-r/k, CSP-o/v
            letter = band.split("-")[1].split("/")[0]
            return ALL[{"o": "V", "m": "V", "n": "V"}.get(letter, letter) if band.startswith("CSP") else letter]
        name = _SALT3.get(instrument, {}).get(band)
        return ALL[name] if name else None
    name = _LETTERS.get(band)
    if band in ("W1", "W2"):  # of UVOT, or of WISE
        name = band if "WISE" in instrument else {"W1": "uvw1", "W2": "uvw2"}[band]
    if name is None:
        return None
    if system == "AB":
        name = {"uvw2": "W2.uvot", "uvm2": "M2.uvot", "uvw1": "W1.uvot"}.get(name, name)
        name = f"{name}_AB" if f"{name}_AB" in ALL else name
    return ALL[name]
