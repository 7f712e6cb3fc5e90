internal import Avro
internal import Sky

/// What an alert may hold, so that nothing can prove too large after inference: the names are short (`Packet`), the
/// bands at most eight bytes, the errors' texts cut.
enum AlertBounds {
    /// Rows of a packet's history at the most, all lists together: ten years of LSST's visits of a field (about 1,000)
    /// as sources and as forced photometry, and room above. A real packet has 1,940.
    static let rows = 20_000
    /// Bytes of a cutout at the most; what is larger is left out and the alert flagged `shortened`. Real ones have 36 kB
    /// at the most.
    static let cutout = 4 << 20

    /// - Throws: `PacketError` with the code `decode.too-large` if the lists have too many rows.
    static func check(_ record: DecodedRecord, _ lists: ReaderList...) throws(PacketError) {
        let rows = lists.reduce(0) { $0 + record[$1] }
        guard rows <= Self.rows else {
            throw PacketError(
                .decode,
                .tooLarge,
                value: "\(rows) rows",
                "the history has \(rows) rows; \(Self.rows) are the most that are read"
            )
        }
    }
}

extension Alert {
    /// Leaves out cutouts that are larger than any survey's.
    mutating func boundCutouts() {
        func isTooLarge(_ cutout: Range<Int>?) -> Bool { (cutout?.count ?? 0) > AlertBounds.cutout }
        guard isTooLarge(cutouts.science) || isTooLarge(cutouts.template) || isTooLarge(cutouts.difference) else {
            return
        }
        cutouts = Cutouts()
        flags.insert(.shortened)
    }
}
