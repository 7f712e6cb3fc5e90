public import Sky

/// An alert as a survey would send it, with the truth about it.
public struct SimulatedAlert: Sendable {
    /// The message: what a consumer reads from the survey's topic.
    public let packet: [UInt8]
    /// The survey that sends it.
    public let survey: SurveyName
    /// The object's identity: ZTF's name, LSST's diaObjectId, `sso:` and the ssObjectId of a known asteroid.
    public let objectId: String
    /// ZTF's candid or LSST's diaSourceId.
    public let alertId: Int64
    /// Time of the exposure (MJD) in the survey's own scale and meaning.
    public let mjd: Double
    /// Name of the band.
    public let band: String
    /// True position in degrees (J2000).
    public let ra: Double
    /// True declination in degrees (J2000).
    public let dec: Double
    /// Measured difference flux (nJy).
    public let flux: Double
    /// One standard deviation of `flux` (nJy).
    public let fluxErr: Double
    /// Earlier exposures in the packet, with and without a detection.
    public let historyCount: Int
    /// Earlier detections in the packet.
    public let historyDetections: Int
    /// What the source really is.
    public let sourceClass: SourceClass

    /// Kafka key: the object's identity as UTF-8.
    public var key: [UInt8] { Array(objectId.utf8) }
}
