import Foundation
import Testing

@testable import Training

/// What a report cannot be written to is told before the work, and nothing is replaced before it is done.
@Suite struct ReportFilesTests {
    private let folder = TemporaryFolder()

    @Test func aFolderThatCannotBeIsToldAtOnce() throws {
        defer { folder.remove() }
        let file = try folder.write("mine", "file")
        #expect(throws: (any Error).self) { _ = try ReportFiles(file + "/report") }
        // A folder stands where the page is to be.
        try FileManager.default.createDirectory(
            atPath: folder.path + "/report/index.html",
            withIntermediateDirectories: true
        )
        #expect(
            message { _ = try ReportFiles(folder.path + "/report") }.contains("index.html cannot be written: Is a dir")
        )
    }

    @Test func aReportThatIsNotMadeLeavesTheFormer() throws {
        defer { folder.remove() }
        for name in ["index.html", "report.json"] { try folder.write("former", name) }
        do { _ = try ReportFiles(folder.path) }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["index.html", "report.json"]
        )
        #expect(try String(contentsOfFile: folder.path + "/index.html", encoding: .utf8) == "former")
    }
}
