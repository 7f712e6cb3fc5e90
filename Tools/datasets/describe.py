"""dataset.yaml: what a data set is, whose data it holds, its bands and its features."""

import bands
from features import ALLOWED

# (folder of the shared data): sources, licences as found, what to cite. From the READMEs of the folders.
SOURCES = {
    "stars": [
        ("ASAS-3 light curves and classes (ACVS), Hipparcos light curves", "longjp/lightcurves, no licence file", "Pojmanski 2002; ESA 1997; Debosscher et al. 2007"),
        ("ASAS-3 light curves with expert classes (MACC)", "cesium-ml/cesium, BSD-3", "Richards et al. 2012"),
        ("Labels and positions of GCVS", "lukashjames/astronomy-gcvs-catalog, none stated", "Samus et al. 2017"),
        ("Hipparcos colours and astrometry, Tycho-2 V_T", "Debian stellarium-data, GPL-2+; astrometry-data-tycho2, BSD-2", "ESA 1997; Hog et al. 2000"),
        ("Spectra of LAMOST", "grd349/LearningLAMOST, MIT; JunHuiLiu2017, none", "LAMOST data releases"),
        ("SDSS and BOSS spectra of PyHammer", "mveyette/PyHammer, MIT", "Kesseli et al. 2017"),
        ("Spectra of Pickles", "danmoser/pyhdust, GPL-3", "Pickles 1998"),
        ("Spectra of RR Lyrae stars of McDonald Observatory", "mwanakijiji/rrlyrae_metallicity, MIT", "Spalding et al."),
    ],
    "transients": [
        ("Open Supernova Catalog, light curves and spectra", "astrocatalogs, no licence file", "Guillochon et al. 2017 and the original papers"),
        ("WISEREP spectra to 2018", "astrocatalogs/sne-external-WISEREP, no licence file", "Yaron & Gal-Yam 2012"),
        ("SALT3 training set", "djones1040/SALTShaker, no licence file", "Kenworthy et al. 2021"),
        ("Pantheon+ light curves", "PantheonPlusSH0ES/DataRelease, no licence file", "Scolnic et al. 2022"),
        ("SLSN-I catalogue", "gmzsebastian/SLSNe, MIT", "Gomez et al. 2024"),
        ("manyTDE", "sjoertvv/manyTDE, no licence file", "Mummery, van Velzen et al. 2024"),
    ],
    "transients-bts": [
        ("ZTF light curves of supernovae Ia of the Bright Transient Survey", "light-curve/test-data, no licence file", "Fremling et al. 2020; Perley et al. 2020"),
    ],
    "ztf_labelled": [
        ("SDSS Stripe 82 quasars and RR Lyrae stars", "rancesol/quasar_standard_candles, light-curve/test-data, no licence", "MacLeod et al. 2012; Sesar et al. 2010; Schneider et al. 2010"),
        ("ZTF data release, VSX types", "uiucsn/ztf-dr-vars, MIT; gvard/lcurvemaker, none", "Bellm et al. 2019; Masci et al. 2019; Watson et al. 2006"),
        ("CRTS transients (MANTRA)", "JesusPetro/mantra, MachineLearningUniandes/MANTRA, none", "Drake et al. 2009; Neira et al. 2020"),
        ("MACHO quasars", "rancesol/quasar_standard_candles, none", "Geha et al. 2003"),
        ("Gaia DR3 variables", "ChenglongYIN-eu/cbm-variable-stars, none", "Gaia Collaboration 2023; Eyer et al. 2023"),
        ("OGLE-IV microlensing", "abheekda1/ogle-microlensing-automation, MIT", "Udalski et al. 2015"),
        ("ZTF supernovae (ALeRCE light curves, TNS types)", "mramirezz/ztf-supernova-features, none", "Forster et al. 2021; TNS"),
        ("Tidal disruptions", "sjoertvv/manyTDE, none", "Mummery, van Velzen et al. 2024"),
        ("ZTF asteroids and alerts", "astrolabsoftware/fink-*, Apache-2; ztfss18, BSD-3; fink-fat, Apache-2", "Moller et al. 2021"),
    ],
    "alerts": [
        ("ZTF alert packets, with labels of catalogues by position", "public alerts by way of astrolabsoftware, kowalski and others", "Bellm et al. 2019; Masci et al. 2019; Moller et al. 2021; Wenger et al. 2000; Watson et al. 2006"),
    ],
}  # fmt: skip

DESCRIPTIONS = {
    "stars": "Variable stars of ASAS-3 (Johnson V) and Hipparcos (Hp) in ten classes, with a fixed split. The times are "
    "heliocentric (HJD - 2400000.5). Spectra of tier T1 are of the same star, of tier T2 (shared) of a star of its "
    "published spectral type.",
    "transients": "Supernovae and tidal disruptions with light curves and spectra of the same object, in five folds. The "
    "magnitude systems of the sources are mixed. Spectra are in the observed frame and divided by their median.",
    "sky": "All light curves, spectra and labelled ZTF packets that the whole-sky alert model is trained on. `alerts` marks "
    "the objects that pre-training, simulation and references must not see. Of alerts that count, `fold` is the fold.",
}


def content(name, folders, used_bands, used_features, images):
    """The mapping that dataset.yaml holds; `images` are the files of spectra by name."""
    return {
        "format": 1,
        "name": name,
        "description": DESCRIPTIONS[name],
        "taxonomy": {"file": "Config/taxonomy.yaml", "labels": list(folders)},
        "sources": [
            {"what": what, "licence": licence, "cite": cite, "folder": folder}
            for folder in folders
            for what, licence, cite in SOURCES[folder]
        ],
        "bands": {
            band.name: {"wavelength": band.wavelength, "system": band.system}
            | ({} if band.ab_minus_vega is None else {"ab_minus_vega": band.ab_minus_vega})
            for band in bands.ALL.values()
            if band.name in used_bands
        },
        "features": {
            feature: {
                "unit": ALLOWED[feature].unit,
                "meaning": ALLOWED[feature].meaning,
                "contrastive": ALLOWED[feature].contrastive,
            }
            for feature in used_features
        },
        "spectra": {file: {"medium": image.medium, "unit": "relative"} for file, image in images.items()},
    }
