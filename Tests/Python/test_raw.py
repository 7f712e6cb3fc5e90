"""`trifid decode --raw` is held against fastavro, value for value, on every real file."""

import io
import json
import subprocess

import compare_raw
import fastavro
import pytest
from schema_packets import SCHEMAS, PacketMaker

RECORDS = {
    "ztf/packets": 186,
    "ztf/bulk": 3028,
    "lsst/packets": 72,
    "lsst/bulk": 490 + 4509,
    "lsst/wire_confluent": 8,
    "schemas/lsst/wire_samples_synthetic": 10,
}


@pytest.mark.parametrize("folder", RECORDS)
def test_every_value_of_every_real_packet(trifid, alerts, folder):
    schemas = compare_raw.writer_schemas(str(alerts.schemas))
    files = [str(path) for path in alerts.of(folder)]
    records, differing = compare_raw.compare(
        folder, files, [trifid.binary, "decode", "--raw"], str(alerts.schemas), schemas, {}
    )
    assert differing == 0
    assert records == RECORDS[folder]


@pytest.mark.parametrize("version", [(8, 0), (11, 0), (11, 1)], ids=lambda version: "v{}.{}".format(*version))
def test_packets_made_from_schemas(trifid, tmp_path, version):
    maker = PacketMaker(*version)
    packets = [maker.packet(number, solar_system=number == 3) for number in range(4)]
    container, *framed = [tmp_path / f"{number}.avro" for number in range(5)]
    container.write_bytes(maker.container(*packets))
    for path, packet in zip(framed, packets):
        path.write_bytes(maker.framed(packet))
    records, differing = compare_raw.compare(
        "made", [str(container), *map(str, framed)], [trifid.binary, "decode", "--raw"], str(SCHEMAS),
        compare_raw.writer_schemas(str(SCHEMAS)), {},
    )
    assert (records, differing) == (8, 0)


def run_raw(trifid, path):
    return subprocess.run([trifid.binary, "decode", "--raw", str(path)], capture_output=True, text=True, timeout=60)


def write(path, schema, records):
    with open(path, "wb") as file:
        fastavro.writer(file, fastavro.parse_schema(schema), records)


def test_a_linked_list_and_items_without_bytes(trifid, tmp_path):
    node = {"type": "record", "name": "L", "fields": [{"name": "v", "type": "int"}, {"name": "next", "type": ["null", "L"]}]}
    value = None
    for number in range(200):
        value = {"v": number, "next": value}
    write(tmp_path / "list.avro", node, [value])
    assert json.loads(run_raw(trifid, tmp_path / "list.avro").stdout) == value
    empty = {"type": "record", "name": "E", "fields": []}
    holder = {"type": "record", "name": "H", "fields": [
        {"name": "n", "type": {"type": "array", "items": "null"}}, {"name": "e", "type": {"type": "array", "items": empty}},
    ]}
    value = {"n": [None] * 1000, "e": [{}] * 1000}
    write(tmp_path / "empty.avro", holder, [value])
    assert json.loads(run_raw(trifid, tmp_path / "empty.avro").stdout) == value
    write(tmp_path / "many.avro", holder, [{"n": [None] * 100_000, "e": []}])
    refused = run_raw(trifid, tmp_path / "many.avro")
    assert refused.returncode == 1
    assert "too many values that take no bytes" in refused.stderr


def test_a_single_object_by_the_fingerprint_of_a_known_schema(trifid, tmp_path):
    schema = {"type": "record", "name": "made", "namespace": "n", "doc": "left out", "fields": [
        {"name": "x", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}], "default": None},
        {"name": "f", "type": {"type": "fixed", "name": "f", "size": 2}},
    ]}
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "made.avsc").write_text(json.dumps(schema))
    canonical = fastavro.schema.to_parsing_canonical_form(schema)
    fingerprint = bytes.fromhex(fastavro.schema.fingerprint(canonical, "CRC-64-AVRO"))
    datum = io.BytesIO()
    fastavro.schemaless_writer(datum, schema, {"x": 7, "f": b"ab"})
    (tmp_path / "made.avro").write_bytes(b"\xc3\x01" + fingerprint + datum.getvalue())
    command = [trifid.binary, "decode", "--raw", "--schemas", str(tmp_path / "schemas"), str(tmp_path / "made.avro")]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert json.loads(found.stdout)["x"] == 7
