"""What the readers of the folders hand over: objects, their points, their spectra."""

import dataclasses

import numpy as np

TOTAL, DIFFERENCE = "total", "difference"


@dataclasses.dataclass
class Item:
    """One object of one folder."""

    folder: str  # as in the taxonomy's labels: stars, transients, transients-bts, ztf_labelled, alerts
    name: str
    label: str  # the class as the folder writes it
    survey: str  # whose measurements they are
    source: str  # the repository or catalogue that they come from
    kind: str = ""  # total or difference, empty without points
    subclass: str = ""
    quality: str = ""  # of the label
    ra: float | None = None
    dec: float | None = None
    radius: float = 2.0  # arcseconds within which its position is good
    coarse: bool = False  # another position within `radius` is the same object only if the classes are compatible
    moves: bool = False  # its position says nothing of who it is
    split: str = ""  # where the folder fixes it
    names: tuple = ()  # other names that make it one with another object
    alias: str = ""  # one more, that its source does not give
    features: dict = dataclasses.field(default_factory=dict)  # metadata.csv, by name: a number or NONE
    extra: dict = dataclasses.field(default_factory=dict)  # further columns of objects.csv; never an input
    node: str = ""
    cluster: int = -1
    seat: int = -1  # number of its part of the cluster in dealing (`splits`)
    fold: str = ""
    alerts: int = 0  # its cluster holds an object of alert_labels.csv
    event: int = 0  # it brightens once, as its node says

    @property
    def key(self):
        """Its name over all folders."""
        return f"{self.folder}/{self.name}"


@dataclasses.dataclass
class Curve:
    """Points of one object in time order; fluxes in nJy, of an upper limit the limiting flux; NaN: not known."""

    mjd: np.ndarray
    band: list
    flux: np.ndarray
    error: np.ndarray
    limit: np.ndarray  # 1 where the flux is an upper limit
    total: np.ndarray | None = None  # of differences: the whole flux, where a packet tells it
    total_error: np.ndarray | None = None


@dataclasses.dataclass
class SpectrumRow:
    """A line of spectra.csv: a row of an image of spectra, for one object."""

    image: str
    row: int
    item: Item
    mjd: str
    source: str
    shared: int  # 1: the spectrum is not of this very star, and other stars may have it too
    note: str = ""


@dataclasses.dataclass
class Image:
    """Spectra on one grid: flux and, where known, error (spectra, pixels), NaN outside coverage."""

    name: str  # of the file
    flux: np.ndarray
    error: np.ndarray | None
    start: float  # Angstrom
    step: float
    medium: str  # vacuum, air, mixed


@dataclasses.dataclass
class Part:
    """All that one folder gives. `curves` yields (item, curve), in the order of `items`."""

    items: list
    curves: object
    spectra: list = dataclasses.field(default_factory=list)
    images: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)  # what was left out, in words
