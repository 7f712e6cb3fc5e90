import TestSupport
import Testing

@testable import Postgres

@Suite struct ValueTests {
    private func connect() throws -> PostgresConnection {
        try PostgresConnection(PrivatePostgres.cluster().url(database: "postgres"))
    }

    /// Every kind of value with its SQL type, plain and at its limits.
    private static let values: [(PostgresParameter, String)] = [
        (.bool(true), "boolean"), (.bool(false), "boolean"), (.int16(.min), "smallint"), (.int16(.max), "smallint"),
        (.int32(.min), "integer"), (.int32(.max), "integer"), (.int64(.min), "bigint"), (.int64(.max), "bigint"),
        (.float(-0.1), "real"), (.float(.infinity), "real"), (.double(.pi), "double precision"),
        (.double(-.infinity), "double precision"), (.text(""), "text"), (.text("Ünï \u{1F52D}"), "text"),
        (.bytes([]), "bytea"), (.bytes([0, 255, 0]), "bytea"), (.json("{\"a\": [1, null]}"), "jsonb"),
        (.timestamp(1_746_403_200_123_456), "timestamptz"), (.timestamp(-1), "timestamptz"),
        (.bools([true, false]), "boolean[]"), (.bools([]), "boolean[]"), (.int16s([1, -2]), "smallint[]"),
        (.int32s([]), "integer[]"), (.int32s([7]), "integer[]"), (.int64s([.min, .max]), "bigint[]"),
        (.floats([1.5, -2]), "real[]"), (.doubles([1e300, 0]), "double precision[]"),
        (.doubles([]), "double precision[]"),
        (.texts(["a", nil, ""]), "text[]"), (.texts([]), "text[]"), (.byteArrays([[1], []]), "bytea[]"),
    ]

    private func read(_ field: PostgresField, like value: PostgresParameter) throws -> PostgresParameter {
        switch value {
        case .null: .null
        case .bool: .bool(try field.bool)
        case .int16: .int16(try field.int16)
        case .int32: .int32(try field.int32)
        case .int64: .int64(try field.int64)
        case .float: .float(try field.float)
        case .double: .double(try field.double)
        case .text: .text(try field.string)
        case .bytes: .bytes(try field.byteArray)
        case .json: .json(try field.json)
        case .timestamp: .timestamp(try field.microseconds)
        case .bools: .bools(try field.bools)
        case .int16s: .int16s(try field.int16s)
        case .int32s: .int32s(try field.int32s)
        case .int64s: .int64s(try field.int64s)
        case .int64sOrNulls: .int64sOrNulls(try field.int64s)
        case .floats: .floats(try field.floats)
        case .doubles: .doubles(try field.doubles)
        case .texts: .texts(try field.texts)
        case .byteArrays: .byteArrays(try field.byteArrays)
        }
    }

    @Test(arguments: values.indices)
    func aParameterComesBack(index: Int) throws {
        let (value, type) = Self.values[index]
        let rows = try connect().query("SELECT $1::\(type), NULL::\(type)", [value])
        #expect(try read(rows[0, 0], like: value) == value)
        #expect(rows[0, 1].isNull && rows[0, 1].present == nil && rows[5, 9].isNull)
    }

    @Test func anArrayMayHoldNulls() throws {
        let rows = try connect().query(
            "SELECT $1::bigint[]::text, $2::bigint[]::text",
            [
                .int64sOrNulls([1, nil, .min]), .int64sOrNulls([]),
            ]
        )
        #expect(try rows[0, 0].string == "{1,NULL,-9223372036854775808}")
        #expect(try rows[0, 1].string == "{}")
    }

    @Test func everyTypeGoesThroughCopyInAndOut() throws {
        let connection = try connect()
        let columns = Self.values.indices.map { "c\($0)" }
        let types = zip(columns, Self.values).map { "\($0) \($1.1)" }
        try connection.execute("CREATE TEMP TABLE t (n integer, \(types.joined(separator: ", ")))")
        let rows = CopyBuffer(capacity: 1)
        for number in 0..<3 {
            rows.beginRow(columns: columns.count + 1)
            rows.append(Int32(number))
            for (value, _) in Self.values { rows.append(number == 1 ? .null : value) }
        }
        #expect(rows.rowCount == 3)
        #expect(try connection.copyIn("t", columns: ["n"] + columns, rows: rows) == 3)
        var seen = 0
        try connection.copyOut("SELECT * FROM t ORDER BY n") { fields in
            let number = Int(try fields[0].int32)
            #expect(number == seen && fields.count == columns.count + 1)
            for (index, (value, _)) in Self.values.enumerated() {
                if number == 1 {
                    #expect(fields[index + 1].isNull)
                } else {
                    #expect(try read(fields[index + 1], like: value) == value)
                }
            }
            seen += 1
        }
        #expect(seen == 3)
        rows.removeAll()
        #expect(try connection.copyIn("t", columns: ["n"], rows: rows) == 0)
    }

    @Test func typedAppendsAreThoseOfParameters() throws {
        let (typed, parameters) = (CopyBuffer(), CopyBuffer())
        typed.append(Int16(1)); parameters.append(.int16(1))
        typed.append(Int32(2)); parameters.append(.int32(2))
        typed.append(Int64(3)); parameters.append(.int64(3))
        typed.append(Float(4)); parameters.append(.float(4))
        typed.append(5.0); parameters.append(.double(5))
        typed.append(true); parameters.append(.bool(true))
        typed.append("six"); parameters.append(.text("six"))
        typed.append(bytes: [7]); parameters.append(.bytes([7]))
        typed.append(array: [Int16(8)]); parameters.append(.int16s([8]))
        typed.append(array: [Int32(9)]); parameters.append(.int32s([9]))
        typed.append(array: [Int64(10)]); parameters.append(.int64s([10]))
        typed.append(array: [Float(11)]); parameters.append(.floats([11]))
        typed.append(array: [12.0]); parameters.append(.doubles([12]))
        typed.append(array: ["13"]); parameters.append(.texts(["13"]))
        #expect(typed.bytes.elementsEqual(parameters.bytes))
    }

    @Test func notANumberStaysOne() throws {
        let rows = try connect().query("SELECT $1, $2, $3", [.float(.nan), .double(.nan), .doubles([.nan])])
        #expect(try rows[0, 0].float.isNaN && rows[0, 1].double.isNaN)
        #expect(try rows[0, 2].doubles[0].isNaN)
    }

    @Test func aZeroCharacterInCopiedTextIsReplaced() throws {
        let connection = try connect()
        try connection.execute("CREATE TEMP TABLE t (s text)")
        let rows = CopyBuffer()
        rows.beginRow(columns: 1)
        rows.append("a\0b")
        try connection.copyIn("t", columns: ["s"], rows: rows)
        #expect(try connection.query("SELECT s FROM t")[0, 0].string == "a\u{FFFD}b")
    }

    @Test func aWrongTypeIsAnError() throws {
        let rows = try connect().query("SELECT 1::integer, 'x'::text, ARRAY[1]::integer[], NULL::bigint, ARRAY[[1]]")
        #expect(throws: PostgresError.self) { try rows[0, 0].int16 }
        #expect(throws: PostgresError.self) { try rows[0, 0].double }
        #expect(throws: PostgresError.self) { try rows[0, 1].int64s }
        #expect(throws: PostgresError.self) { try rows[0, 2].int64s }
        #expect(throws: PostgresError.self) { try rows[0, 3].int64 }
        #expect(throws: PostgresError.self) { try rows[0, 4].int32s }
        #expect(throws: PostgresError.self) { try rows[7, 0].string }
        #expect(try rows[0, 0].int64 == 1)
    }

    @Test func timesAreCountedFrom1970() throws {
        let rows = try connect().query(
            "SELECT timestamptz '1970-01-01 00:00:01.0015Z', timestamptz '1969-12-31 23:59:59.9995Z'"
        )
        #expect(try rows[0, 0].microseconds == 1_001_500)
        #expect(try rows[0, 0].milliseconds == 1001)
        #expect(try rows[0, 1].milliseconds == -1)
    }
}

@Suite struct PipelineTests {
    private static let double = PreparedStatement("SELECT $1 * 2", [.int64])
    private static let divide = PreparedStatement("SELECT 1 / $1", [.int64])
    private static let large = PreparedStatement("SELECT length($1), $1", [.bytes])
    private static let insert = PreparedStatement("INSERT INTO t VALUES ($1)", [.int64])

    private func connect() throws -> PostgresConnection {
        try PostgresConnection(PrivatePostgres.cluster().url(database: "postgres"))
    }

    @Test func resultsComeInOrder() throws {
        let connection = try connect()
        let results = try connection.pipelined { pipeline in
            for value in 0..<100 { pipeline.add(Self.double, [.int64(Int64(value))]) }
        }
        #expect(try results.map { try $0[0, 0].int64 } == (0..<100).map { $0 * 2 })
        #expect(try connection.pipelined { _ in }.isEmpty)
        #expect(try connection.query(Self.double, [.int64(4)])[0, 0].int64 == 8)
    }

    @Test(arguments: 0..<4)
    func anErrorSkipsWhatFollowsAndTheSessionGoesOn(place: Int) throws {
        let connection = try connect()
        try connection.execute("CREATE TEMP TABLE t (i bigint)")
        do {
            _ = try connection.pipelined { pipeline in
                for index in 0..<4 {
                    pipeline.add(Self.insert, [.int64(Int64(index))])
                    pipeline.add(Self.divide, [.int64(index == place ? 0 : 1)])
                }
            }
            Issue.record("nothing was thrown")
        } catch let error as PostgresError {
            #expect(error.sqlState == "22012" && error.context == "SELECT 1 / $1")
        }
        // Outside a transaction a pipeline is one.
        #expect(try connection.query("SELECT count(*) FROM t")[0, 0].int64 == 0)
        try connection.execute("BEGIN")
        _ = try? connection.pipelined { $0.add(Self.divide, [.int64(0)]) }
        #expect(connection.isInTransaction)
        connection.rollback()
        #expect(try connection.pipelined { $0.add(Self.double, [.int64(1)]) }[0][0, 0].int64 == 2)
    }

    @Test func aLargePipelineDoesNotWedge() throws {
        let connection = try connect()
        let bytes = [UInt8](repeating: 7, count: 1 << 20)
        let results = try connection.pipelined { pipeline in
            for _ in 0..<24 { pipeline.add(Self.large, [.bytes(bytes)]) }
        }
        #expect(results.count == 24)
        #expect(try results.allSatisfy { try $0[0, 1].byteArray == bytes })
    }

    @Test func parametersOfOtherTypesAreRefusedBeforeTheyAreSent() throws {
        let connection = try connect()
        #expect(throws: PostgresError.self) { try connection.query(Self.double, [.int32(1)]) }
        #expect(throws: PostgresError.self) { try connection.query(Self.double, []) }
        #expect(try connection.query(Self.double, [.null])[0, 0].isNull)
    }

    @Test func aStatementThatCannotBePreparedIsNamed() throws {
        let connection = try connect()
        let bad = PreparedStatement("SELECT FROM nowhere")
        do {
            _ = try connection.pipelined { $0.add(bad) }
            Issue.record("nothing was thrown")
        } catch let error as PostgresError {
            #expect(error.sqlState == "42P01")
        }
        #expect(try connection.query("SELECT 1")[0, 0].int32 == 1)
    }
}

@Suite struct CopyTests {
    private func connect() throws -> PostgresConnection {
        try PostgresConnection(PrivatePostgres.cluster().url(database: "postgres"))
    }

    @Test func aRowThatDoesNotFitIsAnErrorAndTheSessionGoesOn() throws {
        let connection = try connect()
        try connection.execute("CREATE TEMP TABLE t (i integer NOT NULL)")
        let rows = CopyBuffer()
        rows.beginRow(columns: 1)
        rows.appendNull()
        #expect(throws: PostgresError.self) { try connection.copyIn("t", columns: ["i"], rows: rows) }
        #expect(throws: PostgresError.self) { try connection.copyIn("nowhere", columns: ["i"], rows: rows) }
        rows.removeAll()
        rows.beginRow(columns: 1)
        rows.append(Int64(7))
        #expect(throws: PostgresError.self) { try connection.copyIn("t", columns: ["i"], rows: rows) }
        #expect(try connection.query("SELECT count(*) FROM t")[0, 0].int64 == 0)
    }

    @Test func aPreludeRunsBefore() throws {
        let connection = try connect()
        try connection.execute("CREATE TEMP TABLE t (i integer)")
        let rows = CopyBuffer()
        rows.beginRow(columns: 1)
        rows.append(Int32(1))
        #expect(try connection.copyIn("t", columns: ["i"], rows: rows, prelude: "BEGIN") == 1)
        #expect(connection.isInTransaction)
        connection.rollback()
        #expect(try connection.query("SELECT count(*) FROM t")[0, 0].int64 == 0)
    }

    @Test func manyRowsGoInAndComeOut() throws {
        let connection = try connect()
        try connection.execute("CREATE TEMP TABLE t (i bigint, s text)")
        let rows = CopyBuffer()
        for number in 0..<20_000 {
            rows.beginRow(columns: 2)
            rows.append(Int64(number))
            rows.append(String(repeating: "x", count: number % 100))
        }
        #expect(try connection.copyIn("t", columns: ["i", "s"], rows: rows) == 20_000)
        var next: Int64 = 0
        try connection.copyOut("SELECT i, s FROM t ORDER BY i") { fields in
            if try fields[0].int64 != next || fields[1].string.utf8.count != Int(next % 100) {
                Issue.record("row \(next)")
            }
            next += 1
        }
        #expect(next == 20_000)
    }

    @Test func readingMayStopEarly() throws {
        let connection = try connect()
        struct Enough: Error {}
        #expect(throws: Enough.self) {
            try connection.copyOut("SELECT generate_series(1, 10000000)") { _ in throw Enough() }
        }
        #expect(try connection.query("SELECT 1")[0, 0].int32 == 1)
        #expect(throws: PostgresError.self) { try connection.copyOut("SELECT 1 / 0") { _ in } }
        #expect(try connection.query("SELECT 1")[0, 0].int32 == 1)
    }

    @Test func copyOutsideOfItsCallsIsAnError() throws {
        let connection = try connect()
        #expect(throws: PostgresError.self) { try connection.execute("COPY (SELECT 1) TO STDOUT") }
    }
}
