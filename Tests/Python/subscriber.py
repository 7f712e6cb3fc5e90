"""What a subscriber gets: annotated alerts read by fastavro, and what must be true of them."""

import io
import json
import pathlib
import struct

import fastavro
from fastavro.validation import validate

SCHEMA_FILE = pathlib.Path(__file__).resolve().parents[2] / "Schemas" / "annotated_alert.avsc"
SCHEMA_JSON = json.loads(SCHEMA_FILE.read_text())
SCHEMA = fastavro.parse_schema(SCHEMA_JSON)


def in_container(value):
    """The one annotated alert of a message and the schema that came with it."""
    reader = fastavro.reader(io.BytesIO(value))
    (record,) = reader
    return record, json.loads(reader.metadata["avro.schema"])


def in_frame(value):
    """The annotated alert of a Confluent-framed message and its schema id."""
    file = io.BytesIO(value)
    magic, number = struct.unpack(">bi", file.read(5))
    assert magic == 0
    record = fastavro.schemaless_reader(file, SCHEMA, None)
    assert not file.read()
    return record, number


def read_alerts(messages):
    """The annotated alerts of container messages, each checked against the published schema."""
    records = []
    for message in messages:
        record, schema = in_container(message.value())
        assert schema == SCHEMA_JSON
        validate(record, SCHEMA, raise_errors=True, strict=True)
        assert message.key() == record["objectId"].encode()
        records.append(record)
    return records


def position(record):
    place = record["input"]
    return place["topic"], place["partition"], place["offset"]


def check_once_in_order(messages, records):
    """No alert and no input position goes out twice, and an object's alerts go out in the order of their input."""
    ids = [(record["survey"], record["alertId"]) for record in records]
    assert len(set(ids)) == len(ids)
    positions = [position(record) for record in records]
    assert len(set(positions)) == len(positions)
    last = {}
    places = zip(messages, records)
    for message, record in sorted(places, key=lambda pair: (pair[0].topic(), pair[0].partition(), pair[0].offset())):
        topic, partition, offset = position(record)
        key = message.topic(), record["survey"], record["objectId"], topic, partition
        assert last.get(key, -1) < offset, f"{key} went out behind {last[key]}: {offset}"
        last[key] = offset
