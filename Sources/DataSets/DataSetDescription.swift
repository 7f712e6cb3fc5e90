import Ground
import Service

/// What `dataset.yaml` says: what the data are, whose, and what bands and features mean.
package struct DataSetDescription: Sendable {
    /// A band of the photometry.
    package struct Band: Hashable, Sendable {
        package var name: String
        /// Effective wavelength, nm.
        package var wavelength: Double
    }

    /// A column of `metadata.csv`.
    package struct Feature: Hashable, Sendable {
        package var name: String
        package var unit: String
        package var meaning: String
        /// Whether contrastive pre-training may see it; what derives from the light curve it must not.
        package var isContrastive: Bool
    }

    /// Who made a part of the data.
    package struct Source: Hashable, Sendable {
        package var what: String
        package var licence: String
        package var cite: String
    }

    package var name = ""
    package var description = ""
    package var sources: [Source] = []
    package var bands: [Band] = []
    package var features: [Feature] = []
    /// Path of the taxonomy's file as it stands there, empty for none.
    package var taxonomy = ""

    /// Name of the file.
    package static let file = "dataset.yaml"
}

extension DataSetDescription {
    /// Reads the file of a folder; what is wrong with it goes to `problems`.
    package init(folder: String, _ problems: inout DataSetProblems) {
        self.init()
        do {
            let text = try FileContents.read("\(folder)/\(Self.file)", maximum: YAMLParser.maximumBytes)
            guard let root = try YAMLParser.parse(text) else {
                problems.add(DataSetProblem(Self.file, "is empty: name and bands must stand there"))
                return
            }
            read(root, &problems)
        } catch let error as YAMLError {
            problems.add(DataSetProblem(Self.file, row: error.line, "column \(error.column): \(error.message)"))
        } catch let error as FileError {
            problems.add(DataSetProblem(Self.file, "cannot be read: \(error.reason)"))
        } catch {
            problems.add(DataSetProblem(Self.file, "\(error)"))
        }
    }

    private mutating func read(_ root: YAMLNode, _ problems: inout DataSetProblems) {
        guard case .mapping(let entries) = root.content else {
            problems.add(DataSetProblem(Self.file, row: root.place?.line, "must be a mapping of name, bands and so on"))
            return
        }
        for entry in entries {
            switch entry.key {
            case "name": name = Self.text(entry.value) ?? ""
            case "description": description = Self.text(entry.value) ?? ""
            case "sources": sources = Self.items(entry.value).map(Self.source)
            case "taxonomy": readTaxonomy(entry, &problems)
            case "bands": bands = Self.mapping(entry, &problems).compactMap { Self.band($0, &problems) }
            case "features": features = Self.mapping(entry, &problems).compactMap { Self.feature($0, &problems) }
            // What the makers of a data set say beside, as the media of spectra.
            default: continue
            }
        }
        if name.isEmpty { problems.add(DataSetProblem(Self.file, column: "name", "is missing")) }
    }

    private mutating func readTaxonomy(_ section: YAMLNode.Entry, _ problems: inout DataSetProblems) {
        for entry in Self.mapping(section, &problems) {
            switch entry.key {
            case "file": taxonomy = Self.text(entry.value) ?? ""
            // For whoever reads the file: which of the taxonomy's labels the makers of the data set meant.
            case "labels": continue
            default:
                problems.add(
                    DataSetProblem(
                        Self.file,
                        row: entry.keyPlace.line,
                        column: section.key,
                        "has '\(entry.key)'; file and labels will do"
                    )
                )
            }
        }
    }

    private static func band(_ entry: YAMLNode.Entry, _ problems: inout DataSetProblems) -> Band? {
        func complain(_ message: String) -> Band? {
            problems.add(DataSetProblem(file, row: entry.keyPlace.line, column: "bands.\(entry.key)", message))
            return nil
        }
        guard (1...8).contains(entry.key.utf8.count) else { return complain("a band's name has 1 to 8 bytes") }
        var band = Band(name: entry.key, wavelength: .nan)
        for item in entries(entry.value) {
            let text = text(item.value) ?? ""
            switch item.key {
            case "wavelength": band.wavelength = Double(text) ?? .nan
            case "system":
                guard ["AB", "Vega-like"].contains(text) else {
                    return complain("system is '\(text)'; AB or Vega-like will do")
                }
            // For whoever reads the file.
            case "ab_minus_vega":
                guard Double(text)?.isFinite == true else {
                    return complain("ab_minus_vega is '\(text)', no number (mag)")
                }
            default: return complain("has '\(item.key)'; wavelength, system and ab_minus_vega will do")
            }
        }
        guard (10...100_000).contains(band.wavelength) else {
            return complain("needs a wavelength between 10 and 100000 nm")
        }
        return band
    }

    private static func feature(_ entry: YAMLNode.Entry, _ problems: inout DataSetProblems) -> Feature? {
        func complain(_ item: YAMLNode.Entry, _ message: String) -> Feature? {
            let column = "features.\(entry.key)"
            problems.add(DataSetProblem(file, row: item.keyPlace.line, column: column, message))
            return nil
        }
        var feature = Feature(name: entry.key, unit: "", meaning: "", isContrastive: true)
        guard !entry.value.isNull else { return feature }
        guard case .mapping(let items) = entry.value.content else {
            return complain(entry, "must be a mapping of unit, meaning and contrastive")
        }
        for item in items {
            let text = text(item.value) ?? ""
            switch item.key {
            case "unit": feature.unit = text
            case "meaning": feature.meaning = text
            case "contrastive":
                // What one mistakes for the other pre-training would see.
                guard ["true", "false"].contains(text) else {
                    return complain(item, "contrastive is '\(text)'; true or false will do")
                }
                feature.isContrastive = text == "true"
            default: return complain(item, "has '\(item.key)'; unit, meaning and contrastive will do")
            }
        }
        return feature
    }

    private static func source(_ node: YAMLNode) -> Source {
        var source = Source(what: "", licence: "", cite: "")
        for item in entries(node) {
            let text = text(item.value) ?? ""
            switch item.key {
            case "what": source.what = text
            case "licence": source.licence = text
            case "cite": source.cite = text
            default: continue
            }
        }
        return source
    }

    private static func text(_ node: YAMLNode) -> String? {
        guard case .scalar(let text, _) = node.content, !node.isNull else { return nil }
        return text
    }

    private static func items(_ node: YAMLNode) -> [YAMLNode] {
        guard case .sequence(let items) = node.content else { return [] }
        return items
    }

    /// The entries of a section, which must be a mapping or nothing.
    private static func mapping(_ section: YAMLNode.Entry, _ problems: inout DataSetProblems) -> [YAMLNode.Entry] {
        if case .mapping(let entries) = section.value.content { return entries }
        if !section.value.isNull {
            let message = "must be a mapping of names"
            problems.add(DataSetProblem(file, row: section.keyPlace.line, column: section.key, message))
        }
        return []
    }

    private static func entries(_ node: YAMLNode) -> [YAMLNode.Entry] {
        guard case .mapping(let entries) = node.content else { return [] }
        return entries
    }
}
