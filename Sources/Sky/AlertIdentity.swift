/// What makes two messages the same alert: the survey, the survey's id and the alert's own time.
///
/// An id that is known with another time is another alert, and conflicting.
public struct AlertIdentity: Hashable, Sendable {
    /// The survey.
    public var survey: SurveyName
    /// ZTF `candid`; LSST and ELAsTiCC `diaSourceId`.
    public var alertId: Int64
    /// The alert's own time (MJD).
    public var mjd: Double

    /// An alert's identity.
    public init(survey: SurveyName, alertId: Int64, mjd: Double) {
        self.survey = survey
        self.alertId = alertId
        self.mjd = mjd
    }
}

extension Alert {
    /// The alert's identity.
    public var identity: AlertIdentity { AlertIdentity(survey: survey, alertId: alertId, mjd: mjd) }

    /// Times (MJD) that an alert may have: the years 1990 to 2099. What is outside is a mistake of the packet; simulated
    /// streams lie in the future.
    public static let allowedTimes: Range<Double> = 47892..<88069
}
