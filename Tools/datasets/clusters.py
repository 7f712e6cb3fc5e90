"""One object is one position cluster over all folders, so that a split never holds an object on both sides.

Two entries are one object where they lie within 2 arcsec, or within 30 of a star (its positions come from names of 0.1
arcmin), or within 60 of a Gaia source (its positions come from a HEALPix number) if the classes fit each other, or where
they share a name. What moves has no position; without position and shared name an object is its own cluster."""

import re

import numpy as np


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


def assign(items, taxonomy):
    """Numbers the clusters by their first item and sets `cluster` of each item; returns the pairs that were joined as
    (item, item, separation in arcsec or NaN for a name)."""
    sets = _Sets(len(items))
    joined = [*_near(items, taxonomy), *_namesakes(items)]
    for i, j, _ in joined:
        sets.join(i, j)
    numbers = {}
    for i, item in enumerate(items):
        item.cluster = numbers.setdefault(sets.root(i), len(numbers))
    return [(items[i], items[j], separation) for i, j, separation in joined]


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
                yield i, j, float(separation[k])


def are_one(one, other, separation, taxonomy):
    """Whether two entries so far apart (arcsec) are one object."""
    radii = [2.0, *(item.radius for item in (one, other) if not item.coarse)]
    if taxonomy.are_compatible(one.node, other.node):
        radii += [item.radius for item in (one, other) if item.coarse]
    return separation <= max(radii)


def normal(name):
    """A name as catalogues agree on it: capitals, no signs, no SN or AT before a year. Empty for one too short to tell."""
    name = re.sub(r"[^A-Z0-9+]", "", name.upper())
    name = re.sub(r"^(SN|AT)(?=\d{4})", "", name)
    return name if len(name) >= 5 and any(c.isdigit() for c in name) else ""


def _namesakes(items):
    first = {}
    for i, item in enumerate(items):
        for name in {normal(name) for name in item.names} - {""}:
            if (other := first.setdefault(name, i)) != i:
                yield other, i, float("nan")
