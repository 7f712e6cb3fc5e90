"""What two entries share that two objects cannot: the points of a light curve, or a spectrum.

Catalogues know one supernova by several names and do not always say so; what was measured gives it away. Many objects of
one survey share the times of their points, so that fluxes must agree too, over many points and nights. Two measures:

* the same numbers, printed by two sources: times to 0.005 d, fluxes to 0.001 mag, of six points in three nights and of a
  quarter of the points of the shorter curve. In the shared data who shares so much shares more than half (8 points and
  more); unrelated quasars and stars of one field share 2 % (6 points), stars of ASAS up to 14 %.
* the same exposures, measured by two pipelines (only of difference fluxes, for stars that hardly vary agree by chance):
  in 20 nights the fluxes agree within 15 %, and so do nine in ten of all points that share time and band. The nearest
  pair of different objects has 81 %, in 21 nights.

Two spectra are one where all their pixels are, up to a scale and to what one more resampling leaves: the median of the
differences is below a hundredth of the median flux. A spectrum that is shared on purpose (`shared`) says nothing."""

import collections

import numpy as np

DAYS, MAGNITUDES = 0.005, 0.00101  # of equal numbers: times to three decimals, some shifted; magnitudes to three
POINTS, NIGHTS, SHARE = 6, 3, 0.25
EXPOSURE, AGREEMENT = 0.001, 0.163  # d; 15 % in magnitudes
LONG, MOST = 20, 0.9
PIXELS, RESIDUAL, COVERAGE = 100, 0.01, 0.95
_BLOCK, _LIKE = 50, 0.9995  # pixels of a coarse spectrum; how like each other coarse spectra of one are


def family(band):
    """The letter of a band, which two sources of one measurement agree on: r of ztf_r, r.ztf, r and R_AB."""
    return band.removesuffix("_AB").split("_")[-1][0].lower()


class _Detections:
    """The detections of all curves, flat: owner (number of the curve), time, magnitude, and what must be the same."""

    def __init__(self, curves):
        def flat(values, dtype):
            parts = [np.asarray(values(curve), dtype)[(curve.limit == 0) & (curve.flux != 0)] for curve in curves]
            return np.concatenate([np.empty(0, dtype), *parts])

        letters = {band: ord(family(band)) & 127 for band in {band for curve in curves for band in curve.band}}
        self.mjd = flat(lambda curve: curve.mjd, float)
        flux = flat(lambda curve: curve.flux, float)
        self.magnitude = 2.5 * np.log10(np.abs(flux))
        band = flat(lambda curve: [letters[band] for band in curve.band], np.int64)
        self.kind = band * 2 + (flux > 0)  # band and sign
        counts = [int(((curve.limit == 0) & (curve.flux != 0)).sum()) for curve in curves]
        self.count = np.array(counts, np.int64)
        self.owner = np.repeat(np.arange(len(curves)), self.count)
        self.begin = np.concatenate([[0], np.cumsum(self.count)])

    def agreeing(self, days, magnitudes):
        """Pairs of points of two owners with the same band, sign, time and flux, as (owner, owner, point, point). Sorted
        by bins that overlap, so that what is needed beside the points is in proportion to the pairs."""
        found = []
        for early in (0, 0.5):
            time = np.floor(self.mjd / (2 * days) + early).astype(np.int64)
            for bright in (0, 0.5):
                bin = np.floor(self.magnitude / (2 * magnitudes) + bright).astype(np.int64) + (1 << 18)
                key = ((time << 20) + bin) * 256 + self.kind
                order = np.argsort(key, kind="stable")
                key, step = key[order], 1
                while len(same := np.flatnonzero(key[step:] == key[:-step])):
                    a, b = order[same], order[same + step]
                    good = self.owner[a] != self.owner[b]
                    good &= np.abs(self.mjd[a] - self.mjd[b]) <= days
                    good &= np.abs(self.magnitude[a] - self.magnitude[b]) <= magnitudes
                    found.append(np.sort(np.c_[a[good], b[good]], axis=1))
                    step += 1
        pairs = np.unique(np.concatenate([np.empty((0, 2), np.int64), *found]), axis=0)
        return np.c_[self.owner[pairs], pairs]

    def tell_the_same(self, one, other):
        """Whether fluxes of the same exposures agree, nearly all of them."""
        if self.count[one] > self.count[other]:
            one, other = other, one
        of_one, of_other = (slice(self.begin[i], self.begin[i + 1]) for i in (one, other))
        best = []
        for mjd, magnitude, kind in zip(self.mjd[of_one], self.magnitude[of_one], self.kind[of_one]):
            common = (np.abs(self.mjd[of_other] - mjd) <= EXPOSURE) & (self.kind[of_other] // 2 == kind // 2)
            if common.any():
                apart = np.abs(self.magnitude[of_other] - magnitude) + 99 * (self.kind[of_other] != kind)
                best.append(apart[common].min())
        return len(best) > 0 and np.mean(np.array(best) <= AGREEMENT) >= MOST


def _by_pair(rows, what):
    """(owner, owner) -> how many different values `what` gives of a pair's rows."""
    distinct = np.unique(np.c_[rows[:, :2], what], axis=0)
    pairs, counts = np.unique(distinct[:, :2], axis=0, return_counts=True)
    return {tuple(pair): count for pair, count in zip(pairs.tolist(), counts.tolist())}


def of_points(curves, are_differences):
    """Pairs of numbers of curves that are of one object."""
    points = _Detections(curves)
    rows = points.agreeing(DAYS, MAGNITUDES)
    nights = _by_pair(rows, np.floor(points.mjd[rows[:, 2]]).astype(np.int64))
    ones, others = _by_pair(rows, rows[:, 2]), _by_pair(rows, rows[:, 3])
    found = set()
    for pair, count in nights.items():
        shared = min(ones[pair], others[pair])
        if count >= NIGHTS and shared >= max(POINTS, SHARE * min(points.count[list(pair)])):
            found.add(pair)
    differences = np.flatnonzero(are_differences)
    points = _Detections([curves[i] for i in differences])
    rows = points.agreeing(EXPOSURE, AGREEMENT)
    for (one, other), count in _by_pair(rows, np.floor(points.mjd[rows[:, 2]]).astype(np.int64)).items():
        if count >= LONG and points.tell_the_same(one, other):
            found.add((int(differences[one]), int(differences[other])))
    return sorted(found)


def of_spectra(rows, images):
    """Pairs of lines of spectra (numbers in `rows`) that are one spectrum under two objects. Compared are spectra on one
    grid, whichever image they stand in; first coarsely, a block of rows against all."""
    grids = collections.defaultdict(list)
    by_name = {image.name: image for image in images}
    for number, row in enumerate(rows):
        image = by_name[row.image]
        if not row.shared:
            grids[image.start, image.step, image.flux.shape[1]].append(number)
    for numbers in grids.values():
        flux = np.array([by_name[rows[i].image].flux[rows[i].row] for i in numbers], np.float32)
        width = -(-flux.shape[1] // _BLOCK) * _BLOCK
        coarse = np.zeros((len(flux), width), np.float32)
        coarse[:, : flux.shape[1]] = np.nan_to_num(flux, nan=0.0)
        coarse = coarse.reshape(len(flux), -1, _BLOCK).sum(axis=2)
        coarse /= np.maximum(np.linalg.norm(coarse, axis=1, keepdims=True), 1e-30)
        for start in range(0, len(flux), 512):
            like = coarse[start : start + 512] @ coarse[start:].T
            for a, b in np.argwhere(like > _LIKE).tolist():
                one, other = numbers[start + a], numbers[start + b]
                if a < b and rows[one].item is not rows[other].item and are_one(flux[start + a], flux[start + b]):
                    yield one, other


def are_one(one, other):
    """Whether two spectra on one grid have the same pixels, up to a scale."""
    known = np.isfinite(one) & np.isfinite(other)
    if known.sum() < max(PIXELS, COVERAGE * max(np.isfinite(one).sum(), np.isfinite(other).sum())):
        return False
    one, other = one[known].astype(float), other[known].astype(float)
    size = np.median(np.abs(one))
    scale = np.dot(one, other) / max(np.dot(other, other), 1e-30)
    return scale > 0 and np.median(np.abs(one - scale * other)) <= RESIDUAL * size
