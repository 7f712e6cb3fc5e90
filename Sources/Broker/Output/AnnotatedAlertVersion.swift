package import Avro
import Foundation

/// The versions of the schema of annotated alerts. What was stored under one goes out under it, whatever version a
/// build writes: a datum is read by the schema that it was written with.
///
/// A new version is a case here, the schema's former text kept in `Schemas`, and the fields in
/// `AnnotatedAlertEncoding`.
package enum AnnotatedAlertVersion: String, Hashable, Sendable, CaseIterable {
    /// The first: the cutouts alone are appended.
    case v1_0 = "1.0"
    /// The light curve is appended before the cutouts.
    case v1_1 = "1.1"
    /// A classification says what it is calibrated as.
    case v1_2 = "1.2"

    /// The version that this build writes.
    package static let current = AnnotatedAlertVersion.v1_2

    /// The schema's file in `Schemas`.
    var file: String {
        switch self {
        case .v1_0: "annotated_alert.v1_0.avsc"
        case .v1_1: "annotated_alert.v1_1.avsc"
        case .v1_2: "annotated_alert.avsc"
        }
    }

    /// Whether the light curve is among the fields that are appended.
    var appendsLightCurve: Bool { self != .v1_0 }

    /// The schema, from the installed `Schemas` folder.
    ///
    /// - Throws: `InstallationError` where the file is not found or of another build, `AvroError` where it is no schema.
    package func schema() throws -> AvroSchema { try schema(in: InstalledFiles.schemas()) }

    /// The schema from a folder.
    func schema(in folder: String) throws -> AvroSchema {
        let path = "\(folder)/\(file)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        // What is written by one version and read by another is no alert.
        guard text.contains("Version \(rawValue);") else {
            throw InstallationError.otherVersion(file: path, wanted: rawValue)
        }
        return try AvroSchema(json: Self.dense(text))
    }

    /// JSON without the white space between its tokens: the schema stands in every container message.
    private static func dense(_ json: String) -> String {
        var (bytes, isInString, isEscaped) = ([UInt8](), false, false)
        for byte in json.utf8 {
            if isInString {
                isInString = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
            } else {
                guard byte > UInt8(ascii: " ") else { continue }
                isInString = byte == UInt8(ascii: "\"")
            }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
