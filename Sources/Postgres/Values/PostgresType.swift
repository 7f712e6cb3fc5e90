/// The type of a value on the wire: the server's object id of a built-in type.
package struct PostgresType: RawRepresentable, Hashable, Sendable {
    /// The server's object id of the type.
    package let rawValue: UInt32

    /// A type of the given object id.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Left to the server to find out.
    package static let unspecified = PostgresType(rawValue: 0)
    /// `boolean`.
    package static let bool = PostgresType(rawValue: 16)
    /// `bytea`.
    package static let bytes = PostgresType(rawValue: 17)
    /// `smallint`.
    package static let int16 = PostgresType(rawValue: 21)
    /// `integer`.
    package static let int32 = PostgresType(rawValue: 23)
    /// `bigint`.
    package static let int64 = PostgresType(rawValue: 20)
    /// `real`.
    package static let float = PostgresType(rawValue: 700)
    /// `double precision`.
    package static let double = PostgresType(rawValue: 701)
    /// `text`.
    package static let text = PostgresType(rawValue: 25)
    /// `jsonb`.
    package static let json = PostgresType(rawValue: 3802)
    /// `timestamptz`.
    package static let timestamp = PostgresType(rawValue: 1184)
    /// `boolean[]`.
    package static let bools = PostgresType(rawValue: 1000)
    /// `bytea[]`.
    package static let byteArrays = PostgresType(rawValue: 1001)
    /// `smallint[]`.
    package static let int16s = PostgresType(rawValue: 1005)
    /// `integer[]`.
    package static let int32s = PostgresType(rawValue: 1007)
    /// `bigint[]`.
    package static let int64s = PostgresType(rawValue: 1016)
    /// `real[]`.
    package static let floats = PostgresType(rawValue: 1021)
    /// `double precision[]`.
    package static let doubles = PostgresType(rawValue: 1022)
    /// `text[]`.
    package static let texts = PostgresType(rawValue: 1009)
}
