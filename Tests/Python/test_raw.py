"""`trifid decode --raw` is held against fastavro, value for value, on every real file."""

import compare_raw
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
