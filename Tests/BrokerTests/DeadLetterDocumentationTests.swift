import Foundation
import Sky
import Testing

@Suite struct DeadLetterDocumentationTests {
    private func lines() throws -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let page = root.deletingLastPathComponent().appendingPathComponent("Sources/Broker/README.md")
        return try String(contentsOf: page, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test func thePageListsEveryCodeAndNoOther() throws {
        let lines = try lines()
        for stage in DeadLetterCode.Stage.allCases {
            let reasons = DeadLetterCode.all.filter { $0.stage == stage }.map { "`\($0.reason.rawValue)`" }
            #expect(
                lines.contains("| `\(stage.rawValue)` | \(stage.meaning) | \(reasons.joined(separator: ", ")) |"),
                "Sources/Broker/README.md does not list the codes of \(stage.rawValue)"
            )
        }
        for reason in DeadLetterCode.Reason.allCases {
            #expect(lines.contains("| `\(reason.rawValue)` | \(reason.meaning) |"), "\(reason.rawValue)")
        }
    }
}
