"""The real packets of the shared folder, as fastavro reads them."""

import dataclasses
import pathlib

import compare_decode


@dataclasses.dataclass(frozen=True)
class Identity:
    survey: str
    alert: int
    object: str


class AlertFiles:
    """Every file of ztf/, lsst/packets, lsst/bulk and lsst/wire_confluent."""

    FOLDERS = ("ztf/packets", "ztf/bulk", "lsst/packets", "lsst/bulk", "lsst/wire_confluent")

    def __init__(self, shared):
        self.root = pathlib.Path(shared) / "data" / "alerts"
        self.schemas = self.root / "schemas" / "lsst"

    def of(self, folder):
        files = sorted((self.root / folder).glob("*.avro"))
        assert files, f"no packets in {self.root / folder}"
        return files

    @property
    def all(self):
        return [path for folder in self.FOLDERS for path in self.of(folder)]

    def packets(self, *files):
        """(writer's schema, record) of each record."""
        for path in files:
            yield from compare_decode.packets(path, self.schemas)

    def identities(self, *files):
        """The identity of each record, in order."""
        return [identity(schema, packet) for schema, packet in self.packets(*files)]


def identity(schema, packet):
    """Who a packet is of, by the rules of the surveys: see the README of the packets on their traps."""
    name = compare_decode.full_name(schema)
    if name == "ztf.alert":
        return Identity("ztf", packet["candid"], packet["objectId"])
    source = packet["diaSource"]
    alert = source["diaSourceId"]
    if source["diaObjectId"]:
        owner = str(source["diaObjectId"])
    elif source.get("ssObjectId"):
        owner = f"sso:{source['ssObjectId']}"
    else:
        owner = f"source:{alert}"
    return Identity("elasticc" if name.startswith("elasticc") else "lsst", alert, owner)
