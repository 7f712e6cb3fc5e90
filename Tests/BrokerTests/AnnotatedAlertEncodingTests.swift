import Avro
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

    @Test func cutoutsTakeThePlaceOfTheLastBytes() throws {
        var encoder = AvroEncoder()
        AnnotatedAlertEncoding.append(annotated(full: false), to: &encoder)
        let source: [UInt8] = Array(0..<50)
        let tail = source.withUnsafeBytes {
            AnnotatedAlertEncoding.cutoutFields(Cutouts(science: 10..<20, difference: 30..<33), in: $0)
        }
        let datum = encoder.bytes.dropLast(AnnotatedAlertEncoding.cutoutBytes) + tail
        let schema = try Self.schema.get()
        let value = try Array(datum).withUnsafeBytes { try AvroValue.decode($0, as: schema).value }
        #expect(value["cutoutScience"] == .bytes(Array(10..<20)))
        #expect(value["cutoutTemplate"] == .null)
        #expect(value["cutoutDifference"] == .bytes([30, 31, 32]))
    }

    @Test func theMessageOfADatumIsTheSameWheneverItIsMade() throws {
        let schema = try Self.schema.get()
        let messages = try (0..<2).map { _ in try MessageFraming(container: schema).message([1, 2, 3]) }
        #expect(messages[0] == messages[1])
    }

    @Test func aFramedMessageIsReadBackAndItsSizeWasForeseen() throws {
        var encoder = AvroEncoder()
        let annotated = annotated(full: true)
        AnnotatedAlertEncoding.append(annotated, to: &encoder)
        let framing = try MessageFraming(container: Self.schema.get())
        let message = framing.message(encoder.bytes)
        #expect(message.count <= framing.size(ofDatum: encoder.bytes.count))
        let record = try message.withUnsafeBytes { try AnnotatedAlertReader().read($0) }
        let summary = AlertSummary(record)
        #expect(summary.objectId == "ZTF20aaaaaaa")
        #expect(summary.label == "SN" && summary.isDecided)
        let origin = try message.withUnsafeBytes { try OutputPositionReader(registry: nil).origin(of: $0) }
        #expect(origin.position.description == "ztf/3@12")
    }
}
