internal import Postgres
internal import Sky

/// The rows of a batch by columns, as the statements take them: arrays, in the order of the rows' positions.
///
/// Arrays and not a temporary table: the planner takes an array for ten rows, whatever it holds, and has nothing to
/// scan but the big tables, so that `enable_seqscan=off` and its like speak of those alone (see `Archive.init`).
struct StagedRows {
    /// An alert of the batch, by its rank in the order of positions.
    struct StagedAlert {
        var rank: Int32
        var survey: Int16
        var alert: Alert
    }

    private(set) var topics: [Int32] = []
    private(set) var partitions: [Int32] = []
    private(set) var offsets: [Int64] = []
    private(set) var timestamps: [Int64] = []
    private var areAlerts: [Bool] = []
    private var surveys: [Int64?] = []
    private var alertIds: [Int64?] = []
    private var mjds: [Double] = []
    private var objects: [String?] = []
    private var codes: [String?] = []
    private var reasons: [String?] = []
    private(set) var alerts: [StagedAlert] = []

    /// The rows of `incoming` in the given order. All names have their numbers by now.
    init(
        _ incoming: [IncomingRow],
        _ order: [Int],
        _ names: inout Names,
        _ connection: PostgresConnection
    ) throws {
        alerts.reserveCapacity(order.count)
        for (rank, index) in order.enumerated() {
            let row = incoming[index]
            topics.append(try names.number(topic: row.position.topic, connection))
            partitions.append(row.position.partition)
            offsets.append(row.position.offset)
            timestamps.append(row.position.timestamp)
            switch row.content {
            case .alert(let alert):
                let survey = try names.number(survey: alert.survey, connection)
                areAlerts.append(true)
                surveys.append(Int64(survey))
                alertIds.append(alert.alertId)
                mjds.append(alert.mjd)
                objects.append(alert.objectId)
                codes.append(nil)
                reasons.append(nil)
                alerts.append(StagedAlert(rank: Int32(rank), survey: survey, alert: alert))
            case .deadLetter(let letter):
                areAlerts.append(false)
                surveys.append(try letter.survey.map { Int64(try names.number(survey: $0, connection)) })
                alertIds.append(letter.alertId)
                mjds.append(0)
                objects.append(nil)
                codes.append(letter.code)
                reasons.append(letter.reason)
            }
        }
    }

    /// For `BatchStatements.lockPartitions`: each partition once, in order.
    var partitionParameters: [PostgresParameter] {
        struct Partition: Hashable, Comparable {
            let topic: Int32
            let number: Int32

            static func < (left: Partition, right: Partition) -> Bool {
                (left.topic, left.number) < (right.topic, right.number)
            }
        }
        let sorted = Set(zip(topics, partitions).map { Partition(topic: $0, number: $1) }).sorted()
        return [.int32s(sorted.map(\.topic)), .int32s(sorted.map(\.number))]
    }

    /// For `BatchStatements.insertObjects`.
    var objectParameters: [PostgresParameter] {
        [
            .int16s(alerts.map(\.survey)), .texts(alerts.map(\.alert.objectId)), .doubles(alerts.map(\.alert.ra)),
            .doubles(alerts.map(\.alert.dec)),
        ]
    }

    /// For `BatchStatements.insertOwners`.
    var ownerParameters: [PostgresParameter] {
        func column<Value>(_ values: [Value]) -> [Value] { alerts.map { values[Int($0.rank)] } }
        return [
            .int16s(alerts.map(\.survey)), .int64s(alerts.map(\.alert.alertId)), .doubles(alerts.map(\.alert.mjd)),
            .int32s(column(topics)), .int32s(column(partitions)), .int64s(column(offsets)),
            .int64s(column(timestamps)),
        ]
    }

    /// For `BatchStatements.insertLedger`.
    var ledgerParameters: [PostgresParameter] {
        positionParameters + [
            .bools(areAlerts), .int64sOrNulls(surveys), .int64sOrNulls(alertIds), .doubles(mjds), .texts(codes),
            .texts(reasons),
        ]
    }

    /// For `BatchStatements.readOutcomes`.
    var outcomeParameters: [PostgresParameter] { positionParameters + [.texts(objects)] }

    private var positionParameters: [PostgresParameter] {
        [.int32s(topics), .int32s(partitions), .int64s(offsets), .int64s(timestamps)]
    }
}
