import AstroM3
import Ground
import Service
import Training

/// `trifid calibrate --shares`: a model for a stream in which classes are otherwise common.
struct CalibrationShares {
    /// Folder of the model.
    let model: String
    let threads: Int

    /// - Parameters:
    ///   - shares: a file, `equal`, or `calibrated`.
    ///   - data: folder of the data set.
    func run(_ shares: String, data: String?) throws -> ExitStatus {
        if shares == "calibrated" {
            guard data == nil else {
                throw UsageError(message: "--shares calibrated goes without --data: nothing is fitted")
            }
            let isChanged = try ShareCorrection.remove(model: model)
            StandardError.print(
                isChanged
                    ? "trifid: the model answers again by the shares of the objects that it was calibrated by"
                    : "trifid: the model answers by the shares of the objects that it was calibrated by already"
            )
            StandardOutput.print(["model": .string(model), "shares": .null, "changed": .bool(isChanged)])
            return .done
        }
        guard let data else {
            throw UsageError(
                message:
                    "missing option --data: the data set that the model was trained by tells the shares that it knows"
            )
        }
        let expected: ShareCorrection.Expected = shares == "equal" ? .equal : .file(shares)
        try ShareCorrection.check(model: model, expected)
        guard let data = try DatasetFolder.read(data) else { return .incomplete }
        let outcome = try ShareCorrection.run(model: model, expected, data, threads: threads)
        let manifest = try Model(folder: model).manifest
        if let remark = outcome.remark { StandardError.print("trifid: \(remark)") }
        if outcome.leavesAlertsOut {
            StandardError.print(
                "trifid: the model was not calibrated by the data set's labelled alerts (--fold-model): what it says of packets is "
                    + "corrected as if their classes were as common as those of the other objects"
            )
        }
        let closed = outcome.closed(manifest.taxonomy)
        if !closed.isEmpty {
            StandardError.print(
                "trifid: at these shares the model decides nothing \(closed.map { "below \($0 ?? "the root")" }.joined(separator: ", ")): "
                    + "too few objects of the data set stand for too much of the stream, or none for a class that it has"
            )
        }
        StandardOutput.print(
            [
                "model": .string(model), "version": .string(manifest.fullVersion),
                "objects": .integer(Int64(outcome.objects)),
                "shares": .object(
                    manifest.taxonomy.classes.map { name in
                        .init(name, Self.json(outcome.shares.calibrated, outcome.shares.expected, name))
                    }
                ),
                "alertShares": manifest.calibration.alertShares.map { alerts in
                    .object(
                        manifest.taxonomy.classes.map { name in
                            .init(name, Self.json(alerts, outcome.shares.expectedOfAlerts ?? [:], name))
                        }
                    )
                } ?? .null,
                "gates": .array(
                    zip(
                        outcome.shares.decision.gates(manifest.taxonomy),
                        outcome.decision.gates(manifest.taxonomy)
                    ).map { before, now in
                        [
                            "below": now.node.map(JSONValue.string) ?? .null, "before": .number(Double(before.gate)),
                            "gate": .number(Double(now.gate)),
                        ]
                    }
                ),
            ]
        )
        return .done
    }

    private static func json(_ calibrated: [String: Double], _ expected: [String: Double], _ name: String) -> JSONValue
    {
        ["calibrated": .number(calibrated[name] ?? 0), "expected": .number(expected[name] ?? 0)]
    }
}
