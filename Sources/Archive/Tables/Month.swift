import Ground
internal import Postgres

/// A month of the Gregorian calendar: the unit by which tables are partitioned.
struct Month: Hashable, Comparable {
    let year: Int
    /// 1 to 12.
    let month: Int

    private init(_ date: CalendarDate) {
        self.init(year: date.year, month: date.month)
    }

    init(year: Int, month: Int) {
        self.year = year
        self.month = month
    }

    /// The month of a time in MJD.
    init(mjd: Double) {
        self.init(CalendarDate(mjd: Int(mjd.rounded(.down))))
    }

    /// The month of a time in milliseconds since 1970.
    init(milliseconds: Int64) {
        let day = Int(milliseconds / 86_400_000)
        self.init(CalendarDate(daysSinceUnixEpoch: milliseconds % 86_400_000 < 0 ? day - 1 : day))
    }

    /// The month after.
    var next: Month { month == 12 ? Month(year: year + 1, month: 1) : Month(year: year, month: month + 1) }

    /// The MJD at which the month begins.
    var firstMJD: Int { first.mjd }

    /// The milliseconds since 1970 at which the month begins.
    var firstMillisecond: Int64 { Int64(first.daysSinceUnixEpoch) * 86_400_000 }

    /// `2026_03`.
    var suffix: String { "\(year)_\(month < 10 ? "0" : "")\(month)" }

    private var first: CalendarDate { CalendarDate(year: year, month: month, day: 1) }

    static func < (left: Month, right: Month) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }
}

/// Makes the monthly partitions that a batch needs, before the batch.
struct MonthPartitions {
    private var known: Set<String> = []

    /// Times that have partitions of their own; what lies outside goes to the DEFAULT partition.
    private static let months = Month(year: 1990, month: 1)..<Month(year: 2100, month: 1)

    /// Makes what is missing, in a transaction of its own under a lock, so that no batch waits long for another.
    mutating func ensure(
        alertMonths: Set<Month>,
        messageMonths: Set<Month>,
        _ connection: PostgresConnection
    ) throws {
        var missing: [(name: String, table: String, bounds: String)] = []
        for month in alertMonths where Self.months.contains(month) {
            for table in ["owner", "annotations"] {
                let bounds = "FROM (\(month.firstMJD)) TO (\(month.next.firstMJD))"
                missing.append(("\(table)_\(month.suffix)", table, bounds))
            }
        }
        for month in messageMonths where Self.months.contains(month) {
            let bounds = "FROM (\(month.firstMillisecond)) TO (\(month.next.firstMillisecond))"
            missing.append(("ledger_\(month.suffix)", "ledger", bounds))
        }
        missing.removeAll { known.contains($0.name) }
        guard !missing.isEmpty else { return }
        let present = try connection.query(
            "SELECT relname FROM pg_class WHERE relname = ANY ($1) AND relkind IN ('r', 'p') "
                + "AND pg_table_is_visible(oid)",
            [.texts(missing.map(\.name))]
        )
        for row in 0..<present.count { known.insert(try present[row, 0].string) }
        for partition in missing.sorted(by: { $0.name < $1.name }) where !known.contains(partition.name) {
            try make(partition, connection)
            known.insert(partition.name)
        }
    }

    private func make(
        _ partition: (name: String, table: String, bounds: String),
        _ connection: PostgresConnection
    ) throws {
        do {
            try connection.transaction {
                // The key is `months` in ASCII.
                try connection.query("SELECT pg_advisory_xact_lock($1)", [.int64(0x6D6F_6E74_6873)])
                try connection.execute(
                    "SET LOCAL client_min_messages = warning; CREATE TABLE IF NOT EXISTS \(partition.name) "
                        + "PARTITION OF \(partition.table) FOR VALUES \(partition.bounds)"
                )
            }
        } catch let error as PostgresError where error.sqlState == "23514" {
            // The DEFAULT partition already holds rows of this month (its partition was dropped, or never made): they
            // stay together there.
        }
    }
}
