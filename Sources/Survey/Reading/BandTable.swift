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

    /// The band of a name; another name than the survey's own keeps its name and has no wavelength, none is a band
    /// without a name.
    func band(_ name: ReaderField<String>, _ row: Int, in packet: Packet) -> Band {
        if let range = packet.record[name, row], range.count == 1,
            let index = letters.firstIndex(of: packet.datum[range.lowerBound])
        {
            return bands[index]
        }
        let text = packet.record.string(name, row) ?? ""
        return bands.first { $0.name == text } ?? Band(text, wavelength: .nan)
    }
}
