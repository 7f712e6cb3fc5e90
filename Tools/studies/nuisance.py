"""How much of the first level's class the survey alone gives away in the examples that training sees.

  trifid dataset draw --recipe RECIPE -n 30000 DIR > drawn.csv
  nuisance.py drawn.csv [--json FILE]

Boosted trees on number, span and gaps of the points, bands, brightness, noise and what is missing, tested on objects that they
have not seen (five folds by object). Prints the balanced accuracy of all columns and of each group of them; chance is one over
the number of classes. The file is for `trifid evaluate --report DIR --nuisance FILE`. Needs
scikit-learn and pandas.
"""
import argparse
import json

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupKFold

GROUPS = {
    "points": ["points", "detections"],
    "times": ["span", "gap"],
    "bands": ["bands", "wavelength"],
    "brightness": ["magnitude"],
    "noise": ["error"],
    "fluxes": ["total", "difference"],
}


def balanced_accuracy(rows, columns):
    """Of the first level, each object told by trees that have not seen it."""
    told = np.empty(len(rows), object)
    for train, test in GroupKFold(5).split(rows, groups=rows["object"]):
        model = HistGradientBoostingClassifier(max_iter=150, class_weight="balanced", random_state=1)
        model.fit(rows[columns].iloc[train], rows["level"].iloc[train])
        told[test] = model.predict(rows[columns].iloc[test])
    return balanced_accuracy_score(rows["level"], told.astype(str))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drawn")
    parser.add_argument("--json", metavar="FILE", help="write the figures here too")
    arguments = parser.parse_args()
    rows = pd.read_csv(arguments.drawn)
    # A spectrum alone has no light curve whose survey could be told.
    rows = rows[rows["level"].notna() & (rows["points"] > 0)]
    missing = [column for column in rows.columns if column.startswith("has_") or column == "spectrum"]
    groups = {**GROUPS, "missing": missing}
    every = [column for columns in groups.values() for column in columns]
    chance = 1 / rows["level"].nunique()
    print(f"{len(rows)} examples of {rows['object'].nunique()} objects; chance {chance:.3f}")
    found = []
    not_missing = [column for column in every if column not in missing]
    for name, columns in {"all": every, **groups, "not missing": not_missing}.items():
        found.append({"name": name, "balancedAccuracy": balanced_accuracy(rows, columns)})
        print(f"{name:12} {found[-1]['balancedAccuracy']:.3f}", flush=True)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(
                {
                    "examples": len(rows),
                    "objects": int(rows["object"].nunique()),
                    "chance": chance,
                    "groups": found,
                },
                file,
                indent=1,
            )



if __name__ == "__main__":
    main()
