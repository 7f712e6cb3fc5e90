#!/usr/bin/env python3
"""Compares raw JSON decoding with fastavro, record by record and value by value.

    compare_raw.py [--data DIR] [--files FILE ...] -- PROGRAM [ARGUMENT ...]

PROGRAM is run as `PROGRAM ARGUMENT ... --schemas DIR FILE ...` and must print each record of each file as one JSON
object a line, in order: for example `.build/release/trifid decode --raw`. Without --files every real packet below
--data is compared, and the synthetic LSST messages; --data defaults to $TRIFID_SHARED/data/alerts.

Equal means: the same names in the same order; integers as JSON integers, floats bit for bit (a float32 as the double
of the same value), NaN and infinities as strings, timestamps as integers, bytes as {"bytes": count, "crc32": "hex"}.
Needs fastavro. Exit status 0 if there is no difference, 1 if there is one, 2 if the comparison could not be made.
"""

import argparse
import contextlib
import glob
import json
import math
import os
import re
import struct
import subprocess
import sys
import zlib

import fastavro
import fastavro.read
import fastavro.schema

REAL = {
    "ztf/packets": "ztf/packets/*.avro",
    "ztf/bulk": "ztf/bulk/*.avro",
    "lsst/packets": "lsst/packets/*.avro",
    "lsst/bulk": "lsst/bulk/*.avro",
    "lsst/wire_confluent": "lsst/wire_confluent/*.avro",
    "wire_samples_synthetic": "schemas/lsst/wire_samples_synthetic/*.avro",
}
SHOWN = 20


@contextlib.contextmanager
def integer_timestamps():
    """Within, fastavro leaves timestamps as the integers that they are."""
    readers = fastavro.read.LOGICAL_READERS
    before = dict(readers)
    readers.clear()
    try:
        yield
    finally:
        readers.update(before)


def writer_schemas(folder):
    """Schema id -> function that loads the schema: major x 100 + minor of lsst.vM_m.alert.avsc."""
    found = {}
    for path in glob.glob(os.path.join(folder, "**", "*.alert.avsc"), recursive=True):
        match = re.fullmatch(r"lsst\.v(\d+)_(\d+)\.alert\.avsc", os.path.basename(path))
        if match:
            found[int(match[1]) * 100 + int(match[2])] = path
    return found


def expected_records(path, schemas, loaded):
    with open(path, "rb") as file:
        magic = file.read(5)
        if magic.startswith(b"Obj\x01"):
            file.seek(0)
            yield from fastavro.reader(file)
            return
        if magic[0] != 0:
            raise ValueError(f"{path}: neither a container nor a framed message")
        schema_id = int.from_bytes(magic[1:5], "big")
        if schema_id not in loaded:
            loaded[schema_id] = fastavro.schema.load_schema(schemas[schema_id])
        yield fastavro.schemaless_reader(file, loaded[schema_id])
        if file.read(1):
            raise ValueError(f"{path}: bytes after the datum")


def differences(expected, printed, path, counts):
    """Yields a line for each value that is not printed as it is."""
    counts["values"] += 1
    if isinstance(expected, dict):
        if not isinstance(printed, dict) or list(expected) != list(printed):
            yield f"{path}: other fields: {list(expected)} printed as {printed!r:.200}"
            return
        for name, value in expected.items():
            yield from differences(value, printed[name], f"{path}.{name}", counts)
        return
    if isinstance(expected, list):
        if not isinstance(printed, list) or len(expected) != len(printed):
            yield f"{path}: {len(expected)} items printed as {printed!r:.200}"
            return
        for index, value in enumerate(expected):
            yield from differences(value, printed[index], f"{path}[{index}]", counts)
        return
    if isinstance(expected, bytes):
        wanted = {"bytes": len(expected), "crc32": f"{zlib.crc32(expected):08x}"}
    elif isinstance(expected, float) and not math.isfinite(expected):
        wanted = "NaN" if math.isnan(expected) else "Infinity" if expected > 0 else "-Infinity"
    else:
        wanted = expected
    is_same = type(wanted) is type(printed) and (
        struct.pack("<d", wanted) == struct.pack("<d", printed) if isinstance(wanted, float) else wanted == printed
    )
    if not is_same:
        yield f"{path}: {wanted!r:.200} ({type(wanted).__name__}) printed as {printed!r:.200} ({type(printed).__name__})"


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"a name twice in {names}")
    return dict(pairs)


def compare(group, files, command, schema_folder, schemas, loaded):
    counts = {"records": 0, "values": 0}
    differing = 0
    run = [*command, "--schemas", schema_folder, *files]
    with integer_timestamps(), subprocess.Popen(run, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        for path in files:
            for index, expected in enumerate(expected_records(path, schemas, loaded)):
                line = process.stdout.readline()
                counts["records"] += 1
                where = f"{os.path.basename(path)} record {index}"
                if not line:
                    found = [f"{where}: not printed"]
                else:
                    printed = json.loads(line, object_pairs_hook=unique)
                    found = list(differences(expected, printed, where, counts))
                for text in found[: max(0, SHOWN - differing)]:
                    print(text)
                differing += len(found)
        if process.stdout.readline():
            print(f"{group}: more lines than records")
            differing += 1
    if process.returncode != 0:
        print(f"{group}: the program ended with status {process.returncode}")
        differing += 1
    print(
        f"{group}: {len(files)} files, {counts['records']} records, {counts['values']} values, "
        f"{differing} differences"
    )
    return counts["records"], differing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = os.environ.get("TRIFID_SHARED", "../shared")
    parser.add_argument("--data", default=os.path.join(shared, "data", "alerts"))
    parser.add_argument("--files", nargs="*", help="compare these instead")
    parser.add_argument("command", nargs="+", metavar="PROGRAM")
    arguments = parser.parse_args()
    schema_folder = os.path.join(arguments.data, "schemas", "lsst")
    schemas = writer_schemas(schema_folder)
    groups = {group: sorted(glob.glob(os.path.join(arguments.data, pattern))) for group, pattern in REAL.items()}
    if arguments.files is not None:
        groups = {"files": arguments.files}
    loaded = {}
    records = differing = 0
    for group, files in groups.items():
        if not files:
            print(f"{group}: no files below {arguments.data}", file=sys.stderr)
            return 2
        result = compare(group, files, arguments.command, schema_folder, schemas, loaded)
        records += result[0]
        differing += result[1]
    print(f"all: {records} records, {differing} differences")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
