import Foundation

/// The schemas of one folder (`.avsc` files, sub-folders not included) that may name each other.
public struct SchemaFolder: Sendable {
    private var named = NamedSchemas()

    /// Full names of all types defined at the top of a file, sorted.
    public private(set) var names: [String] = []

    /// What could not be used, a line a file.
    public private(set) var problems: [String] = []

    /// Reads the folder; a file that is no JSON or defines no named type is left out and named in `problems`.
    /// - Throws: `AvroError` of kind `file` if the folder cannot be read.
    public init(_ path: String) throws(AvroError) {
        for file in try SchemaFolder.files(in: path) {
            let whole = path + "/" + file
            guard let data = FileManager.default.contents(atPath: whole) else {
                problems.append("\(whole): cannot be read")
                continue
            }
            do throws(AvroError) {
                names.append(try named.add(try AvroSchema.parsed(data, AvroLimits())))
            } catch {
                problems.append("\(whole): \(error)")
            }
        }
        names.sort()
    }

    /// The `.avsc` files of a folder, sorted.
    static func files(in path: String) throws(AvroError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".avsc") }.sorted()
        } catch {
            throw AvroError(.file, "the schema folder '\(path)' cannot be read", advice: "name a folder of .avsc files")
        }
    }

    /// The schema of a type, with what it names from the other files inside.
    /// - Throws: `AvroError` of kind `schema` if no file defines it, or something it needs.
    public func schema(named name: String) throws(AvroError) -> AvroSchema {
        guard let definition = named[name] else {
            throw AvroError(.schema, "no file of the folder defines '\(name)'")
        }
        return try AvroSchema(definition, named: named)
    }
}
