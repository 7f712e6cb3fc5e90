import Ground
package import Sky

/// One input message as it comes to the archive: where it stood, and what could be read of it.
package struct IncomingRow: Sendable {
    /// What the message held.
    package enum Content: Sendable {
        /// An alert. One that the tables cannot hold is a dead letter: a time outside `Alert.allowedTimes`, an object's
        /// id or a band's name that is none.
        case alert(Alert)
        /// Nothing that could be read or used.
        case deadLetter(DeadLetter)
    }

    /// Where the message stands in its topic.
    package var position: InputPosition
    /// What it held.
    package var content: Content

    /// A message's position and content.
    package init(position: InputPosition, content: Content) {
        self.position = position
        self.content = content
    }
}

/// Why a message became a dead letter, and what could still be read of it. A dead letter owns no alert id, so that
/// its corrected re-send is not a duplicate.
package struct DeadLetter: Hashable, Sendable, Error {
    /// Bytes of a reason at the most: it goes into a column of the database and into a header of the message.
    package static let longestReason = 1024
    /// Bytes of a code at the most.
    package static let longestCode = 128

    /// Which rule it broke, as a short code for headers and metrics.
    package let code: String
    /// The reason in words: field, value, what to do. It may quote the packet, whatever that holds: control characters
    /// are escaped, and what is longer than `longestReason` is cut.
    package let reason: String
    /// The survey, where it could be read.
    package var survey: SurveyName?
    /// The alert's id, where it could be read.
    package var alertId: Int64?

    /// A dead letter.
    package init(code: DeadLetterCode, reason: String, survey: SurveyName? = nil, alertId: Int64? = nil) {
        self.init(code: code.description, reason: reason, survey: survey, alertId: alertId)
    }

    /// A dead letter as it was stored, perhaps by another version with other codes.
    package init(code: String, reason: String, survey: SurveyName? = nil, alertId: Int64? = nil) {
        self.code = code.plain(limit: Self.longestCode)
        self.reason = reason.plain(limit: Self.longestReason)
        self.survey = survey
        self.alertId = alertId
    }
}
