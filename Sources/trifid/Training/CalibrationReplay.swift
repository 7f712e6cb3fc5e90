import Archive
import AstroM3
import Broker
import Ground
import Service
import Settings
import Sky

/// `trifid calibrate --replay`: what a model's present calibration makes of the answers that are stored. What was stored with the flag
/// `unconfirmed` is not decided, as it would not be live; answers from before there was this flag are decided as they come.
struct CalibrationReplay {
    /// Folder of the model.
    let model: String
    /// The alerts' own times (MJD).
    let times: Range<Double>

    /// How the answers came out.
    private struct Count {
        var answered = 0
        var decidedOtherwise = 0
        var ofAnotherModel = 0
        var unreadable = 0
    }

    /// Prints an answer for each stored one.
    ///
    /// - Throws: what the folder, the database or standard output has against it.
    func run(_ settings: Configuration) throws -> ExitStatus {
        let head = try ClassHead(folder: model)
        let reader = StoredAnswerReader()
        let sessions = ReadingSessions(
            url: settings.postgres.url,
            applicationName: "trifid calibrate",
            limit: 1,
            statementSeconds: 86_400
        )
        let progress = Progress("alerts")
        var count = Count()
        try sessions.read(wait: .seconds(1)) { archive in
            try archive.readAnnotations(times: times) { stored in
                guard !StandardOutput.isBroken else { return try StandardOutput.flush() }
                try answer(stored, head, reader, &count)
                if count.answered.isMultiple(of: 1000) { progress.advance(to: count.answered) }
            }
        }
        progress.finish()
        StandardError.print(
            "\(count.answered) alerts, \(count.decidedOtherwise) of them decided otherwise than before; left out: "
                + "\(count.ofAnotherModel) of a model with other classes or without a word of what the answer rests on, "
                + "\(count.unreadable) unreadable"
        )
        return count.unreadable == 0 ? .done : .incomplete
    }

    private func answer(_ stored: StoredDatum, _ head: ClassHead, _ reader: StoredAnswerReader, _ count: inout Count)
        throws
    {
        let before: StoredAnswer
        do {
            before = try reader.read(stored)
        } catch let error as InstallationError {
            throw error
        } catch {
            count.unreadable += 1
            if count.unreadable <= 10 { StandardError.print("trifid calibrate: \(error)") }
            return
        }
        guard var now = head.recalibrated(before.classification, points: before.points) else {
            count.ofAnotherModel += 1
            return
        }
        if before.flags.contains(where: AlertFlags.unconfirmed.names.contains) { now.decision = nil }
        count.answered += 1
        if now.decision?.node != before.classification.decision?.node { count.decidedOtherwise += 1 }
        StandardOutput.print(
            [
                "survey": .string(before.identity.survey.name), "alertId": .string(String(before.identity.alertId)),
                "objectId": .string(before.objectId), "mjd": .number(before.identity.mjd),
                "points": .integer(Int64(before.points)), "calibration": .string(now.calibration),
                "before": Self.json(before.classification), "now": Self.json(now),
            ]
        )
    }

    private static func json(_ answer: Classification) -> JSONValue {
        let nodes = answer.probabilities.map {
            JSONValue.Member($0.node, .number(Double($0.probability)))
        }
        return [
            "version": .string(answer.version), "decision": answer.decision.map { .string($0.node) } ?? .null,
            "probabilities": .object(nodes),
            "aleatoric": .number(Double(answer.aleatoric)), "epistemic": .number(Double(answer.epistemic)),
        ]
    }
}
