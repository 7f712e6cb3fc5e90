"""Makes .data/stars, .data/transients and .data/sky; called by Deploy/datasets, which says how."""

import argparse
import collections
import contextlib
import copy
import csv
import os
import pathlib
import shutil
import sys
import time
import zipfile
import zlib

import describe
import labelled
import packets
import rules
import splits
import stars
import summary
import tables
import transients
from clusters import assign, settle
from features import ALLOWED
from taxonomy import Taxonomy, TaxonomyError

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLUMNS = "object class node split fold cluster alerts folder survey source kind subclass quality ra dec event".split()
FOLDERS = {
    "stars": ["stars"],
    "transients": ["transients"],
    "sky": ["stars", "transients", "transients-bts", "ztf_labelled", "alerts"],
}
BEGIN = time.monotonic()


def say(text):
    """A line of progress."""
    print(f"[{time.monotonic() - BEGIN:5.0f} s] {text}", flush=True)


class Unusable(Exception):
    """A folder that cannot be read, and why."""


@contextlib.contextmanager
def reading(folder):
    """Says what is read, and which folder it is that cannot be."""
    say(f"reading {folder}")
    try:
        yield
    except KeyError as error:
        raise Unusable(f"{folder}: no column, field or name {error}; other data than those described?") from error
    except (OSError, ValueError, EOFError, csv.Error, zipfile.BadZipFile, zlib.error) as error:
        raise Unusable(f"{folder}: {error}") from error


class Sky:
    """All folders, read, labelled, clustered and split."""

    def __init__(self, data, taxonomy):
        with reading(data / "stars"):
            self.stars = stars.read(data / "stars")
        with reading(data / "transients"):
            self.transients = transients.read(data / "transients")
            self.bts = transients.read_bts(data / "transients")
            self.spectra_only, tests = transients.read_spectra_only(data / "transients")
        with reading(data / "ztf_labelled"):
            self.labelled = labelled.read(data / "ztf_labelled")
        with reading(data / "alerts" / "ztf"):
            self.alerts, self.altered = packets.read(data / "alerts" / "ztf", data)
        self.parts = [self.stars, self.transients, self.bts, self.labelled, self.spectra_only, self.alerts]
        self.items = [item for part in self.parts for item in part.items]
        self.fixed = {item.name: item.split for item in self.stars.items}
        # Test uploads are not written, but keep their seats in dealing, so that nobody else is moved.
        everything = self.items + self.altered + tests
        for item in everything:
            item.node = taxonomy.node(item.folder, item.label, item.subclass)
            if item.quality.startswith("weak") or item.quality.endswith("in conflict"):
                item.node = ""  # a doubtful label trains nothing
        say(f"clustering {len(everything)} entries")
        # The folder of the stars has left out its own copies (no two of its curves share 15 % of their points), nobody
        # else has its bands, and its spectra are mostly shared on purpose: it is not compared.
        self.pairs = assign(everything, taxonomy, [part for part in self.parts if part is not self.stars])
        self.settled = settle(everything, taxonomy)
        for item in everything:
            item.event = int(item.node in taxonomy.events)
        splits.mark_alerts(everything)
        splits.deal_sky(everything)
        self.selected = [item for item in self.alerts.items if splits.is_selected(item)]
        # An altered packet stands only where it completes the list of the selected.
        dropped = [item for item in self.alerts.items if item.extra["altered"] == "1" and item not in self.selected]
        self.altered += dropped
        self.alerts.items = [item for item in self.alerts.items if item not in dropped]
        self.items = [item for part in self.parts for item in part.items]
        self._deal_alerts(everything)
        self.folds = splits.deal_folds(self.transients.items)

    def _deal_alerts(self, everything):
        """The folds of the selected alerts hold for all of their cluster."""
        fold_of = {}
        for item, fold in zip(self.selected, splits.deal_alerts(self.selected)):
            if fold_of.setdefault(item.cluster, str(fold)) != str(fold):
                raise rules.RuleBroken(f"{item.key}: its cluster is in two folds")
        for repeat in (1, 2):  # the recipe's further repeats, which follow the same objects
            for item, fold in zip(self.selected, splits.deal_alerts(self.selected, repeat)):
                item.extra[f"fold_repeat_{repeat}"] = str(fold)
        for item in everything:
            item.fold = fold_of.get(item.cluster, "")

    def check(self):
        """The rules that look at everything."""
        say("checking the rules")
        spectra = [row for part in self.parts for row in part.spectra]
        rules.check_numbers(self.items, spectra, self.selected)
        rules.check_names(self.items)
        rules.check_splits(self.items, self.fixed, self.altered)
        rules.check_folds(self.transients.items, self.folds)
        rules.check_features(self.items)
        rules.check_spectra(spectra, [image for part in self.parts for image in part.images])


def some(items, most):
    """About so many objects of each folder, evenly taken; all alerts."""
    if most is None:
        return items
    kept = [item for item in items if item.folder == "alerts"]
    for folder in dict.fromkeys(item.folder for item in items if item.folder != "alerts"):
        of_folder = [item for item in items if item.folder == folder]
        kept += of_folder[:: max(1, len(of_folder) // most)]
    chosen = {item.key for item in kept}
    return [item for item in items if item.key in chosen]


def write(folder, name, parts, rename, notes):
    """The files of one data set. `parts` are (part, items of it that are taken); `rename` is the name of an item in it.
    They are made beside and take the old one's place at the end."""
    made = folder.with_name(f".{name}.making")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    items = [item for _, taken in parts for item in taken]
    extra = list(dict.fromkeys(column for item in items for column in item.extra))
    with tables.table(made / "objects.csv", COLUMNS + extra) as add:
        for i in items:
            place = ("", "") if i.ra is None else (f"{i.ra:.6f}", f"{i.dec:.6f}")
            add(
                [rename(i), i.label, i.node, i.split, i.fold, i.cluster, i.alerts, i.folder, i.survey, i.source, i.kind]
                + [i.subclass, i.quality, *place, i.event, *(i.extra.get(column, "") for column in extra)]
            )
    used_features = [feature for feature in ALLOWED if any(feature in item.features for item in items)]
    with tables.table(made / "metadata.csv", ["object", *used_features]) as add:
        for item in items:
            if item.features:
                add([rename(item), *(item.features.get(feature, "") for feature in used_features)])
    say(f"{name}: writing light curves")
    points, used_bands = collections.Counter(), set()
    with tables.points(made / "photometry.csv.gz") as add:
        for part, taken in parts:
            wanted = {item.key: item for item in taken}
            for item, curve in part.curves:
                if item.key in wanted:
                    rules.check_points(item, curve)
                    add(rename(item), curve, item.kind)
                    points[item.key] += len(curve.mjd)
                    used_bands.update(curve.band)
    images = [image for part, _ in parts for image in part.images]
    files = {image.name: "spectra.fits" if len(images) == 1 else image.name for image in images}
    spectra, chosen = collections.Counter(), {item.key: item for item in items}
    with tables.table(made / "spectra.csv", "spectrum object mjd file row source shared note".split()) as add:
        for part, _ in parts:
            for row in part.spectra:
                if row.item.key in chosen:
                    spectra[row.item.key] += 1
                    identity = f"{row.image.removesuffix('.fits').removeprefix('spectra-')}:{row.row}"
                    add([identity, rename(row.item), row.mjd, files[row.image], row.row, row.source, row.shared, row.note])
    for image in images:
        tables.image(made / files[image.name], image)
    named = {files[image.name]: image for image in images}
    tables.document(
        made / "dataset.yaml", describe.content(name, FOLDERS[name], used_bands, used_features, named)
    )
    without = [f"{item.key} has no points" for item in items if item.kind and not points[item.key]]
    told = summary.text(name, items, points, spectra, notes + without)
    (made / "summary.txt").write_text(told)
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)
    print(told, flush=True)


def in_folds(part, folds):
    """The transients with their own folds in place of the sky's splits."""
    twins = {}
    for item in part.items:
        twin = twins[item.key] = copy.copy(item)
        twin.split, twin.fold = "fold", str(folds[item.cluster])
    return list(twins.values())


def run(arguments):
    """What the command line asks for."""
    data = pathlib.Path(os.environ.get("TRIFID_SHARED") or ROOT.parent / "shared").resolve() / "data"
    for folder in ("stars", "transients", "ztf_labelled", "alerts/ztf"):
        if not (data / folder).is_dir():
            raise Unusable(f"no folder {data / folder}; set TRIFID_SHARED")
    taxonomy = Taxonomy(ROOT / "Config" / "taxonomy.yaml")
    sky = Sky(data, taxonomy)
    sky.check()
    notes = [*summary.joins(sky.pairs), *summary.contradictions(sky.settled)]
    notes += [note for part in sky.parts for note in part.notes]
    most = arguments.objects
    for name in arguments.sets or list(FOLDERS):
        if name == "stars":
            parts, rename, told = [(sky.stars, some(sky.stars.items, most))], lambda item: item.name, []
        elif name == "transients":
            parts = [(sky.transients, some(in_folds(sky.transients, sky.folds), most))]
            own = {item.key for item in sky.transients.items}
            told = summary.joins([pair for pair in sky.pairs if {pair.one.key, pair.other.key} <= own])
            told += summary.contradictions([group for group in sky.settled if own & {item.key for item, _ in group}])
            rename, told = lambda item: item.name, told + sky.transients.notes
        else:
            parts = [(part, some(part.items, most)) for part in sky.parts]
            rename, told = lambda item: item.key, notes
        write(arguments.output.resolve() / name, name, parts, rename, told)
    say("done")


def main():
    """Exit status 1 with one line where something cannot be used."""
    parser = argparse.ArgumentParser(prog="Deploy/datasets", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help="stars, transients, sky; all without one")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / ".data", help="folder to write to (.data)")
    parser.add_argument("--objects", type=int, help="write about so many objects of each folder, and all alerts")
    arguments = parser.parse_args()
    if wrong := [name for name in arguments.sets if name not in FOLDERS]:
        parser.error(f"no data set '{wrong[0]}'; there are {', '.join(FOLDERS)}")
    if arguments.objects is not None and arguments.objects < 1:
        parser.error("--objects must be at least 1")
    try:
        run(arguments)
    except (Unusable, rules.RuleBroken, TaxonomyError, OSError, ValueError) as error:
        print(f"Deploy/datasets: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
