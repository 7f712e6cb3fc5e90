"""LSST packets made from their schemas, for versions of which no real packets are at hand: every field has a value."""

import io
import json
import pathlib
import random
import struct

import fastavro

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "Schemas" / "lsst"


class PacketMaker:
    """Random values of the schema's types; what an alert needs to be one has values that can be."""

    def __init__(self, major, minor, seed=1):
        self.id = major * 100 + minor
        self.json = json.loads((SCHEMAS / f"lsst.v{major}_{minor}.alert.avsc").read_text())
        self.schema = fastavro.parse_schema(self.json)
        self.random = random.Random(f"{major}.{minor}.{seed}")
        self.named = {}

    def packet(self, number, solar_system=False):
        """The alert of one detection: of one object's light curve, or of a Solar System object."""
        packet = self._value(self.json)
        source = packet["diaSource"]
        now = 61000.0 + number
        alert = 7_000_000_000_000_000_000 + 1000 * number
        owner = 0 if solar_system else 5_000_000_000_000_000_000 + number % 2
        rows = [source, *packet["prvDiaSources"], *packet["prvDiaForcedSources"]]
        for age, row in enumerate(rows):
            row["midpointMjdTai"] = now - age / 8
            row["diaObjectId"] = owner
            row["band"] = "ugrizy"[age % 6]
            if "timeWithdrawnMjdTai" in row:
                row["timeWithdrawnMjdTai"] = now - 1 if age % 4 == 3 else None
            if "diaSourceId" in row:
                row["diaSourceId"] = alert + age
            if "ssObjectId" in row:
                row["ssObjectId"] = 3_000_000_000_000_000_000 + number if solar_system else 0
        for age, limit in enumerate(packet.get("prvDiaNondetectionLimits") or []):  # before version 8
            limit["midpointMjdTai"] = now - age / 8
            limit["band"] = "ugrizy"[age % 6]
        packet["diaSourceId"] = source["diaSourceId"]
        source["timeWithdrawnMjdTai"] = None
        source["ra"], source["dec"] = 150.0 + number, -30.0 - number
        if not solar_system:
            packet["ssSource"] = None
        return packet

    def container(self, *packets):
        file = io.BytesIO()
        fastavro.writer(file, self.schema, packets, codec="deflate")
        return file.getvalue()

    def framed(self, packet):
        file = io.BytesIO(b"\0" + struct.pack(">i", self.id))
        file.seek(0, io.SEEK_END)
        fastavro.schemaless_writer(file, self.schema, packet)
        return file.getvalue()

    def _value(self, schema):
        if isinstance(schema, str):
            return self._value(self.named[schema]) if schema in self.named else self._scalar(schema)
        if isinstance(schema, list):
            return self._value(next(branch for branch in schema if branch != "null"))
        kind = schema["type"]
        if kind == "record":
            self.named[schema["name"]] = schema
            if "namespace" in schema:
                self.named[f"{schema['namespace']}.{schema['name']}"] = schema
            return {field["name"]: self._value(field["type"]) for field in schema["fields"]}
        if kind == "array":
            return [self._value(schema["items"]) for _ in range(self.random.randint(4, 9))]
        return self._value(kind)

    def _scalar(self, kind):
        match kind:
            case "boolean":
                return self.random.random() < 0.5
            case "int":
                return self.random.randint(-(2**31), 2**31 - 1)
            case "long":
                return self.random.randint(0, 2**50)
            case "float":
                return struct.unpack("<f", struct.pack("<f", self.random.uniform(0.1, 900)))[0]
            case "double":
                return self.random.uniform(0.1, 80)
            case "string":
                return f"text {self.random.randrange(1000)} ä"
            case "bytes":
                return self.random.randbytes(self.random.randint(1, 5000))
        raise ValueError(f"no values of type {kind}")
