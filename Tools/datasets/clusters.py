"""One object is one cluster over all folders, so that a split never holds an object on both sides.

Two entries are one object where they lie within 2 arcsec, or within 30 of a star (its positions come from names of 0.1
arcmin), or within 60 of a Gaia source (its positions come from a HEALPix number) if the classes fit each other, or where
they share a name, or where they share what was measured: the points of a light curve, or a spectrum (`twins`). What moves
has no position; what has neither position nor name nor measurement in common with another is its own cluster.

A few points and spectra were published under a wrong name: those clusters hold two objects, which no split may part either."""

import collections
import re

import numpy as np

import twins
from model import DIFFERENCE

# What joined a pair, and for `PLACE` how far apart it is (arcsec; else NaN).
Pair = collections.namedtuple("Pair", "one other by separation")
PLACE, NAME, POINTS, SPECTRUM = "place", "name", "points", "spectrum"


class _Sets:
    """Union and find."""

    def __init__(self, count):
        self.parent = list(range(count))

    def root(self, i):
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def join(self, i, j):
        i, j = sorted((self.root(i), self.root(j)))
        self.parent[j] = i

    def numbers(self):
        """The number of the set of each, by its first."""
        found = {}
        return [found.setdefault(self.root(i), len(found)) for i in range(len(self.parent))]


def assign(items, taxonomy, parts=()):
    """Numbers the clusters by their first item and sets `cluster` of each item; returns the pairs that were joined. `parts`
    give the light curves and spectra that are compared; of these only the pairs that place and name did not join."""
    sets = _Sets(len(items))
    joined = []

    def join(i, j, by, separation):
        joined.append(Pair(items[i], items[j], by, separation))
        sets.join(i, j)

    for pair in [*_near(items, taxonomy), *_namesakes(items, plain)]:
        join(*pair)
    # Dealt is what place and plain names know, so that what joins more moves nobody but those that it joins.
    for item, seat in zip(items, sets.numbers()):
        item.seat = seat
    number = {id(item): i for i, item in enumerate(items)}
    found = ((number[id(one)], number[id(other)], by, float("nan")) for one, other, by in _twins(parts))
    for i, j, by, separation in [*_namesakes(items, normal), *found]:
        if sets.root(i) != sets.root(j):
            join(i, j, by, separation)
    for item, cluster in zip(items, sets.numbers()):
        item.cluster = cluster
    return joined


def _twins(parts):
    curves = [(item, curve) for part in parts for item, curve in part.curves]
    of_points = twins.of_points([curve for _, curve in curves], [item.kind == DIFFERENCE for item, _ in curves])
    yield from ((curves[i][0], curves[j][0], POINTS) for i, j in of_points)
    rows = [row for part in parts for row in part.spectra]
    of_spectra = twins.of_spectra(rows, [image for part in parts for image in part.images])
    yield from ((rows[i].item, rows[j].item, SPECTRUM) for i, j in of_spectra)


def settle(items, taxonomy):
    """Where labels of one cluster exclude each other: entries of which the source says how sure it is keep theirs, if
    these fit each other; the others train what all the labels have in common, which may be nothing. Returns the clusters
    as lists of (item, its former node)."""

    def fit(some):
        nodes = list(dict.fromkeys(item.node for item in some))
        return all(taxonomy.are_compatible(a, b) for i, a in enumerate(nodes) for b in nodes[i + 1 :])

    groups = collections.defaultdict(list)
    for item in items:
        if item.node:
            groups[item.cluster].append(item)
    settled = [group for group in groups.values() if not fit(group)]
    former = [[(item, item.node) for item in group] for group in settled]
    for group in settled:
        sure = [item for item in group if item.quality]
        kept = {item.key for item in sure} if fit(sure) else set()
        common = taxonomy.common([item.node for item in group])
        for item in group:
            if item.key not in kept:
                item.node = common
    return former


def _near(items, taxonomy):
    placed = [i for i, item in enumerate(items) if item.ra is not None and not item.moves]
    placed.sort(key=lambda i: items[i].dec)
    dec = np.array([items[i].dec for i in placed])
    ra, angle = np.radians([items[i].ra for i in placed]), np.radians(dec)
    unit = np.c_[np.cos(angle) * np.cos(ra), np.cos(angle) * np.sin(ra), np.sin(angle)]
    widest = max(items[i].radius for i in placed)
    ends = np.searchsorted(dec, dec + widest / 3600, side="right")
    for a, end in enumerate(ends):
        if end <= a + 1:
            continue
        chord = np.linalg.norm(unit[a + 1 : end] - unit[a], axis=1)
        separation = np.degrees(2 * np.arcsin(chord / 2)) * 3600
        for k in np.flatnonzero(separation <= widest):
            i, j = placed[a], placed[a + 1 + int(k)]
            if are_one(items[i], items[j], float(separation[k]), taxonomy):
                yield i, j, PLACE, float(separation[k])


def are_one(one, other, separation, taxonomy):
    """Whether two entries so far apart (arcsec) are one object."""
    radii = [2.0, *(item.radius for item in (one, other) if not item.coarse)]
    if taxonomy.are_compatible(one.node, other.node):
        radii += [item.radius for item in (one, other) if item.coarse]
    return separation <= max(radii)


_PREFIXES = [
    (r"^(MASTER(OT)?|MASOT|MAS|MOT)J+(?=\d)", "MASTERJ"),
    (r"^IPTF(?=\d\d)", "PTF"),
    (r"^SNLS(?=\d\dD\d)", ""),
]


def plain(name):
    """A name in capitals, without signs, and without SN or AT before a year. Empty for one too short to tell."""
    name = re.sub(r"[^A-Z0-9+]", "", name.upper())
    name = re.sub(r"^(SN|AT)(?=\d{4})", "", name)
    return name if len(name) >= 5 and any(c.isdigit() for c in name) else ""


def normal(name):
    """A plain name as catalogues agree on it: no OT ("optical transient") after MASTER, PTF for its second run (iPTF), no
    SNLS before a name of its own kind (03D1au)."""
    name = plain(name)
    for pattern, instead in _PREFIXES:
        name = re.sub(pattern, instead, name)
    return name


def _namesakes(items, form):
    first = {}
    for i, item in enumerate(items):
        names = (*item.names, item.alias) if form is normal else item.names
        for name in {form(name) for name in names} - {""}:
            if (other := first.setdefault(name, i)) != i:
                yield other, i, NAME, float("nan")
