"""The tables of counts that are printed and written to summary.txt."""

import collections


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
    """How many pairs of entries of which folders were joined, by place and by name alone."""
    by_place, by_name = collections.Counter(), collections.Counter()
    for one, other, separation in pairs:
        folders = " and ".join(sorted((one.folder, other.folder)))
        (by_place if separation == separation else by_name)[folders] += 1
    stars = {
        item.key
        for one, other, separation in pairs
        if {one.folder, other.folder} == {"stars", "ztf_labelled"} and separation <= 30
        for item in (one, other)
        if item.folder == "stars"
    }
    return [
        "",
        "Entries that are one object:",
        *(f"  {folders:36}{count:>6} pairs by place" for folders, count in sorted(by_place.items())),
        *(f"  {folders:36}{count:>6} pairs by name" for folders, count in sorted(by_name.items())),
        f"  {len(stars)} stars lie within 30 arcsec of an object of ztf_labelled",
    ]


def contradictions(items, taxonomy):
    """Clusters in which labels exclude each other; they stay as they are."""
    nodes = collections.defaultdict(dict)
    for item in items:
        if item.node:
            nodes[item.cluster].setdefault(item.node, item)
    pairs = []
    for group in nodes.values():
        found = list(group.values())
        pairs += [(a, b) for i, a in enumerate(found) for b in found[i + 1 :] if not taxonomy.are_compatible(a.node, b.node)]
    return [
        f"  {len(pairs)} pairs that are one object have labels that exclude each other:",
        *(f"    {a.key} {a.node}, {b.key} {b.node}" for a, b in pairs),
    ]
