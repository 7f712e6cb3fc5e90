internal import Foundation

extension Error {
    /// The error as a person should read it. Those of Foundation's files are the system's words ("No such file or directory")
    /// instead of a dump of their fields, and do not name the file: who opened it knows it and says so.
    public var inWords: String {
        if let error = self as? POSIXError { return String(cString: strerror(error.code.rawValue)) }
        if let error = self as? DecodingError { return error.inWordsOfItsField }
        guard let error = self as? CocoaError else { return "\(self)" }
        if let cause = error.underlying as? POSIXError { return cause.inWords }
        switch error.code {
        case .fileReadNoSuchFile, .fileNoSuchFile: return String(cString: strerror(ENOENT))
        case .fileReadNoPermission, .fileWriteNoPermission: return String(cString: strerror(EACCES))
        case .fileWriteFileExists: return String(cString: strerror(EEXIST))
        case .fileWriteOutOfSpace: return String(cString: strerror(ENOSPC))
        default: return error.localizedDescription
        }
    }

    /// The file that an error of Foundation's is about.
    public var file: String? { (self as? CocoaError)?.filePath }
}

extension DecodingError {
    /// Which field is wrong, and how.
    fileprivate var inWordsOfItsField: String {
        switch self {
        case .keyNotFound(let key, let context): Self.field(context, key) + " is missing"
        case .valueNotFound(_, let context): Self.field(context) + " is null"
        case .typeMismatch(let type, let context): Self.field(context) + " is no \(type)"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? context.debugDescription : "\(Self.field(context)) is not allowed: \(context.debugDescription)"
        @unknown default: "\(self)"
        }
    }

    private static func field(_ context: Context, _ key: (any CodingKey)? = nil) -> String {
        let keys = context.codingPath + (key.map { [$0] } ?? [])
        let path = keys.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return path.isEmpty ? "the whole" : String(path.drop { $0 == "." })
    }
}
