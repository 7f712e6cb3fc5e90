import Foundation

/// What files of a model hold, byte by byte.
enum ModelFiles {
    /// - Parameter names: those that `trifid calibrate` changes, where no others are named.
    static func read(_ model: String, _ names: [String] = ["model.json", "card.md"]) throws -> [Data] {
        try names.map { try Data(contentsOf: URL(filePath: "\(model)/\($0)")) }
    }
}
