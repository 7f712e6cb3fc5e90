/// The type of a value on the wire: the server's object id of a built-in type.
public struct PostgresType: RawRepresentable, Hashable, Sendable {
    /// The server's object id of the type.
    public let rawValue: UInt32

    /// A type of the given object id.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Left to the server to find out.
    public static let unspecified = PostgresType(rawValue: 0)
    /// `boolean`.
    public static let bool = PostgresType(rawValue: 16)
    /// `bytea`.
    public static let bytes = PostgresType(rawValue: 17)
    /// `smallint`.
    public static let int16 = PostgresType(rawValue: 21)
    /// `integer`.
    public static let int32 = PostgresType(rawValue: 23)
    /// `bigint`.
    public static let int64 = PostgresType(rawValue: 20)
    /// `real`.
    public static let float = PostgresType(rawValue: 700)
    /// `double precision`.
    public static let double = PostgresType(rawValue: 701)
    /// `text`.
    public static let text = PostgresType(rawValue: 25)
    /// `jsonb`.
    public static let json = PostgresType(rawValue: 3802)
    /// `timestamptz`.
    public static let timestamp = PostgresType(rawValue: 1184)
    /// `boolean[]`.
    public static let bools = PostgresType(rawValue: 1000)
    /// `bytea[]`.
    public static let byteArrays = PostgresType(rawValue: 1001)
    /// `smallint[]`.
    public static let int16s = PostgresType(rawValue: 1005)
    /// `integer[]`.
    public static let int32s = PostgresType(rawValue: 1007)
    /// `bigint[]`.
    public static let int64s = PostgresType(rawValue: 1016)
    /// `real[]`.
    public static let floats = PostgresType(rawValue: 1021)
    /// `double precision[]`.
    public static let doubles = PostgresType(rawValue: 1022)
    /// `text[]`.
    public static let texts = PostgresType(rawValue: 1009)
}
