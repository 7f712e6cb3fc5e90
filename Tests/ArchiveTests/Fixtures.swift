import Archive
import Foundation
import Postgres
import Sky
import TestSupport

/// A fresh archive, and short names for what the tests build.
struct Fixture {
    let url: String
    let archive: Archive

    init() throws {
        url = try PrivatePostgres.newDatabase(copying: Self.template.get())
        archive = try Archive(url: url, applicationName: "test")
    }

    /// A database with all tables, made once.
    private static let template = Result {
        try PrivatePostgres.cluster().createDatabase("archive_template")
        try Archive.migrate(PrivatePostgres.cluster().url(database: "archive_template"))
        return "archive_template"
    }

    func another() throws -> Archive {
        try Archive(url: url, applicationName: "test 2")
    }

    func connection() throws -> PostgresConnection {
        try PostgresConnection(url)
    }

    func count(_ table: String, _ condition: String = "true") throws -> Int {
        Int(try PostgresConnection(url).query("SELECT count(*) FROM \(table) WHERE \(condition)")[0, 0].int64)
    }
}

/// A time in 2025: MJD 60800 is 2025-05-05.
let someTime = 60800.0

/// The default scores, no flags.
let rule = QualityRule()

let bandG = Band("g", wavelength: 472.3)
let bandR = Band("r", wavelength: 633.9)

func position(
    _ offset: Int64,
    topic: String = "alerts",
    partition: Int32 = 0,
    timestamp: Int64? = nil
) -> InputPosition {
    InputPosition(
        topic: topic,
        partition: partition,
        offset: offset,
        timestamp: timestamp ?? 1_746_403_200_000 + offset
    )
}

func detection(_ id: Int64, _ mjd: Double, flux: Double = 100, band: Band = bandG) -> PhotometricPoint {
    PhotometricPoint.detection(
        id: id,
        mjd: mjd,
        band: band,
        flux: flux,
        fluxErr: 1,
        totalFlux: flux + 10,
        totalFluxErr: 2
    )
}

/// An alert whose own detection has its id.
func alert(
    _ id: Int64,
    mjd: Double = someTime,
    object: String = "ZTF25aaa",
    flux: Double = 100,
    earlier: [PhotometricPoint] = [],
    limits: [PhotometricPoint] = [],
    forced: [PhotometricPoint] = [],
    ra: Double = 120,
    dec: Double = 30
) -> Alert {
    Alert(
        survey: SurveyName("ztf"),
        alertId: id,
        objectId: object,
        ra: ra,
        dec: dec,
        mjd: mjd,
        timeScale: .utcStart,
        band: bandG,
        detections: earlier + [detection(id, mjd, flux: flux)],
        upperLimits: limits,
        forced: forced
    )
}

func row(_ offset: Int64, _ alert: Alert, topic: String = "alerts", partition: Int32 = 0) -> IncomingRow {
    IncomingRow(position: position(offset, topic: topic, partition: partition), content: .alert(alert))
}

func row(_ position: InputPosition, _ alert: Alert) -> IncomingRow {
    IncomingRow(position: position, content: .alert(alert))
}

func unreadable(_ offset: Int64, code: String = "frame") -> IncomingRow {
    IncomingRow(position: position(offset), content: .deadLetter(DeadLetter(code: code, reason: "not Avro")))
}

func annotation(_ text: String) -> NewAnnotation {
    NewAnnotation(datum: Array(text.utf8), topics: ["trifid.alerts"], node: "SN-Ia", percentile: 12.5)
}

extension Outcome {
    /// A word for an outcome, so that a test reads as a table.
    var word: String {
        switch self {
        case .annotate(let joined): joined.isConflicting ? "conflicting" : "annotate"
        case .stored(let stored): "stored \(String(decoding: stored.datum, as: UTF8.self))"
        case .duplicate(let owner): "duplicate of \(owner.map { "\($0)" } ?? "?")"
        case .deadLetter(let letter): "dead letter \(letter.code)"
        case .replay: "replay"
        }
    }

    var joined: Joined? {
        if case .annotate(let joined) = self { joined } else { nil }
    }
}

extension Archive {
    /// Takes the partitions of rows, as a worker does to which they are assigned.
    func take(partitionsOf rows: [IncomingRow]) throws -> [InputPartition: Int64] {
        let partitions = Set(rows.map { InputPartition(topic: $0.position.topic, number: $0.position.partition) })
        return try take(Array(partitions), holder: "test")
    }

    /// Decides a batch whose partitions are taken for it alone.
    func decide(
        _ rows: [IncomingRow],
        telling published: [CommittedOffsets] = [],
        model: String = "model-1"
    ) throws -> DecidedBatch {
        try decide(rows, under: take(partitionsOf: rows), telling: published, model: model)
    }

    func decide(
        _ rows: [IncomingRow],
        under epochs: [InputPartition: Int64],
        telling published: [CommittedOffsets] = [],
        model: String = "model-1"
    ) throws -> DecidedBatch {
        try decide(rows, under: epochs, telling: published, model: model, coneRadius: 1.5, quality: rule)
    }

    /// Stores an annotation that names the position for whatever is to be annotated.
    @discardableResult
    func answer(_ batch: DecidedBatch, _ rows: [IncomingRow]) throws -> [Int: StoredAnnotation] {
        var annotations: [Int: NewAnnotation] = [:]
        for (index, outcome) in batch.outcomes.enumerated() where outcome.joined != nil {
            annotations[index] = annotation("\(rows[index].position)")
        }
        return try store(annotations, of: batch)
    }

    /// Decides a batch, and answers whatever is to be annotated.
    @discardableResult
    func process(_ rows: [IncomingRow], telling published: [CommittedOffsets] = []) throws -> [String] {
        let batch = try decide(rows, telling: published)
        try answer(batch, rows)
        return batch.outcomes.map(\.word)
    }
}
