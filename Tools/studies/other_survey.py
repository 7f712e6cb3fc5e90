"""A data set in which one survey tests what the others have taught.

  other_survey.py DATA OUT --column survey --value ASAS-3 [--nodes RRL M]

Writes the data set DATA to OUT with another split: objects with that value in the column of objects.csv (and a node at or
below one of --nodes, if they are given) are split `test`. The others of split `test`, all else of that survey, and whatever shares a
cluster with a tested object are in no split: they teach nothing. Train on OUT and evaluate its split `test`: how good a model is on a
survey that it has never seen, of classes that it has learned from others. All other files are links to DATA's.
"""
import argparse
import csv
import os
import pathlib
import sys

from tree import WHOLE_SKY, Tree


def split(rows, column, value, nodes):
    """Changes the splits of the rows; returns how many are tested."""
    if column not in rows[0]:
        sys.exit(f"other_survey.py: objects.csv has no column '{column}': it has {', '.join(rows[0])}")
    tested = [row for row in rows if row[column] == value and row["node"] and (nodes is None or row["node"] in nodes)]
    if not tested:
        known = ", ".join(sorted({row[column] for row in rows}))
        sys.exit(f"other_survey.py: no labelled object has '{value}' in {column}: there are {known}")
    if all(row["split"] == "fold" for row in rows if row["split"]):
        sys.exit("other_survey.py: the objects of this set are all in folds, none in split train: what is to teach?")
    clusters = {row["cluster"] for row in tested if row.get("cluster")}
    chosen = {row["object"] for row in tested}
    for row in rows:
        row["fold"] = ""
        if row["object"] in chosen:
            row["split"] = "test"
            # An object with a labelled alert is tested by its fold alone, and here there is none.
            row["alerts"] = "0"
        elif row.get("cluster") in clusters or row[column] == value or row["split"] in ("test", "fold"):
            row["split"] = ""
    return len(tested)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--column", default="survey")
    parser.add_argument("--value", required=True)
    parser.add_argument("--nodes", nargs="+")
    parser.add_argument("--taxonomy", default=WHOLE_SKY)
    arguments = parser.parse_args()
    with open(arguments.data / "objects.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    nodes = Tree(arguments.taxonomy).below(arguments.nodes) if arguments.nodes else None
    count = split(rows, arguments.column, arguments.value, nodes)
    arguments.out.mkdir(parents=True)
    for path in sorted(arguments.data.iterdir()):
        if path.name != "objects.csv":
            os.symlink(path.resolve(), arguments.out / path.name)
    with open(arguments.out / "objects.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{arguments.out}: {count} objects of {arguments.value} are tested")


if __name__ == "__main__":
    main()
