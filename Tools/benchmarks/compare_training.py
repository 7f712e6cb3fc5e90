"""`trifid bench train` against the same step in PyTorch, in turns on one machine.

  compare_training.py TRIFID [--layers N] [--batch N] [--steps N] [--threads N] [--pairs N] [--packets DIR]

Needs torch and safetensors (pip install torch safetensors numpy). Prints one line of JSON a
case: objects a second of both and processor time an object, the ratios (the median of the pairs), the largest relative
difference of the loss curves. On a machine that others use too, take `--threads 1` and the ratio of processor times: with
two threads PyTorch's wait for one another in a loop, which is counted as work.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path


PROCESSOR = "processorMillisecondsAnObject"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trifid")
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--packets", help="folder with ztf/packets whose lengths are taken")
    options = parser.parse_args()
    numbers = [str(options.layers), str(options.steps), str(options.threads)]
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        command = [options.trifid, "bench", "train", "--json", "--cases", folder, "--batch", str(options.batch)]
        command += ["--layers", numbers[0], "--steps", numbers[1], "--threads", numbers[2]]
        if options.packets:
            command += ["--packets", options.packets]
        for _ in range(options.pairs):
            # One process a case: the peak of the memory is of one.
            for name in ("length-200", "ztf-lengths"):
                ours = subprocess.run([*command, "--case", name], check=True, capture_output=True, text=True)
                case = Path(folder) / f"{name}.safetensors"
                script = Path(__file__).with_name("torch_training.py")
                peer = subprocess.run(
                    [sys.executable, str(script), str(case), *numbers], check=True, capture_output=True, text=True
                )
                found.setdefault(name, []).append((json.loads(ours.stdout)["results"][0], json.loads(peer.stdout)))
    for name, pairs in found.items():
        row, peer = pairs[-1]
        apart = max(abs(ours - theirs) / abs(theirs) for ours, theirs in zip(row["losses"], peer["losses"]))
        print(
            json.dumps(
                {
                    "case": name,
                    "meanLength": row["meanLength"],
                    "trifid": [round(pair[0]["rate"]) for pair in pairs],
                    "torch": [round(pair[1]["rate"]) for pair in pairs],
                    "ratio": round(statistics.median(pair[0]["rate"] / pair[1]["rate"] for pair in pairs), 2),
                    "processorMillisecondsAnObject": {
                        "trifid": [round(pair[0][PROCESSOR], 2) for pair in pairs],
                        "torch": [round(pair[1][PROCESSOR], 2) for pair in pairs],
                        "ratio": round(statistics.median(pair[1][PROCESSOR] / pair[0][PROCESSOR] for pair in pairs), 2),
                    },
                    "lossesApart": apart,
                    "peakMemoryMiB": {"trifid": row["peakMemoryMiB"], "torch": peer["peakMemoryMiB"]},
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
