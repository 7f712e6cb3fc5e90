package import Sky

/// What is to be done with one input message. The database decides, and what it once decided stays.
package enum Outcome: Sendable {
    /// This position owns the alert: infer, encode, and hand the annotation to `Archive.store`.
    case annotate(Joined)
    /// Annotated before, but not known to be published (a crash between the two commits, or another worker wrote
    /// first): publish what is stored, whatever model runs now.
    case stored(StoredAnnotation)
    /// Another position owns the alert: publish nothing, count it. The position is nil where retention has dropped
    /// the owner's row.
    case duplicate(of: InputPosition?)
    /// Publish the original bytes with this code and reason, which are those that were stored first.
    case deadLetter(DeadLetter)
    /// Known to be committed in Kafka too: publish nothing, count in the metrics only.
    case replay
}

/// Everything that was known of an alert's object at that alert.
package struct Joined: Sendable {
    /// What stands at the alert of all that is known up to its own time, one point an exposure, by time
    /// (`Exposures`). A public alert's holds public points only.
    package var lightCurve: LightCurve
    /// The object's spectrum: arrays, or only the embedding where the model at hand has embedded it before.
    package var spectrum: Spectrum?
    /// The object's catalogue metadata, with its embedding where the model at hand has embedded it before.
    package var metadata: Metadata?
    /// Which flux the object is looked at by, decided at its first alert.
    package var fluxChoice: FluxChoice
    /// The alert's id is known with another time within a month: to be annotated with the flag `conflicting`.
    package var isConflicting: Bool

    /// What was known of an alert's object.
    package init(
        lightCurve: LightCurve,
        spectrum: Spectrum? = nil,
        metadata: Metadata? = nil,
        fluxChoice: FluxChoice = .difference,
        isConflicting: Bool = false
    ) {
        self.lightCurve = lightCurve
        self.fluxChoice = fluxChoice
        self.spectrum = spectrum
        self.metadata = metadata
        self.isConflicting = isConflicting
    }
}

/// How an annotation's datum was encoded, and what is appended to it from the message when it is published: the same
/// whenever that is, and whatever program does it.
package struct DatumFraming: Hashable, Sendable {
    /// Which of the packet's points are appended. The numbers are stored: only ever add.
    package enum LightCurveExtent: Int16, Hashable, Sendable, CaseIterable {
        /// None.
        case none = 0
        /// The newest.
        case recent = 1
        /// All.
        case full = 2
    }

    /// Version of the schema of the output.
    package var schemaVersion: String
    /// Whether the message's cutouts are appended; nil where it was not noted.
    package var appendsCutouts: Bool?
    /// Which points of the message are appended.
    package var lightCurve: LightCurveExtent

    /// What annotations were before it was noted: version 1.0, without a light curve, with cutouts if the setting said so.
    package init(schemaVersion: String = "1.0", appendsCutouts: Bool? = nil, lightCurve: LightCurveExtent = .none) {
        self.schemaVersion = schemaVersion
        self.appendsCutouts = appendsCutouts
        self.lightCurve = lightCurve
    }
}

/// An annotation to be stored: the output as it will be published, and what the archive needs to find it again.
package struct NewAnnotation: Sendable {
    /// The encoded output datum, without cutouts and light curve.
    package var datum: [UInt8]
    /// How it was encoded, and what is appended to it.
    package var framing: DatumFraming
    /// The output topics it goes to.
    package var topics: [String]
    /// The decision's node; nil where the classifier abstained.
    package var node: String?
    /// The anomaly's percentile, 0 to 100; nil where there is none.
    package var percentile: Float?
    /// The flags of the annotated alert.
    package var flags: AlertFlags

    /// An annotation to be stored.
    package init(
        datum: [UInt8],
        topics: [String],
        node: String? = nil,
        percentile: Float? = nil,
        flags: AlertFlags = [],
        framing: DatumFraming = DatumFraming()
    ) {
        self.datum = datum
        self.framing = framing
        self.topics = topics
        self.node = node
        self.percentile = percentile
        self.flags = flags
    }
}

/// An annotation as it stands in the archive: what is to be published.
package struct StoredAnnotation: Hashable, Sendable {
    /// The survey.
    package var survey: SurveyName
    /// The alert's id.
    package var alertId: Int64
    /// The alert's object: the key of the output message.
    package var objectId: String
    /// The alert's own time (MJD).
    package var mjd: Double
    /// 0 for the first annotation of an alert.
    package var revision: Int16
    /// The input position that owns the alert.
    package var position: InputPosition
    /// The decision's node; nil where the classifier abstained.
    package var node: String?
    /// The anomaly's percentile, 0 to 100.
    package var percentile: Float?
    /// The flags of the annotated alert.
    package var flags: AlertFlags
    /// The output topics it goes to.
    package var topics: [String]
    /// The encoded output datum, without cutouts and light curve.
    package var datum: [UInt8]
    /// How it was encoded, and what is appended to it.
    package var framing: DatumFraming

    /// An annotation as it stands in the archive.
    package init(
        survey: SurveyName,
        alertId: Int64,
        objectId: String,
        mjd: Double,
        revision: Int16 = 0,
        position: InputPosition,
        node: String? = nil,
        percentile: Float? = nil,
        flags: AlertFlags = [],
        topics: [String],
        datum: [UInt8],
        framing: DatumFraming = DatumFraming()
    ) {
        self.survey = survey
        self.alertId = alertId
        self.objectId = objectId
        self.mjd = mjd
        self.revision = revision
        self.position = position
        self.node = node
        self.percentile = percentile
        self.flags = flags
        self.topics = topics
        self.datum = datum
        self.framing = framing
    }
}
