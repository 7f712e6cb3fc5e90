"""A data set in which one survey tests what the others have taught.

  other_survey.py DATA OUT --column survey --value ASAS-3 [--nodes RRL M]

Writes the data set DATA to OUT with another split: objects with that value in the column of objects.csv (and a node at or
below one of --nodes, if they are given) are split `test`, the others of split `test` are left out of every split, and whatever
shares a cluster with a tested object teaches nothing. Train on OUT and evaluate its split `test`: how good a model is on a
survey that it has never seen, of classes that it has learned from others. All other files are links to DATA's.
"""
import argparse
import csv
import os
import pathlib
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


def below(taxonomy, names):
    """The nodes that stand at or under these."""
    found = set()

    def add(nodes, is_under):
        for name, node in nodes.items():
            if is_under or name in names:
                found.add(name)
            add(node.get("children") or {}, is_under or name in names)

    add(yaml.safe_load(pathlib.Path(taxonomy).read_text())["nodes"], False)
    return found


def split(rows, column, value, nodes):
    """Changes the splits of the rows; returns how many are tested."""
    if column not in rows[0]:
        sys.exit(f"other_survey.py: objects.csv has no column '{column}': it has {', '.join(rows[0])}")
    tested = [row for row in rows if row[column] == value and row["node"] and (nodes is None or row["node"] in nodes)]
    if not tested:
        known = ", ".join(sorted({row[column] for row in rows}))
        sys.exit(f"other_survey.py: no labelled object has '{value}' in {column}: there are {known}")
    clusters = {row["cluster"] for row in tested if row["cluster"]}
    chosen = {row["object"] for row in tested}
    for row in rows:
        row["fold"] = ""
        if row["object"] in chosen:
            row["split"] = "test"
            # An object with a labelled alert is tested by its fold alone, and here there is none.
            row["alerts"] = "0"
        elif row["cluster"] in clusters or row["split"] == "test":
            row["split"] = ""
    return len(tested)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--column", default="survey")
    parser.add_argument("--value", required=True)
    parser.add_argument("--nodes", nargs="+")
    parser.add_argument("--taxonomy", default=ROOT / "Config" / "taxonomy.yaml")
    arguments = parser.parse_args()
    with open(arguments.data / "objects.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    nodes = below(arguments.taxonomy, arguments.nodes) if arguments.nodes else None
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
