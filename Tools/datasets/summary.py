"""The tables of counts that are printed and written to summary.txt."""

import collections

from clusters import NAME, PLACE, POINTS, SPECTRUM


def text(name, items, points, spectra, notes):
    """Counts of one data set. `points` and `spectra` count by object."""
    out = [f"{name}: {len(items)} objects, {sum(points.values())} points, {sum(spectra.values())} spectra"]
    out += _table("node", items, points, spectra, lambda item: item.node or "(nothing)")
    out += _table("folder, class", items, points, spectra, lambda item: f"{item.folder}, {item.label}")
    out += _table("survey", items, points, spectra, lambda item: item.survey)
    alerts = sum(item.alerts for item in items)
    out += ["", f"{len({item.cluster for item in items})} clusters; {alerts} objects in clusters of labelled alerts"]
    return "\n".join(out + notes) + "\n"


def _table(title, items, points, spectra, key):
    columns = sorted({_side(item) for item in items}, key=["train", "val", "test"].index) if _is_split(items) else []
    columns = columns or sorted({_side(item) for item in items})
    rows = collections.defaultdict(collections.Counter)
    for item in items:
        row = rows[key(item)]
        row["objects"] += 1
        row["points"] += points[item.key]
        row["spectra"] += spectra[item.key]
        row[_side(item)] += 1
    head = ["objects", "points", "spectra", *columns]
    out = ["", f"{title:36}" + "".join(f"{name:>10}" for name in head)]
    return out + [f"{name:36}" + "".join(f"{row[column]:>10}" for column in head) for name, row in sorted(rows.items())]


def _is_split(items):
    return {item.split for item in items} <= {"train", "val", "test"}


def _side(item):
    return item.split if item.split != "fold" else f"fold {item.fold}"


def joins(pairs):
    """How many pairs of entries of which folders were joined, by place, by name alone, and by what they share."""
    counts = {by: collections.Counter() for by in (PLACE, NAME, POINTS, SPECTRUM)}
    for pair in pairs:
        counts[pair.by][" and ".join(sorted((pair.one.folder, pair.other.folder)))] += 1
    stars = {
        item.key
        for one, other, _, separation in pairs
        if {one.folder, other.folder} == {"stars", "ztf_labelled"} and separation <= 30
        for item in (one, other)
        if item.folder == "stars"
    }
    return [
        "",
        "Entries that are one object:",
        *(
            f"  {folders:36}{count:>6} pairs by {by}"
            for by, of_folders in counts.items()
            for folders, count in sorted(of_folders.items())
        ),
        *([f"  {len(stars)} stars lie within 30 arcsec of an object of ztf_labelled"] if stars else []),
        "  Whom neither place nor name joined, but equal points or an equal spectrum:",
        *(f"    {one.key}, {other.key} ({by})" for one, other, by, _ in pairs if by in (POINTS, SPECTRUM)),
    ]


def contradictions(settled):
    """Clusters in which labels exclude each other, and what their entries train instead."""
    return [
        f"  {len(settled)} clusters have labels that exclude each other; what their entries train:",
        *("    " + ", ".join(_settled(item, former) for item, former in group) for group in settled),
    ]


def _settled(item, former):
    return f"{item.key} {former}" + ("" if item.node == former else f" -> {item.node or 'nothing'}")
