"""Two classifiers that are no network on the constants that a model sees, and how a model compares with them.

  trifid dataset constants --constants star .data/stars > constants.csv
  trifid evaluate --model MODEL --data .data/stars --split test --answers > answers.jsonl
  baselines.py constants.csv answers.jsonl...

Trains on split `train` and tests on split `test`, at the deepest nodes that objects have (a label above another says less, and is
left out): 15 nearest neighbours on standardised
constants, and boosted trees with the mean of three seeds. Of each model's answers (one file a model or seed; several are also
averaged) it prints accuracy, balanced accuracy and what the model is ahead by with the paired standard error: both are asked
about the same objects. Needs scikit-learn and pandas.
"""
import argparse
import json

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.neighbors import KNeighborsClassifier
from tree import WHOLE_SKY, Tree

KEYS = ["object", "node", "split", "fold"]
SEEDS = 3


def told_by_neighbours(train, test, columns):
    """The class of most of the 15 nearest; a constant that is not known is at the mean."""
    mean, deviation = train[columns].mean(), train[columns].std().replace(0, 1)
    scaled = [((rows[columns] - mean) / deviation).clip(-5, 5).fillna(0) for rows in (train, test)]
    model = KNeighborsClassifier(15, weights="distance").fit(scaled[0], train["node"])
    return model.predict(scaled[1])


def told_by_trees(train, test, columns):
    """The mean of the probabilities over seeds, each a tenth of the training objects deciding when to stop."""
    probabilities = 0
    for seed in range(SEEDS):
        model = HistGradientBoostingClassifier(
            max_iter=400, learning_rate=0.06, max_leaf_nodes=31, early_stopping=True, random_state=seed
        ).fit(train[columns], train["node"])
        probabilities = probabilities + model.predict_proba(test[columns])
    return model.classes_[probabilities.argmax(1)]


def read_answers(path, nodes):
    """object -> probabilities of the nodes."""
    found = {}
    with open(path) as file:
        for line in file:
            answer = json.loads(line)
            found[answer["object"]] = np.array([answer["probabilities"][node] for node in nodes])
    return found


def accuracy(right, _labels):
    return right.mean(), right.std() / len(right) ** 0.5


def balanced(right, labels):
    """Mean of the recalls, and its standard error."""
    parts = [right[labels == name] for name in np.unique(labels)]
    error = sum(part.var() / len(part) for part in parts) ** 0.5 / len(parts)
    return np.mean([part.mean() for part in parts]), error


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("constants")
    parser.add_argument("answers", nargs="+")
    parser.add_argument("--taxonomy", default=WHOLE_SKY)
    arguments = parser.parse_args()
    rows = pd.read_csv(arguments.constants)
    rows = rows[rows["node"].isin(Tree(arguments.taxonomy).deepest(rows["node"].dropna().unique()))]
    columns = [column for column in rows.columns if column not in KEYS]
    train, test = rows[rows["split"] == "train"], rows[rows["split"] == "test"]
    nodes = sorted(test["node"].unique())
    labels = test["node"].to_numpy()
    told = {
        "15 nearest neighbours": told_by_neighbours(train, test, columns),
        f"boosted trees, {SEEDS} seeds": told_by_trees(train, test, columns),
    }
    baselines = {name: (answers == labels).astype(float) for name, answers in told.items()}
    models = {}
    every = [read_answers(path, nodes) for path in arguments.answers]
    for path, answers in zip(arguments.answers, every):
        probabilities = np.array([answers[name] for name in test["object"]])
        models[path] = (np.array(nodes)[probabilities.argmax(1)] == labels).astype(float)
    if len(every) > 1:
        # The mean over the models of being right, as of a table's mean over seeds.
        models["mean over these"] = np.mean(list(models.values()), 0)
    print(f"{len(train)} to train on, {len(test)} tested, {len(nodes)} classes, {len(columns)} constants")
    for name, right in (baselines | models).items():
        (share, error), (mean, deviation) = accuracy(right, labels), balanced(right, labels)
        print(f"{name:40} {share:.4f} +- {error:.4f}   balanced {mean:.4f} +- {deviation:.4f}")
    for name, right in models.items():
        for other, wrong in baselines.items():
            (share, error), (mean, deviation) = accuracy(right - wrong, labels), balanced(right - wrong, labels)
            print(
                f"{name} less {other}: {share:+.4f} +- {error:.4f}, {share / max(error, 1e-9):+.1f} standard errors; "
                f"balanced {mean:+.4f} +- {deviation:.4f}, {mean / max(deviation, 1e-9):+.1f}"
            )


if __name__ == "__main__":
    main()
