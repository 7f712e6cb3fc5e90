internal import Sky

extension ZTF {
    /// The codes of `procstatus` with which ZTF's forced photometry may say that something went wrong, bit by bit: those
    /// of the user guide of the ZTF forced-photometry service, and 55, which it does not explain (real rows with it
    /// have no flux)
    /// (irsa.ipac.caltech.edu/data/ZTF/docs/ztf_zfps_userguide.pdf). The bits are stored in the archive: only ever add
    /// at the end.
    static let flagNames = processingCodes.map { "procstatus\($0)" }

    static let processingCodes = [55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 255]

    /// The codes that say that nothing was measured: 61 (the cutout was off the image or too near its edge), 63 and 65
    /// (no exposure), 64 and 255 (catastrophic errors). 56 (bad pixels may have an effect) to 60 and 62 are warnings, of
    /// the reference's catalogue and of errors that may be too small: they stand with the point.
    static let fatalCodes = flags(ofCodes: [61, 63, 64, 65, 255])

    /// `procstatus` as flags: a number, or several with commas between them; 0 is none. A number that the guide has not
    /// is none either.
    static func processingFlags(_ text: UnsafeRawBufferPointer) -> QualityFlags {
        if text.count == 1, text[0] == UInt8(ascii: "0") { return [] }
        var codes: [Int] = []
        var code: Int?
        for byte in text.prefix(64) {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                code = min(1000, 10 * (code ?? 0) + Int(byte - UInt8(ascii: "0")))
            } else {
                if let code { codes.append(code) }
                code = nil
            }
        }
        if let code { codes.append(code) }
        return flags(ofCodes: codes)
    }

    private static func flags(ofCodes codes: [Int]) -> QualityFlags {
        codes.reduce(into: QualityFlags()) { flags, code in
            if let bit = processingCodes.firstIndex(of: code) { flags.insert(QualityFlags(bit: bit)) }
        }
    }
}
