package import Sky

/// An alert as a survey would send it, with the truth about it.
package struct SimulatedAlert: Sendable {
    /// The message: what a consumer reads from the survey's topic.
    package let packet: [UInt8]
    /// The survey that sends it.
    package let survey: SurveyName
    /// The object's identity: ZTF's name, LSST's diaObjectId, `sso:` and the ssObjectId of a known asteroid.
    package let objectId: String
    /// ZTF's candid or LSST's diaSourceId.
    package let alertId: Int64
    /// Time of the exposure (MJD) in the survey's own scale and meaning.
    package let mjd: Double
    /// Name of the band.
    package let band: String
    /// True position in degrees (J2000).
    package let ra: Double
    /// True declination in degrees (J2000).
    package let dec: Double
    /// Measured difference flux (nJy).
    package let flux: Double
    /// One standard deviation of `flux` (nJy).
    package let fluxErr: Double
    /// Earlier exposures in the packet, with and without a detection.
    package let historyCount: Int
    /// Earlier detections in the packet.
    package let historyDetections: Int
    /// What the source really is.
    package let sourceClass: SourceClass

    /// Kafka key: the object's identity as UTF-8.
    package var key: [UInt8] { Array(objectId.utf8) }
}
