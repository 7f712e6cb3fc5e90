import Archive
import Avro
import Sky
import Testing

@testable import Broker

/// What went out is read by libavro too (`AnnotatedAlertSchema`).
@Suite struct SecondReaderTests {
    /// An alert with nothing in it but what it must have; the numbers are of no importance.
    private func alert() throws -> (message: [UInt8], value: AvroValue) {
        let band = Band("r", wavelength: 640)
        let own = PhotometricPoint.detection(id: 1, mjd: 60_000, band: band, flux: 10, fluxErr: 1)
        let alert = Alert(
            survey: SurveyName("ztf"),
            alertId: 1,
            objectId: "ZTF20aaaaaaa",
            ra: 10.5,
            dec: -3.25,
            mjd: own.mjd,
            timeScale: .utcStart,
            band: band,
            detections: [own]
        )
        let classification = Classification(
            classifier: "astrom3",
            version: "1.0.0",
            trained: true,
            probabilities: [
                NodeProbability(node: "SN", probability: .nan), NodeProbability(node: "EB", probability: 1),
            ],
            decision: nil,
            aleatoric: 1.5,
            logits: [0.5, -0.5]
        )
        let annotated = AnnotatedAlert(
            record: Record(alert: alert, lightCurve: LightCurve(packetOf: alert, quality: QualityRule())),
            annotation: Annotation(
                modalities: Modalities(points: 1, spectrumId: nil, metadataFeatures: 0),
                classifications: [classification],
                anomaly: nil,
                neighbours: [],
                embedding: []
            ),
            asOf: 1,
            input: InputPosition(topic: "ztf", partition: 3, offset: 0, timestamp: 1),
            times: StageTimes(received: 1, decoded: 2, joined: 3, inferred: 4)
        )
        var fields = AppendedFields()
        [UInt8](repeating: 7, count: 100).withUnsafeBytes { image in
            var alert = alert
            alert.cutouts.science = 0..<100
            fields = AppendedFields(AppendedContents(cutouts: true, lightCurve: .full), of: alert, in: image)
        }
        let datum = fields.appended(to: AnnotatedAlertEncoding.datum(annotated), version: .current)
        let value = try AvroValue.decode(datum, as: AnnotatedAlertVersion.current.schema()).value
        return (try MessageFraming().message(datum), value)
    }

    /// A second reader that takes the first field for a number.
    private func wrong(_ schema: AvroSchema) throws -> AnnotatedAlertSchema {
        AnnotatedAlertSchema(schema, second: .success(try LibAvroReader(try AvroSchema(json: #""long""#))))
    }

    private func refused(_ schema: AvroSchema) -> AnnotatedAlertSchema {
        AnnotatedAlertSchema(schema, second: .failure(AvroError(.schema, "libavro refuses the schema")))
    }

    private let origin = OutputPositionReader.Origin(
        identity: AlertIdentity(survey: SurveyName("ztf"), alertId: 1, mjd: 60_000),
        position: InputPosition(topic: "ztf", partition: 3, offset: 0, timestamp: 1),
        isConflicting: false
    )

    @Test func bothReadTheSame() throws {
        let (message, value) = try alert()
        let reader = AnnotatedAlertReader()
        for _ in 0..<3 {
            let record = try message.withUnsafeBytes { try reader.read($0) }
            #expect(AvroValue.record(record) == value)
        }
        var sample = PublishedSample(registry: nil)
        try message.withUnsafeBytes { try sample.published(origin, $0) }
        #expect(sample.count == 1 && sample.unconfirmed.isEmpty)
    }

    @Test func whatTheyReadOtherwiseIsAnErrorOfASubscriberAndADifferenceOfAnAudit() throws {
        let (message, _) = try alert()
        for (schema, words) in [(wrong, "which our own reader takes"), (refused, "libavro refuses the schema")]
            as [((AvroSchema) throws -> AnnotatedAlertSchema, String)]
        {
            let reader = AnnotatedAlertReader(registry: nil, schema: schema)
            let error = #expect(throws: AvroError.self) { try message.withUnsafeBytes { _ = try reader.read($0) } }
            #expect(error?.description.contains(words) == true)
            var sample = PublishedSample(registry: nil, schema: schema)
            try message.withUnsafeBytes { try sample.published(origin, $0) }
            #expect(sample.count == 1 && sample.unconfirmed.map(\.offset) == [0])
            #expect(sample.unconfirmed.first?.reason.contains(words) == true)
            let report = AuditBook().report(compared: sample.count, differing: sample.unconfirmed)
            #expect(!report.isClosed)
        }
    }

    /// libavro is not safe for strangers' schemas and bytes.
    @Test func whatIsNotOursIsReadByOurReaderAlone() throws {
        let schema = try AvroSchema(
            json: """
                {"type": "record", "name": "AnnotatedAlert", "namespace": "trifid.v1", "fields": [
                {"name": "none", "type": {"type": "array", "items": "null"}},
                {"name": "next", "type": ["null", "AnnotatedAlert"]}]}
                """
        )
        let other = try AnnotatedAlertSchema(schema)
        let value = AvroValue.record(["none": .array([]), "next": .null])
        // Were libavro asked, it would read something else in these bytes.
        #expect(try [UInt8]([9]).withUnsafeBytes { try other.confirmed(value, of: $0) } == value)
    }
}
