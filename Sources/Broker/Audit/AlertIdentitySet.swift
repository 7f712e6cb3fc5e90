import Sky

/// A set of alerts, a hundred million of them if need be: ids by survey.
///
/// An alert costs 8 bytes and a bit a slot of a hash table that is between three eighths and three quarters full: 11 to
/// 22 bytes, and up to a third of that again for a moment while the table grows.
struct AlertIdentitySet: Sendable {
    /// An alert, its survey by number.
    struct Member: Hashable, Sendable {
        let survey: UInt32
        let alertId: Int64
    }

    private var surveys: [SurveyName: UInt32] = [:]
    private var alertIds: [Set<Int64>] = []

    /// The number of alerts.
    var count: Int { alertIds.reduce(0) { $0 + $1.count } }

    /// The alert in the terms of this set, whether it is in it or not.
    mutating func member(_ identity: AlertIdentity) -> Member {
        if let survey = surveys[identity.survey] { return Member(survey: survey, alertId: identity.alertId) }
        let survey = UInt32(alertIds.count)
        surveys[identity.survey] = survey
        alertIds.append([])
        return Member(survey: survey, alertId: identity.alertId)
    }

    mutating func insert(_ identity: AlertIdentity) {
        let member = member(identity)
        alertIds[Int(member.survey)].insert(member.alertId)
    }

    func contains(_ member: Member) -> Bool {
        alertIds[Int(member.survey)].contains(member.alertId)
    }
}
