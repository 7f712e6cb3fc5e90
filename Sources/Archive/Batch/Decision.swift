internal import Postgres
internal import Sky

/// An input partition, its topic as a number.
struct PartitionNumber: Hashable, Comparable {
    var topic: Int32
    var number: Int32

    static func < (left: PartitionNumber, right: PartitionNumber) -> Bool {
        (left.topic, left.number) < (right.topic, right.number)
    }
}

/// An input position, its topic as a number.
struct PositionNumber: Hashable {
    var topic: Int32
    var partition: Int32
    var offset: Int64
    var timestamp: Int64

    init(topic: Int32, partition: Int32, offset: Int64, timestamp: Int64) {
        (self.topic, self.partition, self.offset, self.timestamp) = (topic, partition, offset, timestamp)
    }

    init(_ rows: PostgresResult, _ row: Int, from first: Int) throws {
        topic = try rows[row, first].int32
        partition = try rows[row, first + 1].int32
        offset = try rows[row, first + 2].int64
        timestamp = try rows[row, first + 3].int64
    }
}

/// What the ledger says of a row, or will say.
struct Decision {
    enum Kind: Int16 {
        case annotated = 1
        case duplicate = 2
        case deadLetter = 3
    }

    /// All that an answer depends on, beside the packet.
    struct Ground: Hashable, Sendable {
        /// The alert's object, and its row there: it knew this one and those before it.
        var objectId: Int64
        var rowNumber: Int32
        var spectrumId: Int64?
        var metadataId: Int64?
        var isConflicting: Bool
    }

    var kind: Kind
    /// The ledger has it from before.
    var isKnown: Bool
    var survey: Int16?
    var alertId: Int64?
    var mjd: Double?
    var code: String?
    var reason: String?
    /// The position that owns the alert.
    var owner: PositionNumber?
    /// Nil for what is not annotated, and for what was decided before there were such columns.
    var ground: Ground?
    /// Which flux the object is looked at by, where it is known.
    var fluxChoice: FluxChoice?

    /// One that stands in the ledger.
    init(known rows: PostgresResult, _ row: Int) throws {
        guard let kind = Kind(rawValue: try rows[row, 1].int16) else {
            throw PostgresError(kind: .unexpectedAnswer, message: "an outcome that is none", context: "ledger")
        }
        self.kind = kind
        isKnown = true
        survey = try rows[row, 2].present?.int16
        alertId = try rows[row, 3].present?.int64
        mjd = try rows[row, 4].present?.double
        code = try rows[row, 5].present?.string
        reason = try rows[row, 6].present?.string
        if let object = try rows[row, 7].present?.int64, let number = try rows[row, 8].present?.int32 {
            ground = Ground(
                objectId: object,
                rowNumber: number,
                spectrumId: try rows[row, 9].present?.int64,
                metadataId: try rows[row, 10].present?.int64,
                isConflicting: try rows[row, 11].present?.bool ?? false
            )
        }
        if !rows[row, 12].isNull { owner = try PositionNumber(rows, row, from: 12) }
        fluxChoice = try rows[row, 16].present.flatMap { FluxChoice(rawValue: try $0.int16) }
    }

    init(_ letter: DeadLetter, survey: Int16?) {
        (kind, isKnown) = (.deadLetter, false)
        (self.survey, alertId, code, reason) = (survey, letter.alertId, letter.code, letter.reason)
    }

    /// An alert that its position has come to own. The number of its row is known when its object is locked.
    init(_ alert: StagedRows.StagedAlert, object: Int64, isConflicting: Bool) {
        (kind, isKnown) = (.annotated, false)
        (survey, alertId, mjd) = (alert.survey, alert.alert.alertId, alert.alert.mjd)
        ground = Ground(objectId: object, rowNumber: -1, isConflicting: isConflicting)
    }

    /// An alert that was owned before.
    init(_ alert: StagedRows.StagedAlert, owner: PositionNumber, isOwn: Bool) {
        (kind, isKnown) = (isOwn ? .annotated : .duplicate, false)
        (survey, alertId, mjd) = (alert.survey, alert.alert.alertId, alert.alert.mjd)
        self.owner = owner
    }
}
