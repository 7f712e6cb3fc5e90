"""How right a model is about the labelled alerts, as the stream would answer them: each by a model trained without its fold.

  labelled_alerts.py --data .data/sky --packets SHARED/data/alerts/ztf --trifid .build/release/trifid M0 M1 M2 M3 M4
  labelled_alerts.py ... --answers kept.jsonl      (a file of earlier answers is read in place of asking again)

M0 to M4 are model folders of `trifid finetune --fold 0` to 4. Every packet of a labelled alert goes through `trifid annotate`, and
its probabilities are compared with the label: at the first level, at the deepest node that a label names, of the surest three
quarters, and by a gate that is fitted on the other folds' alerts so that at most 5 % of what it decides are wrong. Deviations are
of a bootstrap over objects, whose alerts stand together. Needs fastavro, numpy and PyYAML.
"""
import argparse
import collections
import csv
import json
import pathlib
import subprocess

import fastavro
import numpy as np
from tree import WHOLE_SKY, Tree

TARGET = 0.05  # share of the decisions that may be wrong
FEWEST = 3  # objects of a class that counts in macro-F1


def labelled(data):
    """candid -> its row of objects.csv, of the alerts that count and were not altered."""
    with open(data / "objects.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["folder"] == "alerts" and row["fold"] and row["node"]]
    return {row["object"].removeprefix("alerts/"): row for row in rows if row["altered"] == "0"}


def stop(message):
    raise SystemExit(f"labelled_alerts.py: {message}")


def check(arguments, rows):
    """What cannot be asked is said before hours of asking."""
    folds = {int(row["fold"]) for row in rows.values()}
    if not rows:
        stop(f"{arguments.data} has no labelled alerts in folds")
    if arguments.packets is None:
        stop("--packets is missing: the folder of the alerts' packets")
    if folds != set(range(len(arguments.models))):
        stop(f"{len(arguments.models)} models for {len(folds)} folds: name the model of each fold, fold 0 first")


def files_of(packets, wanted):
    """candid -> the first file by name that holds its packet."""
    found = {}
    for path in sorted(packets.glob("**/*.avro")):
        with open(path, "rb") as file:
            for packet in fastavro.reader(file):
                if str(packet["candid"]) in wanted:
                    found.setdefault(str(packet["candid"]), path)
    if missing := wanted - found.keys():
        stop(f"{packets} has no packet of {len(missing)} of {len(wanted)} alerts ({min(missing)})")
    return found


def ask(trifid, models, rows, files):
    """candid -> probabilities of the nodes, by the model of its fold."""
    answers = {}
    for fold, model in enumerate(models):
        mine = {candid for candid, row in rows.items() if int(row["fold"]) == fold}
        paths = sorted({str(files[candid]) for candid in mine})
        done = subprocess.run([trifid, "annotate", "--model", model, *paths], capture_output=True, text=True)
        for line in done.stdout.splitlines():
            answer = json.loads(line)
            if answer["alertId"] in mine:
                answers.setdefault(answer["alertId"], answer["classifications"][0]["probabilities"])
        if missing := mine - answers.keys():
            stop(f"no answer to {len(missing)} alerts of fold {fold}, status {done.returncode}: {done.stderr[:400]}")
    return answers


def said(probabilities, nodes):
    return max(nodes, key=probabilities.__getitem__)


def gate(confidences, right, objects):
    """The least confidence at which the target is kept, were one object more wrong than has been (Sources/Training, Gates)."""
    one = len(objects) / len(set(objects))  # alerts of an object
    best, wrong = 1.1, 0
    order = np.argsort(-confidences)
    for number, place in enumerate(order):
        wrong += not right[place]
        is_last = number + 1 == len(order) or confidences[order[number + 1]] < confidences[place]
        if is_last and confidences[place] >= 0.5 and (wrong + one) / (number + 1 + one) <= TARGET:
            best = confidences[place]
    return best


def figures(table):
    """What is printed, of rows of (object, first level, said, confidence, deepest label, said)."""
    right = np.array([row["level"] == row["said"] for row in table], float)
    confidences = np.array([row["confidence"] for row in table])
    surest = np.argsort(-confidences, kind="stable")[: round(0.75 * len(table))]
    found = {"first level": right.mean(), "surest 75 %": right[surest].mean()}
    groups = collections.defaultdict(list)
    for row in table:
        groups[row["object"]].append(row)
    means = []
    for rows in groups.values():
        mean = {node: np.mean([row["levels"][node] for row in rows]) for node in rows[0]["levels"]}
        means.append(max(mean, key=mean.get) == rows[0]["level"])
    found["first level, by object"] = np.mean(means)
    for name in sorted({row["level"] for row in table}):
        found[f"recall of {name}"] = np.mean([r for r, row in zip(right, table) if row["level"] == name])
    found["deepest node"] = np.mean([row["label"] == row["deepest"] for row in table])
    objects = collections.defaultdict(set)
    for row in table:
        objects[row["label"]].add(row["object"])
    scores = []
    for name in sorted(name for name, members in objects.items() if len(members) >= FEWEST):
        hits = sum(row["label"] == name == row["deepest"] for row in table)
        total = sum(row["label"] == name for row in table) + sum(row["deepest"] == name for row in table)
        scores.append(2 * hits / total)
    found["macro-F1"] = np.mean(scores) if scores else float("nan")
    return found


def bootstrap(table, samples=1000):
    """Deviation of each figure over samples of objects."""
    groups = collections.defaultdict(list)
    for row in table:
        groups[row["object"]].append(row)
    groups = list(groups.values())
    generator = np.random.default_rng(1)
    drawn = collections.defaultdict(list)
    for _ in range(samples):
        rows = []
        for number, place in enumerate(generator.integers(len(groups), size=len(groups))):
            rows += [{**row, "object": number} for row in groups[place]]
        for name, value in figures(rows).items():
            drawn[name].append(value)
    return {name: np.nanstd(values) for name, values in drawn.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--packets", type=pathlib.Path)
    parser.add_argument("--trifid", default="trifid")
    parser.add_argument("--answers", type=pathlib.Path)
    parser.add_argument("--taxonomy", default=WHOLE_SKY)
    arguments = parser.parse_args()
    tree, rows = Tree(arguments.taxonomy), labelled(arguments.data)
    if arguments.answers and arguments.answers.exists():
        answers = {line["candid"]: line["probabilities"] for line in map(json.loads, arguments.answers.open())}
        if missing := rows.keys() - answers.keys():
            stop(f"{arguments.answers} has no answer to {len(missing)} of {len(rows)} alerts ({min(missing)}): it is of another data set")
    else:
        check(arguments, rows)
        answers = ask(arguments.trifid, arguments.models, rows, files_of(arguments.packets, rows.keys()))
        if arguments.answers:
            lines = [json.dumps({"candid": c, "probabilities": p}) for c, p in sorted(answers.items())]
            arguments.answers.write_text("\n".join(lines) + "\n")
    deepest = tree.deepest({row["node"] for row in rows.values()})
    levels = sorted({tree.level(node) for node in deepest})
    table = []
    for candid, row in sorted(rows.items()):
        probabilities = answers[candid]
        of_levels = {node: probabilities[node] for node in levels}
        table.append(
            {
                "object": row["survey_object"],
                "fold": int(row["fold"]),
                "level": tree.level(row["node"]),
                "levels": of_levels,
                "said": said(probabilities, levels),
                "confidence": max(of_levels.values()),
                "label": row["node"],
                "deepest": said(probabilities, deepest) if row["node"] in deepest else row["node"],
            }
        )
    print(f"{len(table)} alerts of {len({row['object'] for row in table})} objects; {len(deepest)} deepest labels")
    deep = [row for row in table if row["label"] in deepest]
    found, deviations = figures(table), bootstrap(table)
    # Labels above the deepest say nothing of these.
    for name in ("deepest node", "macro-F1"):
        found[name], deviations[name] = figures(deep)[name], bootstrap(deep)[name]
    for name, value in found.items():
        print(f"{name:28} {value:.3f} +- {deviations[name]:.3f}")
    decided = []
    for fold in sorted({row["fold"] for row in table}):
        others = [row for row in table if row["fold"] != fold]
        threshold = gate(
            np.array([row["confidence"] for row in others]),
            [row["level"] == row["said"] for row in others],
            [row["object"] for row in others],
        )
        decided += [row["level"] == row["said"] for row in table if row["fold"] == fold and row["confidence"] >= threshold]
    share = np.mean(decided) if decided else float("nan")
    print(f"{'decided by the others gate':28} {len(decided) / len(table):.3f}, right {share:.3f}")


if __name__ == "__main__":
    main()
