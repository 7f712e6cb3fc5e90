internal import Avro
internal import Sky

/// Bands by their one-letter names, without making a string of each point's.
struct BandTable {
    private let letters: [UInt8]
    private let bands: [Band]

    /// The bands whose names are one ASCII letter.
    init(_ bands: [Band]) {
        let named = bands.filter { $0.name.utf8.count == 1 }
        letters = named.map { $0.name.utf8.first ?? 0 }
        self.bands = named
    }

    /// The band of a point of the history. Another name than the survey's own keeps its name and has no wavelength;
    /// what is no name at all (null, longer than eight bytes, not printable ASCII) is a band without a name, so that
    /// the point keeps its flux.
    func band(_ name: ReaderField<String>, _ row: Int, in packet: Packet) -> Band {
        named(name, row, in: packet) ?? Band("", wavelength: .nan)
    }

    /// The band of the alert's own detection: as in the history, but what is no name is an error, except null.
    func ownBand(_ name: ReaderField<String>, _ field: String, in packet: Packet) throws(PacketError) -> Band {
        if let band = named(name, 0, in: packet) { return band }
        guard let text = packet.record.string(name) else { return Band("", wavelength: .nan) }
        throw PacketError(
            .photometry,
            .badValue,
            field: field,
            value: "'\(text)'",
            "must be a band's name, at most \(Self.longestName) characters of printable ASCII; the survey has "
                + bands.map(\.name).joined(separator: ", ")
        )
    }

    private static let longestName = 8

    private func named(_ name: ReaderField<String>, _ row: Int, in packet: Packet) -> Band? {
        if let range = packet.record[name, row], range.count == 1,
            let index = letters.firstIndex(of: packet.datum[range.lowerBound])
        {
            return bands[index]
        }
        guard let text = packet.record.string(name, row), text.utf8.count <= Self.longestName,
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        return bands.first { $0.name == text } ?? Band(text, wavelength: .nan)
    }
}
