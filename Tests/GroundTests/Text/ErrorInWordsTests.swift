import Foundation
import Ground
import Testing

/// Errors of files as people read them: the system's words, and the file beside.
@Suite struct ErrorInWordsTests {
    private func thrown(_ body: () throws -> Void) -> (any Error)? {
        do {
            try body()
            return nil
        } catch { return error }
    }

    @Test func aFileThatIsMissingIsCalledSo() throws {
        let path = "/nowhere-\(UUID().uuidString)/weights"
        let error = try #require(thrown { _ = try Data(contentsOf: URL(filePath: path)) })
        #expect(error.inWords == "No such file or directory" && error.file == path)
    }

    @Test func aFolderThatCannotBeMadeSaysWhy() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path()
        try Data([1]).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let below = file + "/report"
        let error = try #require(
            thrown { try FileManager.default.createDirectory(atPath: below, withIntermediateDirectories: true) }
        )
        #expect(error.inWords == "Not a directory")
        let write = try #require(thrown { try Data([1]).write(to: URL(filePath: below)) })
        #expect(write.inWords == "Not a directory" && write.file == below)
    }

    @Test func whatIsNoJSONOfItsTypeNamesTheField() throws {
        struct Run: Decodable { struct Part: Decodable { let steps: Int }; let parts: [Part] }
        for (text, words) in [
            ("{\"parts\": [{}]}", "parts[0].steps is missing"),
            ("{\"parts\": [{\"steps\": null}]}", "parts[0].steps is null"),
            ("{\"parts\": 1}", "parts is no "), ("{", ""),
        ] {
            let error = try #require(thrown { _ = try JSONDecoder().decode(Run.self, from: Data(text.utf8)) })
            #expect(error.inWords.hasPrefix(words) && !error.inWords.contains("CodingKey"), "\(text): \(error.inWords)")
        }
    }

    @Test func whatIsNotOfAFileSaysItself() {
        struct Broken: Error, CustomStringConvertible { let description = "row 5 is no number" }
        #expect(Broken().inWords == "row 5 is no number" && Broken().file == nil)
    }
}
