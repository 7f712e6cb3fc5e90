internal import Ground
internal import Service

/// Why a recipe or a study cannot be used: where it stands, and what is wrong.
package struct RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int?
    package let message: String

    package var description: String { "\(file)\(line.map { ", line \($0)" } ?? ""): \(message)" }
}

/// A mapping of a recipe or a study, whose keys are taken one by one; a key that nobody takes is an error.
final class RecipeSection {
    private let file: String
    private let name: String
    /// What the whole file is.
    private let whole: String
    private var entries: [YAMLNode.Entry]
    private var known: [String] = []
    private let line: Int?

    /// - Parameter node: nil: a section that the file leaves out, every key of which has its default.
    init(_ node: YAMLNode?, file: String, name: String, of whole: String = "a recipe") throws(RecipeError) {
        (self.file, self.name, self.whole, line) = (file, name, whole, node?.place?.line)
        guard let node, !node.isNull else {
            entries = []
            return
        }
        guard case .mapping(let entries) = node.content else {
            throw RecipeError(file: file, line: node.place?.line, message: "\(name) must be a mapping of keys")
        }
        self.entries = entries
    }

    /// What a file of YAML holds, whichever it is, and its text.
    ///
    /// - Throws: `RecipeError` naming file, line and column; `FileError` where it cannot be read.
    static func parse(_ file: String) throws -> (node: YAMLNode?, text: [UInt8]) {
        let text = try FileContents.read(file, maximum: YAMLParser.maximumBytes)
        return (try parse(text, of: file), text)
    }

    /// The same of a text that has been read.
    static func parse(_ text: [UInt8], of file: String) throws(RecipeError) -> YAMLNode? {
        do { return try YAMLParser.parse(text) } catch {
            throw RecipeError(file: file, line: error.line, message: "column \(error.column): \(error.message)")
        }
    }

    private func take(_ key: String) -> YAMLNode? {
        known.append(key)
        guard let place = entries.firstIndex(where: { $0.key == key }) else { return nil }
        return entries.remove(at: place).value
    }

    func error(_ node: YAMLNode?, _ message: String) -> RecipeError {
        RecipeError(file: file, line: node?.place?.line ?? line, message: message)
    }

    private func scalar(_ key: String) throws(RecipeError) -> (text: String, node: YAMLNode)? {
        guard let node = take(key), !node.isNull else { return nil }
        guard case .scalar(let text, _) = node.content else {
            throw error(node, "\(path(key)) is \(node.excerpt); one value must stand there")
        }
        return (text, node)
    }

    func section(_ key: String) throws(RecipeError) -> RecipeSection {
        try RecipeSection(take(key), file: file, name: path(key), of: whole)
    }

    /// A key as errors name it.
    func path(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }

    /// The mappings of a list.
    func sections(_ key: String) throws(RecipeError) -> [RecipeSection] {
        guard let node = take(key), !node.isNull else { return [] }
        guard case .sequence(let items) = node.content else {
            throw error(node, "\(path(key)) is \(node.excerpt); a list of mappings must stand there")
        }
        var found: [RecipeSection] = []
        for (number, item) in items.enumerated() {
            found.append(try RecipeSection(item, file: file, name: "\(path(key))[\(number)]", of: whole))
        }
        return found
    }

    /// The mappings of a mapping, with their names.
    func namedSections(_ key: String) throws(RecipeError) -> [(name: String, section: RecipeSection)] {
        guard let node = take(key), !node.isNull else { return [] }
        guard case .mapping(let entries) = node.content else {
            throw error(node, "\(path(key)) is \(node.excerpt); a mapping of names must stand there")
        }
        var found: [(name: String, section: RecipeSection)] = []
        for entry in entries {
            let section = try RecipeSection(entry.value, file: file, name: path("\(key).\(entry.key)"), of: whole)
            found.append((entry.key, section))
        }
        return found
    }

    func text(_ key: String, _ value: String) throws(RecipeError) -> String { try scalar(key)?.text ?? value }

    func number(_ key: String, _ value: Double, in range: ClosedRange<Double>) throws(RecipeError) -> Double {
        guard let found = try scalar(key) else { return value }
        guard let number = Double(found.text), range.contains(number) else {
            throw error(
                found.node,
                "\(path(key)) is '\(found.text)'; a number from \(range.lowerBound) to \(range.upperBound) will do"
            )
        }
        return number
    }

    func integer(_ key: String, _ value: Int, in range: ClosedRange<Int>) throws(RecipeError) -> Int {
        guard let found = try scalar(key) else { return value }
        guard let number = Int(found.text), range.contains(number) else {
            throw error(
                found.node,
                "\(path(key)) is '\(found.text)'; a whole number from \(range.lowerBound) to \(range.upperBound) will do"
            )
        }
        return number
    }

    func flag(_ key: String, _ value: Bool) throws(RecipeError) -> Bool {
        guard let found = try scalar(key) else { return value }
        guard ["true", "false"].contains(found.text) else {
            throw error(found.node, "\(path(key)) is '\(found.text)'; true or false will do")
        }
        return found.text == "true"
    }

    /// A value of a closed list by its name.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ value: Choice) throws(RecipeError) -> Choice
    where Choice.RawValue == String {
        guard let found = try scalar(key) else { return value }
        guard let choice = Choice(rawValue: found.text) else {
            throw error(
                found.node,
                "\(path(key)) is '\(found.text.plain(limit: 60))'; there are "
                    + Choice.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        return choice
    }

    func list(_ key: String) throws(RecipeError) -> [String]? {
        guard let node = take(key), !node.isNull else { return nil }
        guard case .sequence(let items) = node.content else {
            throw error(node, "\(path(key)) is \(node.excerpt); a list must stand there")
        }
        var texts: [String] = []
        for item in items {
            guard case .scalar(let text, _) = item.content else {
                throw error(item, "\(path(key)) holds \(item.excerpt); names must stand there")
            }
            texts.append(text)
        }
        return texts
    }

    /// Whole numbers of a list; nil where it is not there.
    func integers(_ key: String, in range: ClosedRange<Int>) throws(RecipeError) -> [Int]? {
        try values(key, "whole numbers", in: range, Int.init)
    }

    /// Numbers of a list; nil where it is not there.
    func numbers(_ key: String, in range: ClosedRange<Double>) throws(RecipeError) -> [Double]? {
        try values(key, "numbers", in: range, Double.init)
    }

    private func values<Value: Comparable>(
        _ key: String,
        _ kind: String,
        in range: ClosedRange<Value>,
        _ value: (String) -> Value?
    ) throws(RecipeError) -> [Value]? {
        guard let texts = try list(key) else { return nil }
        var values: [Value] = []
        for text in texts {
            guard let value = value(text), range.contains(value) else {
                throw error(
                    nil,
                    "\(path(key)) holds '\(text.plain(limit: 60))'; \(kind) from \(range.lowerBound) to \(range.upperBound) will do"
                )
            }
            values.append(value)
        }
        return values
    }

    /// Whether a key has a value.
    func has(_ key: String) -> Bool { entries.contains { $0.key == key && !$0.value.isNull } }

    /// Refuses keys that nobody has taken.
    func end() throws(RecipeError) {
        guard let entry = entries.first else { return }
        throw RecipeError(
            file: file,
            line: entry.keyPlace.line,
            message: "'\(entry.key)' is no key of \(name.isEmpty ? whole : name); it has "
                + known.sorted().joined(separator: ", ")
        )
    }
}
