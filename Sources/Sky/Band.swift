/// A photometric band: its short name in the survey and its effective wavelength.
///
/// The name is packed into eight bytes, so that a point of a light curve holds no reference and a history is copied
/// and freed as plain memory.
public struct Band: Hashable, Sendable, CustomStringConvertible {
    /// The bytes of the name, the first the lowest: what orders bands and tells them apart at once.
    let packedName: UInt64

    /// Effective wavelength in nanometres, NaN where it is not known.
    public let wavelength: Float

    /// A band of the given name (at most eight ASCII characters, longer names are cut) and effective wavelength in
    /// nanometres.
    public init(_ name: String, wavelength: Float) {
        var packed: UInt64 = 0
        for (place, byte) in name.utf8.prefix(8).enumerated() {
            packed |= UInt64(byte) << UInt64(8 * place)
        }
        packedName = packed
        self.wavelength = wavelength
    }

    /// The short name: `g`, `r`, `i`, `V`.
    public var name: String {
        var bytes: [UInt8] = []
        var rest = packedName
        while rest != 0 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The short name.
    public var description: String { name }

    /// Bands are one and the same when name and wavelength agree (NaN agrees with NaN).
    public static func == (left: Band, right: Band) -> Bool {
        left.packedName == right.packedName && left.wavelength.bitPattern == right.wavelength.bitPattern
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(packedName)
        hasher.combine(wavelength.bitPattern)
    }
}
