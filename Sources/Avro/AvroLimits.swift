/// Bounds on what bytes from outside may cost. Each says what the largest real alert needs: of all schemas and packets
/// of ZTF, LSST, ELAsTiCC and Fink that the surveys have published.
public struct AvroLimits: Equatable, Sendable {
    // MARK: A schema

    /// Bytes of a schema's text, of a container's header and of all texts that one registry id leads to. The largest
    /// real schema has 54,751.
    public var schemaBytes = 4 << 20
    /// JSON values in a schema: they cost more memory than their bytes. The largest real schema has 4,510.
    public var schemaValues = 300_000
    /// Types of a schema: each that is defined or named, at a field, in an array, a map or a union. The largest real
    /// schema has 2,225.
    public var schemaTypes = 20_000
    /// Types on the longest way from the root to a leaf, those that stand elsewhere and are named included. The deepest
    /// real schema has 7.
    public var schemaDepth = 64
    /// Bytes of a name of a type, field or symbol. The longest real one has 40.
    public var nameBytes = 1024
    /// Steps of a decode plan, branches of its unions included. The longest plan of a real schema has fewer than 700.
    public var planOperations = 50_000

    // MARK: A datum

    /// Deepest nesting of records, arrays and maps in a datum. Real ones nest 4 deep; the others are linked lists.
    public var depth = 256
    /// Values that take no bytes (`null` outside a union, an empty record) of one datum together, and records of one
    /// container. Values that take bytes are bounded by the bytes that are there. No real schema has one.
    public var valuesWithoutBytes = 65_536
    /// Rows of one list of a `DecodedRecord`, to a factor of two. The longest real history has 1,172.
    public var rows = 65_536
    /// Bytes of one datum as JSON. The longest real one has fewer than 2 million.
    public var printedBytes = 64 << 20

    // MARK: A container

    /// Entries of a container's metadata. Real ones have 2.
    public var metadataEntries = 1000
    /// Bytes of one decompressed block. The largest real one has 596,703.
    public var blockBytes = 32 << 20
    /// Decompressed bytes of a container for each of its own, beyond `blockBytes`. Real packets reach 5.
    public var expansion = 100

    /// The limits of the stream: far above what any survey sends.
    public init() {}
}
