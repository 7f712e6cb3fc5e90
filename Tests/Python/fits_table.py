"""A FITS table as anyone reads it who has nothing but the standard at hand."""

import numpy as np


def read(path):
    """Keywords and columns of the binary table of a FITS file, by the standard alone."""
    blob = path.read_bytes()
    assert len(blob) % 2880 == 0
    headers, place = [], 0
    while len(headers) < 2:
        cards = {}
        while "END" not in cards:
            for card in (blob[place + 80 * n : place + 80 * n + 80].decode("ascii") for n in range(36)):
                key, value = card[:8].strip(), card[10:].split("/")[0].strip()
                cards[key] = value.strip("'").strip() if value.startswith("'") else value
            place += 2880
        headers.append(cards)
    header = headers[1]
    kinds = {"A": "S", "J": ">i4", "E": ">f4"}
    fields = []
    for number in range(1, int(header["TFIELDS"]) + 1):
        form = header[f"TFORM{number}"]
        width, kind = int(form[:-1] or 1), form[-1]
        fields.append((header[f"TTYPE{number}"], f"S{width}") if kind == "A" else (header[f"TTYPE{number}"], kinds[kind], (width,)))
    rows = np.frombuffer(blob, np.dtype(fields), int(header["NAXIS2"]), place)
    # Blanks at the end of a text mean nothing.
    return header, {name: np.strings.rstrip(rows[name]) if rows[name].dtype.kind == "S" else rows[name] for name in rows.dtype.names}
