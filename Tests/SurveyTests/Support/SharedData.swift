import Avro
import Foundation
import Sky

@testable import Survey

/// The real packets of `$TRIFID_SHARED` (default `../shared` beside the package), read in place.
enum SharedData {
    static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["TRIFID_SHARED"] { return URL(fileURLWithPath: path) }
        return URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
    }()

    static let alerts = root.appendingPathComponent("data/alerts")
    static let schemas = alerts.appendingPathComponent("schemas")

    /// For `.enabled(if:)`: says in the test log what was skipped.
    static let isThere: Bool = {
        let isThere = FileManager.default.fileExists(atPath: schemas.path)
        if !isThere { print("skipping the tests on real packets: \(alerts.path) is not there; set TRIFID_SHARED") }
        return isThere
    }()

    /// Small packets that once went wrong.
    static let cases = root.appendingPathComponent("cases/packets")
    /// For `.enabled(if:)`.
    static let casesAreThere = FileManager.default.fileExists(atPath: cases.path)

    static func files(_ folder: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: alerts.appendingPathComponent(folder),
            includingPropertiesForKeys: nil
        )
        .filter { $0.pathExtension == "avro" }
        .sorted { $0.path < $1.path }
    }

    /// A table of comma-separated values as one dictionary a row.
    static func table(_ url: URL) throws -> [[String: String]] {
        let text = try String(contentsOf: url, encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map { cells(String($0)) }
        guard let names = lines.first else { return [] }
        return lines.dropFirst().map { cells in
            Dictionary(zip(names, cells), uniquingKeysWith: { first, _ in first })
        }
    }

    private static func cells(_ line: String) -> [String] {
        var cells = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: cells.append("")
            default: cells[cells.count - 1].append(character)
            }
        }
        return cells
    }
}

extension PacketDecoder {
    /// All alerts of a message.
    func alerts(_ message: [UInt8]) throws -> [Alert] {
        var alerts: [Alert] = []
        try message.withUnsafeBytes { bytes in
            try decode(bytes) { alert, _ in alerts.append(alert) }
        }
        return alerts
    }

    /// All alerts of a file.
    func alerts(_ file: URL) throws -> [Alert] {
        try alerts([UInt8](Data(contentsOf: file)))
    }
}

/// Alerts as text, for comparing them: unknown fluxes are NaN, which equals nothing.
func text(_ alerts: [Alert]) -> String {
    var json = JSONText()
    for alert in alerts {
        alert.appendJSON(to: &json)
        json.endLine()
    }
    return json.text
}
