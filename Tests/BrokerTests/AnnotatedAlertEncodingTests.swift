import Archive
import Avro
import Foundation
import Sky
import Testing

@testable import Broker

@Suite struct AnnotatedAlertEncodingTests {
    private static let schema = Result { try MessageFraming.annotatedAlertSchema() }
    private let band = Band("r", wavelength: 640)

    private func annotated(full: Bool) -> AnnotatedAlert {
        let own = PhotometricPoint.detection(
            id: 9_007_199_254_740_993,
            mjd: 60_000.5,
            band: band,
            flux: -250,
            fluxErr: 10
        )
        let earlier = PhotometricPoint.detection(
            id: 5,
            mjd: 59_999,
            band: band,
            flux: 400,
            fluxErr: 20,
            totalFlux: 900,
            totalFluxErr: 21
        )
        var alert = Alert(
            survey: SurveyName("ztf"),
            alertId: own.id,
            objectId: "ZTF20aaaaaaa",
            ra: 10.5,
            dec: -3.25,
            mjd: own.mjd,
            timeScale: .utcStart,
            band: band,
            detections: [earlier, own],
            upperLimits: [PhotometricPoint.upperLimit(mjd: 59_998, band: band, limit: 700)],
            flags: [.historyAfterAlert]
        )
        if full {
            alert.quality = AlertQuality(realBogus: 0.5, deepRealBogus: 0.75, reliability: 0.25, signalToNoise: 12)
            alert.context.solarSystem = AlertContext.SolarSystemMatch(name: "1234")
        }
        let classification = Classification(
            classifier: "astrom3",
            version: "1.0.0+abcdef",
            trained: full,
            probabilities: [
                NodeProbability(node: "SN", probability: 0.75), NodeProbability(node: "SN-Ia", probability: 0.5),
            ],
            decision: full ? Decision(node: "SN", path: ["Transient", "SN"], probability: 0.75) : nil,
            aleatoric: 1.5,
            logits: [0.5, -0.5]
        )
        let annotation = Annotation(
            modalities: Modalities(points: 3, spectrumId: full ? 77 : nil, metadataFeatures: full ? 30 : 0),
            classifications: [classification],
            anomaly: full ? Anomaly(score: 0.125, percentile: 98.5, method: "knn-cosine", reasons: ["far"]) : nil,
            neighbours: full ? [Neighbour(object: "sim:1", similarity: 0.5, label: "EB")] : [],
            embedding: full ? [0.25, -0.25] : []
        )
        return AnnotatedAlert(
            record: Record(alert: alert, lightCurve: LightCurve(packetOf: alert, quality: QualityRule())),
            annotation: annotation,
            asOf: full ? 1_700_000_000_000_000 : nil,
            input: full ? InputPosition(topic: "ztf", partition: 3, offset: 12, timestamp: 1_700_000_000_000) : nil,
            times: StageTimes(received: 1, decoded: 2, joined: 3, inferred: 4)
        )
    }

    private func decoded(_ annotated: AnnotatedAlert) throws -> AvroRecord {
        var encoder = AvroEncoder()
        AnnotatedAlertEncoding.append(annotated, to: &encoder)
        let schema = try Self.schema.get()
        let result = try encoder.bytes.withUnsafeBytes { try AvroValue.decode($0, as: schema) }
        #expect(result.used == encoder.bytes.count)
        guard case .record(let record) = result.value else { throw AvroError(.value, "no record") }
        return record
    }

    @Test func everyFieldOfTheSchemaIsWrittenInItsOrder() throws {
        let record = try decoded(annotated(full: true))
        #expect(record.fields.map(\.name) == (try Self.schema.get().fieldNames))
        #expect(record["alertId"] == .long(9_007_199_254_740_993))
        #expect(record["solarSystemObject"] == .string("1234"))
        #expect(record["flags"] == .array([.string("history-after-alert")]))
        #expect(record["embedding"] == .array([.float(0.25), .float(-0.25)]))
        #expect(record["asOf"] == .long(1_700_000_000_000_000))
        guard case .record(let photometry)? = record["photometry"] else { throw AvroError(.value, "no photometry") }
        #expect(photometry["flux"] == .double(-250))
        #expect(photometry["totalFlux"] == .null)
        #expect(photometry["detections"] == .int(2))
        #expect(photometry["upperLimits"] == .int(1))
        #expect(photometry["firstMjd"] == .double(59_999))
        #expect(photometry["peakFlux"] == .double(400))
    }

    @Test func whatIsUnknownIsNull() throws {
        let record = try decoded(annotated(full: false))
        for name in ["solarSystemObject", "anomaly", "asOf", "embedding", "input", "cutoutScience"] {
            #expect(record[name] == .null)
        }
        #expect(record["flags"] == .array([.string("history-after-alert"), .string("untrained")]))
    }

    @Test func jsonHasIdentifiersAsStrings() throws {
        let text = try AnnotatedAlertJSON.text(annotated(full: true), schema: Self.schema.get())
        #expect(text.contains(#""alertId":"9007199254740993""#))
        #expect(text.contains(#""spectrumId":"77""#))
        #expect(text.contains(#""decision":{"node":"SN","path":["Transient","SN"],"probability":0.75}"#))
    }

    @Test func whatIsAppendedTakesThePlaceOfTheLastBytes() throws {
        var annotated = annotated(full: false)
        annotated.alert.cutouts = Cutouts(science: 10..<20, difference: 30..<33)
        let source: [UInt8] = Array(0..<50)
        let fields = source.withUnsafeBytes {
            AppendedFields(AppendedContents(cutouts: true, lightCurve: .recent), of: annotated.alert, in: $0)
        }
        let stored = AnnotatedAlertEncoding.datum(annotated)
        let datum = fields.appended(to: stored, version: .current)
        #expect(datum.count == stored.count - AppendedFields.emptyCount(in: .current) + fields.size)
        let schema = try Self.schema.get()
        let value = try datum.withUnsafeBytes { try AvroValue.decode($0, as: schema).value }
        #expect(value["cutoutScience"] == .bytes(Array(10..<20)))
        #expect(value["cutoutTemplate"] == .null)
        #expect(value["cutoutDifference"] == .bytes([30, 31, 32]))
        guard case .array(let points)? = value["lightCurve"] else { throw AvroError(.value, "no light curve") }
        #expect(points.map { $0["mjd"] } == [.double(59_998), .double(59_999), .double(60_000.5)])
        #expect(points.map { $0["kind"] } == [.string("upper-limit"), .string("detection"), .string("detection")])
        #expect(points[1]["totalFlux"] == .double(900) && points[2]["totalFlux"] == .null)
    }

    @Test func whatIsLeftOutIsAsIfItHadNotBeenWanted() {
        let alert = annotated(full: false).alert
        let stored = AnnotatedAlertEncoding.datum(annotated(full: false))
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        var fields = AppendedFields(AppendedContents(cutouts: true, lightCurve: .full), of: alert, in: nothing)
        fields.shorten { _ in true }
        let curve = AppendedFields(AppendedContents(lightCurve: .full), of: alert, in: nothing)
        #expect(fields.appended(to: stored, version: .current) == curve.appended(to: stored, version: .current))
        fields.shorten { _ in false }
        #expect(fields.appended(to: stored, version: .current) == stored)
    }

    @Test func aRecentLightCurveHoldsTheNewestPoints() throws {
        var alert = annotated(full: false).alert
        for night in 0..<300 {
            alert.detections.insert(
                .detection(id: Int64(night + 10), mjd: 59_000 + Double(night), band: band, flux: 1, fluxErr: 1),
                at: night
            )
        }
        func points(_ extent: DatumFraming.LightCurveExtent) throws -> [AvroValue] {
            let fields = AppendedFields(
                AppendedContents(lightCurve: extent),
                of: alert,
                in: UnsafeRawBufferPointer(start: nil, count: 0)
            )
            let datum = fields.appended(to: AnnotatedAlertEncoding.datum(annotated(full: false)), version: .current)
            let value = try datum.withUnsafeBytes { try AvroValue.decode($0, as: Self.schema.get()).value }
            guard case .array(let points)? = value["lightCurve"] else { return [] }
            return points
        }
        let (recent, full) = (try points(.recent), try points(.full))
        #expect(recent.count == AppendedFields.recentPoints && full.count == 303)
        #expect(recent == Array(full.suffix(AppendedFields.recentPoints)))
        #expect(try points(.none).isEmpty)
    }

    @Test func aPublicAlertShowsPublicPointsOnly() {
        var alert = annotated(full: false).alert
        alert.programId = 1
        alert.detections[0].programId = 2
        alert.detections[1].programId = 1
        #expect(alert.exposures(quality: .everything).map(\.mjd) == [59_998, 60_000.5])
        alert.programId = 2
        #expect(alert.exposures(quality: .everything).map(\.mjd) == [59_998, 59_999, 60_000.5])
    }

    @Test func whatAnOlderBuildStoredGoesOutUnderItsOwnSchema() throws {
        let old = try AnnotatedAlertVersion.v1_0.schema()
        let message = try MessageFraming().message([1, 2, 3], version: .v1_0)
        #expect(message != (try MessageFraming().message([1, 2, 3])))
        var writer = ObjectContainerWriter(schema: old, syncMarker: MessageFraming.syncMarker(of: old))
        let header = try writer.finish()
        #expect(Array(message.prefix(header.count)) == header)
        #expect(AppendedFields().appended(to: [7, 0, 0, 0], version: .v1_0) == [7, 0, 0, 0])
    }

    /// A build that finds the folder of an older one would write what nobody can read.
    @Test func theSchemaOfAnotherBuildIsRefused() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let installed = try InstalledFiles.schemas()
        try FileManager.default.copyItem(
            atPath: "\(installed)/annotated_alert.v1_1.avsc",
            toPath: "\(folder)/annotated_alert.avsc"
        )
        let error = #expect(throws: InstallationError.self) { _ = try AnnotatedAlertVersion.v1_2.schema(in: folder) }
        #expect(
            error?.description.hasPrefix("\(folder)/annotated_alert.avsc is not version 1.2 of the schema") == true
        )
        for version in AnnotatedAlertVersion.allCases { _ = try version.schema(in: installed) }
    }

    @Test func theMessageOfADatumIsTheSameWheneverItIsMade() throws {
        let messages = try (0..<2).map { _ in try MessageFraming().message([1, 2, 3]) }
        #expect(messages[0] == messages[1])
    }

    @Test(arguments: [true, false]) func aStoredDatumTakesAnotherFlagAndStaysAsItIs(full: Bool) throws {
        let annotated = annotated(full: full)
        var flagged = annotated
        flagged.flag(.shortened)
        let stored = AnnotatedAlertEncoding.datum(annotated)
        let again = try AnnotatedAlertEncoding.datum(stored, flags: flagged.alert.flags, version: .current)
        #expect(
            try AvroValue.decode(again, as: Self.schema.get()).value
                == AvroValue.decode(AnnotatedAlertEncoding.datum(flagged), as: Self.schema.get()).value
        )
        #expect(flagged.flags.contains("untrained") != full)
        #expect(again.suffix(4) == [0, 0, 0, 0])
        #expect(try AnnotatedAlertEncoding.datum(again, flags: flagged.alert.flags, version: .current) == again)
    }

    @Test func aFramedMessageIsReadBackAndItsSizeWasForeseen() throws {
        var encoder = AvroEncoder()
        let annotated = annotated(full: true)
        AnnotatedAlertEncoding.append(annotated, to: &encoder)
        let framing = try MessageFraming()
        let message = try framing.message(encoder.bytes)
        #expect(message.count <= framing.size(ofDatum: encoder.bytes.count))
        let record = try message.withUnsafeBytes { try AnnotatedAlertReader().read($0) }
        let summary = AlertSummary(record)
        #expect(summary.objectId == "ZTF20aaaaaaa")
        #expect(summary.label == "SN" && summary.isDecided)
        let origin = try message.withUnsafeBytes { try OutputPositionReader(registry: nil).origin(of: $0) }
        #expect(origin.position.description == "ztf/3@12")
    }
}
