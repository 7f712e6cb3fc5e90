import Avro
import Broker
import Sky

/// Annotates alerts of files: what a stream would say with nothing known but the packet.
struct PacketAnnotator {
    let annotator: Annotator
    private let schema: AvroSchema

    init(annotator: Annotator) throws {
        self.annotator = annotator
        schema = try MessageFraming.annotatedAlertSchema()
    }

    /// The annotated alerts as lines of JSON.
    func lines(_ alerts: [(alert: Alert, times: StageTimes)]) throws -> [String] {
        let records = alerts.map { entry in
            var alert = entry.alert
            alert.flags = annotator.flags(of: alert)
            return Record(alert: alert, lightCurve: LightCurve(packetOf: alert, quality: annotator.settings.quality))
        }
        let answers = try annotator.annotate(records)
        return try zip(zip(records, answers), alerts).map { answered, entry in
            var times = entry.times
            times.joined = times.decoded
            times.inferred = StageTimes.now
            let annotated = AnnotatedAlert(record: answered.0, annotation: answered.1.annotation, times: times)
            return try AnnotatedAlertJSON.text(annotated, schema: schema)
        }
    }
}
