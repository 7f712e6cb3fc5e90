import Foundation
import Ground
import Testing

@testable import Training

/// What a report shows of other commands' files.
@Suite struct BesideEvaluationTests {
    /// A folder with a file of this text.
    private static func folder(_ text: String, _ name: String = "tables.json") throws -> TemporaryFolder {
        let folder = TemporaryFolder()
        try folder.write(text, name)
        return folder
    }

    private static func row(_ pretrained: Bool, _ labels: Double, _ mean: Double, fold: String = "null") -> String {
        """
        {"variant": "recipe", "labels": \(labels), "pretrained": \(pretrained), "modalities": "photometry",
         "accuracy": {"mean": \(mean + 0.1), "deviation": 0.03},
         "balancedAccuracy": {"mean": \(mean), "deviation": 0.01}, "foldDeviation": \(fold)}
        """
    }

    @Test func rowsOfAStudyBecomeCurvesByTheirShares() throws {
        let rows = [
            Self.row(false, 1, 0.5), Self.row(false, 0.1, 0.3, fold: "0.02"), Self.row(true, 0.1, 0.4),
        ]
        let folder = try Self.folder("{\"study\": \"s\", \"rows\": [\(rows.joined(separator: ","))]}")
        defer { folder.remove() }
        let beside = try BesideEvaluation(study: folder.path, nuisance: nil)
        let labels = try #require(beside.labels)
        #expect(labels.study == "s" && labels.curves.count == 2)
        let first = try #require(labels.curves.first)
        #expect(!first.isPretrained && first.points.map(\.share) == [0.1, 1])
        // The folds' deviation where there is one, else that of the repeats.
        #expect(first.points.map(\.deviation) == [0.02, 0.01] && first.points.map(\.balancedAccuracy) == [0.3, 0.5])
        #expect(first.points.map(\.accuracyDeviation) == [0.03, 0.03] && abs(first.points[1].accuracy - 0.6) < 1e-12)
        #expect(labels.gains.isEmpty && labels.curves[1].isPretrained && beside.members.map(\.name) == ["byLabels"])
    }

    /// What a study writes is what a report reads, old tables too, whose answers were not corrected.
    @Test(arguments: [true, false]) func whatPreTrainingChangesIsReadWithItsIntervals(isCorrected: Bool) throws {
        let change = "{\"without\": 0.4, \"with\": 0.5, \"difference\": 0.1, \"low\": 0.02, \"high\": 0.2}"
        let gain = """
            {"variant": "recipe", "labels": 0.1, "modalities": "photometry", "objects": 90, "accuracy": \(change),
             "balancedAccuracy": \(change)\(isCorrected ? ", \"correctedBalancedAccuracy\": \(change)" : "")}
            """
        func curves(_ gains: String) throws -> LabelCurves? {
            let folder = try Self.folder(
                "{\"study\": \"s\", \"rows\": [\(Self.row(true, 1, 0.5))], \"gains\": [\(gains)]}"
            )
            defer { folder.remove() }
            return try BesideEvaluation(study: folder.path, nuisance: nil).labels
        }
        let found = try #require(try curves(gain)?.gains.first)
        #expect(found.objects == 90 && found.share == 0.1 && found.accuracy.high == 0.2 && found.accuracy.low == 0.02)
        #expect(found.corrected == (isCorrected ? found.balancedAccuracy : nil))
        #expect(throws: RunFolder.Fault.self) { try curves("{\"variant\": \"recipe\"}") }
    }

    @Test(arguments: [0.0, -0.5, 1.5, 0x1p70])
    func aPartOfTheLabelsThatIsNoneIsNamedWithItsFile(share: Double) throws {
        let change = "{\"difference\": 0.1, \"low\": 0.02, \"high\": 0.2}"
        let gain = """
            {"variant": "recipe", "labels": \(share), "modalities": "photometry", "objects": 90, "accuracy": \(change),
             "balancedAccuracy": \(change)}
            """
        let (whole, part) = (Self.row(true, 1, 0.4), Self.row(false, share, 0.4))
        for (field, members) in [
            ("rows[1]", "\"rows\": [\(whole), \(part)]"), ("gains[0]", "\"rows\": [\(whole)], \"gains\": [\(gain)]"),
        ] {
            let folder = try Self.folder("{\"study\": \"s\", \(members)}")
            defer { folder.remove() }
            let error = #expect(throws: RunFolder.Fault.self) {
                try BesideEvaluation(study: folder.path, nuisance: nil)
            }
            #expect(
                error?.description
                    == "\(folder.path)/tables.json: \(field).labels is \(share); a part of the labels above 0, and at most 1, must "
                    + "stand there; trifid study writes such a file"
            )
        }
    }

    @Test func aFileThatIsTooLargeIsNotRead() throws {
        let folder = try Self.folder("")
        defer { folder.remove() }
        let path = "\(folder.path)/tables.json"
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.truncate(atOffset: UInt64(BesideEvaluation.maximumBytes) + 1)
        try handle.close()
        let error = #expect(throws: RunFolder.Fault.self) { try BesideEvaluation(study: folder.path, nuisance: nil) }
        #expect(error?.description == "\(path) cannot be read: larger than \(BesideEvaluation.maximumBytes) bytes")
    }

    @Test func theNuisanceCheckIsReadAsItIsWritten() throws {
        let text = """
            {"examples": 300, "objects": 20, "chance": 0.5,
             "groups": [{"name": "all", "balancedAccuracy": 0.8}, {"name": "times", "balancedAccuracy": 0.6}]}
            """
        let folder = try Self.folder(text, "nuisance.json")
        defer { folder.remove() }
        let beside = try BesideEvaluation(study: nil, nuisance: "\(folder.path)/nuisance.json")
        #expect(beside.nuisance?.groups.map(\.name) == ["all", "times"] && beside.nuisance?.objects == 20)
        #expect(beside.members.map(\.name) == ["nuisance"])
    }

    @Test func whatIsNoSuchFileIsNamed() throws {
        for text in [
            "{}", "{\"study\": \"s\", \"rows\": []}", "{\"study\": \"s\", \"rows\": [{\"variant\": \"a\"}]}", "[1",
            "{\"study\": \"s\", \"rows\": [\(Self.row(true, 0, 0.4))]}",
        ] {
            let folder = try Self.folder(text)
            defer { folder.remove() }
            #expect(
                "\(#expect(throws: RunFolder.Fault.self) { try BesideEvaluation(study: folder.path, nuisance: nil) }!)"
                    .contains("trifid study")
            )
            #expect(throws: RunFolder.Fault.self) {
                try BesideEvaluation(study: nil, nuisance: "\(folder.path)/tables.json")
            }
        }
        #expect(throws: RunFolder.Fault.self) { try BesideEvaluation(study: "/nowhere", nuisance: nil) }
    }
}
