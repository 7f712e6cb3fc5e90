import AstroM3
import Discovery
import Kafka
import Sky
import Survey

/// What an annotated alert has of bytes at the most, nothing appended: the size of the largest that this model and these
/// settings can make. Names, points, taxonomy, neighbours and reasons are bounded where packets are decoded and models
/// are loaded; so nothing can prove too large for its topics once it is known at the start that they take this much.
struct OutputBound {
    /// Bytes of an object's id at the most: the key of the message.
    static let longestObjectId = 255
    /// Bytes of a Kafka topic's name at the most.
    private static let longestTopic = 249
    /// Bytes of a reason's own words at the most, names and numbers apart (`Discovery.Reasons`).
    private static let reasonWords = 256

    /// Bytes of the datum.
    let datum: Int

    init(_ annotator: Annotator) {
        datum = AnnotatedAlertEncoding.datum(Self.largest(annotator)).count
    }

    /// Bytes of the largest message by `KafkaSettings.messageSize`, with nothing appended.
    func message(_ framing: MessageFraming) -> Int {
        KafkaSettings.messageSize(key: Self.longestObjectId, value: framing.size(ofDatum: datum))
    }

    private static func text(_ bytes: Int) -> String { String(repeating: "x", count: bytes) }

    private static func largest(_ annotator: Annotator) -> AnnotatedAlert {
        var annotated = AnnotatedAlert(
            record: Record(alert: alert(), lightCurve: LightCurve()),
            annotation: annotation(annotator),
            revision: .min,
            asOf: .min,
            input: InputPosition(topic: text(longestTopic), partition: .min, offset: .min, timestamp: .min),
            times: StageTimes(received: .min, decoded: .min, joined: .min, inferred: .min)
        )
        annotated.flags = AlertFlags(rawValue: .max).names + ["untrained"]
        let largest = Int(Int64.max)
        annotated.photometry.detections = largest
        annotated.photometry.forced = largest
        annotated.photometry.upperLimits = largest
        for field in [
            \PhotometrySummary.flux, \.fluxErr, \.totalFlux, \.totalFluxErr, \.firstMjd, \.peakFlux, \.peakMjd,
        ] { annotated.photometry[keyPath: field] = 1 }
        return annotated
    }

    private static func alert() -> Alert {
        let longest = AnnotatedAlertEncoding.longestText
        let survey = Surveys.names.max { flagBytes($0) < flagBytes($1) } ?? SurveyName("")
        var alert = Alert(
            survey: survey,
            alertId: .min,
            objectId: text(longestObjectId),
            ra: 0,
            dec: 0,
            mjd: 0,
            timeScale: .utcStart,
            band: Band(text(8), wavelength: 0),
            programId: .max,
            detections: [],
            quality: AlertQuality(
                realBogus: 0,
                deepRealBogus: 0,
                reliability: 0,
                signalToNoise: 0,
                flags: QualityFlags(rawValue: .max)
            )
        )
        alert.quality.realBogusVersion = text(longest)
        alert.quality.deepRealBogusVersion = text(longest)
        alert.quality.reliabilityVersion = text(longest)
        var context = AlertContext()
        context.nearestSources = Array(
            repeating: AlertContext.NearestSource(distance: 0, starGalaxyScore: 0),
            count: AlertContextEncoding.nearestSources
        )
        context.referenceSource = AlertContext.ReferenceSource(distance: 0, magnitude: 0, chi: 0, sharpness: 0)
        context.gaia = AlertContext.GaiaSource(distance: 0, magnitude: 0)
        context.brightGaia = context.gaia
        context.detectionCount = .min
        context.coverageCount = .min
        context.firstDetectionMjd = 0
        context.extendedness = 0
        context.trail = AlertContext.TrailFit(flux: 0, length: 0, angle: 0, chi2: 0, dataCount: .min)
        context.dipole = AlertContext.DipoleFit(
            meanFlux: 0,
            fluxDifference: 0,
            length: 0,
            angle: 0,
            chi2: 0,
            dataCount: .min
        )
        context.solarSystem = AlertContext.SolarSystemMatch(name: text(longest), distance: 0, magnitude: 0)
        alert.context = context
        return alert
    }

    private static func flagBytes(_ survey: SurveyName) -> Int {
        Surveys.flagNames(of: survey).reduce(survey.name.utf8.count) { $0 + $1.utf8.count + 2 }
    }

    private static func annotation(_ annotator: Annotator) -> Annotation {
        let (taxonomy, references) = (annotator.model.taxonomy, annotator.references.references)
        let object = text(references.objects.map(\.utf8.count).max() ?? 0)
        let label = text(references.labels.map(\.utf8.count).max() ?? 0)
        let nodes = taxonomy.nodes.map(\.name)
        let model = Classification(
            classifier: text(AnnotatedAlertEncoding.longestText),
            version: text(2 * AnnotatedAlertEncoding.longestText),
            trained: false,
            probabilities: nodes.map { NodeProbability(node: $0, probability: 0) },
            decision: Decision(node: nodes.max { $0.utf8.count < $1.utf8.count } ?? "", path: nodes, probability: 0),
            aleatoric: 0,
            logits: Array(repeating: 0, count: taxonomy.classes.count),
            classes: taxonomy.classes,
            calibration: Calibration.name([.photometry, .spectrum, .metadata], hasContext: true)
        )
        return Annotation(
            modalities: Modalities(points: Int(Int64.max), spectrumId: .min, metadataFeatures: Int(Int64.max)),
            classifications: [model, Annotator.association(text(AnnotatedAlertEncoding.longestText))],
            anomaly: Anomaly(
                score: 0,
                percentile: 0,
                method: ReferenceIndex.method,
                reasons: Array(repeating: text(reasonWords) + object + label, count: 4)
            ),
            neighbours: Array(
                repeating: Neighbour(object: object, similarity: 0, label: label),
                count: annotator.settings.neighbours
            ),
            embedding: annotator.settings.embedding
                ? Array(repeating: 0, count: references.dimension) : [],
            rules: annotator.rules
        )
    }
}
