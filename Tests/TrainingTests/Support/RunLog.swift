import Foundation

/// The looks at the validation objects that a run has logged.
struct RunLog {
    struct Look: Decodable {
        var validation: Double
        var best: Bool
        var meanReciprocalRank: Double?
    }

    private let lines: [String]

    /// - Parameter folder: the run's.
    init(_ folder: String) throws {
        lines = try String(contentsOfFile: "\(folder)/log.jsonl", encoding: .utf8).split(separator: "\n").map(
            String.init
        )
    }

    func looks() throws -> [Look] { try lines.map { try JSONDecoder().decode(Look.self, from: Data($0.utf8)) } }

    /// The lines but for the time that each look came at, which no two runs share.
    var linesWithoutTime: [String] { lines.map { $0.components(separatedBy: ",\"seconds\"")[0] } }
}
