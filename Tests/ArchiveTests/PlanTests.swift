import Foundation
import Postgres
import Sky
import Testing

@testable import Archive

/// Whatever the tables hold and the statistics say, a batch reads them by index: seen in the plans that were run.
@Suite struct PlanTests {
    /// Tables that grow, with their partitions, by the beginnings of their names.
    private static let growing = [
        "ledger", "owner", "objects", "detections", "annotations", "partitions", "spectra", "spectrum_embeddings",
        "metadata", "metadata_embeddings",
    ]

    /// 10^5 objects over 24 months, and 2,000 rows of each modality.
    private func filled() throws -> Fixture {
        let fixture = try Fixture()
        let names = (0..<200).map { "ZTF\($0)" }
        try Archive.fill(
            fixture.url,
            with: GeneratedObjects(survey: SurveyName("ztf"), count: 100_000, until: someTime - 1, names: names)
        )
        try fixture.connection().execute(
            """
            INSERT INTO spectra (object, ra, dec, mjd, source, wavelength, flux, uncertainty, digest)
            SELECT 'ZTF' || n, n % 360, n % 90, 60000, 'test', '{4000}', '{1}', '{}', sha256(convert_to(n::text, 'UTF8'))
            FROM generate_series(0, 1999) AS n;
            INSERT INTO metadata (object, ra, dec, source, features, feature_list_id, digest)
            SELECT 'ZTF' || n, n % 360, n % 90, 'test', array_fill(1::real, ARRAY[34]), 1,
                   sha256(convert_to(n::text, 'UTF8'))
            FROM generate_series(0, 1999) AS n
            """
        )
        return fixture
    }

    /// A batch in which every statement has something to do: known objects, new ones, duplicates, an id with another
    /// time, a dead letter, stored annotations, and a topic that was made anew.
    private func work(_ archive: Archive, from first: Int64) throws {
        var rows: [IncomingRow] = []
        for number in 0..<100 {
            let id = first + Int64(number)
            let object = number % 2 == 0 ? "ZTF\(number)" : "new \(id)"
            rows.append(row(id, alert(id, mjd: someTime + Double(number) / 1000, object: object)))
        }
        rows.append(row(first + 100, alert(first, mjd: someTime)))
        rows.append(row(first + 101, alert(first, mjd: someTime + 3)))
        rows.append(unreadable(first + 102))
        let batch = try archive.decide(rows)
        var annotations: [Int: NewAnnotation] = [:]
        for (index, outcome) in batch.outcomes.enumerated() where outcome.joined != nil {
            annotations[index] = annotation("\(index)")
        }
        #expect(annotations.count == 101)
        let spectra = Dictionary(
            batch.outcomes.compactMap { $0.joined?.spectrum?.id }.map { ($0, [Float(1)]) },
            uniquingKeysWith: { first, _ in first }
        )
        let metadata = Dictionary(
            batch.outcomes.compactMap { $0.joined?.metadata?.id }.map { ($0, [Float(1)]) },
            uniquingKeysWith: { first, _ in first }
        )
        #expect(spectra.count >= 50 && metadata.count >= 50)
        _ = try archive.store(
            annotations,
            of: batch,
            spectrumEmbeddings: spectra,
            metadataEmbeddings: metadata
        )
        // Once more, as after a crash between the two commits; then as a replay; then as another topic of that name.
        let again = try archive.decide(rows)
        #expect(again.outcomes[0].word == "stored 0")
        if case .stored(let annotation) = again.outcomes[0] {
            _ = try archive.store([:], of: again, replacing: [0: annotation])
        }
        let anew = rows.map { row in
            var row = row
            row.position.timestamp += 1
            return row
        }
        let other = try archive.decide(Array(anew.prefix(3)), telling: again.offsets)
        #expect(other.recreated.count == 1)
        // Never answered, and read once more: owed.
        let owed = [row(first + 103, alert(first + 500, mjd: someTime + 0.5, object: "ZTF3"))]
        for _ in 0..<2 { #expect(try archive.decide(owed).outcomes[0].joined != nil) }
        _ = try archive.replay(alert(first, object: "ZTF0"), model: "model-1", coneRadius: 1.5, quality: rule)
    }

    @Test func everyStatementOfABatchReadsTheGrowingTablesByIndex() throws {
        let fixture = try filled()
        let (young, plans) = try explained(fixture)
        try work(young, from: 0)
        #expect(plans.texts.count > 12)
        check(plans)
        let kept = plans.texts.count
        try fixture.connection().execute("VACUUM ANALYZE")
        // The session that has planned before, and one that plans with statistics.
        try work(young, from: 1000)
        #expect(plans.texts.count > kept)
        check(plans)
        young.close()
        let (old, later) = try explained(fixture)
        try work(old, from: 2000)
        check(later)
    }

    /// An archive whose every plan is noted as it was run.
    private func explained(_ fixture: Fixture) throws -> (Archive, Plans) {
        let archive = try fixture.another()
        let plans = Plans()
        try archive.connection.execute(
            """
            LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on;
            SET auto_explain.log_timing = off; SET auto_explain.log_format = json; SET client_min_messages = log
            """
        )
        archive.connection.onNotice = { notice in plans.take(notice.message) }
        return (archive, plans)
    }

    private func check(_ plans: Plans) {
        for text in plans.texts {
            guard let start = text.firstIndex(of: "{"),
                let root = try? JSONSerialization.jsonObject(with: Data(text[start...].utf8)) as? [String: Any],
                let plan = root["Plan"] as? [String: Any]
            else {
                Issue.record("no plan: \(text)")
                continue
            }
            var faults: [String] = []
            Self.visit(plan, &faults)
            #expect(faults == [], "\(root["Query Text"] ?? "")")
        }
    }

    private static func visit(_ node: [String: Any], _ faults: inout [String]) {
        let kind = node["Node Type"] as? String ?? ""
        let relation = node["Relation Name"] as? String ?? ""
        if growing.contains(where: { relation.hasPrefix($0) }) {
            switch kind {
            case "Index Scan", "Index Only Scan":
                if node["Index Cond"] == nil { faults.append("\(kind) of all \(relation)") }
            case "ModifyTable", "Bitmap Heap Scan": break
            default: faults.append("\(kind) of \(relation)")
            }
            // Everything happens in May 2025: the months within 31 days of it.
            let months = ["2025_04", "2025_05", "2025_06", "default"]
            if relation.hasPrefix("owner_") || relation.hasPrefix("annotations_") || relation.hasPrefix("ledger_"),
                kind != "ModifyTable", (node["Actual Loops"] as? Double ?? 0) > 0,
                !months.contains(where: { relation.hasSuffix($0) }), !isOfEveryMonth(node)
            {
                faults.append("\(kind) of \(relation), another month")
            }
        }
        if kind == "Bitmap Index Scan", node["Index Cond"] == nil {
            faults.append("\(kind) of all \(node["Index Name"] ?? "")")
        }
        for child in node["Plans"] as? [[String: Any]] ?? [] { visit(child, &faults) }
    }

    /// The look for a topic that was made anew goes into every month, and is seldom.
    private static func isOfEveryMonth(_ node: [String: Any]) -> Bool {
        (node["Filter"] as? String ?? "").contains("message_time <>")
    }
}

/// The plans of a session, as the server sends them.
private final class Plans {
    private(set) var texts: [String] = []

    func take(_ message: String) {
        if message.contains("plan:") { texts.append(message) }
    }
}
