internal import Postgres
internal import Sky

/// The rows of a batch by columns, as the statements take them: arrays, in the order of the rows' positions.
///
/// Arrays and not a temporary table: the planner takes an array for ten rows, whatever it holds, and has nothing to
/// scan but the big tables, so that `enable_seqscan=off` and its like speak of those alone (see `Archive.init`).
struct StagedRows {
    /// An alert of the batch, by its rank in the order of positions.
    struct StagedAlert {
        var rank: Int
        var survey: Int16
        var alert: Alert
    }

    private(set) var topics: [Int32] = []
    private(set) var partitions: [Int32] = []
    private(set) var offsets: [Int64] = []
    private(set) var timestamps: [Int64] = []
    private var alerts: [StagedAlert?] = []

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
                alerts.append(StagedAlert(rank: rank, survey: survey, alert: alert))
            case .deadLetter: alerts.append(nil)
            }
        }
    }

    /// The alert of a rank; nil for a dead letter.
    func alert(_ rank: Int) -> StagedAlert? { alerts[rank] }

    func partition(_ rank: Int) -> PartitionNumber { PartitionNumber(topic: topics[rank], number: partitions[rank]) }

    func position(_ rank: Int) -> PositionNumber {
        PositionNumber(
            topic: topics[rank],
            partition: partitions[rank],
            offset: offsets[rank],
            timestamp: timestamps[rank]
        )
    }

    /// Positions, as four parameters.
    func positions(of ranks: [Int]) -> [PostgresParameter] {
        [
            .int32s(ranks.map { topics[$0] }), .int32s(ranks.map { partitions[$0] }),
            .int64s(ranks.map { offsets[$0] }),
            .int64s(ranks.map { timestamps[$0] }),
        ]
    }

    /// For `DecidingStatements.insertLedger`.
    func ledger(of ranks: [Int], _ decisions: [Decision?]) -> [PostgresParameter] {
        let rows = ranks.map { decisions[$0] }
        return positions(of: ranks) + [
            .int16s(rows.map { $0?.kind.rawValue ?? 0 }), .int64sOrNulls(rows.map { $0?.survey.map(Int64.init) }),
            .int64sOrNulls(rows.map { $0?.alertId }), .doubles(rows.map { $0?.mjd ?? 0 }),
            .texts(rows.map { $0?.code }),
            .texts(rows.map { $0?.reason }), .int64sOrNulls(rows.map { $0?.ground?.objectId }),
            .int64sOrNulls(rows.map { ($0?.ground?.rowNumber).map(Int64.init) }),
            .int64sOrNulls(rows.map { $0?.ground?.spectrumId }), .int64sOrNulls(rows.map { $0?.ground?.metadataId }),
            .bools(rows.map { $0?.ground?.isConflicting ?? false }),
        ]
    }

    /// For `DecidingStatements.insertObjects`.
    static func objects(of alerts: [StagedAlert]) -> [PostgresParameter] {
        objectNames(of: alerts) + [.doubles(alerts.map(\.alert.ra)), .doubles(alerts.map(\.alert.dec))]
    }

    /// Surveys and names of objects, as two parameters.
    static func objectNames(of alerts: [StagedAlert]) -> [PostgresParameter] {
        [.int16s(alerts.map(\.survey)), .texts(alerts.map(\.alert.objectId))]
    }

    /// Surveys, ids and times of alerts, as three parameters.
    static func identities(of alerts: [StagedAlert]) -> [PostgresParameter] {
        [.int16s(alerts.map(\.survey)), .int64s(alerts.map(\.alert.alertId)), .doubles(alerts.map(\.alert.mjd))]
    }
}
