import Foundation
import Synchronization

/// Schemas in a folder and its sub-folders (`.avsc`): the id of `lsst.vM_m.alert` is M x 100 + m, that of a file
/// `NUMBER.avsc` is its number. A schema may be split over the files of one folder that name each other.
public final class FolderSchemaRegistry: SchemaRegistry {
    /// Where a schema is: in a folder of files that name each other, or in a file of its own.
    private enum Place: Sendable {
        case folder(SchemaFolder, name: String)
        case file(String)
    }

    private let path: String
    private let places: [Int32: Place]
    private let folders: [SchemaFolder]
    private let parsed = Mutex<[Int32: Result<AvroSchema, AvroError>]>([:])
    /// All schemas of the folders by fingerprint, once one was asked for.
    private let fingerprints = Mutex<[UInt64: AvroSchema]?>(nil)

    /// What could not be used, a line a file.
    public let problems: [String]

    private static let maximumFolders = 10_000
    private static let maximumDepth = 8

    /// Looks through a folder.
    /// - Throws: `AvroError` of kind `file` if it cannot be read.
    public init(_ path: String) throws(AvroError) {
        self.path = path
        var places: [Int32: Place] = [:]
        var problems: [String] = []
        var folders: [SchemaFolder] = []
        for folder in try FolderSchemaRegistry.folders(below: path) {
            let schemas = try SchemaFolder(folder)
            problems += schemas.problems
            folders.append(schemas)
            for name in schemas.names {
                if let id = FolderSchemaRegistry.id(ofAlert: name) { places[id] = .folder(schemas, name: name) }
            }
            for file in try SchemaFolder.files(in: folder) {
                if let id = Int32(file.dropLast(".avsc".count)), id >= 0 { places[id] = .file(folder + "/" + file) }
            }
        }
        self.places = places
        self.folders = folders
        self.problems = problems
    }

    /// The ids that are here, sorted.
    public var ids: [Int32] { places.keys.sorted() }

    /// The schema with an id.
    /// - Throws: `AvroError` `unknownSchemaId` if no file has it, `schema` if its file is no schema.
    public func schema(id: Int32) throws(AvroError) -> AvroSchema {
        guard let place = places[id] else {
            let unusable = problems.isEmpty ? "" : " (\(problems.count) of its files cannot be used)"
            throw AvroError(
                .unknownSchemaId,
                "no schema with the id \(id) in the folder '\(path)'\(unusable)",
                advice: "add the .avsc of that version, or a file \(id).avsc"
            )
        }
        return try parsed.withLock { parsed in
            if let known = parsed[id] { return known }
            let result = FolderSchemaRegistry.load(place)
            parsed[id] = result
            return result
        }.get()
    }

    /// The schema with a fingerprint, of all that the folders define.
    /// - Throws: `AvroError` `unknownSchemaId` if none has it.
    public func schema(fingerprint: UInt64) throws(AvroError) -> AvroSchema {
        let known = fingerprints.withLock { known in
            if known == nil { known = all() }
            return known?[fingerprint]
        }
        guard let known else { throw AvroError.unknown(fingerprint: fingerprint) }
        return known
    }

    private func all() -> [UInt64: AvroSchema] {
        var found: [UInt64: AvroSchema] = [:]
        for folder in folders {
            // What is no schema is named when it is asked for by id.
            for name in folder.names {
                if let schema = try? folder.schema(named: name) { found[schema.fingerprint] = schema }
            }
        }
        for (id, place) in places {
            guard case .file = place, let schema = try? schema(id: id) else { continue }
            found[schema.fingerprint] = schema
        }
        return found
    }

    private static func load(_ place: Place) -> Result<AvroSchema, AvroError> {
        Result { () throws(AvroError) in
            switch place {
            case .folder(let folder, let name): return try folder.schema(named: name)
            case .file(let path):
                guard let data = FileManager.default.contents(atPath: path) else {
                    throw AvroError(.file, "the schema file '\(path)' cannot be read")
                }
                return try AvroSchema(json: data)
            }
        }
    }

    /// The id of an LSST alert schema by its name: `lsst.v7_4.alert` is 704.
    static func id(ofAlert name: String) -> Int32? {
        guard let match = name.wholeMatch(of: /lsst\.v([0-9]{1,4})_([0-9]{1,2})\.alert/),
            let major = Int32(match.1), let minor = Int32(match.2)
        else { return nil }
        return major * 100 + minor
    }

    private static func folders(below path: String) throws(AvroError) -> [String] {
        var found = [path]
        var open: [(path: String, depth: Int)] = [(path, 0)]
        while let (folder, depth) = open.popLast() {
            let entries: [String]
            do {
                entries = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            } catch {
                throw AvroError(
                    .file,
                    "the schema folder '\(folder)' cannot be read",
                    advice: "name a folder of .avsc files"
                )
            }
            for entry in entries where depth < maximumDepth {
                let inner = folder + "/" + entry
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: inner, isDirectory: &isFolder), isFolder.boolValue else {
                    continue
                }
                found.append(inner)
                open.append((inner, depth + 1))
                guard found.count <= maximumFolders else {
                    throw AvroError(.tooLarge, "more than \(maximumFolders) folders below '\(path)'")
                }
            }
        }
        return found
    }
}
