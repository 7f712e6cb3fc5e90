"""Who trains and who is tested, by cluster; written down, and the same at every run and on every machine.

Chance is the order of SHA-256 digests of the objects' names, which no version of a library changes."""

import collections
import hashlib

import numpy as np

FOLDS = 5


def _digest(item):
    return hashlib.sha256(item.key.encode()).hexdigest()


def _dealt(items):
    """The clusters in the order in which they are dealt, and None for a seat that is empty, since its cluster sits where
    its first one does: a twin that is found moves nobody else."""
    groups, sitting, seats = {group[0].cluster: group for group in _clusters(items)}, set(), collections.defaultdict(list)
    for item in items:
        seats[item.seat].append(item)
    for seat in _in_order(seats.values()):
        cluster = seat[0].cluster
        yield None if cluster in sitting else groups[cluster]
        sitting.add(cluster)


def _in_order(groups):
    """Lists of items in the order in which they are dealt: class by class, in it source by source, in these by chance.
    Every n-th is a share 1/n of every class, and of every source to one."""
    return sorted(groups, key=lambda group: (group[0].label, group[0].survey, _digest(group[0])))


def _clusters(items):
    groups = collections.defaultdict(list)
    for item in items:
        groups[item.cluster].append(item)
    return list(groups.values())


def mark_alerts(items):
    """`alerts` of every item of a cluster with an object of alert_labels.csv."""
    marked = {item.cluster for item in items if item.folder == "alerts"}
    for item in items:
        item.alerts = int(item.cluster in marked)


def deal_sky(items):
    """`split` of all items. The stars keep theirs, and who is one with a star shares it. Clusters of labelled alerts
    train (they are tested by fold). Of the others one tenth is val and one is test."""
    free = []
    for group in _clusters(items):
        fixed = {item.split for item in group if item.folder == "stars"}
        if len(fixed) > 1:
            raise ValueError(f"stars of the splits {sorted(fixed)} are one object: {[item.key for item in group]}")
        if fixed or group[0].alerts:
            split = fixed.pop() if fixed else "train"
            for item in group:
                item.split = split
        else:
            free += group
    for place, group in enumerate(_dealt(free)):
        for item in group or ():
            item.split = {3: "val", 8: "test"}.get(place % 10, "train")


def deal_folds(items):
    """cluster -> fold of the transients: five folds, stratified by class and source."""
    return {group[0].cluster: place % FOLDS for place, group in enumerate(_dealt(items)) if group}


def is_selected(item):
    """Whether an alert is one of those that the recipe of the alert model is measured on: unaltered, with a label that
    names a node, neither weak nor in conflict."""
    return item.folder == "alerts" and item.node != ""


def deal_alerts(items, repeat=0):
    """Fold of each selected alert, as scikit-learn's StratifiedGroupKFold(5, shuffle=True, random_state=repeat) of
    versions 1.8 and later deals alerts in the order of alert_labels.csv by their survey's object (earlier versions
    shuffled the classes of the groups and not the groups, and give other folds)."""
    labels = np.array([item.label for item in items])
    groups = np.array([item.names[0] for item in items])
    _, of_class = np.unique(labels, return_inverse=True)
    _, of_group = np.unique(groups, return_inverse=True)
    counts = np.zeros((of_group.max() + 1, of_class.max() + 1))
    np.add.at(counts, (of_group, of_class), 1)
    totals = counts.sum(axis=0)
    order = np.arange(len(counts))
    np.random.RandomState(repeat).shuffle(order)
    order = order[np.argsort(-np.std(counts[order], axis=1), kind="mergesort")]
    held = np.zeros((FOLDS, counts.shape[1]))
    fold_of = {}
    for group in order:
        best, least, fewest = None, np.inf, np.inf
        for fold in range(FOLDS):
            held[fold] += counts[group]
            spread = np.mean(np.std(held / totals, axis=0))
            held[fold] -= counts[group]
            size = held[fold].sum()
            if spread < least or (np.isclose(spread, least) and size < fewest):
                best, least, fewest = fold, spread, size
        held[best] += counts[group]
        fold_of[group] = best
    return [fold_of[group] for group in of_group.tolist()]
