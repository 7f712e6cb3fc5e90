/// Bounds on what bytes from outside may cost.
public struct AvroLimits: Equatable, Sendable {
    /// Deepest nesting of records, arrays, maps and unions in a datum.
    public var depth: Int
    /// Items that take no bytes (`null`, an empty record) in all arrays and maps of one datum together. Items that
    /// take bytes are bounded by the bytes that are there.
    public var itemsWithoutBytes: Int
    /// Rows of one list of a `DecodedRecord`, to a factor of two.
    public var rows: Int
    /// Bytes of one decompressed container block.
    public var blockBytes: Int

    /// Limits; the defaults are far above what any survey sends.
    public init(depth: Int = 64, itemsWithoutBytes: Int = 65_536, rows: Int = 1 << 20, blockBytes: Int = 256 << 20) {
        self.depth = depth
        self.itemsWithoutBytes = itemsWithoutBytes
        self.rows = rows
        self.blockBytes = blockBytes
    }
}
