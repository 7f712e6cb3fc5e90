import Ground
import Testing

@testable import Service
@testable import Settings

@Suite struct ConfigurationFileTests {
    private func file() throws -> String {
        let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return String(decoding: try FileContents.read("/\(tests)/Config/trifid.yaml"), as: UTF8.self)
    }

    /// `trifid config keys --yaml > Config/trifid.yaml` after a change of the table.
    @Test func theFileIsTheTable() throws {
        #expect(try file() == ConfigurationText.commentedDefaults)
    }

    @Test func theFileSetsEveryKeyToItsDefault() throws {
        var loader = ConfigurationLoader()
        loader.load(yaml: Array(try file().utf8), named: "trifid.yaml")
        #expect(loader.problems.isEmpty)
        for key in ConfigurationKeys.all {
            guard case .file("trifid.yaml", _) = loader.configuration.source(of: key) else {
                Issue.record("\(key.path) is not in the file")
                continue
            }
            #expect(loader.configuration.shown(key).yamlText == key.masked(key.anyDefault).yamlText)
        }
    }

    @Test func everyCommentFitsItsLine() throws {
        for line in try file().split(separator: "\n") { #expect(line.count <= 120, "\(line)") }
    }
}
