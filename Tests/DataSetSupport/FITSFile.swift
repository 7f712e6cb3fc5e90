import Foundation

/// The bytes of a FITS file with one image of 32-bit floats, and one extension of errors.
package enum FITSFile {
    /// Rows of flux on the wavelengths `start + i * step`; the errors, if wanted, are a tenth of them.
    package static func image(
        rows: [[Float]],
        start: Double,
        step: Double,
        unit: String = "Angstrom",
        errors: Bool = false
    ) -> [UInt8] {
        let width = rows.first?.count ?? 0
        var bytes = header([
            "SIMPLE  =                    T", "BITPIX  =                  -32", "NAXIS   =                    2",
            "NAXIS1  = \(pad(width))", "NAXIS2  = \(pad(rows.count))", "EXTEND  =                    T",
            "CRVAL1  = \(pad(start))", "CDELT1  = \(pad(step))", "CRPIX1  =                  1.0",
            "CUNIT1  = '\(unit)'",
        ])
        bytes += data(rows)
        guard errors else { return bytes }
        bytes += header([
            "XTENSION= 'IMAGE   '", "BITPIX  =                  -32", "NAXIS   =                    2",
            "NAXIS1  = \(pad(width))", "NAXIS2  = \(pad(rows.count))", "PCOUNT  =                    0",
            "GCOUNT  =                    1", "EXTNAME = 'ERROR   '",
        ])
        return bytes + data(rows.map { $0.map { $0 / 10 } })
    }

    private static func pad(_ value: some LosslessStringConvertible) -> String {
        let text = String(value)
        return String(repeating: " ", count: max(0, 20 - text.count)) + text
    }

    private static func header(_ cards: [String]) -> [UInt8] {
        fill((cards + ["END"]).flatMap { Array($0.padding(toLength: 80, withPad: " ", startingAt: 0).utf8) }, with: 32)
    }

    private static func data(_ rows: [[Float]]) -> [UInt8] {
        fill(
            rows.joined().flatMap { value in
                (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (24 - 8 * $0)) }
            },
            with: 0
        )
    }

    private static func fill(_ bytes: [UInt8], with byte: UInt8) -> [UInt8] {
        bytes + [UInt8](repeating: byte, count: (2880 - bytes.count % 2880) % 2880)
    }
}
