import Foundation

/// Where the project's own files are.
enum ProjectFolder {
    static let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        .path()
    static let config = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Config")
        .standardized.path()
}
